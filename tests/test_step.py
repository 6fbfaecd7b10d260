"""The receptionist's mind, as properties of any call and as examples."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.company.load import vocabulary
from bot.desk import Desk
from bot.dialogue.actions import Action, Beep, HangUp, Say
from bot.dialogue.events import Broke, Due, Event, Heard, HungUp, Interrupted, Spoken
from bot.dialogue.moves import SPEAKING_CEILING_SECONDS
from bot.dialogue.state import Outcome, Phase, State
from bot.dialogue.step import step
from bot.dialogue.wording import CUSHIONS
from bot.golden import Playing
from nlu.expected import Ask
from nlu.hearing import Hearing
from nlu.meaning import Meaning
from tests.dialogues import BEGAN, QUIET, SMILE, events, meanings, play, silent_world, timed

calls = st.lists(events, max_size=25).flatmap(
    lambda happened: st.tuples(
        st.just(happened),
        st.lists(st.floats(0, 40), min_size=len(happened), max_size=len(happened)),
    )
)


@given(calls)
@settings(max_examples=200, deadline=None)
def test_any_sequence_of_events_is_taken_without_error(call: tuple[list[Event], list[float]]) -> None:
    state, trace = play(SMILE, [BEGAN, *timed(*call)])
    assert state.at >= BEGAN.at
    for _, after, actions in trace:
        said = [action for action in actions if isinstance(action, Say)]
        assert len(said) <= 1
        assert all(phrase.text for say in said for phrase in say.phrases)
        assert after.speaking or not said


@given(calls)
@settings(max_examples=200, deadline=None)
def test_nothing_is_done_after_the_call_is_over(call: tuple[list[Event], list[float]]) -> None:
    _, trace = play(SMILE, [BEGAN, *timed(*call)])
    over = False
    for event, _, actions in trace:
        over = over or isinstance(event, HungUp)
        assert not (over and actions)


@given(calls)
@settings(max_examples=150, deadline=None)
def test_silence_ends_every_call(call: tuple[list[Event], list[float]]) -> None:
    state, _ = play(QUIET, [BEGAN, *timed(*call)])
    if state.phase is Phase.ENDED or state.outcome is Outcome.TRANSFERRED:
        return
    ended = [action for action in silent_world(QUIET, state) if isinstance(action, HangUp)]
    hung_up_already = state.phase is Phase.CLOSING and state.deadline is None
    assert ended or hung_up_already or (state.breaks > 1 and state.deadline is None)


@given(calls)
@settings(max_examples=100, deadline=None)
def test_replaying_the_same_events_gives_the_same_state(call: tuple[list[Event], list[float]]) -> None:
    happened = [BEGAN, *timed(*call)]
    assert play(SMILE, happened)[0] == play(SMILE, happened)[0]


@given(st.lists(meanings, max_size=12))
@settings(max_examples=150, deadline=None)
def test_no_question_is_put_a_third_time_in_the_same_words(answers: list[Meaning]) -> None:
    state, _ = step(SMILE, State(), BEGAN)
    put: dict[tuple[str, str], int] = {}
    for meaning in answers:
        state, _ = step(SMILE, state, Spoken(state.at + 1))
        plain = replace(meaning, answer=None, reason=None)
        state, actions = step(SMILE, state, Heard(state.at + 1, Hearing.of("…"), plain, (0.0, 1.0)))
        if any(isinstance(action, Say) for action in actions):
            words = ("".join(state.asked[-1:]), "".join(phrase.reading or phrase.text for phrase in state.question))
            put[words] = put.get(words, 0) + 1
    assert all(times <= 2 for times in put.values()), put


def test_a_call_of_which_nothing_is_understood_becomes_a_recorded_message() -> None:
    state, _ = step(SMILE, State(), BEGAN)
    done: list[Action] = []
    for _ in range(8):
        state, _ = step(SMILE, state, Spoken(state.at + 1))
        state, actions = step(SMILE, state, Heard(state.at + 1, Hearing.of("ざざ"), Meaning(), (0.0, 1.0)))
        done += actions
        if state.phase is Phase.RECORDING:
            break
    assert any(isinstance(action, Beep) for action in done)
    state, _ = step(SMILE, state, Spoken(state.at + 1))
    state, _ = step(SMILE, state, Heard(state.at + 1, Hearing.of("江川です 電話をください"), Meaning(), (20.0, 24.0)))
    assert state.facts.purpose is not None
    assert "電話をください" in state.facts.purpose.value
    assert state.deadline is not None
    state, actions = step(SMILE, state, Due(state.deadline))
    assert state.phase is Phase.CLOSING
    assert state.outcome is Outcome.RECORDED


def test_the_prompt_is_said_again_after_an_interruption_that_came_to_nothing() -> None:
    state, actions = step(SMILE, State(), BEGAN)
    state, _ = step(SMILE, state, Interrupted(state.at + 0.5, "お電話"))
    assert state.deadline is not None
    state, again = step(SMILE, state, Due(state.deadline))
    assert again == actions


def test_who_is_spoken_into_for_ever_is_not_asked_the_same_for_ever() -> None:
    state, _ = step(SMILE, State(), BEGAN)
    put: dict[tuple[str, ...], int] = {}
    for _ in range(40):
        state, _ = step(SMILE, state, Interrupted(state.at + 0.3, ""))
        state, _ = step(SMILE, state, Heard(state.at + 1, Hearing.of("ざざ"), Meaning(), (0.0, 1.0)))
        put[state.asked] = put.get(state.asked, 0) + 1
        if state.phase is not Phase.TALKING:
            break
    assert state.phase is Phase.RECORDING
    assert max(put.values()) <= 4


def test_a_broken_ear_is_asked_about_again_then_recorded() -> None:
    state, _ = step(SMILE, State(), BEGAN)
    state, first = step(SMILE, state, Broke(state.at + 1, "ear"))
    assert any(isinstance(action, Say) for action in first)
    state, second = step(SMILE, state, Broke(state.at + 5, "ear"))
    assert state.phase is Phase.RECORDING
    assert any(isinstance(action, Beep) for action in second)


def test_a_lost_mouth_ends_the_prompt_by_the_ceiling() -> None:
    state, _ = step(SMILE, State(), BEGAN)
    assert state.deadline == BEGAN.at + SPEAKING_CEILING_SECONDS
    state, _ = step(SMILE, state, Due(state.deadline))
    assert not state.speaking
    assert state.expected is not None
    assert state.expected.ask is Ask.OPENING


def test_a_transfer_nobody_answers_brings_the_caller_back() -> None:
    playing = Playing(SMILE, vocabulary(SMILE), Desk(SMILE), transfers=iter(["応答なし"]))
    playing.feed(BEGAN)
    playing.hear("スマイル企画の江川ですが 図面の件で サポート課の田村さんお願いします")
    playing.hear("はい")
    put_through = playing.lines.index("[転送 32 応答なし]")
    assert playing.state.phase is Phase.TALKING
    assert "田村は" in playing.lines[put_through + 1]


def test_no_cushion_word_is_used_in_two_turns_running() -> None:
    playing = Playing(SMILE, vocabulary(SMILE), Desk(SMILE))
    playing.feed(BEGAN)
    for words in ("見積もりの件なんですが", "江川です", "スマイル企画です", "はい", "0312345678です", "はい"):
        playing.hear(words)
    ours = [line for line in playing.lines if line.startswith("受付>")]
    assert len(ours) > 5
    for one, next_one in pairwise(ours):
        assert not {cushion for cushion in CUSHIONS if cushion in one and cushion in next_one}
