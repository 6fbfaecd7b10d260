/* AudioWorklet: plays live speech (16-bit mono frames of 20 ms at options.rateHz) through a jitter buffer.
   In: {pcm} a frame. Out: {level, depth, concealed} 20 times a second. Leaves out marks and clearing: a person's voice
   is not taken back. */

import { Jitter } from "./jitter.js";
import { Resampler } from "./resample.js";

class Playout extends AudioWorkletProcessor {
  constructor(options) {
    super();
    const { rateHz } = options.processorOptions;
    this.frameSamples = rateHz / 50;
    this.resampler = new Resampler(rateHz, sampleRate);
    this.jitter = new Jitter();
    this.ready = new Float32Array(0); // at the device's rate
    this.offset = 0;
    this.squares = 0;
    this.counted = 0;
    this.port.onmessage = ({ data }) => {
      if (data.pcm) this.jitter.push(Float32Array.from(new Int16Array(data.pcm), (sample) => sample / 32768));
    };
  }

  process(_inputs, outputs) {
    const output = outputs[0][0];
    for (let index = 0; index < output.length; index += 1) {
      if (this.offset >= this.ready.length) this.next();
      output[index] = this.ready[this.offset] ?? 0;
      this.offset += 1;
    }
    this.measure(output);
    return true;
  }

  next() {
    const frame = this.jitter.pull() ?? new Float32Array(this.frameSamples);
    this.ready = this.resampler.push(frame).slice();
    this.offset = 0;
  }

  measure(output) {
    for (const sample of output) this.squares += sample * sample;
    this.counted += output.length;
    if (this.counted < sampleRate / 20) return;
    const { depth, concealed } = this.jitter;
    this.port.postMessage({ level: Math.sqrt(this.squares / this.counted), depth, concealed });
    this.squares = 0;
    this.counted = 0;
  }
}

registerProcessor("playout", Playout);
