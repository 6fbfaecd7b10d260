"""Which starts a service can be booked at, which of them are free, and why another is not.

Rule: a booking begins on the grid that each opening span starts anew, ends within that span, and needs so many places
of one resource at every moment of it. Pure: what is taken and what moment it is are handed in (`Diary`). Left out:
keeping a place so that nobody else gets it (`bot/booking/bookings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain

from bot.company.rules import Block, ReservationRules, Resource, Service, Span
from bot.dialogue.hours import TOKYO, openings

CELL_SECONDS = 300
"""What is taken is counted in cells of five minutes. Times of a company are multiples of it; another start or end is
counted with the whole cell that it falls into, so that rounding never makes room."""

NEAREST = 3
"""Starts offered in place of one that is not free: more than three nobody keeps in mind on the telephone."""

BETWEEN = "between"
"""A start within opening hours that the grid does not have."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A time in which nothing can be booked."""

    start: float
    """Seconds since the epoch, like `until`."""
    until: float
    resource: str = ""
    """"" = none of them can."""


@dataclass(frozen=True, slots=True)
class Want:
    """What is to be booked."""

    service: Service
    party: int = 1

    @property
    def places(self) -> int:
        """That it takes of its resource."""
        return self.party if self.service.per_person else 1


@dataclass(frozen=True, slots=True)
class Wish:
    """When a caller would like to come."""

    first: datetime
    """Aware, like `last`."""
    last: datetime
    """A start before it will do."""
    bare: bool
    """Only days were said, no time of the day."""

    @classmethod
    def of(cls, start: str, end: str) -> Wish:
        """From ISO local moments or days; `end` may be ""."""
        first, last = moment(start), moment(end or start)
        if "T" not in (end or start):
            last += timedelta(days=1)
        return cls(first, max(last, first + timedelta(minutes=1)), "T" not in start + end)


@dataclass(frozen=True, slots=True)
class Diary:
    """A company's rules and what is taken, as seen at one moment."""

    rules: ReservationRules
    now: datetime
    """Aware, in the company's time."""
    taken: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """(resource, cell) → places taken in it."""
    busy: tuple[Busy, ...] = ()


def moment(text: str) -> datetime:
    """ISO local time as an aware one; a bare day is its midnight."""
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def iso(start: datetime) -> str:
    """As events carry it: 2026-11-27T19:00."""
    return start.astimezone(TOKYO).strftime("%Y-%m-%dT%H:%M")


def cells(start: float, until: float) -> range:
    """The cells that a stretch of time touches."""
    return range(int(start // CELL_SECONDS), int(-(-until // CELL_SECONDS)))


def busy(block: Block) -> Busy:
    """A block of the script, as seconds since the epoch."""
    return Busy(moment(block.start).timestamp(), moment(block.end).timestamp(), block.resource)


def grid(rules: ReservationRules, service: Service, day: date) -> Iterator[datetime]:
    """The starts of that day at which the service can be booked, free or not."""
    for span in openings(rules, day):
        start, end = _edges(span, day)
        while start + timedelta(minutes=service.minutes) <= end:
            yield start
            start += timedelta(minutes=rules.slot_minutes)


def _edges(span: Span, day: date) -> tuple[datetime, datetime]:
    end = datetime.combine(day, span.end, TOKYO)
    return datetime.combine(day, span.start, TOKYO), end + timedelta(days=1) if span.end == time(0) else end


def room(diary: Diary, want: Want, start: datetime) -> Resource | None:
    """The resource that would take this, the preferred one first; None where all are full."""
    by_key = {resource.key: resource for resource in diary.rules.resources}
    for key in want.service.resources:
        if key in by_key and _has_room(diary, by_key[key], want, start):
            return by_key[key]
    return None


def _has_room(diary: Diary, resource: Resource, want: Want, start: datetime) -> bool:
    first = start.timestamp()
    last = first + want.service.minutes * 60
    if any(each.resource in ("", resource.key) and each.start < last and first < each.until for each in diary.busy):
        return False
    left = resource.capacity - want.places
    return left >= 0 and all(diary.taken.get((resource.key, cell), 0) <= left for cell in cells(first, last))


def refusal(diary: Diary, want: Want, start: datetime) -> str:
    """Why this cannot begin then: "past", "too far", "too many", "closed", "too soon", "full", `BETWEEN`; "" if it
    can."""
    if too_many(diary.rules, want):
        return "too many"
    if start < diary.now:
        return "past"
    if start.date() > _last_day(diary):
        return "too far"
    if start not in grid(diary.rules, want.service, start.date()):
        return BETWEEN if _fits(diary.rules, want, start) else "closed"
    if start < _earliest(diary):
        return "too soon"
    return "full" if room(diary, want, start) is None else ""


def too_many(rules: ReservationRules, want: Want) -> bool:
    """Would no time do, because of how many they are?"""
    fitting = (each.capacity for each in rules.resources if each.key in want.service.resources)
    return want.party > rules.party_max or want.places > max(fitting, default=0)


def free_starts(diary: Diary, want: Want, first: datetime, last: datetime) -> Iterator[datetime]:
    """Free starts in order, `first` included, `last` not."""
    if too_many(diary.rules, want):
        return
    first, horizon = max(first, _earliest(diary)), _last_day(diary)
    for start in _starts(diary.rules, want, first.date(), min(last.date(), horizon)):
        if first <= start < last and room(diary, want, start) is not None:
            yield start


def nearest(starts: Iterable[datetime], wish: Wish) -> tuple[datetime, ...]:
    """The `NEAREST` of them to what was wished, nearest first: by the clock, the earlier of two equally near ones
    first; where only a day was wished, by days, and the day after it before the day before."""

    def distance(start: datetime) -> tuple[timedelta, bool, datetime]:
        away = max(wish.first - start, start - wish.last, timedelta(0))
        if wish.bare:
            away = max(wish.first.date() - start.date(), start.date() - wish.last.date() + timedelta(days=1))
        return away, wish.bare and start < wish.first, start

    return tuple(sorted(starts, key=distance)[:NEAREST])


def why_none(diary: Diary, want: Want, first: datetime, last: datetime) -> str:
    """Why nothing begins between `first` and `last` (not included), in the one word that tells the caller most; ""
    where only the grid has no start there."""
    if too_many(diary.rules, want):
        return "too many"
    if last <= diary.now:
        return "past"
    if first.date() > _last_day(diary):
        return "too far"
    starts = [start for start in _starts(diary.rules, want, first.date(), last.date()) if first <= start < last]
    reasons = [refusal(diary, want, start) for start in starts]
    for reason in ("full", "too soon", "past", "too far"):
        if reason in reasons:
            return reason
    if starts:
        return "full"  # free when the diary was read, and lost since
    return "" if refusal(diary, want, first) == BETWEEN else "closed"


def _starts(rules: ReservationRules, want: Want, first: date, last: date) -> Iterator[datetime]:
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return chain.from_iterable(grid(rules, want.service, day) for day in days)


def _fits(rules: ReservationRules, want: Want, start: datetime) -> bool:
    end = start + timedelta(minutes=want.service.minutes)
    edges = (_edges(span, start.date()) for span in openings(rules, start.date()))
    return any(opens <= start and end <= closes for opens, closes in edges)


def _earliest(diary: Diary) -> datetime:
    return diary.now + timedelta(minutes=diary.rules.lead_minutes)


def _last_day(diary: Diary) -> date:
    return diary.now.date() + timedelta(days=diary.rules.days_ahead)
