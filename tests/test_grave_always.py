"""Whatever is answered in a grave call: no question a third time, no call without an end, own staff never 様."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.company.script import Script
from bot.dialogue.actions import HangUp, Recall, Say
from bot.dialogue.events import EarlierCall, Event, Heard, Spoken
from bot.dialogue.state import Outcome, Phase, State
from bot.dialogue.step import step
from bot.earlier_lines import memory
from nlu.hearing import Hearing
from nlu.meaning import Meaning, Reason
from tests.dialogues import BEGAN, TUESDAY_AFTERNOON, meanings, silent_world
from tests.grave import KAEDE, SMILE

CALLERS = frozenset({"サトウ", "エガワ", "サイドウ", "カンノ"})
"""Names that callers give, of whom some are like those of the staff."""

GRAVE = (Reason.COMPLAINT, Reason.OFFICIAL, Reason.CHASE)
REMEMBER = memory([EarlierCall(TUESDAY_AFTERNOON - 86400.0, "0312345678", "エガワ", promised=True)])

words = st.sampled_from(
    [
        "…",
        "責任者を出せ",
        "ばかやろう",
        "12月4日までに",
        "今どちらにいらっしゃいますか",
        "先週からです",
        "令和8年ル第12号です",
    ]
)


def played(script: Script, reason: Reason, answers: list[tuple[Meaning, str]]) -> tuple[State, list[str], list[str]]:
    """The state at the end, every sentence of ours, and each question as it was put."""
    state, _ = step(script, State(), replace(BEGAN, called=script.numbers[0], caller="0312345678"))
    said: list[str] = []
    put: list[str] = []
    opening = (Meaning(reason=reason, purpose="納品された部品の件で", confidence=0.95), "部品の件で")
    for meaning, text in (opening, *answers):
        events: list[Event] = [Spoken(state.at + 1), Heard(state.at + 2, Hearing.of(text), meaning, (0.0, 1.0))]
        while events:
            state, actions = step(script, state, events.pop(0))
            events = [REMEMBER(each, state.at) for each in actions if isinstance(each, Recall)] + events
            spoken = [each for each in actions if isinstance(each, Say)]
            said += [phrase.text for each in spoken for phrase in each.phrases]
            if spoken and state.phase is Phase.TALKING and state.question:
                put.append("".join(phrase.reading or phrase.text for phrase in state.question))
    return state, said, put


@pytest.mark.parametrize("script", [SMILE, KAEDE], ids=lambda script: script.key)
@given(st.sampled_from(GRAVE), st.lists(st.tuples(meanings, st.just("…")), max_size=12))
@settings(max_examples=60, deadline=None)
def test_no_question_is_put_a_third_time(script: Script, reason: Reason, answers: list[tuple[Meaning, str]]) -> None:
    plain = [(replace(meaning, answer=None, reason=None), text) for meaning, text in answers]
    _, _, put = played(script, reason, plain)
    assert all(put.count(question) <= 2 for question in put), put


@pytest.mark.parametrize("script", [SMILE, KAEDE], ids=lambda script: script.key)
@given(st.sampled_from(GRAVE), st.lists(st.tuples(meanings, words), max_size=10))
@settings(max_examples=60, deadline=None)
def test_own_staff_are_never_called_sama(script: Script, reason: Reason, answers: list[tuple[Meaning, str]]) -> None:
    _, said, _ = played(script, reason, answers)
    for person in script.staff:
        for form in (person.family.text, person.family.kana):
            assert form in CALLERS or not any(f"{form}様" in each or f"{form}さん" in each for each in said)


@pytest.mark.parametrize("script", [SMILE, KAEDE], ids=lambda script: script.key)
@given(st.sampled_from(GRAVE), st.lists(st.tuples(meanings, words), max_size=10))
@settings(max_examples=60, deadline=None)
def test_every_grave_call_ends_by_silence(script: Script, reason: Reason, answers: list[tuple[Meaning, str]]) -> None:
    state, _, _ = played(script, reason, answers)
    gone = state.outcome is Outcome.TRANSFERRED or (state.phase is Phase.CLOSING and state.deadline is None)
    assert gone or any(isinstance(action, HangUp) for action in silent_world(script, state))
