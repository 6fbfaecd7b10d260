"""What a company's calendar elsewhere has, as rows: times taken there, copies of our bookings, and where both clash.
Every function works inside the transaction it is handed."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.slots import Busy
from bot.store import tables

_BUSY = tables.busy.c


def busy_between(connection: Connection, company: str, since: float, until: float) -> tuple[Busy, ...]:
    """The times taken elsewhere that touch this stretch of time."""
    query = select(_BUSY.start, _BUSY.until, _BUSY.resource)
    query = query.where(_BUSY.company == company, _BUSY.until > since, _BUSY.start < until)
    return tuple(Busy(*row) for row in connection.execute(query))
