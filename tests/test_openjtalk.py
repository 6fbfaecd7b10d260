"""The built-in voice: level, silence, pronunciation, refusals; and how text is prepared for it."""

from __future__ import annotations

import numpy as np
import pyopenjtalk
import pytest

from voice.engines import EngineError
from voice.engines.openjtalk import OpenJTalk
from voice.reading import read_aloud, spoken_time

VOICE = OpenJTalk()
GREETING = "お電話ありがとうございます。スマイル精工でございます。"


def pronounced(text: str) -> str:
    return str(pyopenjtalk.g2p(read_aloud(text), kana=True))


@pytest.mark.parametrize("text", [GREETING, "はい。", "エガワ様でいらっしゃいますね。"])
def test_the_level_is_normal_and_nothing_clips(text: str) -> None:
    sound = VOICE.speak(text)
    assert sound.rate_hz == 16000
    samples = sound.samples().astype(float)
    levels = np.sqrt(np.mean(samples[: len(samples) // 160 * 160].reshape(-1, 160) ** 2, axis=1))
    active = levels[levels > levels.max() * 10 ** (-25 / 20)]
    assert 20 * np.log10(np.sqrt(np.mean(active**2)) / 32768) == pytest.approx(-20, abs=1.5)
    assert np.abs(samples).max() < 32000


def test_the_first_sound_leaves_early() -> None:
    samples = VOICE.speak(GREETING).samples().astype(float)
    loud = np.flatnonzero(np.abs(samples) > np.abs(samples).max() * 0.05)
    assert loud[0] < 0.06 * 16000
    assert len(samples) - loud[-1] < 0.12 * 16000


def test_pace_and_pitch() -> None:
    assert VOICE.speak(GREETING, 0.8).seconds > VOICE.speak(GREETING).seconds * 1.15
    assert OpenJTalk(half_tone=4).speak("はい").pcm != VOICE.speak("はい").pcm
    assert VOICE.speak("はい").pcm == VOICE.speak("はい").pcm


@pytest.mark.parametrize("text", ["", " ", "。", "、、", "「」", "😀"])
def test_nothing_to_say_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(EngineError, match="読み上げられません"):
        VOICE.speak(text)


def test_an_impossible_pace() -> None:
    with pytest.raises(EngineError, match="速さ"):
        VOICE.speak("はい", 0.0)


@pytest.mark.parametrize(
    ("kana", "phonemes"),
    [
        ("エガワ", "e g a w a"),
        ("ハマダハルコ", "h a m a d a h a r u k o"),
        ("ヘイワドウ", "h e i w a d o u"),
        ("ミヤワキハジメ", "m i y a w a k i h a j i m e"),
        ("ハセベヘイハチ", "h a s e b e h e i h a ch i"),
        ("オオノ", "o o n o"),
        ("ヴァイオリン", "v a i o r i N"),
    ],
)
def test_katakana_is_said_as_written(kana: str, phonemes: str) -> None:
    # a devoiced vowel is written with a capital letter and is the same sound to a listener
    assert " ".join(VOICE.phonemes(kana)).replace("I", "i").replace("U", "u") == phonemes


def test_times_are_read_as_times() -> None:
    assert read_aloud("午後は15:30に戻ります") == "午後は十五時三十分に戻ります"
    assert read_aloud("１５：００まで") == "十五時まで"
    assert read_aloud("1:30:00と25:10") == "1:30:00と25:10"


def test_every_time_of_the_day_is_pronounced_as_one_says_it() -> None:
    ones = ["", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュー"]
    ends = ["イップン", "ニフン", "サンプン", "ヨンプン", "ゴフン", "ロップン", "ナナフン", "ハップン", "キューフン"]
    hours = ["レー", "イチ", "ニ", "サン", "ヨ", "ゴ", "ロク", "ナナ", "ハチ", "ク"]
    for hour, minute in [(minute % 24, minute) for minute in range(60)] + [(hour, 5) for hour in range(24)]:
        tens = ("ニジュー" if hour >= 20 else "ジュー" if hour >= 10 else "") + (hours[hour % 10] if hour % 10 else "")
        said = (tens or hours[0]) + "ジ"
        if minute:
            high = (ones[minute // 10] if minute >= 20 else "") + ("ジュー" if minute >= 10 else "")
            said += high + ends[minute % 10 - 1] if minute % 10 else high.removesuffix("ー") + "ップン"
        assert str(pyopenjtalk.g2p(spoken_time(hour, minute), kana=True)) == said


def test_numbers_are_read_digit_by_digit() -> None:
    assert read_aloud("03-1234-5678です") == "ゼロサン、イチニーサンヨン、ゴーロクナナハチです"
    assert read_aloud("定員は1200名です") == "定員は1200名です"
    assert read_aloud("2026年11月21日") == "2026年11月21日"


def test_a_mail_address_is_read_sign_by_sign() -> None:
    said = "エーイチ、アットマーク、エスエムアイエル、イー、ハイフン、エックス、ドット、シーオー、ドット、ジェーピー"
    assert read_aloud("a1@smile-x.co.jp") == said
    assert "アンダーバー" in pronounced("info_2@a.jp")
