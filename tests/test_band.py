"""A narrow voice on a wide line is heard as narrow, and a wide one as wide."""

from __future__ import annotations

import pytest

from voice.audio import Sound
from voice.band import band_hz
from voice.engines.openjtalk import OpenJTalk
from voice.g711 import ulaw_decode, ulaw_encode
from voice.resample import convert

WORDS = ("江川と申します。", "はい。", "よろしくお願いいたします。", "ゼロサンの、イチニサンヨン。")


@pytest.mark.parametrize("words", WORDS)
def test_how_wide_a_voice_is(words: str) -> None:
    wide = OpenJTalk().speak(words)
    narrow = convert(wide, 8000)
    coded = Sound(ulaw_decode(ulaw_encode(narrow.pcm)), 8000)
    assert band_hz(wide, 16_000) == 16_000
    assert band_hz(convert(narrow, 16_000), 16_000) == 8000
    assert band_hz(convert(coded, 16_000), 16_000) == 8000


def test_a_narrow_line_is_narrow_and_silence_is_the_lines_own() -> None:
    assert band_hz(OpenJTalk().speak(WORDS[0]), 8000) == 8000
    assert band_hz(Sound(bytes(100), 16_000), 16_000) == 16_000
    assert band_hz(Sound(bytes(32_000), 16_000), 16_000) == 16_000
