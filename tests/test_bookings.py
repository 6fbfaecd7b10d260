"""A call's wish becomes a hold, a hold a booking; bookings are found by whose they are, moved and given up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.booking.bookings import HOLD_SECONDS, Books
from bot.booking.slots import moment
from bot.company.rules import KnownBooking, ReservationRules
from bot.dialogue.actions import Book, CancelBooking, FindBooking, Hold
from bot.dialogue.events import Booked, Booking, BookingsFound, Held
from bot.store import Store, open_store
from bot.store import bookings as rows
from tests.booked import INN, NOW, ONE, SALON

FRIDAY = "2026-11-27T09:00"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "denwaban.db")
    yield opened
    opened.close()


class Desk:
    """Asks a company's books as calls do."""

    def __init__(self, store: Store, rules: ReservationRules, company: str = "salon") -> None:
        self.changes = 0
        self.now = NOW
        self.books = Books(store, company, rules, self._count)

    def _count(self) -> None:
        self.changes += 1

    def hold(self, action: Hold, call: str = "a") -> Held:
        answer = self.books.answer(action, call, self.now)
        assert isinstance(answer, Held)
        assert (answer.at, answer.asked) == (self.now, action.start)
        return answer

    def book(self, hold: str, call: str = "a", name: str = "エガワ", number: str = "0312345678") -> Booked:
        answer = self.books.answer(Book(hold, name, number, "初めて"), call, self.now)
        assert isinstance(answer, Booked)
        return answer

    def make(self, start: str, call: str = "a", name: str = "エガワ", number: str = "0312345678") -> str:
        booked = self.book(self.hold(Hold("", start), call).hold, call, name, number)
        assert booked.done
        return booked.booking

    def find(self, name: str = "", number: str = "", start: str = "") -> list[Booking]:
        answer = self.books.answer(FindBooking(name, number, start), "a", self.now)
        assert isinstance(answer, BookingsFound)
        return list(answer.bookings)

    def cancel(self, booking: str) -> bool:
        answer = self.books.answer(CancelBooking(booking), "a", self.now)
        assert isinstance(answer, Booked)
        return answer.done


def test_a_free_time_is_held_and_booked(store: Store) -> None:
    desk = Desk(store, ONE)
    held = desk.hold(Hold("visit", FRIDAY))
    assert (held.start, held.why, held.free, bool(held.hold)) == (FRIDAY, "", (), True)
    booked = desk.book(held.hold)
    assert booked.done
    assert desk.find("エガワ", "03-1234-5678") == [Booking(booked.booking, "visit", FRIDAY, 1, "エガワ", "0312345678")]
    assert desk.changes == 1


def test_what_a_call_holds_nobody_else_gets_until_it_ends(store: Store) -> None:
    desk = Desk(store, ONE)
    assert desk.hold(Hold("visit", FRIDAY), "a").hold
    other = desk.hold(Hold("visit", FRIDAY), "b")
    assert (other.hold, other.why) == ("", "full")
    assert other.free == ("2026-11-27T09:30", "2026-11-27T10:00", "2026-11-27T10:30")
    desk.books.release("a")
    assert desk.hold(Hold("visit", FRIDAY), "b").hold


def test_a_call_holds_one_place_at_a_time(store: Store) -> None:
    desk = Desk(store, ONE)
    first = desk.hold(Hold("visit", FRIDAY), "a")
    assert desk.hold(Hold("visit", "2026-11-27T10:00"), "a").hold
    assert desk.hold(Hold("visit", FRIDAY), "b").hold
    assert desk.book(first.hold, "a") == Booked(NOW, False)


def test_a_hold_is_booked_by_its_own_call_and_once(store: Store) -> None:
    desk = Desk(store, ONE)
    held = desk.hold(Hold("visit", FRIDAY), "a")
    assert not desk.book(held.hold, "b").done
    booked = desk.book(held.hold, "a")
    assert desk.book(held.hold, "a") == booked
    assert len(desk.find("エガワ", "0312345678")) == 1


def test_a_hold_lapses_with_its_age(store: Store) -> None:
    desk = Desk(store, ONE)
    desk.hold(Hold("visit", FRIDAY), "a")
    desk.now += HOLD_SECONDS
    assert not desk.hold(Hold("visit", FRIDAY), "b").hold
    desk.now += 1.0
    assert desk.hold(Hold("visit", FRIDAY), "b").hold


def test_a_day_without_a_time_is_told_what_is_free_and_nothing_is_held(store: Store) -> None:
    desk = Desk(store, ONE)
    desk.make("2026-11-27T10:00")
    day = desk.hold(Hold("visit", "2026-11-27"), "b")
    assert (day.hold, day.why) == ("", "")
    assert [start[11:] for start in day.free] == ["09:00", "09:30", "10:30", "11:00", "11:30"]
    days = desk.hold(Hold("visit", "2026-11-27", "2026-11-28"), "b")
    assert len(days.free) == 11


