"""How loud a stream is, and whether it is too loud: distortion that no later control can mend.

Rule: a frame is overdriven where the wave lies flat at full scale for three samples or more; G.711 bends peaks below
that, but never flattens them. Frames of silence do not count. Leaves out: level control and removal of direct current
before recognition, which the ear does on whole utterances (`ear`).
"""

from __future__ import annotations

import numpy as np

_FULL = 31_000
"""Of 32,768: the highest steps of mu-law and A-law are 32,124 and 32,256."""
_RUN = 3
_SILENT_RMS = 300.0
"""-41 dBFS."""


class Clipping:
    """One stream's."""

    def __init__(self) -> None:
        self._loud = self._flat = 0

    def push(self, pcm: bytes) -> None:
        """A frame, 16-bit mono."""
        samples = np.frombuffer(pcm, "<i2").astype(np.int32)
        if len(samples) < _RUN or float(np.mean(samples.astype(np.float64) ** 2)) < _SILENT_RMS**2:
            return
        self._loud += 1
        self._flat += _is_flat(samples >= _FULL) or _is_flat(samples <= -_FULL)

    @property
    def share(self) -> float:
        """0..1: of the frames that are no silence, those that are overdriven."""
        return self._flat / self._loud if self._loud else 0.0


def _is_flat(high: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> bool:
    return bool((high[:-2] & high[1:-1] & high[2:]).any())
