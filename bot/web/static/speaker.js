/* AudioWorklet: plays 16-bit mono frames in order through a small jitter buffer.
   In: {pcm} a frame, {mark} a name, {clear}. Out: {mark} once all before it was played or cleared, {level} 20 times a second.
   After a gap it waits until BUFFER_SECONDS are there, or a mark shows that no more will come before an answer. */

import { Resampler } from "./resample.js";

const BUFFER_SECONDS = 0.06;
const PATIENCE_SECONDS = 0.12; // a last frame without a mark is played after this

class Speaker extends AudioWorkletProcessor {
  constructor(options) {
    super();
    this.resampler = new Resampler(options.processorOptions.rateHz, sampleRate);
    this.queue = []; // Float32Array or {mark}
    this.offset = 0; // within the first
    this.waiting = 0; // samples in the queue
    this.playing = false;
    this.since = 0; // samples waited in the gap
    this.squares = 0;
    this.counted = 0;
    this.port.onmessage = ({ data }) => this.take(data);
  }

  take({ pcm, mark, clear }) {
    if (pcm) {
      const samples = this.resampler.push(Float32Array.from(new Int16Array(pcm), (sample) => sample / 32768)).slice();
      this.queue.push(samples);
      this.waiting += samples.length;
    } else if (mark !== undefined) {
      this.queue.push({ mark });
      if (this.waiting) this.playing = true;
    } else if (clear) {
      const cleared = this.queue;
      this.queue = [];
      this.offset = 0;
      this.waiting = 0;
      this.playing = false;
      for (const thing of cleared) if (!(thing instanceof Float32Array)) this.port.postMessage(thing);
    }
  }

  process(_inputs, outputs) {
    const output = outputs[0][0];
    this.giveMarksBack();
    if (!this.playing && this.waiting) {
      this.since += output.length;
      const ready = this.waiting >= BUFFER_SECONDS * sampleRate || this.since >= PATIENCE_SECONDS * sampleRate;
      this.playing = ready;
    }
    if (this.playing) {
      this.since = 0;
      this.fill(output);
    }
    this.measure(output);
    return true;
  }

  fill(output) {
    for (let index = 0; index < output.length; index += 1) {
      while (this.queue.length && this.offset >= (this.queue[0].length ?? Infinity)) {
        this.queue.shift();
        this.offset = 0;
        this.giveMarksBack();
      }
      if (!this.queue.length) {
        this.playing = false;
        return;
      }
      output[index] = this.queue[0][this.offset];
      this.offset += 1;
      this.waiting -= 1;
    }
  }

  giveMarksBack() {
    while (this.queue.length && !(this.queue[0] instanceof Float32Array)) this.port.postMessage(this.queue.shift());
  }

  measure(output) {
    for (const sample of output) this.squares += sample * sample;
    this.counted += output.length;
    if (this.counted >= sampleRate / 20) {
      this.port.postMessage({ level: Math.sqrt(this.squares / this.counted) });
      this.squares = 0;
      this.counted = 0;
    }
  }
}

registerProcessor("speaker", Speaker);
