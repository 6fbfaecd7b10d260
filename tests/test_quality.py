"""Packets counted, jitter reckoned, opinions formed."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.lines import Quality
from voice.quality import BARE, CONCEALED, RESTART, Arrivals, Uncounted, mos, opinion, rating


@pytest.mark.parametrize(
    ("r", "score"), [(93.2, 4.41), (90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58), (0, 1.0)]
)
def test_opinions_are_those_of_g_107_annex_b(r: float, score: float) -> None:
    assert opinion(r) == pytest.approx(score, abs=0.011)


@pytest.mark.parametrize(
    ("delay_ms", "lost_to_delay"), [(0, 0.0), (100, 0.0), (150, 0.2), (200, 3.0), (300, 15.0), (400, 24.0)]
)
def test_delay_costs_what_the_curve_of_g_114_shows(delay_ms: float, lost_to_delay: float) -> None:
    assert 93.2 - rating(delay_ms, 0.0) == pytest.approx(lost_to_delay, abs=0.5)


def test_loss_costs_what_the_model_says() -> None:
    assert 93.2 - rating(0, 0.05) == pytest.approx(95 * 5 / (5 + 25.1))
    assert 93.2 - rating(0, 0.05, BARE) == pytest.approx(95 * 5 / (5 + 4.3))
    assert rating(0, 0.05, CONCEALED, burst=2.0) < rating(0, 0.05)
    assert mos(0, 0) == pytest.approx(4.41, abs=0.01)
    assert mos(0.2, 60) < 2.6


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 500), st.floats(0, 500))
def test_worse_is_never_better(loss: float, more: float, jitter: float, wider: float) -> None:
    assert 1.0 <= mos(max(loss, more), jitter) <= mos(loss, jitter) <= 4.5
    assert mos(loss, jitter + wider) <= mos(loss, jitter) + 1e-9


def stream(count: int, lost: set[int] = frozenset(), first: int = 0) -> list[tuple[int, int, float]]:  # type: ignore[assignment]
    return [((first + n) & 0xFFFF, (1000 + 160 * n) & 0xFFFFFFFF, 5 + 0.02 * n) for n in range(count) if n not in lost]


@given(
    first=st.integers(0, 65_535),
    lost=st.sets(st.integers(1, 298), max_size=60),
    seed=st.integers(0, 99),
    copies=st.integers(0, 20),
)
def test_every_packet_is_counted_once_whatever_the_order(first: int, lost: set[int], seed: int, copies: int) -> None:
    chance = Random(seed)
    packets = stream(300, lost, first)
    order = sorted(range(len(packets)), key=lambda n: n + chance.random() * 20)
    sent = [packets[n] for n in order]
    for _ in range(copies):
        n = chance.randrange(len(sent))
        sent.insert(n + 1, sent[n])
    arrivals = Arrivals(8000)
    fresh = [arrivals.arrived(*packet) for packet in sent]
    assert sum(fresh) == len(packets)
    quality = arrivals.quality()
    assert (quality.packets, quality.lost) == (300, len(lost))


def test_an_even_stream_has_no_jitter_and_nothing_is_nothing() -> None:
    assert Arrivals(8000).quality() == Quality(0, 0, 0.0, mos(0, 0))
    arrivals = Arrivals(8000)
    for packet in stream(1000, first=65_000):
        arrivals.arrived(*packet)
    quality = arrivals.quality()
    assert quality.jitter_ms == pytest.approx(0, abs=1e-6)
    assert (quality.packets, quality.lost) == (1000, 0)


def test_jitter_is_that_of_rfc_3550() -> None:
    arrivals, expected, total = Arrivals(8000), 0.0, 0.0
    for n in range(500):
        arrivals.arrived(n, 160 * n, 0.02 * n + (0.005 if n % 2 else 0.0))
        if n:
            expected += (5.0 - expected) / 16
            total += expected
    assert arrivals.quality().jitter_ms == pytest.approx(total / 499, rel=1e-6)


def test_a_sender_that_counts_anew_has_lost_nothing() -> None:
    arrivals = Arrivals(8000)
    for packet in [*stream(100), *stream(50, first=RESTART + 20_000)]:
        arrivals.arrived(*packet)
    assert (arrivals.quality().packets, arrivals.quality().lost) == (150, 0)


def test_timestamps_may_wrap() -> None:
    arrivals = Arrivals(8000)
    for n in range(100):
        arrivals.arrived(n, (2**32 - 8000 + 160 * n) & 0xFFFFFFFF, 0.02 * n)
    assert arrivals.quality().jitter_ms == pytest.approx(0, abs=1e-6)


def judged(times: list[float], first: float = 5.0) -> Quality:
    """Of a stream that bears no numbers, whose messages of 20 ms come at these times."""
    uncounted = Uncounted()
    for at in times:
        uncounted.arrived(0.02, first + at)
    told = uncounted.quality()
    assert told is not None
    return told


@settings(deadline=None)
@given(
    lost=st.lists(st.integers(30, 540), max_size=20, unique=True),
    seed=st.integers(0, 99),
    late=st.sampled_from([0.0, 0.02]),
    drift=st.floats(-2e-4, 2e-4),
)
def test_what_is_lost_without_numbers_shows_in_what_follows(
    lost: list[int], seed: int, late: float, drift: float
) -> None:
    """However unevenly messages come, over TCP they come in order; and no two clocks go alike."""
    chance, times, before = Random(seed), list[float](), 0.0
    for n in range(600):
        before = max(before, n * 0.02 * (1 + drift) + chance.random() * late)
        if n not in lost:
            times.append(before)
    told = judged(times)
    assert told.packets == len(times) + told.lost
    assert abs(told.lost - len(lost)) <= (2 if late else 0)


def test_silence_and_a_moment_of_nothing_but_waiting_lose_nothing() -> None:
    even = [0.02 * n for n in range(200)]
    told = judged(even)
    assert (told.packets, told.lost) == (200, 0)
    assert told.jitter_ms == pytest.approx(0.0, abs=1e-6)
    assert told.mos == pytest.approx(4.41, abs=0.01)
    paused = even + [14.0 + at for at in even]
    assert judged(paused).lost == 0
    stalled = [max(at, 2.0) if at > 1.2 else at for at in even]  # 0.8 s of it come at once
    assert judged(stalled).lost == 0
    waited = [max(at, 1.45) if at > 1.2 else at for at in even]
    assert judged(waited).lost == 0
    uneven = [at + (0.015 if n % 2 else 0.0) for n, at in enumerate(even)]
    assert (judged(uneven).lost, 13 < judged(uneven).jitter_ms < 15.1) == (0, True)


def test_a_few_messages_are_not_judged() -> None:
    uncounted = Uncounted()
    for n in range(49):
        uncounted.arrived(0.02, 0.02 * n)
    assert uncounted.quality() is None
    uncounted.arrived(0.02, 0.98)
    assert uncounted.quality() is not None
