/* Which call the headset is for. It follows the state: whatever ends a call or gives it back after a lost connection,
   sound goes with it. */

import { forgetNotice, notice } from "./console_notices.js";
import { Headset, microphoneGranted, troubleText } from "./console_sound.js";
import { isMine, mineOf } from "./console_state.js";

const PATIENCE_MS = 5000; // for the answer to an order to take a call

export class Voice {
  constructor(state, order, send) {
    this.state = state;
    this.order = order;
    this.listening = "";
    this.taking = "";
    this.failing = false;
    this.headset = new Headset((pcm) => this.call && send(pcm), {
      spoken: (level) => show(".spoken", level),
      heard: (level) => show(".heard", level),
    });
  }

  /* The call that is spoken in. */
  get call() {
    return mineOf(this.state).find(({ mode, where }) => mode === "voice" && where !== "transferred");
  }

  async take(id) {
    forgetNotice("sound");
    this.taking = id;
    setTimeout(() => this.refused(id), PATIENCE_MS);
    const opening = this.headset.talk();
    opening.catch(() => {}); // it is awaited below, in whichever order
    try {
      // At once where the microphone is certain; else the browser's question to the person comes first.
      if (!(await microphoneGranted())) await opening;
      this.order("Take", { call_id: id, mode: "voice" });
      await opening;
    } catch (error) {
      this.failed(error, id);
    }
  }

  failed(error, id) {
    this.taking = "";
    this.headset.close();
    notice(troubleText(error), "sound", { stays: true });
    const call = this.state.calls.get(id);
    if (call && isMine(this.state, call) && call.mode === "voice") this.order("Take", { call_id: id, mode: "text" });
  }

  taken(id) {
    if (this.taking === id) this.taking = "";
    if (this.listening === id) this.listening = "";
  }

  /* Or over: nothing is to be heard of that call any more. */
  refused(id) {
    this.taken(id);
    this.follow();
  }

  listen(id) {
    const on = this.listening !== id;
    if (this.listening && on) this.order("Listen", { call_id: this.listening, on: false });
    if (!this.order("Listen", { call_id: id, on })) return;
    this.listening = on ? id : "";
    this.follow();
  }

  /* After a lost connection. */
  listenAgain() {
    if (this.listening && this.state.calls.has(this.listening)) {
      this.order("Listen", { call_id: this.listening, on: true });
    } else this.listening = "";
  }

  follow() {
    const { call, headset } = this;
    if (call) this.speak(call);
    else if (this.listening) this.hear();
    else if (!this.taking && headset.wanted) headset.close();
    if (!call && this.listening) headset.closeMicrophone();
  }

  speak(call) {
    if (this.headset.talking || this.headset.opening || this.failing) return;
    this.failing = true; // until it is known
    this.headset
      .talk()
      .catch((error) => this.failed(error, call.call_id))
      .finally(() => (this.failing = false));
  }

  hear() {
    if (this.headset.mouth || this.failing) return;
    this.failing = true;
    this.headset
      .hear()
      .catch((error) => {
        this.listening = "";
        notice(troubleText(error), "sound", { stays: true });
      })
      .finally(() => (this.failing = false));
  }

  /* With every touch of the page: a browser gives sound only then. */
  unlock(bell) {
    bell.unlock();
    this.headset.context?.resume();
    forgetNotice("locked");
  }
}

function show(name, level) {
  const meter = document.querySelector(`.level ${name}`);
  if (meter) meter.value = level;
}
