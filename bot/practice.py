"""A desk for calls that are only played: real bookings, in a store of their own that is gone with them.

So golden calls are independent of each other, and nothing that is tried out in text reaches the company's own diary.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.booking.bookings import Books
from bot.company.script import Script
from bot.desk import Desk
from bot.store import open_store


@contextmanager
def practice_desk(script: Script, at: float) -> Iterator[Desk]:
    """The company's desk as it stands before any call; `at`: the moment of the call, seconds since the epoch."""
    rules = script.rules.reservations
    if rules is None:
        yield Desk(script)
        return
    with tempfile.TemporaryDirectory(prefix="denwaban-") as place:
        store = open_store(Path(place) / "practice.db")
        try:
            books = Books(store, script.key, rules)
            books.start(at)
            yield Desk(script, "practice", books)
        finally:
            store.close()
