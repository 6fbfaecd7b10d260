"""Bookings, what calls hold, and the places that both take, as rows. Every function works inside the transaction it
is handed.

A booking or hold owns one row of `places` for each place in each cell of its time. The table's key lets no second
owner have the same one, so whatever else goes wrong, nothing is booked twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from itertools import count, islice
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.booking.slots import cells
from bot.store import tables
from bot.store.opening import insert_new

_B, _H, _P = tables.bookings.c, tables.holds.c, tables.places.c

BOOKED = "booked"
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Spot:
    """Places of one resource for a stretch of time (seconds since the epoch)."""

    resource: str
    start: float
    until: float
    places: int


@dataclass(frozen=True, slots=True)
class Reservation:
    """One booking; it is never deleted."""

    key: str
    company: str
    """`Script.key`"""
    service: str
    """`Service.key`"""
    spot: Spot
    party: int
    name: str
    """Katakana."""
    number: str
    """Digits."""
    note: str
    made: float
    changed: float
    call_id: str = ""
    """Of the call that made or last changed it; "" = brought along."""
    hold: str = ""
    """Of the hold that it came from, so that a booking that is asked for twice is made once."""
    seed: str | None = None
    """By which one that the script brought along is known again."""
    state: str = BOOKED
    version: int = 0
    """Counts changes."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a call holds until it books or ends."""

    key: str
    company: str
    call_id: str
    seat: str
    """Of the process that has the call."""
    service: str
    spot: Spot
    party: int
    moving: str
    """The booking that it is to replace; "" = none."""
    held: float


@dataclass(frozen=True, slots=True)
class Owner:
    """Who takes places."""

    company: str
    key: str
    """Of a booking or a claim."""
    beside: str = ""
    """A booking that gives up its own for these: what it has of the same resource is not taken twice."""


def lock_diary(connection: Connection, company: str) -> None:
    """Nobody else changes this company's bookings until the transaction ends."""
    connection.execute(insert_new(connection, tables.diaries).values(company=company))
    connection.execute(select(tables.diaries).where(tables.diaries.c.company == company).with_for_update())


def taken(connection: Connection, company: str, among: range, but: str) -> dict[tuple[str, int], int]:
    """(resource, cell) → places taken in it by others than the booking `but`, for the cells of `among`."""
    query = select(_P.resource, _P.cell, func.count()).where(_P.company == company, _P.cell >= among.start)
    query = query.where(_P.cell < among.stop, _P.owner != but).group_by(_P.resource, _P.cell)
    return {(resource, cell): count for resource, cell, count in connection.execute(query)}


def take(connection: Connection, owner: Owner, spot: Spot, capacity: int | None) -> bool:
    """Make these places the owner's, all of them or none. False: there are not so many (`capacity` None: there are).

    Numbers stay below the capacity, so that two that both saw the last place free cannot both write it down.
    """
    has: dict[int, dict[int, str]] = defaultdict(dict)
    span = cells(spot.start, spot.until)
    mine = (
        (_P.company == owner.company) & (_P.resource == spot.resource) & (_P.cell >= span.start) & (_P.cell < span.stop)
    )
    for cell, place, whose in connection.execute(select(_P.cell, _P.place, _P.owner).where(mine)):
        has[cell][place] = whose
    rows = []
    for cell in span:
        others = sum(whose != owner.beside for whose in has[cell].values())
        if capacity is not None and others + spot.places > capacity:
            return False
        lacking = max(0, spot.places - (len(has[cell]) - others))
        numbers = count() if capacity is None else range(capacity)
        free = list(islice((place for place in numbers if place not in has[cell]), lacking))
        if len(free) < lacking:
            return False
        row = {"company": owner.company, "resource": spot.resource, "cell": cell, "owner": owner.key}
        rows += [row | {"place": place} for place in free]
    return _insert(connection, rows)


def _insert(connection: Connection, rows: list[dict[str, object]]) -> bool:
    try:
        with connection.begin_nested():
            if rows:
                connection.execute(insert(tables.places), rows)
    except IntegrityError:
        return False
    return True


