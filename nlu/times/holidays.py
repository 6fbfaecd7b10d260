"""Days that have a name: the next of that name, from a day on.

Public holidays are jpholiday's tables; those that hang on the sun's course (節分, 冬至) are reckoned from it. Days of
the moon (大安, 中秋の名月) are left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

import jpholiday

_SEARCHED_YEARS = 12
"""国民の休日 comes about as seldom as that."""
_MONTHS = {
    "元日": 1, "成人の日": 1, "建国記念の日": 2, "天皇誕生日": 2, "春分の日": 3, "昭和の日": 4, "憲法記念日": 5,
    "みどりの日": 5, "こどもの日": 5, "海の日": 7, "山の日": 8, "敬老の日": 9, "秋分の日": 9, "スポーツの日": 10,
    "文化の日": 11, "勤労感謝の日": 11,
}  # fmt: skip
"""Only these months are looked up, since jpholiday takes some milliseconds for each."""


def public(name: str, today: date) -> date | None:
    """The next public holiday of a name; "振替休日" is any day off in place of one, "次" whatever comes after today."""
    only = _MONTHS.get(name)
    for months in range(_SEARCHED_YEARS * 12):
        year, month = today.year + (today.month - 1 + months) // 12, (today.month - 1 + months) % 12 + 1
        if year > date.max.year or (only and month != only):
            continue
        for day, called in _month(year, month):
            fits = day > today if name == "次" else name == called or (name == "振替休日" and name in called)
            if fits and day >= today:
                return day
    return None


def fixed(month: int, day: int, today: date) -> date:
    """The next day of a month's date that every year has."""
    return _next(lambda year: date(year, month, day), today)


def nth_sunday(month: int, nth: int, today: date) -> date:
    """The next such Sunday: 母の日 is the second of May."""

    def in_year(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=6 - first.weekday() + 7 * (nth - 1))

    return _next(in_year, today)


def solar(longitude: int, today: date) -> date:
    """The next day on which the sun reaches a longitude, in Japan; below zero 節分, the day before 315 degrees."""
    if longitude < 0:
        return _next(lambda year: _sun_reaches(315, year) - timedelta(days=1), today)
    return _next(lambda year: _sun_reaches(longitude, year), today)


def _next(in_year: Callable[[int], date], today: date) -> date:
    this = in_year(today.year)
    return this if this >= today or today.year == date.max.year else in_year(today.year + 1)


@lru_cache(maxsize=1024)
def _month(year: int, month: int) -> tuple[tuple[date, str], ...]:
    return tuple(jpholiday.month_holidays(year, month))


@lru_cache(maxsize=256)
def _sun_reaches(longitude: int, year: int) -> date:
    """By the low-precision formula of the sun's apparent longitude (a hundredth of a degree, a quarter of an hour)."""
    day = date(year, 1, 1) + timedelta(days=((longitude - 280) % 360) * 365.2422 / 360 - 4)
    while not _before(longitude, day) or _before(longitude, day + timedelta(days=1)):
        day += timedelta(days=1)
    return day


def _before(longitude: int, day: date) -> bool:
    """Whether the sun has yet to reach the longitude at the beginning of a day in Japan."""
    since = (day - date(2000, 1, 1)).days - 0.5 - 9 / 24
    mean = math.radians((357.529 + 0.98560028 * since) % 360)
    apparent = 280.459 + 0.98564736 * since + 1.915 * math.sin(mean) + 0.020 * math.sin(2 * mean) - 0.0057
    return (apparent - longitude) % 360 > 180
