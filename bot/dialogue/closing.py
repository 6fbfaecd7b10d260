"""The good-bye: what the call came to, said in one breath. Every goal ends here, so that nothing promised is left out.

A refused sales call and a wrong number have a good-bye of their own, in their frames.
"""

from __future__ import annotations

from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import call_hours, reach, sales
from bot.dialogue.moves import Move, close
from bot.dialogue.said_back import matter_key, passes_on
from bot.dialogue.state import BookingAction, Facts, FrameName, Outcome, State
from nlu.meaning import Reason

BOOKED = {
    BookingAction.NEW: "closing_reserved",
    BookingAction.CHANGE: "closing_changed",
    BookingAction.CANCEL: "closing_cancelled",
}

GRAVE = {Reason.COMPLAINT: "closing_complaint", Reason.OFFICIAL: "closing_grave", Reason.CHASE: "closing_grave"}
"""Reasons whose urgency goes without saying, with their own words."""

ANSWERABLE = frozenset({None, Reason.QUESTION, Reason.OTHER, Reason.IDENTITY})
"""Reasons of a call that an answer settles."""


SAID = frozenset({"reopened", "asked_late"})
"""Topics of what came after a good-bye: the matter was said back in that."""


def good_bye(script: Script, state: State) -> Move:
    """Say what will happen, thank, and let the caller hang up."""
    facts = state.facts
    state = replace(state, pending=tuple(key for key in state.pending if key != "resume"))
    keys: list[str] = []
    if facts.booking:
        keys.append(BOOKED[facts.booking.action])
    if owes_report(facts):
        again = reach.AGAIN in facts.details
        promised = facts.callback_promised and facts.number is not None and bool(facts.number.value)
        said = not SAID.isdisjoint(state.asked)
        left = not said and (not again or passes_on(facts)) and not (facts.unanswered and unasked(facts))
        if left and (key := matter_key(state)):
            keys.append(key)
        keys += call_hours.keys(facts)
        if facts.reason in GRAVE and facts.pressing:
            return close(script, state, outcome(facts), *keys, _grave(script, facts, promised))
        if facts.unanswered and unasked(facts):
            return close(script, state, outcome(facts), *keys, "closing_unanswered")
        if facts.reason is Reason.APPLICATION:
            return close(
                script, state, outcome(facts), *keys, "closing_application" + ("_callback" if promised else "")
            )
        if facts.pressing and not again:
            return close(script, state, outcome(facts), *keys, "closing_grave" + ("_callback" if promised else ""))
        callback = "closing_callback_too" if facts.booking else "closing_callback"
        keys.append(callback if promised else "closing_again" if again else "closing_message")
        if facts.urgent:
            keys.append("closing_urgent")
    elif facts.answered and not facts.booking:
        keys.append("closing_answered")
    return close(script, state, outcome(facts), *keys)


def _grave(script: Script, facts: Facts, promised: bool) -> str:
    """Whoever wants somebody told of a complaint hears that it will be that person."""
    named = facts.staff is not None and script.person(facts.staff.value) is not None
    if named and not promised and facts.reason is Reason.COMPLAINT:
        return "closing_complaint_staff"
    return (GRAVE[facts.reason] if facts.reason else "closing_grave") + ("_callback" if promised else "")


def owes_report(facts: Facts) -> bool:
    """Whether the caller was led to expect that somebody is told: then somebody is."""
    asked_alone = facts.purpose is not None and any(map(facts.purpose.value.startswith, facts.answered))
    more = facts.booking is None and facts.reason not in ANSWERABLE and not asked_alone
    left = facts.callback_promised or bool(facts.unanswered) or facts.staff is not None or more
    handled = facts.booking is not None or bool(facts.answered)
    return left or not handled


def hung_up(state: State) -> Outcome:
    """What a call came to that ended before our good-bye: who was refused, or has his answer, may just hang up."""
    if state.outcome is not None:
        return state.outcome
    if state.attended and state.attended[-1].ended is None:
        return Outcome.TAKEN_OVER
    if sales.refusing(state) and state.turns > 0:
        return Outcome.REFUSED
    if state.frames[-1:] == (FrameName.WRONG_NUMBER,):
        return Outcome.WRONG_NUMBER
    if "asked_late" in state.asked:
        return outcome(state.facts)
    if state.facts.answered and not owes_report(state.facts):
        return Outcome.ANSWERED
    return Outcome.ABANDONED if state.turns or state.digits else Outcome.NOTHING


def unasked(facts: Facts) -> bool:
    """Whether a question stays open because the caller wants no call back."""
    return not facts.callback_promised and facts.caller_name is None and facts.number is None and facts.staff is None


def outcome(facts: Facts) -> Outcome:
    """What the call came to."""
    if facts.booking:
        return Outcome.RESERVED
    return Outcome.MESSAGE if owes_report(facts) else Outcome.ANSWERED
