"""How wide a sound really is: a wideband line may carry a telephone's narrow band (a Bluetooth headset at a browser, a
G.711 leg before a PBX that speaks Opus), and the ear hears each as what it is.

Rule: pure. Judged by what is loud; a voice's own sounds reach over 4 kHz in any utterance.
"""

from __future__ import annotations

import numpy as np

from voice.audio import INNER_RATE_HZ, Sound

NARROW_HZ = 8000
EDGE_HZ = 4300.0
"""Above what any narrow band leaves, its filter's slope included."""
SHARE = 1e-5
"""Of the energy, above the edge: wideband speech has a hundred times more."""
_SIZE = 512


def band_hz(sound: Sound, line_hz: int) -> int:
    """The sampling rate that the sound's band stands for; `line_hz` is the line's, `sound` at 16 kHz."""
    samples = sound.samples()
    if line_hz < INNER_RATE_HZ or len(samples) < _SIZE:
        return line_hz
    frames = samples[: len(samples) // _SIZE * _SIZE].reshape(-1, _SIZE) * np.hanning(_SIZE)
    power = (np.abs(np.fft.rfft(frames)) ** 2).sum(axis=0)
    above = power[int(EDGE_HZ / INNER_RATE_HZ * _SIZE) :].sum()
    return NARROW_HZ if above < SHARE * power.sum() else line_hz
