"""The goals of a call, and how they stack and resume.

A goal that comes up in between goes on top and is finished first; then the one below goes on where it stood. Each goal
is one module with the same two functions; when the last of them has nothing left to ask, `closing` says good-bye. Which
goal an utterance speaks of is for `routing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from bot.company.script import Script
from bot.dialogue import (
    application,
    asides,
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
    routing,
    sales,
    superiors,
    wrong_number,
)
from bot.dialogue.events import Heard
from bot.dialogue.moves import Move, Onward
from bot.dialogue.state import Facts, FrameName, State
from nlu.asking import beside_wish
from nlu.meaning import Meaning, Reason


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

NO_SALES = frozenset({FrameName.COMPLAINT, FrameName.OFFICIAL, FrameName.RESERVATION})
"""Goals that nobody has who sells, once they stand."""


def take(script: Script, state: State, heard: Heard) -> State:
    """Let the goal in hand take the utterance, then put on top what newly follows from it."""
    if state.frames:
        state = _of(state).takes(script, state, heard)
    bookable = _bookable(script, state, heard.meaning)
    if bookable is not state and question.is_kept_back(heard):
        heard = replace(heard, meaning=replace(heard.meaning, reason=Reason.QUESTION))
    if reach.asks_return(state):  # the schedule tells that, and no entry
        heard = replace(heard, meaning=replace(heard.meaning, reason=None, known=None))
    routed = _route(script, bookable, heard.meaning)
    if routed.frames != state.frames:
        routed = _of(routed).takes(script, asides.put_as_before(state, routed), heard)
        if asked := _asked_too(script, routed, heard):
            routed = question.takes(script, replace(routed, frames=(*routed.frames, FrameName.QUESTION)), asked)
    return routed


def _asked_too(script: Script, state: State, heard: Heard) -> Heard | None:
    """What who wants to book asks in the same breath (あさって予約したいんですけど、駐車場あります?); None for nothing.

    A question in a sentence of its own is taken on where there is no answer, too."""
    meaning = heard.meaning
    if not script.rules.answers or meaning.known is None or state.frames[-1:] != (FrameName.RESERVATION,):
        return None
    if meaning.reason is Reason.RESERVATION_NEW and (beside := beside_wish(heard.hearing.text)):
        return replace(heard, meaning=replace(meaning, reason=Reason.QUESTION, purpose=beside))
    timed = meaning.moment is not None or meaning.slots.when is not None or meaning.slots.party is not None
    return heard if timed and meaning.known.kind == "entry" else None


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


def _bookable(script: Script, state: State, meaning: Meaning) -> State:
    """Where nothing can be booked, or not any more, words that only sound like a booking ask for something else."""
    facts = state.facts
    said = state.words + (facts.purpose.value if facts.purpose else "")
    bookable = script.rules.reservations is not None and not routing.is_past(state, meaning)
    if bookable or facts.reason not in question.BOOKING or "予約" in said:
        return state
    return replace(state, facts=replace(facts, reason=Reason.QUESTION))


def _route(script: Script, state: State, meaning: Meaning) -> State:
    stood = state.frames
    if meaning.reason is Reason.QUESTION is state.facts.reason and not question.asks(meaning):
        meaning = replace(meaning, reason=Reason.MESSAGE)
    top = state.frames[-1] if state.frames else None
    wrong = wrong_number.noticed(state, meaning) or wrong_number.mistaken(script, state, meaning)
    name = FrameName.WRONG_NUMBER if wrong else routing.wanted(script, state, meaning)
    sure = 1.0 if wrong or (name is FrameName.OFFICIAL and meaning.reason is None) else meaning.confidence
    if name is not None and name not in state.frames and routing.may_follow(top, name, sure):
        below = handover.below(state.frames) if name in handover.GRAVE_FRAMES else state.frames
        state = replace(state, frames=(*below, name), facts=_reason(state.facts, meaning))
    if not may_sell(replace(state, frames=stood)) or FrameName.SALES in state.frames:
        return state
    state = sales.suspected(script, state, meaning)
    if sales.wanted(script, state, meaning) and not superiors.demands_one(state.words):
        return replace(state, frames=(*state.frames, FrameName.SALES))
    return state


def may_sell(state: State) -> bool:
    """Whether no goal stands that shows that the caller sells nothing, or is refused already."""
    return NO_SALES.isdisjoint(state.frames) and FrameName.SALES not in state.frames


def _reason(facts: Facts, meaning: Meaning) -> Facts:
    if meaning.reason is not None and facts.reason in gather.VAGUE:
        return replace(facts, reason=meaning.reason)
    return facts
