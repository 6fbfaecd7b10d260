"""Rate conversion: as a stream with state kept between chunks, and of a whole sound at once.

The stream is a polyphase windowed-sinc filter whose delay is a few milliseconds: soxr's stream at its better
settings holds back 60-150 ms at telephone rates (measured), which a conversation would feel. Whole sounds go through
soxr. However a stream is cut into chunks, the same samples come out, and output sample n lies at the time n / to_hz.
Leaves out: rates that drift.
"""

from __future__ import annotations

from math import gcd

import numpy as np
import numpy.typing as npt
import soxr

from voice.audio import Sound

_ZERO_CROSSINGS = 32
"""Half the filter's length in samples of the slower rate: 4 ms of delay at 8 kHz, a transition band of 500 Hz."""
_KAISER_BETA = 6.0
"""Stop band about 63 dB down: below the noise of G.711."""
_CUT = 0.94
"""Middle of the transition band as a share of the slower Nyquist frequency: 3.4 kHz passes, 4 kHz does not."""


def _to_int16(samples: npt.NDArray[np.float64]) -> bytes:
    return np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()


class Resampler:
    """One stream of 16-bit mono PCM brought from one rate to another."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        common = gcd(from_hz, to_hz)
        self._up, self._down = to_hz // common, from_hz // common
        self._reach = -(-_ZERO_CROSSINGS * max(self._up, self._down) // self._up)
        self._kernels = self._design()
        self._held = np.zeros(self._reach)
        self._held_from = -self._reach
        """The input index of the first held sample."""
        self._next = 0
        """Index of the next output sample."""
        self._odd = b""

    def _design(self) -> npt.NDArray[np.float64]:
        """One kernel a phase, shape (up, 2 * reach)."""
        slower = min(1.0, self._up / self._down) * _CUT
        taps = np.arange(-self._reach + 1, self._reach + 1)
        away = taps[None, :] - np.arange(self._up)[:, None] / self._up
        window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (away / self._reach) ** 2, 0, 1))) / np.i0(_KAISER_BETA)
        sincs = np.sinc(away * slower) * window
        kernels: npt.NDArray[np.float64] = sincs / sincs.sum(axis=1, keepdims=True)
        return kernels

    def push(self, pcm: bytes) -> bytes:
        """The samples that can be given now; a chunk may end in the middle of a sample."""
        if self._up == self._down:
            return pcm
        pcm = self._odd + pcm
        whole = len(pcm) & ~1
        self._odd = pcm[whole:]
        return self._feed(np.frombuffer(pcm[:whole], "<i2").astype(np.float64))

    def flush(self) -> bytes:
        """The rest, as if silence followed; the stream is at its end then."""
        if self._up == self._down:
            return b""
        pushed = self._held_from + len(self._held)
        last = -(-pushed * self._up // self._down)
        missing = max(0, last - self._next)
        return self._feed(np.zeros(self._reach + 1))[: missing * 2]

    def _feed(self, fresh: npt.NDArray[np.float64]) -> bytes:
        self._held = np.concatenate((self._held, fresh))
        # an output at input position p needs the samples up to floor(p) + reach
        known = self._held_from + len(self._held) - self._reach
        last = max(self._next, -(-known * self._up // self._down))
        wanted = np.arange(self._next, last)
        if not len(wanted):
            return b""
        position, phase = np.divmod(wanted * self._down, self._up)
        first = position - self._reach + 1 - self._held_from
        windows = np.lib.stride_tricks.sliding_window_view(self._held, 2 * self._reach)[first]
        made = np.einsum("ij,ij->i", windows, self._kernels[phase])
        self._next = last
        done = last * self._down // self._up - self._reach - self._held_from
        self._held, self._held_from = self._held[done:], self._held_from + done
        return _to_int16(made)


def convert(sound: Sound, rate_hz: int) -> Sound:
    """The whole sound at another rate."""
    if sound.rate_hz == rate_hz:
        return sound
    made = soxr.resample(sound.samples().astype(np.float64), sound.rate_hz, rate_hz, quality="HQ")
    return Sound(_to_int16(made), rate_hz)
