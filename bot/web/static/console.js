/* The operator's page: news in, orders out, and who draws what. Sound is in console_sound.js, the switchboard's words
   are described in bot/operators/messages.py. */

import { Bell } from "./console_bell.js";
import { callerText, drawList, nameOf, presenceText, tick } from "./console_cards.js";
import { playClip } from "./console_clips.js";
import { anyOpen, askEnd, askGiveBack, askPass, closeDialogs } from "./console_dialogs.js";
import { keysUsed, listen, useKeys } from "./console_keys.js";
import { Link } from "./console_link.js";
import { forgetNotice, notice } from "./console_notices.js";
import { openSettings } from "./console_settings.js";
import { Sheet, path } from "./console_sheet.js";
import { emptyState, fold, isMine, listed, mineOf } from "./console_state.js";
import { Talk } from "./console_talk.js";
import { Voice } from "./console_voice.js";
import { askCsrf, getJson } from "./console_web.js";

const DONE_AFTER_MS = 1500; // a call's report is made right after its end
const at = (id) => document.getElementById(id);
const state = emptyState();
let selected = "";
let gaveUp = ""; // the call whose caller hung up while it rang
let drawing = false;
let chosen = ""; // presence, as the switch was last put

const bell = new Bell();
const voice = new Voice(state, order, (pcm) => link.voice(pcm));
const talk = new Talk(act, speak);
const sheet = new Sheet();
const link = new Link({ news: take, sound: (pcm) => voice.headset.play(pcm), state: linked });

/* News. */

function take(news) {
  for (const sign of fold(state, news)) SIGNS[sign.sign]?.(sign);
  draw();
}

const SIGNS = {
  fresh() {
    if (selected && !known(selected)) choose("");
    if (!selected && mineOf(state).length) choose(mineOf(state)[0].call_id, false);
    else if (selected) fetchWords(selected);
    voice.listenAgain();
  },
  rang({ id, reason }) {
    const call = state.calls.get(id);
    if (!call) return;
    bell.notify(id, call.company_name, reason, () => choose(id));
    if (!mineOf(state).some((mine) => mine.call_id === selected) && !anyOpen()) choose(id, false);
  },
  stopped({ id, why, by }) {
    bell.forget(id);
    const company = known(id)?.company_name ?? "";
    if (why === "taken" && by) notice(`${company}：${by}さんが応答しました。`, id);
    else if (why === "caller") {
      gaveUp = id;
      notice(`${company}：お客様が電話を切りました。`, id);
    }
    else if (why === "no_answer") notice(`${company}：時間内に応答がなく、呼び出しを終えました。`, id);
  },
  taken({ id }) {
    bell.forget(id);
    voice.taken(id);
    if (selected !== id) choose(id);
    show("talk");
    talk.focusBox();
  },
  refused({ why, id }) {
    voice.refused(id);
    notice(why, "refused");
  },
  left({ call }) {
    if (selected === call.call_id) closeDialogs();
    setTimeout(refreshDone, DONE_AFTER_MS);
  },
  over({ id, mine, why }) {
    bell.forget(id);
    voice.refused(id);
    if (id === selected) closeDialogs();
    const had = mine || (state.me && state.over.get(id)?.operator === state.me);
    if (id === selected && had) sheet.show("notes");
    const shown = had || id === selected || id === gaveUp;
    if (shown && (why === "caller" || id === gaveUp)) notice("お客様が電話を切りました。", id);
    else if (id === selected && !had) notice("選んでいた通話は終わりました。", id);
    setTimeout(refreshDone, DONE_AFTER_MS);
  },
  said({ id, who, text, partial }) {
    if (id === selected && who === "客" && !partial) at("spoken-aloud").textContent = `お客様: ${text}`;
  },
};

function known(id) {
  return state.calls.get(id) ?? state.over.get(id);
}

function refreshDone() {
  document.body.dispatchEvent(new Event("done"));
}

/* Drawing: at most once a frame, however much news comes. A hidden tab gets no frames, but must ring. */

