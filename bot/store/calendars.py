"""What a company's calendar elsewhere has, as rows: times taken there, copies of our bookings, and where both clash.
Every function works inside the transaction it is handed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select, update

from bot.booking.slots import Busy
from bot.store import tables
from bot.store.opening import insert_new

_BUSY, _CLASH = tables.busy.c, tables.clashes.c


def busy_between(connection: Connection, company: str, since: float, until: float) -> tuple[Busy, ...]:
    """The times taken elsewhere that touch this stretch of time."""
    query = select(_BUSY.start, _BUSY.until, _BUSY.resource)
    query = query.where(_BUSY.company == company, _BUSY.until > since, _BUSY.start < until)
    return tuple(Busy(*row) for row in connection.execute(query))


@dataclass(frozen=True, slots=True)
class Taken:
    """One time that is taken elsewhere."""

    uid: str
    """Of the event there."""
    start: float
    until: float
    resource: str
    """"" = all of them."""
    summary: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A booking's entry in the company's calendar, as we left it there."""

    booking: str
    version: int
    """`Reservation.version` that was written."""
    etag: str
    """"" = the server did not tell."""


@dataclass(frozen=True, slots=True)
class Clash:
    """What the company must be told about one booking and its calendar."""

    booking: str
    uid: str
    """Of the event that lies over it, or what became of our own entry."""
    company: str
    text: str
    """Japanese."""
    found: float


def list_busy(connection: Connection, company: str) -> frozenset[Taken]:
    """All that is known to be taken elsewhere."""
    query = select(_BUSY.uid, _BUSY.start, _BUSY.until, _BUSY.resource, _BUSY.summary)
    return frozenset(Taken(*row) for row in connection.execute(query.where(_BUSY.company == company)))


def replace_busy(connection: Connection, company: str, taken: Iterable[Taken], now: float) -> None:
    """From now on this is what is taken elsewhere, and nothing else."""
    connection.execute(delete(tables.busy).where(_BUSY.company == company))
    rows = {(each.uid, each.start): asdict(each) | {"company": company, "seen": now} for each in taken}
    if rows:
        connection.execute(insert(tables.busy), list(rows.values()))


def list_copies(connection: Connection, company: str) -> dict[str, Copy]:
    """The entries that we left in a company's calendar, by booking."""
    query = select(tables.copies).join(tables.bookings).where(tables.bookings.c.company == company)
    return {row["booking"]: Copy(**row) for row in connection.execute(query).mappings()}


def keep_copy(connection: Connection, copy: Copy) -> None:
    """Remember how we left an entry."""
    drop_copy(connection, copy.booking)
    connection.execute(insert(tables.copies).values(asdict(copy)))


def drop_copy(connection: Connection, booking: str) -> None:
    """There is no entry any more."""
    connection.execute(delete(tables.copies).where(tables.copies.c.booking == booking))


def keep_clashes(connection: Connection, clashes: Iterable[Clash]) -> int:
    """Remember what is to be told; each once. How many were new."""
    return sum(
        connection.execute(insert_new(connection, tables.clashes).values(asdict(clash))).rowcount for clash in clashes
    )


def untold_clashes(connection: Connection, company: str) -> list[Clash]:
    """What the company has not been told yet, oldest first. For the daily digest."""
    query = select(_CLASH.booking, _CLASH.uid, _CLASH.company, _CLASH.text, _CLASH.found)
    query = query.where(_CLASH.company == company, _CLASH.told.is_(None)).order_by(_CLASH.found, _CLASH.booking)
    return [Clash(**row) for row in connection.execute(query).mappings()]


def mark_told(connection: Connection, clashes: Iterable[Clash], now: float) -> None:
    """The company has been told of these."""
    for clash in clashes:
        this = (_CLASH.booking == clash.booking) & (_CLASH.uid == clash.uid)
        connection.execute(update(tables.clashes).where(this).values(told=now))
