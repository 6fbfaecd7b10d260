"""Many calls at once for the places of a day: `python -m tests.rush DATABASE SEATS NAMES START` waits for a line, then
calls in as many threads as there are names (separated by commas) and prints what each got."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.booking.bookings import Books
from bot.dialogue.actions import Book, Hold
from bot.dialogue.events import Booked, Held
from bot.store import Store, open_store
from tests.booked import NOW, ONE

COMPANY = "clinic"


@dataclass(frozen=True)
class Got:
    """What became of one call."""

    call: str
    hold: str
    why: str
    free: tuple[str, ...]
    booking: str


def where(database: str) -> Path | str:
    return database if "://" in database else Path(database)


def rush(store: Store, calls: list[str], *starts: str) -> list[Got]:
    """All of these calls want one of the starts at the same moment, in turn, and book what they get."""
    together = threading.Barrier(len(calls))

    def one(call: str) -> Got:
        books, start = Books(store, COMPANY, ONE), starts[calls.index(call) % len(starts)]
        together.wait(60)
        held = books.answer(Hold("visit", start), call, NOW)
        assert isinstance(held, Held)
        booked = books.answer(Book(held.hold, "エガワ", "0312345678"), call, NOW)
        assert isinstance(booked, Booked)
        return Got(call, held.hold, held.why, held.free, booked.booking if booked.done else "")

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


def main(database: str, seats: str, names: str, start: str) -> None:
    store = open_store(where(database), Path(seats))
    print("ready", flush=True)
    sys.stdin.readline()
    for got in rush(store, names.split(","), start):
        print(json.dumps(asdict(got)), flush=True)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