function draw() {
  const ringing = listed(state).ringing.length;
  bell.count(ringing);
  bell.ring(ringing > 0 && !voice.headset.talking);
  voice.follow();
  if (drawing) return;
  drawing = true;
  const paint = () => {
    drawing = false;
    paintAll();
  };
  if (document.hidden) setTimeout(paint, 100);
  else requestAnimationFrame(paint);
}

function paintAll() {
  drawList(state, selected);
  const me = state.operators.get(state.me);
  // Busy with as many calls as one may have is no absence: the switch stays where the person has put it.
  const presence = me?.presence === "busy" && me.calls && chosen !== "busy" ? "on_duty" : me?.presence;
  for (const radio of document.querySelectorAll("#presence input")) {
    radio.checked = radio.value === presence;
    radio.disabled = document.body.dataset.state !== "open";
  }
  const call = known(selected);
  if (!call) return;
  talk.draw(state, call, !state.calls.has(selected));
  talk.pressed("mute", voice.headset.muted);
  talk.pressed("listen", voice.listening === selected);
  sheet.draw(call);
}

function choose(id, focus = true) {
  const call = known(id);
  if (!id || !call) {
    selected = "";
    sheet.close();
    return;
  }
  selected = id;
  const live = state.calls.has(id);
  talk.open(call);
  sheet.open(id, live);
  paintAll();
  if (focus) show("talk");
  fetchWords(id);
  getJson(path(id, "phrases")).then((told) => {
    if (!told || selected !== id) return;
    if (told.phrases.length) talk.phrases(told.phrases);
    sheet.facts(told.facts);
  });
}

async function fetchWords(id) {
  const told = await getJson(path(id, "said"));
  for (const line of told?.lines ?? []) fold(state, { kind: "Said", call_id: id, ...line });
  draw();
}

/* A call of the list of those that have ended; what the page saw of it itself is kept. */
async function chooseDone(id) {
  if (!known(id)) {
    const told = await getJson(path(id, "after"));
    if (!told) return notice("この通話は開けませんでした。", "refused");
    const fields = told.fields.map((field) => ({ ...field, span: field.clip ? [0, 1] : [0, 0] }));
    const { company_name, number, live } = told.call;
    if (live) return notice("この通話はまだ続いています。", "refused");
    const blank = { company: "", where: "", operator: "", mode: null, caller: "", summary: "", marks: [], greeting: "" };
    state.over.set(id, { ...blank, call_id: id, company_name, number: number ?? "", reason: told.reason?.label ?? "", fields });
  }
  return choose(id);
}

function show(pane) {
  document.body.dataset.pane = pane;
  for (const button of document.querySelectorAll(".panes button")) {
    button.setAttribute("aria-pressed", button.dataset.pane === pane);
  }
}

/* Orders. */

function order(kind, fields) {
  if (link.order(kind, fields)) return true;
  notice("接続が切れています。つなぎ直しています…", "link");
  return false;
}

async function passOn(id, number = "") {
  const colleagues = [...state.operators.values()].filter(({ key, presence }) => key !== state.me && presence !== "off");
  const choices = colleagues.map((other) => ({ ...other, state: presenceText(other), free: other.presence === "on_duty" }));
  const chosen = await askPass(choices, number, known(id)?.dials);
  if (chosen) order("PassOn", { call_id: id, ...chosen });
}

const ACTS = {
  "take-voice": (id) => voice.take(id),
  "take-text": (id) => order("Take", { call_id: id, mode: "text" }),
  "speak-up": (id) => voice.take(id),
  write: (id) => order("Take", { call_id: id, mode: "text" }),
  decline: (id) => order("Decline", { call_id: id }),
  listen(id) {
    voice.listen(id);
    draw();
  },
  mute() {
    voice.headset.muted = !voice.headset.muted;
    draw();
  },
  hold: (id) => order("HoldCall", { call_id: id, on: known(id)?.where !== "held" }),
  join: (id) => order("JoinCaller", { call_id: id }),
  pass: (id) => passOn(id),
  async "give-back"(id) {
    const chosen = await askGiveBack();
    if (chosen) order("GiveBack", { call_id: id, ...chosen });
  },
  async end(id) {
    if (await askEnd()) order("EndCall", { call_id: id });
  },
};

function act(name, id) {
  return ACTS[name](id);
}

