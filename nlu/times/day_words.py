"""What one word for a day adds to what was said of the day before it: 来週 a week, 第三 a count, 成人の日 a date.

Years far from now and stretches beyond some years are no answer on the telephone and are left out.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from nlu.times import holidays
from nlu.times.days import Day, Days, meant
from nlu.times.time_words import Mark

Changes = Mapping[str, int | str | date | None]
"""Fields of `Day`."""
_DAY = timedelta(days=1)
_LONGEST = {"days": 400, "weeks_on": 60, "months_on": 24, "years_on": 3, "days_long": 60}
_YEARS_BACK, _YEARS_AHEAD = 2, 6
_REIWA = 2018
"""令和一年 is the year after."""
_MONTHS, _LAST_DAY = 12, 31


def monday(day: date, weeks: int = 0) -> date:
    """The first day of a week, or of one so many weeks on."""
    return day + (7 * weeks - day.weekday()) * _DAY


def changes(mark: Mark, before: Day, counted: bool, today: date) -> Changes | None:
    """The fields that the mark sets, None if it says nothing here. `counted`: from the day before (明日から三日後)."""
    if mark.kind in _LONGEST:
        return _counted(mark, before if counted else Day(), today)
    if mark.kind in ("named", "fixed", "nth_sunday", "solar"):
        found = _named(mark, before, today)
        return None if found is None else {"exact": found}
    if mark.kind in ("year", "era", "month", "day", "slash", "nth"):
        return _numbered(mark, today)
    if mark.kind.startswith("within_"):
        until = _end(mark, today)
        return {"exact": until.replace(day=1) if mark.value == "1" else today, "until": until}
    return _relative(mark, before, today)


def _counted(mark: Mark, before: Day, today: date) -> Changes | None:
    base: Days | None = meant(before, today)
    start = base.first if base else today
    number = mark.numbers[0] if mark.numbers else int(mark.value)
    if number > _LONGEST[mark.kind]:
        return None
    match mark.kind:
        case "days":
            return {"exact": start + number * _DAY}
        case "days_long":
            return {"exact": start, "until": start + (max(number, 1) - 1) * _DAY}
        case "weeks_on":
            return {"exact": start + 7 * number * _DAY}
    months = start.year * 12 + start.month - 1 + number * (1 if mark.kind == "months_on" else 12)
    year, month = months // 12, months % 12 + 1
    return {"exact": date(year, month, min(start.day, monthrange(year, month)[1]))}


def _named(mark: Mark, before: Day, today: date) -> date | None:
    since = date(before.year, 1, 1) if before.year and before.year > today.year else today
    match mark.kind:
        case "named":
            if mark.value == "振替休日" and before.exact:
                return holidays.public(mark.value, before.exact)
            return holidays.public(mark.value, since)
        case "fixed":
            month, day = (int(part) for part in mark.value.split("-"))
            return holidays.fixed(month, day, since)
        case "nth_sunday":
            month, nth = (int(part) for part in mark.value.split())
            return holidays.nth_sunday(month, nth, since)
    return holidays.solar(int(mark.value), since)


def _numbered(mark: Mark, today: date) -> Changes | None:
    number = mark.numbers[0] if mark.numbers else int(mark.value)
    match mark.kind:
        case "year" | "era":
            year = number + _REIWA if mark.kind == "era" else number
            return {"year": year} if today.year - _YEARS_BACK <= year <= today.year + _YEARS_AHEAD else None
        case "month":
            return {"month": number} if 1 <= number <= _MONTHS else None
        case "slash":
            day = mark.numbers[1]
            return {"month": number, "day": day} if 1 <= number <= _MONTHS and 1 <= day <= _LAST_DAY else None
        case "nth":
            return {"nth": number} if number == -1 or 1 <= number <= 5 else None
    return {"day": number} if 1 <= number <= _LAST_DAY else None


def _relative(mark: Mark, before: Day, today: date) -> Changes | None:
    number = int(mark.value.split()[0]) if mark.value.lstrip("-")[:1].isdigit() else 0
    match mark.kind:
        case "away":
            return {"exact": today + number * _DAY}
        case "week":
            return {"week": monday(today, number)}
        case "week_of":
            return {"week": monday(today + number * _DAY)}
        case "next_week":
            return {"week": monday(before.week or before.exact or today, 1)}
        case "week_start":
            return {"week": before.week or monday(today, 1), "part": "head"}
        case "weekend":
            return {"week": monday(today, number), "part": "weekend"} if mark.value else {"part": "weekend"}
        case "month_on":
            months = today.year * 12 + today.month - 1 + number
            return {"year": months // 12, "month": months % 12 + 1}
        case "year_on":
            return {"year": today.year + number}
        case "new_year":
            return {"month": 1}
        case "year_end":
            return {"month": _MONTHS}
        case "weekday":
            return {"weekday": number}
        case "skip_one":
            return {"later": 1}
        case "part":
            return {"part": mark.value}
        case "shift":
            base = meant(before, today)
            return {"exact": (base.first if base else today) + number * _DAY}
    return None


def _end(mark: Mark, today: date) -> date:
    match mark.kind:
        case "within_week":
            return monday(today, 1) - _DAY
        case "within_month":
            months = today.year * 12 + today.month - 1 + int(mark.value)
            year, month = months // 12, months % 12 + 1
            return date(year, month, monthrange(year, month)[1])
        case "within_year":
            return date(today.year, 12, 31)
    raise ValueError(mark.kind)
