"""One call's ear on real speech over a telephone's codec."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.speech import RATE, Samples, Talk, at_level, mixed, on_the_line, pink, said, silence, talk
from voice.ear import (
    BargeIn,
    Ear,
    EarEvent,
    PauseHeard,
    SpeechBegan,
    SpeechResumed,
    StretchHeard,
    UtteranceEnded,
)
from voice.endpoint import SPELLING
from voice.resample import Resampler

SENTENCE = "営業の栗本さんいらっしゃいますか。"
NONE = silence(0)


def ours() -> Samples:
    parts = ("お電話ありがとうございます。", "スマイル精工でございます。", "恐れ入りますが、お名前をお願いいたします。")
    return np.concatenate([part for text in parts for part in (said(text, 3.0), silence(0.25))])


def after(seconds: float, *parts: Samples, total: float = 0.0) -> Samples:
    """The parts after a silence, over the noise of a line."""
    made = np.concatenate((silence(seconds), *parts, silence(1.5)))
    return mixed(made, pink(max(total, len(made) / RATE), -60))


def utterances(made: Talk) -> list[UtteranceEnded]:
    return [event for event in made.events if isinstance(event, UtteranceEnded)]


def test_a_sentence_is_one_utterance_with_a_margin_around_it() -> None:
    spoken = said(SENTENCE)
    made = talk(after(1.0, spoken), NONE)
    [utterance] = utterances(made)
    assert utterance.start_seconds == pytest.approx(1.05, abs=0.1)
    assert utterance.end_seconds == pytest.approx(1.0 + len(spoken) / RATE, abs=0.15)
    assert not utterance.cut
    assert utterance.over_ours_seconds == 0
    margin = utterance.sound.seconds - (utterance.end_seconds - utterance.start_seconds)
    assert margin == pytest.approx(0.5, abs=0.01)
    assert utterance.sound.rate_hz == 16000


def test_the_sound_of_the_last_pause_is_the_utterances() -> None:
    made = talk(after(1.0, said(SENTENCE)), NONE)
    pauses = {event.index: event for event in made.events if isinstance(event, PauseHeard)}
    [utterance] = utterances(made)
    assert utterance.last_pause is not None
    pause = pauses[utterance.last_pause]
    assert pause.sound.pcm == utterance.sound.pcm
    assert (pause.start_seconds, pause.end_seconds) == (utterance.start_seconds, utterance.end_seconds)


def test_speech_that_goes_on_is_told_second_by_second_and_what_comes_later_begins_with_it() -> None:
    made = talk(after(0.5, said("来週の火曜日に伺いますので、よろしくお願いいたします。" * 2)), NONE)
    stretches = [event for event in made.events if isinstance(event, StretchHeard)]
    assert stretches
    assert not any(stretch.over_ours for stretch in stretches)
    told = [event.sound.pcm for event in made.events if isinstance(event, StretchHeard | PauseHeard | UtteranceEnded)]
    for earlier, later in pairwise(told):
        assert later.startswith(earlier)


@pytest.mark.parametrize("decibel", [0, -10, -20])
def test_the_level_is_made_even_and_an_offset_removed(decibel: float) -> None:
    caller = at_level(after(1.0, said(SENTENCE)), decibel) + 400
    [utterance] = utterances(talk(caller, NONE))
    samples = utterance.sound.samples().astype(float)
    levels = np.sqrt(np.mean(samples[: len(samples) // 160 * 160].reshape(-1, 160) ** 2, axis=1))
    active = levels[levels > levels.max() * 10 ** (-25 / 20)]
    assert 20 * np.log10(np.sqrt(np.mean(active**2)) / 32768) == pytest.approx(-23, abs=3)
    assert abs(samples.mean()) < 60
    assert np.abs(samples).max() < 32000


def test_a_pause_inside_is_told_and_speech_goes_on() -> None:
    caller = after(0.5, said("お電話番号は"), silence(0.3), said("ゼロサンの"))
    made = talk(caller, NONE)
    kinds = [type(event) for event in made.events if not isinstance(event, StretchHeard)]
    assert kinds == [SpeechBegan, PauseHeard, SpeechResumed, PauseHeard, UtteranceEnded]


def test_patience_holds_a_number_together() -> None:
    caller = after(0.5, said("ゼロサン"), silence(0.95), said("イチニーサンヨン"), silence(1.0))
    pcm = on_the_line(caller)
    counts = []
    for patience in (None, SPELLING):
        ear = Ear(RATE)
        if patience:
            ear.expect(patience)
        counts.append(sum(isinstance(event, UtteranceEnded) for event in ear.push(pcm)))
    assert counts == [2, 1]


def end_of(finished: float | None) -> float:
    """Seconds from the speech's end to the utterance's, where every pause is judged so."""
    ear, pcm = Ear(RATE), on_the_line(after(0.5, said("お願いします"), silence(1.0)))
    for at in range(0, len(pcm), 320):
        for event in ear.push(pcm[at : at + 320]):
            if isinstance(event, PauseHeard) and finished is not None:
                ear.partial(event.index, finished, backchannel=False)
            if isinstance(event, UtteranceEnded):
                return ear.seconds - event.end_seconds
    raise AssertionError("it never ended")


def test_finished_words_end_the_utterance_sooner() -> None:
    assert end_of(1.0) < 0.55
    assert 0.7 < end_of(None) < 0.9
    assert end_of(0.0) > 1.5


def test_a_breath_after_a_yes_ends_nothing() -> None:
    ear, pcm = Ear(RATE), on_the_line(after(0.5, said("はい"), silence(0.25), said("そうです"), silence(1.0)))
    ended = 0
    for at in range(0, len(pcm), 320):
        for event in ear.push(pcm[at : at + 320]):
            ended += isinstance(event, UtteranceEnded)
            if isinstance(event, PauseHeard):
                ear.partial(event.index, 0.9, backchannel=True)
    assert ended == 1


@pytest.mark.parametrize(("delay", "decibel"), [(0.05, -20), (0.15, -25), (0.3, -20), (0.3, -30)])
def test_our_own_echo_is_nobody(delay: float, decibel: float) -> None:
    made = talk(after(0, total=len(ours()) / RATE + 1), ours(), echo=(delay, decibel))
    assert made.events == []


@pytest.mark.parametrize("word", ["はい", "うん", "ええ"])
@pytest.mark.parametrize("at", [1.5, 3.1])
def test_a_backchannel_does_not_stop_us(word: str, at: float) -> None:
    made = talk(after(at, said(word)), ours(), echo=(0.2, -25))
    assert made.stopped_at is None
    assert len(utterances(made)) == 1
    assert utterances(made)[0].over_ours_seconds > 0.05


@pytest.mark.parametrize("half_tone", [-4, 0, 3])
@pytest.mark.parametrize("decibel", [0, -10])
def test_a_caller_who_speaks_over_us_is_given_the_floor(half_tone: float, decibel: float) -> None:
    spoken = at_level(said("すみません、ちょっと急いでるんですけど", half_tone), decibel)
    made = talk(after(1.5, spoken), ours(), echo=(0.2, -25))
    assert made.stopped_at is not None
    assert made.stopped_at - 1.5 < 0.5 + 0.2
    [utterance] = utterances(made)
    assert utterance.start_seconds == pytest.approx(1.55, abs=0.12)
    assert len(made.of(BargeIn)) == 1


def test_protected_words_are_said_to_their_end_and_the_caller_is_heard_all_the_same() -> None:
    made = talk(after(1.5, said(SENTENCE)), ours(), echo=(0.2, -25), protected=True)
    assert made.stopped_at is None
    assert len(utterances(made)) == 1


def test_short_words_that_are_no_backchannel_stop_us_once_they_are_known() -> None:
    caller, mine = on_the_line(after(1.5, said("いえ"), silence(1.0))), on_the_line(ours())
    for backchannel, stops in ((True, False), (False, True)):
        ear, events = Ear(RATE), list[EarEvent]()
        for at in range(0, len(caller), 320):
            ear.playing(mine[at : at + 320])
            fresh = ear.push(caller[at : at + 320])
            events += fresh
            for event in fresh:
                if isinstance(event, PauseHeard):
                    ear.partial(event.index, 0.5, backchannel)
        assert any(isinstance(event, BargeIn) for event in events) is stops


@pytest.mark.parametrize("nod", [True, False])
def test_a_long_nod_that_is_known_for_one_does_not_stop_us(nod: bool) -> None:
    caller, mine = on_the_line(after(1.5, said("なるほど"), silence(1.0))), on_the_line(ours())
    ear, events = Ear(RATE), list[EarEvent]()
    for at in range(0, len(caller), 320):
        ear.playing(mine[at : at + 320])
        for event in ear.push(caller[at : at + 320]):
            events.append(event)
            if isinstance(event, StretchHeard) and event.over_ours:
                ear.spoken_over(nod)
            elif isinstance(event, PauseHeard):
                ear.partial(event.index, 0.5, backchannel=True)
    assert any(isinstance(event, StretchHeard) and event.over_ours for event in events)
    assert any(isinstance(event, BargeIn) for event in events) is not nod


def test_who_speaks_on_after_a_nod_is_given_the_floor_all_the_same() -> None:
    caller, mine = (
        on_the_line(after(1.5, said("はいそれで至急折り返しお電話をいただきたいのですが"))),
        on_the_line(ours()),
    )
    ear = Ear(RATE)
    for at in range(0, len(caller), 320):
        ear.playing(mine[at : at + 320])
        for event in ear.push(caller[at : at + 320]):
            if isinstance(event, StretchHeard) and event.over_ours:
                ear.spoken_over(nod=True)
            if isinstance(event, BargeIn):
                assert event.at < 1.5 + 1.3
                return
    raise AssertionError("it never stopped us")


def cut_up(pcm: bytes, cuts: list[int], rate_hz: int) -> list[EarEvent]:
    ear, events, at = Ear(rate_hz), list[EarEvent](), 0
    for cut in cuts:
        events += ear.push(pcm[at : at + cut])
        at += cut
    return events + ear.push(pcm[at:])


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 9000), max_size=12), st.sampled_from([8000, 16000]))
def test_cutting_otherwise_gives_the_same_events(cuts: list[int], rate_hz: int) -> None:
    pcm = Resampler(RATE, rate_hz).push(on_the_line(after(0.4, said("もしもし"), silence(0.4), said("はい"))))
    events = cut_up(pcm, cuts, rate_hz)
    assert events == cut_up(pcm, [], rate_hz)
    assert any(isinstance(event, UtteranceEnded) for event in events)


def test_a_line_of_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="44100"):
        Ear(44100)


def test_what_never_pauses_is_cut_and_nothing_of_it_is_lost_or_given_twice() -> None:
    caller = said("あいうえおかきくけこさしすせそなにぬねのまみむめも" * 9)
    assert len(caller) > 25 * RATE
    ends = utterances(talk(after(0.5, caller), NONE))
    first, second = ends[0], ends[1]
    assert first.cut
    assert first.last_pause is None
    assert first.end_seconds - first.start_seconds == pytest.approx(20.0, abs=0.1)
    assert second.start_seconds == pytest.approx(first.end_seconds, abs=0.1)
    before = second.sound.seconds - (second.end_seconds - second.start_seconds) - 0.2
    assert before == pytest.approx(second.start_seconds - first.end_seconds, abs=0.001)