function speak(id, text) {
  return order("Speak", { call_id: id, text });
}

/* The connection. */

const LOST = {
  lost: "接続が切れました。つなぎ直しています…　通話は 10 秒のあいだ、そのまま保たれます。",
  session: "ログインの期限が切れました。もう一度ログインしてください。",
  forbidden: "この画面を使う権限がありません。管理者に確かめてください。",
  elsewhere: "この画面は、別のタブか別のパソコンで開かれました。こちらでは電話を受けません。",
};

function linked(how) {
  document.body.dataset.state = how;
  at("link").textContent = { open: "接続中", lost: "つなぎ直しています…" }[how] ?? "切断";
  if (how === "open") {
    if (bell.locked) notice("画面を一度クリックすると、着信の音が鳴るようになります。", "locked", { stays: true });
    return forgetNotice("link");
  }
  if (how === "session") location.assign("/login");
  if (how !== "lost") state.ringing.clear();
  notice(LOST[how], "link", { stays: true, again: how === "elsewhere" ? () => link.open() : null });
  return draw();
}

/* The person. */

function target() {
  const first = listed(state).ringing[0]?.call_id;
  return state.ringing.has(selected) ? selected : (first ?? selected);
}

/* As a click on the button would do, where there is such a button now. */
function press(name, id = selected) {
  if (id !== selected && id) choose(id);
  const button = document.querySelector(`.talk .controls [data-do="${name}"]:not([hidden])`);
  if (!button) return false;
  button.focus();
  button.click();
  return true;
}

function step(by) {
  const { ringing, mine, others } = listed(state);
  const ids = [...ringing, ...mine, ...others].map((call) => call.call_id);
  if (!ids.length) return false;
  const next = (ids.indexOf(selected) + by + ids.length) % ids.length;
  return choose(ids[ids.includes(selected) ? next : 0]);
}

listen({
  a: () => press("take-voice", target()) || press("speak-up"),
  t: () => press("take-text", target()) || press("write"),
  d: () => press("decline", target()),
  l: () => press("listen"),
  m: () => press("mute"),
  h: () => press("hold"),
  x: () => press("pass"),
  j: () => press("join"),
  r: () => press("give-back"),
  e: () => press("end"),
  n: () => step(1),
  p: () => step(-1),
  i: () => talk.focusBox(),
  "/": () => (selected ? (show("facts"), sheet.search()) : false),
  "?": () => at("help").showModal(),
});

document.addEventListener("click", ({ target: clicked }) => {
  const on = (attribute) => clicked.closest?.(`[data-${attribute}]`);
  const card = clicked.closest?.(".calls .card");
  if (on("done")) chooseDone(on("done").dataset.done);
  else if (card && on("do")) act(on("do").dataset.do, card.dataset.call);
  else if (card && clicked.closest(".open")) choose(card.dataset.call);
  else if (clicked.closest?.(".panes [data-pane]")) show(on("pane").dataset.pane);
  else if (on("say")) {
    show("talk");
    talk.write(on("say").dataset.say);
  } else if (on("pass") && state.calls.has(selected)) passOn(selected, on("pass").dataset.pass);
  else if (on("clip")) playClip(path(selected, `clip/${encodeURIComponent(on("clip").dataset.clip)}`), on("clip"));
});

for (const radio of document.querySelectorAll("#presence input")) {
  radio.addEventListener("change", () => {
    chosen = radio.value;
    order("SetPresence", { presence: radio.value });
  });
}
for (const gesture of ["pointerdown", "keydown"]) {
  addEventListener(gesture, () => voice.unlock(bell), { capture: true });
}
// A form that htmx has not made its own yet would leave the page, and the call in it.
document.addEventListener("submit", (event) => event.target.hasAttribute("hx-post") && event.preventDefault());
addEventListener("beforeunload", (event) => mineOf(state).length && event.preventDefault());
at("open-help").addEventListener("click", () => at("help").showModal());
at("use-keys").checked = keysUsed();
at("use-keys").addEventListener("change", ({ target: box }) => useKeys(box.checked));
at("open-sound").addEventListener("click", () => openSettings(voice.headset, bell));
askCsrf();
setInterval(() => tick(Date.now() / 1000), 1000);
