/* The list of calls and of colleagues. Elements are kept by their call, so that focus and a running click survive every
   piece of news. */

import { isMine, listed } from "./console_state.js";

export const PRESENCE = { on_duty: "受付中", busy: "離席", break: "休憩", off: "退席" };
const at = (id) => document.getElementById(id);
const template = (id) => at(id).content.firstElementChild.cloneNode(true);
const BAD = ["苦情", "至急", "怒"];

export function nameOf(state, key) {
  return state.operators.get(key)?.name ?? key;
}

export function whereText(state, call) {
  const who = nameOf(state, call.operator);
  const mine = isMine(state, call);
  if (state.ringing.has(call.call_id)) return "あなたを呼び出しています";
  switch (call.where) {
    case "receptionist":
      return "電話番が応対中";
    case "ringing":
      return "オペレーターを待っています";
    case "operator":
      if (mine) return call.mode === "voice" ? "あなたが音声で応対中" : "あなたが文字で応対中";
      return `${who}さんが応対中`;
    case "held":
      if (call.telephone && mine) {
        return call.reached ? `${call.telephone} と相談中（お客様は保留）` : `${call.telephone} を呼び出し中（お客様は保留）`;
      }
      if (call.consulting && call.consulting === state.me) return `${who}さんと相談中`;
      if (call.consulting && mine) return `${nameOf(state, call.consulting)}さんと相談中（お客様は保留）`;
      return mine ? "保留中" : `${who}さんが保留中`;
    case "returning":
      return mine ? "つなぎ直しています" : `${who}さんの接続を待っています`;
    default:
      return "転送しました";
  }
}

export function mark(text) {
  const chip = document.createElement("span");
  chip.className = "chip";
  if (BAD.some((bad) => text.includes(bad))) chip.classList.add("bad");
  chip.textContent = text;
  return chip;
}

/* Puts `marks` (texts) into `place`, touching it only when they changed. */
export function showMarks(place, marks) {
  const key = marks.join("\n");
  if (place.dataset.shown === key) return;
  place.dataset.shown = key;
  place.replaceChildren(...marks.map(mark));
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function callerText(call) {
  const number = call.number || "番号非通知";
  return call.caller ? `${call.caller}　${number}` : number;
}

export function drawList(state, selected) {
  const { ringing, mine, others } = listed(state);
  fill(at("ringing"), ringing, state, selected);
  fill(at("mine"), mine, state, selected);
  fill(at("others"), others, state, selected);
  at("ringing-part").hidden = !ringing.length;
  at("mine-none").hidden = mine.length > 0;
  at("others-none").hidden = others.length > 0;
  setText(at("mine-count"), mine.length ? `${mine.length}` : "");
  setText(at("others-count"), others.length ? `${others.length}` : "");
  setText(at("badge"), `${ringing.length}`);
  at("badge").hidden = !ringing.length;
  drawColleagues(state);
}

function fill(list, calls, state, selected) {
  const wanted = calls.map((call) => {
    const known = document.querySelector(`.desk .calls li[data-call="${CSS.escape(call.call_id)}"]:not(.done)`);
    const item = known ?? template("card");
    item.dataset.call = call.call_id;
    drawCard(item, call, state, selected);
    return item;
  });
  for (const [index, item] of wanted.entries()) {
    if (list.children[index] !== item) {
      const focused = item.contains(document.activeElement) ? document.activeElement : null;
      list.insertBefore(item, list.children[index] ?? null);
      focused?.focus();
    }
  }
  while (list.children.length > wanted.length) list.lastElementChild.remove();
}

function drawCard(item, call, state, selected) {
  const ring = state.ringing.get(call.call_id);
  const part = (name) => item.querySelector(name);
  item.classList.toggle("ringing", Boolean(ring));
  item.classList.toggle("held", call.where === "held");
  const open = part(".open");
  open.setAttribute("aria-current", call.call_id === selected ? "true" : "false");
  setText(part(".company"), call.company_name);
  setText(part(".caller"), callerText(call));
  setText(part(".summary"), call.summary || call.reason || "用件を伺っています");
  setText(part(".where"), whereText(state, call));
  showMarks(part(".marks"), call.marks);
  part(".open .clock").dataset.since = call.began;
  part(".answer").hidden = !ring;
  if (ring) {
    setText(part(".reason"), ring.reason);
    part(".left").dataset.until = ring.until || "";
  }
}

function drawColleagues(state) {
  const others = [...state.operators.values()].filter(({ key, presence }) => key !== state.me && presence !== "off");
  const list = at("colleagues");
  at("colleagues-none").hidden = others.length > 0;
  while (list.children.length > others.length) list.lastElementChild.remove();
  while (list.children.length < others.length) list.append(template("person"));
  for (const [index, other] of others.entries()) {
    const item = list.children[index];
    item.dataset.presence = other.presence;
    setText(item.querySelector(".name"), other.name);
    setText(item.querySelector(".state"), presenceText(other));
  }
}

export function presenceText({ presence, calls }) {
  if (calls) return `応対中 ${calls} 件`;
  return PRESENCE[presence] ?? presence;
}

/* Once a second: every running clock, and how long it still rings. */
export function tick(now) {
  for (const clock of document.querySelectorAll(".clock[data-since]")) {
    if (clock.dataset.since) setText(clock, minutes(now - Number(clock.dataset.since)));
  }
  for (const left of document.querySelectorAll(".left[data-until]")) {
    const rest = Math.ceil(Number(left.dataset.until) - now);
    setText(left, left.dataset.until && rest > 0 ? `あと ${rest} 秒` : "");
  }
}

export function minutes(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
