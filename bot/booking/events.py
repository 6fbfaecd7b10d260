"""What a calendar elsewhere holds, read from iCalendar: times that are taken there, and our own entries as they stand.

Rule: an event takes its time unless it says that it does not (`TRANSP:TRANSPARENT`, `STATUS:CANCELLED`); a whole-day
one takes the whole day in the company's own time; a recurring one each of its times within the window. One whose place
is the name of a resource takes that resource alone. What cannot be read is told to the caller of `read` and takes
nothing. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

import icalendar
import recurring_ical_events

from bot.booking.feed import key_of
from bot.company.rules import ReservationRules
from bot.dialogue.hours import TOKYO, local

TOO_OFTEN = ("SECONDLY", "MINUTELY")
"""Recurrences that nobody means, and that would fill the memory."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of one event."""

    uid: str
    start: float
    """Seconds since the epoch, like `until`."""
    until: float
    summary: str
    resource: str
    """"" = all of them."""
    made: float
    """When the event was first written, or last where that is not said; 0 = not said at all."""
    takes: bool
    """False: the time stays free."""

    @property
    def key(self) -> str:
        """Of the booking that this is a copy of; "" = none."""
        return key_of(self.uid)


def read(text: str, rules: ReservationRules, since: float, until: float) -> list[Occurrence]:
    """The occurrences that touch that stretch of time. Raises ValueError on what is no iCalendar."""
    try:
        calendar = icalendar.Calendar.from_ical(text)
        if any(freq in TOO_OFTEN for event in calendar.events for freq in event.get("rrule", {}).get("FREQ", ())):
            raise ValueError("it recurs too often")
        found = recurring_ical_events.of(calendar).between(local(since), local(until))
        return list(_occurrences(found, {each.name.text: each.key for each in rules.resources}))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"an event cannot be read: {type(error).__name__}") from error


def _occurrences(events: list[icalendar.Event], resources: dict[str, str]) -> Iterator[Occurrence]:
    for event in events:
        start, until = _moment(event.start), _moment(event.end)
        if until <= start:
            continue
        yield Occurrence(
            uid=str(event.get("uid", "")),
            start=start.timestamp(),
            until=until.timestamp(),
            summary=str(event.get("summary", "")),
            resource=resources.get(str(event.get("location", "")).strip(), ""),
            made=_made(event),
            takes=str(event.get("transp", "")).upper() != "TRANSPARENT"
            and str(event.get("status", "")).upper() != "CANCELLED",
        )


def _moment(value: date | datetime) -> datetime:
    """A time without a zone, and a bare day, are the company's own."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), TOKYO)
    return value.replace(tzinfo=TOKYO) if value.tzinfo is None else value


def _made(event: icalendar.Event) -> float:
    for name in ("created", "last-modified", "dtstamp"):
        if name in event:
            return _moment(event.decoded(name)).timestamp()
    return 0.0
