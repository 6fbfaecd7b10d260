"""What a caller says of a day, piece by piece, and the days that fit it.

Every piece (a month, a weekday, "the third") narrows the days down; the first day from today on that fits them all is
meant. Weeks run from Monday to Sunday. A piece that fits no day is doubted, not obeyed: of weekday and date the date
counts.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

PAST, NO_SUCH_DAY, WEEKDAY_DIFFERS = "past", "no such day", "weekday differs"
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_AHEAD = 4
"""Months to look ahead for a day that not every month has: the 31st never misses more than one."""
_PARTS = {"early": (1, 10), "middle": (11, 20), "late": (21, 31), "first_half": (1, 15), "second_half": (16, 31)}


@dataclass(frozen=True, slots=True)
class Day:
    """The pieces; None and "" where nothing was said."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    """Monday is 0."""
    nth: int | None = None
    """Which of that weekday in the month; -1 is the last."""
    week: date | None = None
    """Its Monday."""
    exact: date | None = None
    later: int = 0
    """Weeks beyond the next such weekday (次の次の金曜)."""
    part: str = ""
    """Of a month, or of a week: a key of `_PARTS`, "end", "head", "mid_week", "weekend"."""
    until: date | None = None
    """The last of several days from `exact` on."""

    @property
    def said(self) -> bool:
        """Whether anything was said of the day."""
        return self != _NOTHING

    def has(self, name: str) -> bool:
        """Whether that piece was said."""
        return bool(getattr(self, name) != getattr(_NOTHING, name))

    @property
    def sharp(self) -> bool:
        """Whether one day is meant, not merely a week or a month."""
        return any(piece is not None for piece in (self.day, self.weekday, self.exact)) or bool(self.part)


_NOTHING = Day()


@dataclass(frozen=True, slots=True)
class Days:
    """The days meant."""

    first: date
    last: date | None = None
    """None for a single day."""
    doubt: str = ""


def meant(said: Day, today: date) -> Days | None:
    """The day or days that fit; None where nothing was said."""
    if not said.said:
        return None
    found = _fitting(said, today)
    if (found.last or found.first) < today:
        return Days(found.first, found.last, found.doubt or PAST)
    return found


def _fitting(said: Day, today: date) -> Days:
    if said.until is not None:
        return Days(said.exact or today, said.until)
    if said.exact is not None:
        return _checked(said, said.exact)
    if said.day is not None and said.week is None:
        return _dated(said, today)
    if said.week is not None or said.part in ("weekend", "mid_week"):
        return _in_week(said, today)
    if said.nth is not None and said.weekday is not None:
        return _counted(said, today)
    if said.weekday is not None and said.month is None:
        return Days(_coming(said.weekday, today) + said.later * _WEEK)
    if said.nth is not None or said.month is not None or said.part:
        return _in_month(said, today)
    year = said.year or today.year
    return Days(max(date(year, 1, 1), today) if year == today.year else date(year, 1, 1), date(year, 12, 31))


def _checked(said: Day, day: date) -> Days:
    other = (said.year not in (None, day.year)) or (said.month not in (None, day.month))
    if other or said.day not in (None, day.day):
        return Days(day, None, NO_SUCH_DAY)
    if said.weekday is not None and said.weekday != day.weekday():
        return Days(day, None, WEEKDAY_DIFFERS)
    return Days(day)


def _coming(weekday: int, today: date) -> date:
    return today + ((weekday - today.weekday() - 1) % 7 + 1) * _DAY


def _dated(said: Day, today: date) -> Days:
    """A day of the month: the next such date, of the named month or year where there is one."""
    assert said.day is not None
    for year, month in _months(said, today):
        length = monthrange(year, month)[1]
        if said.day <= length:
            day = date(year, month, said.day)
            if day >= today or (said.year is not None and said.month is not None):
                return _checked(said, day)
        elif said.month is not None and date(year, month, length) >= today:
            return Days(date(year, month, length), None, NO_SUCH_DAY)
    year, month = next(iter(_months(said, today)))
    return Days(date(year, month, monthrange(year, month)[1]), None, NO_SUCH_DAY)


def _months(said: Day, today: date) -> list[tuple[int, int]]:
    """(year, month) in the order in which they are to be tried."""
    if said.month is not None:
        return [(year, said.month) for year in ([said.year] if said.year else [today.year, today.year + 1])]
    first = 12 * said.year if said.year and said.year > today.year else 12 * today.year + today.month - 1
    return [((first + more) // 12, (first + more) % 12 + 1) for more in range(_AHEAD)]


def _in_week(said: Day, today: date) -> Days:
    monday = said.week
    if monday is None:
        over = today.weekday() > {"weekend": 5, "mid_week": 2}.get(said.part, 6)
        monday = today - today.weekday() * _DAY + over * _WEEK
    if said.day is not None:
        in_week = [monday + more * _DAY for more in range(7) if (monday + more * _DAY).day == said.day]
        if in_week:
            return _checked(said, in_week[0])
        return _dated(Day(said.year, said.month, said.day, said.weekday), max(today, monday))
    if said.weekday is not None:
        return Days(monday + said.weekday * _DAY)
    if said.part == "head":
        return Days(monday)
    first, last = {"weekend": (5, 6), "mid_week": (2, 3), "first_half": (0, 2), "second_half": (3, 6)}.get(
        said.part, (0, 6)
    )
    return Days(max(monday + first * _DAY, min(today, monday + last * _DAY)), monday + last * _DAY)


def _counted(said: Day, today: date) -> Days:
    """The n-th such weekday of a month."""
    assert said.nth is not None
    for year, month in _months(said, today):
        length = monthrange(year, month)[1]
        all_days = [date(year, month, day) for day in range(1, length + 1)]
        fitting = [day for day in all_days if day.weekday() == said.weekday]
        if said.nth == -1 or 1 <= said.nth <= len(fitting):
            day = fitting[said.nth if said.nth == -1 else said.nth - 1]
            if day >= today:
                return Days(day)
        elif said.month is not None:
            return Days(fitting[-1], None, NO_SUCH_DAY)
    year, month = _months(said, today)[0]
    return Days(date(year, month, 1), None, NO_SUCH_DAY)


def _in_month(said: Day, today: date) -> Days:
    """Part of a month, or all of it: what is left of it where it has begun."""
    for year, month in _months(said, today):
        length = monthrange(year, month)[1]
        if said.part == "end":
            first = last = length
        elif said.part == "head":
            first = last = 1
        else:
            first, last = _PARTS.get(said.part, (1, length))
        if date(year, month, min(last, length)) >= today or said.year is not None:
            return _within(said, date(year, month, first), date(year, month, min(last, length)), today)
    raise AssertionError("two years have every month")


def _within(said: Day, first: date, last: date, today: date) -> Days:
    if said.weekday is not None:
        start = first if first > today else today
        start = start if said.part != "end" else first.replace(day=max(1, first.day - 6))
        day = start + (said.weekday - start.weekday()) % 7 * _DAY
        return Days(day)
    if first == last:
        return Days(first)
    whole = not said.part
    return Days(max(first, today) if whole and last >= today else first, last)
