"""Who looked at what and changed what, as rows that are added, never changed, and deleted by their age alone. Every
function works inside the transaction it is handed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from bot.store import tables

_A = tables.audit.c


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that somebody did."""

    at: float
    who: str
    """`User.key`; "" = nobody who has logged in."""
    address: str
    """From where: an IP address, or "command line"."""
    what: str
    """A `bot.access.audit.Deed`, or whatever an older version wrote."""
    call_id: str = ""
    """"" = it was about no call."""
    detail: str = ""
    id: int = 0
    """Of the row; grows."""


def add_entry(connection: Connection, entry: AuditEntry) -> None:
    """Write it down."""
    row = asdict(entry)
    del row["id"]
    connection.execute(insert(tables.audit).values(row))


def list_entries(
    connection: Connection, who: str = "", call_id: str = "", before: int | None = None, limit: int = 100
) -> list[AuditEntry]:
    """The latest first; of one person, or of one call where they are named; before the row of that id."""
    query = select(tables.audit).order_by(_A.id.desc()).limit(limit)
    if who:
        query = query.where(_A.who == who)
    if call_id:
        query = query.where(_A.call_id == call_id)
    if before is not None:
        query = query.where(_A.id < before)
    return [AuditEntry(**row) for row in connection.execute(query).mappings()]


def drop_entries(connection: Connection, before: float, limit: int) -> int:
    """Delete so many at most of those from before then, the oldest first; how many there were."""
    oldest = select(_A.id).where(_A.at < before).order_by(_A.at).limit(limit)
    return connection.execute(delete(tables.audit).where(_A.id.in_(oldest))).rowcount
