"""The booking that a call is about, as far as it is known: what the caller wants, and what the store said to it.

Pure values and what follows from them alone. How they come in is `booking_values`' business, what is asked and said
that of the frame `reservation`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.company.rules import ReservationRules, Service
from bot.dialogue.actions import Hold
from bot.dialogue.events import Booking, Held
from bot.dialogue.hours import openings
from nlu.meaning import Reason

HALF_DAY = timedelta(hours=12)

NEAR = timedelta(hours=4)
"""Apart from the time wanted: whoever would come in the evening is not offered noon while the evening has room."""

OFFERED = 3
"""Times offered at once: more nobody keeps in mind on the telephone."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One booking in the making, or one to be changed or given up."""

    aim: Reason
    """`RESERVATION_NEW`, `RESERVATION_CHANGE` or `RESERVATION_CANCEL`."""
    service: str = ""
    """`Service.key`"""
    day: str = ""
    """ISO date; "" = not known."""
    last_day: str = ""
    """Of several days that would do."""
    time: str = ""
    """"19:00"; "" = not known."""
    until: str = ""
    """Of a span of hours that would do."""
    either: bool = False
    """Which half of the day is meant was not told."""
    doubt: str = ""
    """Why the day had better be asked about; see `Moment.doubt`."""
    open: bool = False
    """Any time will do."""
    party: int = 0
    """0 = not known."""
    more: int = 0
    """By how many a party that is not known yet grows; below zero, shrinks."""
    asking: str = ""
    """Which of the frame's questions stands: "confirm", "free", "offer", "which" …"""
    sought: Hold | None = None
    """The place last asked for."""
    held: Held | None = None
    """The answer to that."""
    read: str = ""
    """What was last read back: see `booking_steps.seal`."""
    agreed: str = ""
    """What the caller has said yes to."""
    refused: tuple[str, ...] = ()
    """Starts that were offered and not wanted."""
    denied: bool = False
    """The read-back was wrong, and it is not known in what."""
    awaiting: str = ""
    """What the store was last asked for: "hold", "find", "book"; "" = nothing."""
    failures: int = 0
    """How often it would not book."""
    number_tried: str = ""
    """Under which the caller's bookings were looked for last; digits."""
    tries: int = 0
    """How often they were."""
    found: tuple[Booking, ...] | None = None
    """What was found under name and number; None before."""
    old: Booking | None = None
    """The one to be changed or given up."""
    handed: bool = False
    """A person of the company's must see to it: the rest is a message."""
    dropped: bool = False
    """The caller does not want it any more."""
    matter: str | None = None
    """`Facts.purpose` before the values of the booking were told; None before."""

    @property
    def moving(self) -> str:
        """The booking that a new place is to replace."""
        return self.old.key if self.old and self.aim is Reason.RESERVATION_CHANGE else ""

    @property
    def spoken_of(self) -> str:
        """The day that the talk is of, an ISO date; "" = none yet."""
        start = self.sought.start if self.sought else self.old.start if self.old else ""
        return self.day or start[:10]

    @property
    def place(self) -> str:
        """The start that is held; "" = none."""
        return self.held.start if self.held and self.held.hold else ""

    @property
    def free(self) -> tuple[str, ...]:
        """Starts to be offered in place of the one wanted, in order of time: those near it if there are any."""
        starts = self.held.free if self.held and not self.held.hold else ()
        near = [start for start in starts if self.sought and _apart(start, self.sought.start) <= NEAR]
        return tuple(sorted([start for start in near or starts if start not in self.refused][:OFFERED]))


def _apart(one: str, other: str) -> timedelta:
    return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other))


def service_of(rules: ReservationRules, draft: Draft) -> Service:
    """The service wanted; the first where none is known yet."""
    return next((each for each in rules.services if each.key == draft.service), rules.services[0])


def wish(rules: ReservationRules, draft: Draft) -> Hold | None:
    """The place to ask for; None while the day is not known. A day without a time asks what is free on it."""
    if not draft.day:
        return None
    party = draft.party or 1
    if not draft.time:
        return Hold(service_of(rules, draft).key, draft.day, draft.last_day, party, draft.moving)
    start = _fitted(rules, draft, datetime.fromisoformat(f"{draft.day}T{draft.time}"))
    until = ""
    if draft.until:
        length = datetime.fromisoformat(f"{draft.day}T{draft.until}") - datetime.fromisoformat(
            f"{draft.day}T{draft.time}"
        )
        until = minutes(start + max(length, timedelta(0)))
    return Hold(service_of(rules, draft).key, minutes(start), until, party, draft.moving)


def minutes(moment: datetime) -> str:
    """ISO local, to the minute."""
    return moment.strftime("%Y-%m-%dT%H:%M")


def _fitted(rules: ReservationRules, draft: Draft, start: datetime) -> datetime:
    """七時 is that half of the day in which the company takes bookings, where only one of them is."""
    if not draft.either:
        return start
    other = start + HALF_DAY if start.hour < HALF_DAY.seconds // 3600 else start - HALF_DAY
    return other if not _open_at(rules, start) and _open_at(rules, other) else start


def _open_at(rules: ReservationRules, start: datetime) -> bool:
    return any(span.start <= start.time() < span.end for span in openings(rules, start.date()))


def take_start(draft: Draft, start: str) -> Draft:
    """Exactly this start is wanted."""
    day, _, time = start.partition("T")
    return replace(
        draft, day=day, last_day="", time=time, until="", either=False, doubt="", open=False, refused=draft.refused
    )


def forget_time(draft: Draft) -> Draft:
    """No day and no time is known any more."""
    return replace(draft, day="", last_day="", time="", until="", doubt="", open=False)
