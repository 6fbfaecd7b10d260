"""Opening hours, and where members of staff are. 2026-11-24 is a Tuesday; the 23rd before it is a holiday."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.company.load import load_script
from bot.company.schedule import AT_DESK, found, presence
from bot.company.script import Absence, Hours, MayTell, Name, Routine, Script, Span, Staff
from bot.dialogue.hours import TOKYO, business_day_opening, is_open, local, next_opening, spans, within_hours

SCRIPT = load_script(Path(__file__).parent / "data" / "good_script" / "acme")
DAY = Span(time(8, 30), time(17, 30))
OFFICE = Hours(((DAY,),) * 5 + ((), ()))
CLINIC = Hours(((Span(time(9, 30), time(13)), Span(time(14, 30), time(19))),) * 6 + ((),))
COMPANY = replace(SCRIPT, hours=OFFICE)


def at(text: str) -> datetime:
    """ "24 14:10" is in November 2026, "12-01 09:00" in that year."""
    day, hour = text.split()
    return datetime.fromisoformat(f"2026-{day if '-' in day else '11-' + day} {hour}").replace(tzinfo=TOKYO)


def away(start: str, until: str, state: str = "出張", back: str = "") -> Absence:
    return Absence(at(start), at(until), state, at(back) if back else None)


def person(*schedule: Absence, routine: tuple[Routine, ...] = ()) -> Staff:
    return Staff("ono", Name("大野", "オオノ"), Name("", ""), schedule=schedule, routine=routine)


def where(staff: Staff, moment: str, script: Script = COMPANY) -> tuple[str, datetime | None]:
    there = presence(script, staff, at(moment))
    return there.state, there.back


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("24 08:29", False),
        ("24 08:30", True),
        ("24 17:29", True),
        ("24 17:30", False),
        ("23 10:00", False),
        ("28 10:00", False),
    ],
)
def test_open_from_the_first_minute_to_the_last(moment: str, expected: bool) -> None:
    assert is_open(OFFICE, at(moment)) is expected


def test_breaks_holidays_and_own_closed_days() -> None:
    assert not is_open(CLINIC, at("24 13:30"))
    assert next_opening(CLINIC, at("24 13:30")) == at("24 14:30")
    assert is_open(replace(OFFICE, closed_on_holidays=False), at("23 10:00"))
    assert not is_open(replace(OFFICE, closed_dates=(date(2026, 11, 24),)), at("24 10:00"))
    assert spans(replace(OFFICE, closed_yearly=((12, 29),)), date(2031, 12, 29)) == ()


def test_moments_come_from_anywhere() -> None:
    utc = at("24 08:30").astimezone(None)
    assert is_open(OFFICE, utc)
    assert local(at("24 08:30").timestamp()) == at("24 08:30")


def test_the_next_opening_skips_weekends_and_holidays() -> None:
    assert next_opening(OFFICE, at("20 17:30")) == at("24 08:30")
    assert next_opening(OFFICE, at("24 08:30")) == at("25 08:30")
    assert within_hours(OFFICE, at("24 08:30")) == at("24 08:30")
    assert within_hours(OFFICE, at("24 19:00")) == at("25 08:30")
    assert next_opening(Hours(((),) * 7), at("24 08:30")) is None


def test_business_days_are_counted_from_today() -> None:
    assert business_day_opening(OFFICE, at("19 03:00"), 1) == at("20 08:30")
    assert business_day_opening(OFFICE, at("19 23:00"), 2) == at("24 08:30")
    assert business_day_opening(OFFICE, at("21 10:00"), 1) == at("24 08:30")


def test_without_entries_a_person_is_at_the_desk_in_hours() -> None:
    assert where(person(), "24 10:00") == (AT_DESK, None)
    assert where(person(), "24 18:00") == ("退社", at("25 08:30"))
    assert where(person(), "24 07:00") == ("営業時間外", at("24 08:30"))
    assert where(person(), "22 10:00") == ("営業時間外", at("24 08:30"))


def test_entries_of_other_days_do_not_matter() -> None:
    assert where(person(away("25 09:00", "25 12:00"), away("23 09:00", "24 09:00")), "24 10:00") == (AT_DESK, None)


def test_back_is_rolled_into_opening_hours() -> None:
    assert where(person(away("24 13:00", "24 15:00")), "24 14:10") == ("出張", at("24 15:00"))
    assert where(person(away("24 13:00", "24 17:30")), "24 14:10") == ("出張", at("25 08:30"))
    assert where(person(away("20 00:00", "21 00:00")), "20 10:00") == ("出張", at("24 08:30"))


def test_a_named_back_is_kept_as_it_is() -> None:
    entry = away("24 13:00", "24 15:00", back="24 18:00")
    assert where(person(entry), "24 14:10") == ("出張", at("24 18:00"))
    assert where(person(entry), "24 17:00") == ("出張", at("24 18:00"))


def test_entries_that_follow_one_another_are_one_absence() -> None:
    meeting, trip = away("24 13:00", "24 15:00", "会議"), away("24 15:00", "24 17:30", "外出")
    holiday = away("25 00:00", "26 00:00", "休み")
    assert where(person(meeting, trip, holiday), "24 14:10") == ("会議", at("26 08:30"))
    assert where(person(meeting, away("24 15:10", "24 16:00", "外出")), "24 14:10") == ("会議", at("24 16:00"))
    assert where(person(meeting, away("24 16:00", "24 16:30", "外出")), "24 14:10") == ("会議", at("24 15:00"))


def test_in_the_evening_tomorrows_absence_counts() -> None:
    assert where(person(away("25 00:00", "26 00:00", "休み")), "24 19:00") == ("退社", at("26 08:30"))


def test_the_entry_that_began_last_is_meant() -> None:
    trip, desk = away("24 00:00", "26 00:00"), away("25 13:00", "25 17:30", "在席")
    assert where(person(trip, desk), "24 14:10") == ("出張", at("25 13:00"))
    assert where(person(trip, desk), "25 14:00") == (AT_DESK, None)
    assert where(person(trip, away("24 14:00", "24 15:00", "会議")), "24 14:10") == ("会議", at("26 08:30"))


def test_weekly_entries() -> None:
    tuesday = Routine("外出", (1,), Span(time(13), time(17, 30)))
    assert where(person(routine=(tuesday,)), "24 14:10") == ("外出", at("25 08:30"))
    assert where(person(routine=(tuesday,)), "24 12:50")[0] == AT_DESK
    assert where(person(routine=(tuesday,)), "25 14:10") == (AT_DESK, None)
    assert where(person(routine=(tuesday,)), "24 20:00") == ("退社", at("25 08:30"))
    assert where(person(routine=(Routine("休み", (2,)),)), "24 20:00") == ("退社", at("26 08:30"))


def test_a_dated_entry_goes_before_routine() -> None:
    tuesday = Routine("外出", (1,), Span(time(13), time(17, 30)))
    assert where(person(away("24 13:00", "24 15:00", "在席"), routine=(tuesday,)), "24 14:10") == (AT_DESK, None)
    desk_later = person(away("24 16:00", "24 17:00", "在席"), routine=(tuesday,))
    assert where(desk_later, "24 14:10") == ("外出", at("24 16:00"))


def test_counted_entries_do_not_go_stale() -> None:
    trip = person(routine=(Routine("出張", back_in_business_days=1),))
    assert where(trip, "24 14:10") == ("出張", at("25 08:30"))
    assert where(trip, "20 14:10") == ("出張", at("24 08:30"))
    assert where(trip, "20 23:00") == ("出張", at("24 08:30"))
    assert where(person(routine=(Routine("出張", back_in_business_days=3),)), "24 14:10")[1] == at("27 08:30")


def test_who_is_never_found_has_no_back() -> None:
    busy = person(routine=(Routine("診療中", tuple(range(7))),))
    assert where(busy, "24 14:10") == ("診療中", None)
    never_open = replace(COMPANY, hours=Hours(((),) * 7))
    assert where(person(), "24 14:10", never_open) == ("営業時間外", None)


def test_found_tells_only_what_may_be_told() -> None:
    told = replace(
        person(away("24 13:00", "24 15:00")), may_tell=MayTell(email="ono@aoba.example", mobile="09011112233")
    )
    event = found(COMPANY, told, at("24 14:10").timestamp())
    assert (event.staff, event.state, event.back) == ("ono", "出張", at("24 15:00").timestamp())
    assert (event.email, event.mobile) == ("ono@aoba.example", "09011112233")
    silent = found(COMPANY, person(), at("24 14:10").timestamp())
    assert (silent.state, silent.back, silent.email, silent.mobile) == (AT_DESK, None, "", "")


hours_of_november = st.integers(0, 29 * 24)


@given(
    st.lists(st.tuples(hours_of_november, st.integers(1, 72), st.sampled_from(["出張", "会議", "在席"]))),
    hours_of_november,
)
def test_back_is_later_and_at_the_desk(entries: list[tuple[int, int, str]], hour: int) -> None:
    first = datetime(2026, 11, 1, tzinfo=TOKYO)
    schedule = [
        Absence(first + timedelta(hours=start), first + timedelta(hours=start + length), state)
        for start, length, state in entries
    ]
    now = first + timedelta(hours=hour)
    there = presence(COMPANY, person(*schedule), now)
    if there.state == AT_DESK:
        assert there.back is None
    else:
        assert there.back is not None
        assert there.back > now
        assert presence(COMPANY, person(*schedule), there.back).state == AT_DESK


def told(staff: Staff, moment: str, *entries: Absence) -> tuple[str, datetime | None]:
    there = presence(COMPANY, staff, at(moment), entries)
    return there.state, there.back


def test_what_was_told_goes_before_the_script() -> None:
    trip = person(away("24 09:00", "25 12:00"))
    assert told(trip, "24 10:00", away("24 09:30", "24 11:00", AT_DESK)) == (AT_DESK, None)
    assert told(trip, "24 12:00", away("24 09:30", "24 11:00", AT_DESK)) == ("出張", at("25 12:00"))
    assert told(person(), "24 10:00", away("24 09:00", "25 17:30")) == ("出張", at("26 08:30"))
    weekly = person(routine=(Routine("外出", (1,), Span(time(13), time(15))),))
    assert told(weekly, "24 13:30", away("24 13:00", "24 14:00", "会議")) == ("会議", at("24 15:00"))


def test_of_what_was_told_the_last_word_counts() -> None:
    week, here = away("24 00:00", "29 00:00", "休み"), away("24 08:00", "24 17:30", AT_DESK)
    assert told(person(), "24 10:00", week, here) == (AT_DESK, None)
    assert told(person(), "24 10:00", here, week)[0] == "休み"
    earlier = away("24 09:00", "24 16:00", "外出")
    assert told(person(), "24 10:00", earlier, away("24 08:30", "24 11:00", "会議")) == ("会議", at("24 16:00"))


def test_what_was_told_ahead_ends_what_holds_now() -> None:
    trip, back_early = away("24 09:00", "25 12:00"), away("24 15:00", "24 17:30", AT_DESK)
    assert told(person(), "24 10:00", trip, back_early) == ("出張", at("24 15:00"))
    assert told(person(trip), "24 10:00", back_early) == ("出張", at("24 15:00"))


def test_the_event_that_answers_a_look_knows_what_was_told() -> None:
    event = found(COMPANY, person(), at("24 10:00").timestamp(), [away("24 09:00", "24 12:00")])
    assert (event.state, event.back) == ("出張", at("24 12:00").timestamp())
