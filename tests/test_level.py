"""Sound that is too loud is noticed."""

from __future__ import annotations

import numpy as np
import pytest

from tests.telephone import caller
from tests.tones import to_pcm, tone
from voice.g711 import alaw_decode, alaw_encode, ulaw_decode, ulaw_encode
from voice.level import Clipping
from voice.resample import convert


def share(pcm: bytes) -> float:
    clipping = Clipping()
    for at in range(0, len(pcm) - 319, 320):
        clipping.push(pcm[at : at + 320])
    return clipping.share


@pytest.mark.parametrize("law", ["mu", "a"])
def test_an_overdriven_voice_is_noticed_and_a_loud_one_is_not(law: str) -> None:
    voice = np.frombuffer(convert(caller("スマイル企画の江川と申します。"), 8000).pcm, "<i2").astype(np.float64)
    loud = voice * 31_000 / np.abs(voice).max()

    def over(wave: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        pcm = to_pcm(wave)
        return share(ulaw_decode(ulaw_encode(pcm)) if law == "mu" else alaw_decode(alaw_encode(pcm)))

    assert over(loud) < 0.02
    assert over(loud * 6) > 0.3


def test_a_whole_sine_is_not_clipped_and_silence_is_nothing() -> None:
    assert share(to_pcm(tone(1000, seconds=1.0, dbm0=(2.5,)))) == 0.0
    assert share(bytes(3200)) == 0.0
    assert share(b"") == 0.0
