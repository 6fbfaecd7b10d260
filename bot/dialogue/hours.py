"""Opening hours: is the company open, when does it open next, and when can it be booked.

Pure: moments are handed in, aware; public holidays are jpholiday's tables. Where members of staff are is
`bot/company/schedule`'s business.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import jpholiday

from bot.company.rules import ReservationRules
from bot.company.script import Hours, Span

TOKYO = timezone(timedelta(hours=9), "Asia/Tokyo")
"""Japan keeps one time all year (no summer time since 1951), so a fixed offset is exact."""

HORIZON_DAYS = 400
"""How far ahead an opening is looked for: a company shut for longer has none."""


def local(at: float) -> datetime:
    """Epoch seconds as the company's own time."""
    return datetime.fromtimestamp(at, TOKYO)


def spans(hours: Hours, day: date) -> tuple[Span, ...]:
    """The opening hours of that day, in order; empty on a closed day."""
    return _open_on(day, hours)


def openings(rules: ReservationRules, day: date) -> tuple[Span, ...]:
    """When bookings may begin and end on that day, in order; they need not be the company's own hours."""
    return _open_on(day, rules)


def _open_on(day: date, kept: Hours | ReservationRules) -> tuple[Span, ...]:
    if kept.closed_on_holidays and jpholiday.is_holiday(day):
        return ()
    if day in kept.closed_dates or (day.month, day.day) in kept.closed_yearly:
        return ()
    return kept.week[day.weekday()]


def is_open(hours: Hours, now: datetime) -> bool:
    """Whether the company is open at that moment."""
    moment = now.astimezone(TOKYO)
    return any(span.start <= moment.time() < span.end for span in spans(hours, moment.date()))


def in_a_break(hours: Hours, now: datetime) -> bool:
    """Whether the company is closed for a while between two of today's spans: at lunch."""
    moment = now.astimezone(TOKYO)
    today = spans(hours, moment.date())
    return any(one.end <= moment.time() < next_one.start for one, next_one in pairwise(today))


def next_opening(hours: Hours, now: datetime) -> datetime | None:
    """The first moment after `now` at which the company opens its doors; None within `HORIZON_DAYS`."""
    moment = now.astimezone(TOKYO)
    for ahead in range(HORIZON_DAYS):
        day = moment.date() + timedelta(days=ahead)
        for span in spans(hours, day):
            start = datetime.combine(day, span.start, TOKYO)
            if start > moment:
                return start
    return None


def within_hours(hours: Hours, moment: datetime) -> datetime | None:
    """That moment where the company is open then, else its next opening."""
    return moment.astimezone(TOKYO) if is_open(hours, moment) else next_opening(hours, moment)


def business_day_opening(hours: Hours, now: datetime, days: int) -> datetime | None:
    """When the company opens on the `days`-th business day after today."""
    moment: datetime | None = now.astimezone(TOKYO)
    for _ in range(days):
        if moment is None:
            return None
        midnight = datetime.combine(moment.date() + timedelta(days=1), datetime.min.time(), TOKYO)
        moment = midnight - timedelta(microseconds=1)
        moment = next_opening(hours, moment)
    return moment
