"""Fifty calls want the last free place, in threads and in processes, on SQLite and on PostgreSQL: one gets it.

PostgreSQL comes from PyPI (`pgserver`) and runs on a socket in a folder of the test; where that package cannot be had
its half is skipped, and says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from bot.booking.bookings import Books
from bot.booking.slots import moment
from bot.dialogue.actions import Hold
from bot.dialogue.events import Held
from bot.store import Store, open_store
from bot.store import bookings as rows
from bot.store.bookings import Owner, Spot, take
from bot.store.tables import places
from tests.booked import NOW, ONE
from tests.rush import COMPANY, Got, rush, where

LAST = "2026-11-27T10:30"
FIFTY = [f"call-{n}" for n in range(50)]
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    pgserver = pytest.importorskip("pgserver", reason="PostgreSQL is not there: pgserver has no wheel for this machine")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder of the login session
        # not in a folder of pytest's: where root runs the tests, PostgreSQL runs as a user who may not enter those
        server = pgserver.get_server(tempfile.mkdtemp(prefix="denwaban-pg-"), cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path / "denwaban.db")
        return
    uri = request.getfixturevalue("postgres")
    yield uri


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    """The clinic's day is full but for one place."""
    opened = open_store(where(database), tmp_path / "seats")
    with opened.write() as connection:
        for table in ("places", "holds", "bookings"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        day = moment("2026-11-27T09:00").timestamp()
        last = moment(LAST).timestamp()
        for start in (day + 1800 * n for n in range(6)):
            if start != last:
                assert take(connection, Owner(COMPANY, f"b{start}"), Spot("doctor", start, start + 1800, 1), 1)
    yield opened
    opened.close()


def one_got_it(store: Store, got: list[Got]) -> None:
    assert sorted(each.call for each in got) == sorted(FIFTY)
    (lucky,) = [each for each in got if each.hold]
    assert lucky.booking
    others = [each for each in got if each is not lucky]
    assert {each.why for each in others} == {"full"}
    assert not [each for each in others if each.booking]
    for each in others:
        assert len(each.free) == 3
        assert not [start for start in each.free if start.startswith("2026-11-27")]
    with store.read() as connection:
        (kept,) = rows.list_reservations(connection, COMPANY, NOW)
        assert (kept.key, kept.spot.start) == (lucky.booking, moment(LAST).timestamp())
        assert rows.taken(connection, COMPANY, range(0, 10**8), "") == {
            ("doctor", cell): 1 for cell in range(*(int(moment(f"2026-11-27T{at}").timestamp()) // 300 for at in HOURS))
        }


HOURS = ("09:00", "12:00")


def test_of_fifty_threads_one_gets_the_last_place(store: Store) -> None:
    one_got_it(store, rush(store, FIFTY, LAST))


def test_of_fifty_calls_in_five_processes_one_gets_the_last_place(store: Store, database: str, tmp_path: Path) -> None:
    got: list[Got] = []
    with ExitStack() as stack:
        processes = []
        for part in range(5):
            names = ",".join(FIFTY[part::5])
            command = [sys.executable, "-m", "tests.rush", database, str(tmp_path / "seats"), names, LAST]
            child = subprocess.Popen(
                command, cwd=ROOT, env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            processes.append(stack.enter_context(child))
        for child in processes:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        for child in processes:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
        for child in processes:
            said, _ = child.communicate(timeout=120)
            got += [Got(**json.loads(line)) for line in said.splitlines()]
    one_got_it(store, [Got(each.call, each.hold, each.why, tuple(each.free), each.booking) for each in got])


def test_the_database_itself_refuses_the_same_place_twice(store: Store) -> None:
    row = {"company": COMPANY, "resource": "doctor", "cell": 1, "place": 0}
    with store.write() as connection:
        connection.execute(insert(places).values(**row, owner="one"))

    def again() -> None:
        with store.write() as connection:
            connection.execute(insert(places).values(**row, owner="other"))

    with pytest.raises(IntegrityError):
        again()


def test_calls_that_want_all_times_of_a_day_at_once_fill_it(store: Store) -> None:
    starts = [f"2026-11-28T{hour:02}:{minute:02}" for hour in (9, 10, 11) for minute in (0, 30)]
    got = rush(store, FIFTY, *starts)
    assert len([each for each in got if each.booking]) == len(starts)
    with store.read() as connection:
        booked = rows.list_reservations(connection, COMPANY, NOW)
    assert [each.spot.start for each in booked] == [moment(start).timestamp() for start in starts]


def test_what_a_killed_process_held_is_free_at_once(store: Store, database: str, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.booking.bookings import Books\n"
        "from bot.dialogue.actions import Hold\n"
        "from bot.store import open_store; from tests.booked import NOW, ONE; from tests.rush import COMPANY, where\n"
        "store = open_store(where(sys.argv[1]), Path(sys.argv[2]))\n"
        "print(bool(Books(store, COMPANY, ONE).answer(Hold('visit', sys.argv[3]), 'dead', NOW).hold), flush=True)\n"
        "sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, database, str(tmp_path / "seats"), LAST]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        books = Books(store, COMPANY, ONE)
        live = books.answer(Hold("visit", LAST), "a", NOW)
        assert isinstance(live, Held)
        assert (live.hold, live.why) == ("", "full")
        other.kill()
        other.wait()
        after = books.answer(Hold("visit", LAST), "a", NOW)
        assert isinstance(after, Held)
        assert after.hold
