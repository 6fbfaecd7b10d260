"""What comes after the good-bye: a wish, a question, a correction, another matter; or the same good-bye again.

The first of it is acknowledged and passed on. What would have been a goal of its own before is one now too, with as few
questions as it takes: a complaint is apologised for, and whoever turns out to sell, or to have dialled another house,
hears the good-bye that is due to him. Thanks are nothing new.
"""

from __future__ import annotations

from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import complaint, frames, gather, handover, question, reach, repair, said_back, sales, wrong_number
from bot.dialogue.events import Heard
from bot.dialogue.moves import Move, close, say
from bot.dialogue.repair import GoOn
from bot.dialogue.state import FrameName, Outcome, Phase, State
from nlu.meaning import SURE, Answer, Meaning, Reason

LATE_QUESTIONS = 3
"""Questions after the good-bye that are still answered one by one."""


def heard(script: Script, state: State, event: Heard, go_on: GoOn) -> Move:
    """Good-bye is being said: what comes now is kept, and the first of it acknowledged; thanks are nothing new."""
    if event.meaning.answer is Answer.REPEAT and state.outcome is not Outcome.TURNED_AWAY:
        return repair.intercept(script, state, event.meaning, go_on) or (state, ())
    state = gather.take_told(state, event)
    taken = sales.suspected(script, gather.take_purpose(gather.absorb(state, event), event), event.meaning)
    if state.outcome in (Outcome.REFUSED, Outcome.TURNED_AWAY, Outcome.RECORDED):
        return replace(state, facts=taken.facts), ()  # an acknowledgement would be a promise, or the tape once more
    if move := _reopened(script, state, taken, event, go_on):
        return move
    if taken.facts == state.facts or not _first_late(state):
        return replace(state, facts=taken.facts), ()
    words, keys = event.meaning.purpose or event.hearing.text, said_back.late_keys(event.meaning)
    taken = replace(taken, turns=state.turns + 1, words=words, asked=(*state.asked, "reopened"), pending=keys)
    if event.meaning.answer is Answer.CORRECT:
        return go_on(script, replace(taken, phase=Phase.TALKING, outcome=None))
    return close(script, taken, state.outcome or Outcome.MESSAGE)


def _reopened(script: Script, state: State, taken: State, event: Heard, go_on: GoOn) -> Move | None:
    """A wish for a person, an address or an answer that comes after the good-bye is a wish like any other."""
    late = replace(state, phase=Phase.TALKING, outcome=None, turns=state.turns + 1)
    if _is_another_call(script, state, event.meaning):
        return go_on(script, frames.take(script, replace(late, facts=taken.facts), event))
    if _complains(state, event.meaning):
        return go_on(script, _complaint(replace(late, facts=taken.facts)))
    if event.meaning.reason is Reason.PERSON and _first_late(state) and reach.calls_department(event.meaning):
        late = replace(late, facts=taken.facts, asked=(*state.asked, "reopened"), frames=(FrameName.PERSON,))
        return go_on(script, frames.take(script, late, event))
    if reach.wants_through(event.hearing.text) and not reach.names_ours(event.meaning) and _first_late(state):
        wish = replace(event.meaning, reason=Reason.OPERATOR, confidence=1.0)
        return repair.intercept(script, replace(late, asked=(*late.asked, "reopened")), wish, go_on)
    if event.meaning.reason is Reason.OPERATOR or handover.wants_supervisor(late, event.meaning):
        return repair.intercept(script, late, event.meaning, go_on)
    instead = not reach.INSTEAD.isdisjoint(event.meaning.wants) and _first_late(state)
    if instead and FrameName.PERSON in state.frames:
        return go_on(script, frames.take(script, replace(late, asked=(*state.asked, "reopened")), event))
    if instead and reach.names_ours(event.meaning):
        late = replace(late, facts=taken.facts, asked=(*state.asked, "reopened"), frames=(FrameName.PERSON,))
        return go_on(script, frames.take(script, late, event))
    if reach.asks_contact(late, event.meaning) and _first_late(state):
        return say(script, replace(state, asked=(*state.asked, "reopened")), "no_contact", "goodbye", protected=True)
    doubted = event.meaning.known is not None and event.meaning.known.kind == "maybe"  # nothing is asked back so late
    asks = script.rules.answers and not doubted and question.asks(event.meaning)
    if asks and state.asked.count("asked_late") < LATE_QUESTIONS:
        late = replace(late, asked=(*late.asked, "asked_late"), facts=taken.facts, frames=(FrameName.QUESTION,))
        return go_on(script, question.takes(script, late, event))
    return None


def _is_another_call(script: Script, state: State, meaning: Meaning) -> bool:
    """Whether it shows only now that somebody sells, or has dialled another house."""
    sells = frames.may_sell(state) and sales.wanted(script, state, meaning)
    return sells or (not sales.owed(state) and wrong_number.noticed(state, meaning))


def _complains(state: State, meaning: Meaning) -> bool:
    """Whether a message turns out to be a complaint."""
    grave = not handover.GRAVE_FRAMES.isdisjoint(state.frames) or state.facts.caller_name is None
    told = meaning.reason is Reason.COMPLAINT and meaning.confidence >= SURE
    return told and not grave and state.outcome is Outcome.MESSAGE and _first_late(state)


def _complaint(state: State) -> State:
    """An apology, and word to somebody responsible; what happened has been told."""
    number = state.facts.number
    called = state.facts.callback_promised or bool(number and number.value)
    facts = replace(state.facts, reason=Reason.COMPLAINT, pressing=True, callback_promised=called)
    asked = (*state.asked, "reopened", complaint.WHAT, complaint.WHEN)
    return replace(state, facts=facts, asked=asked, frames=(*state.frames, FrameName.COMPLAINT))


def _first_late(state: State) -> bool:
    return "reopened" not in state.asked
