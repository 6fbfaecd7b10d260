"""The goals of a call: which one follows from what was said, and how they stack and resume.

A goal that comes up in between goes on top and is finished first; then the one below goes on where it stood. Each goal
is one module with the same two functions; when the last of them has nothing left to ask, `closing` says good-bye.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from bot.dialogue import (
    application,
    booking_values,
    chase,
    closing,
    complaint,
    delivery,
    gather,
    handover,
    message,
    official,
    person,
    question,
    reach,
    reservation,
    sales,
    wrong_number,
)
from bot.dialogue.events import Heard
from bot.dialogue.moves import Move, Onward
from bot.dialogue.state import Facts, FrameName, State
from bot.script import Script
from nlu.meaning import Ask, Meaning, Reason


class Frame(Protocol):
    """One goal."""

    def takes(self, script: Script, state: State, heard: Heard) -> State:
        """What an utterance means for this goal, beyond the values that `gather` took from it."""
        ...

    def goes_on(self, script: Script, state: State) -> Onward:
        """The next thing to say or do; the state alone when the goal is reached or given up."""
        ...


FRAMES: Mapping[FrameName, Frame] = {
    FrameName.MESSAGE: message,
    FrameName.PERSON: person,
    FrameName.SALES: sales,
    FrameName.RESERVATION: reservation,
    FrameName.QUESTION: question,
    FrameName.COMPLAINT: complaint,
    FrameName.OFFICIAL: official,
    FrameName.CHASE: chase,
    FrameName.WRONG_NUMBER: wrong_number,
    FrameName.DELIVERY: delivery,
    FrameName.APPLICATION: application,
}

BY_REASON = {
    Reason.QUESTION: FrameName.QUESTION,
    Reason.RESERVATION_NEW: FrameName.RESERVATION,
    Reason.RESERVATION_CHANGE: FrameName.RESERVATION,
    Reason.RESERVATION_CANCEL: FrameName.RESERVATION,
    Reason.COMPLAINT: FrameName.COMPLAINT,
    Reason.OFFICIAL: FrameName.OFFICIAL,
    Reason.CHASE: FrameName.CHASE,
    Reason.WRONG_NUMBER: FrameName.WRONG_NUMBER,
    Reason.DELIVERY: FrameName.DELIVERY,
    Reason.APPLICATION: FrameName.APPLICATION,
}

PLAIN = frozenset({FrameName.MESSAGE, FrameName.PERSON, FrameName.QUESTION})
"""Goals that give way to a weightier one that shows later."""

PLAIN_ENOUGH = 0.8
"""Confidence of a reason from which a call takes another turn than it began with."""

CHASE_SURE = 0.6
"""Confidence from which a call is begun with an apology for the wait: "請求書の件で" alone may be anything."""

ASKING = frozenset({FrameName.DELIVERY, FrameName.APPLICATION})
"""Goals of callers who may only have something to ask."""

LISTENING = frozenset({FrameName.COMPLAINT, FrameName.OFFICIAL, FrameName.SALES, FrameName.WRONG_NUMBER})
"""Goals in which the caller's questions are part of what is told, and no questions to the script."""

NO_SALES = frozenset({FrameName.COMPLAINT, FrameName.OFFICIAL, FrameName.RESERVATION})
"""Goals that nobody has who sells, once they stand."""


def take(script: Script, state: State, heard: Heard) -> State:
    """Let the goal in hand take the utterance, then put on top what newly follows from it."""
    if state.frames:
        state = _of(state).takes(script, state, heard)
    routed = _route(script, _bookable(script, state), heard.meaning)
    if routed.frames != state.frames:
        routed = _of(routed).takes(script, _set_aside(state, routed), heard)
        if _asks_too(script, routed, heard.meaning):
            routed = question.takes(script, replace(routed, frames=(*routed.frames, FrameName.QUESTION)), heard)
    return routed


def _asks_too(script: Script, state: State, meaning: Meaning) -> bool:
    """Whether who wants to book asks something in the same breath: あさって予約したいんですけど、駐車場あります?"""
    timed = meaning.moment is not None or meaning.slots.when is not None or meaning.slots.party is not None
    known = meaning.known is not None and meaning.known.kind == "entry"
    return script.rules.answers and known and timed and state.frames[-1:] == (FrameName.RESERVATION,)


def go_on(script: Script, state: State) -> Move:
    """What is to be said or done next."""
    while True:
        onward = _of(state).goes_on(script, state)
        if not isinstance(onward, State):
            return onward
        if len(onward.frames) < 2:
            return _last(script, onward)
        state = replace(onward, frames=onward.frames[:-1])


def _last(script: Script, state: State) -> Move:
    """Good-bye, unless word is owed to somebody of a caller who was never asked who he is."""
    facts = state.facts
    left = facts.staff is not None or facts.callback_promised
    nameless = facts.caller_name is None and facts.number is None and {"caller", "name"}.isdisjoint(state.asked)
    if left and nameless:
        move = message.rest(script, replace(state, frames=(FrameName.MESSAGE,)))
        if not isinstance(move, State):
            return move
    return closing.good_bye(script, state)


