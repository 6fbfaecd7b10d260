/* The right side: what is known about a call, and what can be looked up for it. */

import { setText, showMarks } from "./console_cards.js";
import { playClip } from "./console_clips.js";

const at = (id) => document.getElementById(id);
const template = (id) => at(id).content.firstElementChild.cloneNode(true);
const STANDING = { 確認済み: "good", 聞き取りのみ: "", 未聴取: "none" };

export const path = (id, rest) => `/console/calls/${encodeURIComponent(id)}/${rest}`;

/* `phrases`: {phrases, facts} of the call's company, or null while they come. */
export class Sheet {
  constructor() {
    this.place = at("facts");
    this.id = "";
  }

  open(id, live) {
    this.id = id;
    this.root = template("sheet");
    this.root.dataset.call = id;
    this.place.replaceChildren(this.root);
    for (const tab of this.root.querySelectorAll("[role=tab]")) {
      tab.addEventListener("click", () => this.show(tab.dataset.tab));
    }
    this.root.querySelector("[role=tablist]").addEventListener("keydown", (event) => this.arrows(event));
    this.show(live ? "knowledge" : "notes");
  }

  close() {
    this.id = "";
    this.place.replaceChildren();
  }

  draw(call) {
    if (!call || call.call_id !== this.id) return;
    const part = (name) => this.root.querySelector(name);
    setText(part(".gist .summary"), call.summary || "まだ分かっていません。");
    showMarks(part(".gist .marks"), [...new Set([call.reason, ...call.marks])].filter(Boolean));
    this.drawFields(part(".fields"), call);
    part(".fields + .none").hidden = call.fields.length > 0;
  }

  drawFields(list, call) {
    const fields = call.fields;
    while (list.children.length > fields.length) list.lastElementChild.remove();
    while (list.children.length < fields.length) {
      const row = template("field");
      row.querySelector(".play").addEventListener("click", () => playClip(path(this.id, `clip/${row.dataset.name}`), row));
      list.append(row);
    }
    for (const [index, field] of fields.entries()) drawField(list.children[index], field);
  }

  facts(facts) {
    const part = this.root.querySelector(".key-facts");
    part.hidden = !facts.length;
    part.querySelector("dl").replaceChildren(
      ...facts.flatMap(({ label, text }) => {
        const term = document.createElement("dt");
        const value = document.createElement("dd");
        term.textContent = label;
        value.textContent = text;
        return [term, value];
      }),
    );
  }

  show(name) {
    for (const tab of this.root.querySelectorAll("[role=tab]")) {
      const chosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
      tab.id = `tab-${tab.dataset.tab}`;
    }
    const panel = this.root.querySelector(".panel");
    panel.setAttribute("aria-labelledby", `tab-${name}`);
    this.tab = name;
    const fragment = { knowledge: "knowledge", staff: "staff", earlier: "earlier", notes: "after" }[name];
    if (name === "knowledge") this.knowledge(panel);
    else this.fetch(panel, fragment);
  }

  /* Into a place of its own: what comes for a tab that was left meanwhile is shown nowhere. */
  fetch(panel, fragment) {
    const place = document.createElement("div");
    const waits = document.createElement("p");
    waits.className = "none";
    waits.textContent = "読み込んでいます…";
    place.append(waits);
    panel.replaceChildren(place);
    window.htmx.ajax("GET", path(this.id, fragment), { target: place, source: place, swap: "innerHTML" });
  }

  /* The search lives outside what it replaces, so that typing goes on. */
  knowledge(panel) {
    const input = document.createElement("input");
    const found = document.createElement("div");
    input.type = "search";
    input.name = "q";
    input.id = "search";
    input.placeholder = "お客様の質問で探す";
    input.setAttribute("aria-label", "答え方を探す");
    input.setAttribute("hx-get", path(this.id, "knowledge"));
    input.setAttribute("hx-trigger", "load, input changed delay:250ms, search");
    input.setAttribute("hx-target", "next .found");
    input.setAttribute("hx-sync", "this:replace");
    found.className = "found";
    found.setAttribute("aria-live", "polite");
    panel.replaceChildren(input, found);
    window.htmx.process(panel);
  }

  search() {
    if (this.tab !== "knowledge") this.show("knowledge");
    at("search").focus();
    at("search").select();
  }

  arrows(event) {
    const tabs = [...this.root.querySelectorAll("[role=tab]")];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    this.show(next.dataset.tab);
    next.focus();
    event.preventDefault();
  }
}

function drawField(row, field) {
  const standing = row.querySelector(".standing");
  row.dataset.name = field.name;
  setText(row.querySelector("dt"), field.label);
  setText(row.querySelector(".value"), field.text || "―");
  setText(standing, field.status);
  standing.className = `standing ${STANDING[field.status] ?? ""}`;
  const play = row.querySelector(".play");
  play.hidden = !(field.span[1] > field.span[0]);
  setText(play.querySelector(".unseen"), `${field.label}の録音を聞く`);
}
