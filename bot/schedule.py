"""Where a member of staff is, and when they can be reached again.

The rule: a dated entry goes before a routine one, and of several that hold at once the one that began
last is meant (a 会議 within a 在席 day, a 在席 afternoon within a 出張). Outside all entries a person is at
the desk during opening hours. "Back" is the first moment at which a caller would really find the person:
entries that follow one another count as one absence, and it falls in opening hours unless the
schedule itself names another `back`.

What a caller may be told of all this is for the dialogue to decide, by `MayTell`; addresses that may
never be told are not in the answer at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.dialogue.events import Found
from bot.dialogue.hours import TOKYO, business_day_opening, is_open, next_opening, spans, within_hours
from bot.script import Absence, Routine, Script, Staff

AT_DESK = "在席"
GONE_HOME = "退社"
"""After the day's last opening hours."""
CLOSED = "営業時間外"
"""Before opening, in a break, on a closed day."""

LEAST_STAY = timedelta(minutes=15)
"""A shorter stay at the desk between two absences is not promised to a caller: the person is hardly in."""
ROUTINE_DAYS = 62
"""How far ahead weekly entries are laid out: two months of absences in a row is as good as unknown."""
LONGEST_CHAIN = 64
"""Absences in a row that are followed before the return counts as unknown."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Where somebody is at one moment."""

    state: str
    """`AT_DESK`, `GONE_HOME`, `CLOSED`, or the schedule's own word: 出張 外出 会議 休み …"""
    back: datetime | None
    """When a caller finds them again; None at the desk, or unknown."""
    email: str = ""
    """Only if callers may be told; "" = none."""
    mobile: str = ""


def presence(script: Script, staff: Staff, now: datetime) -> Presence:
    """Where that member of the script's staff is at `now` (aware)."""
    moment = now.astimezone(TOKYO)
    dated = staff.schedule
    routine = tuple(_routine_entries(script, staff, moment))
    state = _state(script, dated, routine, moment)
    back = None if state == AT_DESK else _back(script, dated, routine, moment)
    return Presence(state, back, staff.may_tell.email, staff.may_tell.mobile)


def found(script: Script, staff: Staff, at: float) -> Found:
    """The same as the event that answers `Look`; `at` in epoch seconds."""
    there = presence(script, staff, datetime.fromtimestamp(at, TOKYO))
    back = None if there.back is None else there.back.timestamp()
    return Found(at, staff.key, there.state, back, there.email, there.mobile)


def _routine_entries(script: Script, staff: Staff, now: datetime) -> Iterator[Absence]:
    """The standing entries as dated ones, from yesterday on."""
    midnight = datetime.combine(now.date(), time(), TOKYO)
    for routine in staff.routine:
        if routine.back_in_business_days:
            until = business_day_opening(script.hours, now, routine.back_in_business_days)
            if until is not None:
                yield Absence(midnight, until, routine.state)
            continue
        for ahead in range(-1, ROUTINE_DAYS):
            day = midnight + timedelta(days=ahead)
            if day.weekday() in routine.weekdays:
                yield _on_day(routine, day)


def _on_day(routine: Routine, midnight: datetime) -> Absence:
    if routine.span is None:
        return Absence(midnight, midnight + timedelta(days=1), routine.state)
    start = datetime.combine(midnight.date(), routine.span.start, TOKYO)
    until = datetime.combine(midnight.date(), routine.span.end, TOKYO)
    return Absence(start, until, routine.state)


def _ends(entry: Absence) -> datetime:
    return entry.until if entry.back is None else max(entry.back, entry.until)


def _holding(dated: tuple[Absence, ...], routine: tuple[Absence, ...], moment: datetime) -> Absence | None:
    """The entry that says where the person is at that moment."""
    for entries in (dated, routine):
        now = [entry for entry in entries if entry.start <= moment < _ends(entry)]
        if now:
            return max(now, key=lambda entry: entry.start)
    return None


def _state(script: Script, dated: tuple[Absence, ...], routine: tuple[Absence, ...], moment: datetime) -> str:
    entry = _holding(dated, routine, moment)
    if entry is not None:
        return entry.state
    if is_open(script.hours, moment):
        return AT_DESK
    today = spans(script.hours, moment.date())
    return GONE_HOME if today and moment.time() >= today[-1].end else CLOSED


def _away_from(dated: tuple[Absence, ...], routine: tuple[Absence, ...], moment: datetime) -> Absence | None:
    """The absence that holds at that moment, or begins too soon after it to be worth a promise."""
    for later in (moment, moment + LEAST_STAY):
        entry = _holding(dated, routine, later)
        if entry is not None and entry.state != AT_DESK:
            return entry
    return None


def _back(
    script: Script, dated: tuple[Absence, ...], routine: tuple[Absence, ...], moment: datetime
) -> datetime | None:
    """From an absence to its end, on through those that follow, to the first moment at the desk."""
    entry = _away_from(dated, routine, moment)
    candidate = next_opening(script.hours, moment)
    for _ in range(LONGEST_CHAIN):
        if entry is not None:
            end = _next_change(dated, routine, entry, moment)
            candidate = end if entry.back is not None and end == entry.back else within_hours(script.hours, end)
        if candidate is None:
            return None
        entry = _away_from(dated, routine, candidate)
        if entry is None:
            return candidate
        moment = candidate
    return None


def _next_change(
    dated: tuple[Absence, ...], routine: tuple[Absence, ...], entry: Absence, moment: datetime
) -> datetime:
    """When this absence ends, or an entry that goes before it begins."""
    end = _ends(entry)
    starts = [other.start for other in (*dated, *routine) if max(moment, entry.start) < other.start < end]
    return next((start for start in sorted(starts) if _holding(dated, routine, start) is not entry), end)
