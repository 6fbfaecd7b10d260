/* The operator's headset: microphone and play-out of the one call that is taken by voice or listened to.
   Rule: the microphone is open only while a call by voice is on (or while it is tried out). */

import { Trouble, loudness, openMicrophone } from "./open_microphone.js";

const RATE_HZ = 16000;
const KEPT = "denwaban.microphone";

export class Headset {
  /* `send(pcm)` takes each frame of the microphone; `on`: {spoken(level), heard(level)}, 0 to 1. */
  constructor(send, on) {
    this.send = send;
    this.on = on;
    this.muted = false;
    this.microphone = null;
    this.context = null;
    this.opening = null;
    this.playing = false;
  }

  get device() {
    return localStorage.getItem(KEPT) ?? "";
  }

  set device(id) {
    localStorage.setItem(KEPT, id);
  }

  /* The sound device and its worklets; early, so that the first word of a call need not wait for them. */
  async ready() {
    this.context ??= new AudioContext({ latencyHint: "interactive" });
    this.loading ??= Promise.all([
      this.context.audioWorklet.addModule("/static/microphone.js"),
      this.context.audioWorklet.addModule("/static/playout.js"),
    ]);
    await this.loading;
    this.context.resume(); // not awaited: without a touch of the page it would wait for one
  }

  /* Both ways. Raises Trouble. */
  async talk() {
    await Promise.all([this.hear(), this.openMicrophone()]);
    if (!this.wanted) this.close();
  }

  /* Only their side. */
  async hear() {
    this.wanted = true;
    if (!window.isSecureContext) throw new Trouble("insecure");
    await this.ready();
    if (this.mouth || !this.wanted) return;
    const options = { processorOptions: { rateHz: RATE_HZ }, outputChannelCount: [1] };
    this.mouth = new AudioWorkletNode(this.context, "playout", options);
    this.mouth.port.onmessage = ({ data }) => this.on.heard(loudness(data.level), data);
    this.mouth.connect(this.context.destination);
  }

  async openMicrophone() {
    if (this.microphone) return;
    this.opening ??= openMicrophone(this.device).finally(() => (this.opening = null));
    const stream = await this.opening;
    await this.ready();
    if (this.microphone) return;
    this.microphone = stream;
    this.source = this.context.createMediaStreamSource(stream);
    const options = { processorOptions: { rateHz: RATE_HZ }, outputChannelCount: [1] };
    this.ear = new AudioWorkletNode(this.context, "microphone", options);
    this.ear.port.onmessage = ({ data }) => this.speak(data);
    this.source.connect(this.ear).connect(this.context.destination); // silent; it keeps the worklet running
  }

  speak({ pcm, level }) {
    if (!this.mouth) return this.on.tried?.(loudness(level));
    this.on.spoken(this.muted ? 0 : loudness(level));
    return this.send(this.muted ? new ArrayBuffer(pcm.byteLength) : pcm);
  }

  /* A frame from the other side. */
  play(pcm) {
    this.mouth?.port.postMessage({ pcm }, [pcm]);
  }

  get talking() {
    return Boolean(this.mouth && this.microphone);
  }

  closeMicrophone() {
    this.microphone?.getTracks().forEach((track) => track.stop());
    this.source?.disconnect();
    this.ear?.disconnect();
    if (this.ear) this.ear.port.onmessage = null;
    this.microphone = this.source = this.ear = null;
    this.on.spoken(0);
  }

  close() {
    this.wanted = false;
    this.muted = false;
    this.mouth?.disconnect();
    this.mouth = null;
    this.closeMicrophone();
    this.on.heard(0);
  }

  /* [{id, name}]; names are only told once the microphone was allowed. */
  async microphones() {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return devices
      .filter(({ kind, deviceId }) => kind === "audioinput" && deviceId && deviceId !== "default")
      .map(({ deviceId, label }, index) => ({ id: deviceId, name: label || `マイク ${index + 1}` }));
  }
}

/* Whether the browser gives the microphone without a question. */
export async function microphoneGranted() {
  try {
    return (await navigator.permissions.query({ name: "microphone" })).state === "granted";
  } catch {
    return false;
  }
}

export function troubleText(error) {
  const port = location.port || "80";
  const text = TROUBLE[error instanceof Trouble ? error.reason : "microphone"];
  return text.replace("PORT", port);
}

const TROUBLE = {
  insecure:
    "このページは保護された接続（https）で開かれていないため、ブラウザーがマイクの使用を拒否しています。" +
    "https:// で始まるアドレスで開くか、電話番が動いているコンピューターで http://localhost:PORT/console を開いてください。文字でなら受けられます。",
  denied:
    "マイクの使用が許可されていません。アドレスの横にあるアイコンから、このサイトのマイクを「許可」に変えてください。文字でなら受けられます。",
  absent: "マイクが見つかりません。ヘッドセットをつないでください。文字でなら受けられます。",
  taken: "マイクをほかのアプリが使っています。そのアプリを閉じてください。文字でなら受けられます。",
  microphone: "マイクを使えませんでした。ブラウザーの設定を確かめてください。文字でなら受けられます。",
};
