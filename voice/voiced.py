"""How periodic is the sound? What a voice sings of its vowels is; noise, breath and clicks are not.

Rule: the last 64 ms are held against themselves, later by one period of a voice. A telephone cuts the lowest harmonics
off, but what is left of them still repeats. Vowels come to .6 and more (of 1), noise of any colour stays below .4.
Tones repeat as well, music too: whoever asks must know that it is somebody's. Pure, streaming. Leaves out: how loud it
is (`near`), and whether it is speech (`vad`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voice.audio import INNER_RATE_HZ

_EVERY = 4
"""Of the samples one is looked at, as the mean of so many: harmonics below 2 kHz are enough."""
_RATE_HZ = INNER_RATE_HZ // _EVERY
WINDOW = _RATE_HZ * 64 // 1000
"""Samples: four periods of the deepest voice."""
PITCH_HZ = (70.0, 400.0)
_PERIODS = np.arange(int(_RATE_HZ / PITCH_HZ[1]), int(_RATE_HZ / PITCH_HZ[0]) + 1)


class Voiced:
    """Of one stream."""

    def __init__(self) -> None:
        self._last: npt.NDArray[np.float64] = np.zeros(WINDOW)

    def push(self, samples: npt.NDArray[np.float64]) -> float:
        """More sound at 16 kHz, its length a multiple of four; how periodic the last 64 ms are, 0..1."""
        self._last = np.concatenate((self._last, samples.reshape(-1, _EVERY).mean(axis=1)))[-WINDOW:]
        sound = np.append(0.0, np.diff(self._last))  # rumble repeats as well, and lies below a voice
        energy = np.concatenate(([0.0], np.cumsum(sound**2)))
        if energy[-1] <= 0.0:
            return 0.0
        spectrum = np.fft.rfft(sound, 2 * WINDOW)
        alike = np.fft.irfft(spectrum.real**2 + spectrum.imag**2)[_PERIODS]
        both = energy[WINDOW - _PERIODS] * (energy[-1] - energy[_PERIODS])
        return float(np.max(alike / np.sqrt(both + 1e-18), initial=0.0))