def _of(state: State) -> Frame:
    return FRAMES.get(state.frames[-1], message) if state.frames else message


def _set_aside(before: State, after: State) -> State:
    """A question that stood when something else came up was not badly answered: it is put as before, the first time."""
    standing = before.frames and before.asked and before.expected is not None and before.expected.ask is not Ask.MORE
    aside = f"aside:{before.asked[-1]}" if standing else ""
    if not standing or before.asked != after.asked or aside in before.asked:
        return after
    return replace(after, asked=(*after.asked[:-1], aside))


def _bookable(script: Script, state: State) -> State:
    """Where nothing can be booked, words that only sound like a booking ask for something else."""
    facts = state.facts
    said = state.words + (facts.purpose.value if facts.purpose else "")
    if script.rules.reservations is not None or facts.reason not in question.BOOKING or "予約" in said:
        return state
    return replace(state, facts=replace(facts, reason=Reason.QUESTION))


def _route(script: Script, state: State, meaning: Meaning) -> State:
    stood = state.frames
    if meaning.reason is Reason.QUESTION is state.facts.reason and not question.asks(meaning):
        meaning = replace(meaning, reason=Reason.MESSAGE)
    top = state.frames[-1] if state.frames else None
    wrong = wrong_number.noticed(state, meaning) or wrong_number.mistaken(script, state, meaning)
    name = FrameName.WRONG_NUMBER if wrong else _wanted(script, state, meaning)
    sure = 1.0 if wrong or (name is FrameName.OFFICIAL and meaning.reason is None) else meaning.confidence
    if name is not None and name not in state.frames and _may_follow(top, name, sure):
        below = handover.below(state.frames) if name in handover.GRAVE_FRAMES else state.frames
        state = replace(state, frames=(*below, name), facts=_reason(state.facts, meaning))
    settled = FrameName.SALES in state.frames or not NO_SALES.isdisjoint(stood)
    if not settled and sales.wanted(script, state, meaning) and not handover.demands_supervisor(state.words):
        return replace(state, frames=(*state.frames, FrameName.SALES))
    return state


def _wanted(script: Script, state: State, meaning: Meaning) -> FrameName | None:
    """The goal that this utterance speaks of, as far as the company has it."""
    name = BY_REASON.get(meaning.reason) if meaning.reason else None
    if name is None and official.is_office(state.facts.company):
        return FrameName.OFFICIAL
    known = meaning.known.kind if meaning.known else "none"
    if name in ASKING and known in ("entry", "maybe"):
        name = FrameName.QUESTION
    if name is None and question.asks(meaning) and meaning.slots.staff is None:
        name = FrameName.QUESTION
    elif name is FrameName.QUESTION and not question.asks(meaning):
        name = None
    asks_nobody = meaning.slots.staff is None or known == "entry"
    if FrameName.PERSON in state.frames and not reach.INSTEAD.isdisjoint(meaning.wants):
        asks_nobody = False  # for an address, or for somebody else
    asks_nobody = asks_nobody and not reach.asks_of_absence(state)
    if name is FrameName.QUESTION and not (script.rules.answers and asks_nobody):
        name = None
    if name is FrameName.QUESTION and known != "entry" and _tells(state):
        name = None  # a matter that is told is no question, however it is put
    if name is FrameName.QUESTION and state.frames[-1:] == (FrameName.RESERVATION,):
        name = name if booking_values.aside(state, meaning) else None
    if name is FrameName.CHASE and (meaning.confidence < CHASE_SURE or (state.frames and not chase.waits(state.words))):
        name = None
    if name is FrameName.RESERVATION and script.rules.reservations is None:
        name = None
    named = state.facts.staff is not None or (state.facts.department is not None and meaning.reason is Reason.PERSON)
    if name is None and named:
        return None if question.is_over(script, state) else FrameName.PERSON
    if name is None and not state.frames and (state.facts.reason is not None or state.facts.purpose is not None):
        return FrameName.MESSAGE
    return name


def _tells(state: State) -> bool:
    """Whether the caller was asked what it is about."""
    return state.expected is not None and state.expected.ask in (Ask.PURPOSE, Ask.PROBE, Ask.DETAIL)


def _may_follow(top: FrameName | None, name: FrameName, confidence: float) -> bool:
    """Whether a goal may come up on top of another."""
    if top is None:
        return True
    if name is FrameName.WRONG_NUMBER:
        return top not in LISTENING and confidence >= PLAIN_ENOUGH
    if name in (FrameName.QUESTION, FrameName.RESERVATION):
        return top not in LISTENING
    if name is FrameName.PERSON:
        return top in (FrameName.MESSAGE, FrameName.QUESTION)
    return top in PLAIN and name is not FrameName.MESSAGE and confidence >= PLAIN_ENOUGH


def _reason(facts: Facts, meaning: Meaning) -> Facts:
    if meaning.reason is not None and facts.reason in gather.VAGUE:
        return replace(facts, reason=meaning.reason)
    return facts
