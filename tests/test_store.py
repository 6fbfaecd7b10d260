"""The store opens, brings its tables up to date, keeps what it is given and knows who is alive."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from bot.company.load import load_all
from bot.company.script import Script
from bot.settings import read_settings
from bot.store import (
    Clip,
    Row,
    Store,
    begin_call,
    end_call,
    find_call,
    find_call_by_line,
    find_clip,
    keep_clips,
    keep_script,
    kept_script,
    list_calls,
    next_number,
    open_store,
    read_rows,
    store_for,
    unfinished_calls,
    write_rows,
)
from bot.store.route_tables import metadata
from tests.records import BEGAN, CALL, SCRIPT

SCRIPTS, BROKEN = load_all(Path(__file__).parent.parent / "scripts")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "deep" / "100%" / "denwaban.db")
    with opened.write() as connection:
        keep_script(connection, SCRIPT, BEGAN)
    yield opened
    opened.close()


def test_migrations_make_exactly_the_tables_that_the_code_uses(store: Store) -> None:
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())


def test_a_commit_is_on_the_disk_and_readers_do_not_wait(store: Store) -> None:
    with store.read() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    with store.write() as writing:
        begin_call(writing, CALL)
        with store.read() as reading:
            assert find_call(reading, CALL.id) is None
    with store.read() as reading:
        assert find_call(reading, CALL.id) == CALL


def test_an_exception_leaves_nothing_behind(store: Store) -> None:
    def both() -> None:
        with store.write() as connection:
            begin_call(connection, CALL)
            write_rows(connection, [Row("no such call", 0, 1.0, "Spoken", "{}")])

    with pytest.raises(IntegrityError):
        both()
    with store.read() as connection:
        assert find_call(connection, CALL.id) is None


def test_a_call_ends_once(store: Store) -> None:
    with store.write() as connection:
        begin_call(connection, CALL)
        begin_call(connection, replace(CALL, caller="another"))
        assert unfinished_calls(connection) == [CALL]
        assert end_call(connection, replace(CALL, ended=BEGAN + 9, why="caller", outcome="message"))
        assert not end_call(connection, replace(CALL, ended=BEGAN + 10, why="crash"))
        assert unfinished_calls(connection) == []
        assert find_call(connection, CALL.id) == replace(CALL, ended=BEGAN + 9, why="caller", outcome="message")


def test_calls_are_listed_latest_first(store: Store) -> None:
    calls = [replace(CALL, id=f"c{n}", began=BEGAN + n, company="smile" if n % 2 else "other") for n in range(6)]
    with store.write() as connection:
        for call in calls:
            begin_call(connection, call)
        assert list_calls(connection) == calls[::-1]
        assert list_calls(connection, "smile", 2) == [calls[5], calls[3]]


def test_a_call_is_found_by_its_lines_own_name(store: Store) -> None:
    with store.write() as connection:
        for n in range(3):
            begin_call(
                connection, replace(CALL, id=f"c{n}", began=BEGAN + n, line_call_id="line-1" if n < 2 else "line-2")
            )
        found = find_call_by_line(connection, "line-1")
        assert found is not None
        assert found.id == "c1"
        assert find_call_by_line(connection, "line-3") is None


def test_journal_rows_keep_their_order_and_are_never_rewritten(store: Store) -> None:
    rows = [Row(CALL.id, n, BEGAN + n, "Spoken", f'{{"at":{n}}}') for n in range(12)]
    with store.write() as connection:
        begin_call(connection, CALL)
        assert next_number(connection, CALL.id) == 0
        write_rows(connection, rows[::-1])
        write_rows(connection, [replace(rows[3], json="changed")])
        assert read_rows(connection, CALL.id) == rows
        assert next_number(connection, CALL.id) == 12


def test_clips_come_back_byte_by_byte(store: Store) -> None:
    clip = Clip("number.wav", "折り返し先", bytes(range(256)))
    with store.write() as connection:
        begin_call(connection, CALL)
        keep_clips(connection, CALL.id, [clip])
        assert find_clip(connection, CALL.id, "number.wav") == clip
        assert find_clip(connection, CALL.id, "other.wav") is None
        assert find_clip(connection, "other", "number.wav") is None


@pytest.mark.parametrize("script", [*SCRIPTS.values(), SCRIPT], ids=lambda script: f"{script.key}-{script.version[:4]}")
def test_every_script_comes_back_equal(store: Store, script: Script) -> None:
    with store.write() as connection:
        keep_script(connection, script, BEGAN)
        keep_script(connection, replace(script, ask=()), BEGAN)
        assert kept_script(connection, script.version) == script
        assert kept_script(connection, "no such version") is None


def test_the_example_scripts_were_tried() -> None:
    assert SCRIPTS
    assert not BROKEN


def test_two_opening_at_once_make_one_set_of_tables(tmp_path: Path) -> None:
    opened: list[Store] = []
    threads = [threading.Thread(target=lambda: opened.append(open_store(tmp_path / "x.db"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(store.seat for store in opened) == ["1", "2", "3", "4"]
    for store in opened:
        store.close()


def test_a_killed_process_frees_its_seat(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.store import open_store\n"
        "store = open_store(Path(sys.argv[1])); print(store.seat, flush=True); sys.stdin.read()"
    )
    database = tmp_path / "denwaban.db"
    command = [sys.executable, "-c", code, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        store = open_store(database)
        assert store.seat == "2"
        assert not store.dead("1")
        other.kill()
        other.wait()
        assert store.dead("1")
    assert store.dead("2")  # its own: whatever bore it before was somebody else's
    assert store.dead("99")
    store.close()


def test_the_settings_say_where(tmp_path: Path) -> None:
    store = store_for(read_settings({"DENWABAN_VAR_DIR": str(tmp_path)}))
    assert (tmp_path / "denwaban.db").exists()
    store.close()
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    other = store_for(read_settings({"DENWABAN_VAR_DIR": str(tmp_path), "DENWABAN_DATABASE_URL": url}))
    assert (tmp_path / "elsewhere.db").exists()
    other.close()
