"""Every event and action survives the journal; what was appended is on the disk, in order, whatever the disk does."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from bot.company.script import Script
from bot.dialogue.actions import Action, Look, Phrase, Say
from bot.dialogue.events import Began, Digit, Event, HungUp
from bot.dialogue.state import State
from bot.journal import Journal, decode, encode, replay
from bot.store import Call, Store, find_call, kept_script, open_store
from tests.records import CALL, SCRIPT

KINDS = (*get_args(Event), *get_args(Action))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "denwaban.db")
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_comes_back_equal(kind: type[Any]) -> None:
    @settings(max_examples=20, deadline=None)
    @given(st.from_type(kind))
    def check(what: Any) -> None:
        name, text = encode(what)
        again = decode(name, text)
        assert is_dataclass(again)
        assert repr(again) == repr(what)  # repr: a NaN is not equal to itself

    check()


def test_a_number_that_is_none_and_half_a_character_are_kept() -> None:
    kind, text = encode(Began(math.inf, "", "", ""))
    assert decode(kind, text) == Began(math.inf, "", "", "")
    assert decode(*encode(Digit(1.0, "\ud800"))) == Digit(1.0, "?")


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="Teleported"):
        decode("Teleported", "{}")
    with pytest.raises(ValueError, match="digit"):
        decode("Digit", '{"at": 1.0}')


def test_what_was_appended_is_read_by_another_process_in_order(store: Store, tmp_path: Path) -> None:
    journal = Journal(store)
    journal.begin(CALL, SCRIPT)
    wrote = [journal.append(CALL.id, 1.0 + n, Digit(1.0 + n, str(n % 10))) for n in range(300)]
    wrote.append(journal.append(CALL.id, 400.0, Say((Phrase("もしもし", "モシモシ", True),))))
    assert asyncio.run(journal.durable(30.0))
    other = open_store(tmp_path / "denwaban.db")
    assert Journal(other, own_thread=False).read(CALL.id) == wrote
    assert [entry.n for entry in wrote] == list(range(301))
    with other.read() as connection:
        call = find_call(connection, CALL.id)
        assert call is not None
        assert call.ended is None
        assert other.dead(call.seat) is False
        assert kept_script(connection, SCRIPT.version) == SCRIPT
    other.close()
    assert journal.close()


def test_calls_side_by_side_keep_their_own_numbers(store: Store) -> None:
    journal = Journal(store)
    calls = [Call(f"c{n}", "smile", SCRIPT.version, "loopback", "", "", "", 1.0) for n in range(8)]
    for call in calls:
        journal.begin(call, SCRIPT)

    async def talk(call: Call) -> None:
        for n in range(25):
            journal.append(call.id, float(n), Digit(float(n), "1"))
            assert await journal.durable(30.0)
            assert len(journal.read(call.id)) == n + 1

    async def all_talk() -> None:
        await asyncio.gather(*(talk(call) for call in calls))

    asyncio.run(all_talk())
    assert [[entry.n for entry in journal.read(call.id)] for call in calls] == [list(range(25))] * 8
    assert journal.close()


def test_without_a_thread_of_its_own_it_writes_when_asked(store: Store) -> None:
    journal = Journal(store, own_thread=False)
    journal.begin(CALL, SCRIPT)
    entry = journal.append(CALL.id, 1.0, Look("kurimoto"))
    assert journal.read(CALL.id) == []
    assert asyncio.run(journal.durable())
    assert journal.read(CALL.id) == [entry]
    assert journal.close()


def test_a_call_goes_on_while_the_database_is_locked(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(store)
    journal.begin(CALL, SCRIPT)
    assert asyncio.run(journal.durable(30.0))
    holder = create_engine(f"sqlite:///{tmp_path / 'denwaban.db'}")
    with caplog.at_level(logging.WARNING, "bot.journal"):
        with holder.connect() as other:
            other.exec_driver_sql("BEGIN EXCLUSIVE")
            first = journal.append(CALL.id, 1.0, Digit(1.0, "1"))
            assert asyncio.run(journal.durable(30.0)) is False
            second = journal.append(CALL.id, 2.0, Digit(2.0, "2"))
            assert asyncio.run(journal.durable(30.0)) is False
            other.exec_driver_sql("ROLLBACK")
        holder.dispose()
        assert journal.close()
    assert journal.read(CALL.id) == [first, second]
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 1
    assert "stop whatever holds the database" in told[0].getMessage()


def test_a_full_disk_loses_nothing(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal(store, own_thread=False)
    journal.begin(CALL, SCRIPT)
    assert journal.flush()
    _limit_pages(store, 30)
    wrote = [journal.append(CALL.id, 1.0, Digit(1.0, "1" * 1000)) for _ in range(200)]
    assert asyncio.run(journal.durable()) is False
    assert asyncio.run(journal.durable()) is False
    assert journal.read(CALL.id) == []
    assert len(caplog.records) == 1
    assert "full" in caplog.text
    _limit_pages(store, 1_000_000)
    assert asyncio.run(journal.durable())
    assert journal.read(CALL.id) == wrote
    assert journal.close()


def _limit_pages(store: Store, pages: int) -> None:
    """SQLite's own word for a disk that is full; the limit belongs to the pooled connection."""
    with store.read() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def test_appending_from_many_threads_loses_nothing(store: Store) -> None:
    journal = Journal(store)
    calls = [Call(f"c{n}", "smile", SCRIPT.version, "loopback", "", "", "", 1.0) for n in range(4)]

    def talk(call: Call) -> None:
        journal.begin(call, SCRIPT)
        for n in range(200):
            journal.append(call.id, float(n), Digit(float(n), "1"))

    threads = [threading.Thread(target=talk, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.close()
    assert [len(journal.read(call.id)) for call in calls] == [200] * 4


def test_replay_feeds_events_and_no_actions(store: Store) -> None:
    seen: list[Event] = []

    def step(script: Script, state: State, event: Event) -> tuple[State, tuple[Action, ...]]:
        seen.append(event)
        return State(at=event.at), ()

    journal = Journal(store, own_thread=False)
    journal.begin(CALL, SCRIPT)
    journal.append(CALL.id, 1.0, Began(1.0, "1", "2", "loopback"))
    journal.append(CALL.id, 1.5, Look("kurimoto"))
    journal.append(CALL.id, 2.0, HungUp(2.0, "caller"))
    assert journal.close()
    assert replay(step, SCRIPT, journal.read(CALL.id)) == State(at=2.0)
    assert seen == [Began(1.0, "1", "2", "loopback"), HungUp(2.0, "caller")]
