/* One call from this page: microphone and loudspeaker on one side, the server's socket on the other.
   The messages are described in voice/lines/browser.py. */

import { Trouble, openMicrophone } from "./open_microphone.js";

const RATE_HZ = 16000;

/* Asks for the microphone, then calls. `on`: {ready(call, ticket), spoken(level), heard(level), closed(why)}. */
export async function placeCall({ called, caller }, on) {
  const microphone = await openMicrophone();
  const context = new AudioContext({ latencyHint: "interactive" });
  try {
    await Promise.all([
      context.resume(),
      context.audioWorklet.addModule("/static/microphone.js"),
      context.audioWorklet.addModule("/static/speaker.js"),
    ]);
    return await new Call(microphone, context, on).open({ event: "start", called, caller });
  } catch (error) {
    microphone.getTracks().forEach((track) => track.stop());
    await context.close();
    throw error;
  }
}

class Call {
  constructor(microphone, context, on) {
    this.microphone = microphone;
    this.context = context;
    this.on = on;
    this.why = "";
    const options = { processorOptions: { rateHz: RATE_HZ }, outputChannelCount: [1] };
    this.source = context.createMediaStreamSource(microphone);
    this.ear = new AudioWorkletNode(context, "microphone", options);
    this.mouth = new AudioWorkletNode(context, "speaker", options);
    this.source.connect(this.ear).connect(context.destination); // silent; it keeps the worklet running
    this.mouth.connect(context.destination);
    this.mouth.port.onmessage = ({ data }) => {
      if (data.mark !== undefined) this.tell({ event: "mark", name: data.mark });
      else this.on.heard(data.level);
    };
  }

  open(start) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/phone/line`);
    this.socket.binaryType = "arraybuffer";
    return new Promise((resolve, reject) => {
      this.socket.onopen = () => {
        this.tell(start);
        this.ear.port.onmessage = ({ data }) => this.speak(data);
        this.socket.onclose = () => this.end(this.why || "lost");
        resolve(this);
      };
      this.socket.onclose = () => reject(new Trouble("unreachable"));
      this.socket.onmessage = ({ data }) => this.take(data);
    });
  }

  speak({ pcm, level }) {
    this.on.spoken(level);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(pcm);
  }

  take(data) {
    if (data instanceof ArrayBuffer) {
      this.mouth.port.postMessage({ pcm: data }, [data]);
      return;
    }
    const message = JSON.parse(data);
    if (message.event === "mark") this.mouth.port.postMessage({ mark: message.name });
    else if (message.event === "clear") this.mouth.port.postMessage({ clear: true });
    else if (message.event === "ready") this.on.ready(message.call, message.ticket);
    else if (message.event === "closed") this.why = message.why;
  }

  tell(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  press(digit) {
    this.tell({ event: "key", digit });
  }

  hangUp() {
    this.why = "caller";
    this.tell({ event: "hangup" });
    this.socket.close(1000);
    this.end("caller");
  }

  end(why) {
    if (this.over) return;
    this.over = true;
    this.microphone.getTracks().forEach((track) => track.stop());
    this.context.close();
    this.on.closed(why);
  }
}
