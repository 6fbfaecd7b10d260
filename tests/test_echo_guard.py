"""What we say coming back, loud and late, never counts as the caller, who is heard over it all the same."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench.sound import echo_events


@pytest.mark.parametrize(
    ("decibel", "delay", "room"), [(-20, 0.05, 0.15), (-20, 0.4, 0.0), (-6, 0.15, 0.15), (-6, 0.3, 0.0)]
)
def test_our_words_coming_back_begin_nothing(decibel: float, delay: float, room: float) -> None:
    assert echo_events(decibel, delay, room, seconds=2.5) == []


@pytest.mark.parametrize(("decibel", "delay", "room"), [(-20, 0.4, 0.0), (-13, 0.15, 0.15)])
def test_a_caller_who_breaks_in_over_the_echo_is_heard(decibel: float, delay: float, room: float) -> None:
    assert "SpeechBegan" in echo_events(decibel, delay, room, seconds=3.0, also=True)


def test_the_guard_does_not_depend_on_chance() -> None:
    assert np.array_equal(echo_events(-12, 0.1, 0.1, seconds=1.0), echo_events(-12, 0.1, 0.1, seconds=1.0))
