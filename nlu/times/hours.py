"""What a caller says of the time of day, and the minutes that are meant.

Without 午前, 午後, 朝 or 夜 one to six o'clock is the afternoon and nine to eleven the morning; seven and eight are the
evening only where the caller speaks of a meal or of the end of work. A part of the day alone is a span.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

SPANS = {
    "am": (540, 720), "pm": (780, 1020), "dawn": (300, 480), "morning": (540, 660), "before_noon": (660, 720),
    "noon": (690, 780), "after_noon": (780, 900), "evening": (960, 1080), "night": (1080, 1260),
    "midnight": (1380, 1500),
}  # fmt: skip
"""Minutes of the day; 朝 as wide as leaves nine and ten o'clock in it."""
MORNING = frozenset({"am", "dawn", "morning", "before_noon"})
_HALF_DAY = 720
_LATE, _EARLY = 23 * 60, 6 * 60
"""From and until when nobody is expected to come."""
_LATEST_HOUR = 29
"""As in the small hours counted on from the evening before: 25 o'clock is one at night."""
_DAY_ENDS, _EVENING_ENDS = 17 * 60, 21 * 60
"""What "from three on" runs to, by day and in the evening."""
_NOON = 13 * 60


class Clock(NamedTuple):
    """An hour as it was said."""

    hour: int
    minute: int
    """Negative for so many minutes before."""


@dataclass(frozen=True, slots=True)
class Hour:
    """The pieces; None and "" where nothing was said."""

    clock: Clock | None = None
    segment: str = ""
    """A key of `SPANS`."""
    last: Clock | None = None
    last_segment: str = ""
    """End of a span, as it was said."""
    open: str = ""
    """"after" for 三時以降, "until" for 三時まで."""

    @property
    def said(self) -> bool:
        return bool(self.clock or self.segment)


class Minutes(NamedTuple):
    """Minutes after the day's beginning."""

    first: int
    last: int | None
    """None where no span is meant."""
    either: bool
    """Whether the other half of the day would fit the words as well."""

    @property
    def at_night(self) -> bool:
        return self.first % 1440 >= _LATE or self.first % 1440 < _EARLY


def possible(clock: Clock) -> bool:
    """Whether such an hour exists."""
    return 0 <= clock.hour <= _LATEST_HOUR and -60 < clock.minute < 60


def agree(one: Clock, other: Clock) -> bool:
    """Whether two hours may be one: 七時, 十九時."""
    return one.hour % 12 == other.hour % 12 and one.minute == other.minute


def fits(clock: Clock, segment: str) -> bool:
    """Whether an hour may lie in a part of the day."""
    if clock.hour > 12:
        return segment not in MORNING
    return not (segment == "noon" and 5 < clock.hour < 10)


def meant(said: Hour, evening: bool) -> Minutes | None:
    """The minutes; None where nothing was said. `evening` where seven and eight are more likely in the evening."""
    if said.clock is None:
        return _span(said)
    evening = evening or said.open == "after"
    first = _minutes(said.clock, said.segment, evening)
    either = not said.segment and said.clock.hour <= 12
    if said.last is not None:
        last = _minutes(said.last, said.last_segment or said.segment, evening)
        while last <= first:
            last += _HALF_DAY
        return Minutes(first, last, either)
    if said.open == "after":
        last = _DAY_ENDS if first < _DAY_ENDS else max(_EVENING_ENDS, first + 60)
        return Minutes(first, last, either)
    if said.open == "until":
        begin = SPANS[said.segment][0] if said.segment in SPANS else _NOON if first > _NOON else SPANS["am"][0]
        return Minutes(begin, first, False) if begin < first else Minutes(first, None, False)
    return Minutes(first, None, either)


def _span(said: Hour) -> Minutes | None:
    if not said.segment:
        return None
    first, last = SPANS[said.segment]
    if said.last is not None:
        end = _minutes(said.last, said.last_segment or said.segment, True)
        return Minutes(first, end if end > first else last, False)
    end = SPANS[said.last_segment][1] if said.last_segment else last
    return Minutes(first, end if end > first else last, False)  # 夜から午後: the end told lies before the beginning


def _minutes(clock: Clock, segment: str, evening: bool) -> int:
    return _hour(clock.hour, segment, evening) * 60 + clock.minute


def _hour(hour: int, segment: str, evening: bool) -> int:
    """On the clock of 24 hours; 24 and more is the night after."""
    if hour > 12 or segment in MORNING:
        return hour
    if segment == "night":
        return hour + 12 if 5 <= hour <= 12 else hour + 24
    if segment == "midnight":
        return hour + 12 if hour > 8 else hour
    if segment in ("pm", "evening"):
        return hour + 12 if hour < 12 else 12
    if segment in ("noon", "after_noon"):
        return hour + 12 if 0 < hour < 7 else hour
    return hour + 12 if 0 < hour < 7 or (evening and hour in (7, 8)) else hour
