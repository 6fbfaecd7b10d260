"""What is said to whoever answers a number of the urgent route, and what they make of it. Pure: state and what happened
in, state and what to say out.

Rule: nothing of the call is read before a key was pressed, for answering machines say はい too; the call is taken on by
a key or by plain words, never by silence; whoever does not answer is asked again, and not for ever. Leaves out: the
words themselves (`essence`, a company's wording), the telephone (`ring`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from nlu.meaning import Answer

ASKED_TO_LISTEN = 3
"""How many times somebody is asked for the key: half a minute, within which a hand is free."""
ASKED_TO_CHOOSE = 3
READ_TIMES = 4


class Outcome(StrEnum):
    """How a ring ended."""

    TAKEN = "taken"
    LATE = "late"
    """Taken on, but somebody else had been first."""
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    """Something answered and pressed no key: a machine, or a person who did not want to."""
    HUNG_UP = "hung_up"
    MACHINE = "machine"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"


class Part(StrEnum):
    """What is to be said; each but `ESSENCE` is a wording key."""

    OPEN = "route_open"
    OPEN_AGAIN = "route_open_again"
    ESSENCE = "essence"
    CHOICE = "route_choice"
    TAKEN = "route_taken"
    LATE = "route_late"
    DECLINED = "route_declined"
    UNANSWERED = "route_unanswered"


@dataclass(frozen=True, slots=True)
class Talk:
    """Where the talk stands."""

    listens: bool = False
    """A key was pressed: a person is there, and has heard the call or hears it now."""
    asked: int = 1
    """How many times for what is wanted now."""
    read: int = 0
    outcome: Outcome | None = None
    """Once nothing more is asked."""


Said = tuple[Talk, tuple[Part, ...]]


def begin() -> Said:
    """Somebody is there."""
    return Talk(), (Part.OPEN,)


def pressed(talk: Talk, digit: str) -> Said:
    """A key, at whatever moment."""
    match digit:
        case _ if talk.outcome is not None:
            return talk, ()
        case "1" if not talk.listens:
            return _read(talk)
        case "1":
            return _taken(talk)
        case "2":
            return replace(talk, outcome=Outcome.DECLINED), (Part.DECLINED,)
        case "3" if talk.listens and talk.read < READ_TIMES:
            return _read(talk)
    return talk, ()


def answered(talk: Talk, answer: Answer | None) -> Said:
    """Words after ours; before the key they count for nothing."""
    if not talk.listens or talk.outcome is not None:
        return talk, ()
    match answer:
        case Answer.YES:
            return _taken(talk)
        case Answer.NO:
            return pressed(talk, "2")
        case Answer.REPEAT if talk.read < READ_TIMES:
            return _read(talk)
    return silent(talk)


def silent(talk: Talk) -> Said:
    """Nothing that answers, for as long as one waits."""
    most, again = (ASKED_TO_CHOOSE, Part.CHOICE) if talk.listens else (ASKED_TO_LISTEN, Part.OPEN_AGAIN)
    if talk.outcome is not None:
        return talk, ()
    if talk.asked >= most:
        return replace(talk, outcome=Outcome.UNANSWERED), (Part.UNANSWERED,)
    return replace(talk, asked=talk.asked + 1), (again,)


def was_late(talk: Talk) -> Said:
    """It cannot be taken on any more: another has."""
    return replace(talk, outcome=Outcome.LATE), (Part.LATE,)


def _read(talk: Talk) -> Said:
    return replace(talk, listens=True, asked=1, read=talk.read + 1), (Part.ESSENCE, Part.CHOICE)


def _taken(talk: Talk) -> Said:
    return replace(talk, outcome=Outcome.TAKEN), (Part.TAKEN,)
