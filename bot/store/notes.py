"""What operators add to a call: notes, corrections of what was captured, thanks to a colleague. Every function works
inside the transaction it is handed.

Nothing here replaces what was heard: that stays in the journal, and a correction keeps it beside itself. Nothing is
ever changed or deleted but `told`: whether a letter tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, RowMapping, func, insert, select, union_all, update

from bot.store import tables
from bot.store.opening import insert_new

notes, corrections, thanks = tables.notes, tables.corrections, tables.thanks


@dataclass(frozen=True, slots=True)
class Note:
    """Something an operator wrote down about a call."""

    call_id: str
    text: str
    by: str
    """Key of the operator."""
    by_name: str
    """As it was then."""
    at: float
    id: int = 0
    """Of the row; grows."""
    told: float | None = None
    """When a letter that tells of it was written; None: none has been."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a captured value really is, as an operator says."""

    call_id: str
    field: str
    """Of `Facts`: caller_name, company, number, staff, purpose; or reason."""
    heard: str
    """As the report had it when it was corrected: ナガワ 様."""
    text: str
    why: str
    by: str
    by_name: str
    at: float
    id: int = 0
    told: float | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What operators have added to one call, oldest first."""

    notes: Sequence[Note] = ()
    corrections: Sequence[Correction] = ()

    def __bool__(self) -> bool:
        return bool(self.notes or self.corrections)

    @property
    def latest(self) -> dict[str, Correction]:
        """The correction that counts, by field."""
        return {each.field: each for each in self.corrections}

    @property
    def untold(self) -> Added:
        """What no letter tells of."""
        notes = [each for each in self.notes if each.told is None]
        return Added(notes, [each for each in self.corrections if each.told is None])


NOTHING_ADDED = Added()


@dataclass(frozen=True, slots=True)
class Thanks:
    """Thanks from one operator to another for a call."""

    call_id: str
    to: str
    by: str
    by_name: str
    words: str
    at: float


def keep_note(connection: Connection, note: Note) -> None:
    """Add a note."""
    connection.execute(insert(notes).values(_fresh(note)))


def keep_correction(connection: Connection, correction: Correction) -> None:
    """Add a correction; the last one of a field counts."""
    connection.execute(insert(corrections).values(_fresh(correction)))


def keep_thanks(connection: Connection, given: Thanks) -> None:
    """Add thanks; nothing where they were given for this call before."""
    connection.execute(insert_new(connection, thanks).values(asdict(given)))


def read_added(connection: Connection, call_id: str) -> Added:
    """All that was added to a call."""
    noted = select(notes).where(notes.c.call_id == call_id).order_by(notes.c.id)
    fixed = select(corrections).where(corrections.c.call_id == call_id).order_by(corrections.c.id)
    return Added(
        [Note(**row) for row in connection.execute(noted).mappings()],
        [Correction(**row) for row in connection.execute(fixed).mappings()],
    )


def noted_calls(connection: Connection, call_ids: Sequence[str]) -> set[str]:
    """Those of these calls to which an operator has added something."""
    found = (select(table.c.call_id).where(table.c.call_id.in_(call_ids)) for table in (notes, corrections))
    return set(connection.scalars(union_all(*found)))


def call_thanks(connection: Connection, call_id: str) -> list[Thanks]:
    """Thanks given for a call, oldest first."""
    query = select(thanks).where(thanks.c.call_id == call_id).order_by(thanks.c.id)
    return [_thanks(row) for row in connection.execute(query).mappings()]


def thanks_to(connection: Connection, key: str, since: float, limit: int = 50) -> list[Thanks]:
    """Thanks an operator was given since then, newest first."""
    query = select(thanks).where(thanks.c.to == key, thanks.c.at >= since).order_by(thanks.c.id.desc()).limit(limit)
    return [_thanks(row) for row in connection.execute(query).mappings()]


def untold_calls(connection: Connection, before: float) -> list[str]:
    """Ended calls to which something was added, last before then, that no letter tells of; oldest first."""
    every = union_all(
        *(select(table.c.call_id, table.c.at).where(table.c.told.is_(None)) for table in (notes, corrections))
    ).subquery()
    last = func.max(every.c.at)
    query = (
        select(every.c.call_id)
        .join(tables.calls, tables.calls.c.id == every.c.call_id)
        .where(tables.calls.c.ended.is_not(None))
        .group_by(every.c.call_id)
        .having(last < before)
        .order_by(last)
    )
    return list(connection.scalars(query))


def mark_added_told(connection: Connection, added: Added, now: float) -> None:
    """A letter tells of all this."""
    for table, rows in ((notes, added.untold.notes), (corrections, added.untold.corrections)):
        told = update(table).where(table.c.id.in_([row.id for row in rows])).values(told=now)
        connection.execute(told)


def _fresh(row: Note | Correction) -> dict[str, object]:
    values = asdict(row)
    del values["id"]
    return values


def _thanks(row: RowMapping) -> Thanks:
    return Thanks(**{name: row[name] for name in Thanks.__dataclass_fields__})
