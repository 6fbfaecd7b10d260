"""An utterance heard while it is spoken: the same words, and at its end only its end is work."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from nlu.grammars.asked import number
from tests.telephone import caller
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION, Arc, Grammar
from voice.engines.acoustic import BLANK
from voice.engines.decode import Floats
from voice.engines.inline import Engines
from voice.engines.running import UTTERANCES_KEPT, Utterances

NUMBER = Grammar(number().name, tuple(Arc(*arc) for arc in number().arcs), number().finals)
SAID = "電話番号は、ゼロサンの、ゴーロクナナハチの、イチニーサンヨンです"


@cache
def engines() -> Engines:
    return Engines()


class Rows:
    """Posteriors that tell only how much was asked for."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, sound: Sound, band_hz: int, first: int) -> Floats:
        self.seconds.append(round(sound.seconds - first / 100, 2))
        return np.zeros((len(sound.pcm) // 320 + 1 - first, BLANK + 1), np.float32)


def hum(seconds: float, seed: int = 0) -> Sound:
    noise = np.random.default_rng(seed).normal(0, 300, int(seconds * INNER_RATE_HZ))
    return Sound(noise.astype("<i2").tobytes(), INNER_RATE_HZ)


def part(sound: Sound, seconds: float) -> Sound:
    return Sound(sound.pcm[: int(seconds * INNER_RATE_HZ) * 2], INNER_RATE_HZ)


def test_only_what_came_since_is_work_with_half_a_second_around_it() -> None:
    rows, whole = Rows(), hum(8.0)
    utterances = Utterances(rows)
    frames = [len(utterances.hear(part(whole, seconds), 8000, going=seconds < 8)) for seconds in (1, 2, 5, 8)]
    assert frames == [51, 151, 451, 795]
    assert rows.seconds == [1.0, 1.99, 3.99, 3.99]


def test_other_sounds_and_lines_are_other_utterances() -> None:
    rows, one, two = Rows(), hum(2.0), hum(2.0, seed=1)
    utterances = Utterances(rows)
    first = utterances.hear(one, 8000, going=False)
    assert utterances.hear(two, 8000, going=False) is not first
    assert utterances.hear(one, 16000, going=False) is not first
    assert utterances.hear(one, 8000, going=False) is first
    utterances.forget(first)
    assert utterances.hear(one, 8000, going=False) is not first


def test_the_oldest_of_too_many_is_given_up() -> None:
    utterances = Utterances(Rows())
    first = utterances.hear(hum(1.0), 8000, going=False)
    for seed in range(1, UTTERANCES_KEPT):
        utterances.hear(hum(1.0, seed), 8000, going=False)
    assert utterances.hear(hum(1.0), 8000, going=False) is first
    for seed in range(1, UTTERANCES_KEPT + 1):
        utterances.hear(hum(1.0, 100 + seed), 8000, going=False)
    assert utterances.hear(hum(1.0), 8000, going=False) is not first


def test_piece_by_piece_the_words_are_the_same() -> None:
    sound = caller(SAID)
    at_once = engines().transcribe(sound, 8000, [NUMBER, DICTATION])
    engines().utterances.forget(engines().utterances.hear(sound, 8000, going=False))
    for at in range(1, int(sound.seconds) + 1):
        so_far = engines().transcribe(part(sound, at), 8000, [NUMBER, DICTATION], going=True)
        assert not any(each.text for each in so_far)
    pieces = engines().transcribe(sound, 8000, [NUMBER, DICTATION])
    assert [each.text for each in pieces] == [each.text for each in at_once]
    assert pieces[0].covered
    assert pieces[0].confidence == pytest.approx(at_once[0].confidence, abs=0.1)
