"""Whatever somebody does to our entries in the calendar: after one more round they say what the store says."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.booking.events import read
from bot.booking.feed import alone
from bot.booking.plan import DELETED, Delete, Known, Put, Todo, plan
from bot.booking.slots import moment
from bot.store.bookings import CANCELLED, Reservation, Spot
from bot.store.calendars import Copy
from tests.booked import NOW, SALON

START = moment("2026-11-26T10:00").timestamp()
KEYS = ("a", "b", "c")
DEEDS = ("move", "cancel", "their move", "their stretching", "their deletion", "their note", "forget", "round")


def reservation(key: str) -> Reservation:
    spot = Spot("chair", START, START + 3600, 1)
    return Reservation(key, "salon", "cut", spot, 1, "エガワ", "0312345678", "", NOW, NOW)


class World:
    """The store's bookings, our copies of them, and the calendar."""

    def __init__(self) -> None:
        self.bookings = {key: reservation(key) for key in KEYS}
        self.copies: dict[str, Copy] = {}
        self.calendar: dict[str, Known] = {}
        self.writes = 0

    def known(self, key: str) -> Known:
        spot = self.bookings[key].spot
        self.writes += 1
        return Known(f"/{key}.ics", str(self.writes), spot.start, spot.until, True)

    def do(self, deed: str, key: str) -> None:
        old, entry = self.bookings[key], self.calendar.get(key)
        spot = replace(old.spot, start=old.spot.start + 1800, until=old.spot.until + 1800)
        self.writes += 1
        if deed == "move":
            self.bookings[key] = replace(old, spot=spot, version=old.version + 1)
        elif deed == "cancel":
            self.bookings[key] = replace(old, state=CANCELLED, version=old.version + 1)
        elif deed == "forget":
            self.copies.pop(key, None)
        elif deed == "round":
            self.round()
        elif entry is not None and deed == "their deletion":
            del self.calendar[key]
        elif entry is not None and deed == "their move":
            self.calendar[key] = replace(entry, start=entry.start + 60, etag=str(self.writes))
        elif entry is not None and deed == "their stretching":
            self.calendar[key] = replace(entry, until=entry.until + 60, etag=str(self.writes))
        elif entry is not None and deed == "their note":
            self.calendar[key] = replace(entry, etag=str(self.writes))

    def round(self) -> list[Todo]:
        made = plan(self.bookings.values(), self.copies, self.calendar)
        for booking, known in made.moved:
            if known.until - known.start > 3600:
                made.put_back(booking, known)
            else:
                spot = replace(booking.spot, start=known.start, until=known.until)
                self.bookings[booking.key] = replace(booking, spot=spot, version=booking.version + 1)
                made.follow(self.bookings[booking.key], known)
        for copy in made.adopted:
            self.copies[copy.booking] = copy
        for each in made.todo:
            self.carry_out(each)
        return made.todo

    def carry_out(self, todo: Todo) -> None:
        match todo:
            case Put():
                entry = self.calendar.get(todo.key)
                assert todo.etag == (entry.etag if entry else "")
                self.calendar[todo.key] = self.known(todo.key)
                version = todo.reservation.version
                self.copies[todo.key] = Copy(todo.key, version, self.calendar[todo.key].etag)
            case Delete():
                self.calendar.pop(todo.key, None)
                self.copies.pop(todo.key, None)


@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.sampled_from(KEYS)), max_size=30))
def test_one_round_puts_everything_right_and_the_next_has_nothing_to_do(deeds: list[tuple[str, str]]) -> None:
    world = World()
    for deed, key in deeds:
        world.do(deed, key)
    world.round()
    booked = {key: each.spot for key, each in world.bookings.items() if each.state != CANCELLED}
    assert {key: (each.start, each.until) for key, each in world.calendar.items()} == {
        key: (spot.start, spot.until) for key, spot in booked.items()
    }
    assert world.round() == []


def test_only_what_others_did_is_told() -> None:
    world = World()
    for deed in ("round", "move", "round", "their note", "round", "forget", "cancel"):
        world.do(deed, "a")
        made = plan(world.bookings.values(), world.copies, world.calendar)
        assert (made.disputed, made.moved) == ([], [])
    world.do("their move", "b")
    world.do("their deletion", "c")
    made = plan(world.bookings.values(), world.copies, world.calendar)
    assert [booking.key for booking, _ in made.moved] == ["b"]
    assert [(booking.key, how) for booking, how in made.disputed] == [("c", DELETED)]
    ((booking, known),) = made.moved
    made.follow(booking, known)
    made.put_back(booking, known)
    texts = [each.text for each in made.clashes(SALON, NOW)]
    assert [word in text for word, text in zip(("削除", "改めました", "変更"), texts, strict=True)] == [True] * 3


@given(st.text())
def test_what_is_no_calendar_is_refused_in_one_way(text: str) -> None:
    with suppress(ValueError):
        assert read(text, SALON, NOW, NOW + 86400) == []


@given(st.data())
def test_a_damaged_event_is_read_or_refused(data: st.DataObject) -> None:
    lines = alone(reservation("a"), SALON).decode().split("\r\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    name, _, value = lines[at].partition(":")
    lines[at] = data.draw(st.sampled_from([name, f"{name}:", f"{name};VALUE=DATE:{value}", f"{name}:{value}x", value]))
    with suppress(ValueError):
        read("\r\n".join(lines), SALON, NOW, NOW + 7 * 86400)


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=WEEKLY;COUNT=3", "FREQ=MONTHLY;BYDAY=1MO"])
def test_a_recurring_event_is_its_times_within_the_window(rule: str) -> None:
    text = alone(reservation("a"), SALON).decode().replace("CLASS:PRIVATE", f"CLASS:PRIVATE\r\nRRULE:{rule}")
    days = [each.start for each in read(text, SALON, START, START + 21 * 86400)]
    expected = {"FREQ=DAILY": 21, "FREQ=WEEKLY;COUNT=3": 3, "FREQ=MONTHLY;BYDAY=1MO": 2}
    assert len(days) == expected[rule]
    assert all((start - START) % 86400 == 0 for start in days)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=2"])
def test_what_would_fill_the_memory_is_refused(rule: str) -> None:
    text = alone(reservation("a"), SALON).decode().replace("CLASS:PRIVATE", f"CLASS:PRIVATE\r\nRRULE:{rule}")
    with pytest.raises(ValueError, match="cannot be read"):
        read(text, SALON, START, START + 21 * 86400)
