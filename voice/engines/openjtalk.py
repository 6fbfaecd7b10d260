"""OpenJTalk's voice: small, quick (about a thirtieth of real time), carried by the wheel `pyopenjtalk-plus`.

Synchronous; a worker or the caller decides where it runs. What it is given in katakana it says as written. Leaves out:
choice of voices (the wheel has one; pitch and pace vary it), readings of names (`reading`, the script).
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from voice.audio import Sound
from voice.engines import EngineError
from voice.resample import convert

ACTIVE_LEVEL = 32768 * 10 ** (-20 / 20)
"""RMS of active speech, -20 dBFS: as loud as a telephone call is, with room for the peaks."""
_PEAK = 32768 * 10 ** (-1 / 20)
_MARGIN_SECONDS = 0.03
"""Of silence kept at either end: the first sound leaves early, no consonant is clipped."""
_WINDOW_SECONDS = 0.01
_SILENT = 10 ** (-40 / 20)
"""A window this far below the loudest is silence."""
_PACES = (0.5, 2.0)


class OpenJTalk:
    """One voice."""

    def __init__(self, half_tone: float = 0.0, speed: float = 1.0, rate_hz: int = 16_000) -> None:
        """`half_tone`: semitones up or down; `speed`: 1.0 is the voice's own; `rate_hz` of what is returned."""
        try:
            import pyopenjtalk
        except ImportError as broken:
            raise EngineError("pyopenjtalk がありません。pip install pyopenjtalk-plus で入れてください") from broken
        self._engine = pyopenjtalk
        self._half_tone, self._speed, self._rate_hz = half_tone, speed, rate_hz
        # loads the dictionaries now; the one for ambiguous kanji warns of its own library's old names
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.phonemes("風の方")

    def speak(self, text: str, pace: float = 1.0) -> Sound:
        """`text` as it shall be read aloud; pace 0.5 to 2.0. Raises EngineError where there is nothing to say."""
        if not _PACES[0] <= pace <= _PACES[1]:
            raise EngineError(f"話す速さ {pace} は使えません。{_PACES[0]} から {_PACES[1]} の間にしてください")
        if not self.phonemes(text):
            raise EngineError(f"「{text}」は読み上げられません。かな・漢字・数字を含む文にしてください")
        try:
            samples, rate_hz = self._engine.tts(text, speed=self._speed * pace, half_tone=self._half_tone)
        except (RuntimeError, ValueError) as broken:
            raise EngineError(f"「{text}」の音声合成に失敗しました: {broken}") from broken
        made = _levelled(_trimmed(np.asarray(samples, np.float64), rate_hz), rate_hz)
        return convert(Sound(np.rint(made).astype("<i2").tobytes(), rate_hz), self._rate_hz)

    def phonemes(self, text: str) -> list[str]:
        """What would be pronounced, without pauses; empty where nothing would."""
        try:
            said = self._engine.g2p(text, join=False) if text.strip() else []
        except (RuntimeError, ValueError) as broken:
            raise EngineError(f"「{text}」を音に直せません: {broken}") from broken
        return [phoneme for phoneme in said if phoneme not in ("pau", "sil")]


Samples = npt.NDArray[np.float64]


def _levels(samples: Samples, rate_hz: int) -> Samples:
    """RMS of windows of 10 ms."""
    size = int(rate_hz * _WINDOW_SECONDS)
    windows = samples[: len(samples) // size * size].reshape(-1, size)
    levels: Samples = np.sqrt(np.mean(windows**2, axis=1))
    return levels


def _trimmed(samples: Samples, rate_hz: int) -> Samples:
    levels = _levels(samples, rate_hz)
    heard = np.flatnonzero(levels > levels.max(initial=0.0) * _SILENT)
    if not len(heard):
        raise EngineError("音声合成の結果が無音でした。別の文で試してください")
    size, margin = int(rate_hz * _WINDOW_SECONDS), int(rate_hz * _MARGIN_SECONDS)
    return samples[max(0, int(heard[0]) * size - margin) : (int(heard[-1]) + 1) * size + margin]


def _levelled(samples: Samples, rate_hz: int) -> Samples:
    levels = _levels(samples, rate_hz)
    active = levels[levels > levels.max() * 10 ** (-25 / 20)]
    gain = ACTIVE_LEVEL / float(np.sqrt(np.mean(active**2)))
    return samples * min(gain, _PEAK / float(np.abs(samples).max()))