def test_a_closed_day_offers_its_neighbours(store: Store) -> None:
    closed = Desk(store, SALON).hold(Hold("cut", "2026-11-25"))
    assert (closed.hold, closed.why) == ("", "closed")
    assert closed.free == ("2026-11-26T10:00", "2026-11-26T10:30", "2026-11-26T11:00")


def test_the_first_free_start_of_a_stretch_is_held(store: Store) -> None:
    desk = Desk(store, ONE)
    desk.make("2026-11-27T10:00")
    held = desk.hold(Hold("visit", "2026-11-27T10:00", "2026-11-27T12:00"), "b")
    assert (held.start, bool(held.hold)) == ("2026-11-27T10:30", True)


def test_a_time_between_two_starts_is_offered_the_nearest_without_calling_it_full(store: Store) -> None:
    held = Desk(store, ONE).hold(Hold("visit", "2026-11-27T10:20"))
    assert (held.hold, held.why) == ("", "")
    assert held.free == ("2026-11-27T10:30", "2026-11-27T10:00", "2026-11-27T11:00")


@pytest.mark.parametrize(
    ("start", "party", "why", "offered"),
    [
        ("2026-11-23T10:00", 1, "past", 3),
        ("2026-11-24T14:45", 1, "too soon", 3),
        ("2027-01-15T10:00", 1, "too far", 3),
        ("2026-11-26T10:00", 3, "too many", 0),
        ("2026-11-26T13:30", 1, "closed", 3),
        ("2026-11-27T10:00", 1, "full", 3),
    ],
)
def test_every_refusal_says_why_and_what_is_free(store: Store, start: str, party: int, why: str, offered: int) -> None:
    desk = Desk(store, SALON)
    held = desk.hold(Hold("cut", start, party=party))
    assert (held.hold, held.why, len(held.free)) == ("", why, offered)
    for free in held.free:
        assert desk.hold(Hold("cut", free, party=party)).hold


def test_a_party_sits_together(store: Store) -> None:
    desk = Desk(store, INN)
    evening = "2026-11-27T19:00"
    assert desk.hold(Hold("seats", evening, party=3), "a").hold
    assert desk.hold(Hold("seats", evening, party=6), "b").hold
    assert desk.hold(Hold("seats", evening, party=3), "c").why == "full"
    assert desk.hold(Hold("seats", evening, party=2), "c").hold
    assert desk.hold(Hold("seats", evening, party=1), "d").hold
    assert desk.hold(Hold("seats", evening, party=1), "e").why == "full"


def test_a_booking_moves_into_a_place_that_is_partly_its_own(store: Store) -> None:
    desk = Desk(store, replace(ONE, services=(replace(ONE.services[0], minutes=60),)))
    key = desk.make(FRIDAY)
    late = Hold("visit", "2026-11-27T09:30", moving=key)
    held = desk.hold(late, "b")
    assert held.hold
    assert desk.hold(Hold("visit", FRIDAY), "c").why == "full"  # the old place is kept until the new one is booked
    assert desk.hold(Hold("visit", "2026-11-27T10:00"), "c").why == "full"
    assert desk.book(held.hold, "b", "", "") == Booked(NOW, True, key)
    (moved,) = desk.find("エガワ", "0312345678")
    assert (moved.key, moved.start) == (key, "2026-11-27T09:30")
    assert desk.hold(Hold("visit", "2026-11-27T10:30"), "c").hold
    assert desk.hold(Hold("visit", "2026-11-27T10:00"), "d").why == "full"


def test_a_move_that_is_given_up_leaves_the_booking_as_it_was(store: Store) -> None:
    desk = Desk(store, ONE)
    key = desk.make(FRIDAY)
    desk.hold(Hold("visit", "2026-11-27T10:00", moving=key), "b")
    desk.books.release("b")
    assert [each.start for each in desk.find("エガワ", "0312345678")] == [FRIDAY]
    assert desk.hold(Hold("visit", FRIDAY), "c").why == "full"
    assert desk.hold(Hold("visit", "2026-11-27T10:00"), "c").hold


def test_a_booking_that_was_cancelled_meanwhile_is_not_moved(store: Store) -> None:
    desk = Desk(store, ONE)
    key = desk.make(FRIDAY)
    held = desk.hold(Hold("visit", "2026-11-27T10:00", moving=key), "b")
    assert desk.cancel(key)
    assert not desk.book(held.hold, "b").done
    assert desk.find("エガワ", "0312345678") == []
    assert desk.hold(Hold("visit", FRIDAY, moving=key), "c").why == "unknown"


def test_a_cancelled_place_is_free_again(store: Store) -> None:
    desk = Desk(store, ONE)
    key = desk.make(FRIDAY)
    assert desk.cancel(key)
    assert desk.cancel(key)
    assert not desk.cancel("no such booking")
    assert not Desk(store, ONE, "another company").cancel(key)
    assert desk.find("エガワ", "0312345678") == []
    assert desk.hold(Hold("visit", FRIDAY)).hold


