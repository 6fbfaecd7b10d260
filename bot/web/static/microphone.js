/* AudioWorklet: the microphone at whatever rate it has → frames of 20 ms, 16-bit mono at options.rateHz. */

import { Resampler } from "./resample.js";

const SILENCE = new Float32Array(128);

class Microphone extends AudioWorkletProcessor {
  constructor(options) {
    super();
    const { rateHz } = options.processorOptions;
    this.resampler = new Resampler(sampleRate, rateHz);
    this.frame = new Int16Array(rateHz / 50);
    this.filled = 0;
    this.squares = 0;
  }

  process(inputs) {
    // A muted or unplugged microphone gives no channel; the line wants sound all the same.
    const heard = inputs[0]?.[0] ?? SILENCE;
    for (const sample of this.resampler.push(heard)) {
      const clipped = Math.max(-1, Math.min(1, sample));
      this.frame[this.filled] = Math.round(clipped * 32767);
      this.squares += clipped * clipped;
      this.filled += 1;
      if (this.filled === this.frame.length) this.send();
    }
    return true;
  }

  send() {
    const pcm = this.frame.buffer.slice(0); // little-endian, as all machines with a browser are
    this.port.postMessage({ pcm, level: Math.sqrt(this.squares / this.filled) }, [pcm]);
    this.filled = 0;
    this.squares = 0;
  }
}

registerProcessor("microphone", Microphone);
