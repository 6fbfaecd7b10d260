"""The hours at which a caller wants to be called: kept from whatever he says, said back before the good-bye, reported.

They are a wish that is passed on, and no promise. An authority's deadline is asked for and kept by `official`.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.events import Heard
from bot.dialogue.state import Facts, FrameName, State
from nlu.expected import Ask
from nlu.meaning import Reason
from nlu.times.call_hours import call_hours

BOOKED = frozenset({Reason.RESERVATION_NEW, Reason.RESERVATION_CHANGE})
"""Reasons whose hours are those of a booking."""

LABEL = "お電話のご希望"
"""Label of the detail: the hours in the caller's words."""

KEY = "closing_hours"


def taken(state: State, facts: Facts, heard: Heard) -> Facts:
    """With the hours told in these words; the latest count."""
    books = state.frames[-1:] == (FrameName.RESERVATION,)
    offered = state.expected is not None and state.expected.ask is Ask.OFFER and not books
    # 午前中で空いてるところ is a wish for a place
    other = facts.reason is Reason.OFFICIAL or heard.meaning.reason in BOOKED
    told = "" if other else call_hours(heard.hearing.text, offered)
    if not told or (LABEL, told) in facts.details:
        return facts
    return replace(facts, details=(*(each for each in facts.details if each[0] != LABEL), (LABEL, told)))


def told(facts: Facts) -> str:
    """The hours, "" where none were told."""
    return next((value for label, value in facts.details if label == LABEL), "")


def keys(facts: Facts) -> tuple[str, ...]:
    """What says them back."""
    return (KEY,) if told(facts) else ()
