"""Opens the database: SQLite in WAL mode by default, another engine by its URL; migrations run on the way in.

Rule: all reading and writing goes through `Store.read` and `Store.write`, each one transaction, from any thread.
A committed transaction is on the disk (synchronous=FULL). Blocking: call from a thread where sound is carried.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, Insert, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite

from bot.settings import Settings
from bot.store.seats import Seat

BUSY_MS = 1000
"""How long a statement waits for another writer. Writers here hold the database for milliseconds; one that waits
longer is stuck, and the journal must not make a caller wait for it: it keeps its entries and tries again."""

OPENING_MS = 30_000
"""The same while the database is opened: another process may be making its tables on a slow disk."""


class Store:
    """An open database, and this process's seat beside it."""

    def __init__(self, engine: Engine, seat: Seat) -> None:
        self._engine = engine
        self._seat = seat

    @property
    def seat(self) -> str:
        """What marks calls and leases of this process."""
        return self._seat.name

    def dead(self, seat: str) -> bool:
        """Has the process of that seat gone? See `Seat.dead`."""
        return self._seat.dead(seat)

    def read(self) -> AbstractContextManager[Connection]:
        """One reading transaction: a consistent view."""
        return self._transaction(False)

    def write(self) -> AbstractContextManager[Connection]:
        """One writing transaction: commits at the end, or leaves nothing behind if an exception passes through."""
        return self._transaction(True)

    @contextmanager
    def _transaction(self, writes: bool) -> Iterator[Connection]:
        with self._engine.connect().execution_options(denwaban_writes=writes) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close the database and free the seat."""
        self._engine.dispose()
        self._seat.leave()


def open_store(where: Path | str, seats: Path | None = None) -> Store:
    """The store at `where`: a file, or a database URL ("postgresql+psycopg://…"). `seats`: the folder of this
    machine's seats, beside the file where not given."""
    if isinstance(where, Path):
        where.parent.mkdir(parents=True, exist_ok=True)
        url, folder = f"sqlite:///{where}", seats or where.parent / "seats"
    else:
        url, folder = where, seats or Path("var/seats")
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune)
        event.listen(engine, "begin", _begin)
    patient = engine.connect().execution_options(denwaban_writes=True, denwaban_busy_ms=OPENING_MS)
    with patient as connection, connection.begin():
        migrate(connection)
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")
    return Store(engine, Seat(folder))


def store_for(settings: Settings) -> Store:
    """The store that the settings name: a database URL, or a file under var/."""
    where = settings.database_url or settings.var_dir / "denwaban.db"
    return open_store(where, settings.var_dir / "seats")


def migrate(connection: Connection) -> None:
    """Bring the tables up to date; nothing where they are."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def insert_new(connection: Connection, table: Table) -> Insert:
    """An insert that does nothing where a unique key says that the row is there."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def _tune(connection: Any, _record: Any) -> None:
    # The driver's own guess when to begin a transaction would leave DDL and reads outside: `_begin` does it.
    connection.isolation_level = None
    patience = (f"busy_timeout={OPENING_MS}", "journal_mode=WAL", f"busy_timeout={BUSY_MS}")
    for pragma in (*patience, "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A transaction that begins by reading and then writes can be refused at once, whatever the timeout.
    options = connection.get_execution_options()
    writes = options.get("denwaban_writes", False)
    if busy_ms := options.get("denwaban_busy_ms"):
        connection.exec_driver_sql(f"PRAGMA busy_timeout={busy_ms}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
