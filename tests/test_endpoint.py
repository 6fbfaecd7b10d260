"""The endpointer on probabilities written by hand."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.endpoint import ANSWER, SPELLING, Change, Ended, Endpoint, Patience, Paused, Resumed, Started

CHUNK = 0.032


def run(endpoint: Endpoint, *stretches: tuple[float, float]) -> list[Change]:
    """Feeds (probability, seconds) after one another."""
    changes: list[Change] = []
    for probability, seconds in stretches:
        for _ in range(round(seconds / CHUNK)):
            changes += endpoint.feed(probability, CHUNK)
    return changes


def rounded(changes: list[Change]) -> list[Change]:
    """With times to the millisecond."""
    made: list[Change] = []
    for change in changes:
        fields = {name: round(value, 3) for name, value in asdict(change).items()}
        made.append(type(change)(**fields))
    return made


def test_a_short_answer_is_an_utterance() -> None:
    changes = run(Endpoint(), (0.0, 0.96), (0.8, 0.16), (0.0, 1.0))
    assert rounded(changes) == [Started(0.96), Paused(1.12, 0), Ended(0.96, 1.12, 0, cut=False)]


@pytest.mark.parametrize("probability", [0.4, 0.49])
def test_below_the_threshold_nothing_begins(probability: float) -> None:
    assert run(Endpoint(), (probability, 5.0), (0.0, 1.0)) == []


def test_a_click_is_nothing() -> None:
    endpoint = Endpoint()
    assert run(endpoint, (0.9, CHUNK), (0.0, 0.3), (0.9, CHUNK), (0.0, 2.0)) == []
    assert not endpoint.speaking
    assert endpoint.start is None


def test_soft_syllables_stay_in() -> None:
    assert len(run(Endpoint(), (0.9, 0.2), (0.4, 1.0), (0.9, 0.2))) == 1


def pause_that_ends(endpoint: Endpoint, finished: float | None = None) -> float:
    """Seconds of silence after speech until the utterance ends."""
    run(endpoint, (0.9, 0.5))
    silence = 0.0
    while silence < 10:
        silence += CHUNK
        for change in endpoint.feed(0.0, CHUNK):
            if isinstance(change, Paused) and finished is not None:
                endpoint.judge(change.index, finished)
            if isinstance(change, Ended):
                return silence
    raise AssertionError("it never ended")


@pytest.mark.parametrize("patience", [ANSWER, SPELLING])
def test_patience_decides_how_long_a_pause_may_be(patience: Patience) -> None:
    for finished, seconds in ((None, patience.unknown), (1.0, patience.finished), (0.0, patience.unfinished)):
        endpoint = Endpoint()
        endpoint.patience = patience
        assert pause_that_ends(endpoint, finished) == pytest.approx(seconds, abs=CHUNK)


def test_patience_falls_as_words_are_more_finished() -> None:
    waits = [pause_that_ends(Endpoint(), share / 10) for share in range(11)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > waits[5] > waits[10]


def test_a_pause_is_told_soon_and_what_follows_resumes() -> None:
    endpoint = Endpoint()
    changes = run(endpoint, (0.9, 0.512), (0.0, 0.4), (0.9, 0.512), (0.0, 1.0))
    told = [Started(0.0), Paused(0.512, 0), Resumed(0.896), Paused(1.408, 1), Ended(0.0, 1.408, 1, cut=False)]
    assert rounded(changes) == told


def test_a_judgement_of_a_pause_that_has_passed_is_ignored() -> None:
    endpoint = Endpoint()
    run(endpoint, (0.9, 0.5), (0.0, 0.3), (0.9, 0.2))
    endpoint.judge(0, 0.0)
    silence = run(endpoint, (0.0, 0.8))
    assert isinstance(silence[-1], Ended)


def test_one_chunk_of_noise_does_not_prolong_a_pause() -> None:
    changes = run(Endpoint(), (0.9, 0.5), (0.0, 0.3), (0.9, CHUNK), (0.0, 0.52))
    assert [type(change) for change in changes] == [Started, Paused, Ended]


def test_music_is_cut_by_the_ceiling_again_and_again() -> None:
    ends = [change for change in run(Endpoint(), (0.9, 65.0)) if isinstance(change, Ended)]
    assert [end.cut for end in ends] == [True] * 3
    assert all(end.pause is None for end in ends)
    assert [end.end - end.start for end in ends] == [pytest.approx(20.0, abs=0.1)] * 3


def test_late_in_a_long_speech_a_short_pause_is_taken() -> None:
    endpoint = Endpoint()
    changes = run(endpoint, *[(0.9, 0.9), (0.0, 0.5)] * 20)
    ends = [change for change in changes if isinstance(change, Ended)]
    assert ends
    assert not any(end.cut for end in ends)
    assert all(15 <= end.end - end.start < 20 for end in ends)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 40)), max_size=40))
def test_any_sound_gives_a_story_that_makes_sense(stretches: list[tuple[float, int]]) -> None:
    endpoint = Endpoint()
    changes = run(endpoint, *((probability, count * CHUNK) for probability, count in stretches), (0.0, 3.0))
    follows: dict[type[Change] | None, set[type[Change]]] = {
        None: {Started},
        Started: {Paused, Ended},
        Paused: {Resumed, Ended},
        Resumed: {Paused, Ended},
        Ended: {Started},
    }
    before: type[Change] | None = None
    for change in changes:
        assert type(change) in follows[before]
        before = type(change)
        if isinstance(change, Ended):
            assert change.start < change.end <= endpoint.now
            assert change.end - change.start <= 20.1
    assert before in (None, Ended)
    indices = [change.index for change in changes if isinstance(change, Paused)]
    assert indices == list(range(len(indices)))
