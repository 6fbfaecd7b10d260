/* The middle: one call's greeting, buttons, words and the box in which to write what is spoken. */

import { callerText, setText, whereText } from "./console_cards.js";
import { isMine, wordsOf } from "./console_state.js";

const at = (id) => document.getElementById(id);
const template = (id) => at(id).content.firstElementChild.cloneNode(true);
const COMMON = [
  "はい、少々お待ちくださいませ。",
  "お待たせいたしました。",
  "確認いたします。",
  "恐れ入りますが、もう一度お願いできますでしょうか。",
  "かしこまりました。担当の者に申し伝えます。",
  "あいにく、わかりかねます。担当の者より折り返しご連絡いたします。",
  "お名前とお電話番号をお願いできますでしょうか。",
  "お電話ありがとうございました。失礼いたします。",
];
const KEPT_LINES = 50;

/* `act(name, call_id)` carries out a button; `speak(call_id, text)` returns whether it was sent. */
export class Talk {
  constructor(act, speak) {
    this.act = act;
    this.speak = speak;
    this.place = at("conversation");
    this.id = "";
    this.drafts = new Map(); // what was being written, by call
    this.spoken = []; // what was sent, latest last
    this.back = 0;
  }

  open(call) {
    this.keepDraft();
    this.id = call.call_id;
    this.root = template("talk");
    this.root.dataset.call = call.call_id;
    this.place.replaceChildren(this.root);
    at("idle")?.remove();
    for (const button of this.root.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this.act(button.dataset.do, this.id));
    }
    this.box = this.root.querySelector("#say-text");
    this.box.value = this.drafts.get(this.id) ?? "";
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.root.querySelector(".say").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.words = this.root.querySelector(".lines");
    this.phrases(COMMON.map((text) => ({ label: text, text })));
  }

  keepDraft() {
    if (this.id && this.box) this.drafts.set(this.id, this.box.value);
  }

  draw(state, call, over) {
    if (!call || call.call_id !== this.id) return;
    const part = (name) => this.root.querySelector(name);
    const mine = !over && isMine(state, call);
    const asked = mine && call.operator !== state.me;
    setText(part(".greeting .as-whom"), call.greeting ? `「${call.greeting}」` : call.company_name);
    setText(part(".greeting .company"), call.company_name);
    setText(part(".greeting .number"), callerText(call));
    const clock = part(".greeting .clock");
    if (over) delete clock.dataset.since;
    else clock.dataset.since = call.began;
    setText(part(".status"), over ? "この通話は終わりました。" : whereText(state, call));
    this.root.dataset.where = over ? "over" : mine ? "mine" : "other";
    const holds = {
      over,
      free: !over && !mine && call.where !== "transferred",
      ringing: !over && state.ringing.has(call.call_id),
      mine: mine && !asked,
      voice: mine && call.mode === "voice",
      text: mine && !asked && call.mode === "text",
      consulting: mine && !asked && (call.telephone ? call.reached : Boolean(call.consulting)),
    };
    for (const element of this.root.querySelectorAll("[data-when]")) element.hidden = !holds[element.dataset.when];
    const held = call.where === "held";
    const hold = part("[data-do=hold]");
    hold.setAttribute("aria-pressed", held);
    setText(hold.firstChild, held ? (call.consulting || call.telephone ? "お客様に戻る " : "保留を解く ") : "保留 ");
    this.drawWords(state);
  }

  pressed(name, on) {
    this.root?.querySelector(`[data-do=${name}]`)?.setAttribute("aria-pressed", on);
  }

  drawWords(state) {
    const lines = wordsOf(state, this.id);
    const low = this.words.scrollHeight - this.words.scrollTop - this.words.clientHeight < 60;
    let changed = false;
    for (const [index, line] of lines.entries()) {
      const item = this.words.children[index];
      if (item?.dataset.shown === shown(line)) continue;
      changed = true;
      const drawn = drawLine(line);
      if (item) item.replaceWith(drawn);
      else this.words.append(drawn);
    }
    while (this.words.children.length > lines.length) this.words.lastElementChild.remove();
    this.root.querySelector(".empty").hidden = lines.length > 0;
    if (changed && low) this.words.scrollTop = this.words.scrollHeight;
  }

  phrases(phrases) {
    const place = this.root.querySelector(".phrases");
    place.replaceChildren(
      ...phrases.map(({ label, text }) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = label;
        button.title = text;
        button.addEventListener("click", () => this.say(text));
        return button;
      }),
    );
  }

  /* A phrase with a gap (○○) is to be filled in first. */
  say(text) {
    if (text.includes("○")) this.write(text);
    else this.speak(this.id, text);
  }

  write(text) {
    this.box.value = text;
    this.focusBox();
    const gap = text.indexOf("○");
    if (gap >= 0) this.box.setSelectionRange(gap, gap + (text.slice(gap).match(/^○+/)?.[0].length ?? 0));
  }

  focusBox() {
    const visible = this.root && !this.root.querySelector(".say").hidden;
    if (visible) this.box.focus();
    return Boolean(visible);
  }

  send() {
    const text = this.box.value.trim();
    if (!text || !this.speak(this.id, text)) return;
    this.spoken = [...this.spoken.filter((line) => line !== text), text].slice(-KEPT_LINES);
    this.back = 0;
    this.box.value = "";
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && (!this.box.value || this.back)) this.recall(event, 1);
    else if (event.key === "ArrowDown" && this.back) this.recall(event, -1);
  }

  recall(event, step) {
    const back = Math.max(0, Math.min(this.spoken.length, this.back + step));
    event.preventDefault();
    this.back = back;
    this.box.value = back ? this.spoken[this.spoken.length - back] : "";
  }
}

function shown({ who, text, partial }) {
  return `${who}\n${text}\n${Boolean(partial)}`;
}

function drawLine(line) {
  const item = document.createElement("li");
  const speaker = document.createElement("span");
  const text = document.createElement("p");
  item.dataset.shown = shown(line);
  item.className = line.who === "客" ? "caller" : line.who === "受付" ? "receptionist" : "operator";
  item.classList.toggle("partial", Boolean(line.partial));
  speaker.textContent = line.who === "客" ? "お客様" : line.who === "受付" ? "電話番" : line.who;
  text.textContent = line.text;
  item.append(speaker, text);
  return item;
}
