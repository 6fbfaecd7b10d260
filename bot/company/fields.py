"""How times, names, numbers and days are spelled in a company's TOML files.

What does not fit is refused with a remedy (`PydanticCustomError` of type "written").
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from bot.company.rules import Span
from bot.dialogue.hours import TOKYO
from nlu.kana import to_katakana

CONFIG = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_KATAKANA = re.compile(r"[ァ-ヴー・]+( [ァ-ヴー・]+)*")
_SPAN = re.compile(r"(\d{1,2}):(\d\d) ?[-~–] ?(\d{1,2}):(\d\d)")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def refuse(remedy: str) -> PydanticCustomError:
    """The error that a field raises: what would be right."""
    return PydanticCustomError("written", "{remedy}", {"remedy": remedy})


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).replace("〜", "~").split())


def _words(text: str) -> str:
    if not text.strip():
        raise refuse("write something between the quotes, or leave the key out")
    return text.strip()


def _kana(text: str) -> str:
    plain = _plain(text)
    if _KATAKANA.fullmatch(plain):
        return plain
    katakana = to_katakana(plain)
    if _KATAKANA.fullmatch(katakana):
        raise refuse(f'write the reading in katakana: "{katakana}"')
    raise refuse('write the reading in katakana alone, as "クリモト ケンジ"')


def _number(value: object) -> object:
    """Digits of a telephone number or extension; hyphens, blanks and brackets are for the eye."""
    if not isinstance(value, str):
        raise refuse('put the number in quotes, as "042-111-8844": without them its leading 0 is lost')
    digits = re.sub(r"[-() ]", "", _plain(value).replace("ー", "-"))
    if not re.fullmatch(r"[0-9*#]*", digits):
        raise refuse('write digits and hyphens only, as "042-111-8844"')
    return digits


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise refuse('write one plain address, as "kurimoto@smilecorp.example"')
    return text


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _span(value: object) -> object:
    match = _SPAN.fullmatch(_plain(value)) if isinstance(value, str) else None
    if match is None:
        raise refuse('write hours as "08:30-17:30", in quotes')
    hours, minutes = (match[1], match[3]), (match[2], match[4])
    if any(int(hour) > 23 for hour in hours) or any(int(minute) > 59 for minute in minutes):
        raise refuse("a time of day lies between 00:00 and 23:59")
    span = Span(time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4])))
    if span.start >= span.end:
        raise refuse("the first time must come before the second; hours past midnight end at 23:59")
    return span


def _spans(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    for earlier, later in pairwise(spans):
        if later.start < earlier.end:
            raise refuse("put the hours of a day in order, and let none overlap the next")
    return spans


class Moment(NamedTuple):
    """A date, or a date with time, as written."""

    at: datetime
    """Aware; midnight of a bare date."""
    whole_day: bool

    @property
    def ends(self) -> datetime:
        """Read as an end: a bare date is included."""
        return self.at + timedelta(days=1) if self.whole_day else self.at


def _moment(value: object) -> object:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, datetime):
        return Moment(value.replace(tzinfo=TOKYO) if value.tzinfo is None else value.astimezone(TOKYO), False)
    if isinstance(value, date):
        return Moment(datetime.combine(value, time(), TOKYO), True)
    raise refuse('write "2026-11-24 09:00", or "2026-11-24" for the whole day')


class Closed(NamedTuple):
    """Days on which the company is closed: dated ones, and (month, day) of every year."""

    dates: tuple[date, ...]
    yearly: tuple[tuple[int, int], ...]


LEAP_YEAR = 2028
"""In which a day of every year is looked up, so that 29 February exists."""
LONGEST_CLOSURE_DAYS = 120
"""A longer range is taken for a slip of the pen."""


def _days(first: date, last: date) -> tuple[date, ...]:
    if last < first or (last - first).days > LONGEST_CLOSURE_DAYS:
        raise refuse(f"the first day must come before the last, by {LONGEST_CLOSURE_DAYS} days at most")
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def _closed(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return Closed((value,), ())
    parts = str(value).split("/")
    try:
        if isinstance(value, str) and len(parts) <= 2:
            if len(parts[0]) > 5:
                return Closed(_days(date.fromisoformat(parts[0]), date.fromisoformat(parts[-1])), ())
            first, last = (date.fromisoformat(f"{LEAP_YEAR}-{part}") for part in (parts[0], parts[-1]))
            last = last.replace(year=LEAP_YEAR + 1) if last < first else last
            return Closed((), tuple((day.month, day.day) for day in _days(first, last)))
    except ValueError:
        pass
    raise refuse('write "2026-12-28", a range "2026-12-28/2027-01-05", or every year "12-29/01-03"')


def _weekdays(value: object) -> object:
    found: list[int] = []
    for item in value if isinstance(value, list) else [value]:
        ends = [WEEK.index(day) for day in str(item).split("-") if day in WEEK]
        if not ends or len(ends) != len(str(item).split("-")) or ends[0] > ends[-1]:
            raise refuse('write weekdays as "tue", "mon-fri" or ["tue", "thu"]')
        found.extend(range(ends[0], ends[-1] + 1))
    return tuple(sorted(set(found)))


Words = Annotated[str, AfterValidator(_words)]
Kana = Annotated[str, AfterValidator(_kana)]
Number = Annotated[str, BeforeValidator(_number)]
Email = Annotated[str, AfterValidator(_email)]
MaybeEmail = Annotated[str, AfterValidator(lambda text: text and _email(text))]
Texts = Annotated[tuple[Words, ...], BeforeValidator(_listed)]
Day = Annotated[tuple[Annotated[Span, BeforeValidator(_span)], ...], BeforeValidator(_listed), AfterValidator(_spans)]
Hour = Annotated[Span, BeforeValidator(_span)]
When = Annotated[Moment, BeforeValidator(_moment)]
Closure = Annotated[Closed, BeforeValidator(_closed)]
Weekdays = Annotated[tuple[int, ...], BeforeValidator(_weekdays)]
Seconds = Annotated[float, Field(strict=True, gt=0, le=600)]