def test_what_is_too_near_is_not_changed_here(store: Store) -> None:
    desk = Desk(store, replace(SALON, blocks=()))
    key = desk.make("2026-11-26T17:45")
    assert [each.changeable for each in desk.find("エガワ", "0312345678")] == [True]
    desk.now = moment("2026-11-26T00:00").timestamp()
    assert [each.changeable for each in desk.find("エガワ", "0312345678")] == [False]
    assert not desk.cancel(key)
    assert desk.hold(Hold("cut", "2026-11-28T10:00", moving=key)).why == "unknown"


def test_a_booking_is_found_by_name_and_number_together(store: Store) -> None:
    desk = Desk(store, ONE)
    desk.make(FRIDAY, "a", "オオキ タロウ", "080-1190-6642")
    desk.make("2026-11-27T10:00", "b", "オオキタ", "0586439105")
    found = {
        (name, number): [each.name for each in desk.find(name, number)]
        for name in ("オーキ", "オオキタロウ", "オオキタ", "キムラ", "")
        for number in ("08011906642", "+81 80-1190-6642", "0586439105", "0300000000", "")
    }
    named = {key: names for key, names in found.items() if names}
    assert named == {
        ("オーキ", "08011906642"): ["オオキ タロウ"],
        ("オーキ", "+81 80-1190-6642"): ["オオキ タロウ"],
        ("オーキ", ""): ["オオキ タロウ"],
        ("オーキ", "0586439105"): ["オオキタ"],
        ("オオキタロウ", "08011906642"): ["オオキ タロウ"],
        ("オオキタロウ", "+81 80-1190-6642"): ["オオキ タロウ"],
        ("オオキタロウ", ""): ["オオキ タロウ"],
        ("オオキタ", "08011906642"): ["オオキ タロウ"],
        ("オオキタ", "+81 80-1190-6642"): ["オオキ タロウ"],
        ("オオキタ", "0586439105"): ["オオキタ"],
        ("オオキタ", ""): ["オオキタ"],
        ("オオキタロウ", "0586439105"): ["オオキタ"],
        ("", "08011906642"): ["オオキ タロウ"],
        ("", "+81 80-1190-6642"): ["オオキ タロウ"],
        ("", "0586439105"): ["オオキタ"],
    }


def test_a_wrong_day_finds_nothing_for_whoever_is_half_known(store: Store) -> None:
    desk = Desk(store, ONE)
    desk.make(FRIDAY)
    desk.make("2026-11-28T09:00")
    assert [each.start[:10] for each in desk.find("エガワ", "0312345678", "2026-11-28")] == ["2026-11-28"]
    assert len(desk.find("エガワ", "0312345678", "2026-11-30")) == 2
    assert desk.find("エガワ", "", "2026-11-30") == []
    assert desk.find("", "0312345678", "2026-11-30") == []
    assert len(desk.find("エガワ", "", "2026-11-28T09:00")) == 1


def test_what_a_company_brings_along_is_written_down_once_and_for_good(store: Store) -> None:
    desk = Desk(store, SALON)
    desk.books.start(NOW)
    desk.books.start(NOW)
    (oki,) = desk.find("オオキ", "08011906642")
    (kimura,) = desk.find("キムラ", "0586439105")
    assert (oki.start, kimura.start, kimura.service) == ("2026-11-29T10:00", "2026-11-29T11:00", "colour")
    assert desk.cancel(oki.key)
    held = desk.hold(Hold("colour", "2026-11-29T14:15", moving=kimura.key))
    assert desk.book(held.hold, "a", "キムラ アヤ", "0586439105").done
    renewed = Desk(store, replace(SALON, party_max=3))
    renewed.books.start(NOW)
    assert renewed.find("オオキ", "08011906642") == []
    assert [each.start for each in renewed.find("キムラ", "0586439105")] == ["2026-11-29T14:15"]


def test_what_a_company_brings_along_stands_even_without_room(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    three = tuple(KnownBooking(name, "", "2026-11-27T09:00") for name in ("ア", "イ", "イ"))
    desk = Desk(store, replace(ONE, known=three))
    desk.books.start(NOW)
    with store.read() as connection:
        assert [each.name for each in rows.list_reservations(connection, "salon", NOW)].count("イ") == 2
    assert desk.hold(Hold("visit", FRIDAY)).why == "full"
    assert len([record for record in caplog.records if "no room" in record.getMessage()]) == 2


def test_two_companies_of_one_store_do_not_know_of_each_other(store: Store) -> None:
    one, other = Desk(store, ONE, "one"), Desk(store, ONE, "other")
    key = one.make(FRIDAY)
    assert other.find("エガワ", "0312345678") == []
    assert other.hold(Hold("visit", FRIDAY), "b").hold
    assert other.hold(Hold("visit", FRIDAY, moving=key), "b").why == "unknown"


def test_a_store_that_refuses_is_an_answer(store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(store, ONE)
    with store.write() as connection:
        connection.exec_driver_sql("DROP TABLE places")
    held = desk.hold(Hold("visit", FRIDAY))
    assert (held.hold, held.why) == ("", "unknown")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    with store.write() as connection:
        connection.exec_driver_sql("DROP TABLE holds")
    desk.books.release("a")
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
