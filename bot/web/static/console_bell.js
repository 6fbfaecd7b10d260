/* Making a ringing call noticed: a sound made by code, a desktop notification, a count in the title. */

const KEPT = "denwaban.volume";
const EVERY_MS = 3000;
const NOTES = [
  // [Hz, start, seconds]: two soft double strokes, low enough not to tire
  [659, 0, 0.35],
  [523, 0.22, 0.5],
  [659, 0.8, 0.35],
  [523, 1.02, 0.6],
];
const TITLE = "オペレーター画面 – 電話番";

export class Bell {
  constructor() {
    this.timer = null;
    this.notes = new Map(); // call → Notification
  }

  get volume() {
    return Number(localStorage.getItem(KEPT) ?? 6);
  }

  set volume(value) {
    localStorage.setItem(KEPT, value);
  }

  /* A browser lets a page sound only once the person has touched it. */
  unlock() {
    this.context ??= new AudioContext();
    if (this.locked) this.context.resume();
  }

  get locked() {
    return this.context?.state !== "running";
  }

  ring(on) {
    if (on && !this.timer) {
      this.stroke();
      this.timer = setInterval(() => this.stroke(), EVERY_MS);
    } else if (!on && this.timer) {
      clearInterval(this.timer);
      this.timer = null;
      this.strokes?.gain.setTargetAtTime(0, this.context.currentTime, 0.03);
    }
  }

  stroke() {
    if (this.locked || !this.volume) return;
    const { context } = this;
    this.strokes = context.createGain();
    this.strokes.gain.value = (this.volume / 10) ** 2 * 0.5;
    this.strokes.connect(context.destination);
    for (const [hz, start, seconds] of NOTES) {
      const tone = context.createOscillator();
      const shape = context.createGain();
      const from = context.currentTime + 0.02 + start;
      tone.type = "triangle";
      tone.frequency.value = hz;
      shape.gain.setValueAtTime(0, from);
      shape.gain.linearRampToValueAtTime(1, from + 0.015);
      shape.gain.exponentialRampToValueAtTime(0.001, from + seconds);
      tone.connect(shape).connect(this.strokes);
      tone.start(from);
      tone.stop(from + seconds);
    }
  }

  /* Quietly, while the operator speaks with somebody else. */
  tick() {
    if (this.locked || !this.volume) return;
    const shape = this.context.createGain();
    const tone = this.context.createOscillator();
    shape.gain.value = 0.04;
    tone.frequency.value = 880;
    tone.connect(shape).connect(this.context.destination);
    tone.start();
    tone.stop(this.context.currentTime + 0.08);
  }

  get mayNotify() {
    return "Notification" in window ? Notification.permission : "denied";
  }

  async askToNotify() {
    return "Notification" in window ? Notification.requestPermission() : "denied";
  }

  /* The caller's words stay off the desktop, where others may look: only who is called and why. */
  notify(id, company, reason, chosen) {
    if (this.mayNotify !== "granted" || !document.hidden) return;
    const note = new Notification(`着信: ${company}`, { body: reason, tag: id, icon: "/static/icon.svg" });
    note.onclick = () => {
      window.focus();
      chosen();
    };
    this.notes.set(id, note);
  }

  forget(id) {
    this.notes.get(id)?.close();
    this.notes.delete(id);
  }

  count(ringing) {
    document.title = ringing ? `(${ringing}) 着信 – 電話番` : TITLE;
  }
}
