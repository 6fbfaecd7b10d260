"""How the bench of the ear counts: intervals, curves, and cases that are the same every time."""

from __future__ import annotations

import random

import pytest

from tests.bench._judged import interval, same
from tests.bench._said import drawn
from tests.bench.ear import roc
from tests.voices import available, manner


@pytest.mark.parametrize(("hits", "of"), [(0, 20), (10, 20), (20, 20), (170, 200)])
def test_an_interval_holds_its_share_and_stays_in_bounds(hits: int, of: int) -> None:
    low, high = interval(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    assert high - low < 0.45
    wider = interval(hits // 10, of // 10)
    assert wider[1] - wider[0] > high - low


def test_the_curve_of_two_heaps_that_lie_apart_is_whole() -> None:
    told = roc([-5.0, -4.0, -3.5], [-1.0, -0.5, -0.4, -0.2])
    assert told["area"] == 1.0
    assert told["false accepts at 5% false rejects"] == 0.0
    assert roc([0.0, -1.0], [0.0, -1.0])["area"] == 0.5


def test_what_is_said_is_drawn_by_the_seed_alone() -> None:
    for group, draw in drawn().items():
        once = [draw(random.Random(f"{group} 1")) for _ in range(2)]
        assert once[0] == once[1]
        assert all(text for text, _ in once)
    assert manner(random.Random(5)) == manner(random.Random(5))
    assert manner(random.Random(5)).voice in available()


def test_names_are_the_same_by_sound() -> None:
    assert same("ミヅノ", "みずの")
    assert not same("オノ", "オオノ")
    assert not same("0312345678", "0312345679")
