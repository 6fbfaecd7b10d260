/* The /phone page: buttons, states and words. Sound and socket are in call.js. */

import { placeCall } from "./call.js";
import { Trouble, loudness } from "./open_microphone.js";

const TROUBLE = {
  insecure:
    "このページは保護された接続（https）で開かれていないため、ブラウザーがマイクの使用を拒否しています。" +
    "https:// で始まるアドレスで開くか、電話番が動いているコンピューターで http://localhost:PORT/phone を開いてください。",
  denied:
    "マイクの使用が許可されていません。アドレスの横にあるアイコンから、このサイトのマイクを「許可」に変えて、もう一度発信してください。",
  absent: "マイクが見つかりません。マイクをつないで、もう一度発信してください。",
  taken: "マイクをほかのアプリが使っています。そのアプリを閉じて、もう一度発信してください。",
  microphone: "マイクを使えませんでした。ブラウザーの設定を確かめて、もう一度発信してください。",
  unreachable: "電話番につながりませんでした。電話番が動いているか確かめて、もう一度発信してください。",
};
const ENDED = {
  us: "通話が終わりました。",
  caller: "電話を切りました。",
  lost: "回線が切れました。もう一度おかけください。",
};
const WORDS_EVERY_MS = 400;

const page = Object.fromEntries(
  ["company", "caller", "call", "status", "trouble", "clock", "words", "empty", "spoken", "heard", "keys"].map((id) => [
    id,
    document.getElementById(id),
  ]),
);
let call = null;
let wanted = false; // a call that is given up while the microphone is still being asked for is not placed

function show(state, status) {
  document.body.dataset.state = state;
  page.status.textContent = status;
  const busy = state !== "idle";
  page.call.textContent = busy ? "電話を切る" : "電話をかける";
  page.call.classList.toggle("hang-up", busy);
  page.company.disabled = busy;
  page.caller.disabled = busy;
  for (const key of page.keys.children) key.disabled = state !== "talking";
}

function complain(reason) {
  const port = location.port || "80";
  page.trouble.textContent = (TROUBLE[reason] ?? TROUBLE.microphone).replace("PORT", port);
  page.trouble.hidden = false;
}

async function dial() {
  wanted = true;
  page.trouble.hidden = true;
  page.words.replaceChildren();
  page.empty.hidden = false;
  show("dialling", "発信しています…");
  const caller = page.caller.value.normalize("NFKC").replace(/[^0-9]/g, "");
  let words = null;
  let clock = null;
  try {
    const placed = await placeCall(
      { called: page.company.value, caller: caller.slice(0, 20) },
      {
        ready: (id, ticket) => {
          words = followWords(id, ticket);
          clock = startClock();
          show("talking", "通話中");
        },
        spoken: (level) => (page.spoken.value = loudness(level)),
        heard: (level) => (page.heard.value = loudness(level)),
        closed: (why) => {
          clock?.();
          words?.();
          call = null;
          page.spoken.value = page.heard.value = 0;
          show("idle", ENDED[why] ?? `お電話をお受けできませんでした（${why}）。`);
        },
      },
    );
    if (!placed.over) call = placed;
    if (!wanted) placed.hangUp();
  } catch (error) {
    complain(error instanceof Trouble ? error.reason : "microphone");
    show("idle", "電話をかけられませんでした。");
    if (!(error instanceof Trouble)) throw error;
  }
}

/* The receptionist's words, as the journal has them. Returns what ends it, after one last look. */
function followWords(id, ticket) {
  let after = -1;
  let over = false;
  async function look() {
    try {
      const response = await fetch(`/api/calls/${id}/said?after=${after}`, {
        headers: { Authorization: `Bearer ${ticket}` },
      });
      if (!response.ok) return;
      for (const word of await response.json()) {
        if (word.n <= after) continue;
        after = word.n;
        addWords(word);
      }
    } catch {
      // the next look will tell
    }
  }
  async function keepLooking() {
    while (!over) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, WORDS_EVERY_MS));
    }
    await look();
  }
  keepLooking();
  return () => (over = true);
}

function addWords({ who, text }) {
  const item = document.createElement("li");
  const speaker = document.createElement("span");
  item.className = who === "caller" ? "caller" : "receptionist";
  speaker.textContent = who === "caller" ? "あなた" : "受付";
  item.append(speaker, text);
  page.words.append(item);
  page.empty.hidden = true;
  item.scrollIntoView({ block: "nearest" });
}

function startClock() {
  const from = performance.now();
  const tick = () => {
    const seconds = Math.floor((performance.now() - from) / 1000);
    page.clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  tick();
  const timer = setInterval(tick, 500);
  return () => clearInterval(timer);
}

async function listCompanies() {
  const wanted = new URLSearchParams(location.search).get("to");
  const response = await fetch("/api/companies");
  for (const { key, name } of await response.json()) {
    page.company.append(new Option(name, key, false, key === wanted));
  }
  if (!page.company.options.length) page.company.append(new Option("（会社がありません）", ""));
}

page.call.addEventListener("click", () => {
  if (document.body.dataset.state === "idle") dial();
  else if (call) call.hangUp();
  else {
    wanted = false;
    page.status.textContent = "取りやめています…";
  }
});
page.keys.addEventListener("click", ({ target }) => {
  if (target.dataset.digit) call?.press(target.dataset.digit);
});
document.addEventListener("keydown", ({ key, target, repeat }) => {
  if (!call || repeat || !/^[0-9*#]$/.test(key) || target.matches("input, select")) return;
  call.press(key);
  const button = page.keys.querySelector(`[data-digit="${key}"]`);
  button.classList.add("pressed");
  setTimeout(() => button.classList.remove("pressed"), 150);
});

await listCompanies();
show("idle", "相手を選んで「電話をかける」を押してください。");
if (window.isSecureContext) {
  page.call.disabled = false;
} else {
  complain("insecure");
  page.status.textContent = "この接続では電話をかけられません。";
}
