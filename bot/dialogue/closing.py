"""The good-bye: what the call came to, said in one breath. Every goal ends here, so that nothing promised is left out.

A refused sales call and a wrong number have a good-bye of their own, in their frames.
"""

from __future__ import annotations

from bot.dialogue import reach
from bot.dialogue.moves import Move, close
from bot.dialogue.state import BookingAction, Facts, Outcome, State
from bot.script import Script
from nlu.meaning import Reason

BOOKED = {
    BookingAction.NEW: "closing_reserved",
    BookingAction.CHANGE: "closing_changed",
    BookingAction.CANCEL: "closing_cancelled",
}

GRAVE = {Reason.COMPLAINT: "closing_complaint", Reason.OFFICIAL: "closing_grave", Reason.CHASE: "closing_grave"}
"""Reasons whose urgency goes without saying, with their own words."""


def good_bye(script: Script, state: State) -> Move:
    """Say what will happen, thank, and let the caller hang up."""
    facts = state.facts
    keys: list[str] = []
    if facts.booking:
        keys.append(BOOKED[facts.booking.action])
    if owes_report(facts):
        again = reach.AGAIN in facts.details
        promised = facts.callback_promised and facts.number is not None and bool(facts.number.value)
        if facts.reason in GRAVE:
            return close(script, state, outcome(facts), *keys, GRAVE[facts.reason] + ("_callback" if promised else ""))
        keys.append("closing_callback" if promised else "closing_again" if again else "closing_message")
        if facts.urgent:
            keys.append("closing_urgent")
    return close(script, state, outcome(facts), *keys)


def owes_report(facts: Facts) -> bool:
    """Whether the caller was led to expect that somebody is told: then somebody is."""
    left = facts.callback_promised or bool(facts.unanswered) or facts.staff is not None
    handled = facts.booking is not None or bool(facts.answered)
    return left or not handled


def outcome(facts: Facts) -> Outcome:
    """What the call came to."""
    if facts.booking:
        return Outcome.RESERVED
    return Outcome.MESSAGE if owes_report(facts) else Outcome.ANSWERED
