"""Where a member of staff is, and when they can be reached again.

The rule: what was told since (`denwaban away`) goes before the script, there a dated entry before one that is counted
from now, and that before a weekly one; of several of a kind that hold at once the one that began last is meant (a 会議
within a 出張, a 在席 afternoon too), but of those that were told the one that was told last.
Weekly entries speak of opening hours only; outside all entries a person is at the desk during those.
"Back" is the first moment at which a caller would really find the person: entries that follow one another
count as one absence, and it falls in opening hours unless the schedule itself names another `back`. Who is
never found has none.

What a caller may be told of all this is for the dialogue to decide, by `MayTell`; addresses that may
never be told are not in the answer at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.company.script import Absence, Hours, Routine, Script, Staff
from bot.dialogue.events import Found
from bot.dialogue.hours import (
    HORIZON_DAYS,
    TOKYO,
    business_day_opening,
    is_open,
    local,
    next_opening,
    spans,
    within_hours,
)

AT_DESK = "在席"
GONE_HOME = "退社"
"""After the day's last opening hours."""
CLOSED = "営業時間外"
"""Before opening, in a break, on a closed day."""

LEAST_STAY = timedelta(minutes=15)
"""A shorter stay at the desk between two absences is not promised to a caller: the person is hardly in."""
LONGEST_CHAIN = 60
"""Absences in a row, opening hours between them or not, after which the return counts as unknown."""


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


def presence(script: Script, staff: Staff, now: datetime, told: Sequence[Absence] = ()) -> Presence:
    """Where that member of the script's staff is at `now` (aware). `told`: what was told of them since, in order."""
    moment = now.astimezone(TOKYO)
    diary = _Diary(script.hours, tuple(told), staff.schedule, _counted(script.hours, staff, moment), staff.routine)
    state = _state(diary, moment)
    back = None if state == AT_DESK else _back(diary, moment)
    entry, may = diary.holding(moment), staff.may_tell
    email, mobile = (entry.email, entry.mobile) if entry else ("", "")
    return Presence(state, back, email or may.email, mobile or may.mobile)


def found(script: Script, staff: Staff, at: float, told: Sequence[Absence] = ()) -> Found:
    """The same as the event that answers `Look`; `at` in epoch seconds."""
    there = presence(script, staff, local(at), told)
    back = None if there.back is None else there.back.timestamp()
    return Found(at, staff.key, there.state, back, there.email, there.mobile)


@dataclass(frozen=True, slots=True)
class _Diary:
    """One person's entries, as seen from one moment."""

    hours: Hours
    told: tuple[Absence, ...]
    """In the order in which they were told."""
    dated: tuple[Absence, ...]
    counted: tuple[Absence, ...]
    """Those that are counted from now, as dated ones."""
    weekly: tuple[Routine, ...]

    def on(self, day: date) -> tuple[Absence, ...]:
        """The weekly entries of one day, as dated ones."""
        midnight = datetime.combine(day, time(), TOKYO)
        return tuple(_on_day(each, midnight) for each in self.weekly if day.weekday() in each.weekdays)

    def holding(self, moment: datetime) -> Absence | None:
        """The entry that says where the person is at that moment."""
        told = [entry for entry in self.told if entry.start <= moment < _ends(entry)]
        if told:
            return told[-1]
        weekly = self.on(moment.date()) if is_open(self.hours, moment) else ()
        for entries in (self.dated, self.counted, weekly):
            now = [entry for entry in entries if entry.start <= moment < _ends(entry)]
            if now:
                return max(now, key=lambda entry: entry.start)
        return None

    def away(self, moment: datetime) -> Absence | None:
        """The absence that holds at that moment, or begins too soon after it to be worth a promise."""
        for later in (moment, moment + LEAST_STAY):
            entry = self.holding(later)
            if entry is not None and entry.state != AT_DESK:
                return entry
        return None

    def change(self, entry: Absence, moment: datetime) -> datetime:
        """When this absence ends, or another entry takes its place."""
        others = (*self.told, *self.dated, *self.on(entry.start.date()))
        starts = sorted(each.start for each in others if max(moment, entry.start) < each.start < _ends(entry))
        return next((start for start in starts if self.holding(start) != entry), _ends(entry))


def _counted(hours: Hours, staff: Staff, now: datetime) -> tuple[Absence, ...]:
    midnight = datetime.combine(now.date(), time(), TOKYO)
    entries = []
    for each in staff.routine:
        if each.back_in_business_days:
            until = business_day_opening(hours, now, each.back_in_business_days)
            entries.append(Absence(midnight, until or midnight + timedelta(days=HORIZON_DAYS), each.state))
    return tuple(entries)


def _on_day(routine: Routine, midnight: datetime) -> Absence:
    if routine.span is None:
        return Absence(midnight, midnight + timedelta(days=1), routine.state)
    start = datetime.combine(midnight.date(), routine.span.start, TOKYO)
    until = datetime.combine(midnight.date(), routine.span.end, TOKYO)
    return Absence(start, until, routine.state)


def _ends(entry: Absence) -> datetime:
    return entry.until if entry.back is None else max(entry.back, entry.until)


def _state(diary: _Diary, moment: datetime) -> str:
    entry = diary.holding(moment)
    if entry is not None:
        return entry.state
    if is_open(diary.hours, moment):
        return AT_DESK
    today = spans(diary.hours, moment.date())
    return GONE_HOME if today and moment.time() >= today[-1].end else CLOSED


def _back(diary: _Diary, moment: datetime) -> datetime | None:
    """From an absence to its end, on through those that follow, to the first moment at the desk."""
    entry = diary.away(moment)
    candidate = next_opening(diary.hours, moment)
    for _ in range(LONGEST_CHAIN):
        if entry is not None:
            end = diary.change(entry, moment)
            candidate = end if end == entry.back else within_hours(diary.hours, end)
        if candidate is None:
            return None
        entry = diary.away(candidate)
        if entry is None:
            return candidate
        moment = candidate
    return None