def hand_over(connection: Connection, owner: str, new: str) -> None:
    """What one owned is another's."""
    connection.execute(update(tables.places).where(_P.owner == owner).values(owner=new))


def let_go(connection: Connection, owners: Collection[str]) -> None:
    """Free all places of these owners."""
    connection.execute(delete(tables.places).where(_P.owner.in_(list(owners))))


def swap(connection: Connection, owner: Owner, giving: Collection[str], spot: Spot, capacity: int) -> bool:
    """`take` for places that these owners give up; where that cannot be, they keep them."""
    with connection.begin_nested() as tried:
        let_go(connection, giving)
        done = take(connection, owner, spot, capacity)
        if not done:
            tried.rollback()
    return done


def keep_claim(connection: Connection, claim: Claim) -> None:
    """Write down what a call holds; `take` has given it the places."""
    connection.execute(insert(tables.holds).values(_flat(claim)))


def find_claim(connection: Connection, key: str, call_id: str) -> Claim | None:
    """What that call holds under that key."""
    query = select(tables.holds).where(_H.key == key, _H.call_id == call_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else Claim(**_deep(row))


def release_holds(connection: Connection, call_id: str) -> int:
    """Give up what a call holds; how many holds. For the transaction that ends the call."""
    return _release(connection, connection.scalars(select(_H.key).where(_H.call_id == call_id)).all())


def release_lapsed(connection: Connection, company: str, before: float, dead: Callable[[str], bool]) -> int:
    """Give up what a company's calls held since before that moment, or whose process is dead; how many holds."""
    query = select(_H.key, _H.seat, _H.held).where(_H.company == company)
    found = connection.execute(query).all()
    seats = {seat: dead(seat) for seat in {row.seat for row in found}}
    return _release(connection, [row.key for row in found if row.held < before or seats[row.seat]])


def _release(connection: Connection, keys: Collection[str]) -> int:
    if keys:
        let_go(connection, keys)
        connection.execute(delete(tables.holds).where(_H.key.in_(list(keys))))
    return len(keys)


def keep_reservation(connection: Connection, reservation: Reservation) -> bool:
    """Write a booking down; False where its seed was brought along before."""
    row = _flat(reservation)
    return connection.execute(insert_new(connection, tables.bookings).values(row)).rowcount == 1


def change_reservation(connection: Connection, reservation: Reservation) -> None:
    """Write down what has become of a booking."""
    row = _flat(reservation)
    connection.execute(update(tables.bookings).where(_B.key == row.pop("key")).values(row))


def find_reservation(connection: Connection, company: str, key: str) -> Reservation | None:
    """One booking of that company, whatever became of it."""
    query = select(tables.bookings).where(_B.company == company, _B.key == key)
    row = connection.execute(query).mappings().first()
    return None if row is None else Reservation(**_deep(row))


def find_by_hold(connection: Connection, hold: str, call_id: str) -> Reservation | None:
    """The booking that came of a call's hold."""
    query = select(tables.bookings).where(_B.hold == hold, _B.call_id == call_id, _B.state == BOOKED)
    row = connection.execute(query).mappings().first()
    return None if row is None else Reservation(**_deep(row))


def seeds(connection: Connection, company: str) -> frozenset[str]:
    """The seeds of all bookings that were brought along."""
    return frozenset(connection.scalars(select(_B.seed).where(_B.company == company, _B.seed.is_not(None))))


def list_reservations(connection: Connection, company: str, after: float, cancelled: bool = False) -> list[Reservation]:
    """A company's bookings that end after that moment, by start; the cancelled ones too where asked for."""
    query = select(tables.bookings).where(_B.company == company, _B.until > after).order_by(_B.start, _B.key)
    if not cancelled:
        query = query.where(_B.state == BOOKED)
    return [Reservation(**_deep(row)) for row in connection.execute(query).mappings()]


def _flat(record: Reservation | Claim) -> dict[str, object]:
    row = asdict(record)
    spot: dict[str, object] = row.pop("spot")
    return row | spot


def _deep(row: RowMapping) -> dict[str, Any]:
    values = dict(row)
    return values | {"spot": Spot(*(values.pop(name) for name in ("resource", "start", "until", "places")))}
