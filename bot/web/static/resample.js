/* Streaming rate conversion by a windowed sinc; the same object must be fed one continuous sound.
   Delay: ZERO_CROSSINGS samples of the slower rate. */

const ZERO_CROSSINGS = 12;
const PHASES = 256;
const ROLL_OFF = 0.94; // leaves the window room to fall before the band's end

export class Resampler {
  constructor(fromHz, toHz) {
    this.same = fromHz === toHz;
    this.fromHz = fromHz;
    this.toHz = toHz;
    const band = Math.min(1, toHz / fromHz) * ROLL_OFF;
    this.half = Math.ceil(ZERO_CROSSINGS / band);
    this.kernels = makeKernels(this.half, band);
    this.kept = new Float32Array(this.half * 2);
    // Where in `kept` the next output lies: a whole sample and a fraction in 1/toHz; integers, so nothing drifts.
    this.at = this.half;
    this.fraction = 0;
  }

  /* Float32Array in, Float32Array out, of whatever length is ready. */
  push(input) {
    if (this.same) return input;
    const all = new Float32Array(this.kept.length + input.length);
    all.set(this.kept);
    all.set(input, this.kept.length);
    const half = this.half;
    const output = new Float32Array(Math.max(0, Math.ceil(((all.length - half - this.at) * this.toHz) / this.fromHz) + 1));
    let count = 0;
    while (this.at + half < all.length) {
      const kernel = this.kernels[Math.round((this.fraction / this.toHz) * PHASES)];
      const first = this.at - half + 1;
      let sum = 0;
      for (let tap = 0; tap < kernel.length; tap += 1) sum += all[first + tap] * kernel[tap];
      output[count] = sum;
      count += 1;
      this.fraction += this.fromHz;
      this.at += Math.floor(this.fraction / this.toHz);
      this.fraction %= this.toHz;
    }
    const drop = Math.min(this.at - half + 1, all.length);
    this.kept = all.slice(drop);
    this.at -= drop;
    return output.subarray(0, count);
  }
}

function makeKernels(half, band) {
  const kernels = [];
  for (let phase = 0; phase <= PHASES; phase += 1) {
    const kernel = new Float32Array(half * 2);
    let sum = 0;
    for (let tap = 0; tap < kernel.length; tap += 1) {
      const distance = tap - half + 1 - phase / PHASES;
      const x = Math.PI * distance * band;
      const sinc = x === 0 ? 1 : Math.sin(x) / x;
      const turn = (Math.PI * distance) / half;
      const blackman = Math.abs(distance) >= half ? 0 : 0.42 + 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn);
      kernel[tap] = sinc * blackman;
      sum += kernel[tap];
    }
    for (let tap = 0; tap < kernel.length; tap += 1) kernel[tap] /= sum;
    kernels.push(kernel);
  }
  return kernels;
}
