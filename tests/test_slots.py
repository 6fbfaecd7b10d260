"""Which starts can be booked, which are free, and why others are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.booking.slots import (
    BETWEEN,
    NEAREST,
    Busy,
    Diary,
    Want,
    Wish,
    busy,
    cells,
    free_starts,
    grid,
    iso,
    moment,
    nearest,
    refusal,
    room,
    why_none,
)
from bot.company.rules import ReservationRules, Span
from bot.dialogue.hours import openings
from tests.booked import COLOUR, CUT, INN, SALON, SEATS, TUESDAY

BLOCKS = tuple(map(busy, SALON.blocks))


def diary(rules: ReservationRules = SALON, taken: Mapping[tuple[str, int], int] | None = None) -> Diary:
    return Diary(rules, TUESDAY, taken or {}, BLOCKS if rules is SALON else ())


def full(resource: str, start: str, end: str, places: int) -> dict[tuple[str, int], int]:
    return dict.fromkeys(
        ((resource, cell) for cell in cells(moment(start).timestamp(), moment(end).timestamp())), places
    )


def starts(rules: ReservationRules, want: Want, day: str) -> list[str]:
    return [iso(start)[11:] for start in grid(rules, want.service, date.fromisoformat(day))]


def test_each_span_begins_a_grid_of_its_own_and_the_service_ends_within_it() -> None:
    assert starts(SALON, Want(CUT), "2026-11-24") == [
        *("10:00", "10:30", "11:00", "11:30", "12:00"),
        *("14:15", "14:45", "15:15", "15:45", "16:15", "16:45", "17:15", "17:45"),
    ]
    assert starts(SALON, Want(COLOUR), "2026-11-24")[4:] == [
        *("14:15", "14:45", "15:15", "15:45", "16:15", "16:45", "17:15")
    ]


def test_an_evening_may_last_until_midnight() -> None:
    late = replace(INN, week=((Span(time(21), time(0)),),) * 7)
    assert starts(late, Want(SEATS), "2026-11-24") == ["21:00", "21:30", "22:00"]


def test_weekdays_holidays_and_dates_of_its_own_are_closed() -> None:
    assert openings(SALON, date(2026, 11, 24))
    assert not openings(SALON, date(2026, 11, 25))
    assert not openings(SALON, date(2026, 11, 23))
    assert openings(INN, date(2026, 11, 23))
    assert not openings(SALON, date(2026, 12, 5))
    assert not openings(SALON, date(2027, 12, 6))
    assert openings(SALON, date(2026, 12, 7))


@pytest.mark.parametrize(
    ("start", "party", "why"),
    [
        ("2026-11-24T15:15", 1, ""),
        ("2026-11-24T14:45", 1, "too soon"),
        ("2026-11-24T10:00", 1, "past"),
        ("2026-11-23T10:00", 1, "past"),
        ("2026-11-25T10:00", 1, "closed"),
        ("2026-11-26T13:30", 1, "closed"),
        ("2026-11-24T18:30", 1, "closed"),
        ("2026-11-26T10:10", 1, BETWEEN),
        ("2026-11-26T10:00", 3, "too many"),
        ("2026-11-27T12:00", 1, "full"),
        ("2026-11-28T10:00", 1, ""),
        ("2026-12-24T10:00", 1, ""),
        ("2026-12-25T10:00", 1, "too far"),
    ],
)
def test_every_refusal_has_its_reason(start: str, party: int, why: str) -> None:
    assert refusal(diary(), Want(CUT, party), moment(start)) == why


def test_the_preferred_resource_is_taken_first() -> None:
    def taken(*full_ones: str) -> str:
        marks: dict[tuple[str, int], int] = {}
        for key in full_ones:
            marks |= full(key, "2026-11-26T10:55", "2026-11-26T11:00", 2 if key == "chair" else 1)
        resource = room(diary(taken=marks), Want(CUT), moment("2026-11-26T10:00"))
        return resource.key if resource else ""

    assert taken() == "chair"
    assert taken("chair") == "room"
    assert taken("chair", "room") == ""
    blocked = room(diary(), Want(CUT), moment("2026-11-28T11:00"))
    assert blocked is not None
    assert blocked.key == "room"


def test_a_party_takes_a_place_each_of_one_resource() -> None:
    half = full("table", "2026-11-26T18:00", "2026-11-26T20:00", 4)

    def where(party: int) -> str:
        resource = room(diary(INN, half), Want(SEATS, party), moment("2026-11-26T19:00"))
        return resource.key if resource else ""

    assert [where(party) for party in (1, 4, 5)] == ["counter", "counter", ""]
    assert refusal(diary(INN, half), Want(SEATS, 8), moment("2026-11-26T19:00")) == "full"
    assert refusal(diary(INN, half), Want(SEATS, 8), moment("2026-11-26T20:00")) == ""
    assert refusal(diary(INN), Want(SEATS, 9), moment("2026-11-26T19:00")) == "too many"


def test_a_time_taken_elsewhere_is_full_to_the_minute() -> None:
    other = Busy(moment("2026-11-26T11:02").timestamp(), moment("2026-11-26T11:59").timestamp())
    seen = replace(diary(), busy=(other,))
    reasons = {at: refusal(seen, Want(CUT), moment(f"2026-11-26T{at}")) for at in ("10:00", "10:30", "11:30", "12:00")}
    assert reasons == {"10:00": "", "10:30": "full", "11:30": "full", "12:00": ""}


def test_the_nearest_are_offered() -> None:
    wish = Wish.of("2026-11-27T11:00", "")
    free = free_starts(diary(), Want(CUT), moment("2026-11-26"), moment("2026-11-29"))
    assert [iso(start) for start in nearest(free, wish)] == ["2026-11-27T14:15", "2026-11-27T14:45", "2026-11-27T15:15"]


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        ("2026-11-25", "", "closed"),
        ("2026-11-23", "", "past"),
        ("2026-12-25", "", "too far"),
        ("2026-11-24T10:00", "2026-11-24T11:00", "past"),
        ("2026-11-24T14:15", "2026-11-24T15:00", "too soon"),
        ("2026-11-27T10:00", "2026-11-27T12:00", "full"),
        ("2026-11-26T10:05", "2026-11-26T10:25", ""),
        ("2026-11-26T19:05", "2026-11-26T19:25", "closed"),
    ],
)
def test_a_stretch_without_a_start_has_one_reason(start: str, end: str, why: str) -> None:
    wish = Wish.of(start, end)
    assert not list(free_starts(diary(), Want(CUT), wish.first, wish.last))
    assert why_none(diary(), Want(CUT), wish.first, wish.last) == why


def test_a_wish_is_a_moment_a_stretch_or_days() -> None:
    assert Wish.of("2026-11-26T10:00", "").last == moment("2026-11-26T10:01")
    assert Wish.of("2026-11-26T10:00", "2026-11-26T12:00") == Wish(
        moment("2026-11-26T10:00"), moment("2026-11-26T12:00"), False
    )
    assert Wish.of("2026-11-26", "") == Wish(moment("2026-11-26"), moment("2026-11-27"), True)
    assert Wish.of("2026-11-26", "2026-11-28").last == moment("2026-11-29")
    assert not Wish.of("2026-11-26", "2026-11-26T12:00").bare
    assert Wish.of("2026-11-26T12:00", "2026-11-26T10:00").last == moment("2026-11-26T12:01")


@given(
    st.integers(0, 40),
    st.integers(0, 23 * 12),
    st.integers(1, 2),
    st.dictionaries(st.integers(0, 300), st.integers(1, 2)),
)
def test_what_is_free_is_never_refused_and_what_is_refused_is_never_free(
    days: int, fives: int, party: int, chairs: dict[int, int]
) -> None:
    """The two ways of asking agree, whatever is taken."""
    day = moment("2026-11-20") + timedelta(days=days)
    start, first = day + timedelta(minutes=5 * fives), int(day.timestamp()) // 300
    taken = {("chair", first + 120 + cell): count for cell, count in chairs.items()}
    taken |= {("room", first + 120 + cell): 1 for cell in chairs}
    seen, want = diary(taken=taken), Want(CUT, party)
    free = list(free_starts(seen, want, start, start + timedelta(minutes=1)))
    assert free == ([] if refusal(seen, want, start) else [start])
    whole = list(free_starts(seen, want, day, day + timedelta(days=1)))
    assert whole or why_none(seen, want, day, day + timedelta(days=1)) in (
        "past",
        "closed",
        "too soon",
        "too far",
        "full",
    )
    assert len(nearest(whole, Wish(start, start, False))) == min(NEAREST, len(whole))
