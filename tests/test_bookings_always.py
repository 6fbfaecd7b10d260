"""Whatever calls do, in whatever order: no resource ever holds more than it has room for, and no booking is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.booking.bookings import Books
from bot.booking.slots import cells, moment
from bot.company.rules import ReservationRules
from bot.dialogue.actions import Book, CancelBooking, FindBooking, Hold
from bot.dialogue.events import Booked, BookingsFound, Held
from bot.store import Store, open_store
from bot.store import bookings as rows
from bot.store.tables import holds, places
from tests.booked import INN, NOW, SALON

CALLS = st.sampled_from("abcd")
TIMES = st.sampled_from(["2026-11-26T17:15", "2026-11-26T17:00", "2026-11-26T18:00", "2026-11-26T18:30", "2026-11-26"])
STEPS = st.one_of(
    st.tuples(st.just("hold"), CALLS, TIMES, st.integers(1, 5), st.integers(-2, 3)),
    st.tuples(st.just("stretch"), CALLS, TIMES, st.integers(1, 5), st.integers(-2, 3)),
    st.tuples(
        st.sampled_from(["book", "book", "release", "cancel", "wait"]), CALLS, TIMES, st.just(1), st.integers(0, 3)
    ),
)
Step = tuple[str, str, str, int, int]


@dataclass
class Calls:
    """What the calls believe."""

    store: Store
    rules: ReservationRules
    now: float = NOW
    held: dict[str, Held] = field(default_factory=dict)
    booked: list[str] = field(default_factory=list)
    made: int = 0

    def do(self, step: Step) -> None:
        what, call, start, party, which = step
        books = Books(self.store, "x", self.rules)
        older = self.booked[which % len(self.booked)] if self.booked and which >= 0 else ""
        if what in ("hold", "stretch"):
            end = "2026-11-26T21:00" if what == "stretch" and "T" in start else ""
            service = self.rules.services[party % len(self.rules.services)].key
            held = books.answer(Hold(service, start, end, party, older), call, self.now)
            assert isinstance(held, Held)
            assert not held.hold or held.start
            self.held[call] = held
        elif what == "book" and call in self.held:
            self.book(books, call, self.held.pop(call))
        elif what == "release":
            books.release(call)
            self.held.pop(call, None)
        elif what == "cancel" and older:
            gone = books.answer(CancelBooking(older), call, self.now)
            assert gone == Booked(self.now, True, older)
            self.booked.remove(older)
        elif what == "wait":
            self.now += 700.0

    def book(self, books: Books, call: str, held: Held) -> None:
        self.made += 1
        answer = books.answer(Book(held.hold, "エガワ", "0312345678"), call, self.now)
        assert isinstance(answer, Booked)
        assert held.hold or not answer.done
        if answer.done and answer.booking not in self.booked:
            self.booked.append(answer.booking)


def check(store: Store, rules: ReservationRules, calls: Calls) -> None:
    """By the bookings' own times, not only by the rows that the database guards."""
    with store.read() as connection:
        kept = rows.list_reservations(connection, "x", 0.0)
        owned = connection.execute(select(places)).all()
        claims = list(connection.scalars(select(holds.c.key)))
    assert sorted(each.key for each in kept) == sorted(calls.booked)
    capacity = {each.key: each.capacity for each in rules.resources}
    at_once: Counter[tuple[str, int]] = Counter()
    for each in kept:
        for cell in cells(each.spot.start, each.spot.until):
            at_once[each.spot.resource, cell] += each.spot.places
    assert all(count <= capacity[resource] for (resource, _), count in at_once.items())
    whose = Counter(row.owner for row in owned)
    for each in kept:
        assert whose[each.key] == each.spot.places * len(cells(each.spot.start, each.spot.until))
    assert set(whose) <= {*calls.booked, *claims}
    most = Counter((row.resource, row.cell) for row in owned)
    assert all(count <= capacity[resource] for (resource, _), count in most.items())
    found = Books(store, "x", rules).answer(FindBooking("エガワ", "0312345678"), "z", calls.now)
    assert isinstance(found, BookingsFound)
    assert {each.key for each in found.bookings} == set(calls.booked)
    assert calls.now < moment("2026-11-26T17:00").timestamp()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([SALON, INN]), st.lists(STEPS, max_size=25))
def test_no_sequence_of_calls_overfills_or_loses(rules: ReservationRules, steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "denwaban.db")
        calls = Calls(store, rules)
        for step in steps:
            calls.do(step)
            check(store, rules, calls)
        store.close()
