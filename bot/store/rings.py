"""Numbers that are to be rung for an urgent call, one row each, until it has ended. Every function works inside the
transaction it is handed.

A ring is due, leased while it goes on (`leases`), and then ended with its outcome. Where the lease ended before, it is
rung once more, for nobody knows what was heard. Of one call and of one number
never two go on at once; none begins once somebody has marked the call. Nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, or_, select, update

from bot.store import tables
from bot.store.leases import free_leases, soonest
from bot.store.opening import insert_new
from bot.store.remembered import URGENT
from bot.store.route_tables import rings

_R = rings.c
_F = tables.follow_ups.c


@dataclass(frozen=True, slots=True)
class NewRing:
    """A step of a call's urgent route that is a number."""

    call_id: str
    step: int
    number: str
    due: float


@dataclass(frozen=True, slots=True)
class Ring:
    """One of them, and where it stands."""

    id: int
    call_id: str
    step: int
    number: str
    tries: int
    """Begun so far."""
    ended: float | None
    outcome: str
    """Of one that has ended: a `bot.ringing.talk.Outcome`."""


def owe_rings(connection: Connection, owed: Sequence[NewRing]) -> None:
    """Write down what is to be rung; nothing where it is written already."""
    for ring in owed:
        row = {"call_id": ring.call_id, "step": ring.step, "number": ring.number, "due": ring.due}
        fresh = {"tries": 0, "leased_until": 0.0, "leased_by": "", "outcome": ""}
        connection.execute(insert_new(connection, rings).values(row | fresh))


def lease_ring(connection: Connection, now: float, until: float, seat: str) -> Ring | None:
    """Take the ring that has been due longest, for us alone until `until`; counts as a try. None: none may begin."""
    other = rings.alias()
    same = or_(other.c.call_id == _R.call_id, other.c.number == _R.number)
    busy = exists().where(other.c.ended.is_(None), other.c.leased_until > now, same)
    query = select(rings).join(tables.follow_ups, _wanted()).where(_R.due <= now, ~busy)
    first = query.order_by(_R.due, _R.id).limit(1).with_for_update(skip_locked=True)  # what is owed is locked with it
    row = connection.execute(first).mappings().first()
    if row is None:
        return None
    taken = {"leased_until": until, "leased_by": seat, "tries": row["tries"] + 1}
    connection.execute(update(rings).where(_R.id == row["id"]).values(taken))
    return _ring({**row, **taken})


def end_ring(connection: Connection, ring_id: int, outcome: str, now: float) -> None:
    """It has come to its end."""
    done = {"ended": now, "outcome": outcome, "leased_until": 0.0}
    connection.execute(update(rings).where(_R.id == ring_id).values(done))


def leave_ring(connection: Connection, ring_id: int) -> None:
    """Nobody's telephone rang: it is due as before, and this was no try."""
    left = {"leased_until": 0.0, "tries": _R.tries - 1}
    connection.execute(update(rings).where(_R.id == ring_id).values(left))


def free_rings(connection: Connection, dead: Callable[[str], bool]) -> int:
    """End the leases of processes that are gone; how many."""
    return free_leases(connection, rings, _R.ended.is_(None), dead)


def next_ring(connection: Connection) -> float | None:
    """When rings should be looked at again; None: none is wanted."""
    query = select(soonest(rings)).select_from(rings).join(tables.follow_ups, _wanted())
    first: float | None = connection.scalar(query)
    return first


def list_rings(connection: Connection, call_id: str) -> list[Ring]:
    """All of a call, in the order of its route."""
    query = select(rings).where(_R.call_id == call_id).order_by(_R.step)
    return [_ring(row) for row in connection.execute(query).mappings()]


def _wanted() -> ColumnElement[bool]:
    """It has not ended, and nobody has marked its call."""
    owed = and_(_F.call_id == _R.call_id, _F.kind == URGENT, _F.settled.is_(None))
    return and_(_R.ended.is_(None), owed)


def _ring(row: Mapping[str, Any] | RowMapping) -> Ring:
    return Ring(**{name: row[name] for name in Ring.__dataclass_fields__})
