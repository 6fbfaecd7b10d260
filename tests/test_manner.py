"""How something was said: known tones and voices, and what is made of them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.company.load import ScriptError, load_script
from bot.company.rules import Listening
from bot.dialogue.events import Event, Heard
from bot.reporting.voice_fields import manners, voice_fields
from nlu.hearing import Hearing
from nlu.meaning import Meaning
from tests.speech import RATE, at_level, mixed, on_the_line, pink, said
from voice.audio import INNER_RATE_HZ, Sound
from voice.manner import MANY, Manner, likely_sex, measure, raised
from voice.resample import convert

GOOD = Path(__file__).parent / "data" / "good_script"
CALM = Manner(-23.0, 7.0, 125.0, 5.0, -1.0, 0)


def hum(pitch_hz: float, seconds: float = 1.0, band: tuple[float, float] = (300.0, 3400.0)) -> Sound:
    """The harmonics that a telephone carries of a voice, its fundamental not among them."""
    times = np.arange(int(seconds * INNER_RATE_HZ)) / INNER_RATE_HZ
    harmonics = [n for n in range(1, 60) if band[0] <= n * pitch_hz <= band[1]]
    wave = sum(np.cos(2 * np.pi * n * pitch_hz * times) / n for n in harmonics)
    return Sound((2000 * np.asarray(wave)).astype("<i2").tobytes(), INNER_RATE_HZ)


@pytest.mark.parametrize("pitch_hz", [95.0, 130.0, 180.0, 230.0, 290.0])
def test_the_pitch_of_a_voice_is_found_though_the_line_does_not_carry_it(pitch_hz: float) -> None:
    assert measure(hum(pitch_hz), 1.0, 0, 1.0).pitch_hz == pytest.approx(pitch_hz, rel=0.06)


def test_levels_are_those_before_the_gain() -> None:
    sound = hum(150.0)
    assert measure(sound, 2.0, 0, 1.0).level_db == pytest.approx(measure(sound, 1.0, 0, 1.0).level_db - 6.02, abs=0.05)


def test_a_rising_voice_rises() -> None:
    rising = Sound(b"".join(hum(pitch, 0.25).pcm for pitch in (110.0, 120.0, 140.0, 155.0)), INNER_RATE_HZ)
    made = measure(rising, 1.0, 0, 1.0)
    assert made.pitch_change == pytest.approx(5.9, abs=1.5)
    assert 3.5 < made.pitch_range < 8.0
    assert abs(measure(hum(120.0), 1.0, 0, 1.0).pitch_range) < 0.5


def test_bursts_are_counted() -> None:
    soft, loud = hum(140.0, 0.6), hum(140.0, 0.2)
    shout = (loud.samples().astype(np.float64) * 4).astype("<i2").tobytes()
    bursting = Sound(soft.pcm + shout + soft.pcm + shout + soft.pcm, INNER_RATE_HZ)
    assert measure(bursting, 1.0, 0, 1.0).bursts == 2
    assert measure(soft, 1.0, 0, 1.0).bursts == 0


def test_the_pace_is_in_morae_and_pauses_do_not_count() -> None:
    assert measure(hum(150.0, 2.0), 1.0, 14, 2.0).morae_per_second == 7.0
    assert measure(hum(150.0, 2.0), 1.0, 2, 2.0).morae_per_second == 0.0


def test_what_is_too_short_tells_nothing() -> None:
    assert measure(Sound(bytes(100), INNER_RATE_HZ), 1.0, 9, 0.0) == Manner(0.0, 0.0, 0.0, 0.0, 0.0, 0)
    assert measure(hum(150.0, 0.1), 1.0, 0, 0.1).pitch_hz == 0.0
    assert measure(Sound(bytes(32000), INNER_RATE_HZ), 1.0, 0, 1.0).pitch_hz == 0.0


def over_the_line(half_tone: float, speed: float = 1.0, decibel: float = 0.0) -> Manner:
    text = "来週の火曜日に伺いますので、よろしくお伝えください。"
    line = on_the_line(mixed(at_level(said(text, half_tone, speed), decibel), pink(6.0, -50)))
    spoken = len(said(text, half_tone, speed)) / RATE
    return measure(convert(Sound(line, RATE), INNER_RATE_HZ), 1.0, 27, spoken)


def test_a_voice_is_raised_against_itself_only() -> None:
    usual, strained = over_the_line(-6.0), over_the_line(-2.0, 1.3, 7.0)
    assert strained.level_db - usual.level_db == pytest.approx(7.0, abs=1.5)
    assert strained.morae_per_second > usual.morae_per_second * 1.15
    assert raised(usual, [usual]) == 0.0
    score = raised(strained, [usual])
    assert score is not None
    assert score >= MANY
    assert raised(strained, [strained]) == 0.0
    assert raised(strained, []) is None


@pytest.mark.parametrize(("hz", "sex"), [(110.0, "男性"), (170.0, ""), (230.0, "女性")])
def test_the_sex_is_guessed_only_where_the_pitch_tells(hz: float, sex: str) -> None:
    assert likely_sex([replace(CALM, pitch_hz=hz), replace(CALM, pitch_hz=0.0)]) == sex
    assert likely_sex([]) == ""


def utterances(*told: Manner | None) -> list[Event]:
    return [Heard(0.0, Hearing(()), Meaning(), (0.0, 1.0), each.plain() if each else ()) for each in told]


def test_a_report_calls_it_an_estimate_and_only_where_it_is_wanted() -> None:
    loud = Manner(-15.0, 9.5, 160.0, 9.0, 1.0, 2)
    happened = utterances(CALM, None, CALM, loud)
    assert manners(happened) == (CALM, CALM, loud)
    values = [field.value for field in voice_fields(Listening(), happened)]
    assert values == ["途中でお声が高ぶったご様子(声から推定)", "男性(声から推定)"]
    assert [field.value for field in voice_fields(Listening(sex=False), happened[:3] * 2)] == [
        "落ち着いたご様子(声から推定)"
    ]
    assert voice_fields(Listening(manner=False, sex=False), happened) == ()
    assert voice_fields(Listening(), utterances(None, None)) == ()


def test_a_company_can_switch_it_off(tmp_path: Path) -> None:
    shutil.copytree(GOOD, tmp_path / "scripts")
    path = tmp_path / "scripts" / "acme" / "script.toml"
    assert load_script(path.parent).rules.listening == Listening()
    plain = path.read_text("utf-8")
    for written, found in (
        ("manner = false", Listening(False, False)),
        ("sex = false", Listening(True, False)),
    ):
        path.write_text(f"{plain}\n[listening]\n{written}\n", "utf-8")
        assert load_script(path.parent).rules.listening == found
    path.write_text(f'{plain}\n[listening]\nmanner = "いいえ"\n', "utf-8")
    with pytest.raises(ScriptError, match=r"listening\.manner"):
        load_script(path.parent)
