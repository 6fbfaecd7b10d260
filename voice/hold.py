"""What a caller hears while waiting: two soft notes every few seconds, made here, so that the line is not dead.

Rule: quiet, seldom and the same for ever: it tells that the call goes on and covers no word. Left out: words.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from voice.audio import frame_bytes

EVERY_SECONDS = 4.0
"""From one pair of notes to the next: a silence of four seconds is not yet a dead line."""
NOTES_HZ = (659.3, 523.3)
"""A third downwards (E5, C5), as a door chime: well inside the telephone's band."""
APART_SECONDS = 0.45
DECAY_SECONDS = 0.35
"""In which a note falls to a third."""
LEVEL = 1400.0
"""Of a sample, at its loudest: about 15 dB below our words."""


@cache
def _round(rate_hz: int) -> bytes:
    """One round of the tone."""
    made = np.zeros(int(EVERY_SECONDS * rate_hz))
    for number, pitch in enumerate(NOTES_HZ):
        start = int(number * APART_SECONDS * rate_hz)
        times = np.arange(len(made) - start) / rate_hz
        swell = np.minimum(1.0, times / 0.02)
        made[start:] += LEVEL * swell * np.exp(-times / DECAY_SECONDS) * np.sin(2 * np.pi * pitch * times)
    return np.rint(made).astype("<i2").tobytes()


def hold_frame(rate_hz: int, number: int) -> bytes:
    """Frame `number` of the tone, 20 ms from its beginning on; it goes round."""
    whole, size = _round(rate_hz), frame_bytes(rate_hz)
    start = number * size % len(whole)
    return whole[start : start + size]
