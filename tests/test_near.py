"""People behind the caller are not the caller: turns begin and end with the voice that is near."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.speech import RATE, Samples, at_level, mixed, pink, said, silence, talk
from voice.ear import UtteranceEnded
from voice.near import Bar, Near

CHUNK = 0.032
OTHERS = "昨日の会議の資料を送っておきましたので、確認をお願いします。駅前の店で昼を食べてから、三時ごろに戻ります。"
TURNS = ("もしもし、納品の日の件で、伝言をお願いしたいのですが。", "江川です。", "はい、そうです。")
GREETING, BETWEEN = 2.0, 3.0


@cache
def babble(seconds: float) -> Samples:
    """Five people at once, at the level of one."""
    size, chance = int(seconds * RATE), np.random.default_rng(5)
    voices = [np.resize(said(OTHERS, half_tone, speed), size) for half_tone, speed in ((3, 1.05), (-4, 0.95))]
    made = np.sum([np.roll(voices[each % 2], int(chance.integers(size))) for each in range(5)], axis=0)
    loudness: Samples = made * np.sqrt(np.mean(said(TURNS[0]) ** 2) / np.mean(made**2))
    return loudness


def turns() -> tuple[Samples, list[tuple[float, float]]]:
    """The caller's turns with as long a silence after each as a question lasts, and when they are said."""
    parts, spans, at = [silence(GREETING)], [], GREETING
    for text in TURNS:
        spoken = said(text)
        spans.append((at, at + len(spoken) / RATE))
        parts += [spoken, silence(BETWEEN)]
        at = spans[-1][1] + BETWEEN
    return np.concatenate(parts), spans


@pytest.mark.parametrize("decibel", [-18, -20, -26])
def test_every_turn_ends_soon_while_others_talk_behind_the_caller(decibel: float) -> None:
    spoken, spans = turns()
    line = mixed(spoken, at_level(babble(len(spoken) / RATE), decibel))
    ended = [event for event in talk(line, silence(0)).events if isinstance(event, UtteranceEnded)]
    for began, stopped in spans:
        mine = [each for each in ended if each.start_seconds < stopped and each.end_seconds > began]
        assert mine, f"what was said from {began:.1f} s was not heard"
        assert mine[-1].end_seconds < stopped + 0.3
        assert not any(each.cut for each in mine)
    assert len(ended) <= len(spans) + 2


def test_whoever_speaks_on_without_a_breath_is_not_taken_for_the_background() -> None:
    near = Near(CHUNK)
    levels = np.random.default_rng(2).uniform(-27, -15, 600)
    heard = [near.judge(10 ** (level / 10), 0.9) for level in levels]
    assert np.mean(np.array(heard) > 0.5) > 0.95


def test_a_soft_caller_on_a_quiet_line_is_near() -> None:
    line = at_level(np.concatenate((silence(1.5), said(TURNS[0]))), -24)
    ended = talk(mixed(np.concatenate((line, silence(1.5))), pink(len(line) / RATE + 1.5, -66)), silence(0)).events
    [utterance] = [event for event in ended if isinstance(event, UtteranceEnded)]
    assert utterance.start_seconds < 1.8


def test_nothing_is_judged_before_the_line_was_heard_for_a_while() -> None:
    near = Near(CHUNK)
    chunks = int(Bar().least_seconds / CHUNK) - 1
    assert [near.judge(1e-6, 0.9) for _ in range(chunks)] == [0.9] * chunks


def test_the_line_between_the_turns_is_not_near_whatever_the_detector_takes_it_for() -> None:
    near = Near(CHUNK)
    for level in [-45.0] * 60 + [-20.0] * 30:
        near.judge(10 ** (level / 10), 0.9)
    assert [near.judge(10**-4.3, 0.9) for _ in range(20)][5:] == [0.0] * 15
    assert near.judge(10**-1.8, 0.9) == 0.9
