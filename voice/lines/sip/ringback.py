"""The tone that a caller in Japan hears while the other telephone rings: 400 Hz, beating at 16 Hz, one second in three.

Source: the national telephone tones as listed in ITU-T E.180, supplement 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import cycle

import numpy as np

from voice.audio import frame_bytes

_LEVEL = 32767 * 10 ** (-20 / 20)


def ringback(rate_hz: int) -> Iterator[bytes]:
    """Frames of 20 ms without end, beginning with the tone."""
    return cycle(_period(rate_hz))


@cache
def _period(rate_hz: int) -> tuple[bytes, ...]:
    at = np.arange(3 * rate_hz) / rate_hz
    tone = np.sin(2 * np.pi * 400 * at) * (1 + 0.85 * np.sin(2 * np.pi * 16 * at)) / 1.85 * (at < 1.0)
    pcm = np.rint(tone * _LEVEL).astype("<i2").tobytes()
    size = frame_bytes(rate_hz)
    return tuple(pcm[start : start + size] for start in range(0, len(pcm), size))
