/* A jitter buffer for live speech in frames of 20 ms: no clock and no sound device, so that it can be tried by itself.
   `push` a frame when it comes, `pull` one every 20 ms of play-out. The depth follows how unevenly frames come; a
   missing frame is concealed by the last one again, fading; what has become too deep is shortened by one frame at a
   time. */

export const FRAME_SECONDS = 0.02;
const LEAST_DEPTH = 2; // frames; 40 ms, since a browser's timers wake unevenly by themselves
const MOST_DEPTH = 10; // 200 ms: beyond that people speak into one another
const RELAX_FRAMES = 250; // five quiet seconds take one frame off again
const SLACK = 2; // frames above the depth before one is dropped
const FADES = [0.8, 0.5, 0.25]; // of repeated frames; then silence

export class Jitter {
  constructor() {
    this.frames = [];
    this.depth = LEAST_DEPTH;
    this.filling = true;
    this.missed = 0; // frames concealed in a row
    this.good = 0; // frames played since the depth was changed
    this.excess = 0; // pulls in a row with more than needed
    this.last = null;
    this.concealed = 0;
    this.dropped = 0;
  }

  push(frame) {
    this.frames.push(frame);
    if (this.frames.length > 50) this.drop(); // a second: play-out stood still
  }

  /* The next frame (Float32Array), concealed if need be; null = silence. */
  pull() {
    if (this.filling && this.frames.length >= this.depth) this.filling = false;
    if (this.filling || !this.frames.length) return this.miss();
    this.shorten();
    const frame = this.frames.shift();
    this.missed = 0;
    this.good += 1;
    if (this.good >= RELAX_FRAMES && this.depth > LEAST_DEPTH) {
      this.depth -= 1;
      this.good = 0;
    }
    this.last = frame;
    return frame;
  }

  miss() {
    if (!this.filling) {
      // Ran dry in mid-speech: frames come less evenly than we thought.
      this.filling = true;
      this.good = 0;
      if (this.last) this.depth = Math.min(MOST_DEPTH, this.depth + 1);
    }
    const fade = FADES[this.missed];
    this.missed += 1;
    if (!this.last || fade === undefined) {
      this.last = null;
      return null;
    }
    this.concealed += 1;
    const before = this.missed === 1 ? 1 : FADES[this.missed - 2];
    return this.last.map((sample, index, all) => sample * (before + ((fade - before) * index) / all.length));
  }

  shorten() {
    this.excess = this.frames.length > this.depth + SLACK ? this.excess + 1 : 0;
    if (this.excess < 10 && this.frames.length <= MOST_DEPTH + SLACK) return;
    this.drop();
    this.excess = 0;
  }

  /* One frame less, its edges melted into one another. */
  drop() {
    const [first, second] = this.frames;
    this.dropped += 1;
    const melted = second.map((sample, index, all) => {
      const part = index / all.length;
      return sample * part + first[index] * (1 - part);
    });
    this.frames.splice(0, 2, melted);
  }
}
