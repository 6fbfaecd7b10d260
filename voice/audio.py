"""The one inner format of sound: 16-bit little-endian mono PCM, cut into frames of 20 ms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FRAME_SECONDS = 0.02
"""What every telephone wire here carries at a time."""

INNER_RATE_HZ = 16_000
"""The rate at which voice detection and recognition work; a telephone's 8 kHz is brought up to it."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of sound."""

    pcm: bytes
    """16-bit little-endian mono samples."""
    rate_hz: int

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / self.rate_hz

    def samples(self) -> npt.NDArray[np.int16]:
        """The samples, shape (n,); a read-only view."""
        return np.frombuffer(self.pcm, dtype="<i2")


def frame_bytes(rate_hz: int) -> int:
    """Bytes in one 20 ms frame at `rate_hz`."""
    return int(rate_hz * FRAME_SECONDS) * 2
