"""Ended calls as the desk remembers them, and what is still owed after them. Every function works inside the
transaction it is handed.

A follow-up is due, or (`due` None) nothing more happens by itself; it is settled when somebody has marked it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, func, or_, select, update

from bot.store import tables
from bot.store.opening import insert_new
from bot.store.route_tables import rings

_R = tables.remembered.c
_F = tables.follow_ups.c

CALLBACK = "callback"
URGENT = "urgent"
"""`FollowUpRow.kind`"""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an ended call was about."""

    call_id: str
    company: str
    """`Script.key`"""
    began: float
    shown: str
    """The caller's number as the line showed it; digits, "" where withheld."""
    number: str
    """As told; digits."""
    name: str
    """Katakana."""
    family_sound: str
    """The family name in `nlu.kana.canonical` spelling."""
    caller_company: str
    """Katakana."""
    caller_company_text: str
    staff: str
    reason: str
    purpose: str
    outcome: str
    spoke: bool
    """Whether the caller said anything at all."""
    kept: float
    """When this was written down, seconds since the epoch: the call's end, or the next start after a crash."""
    digest_due: bool
    """It has no report of its own: the daily digest tells of it."""
    digested: float | None = None


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """Something owed after a call."""

    call_id: str
    kind: str
    """`CALLBACK` or `URGENT`."""
    due: float | None
    """When the next one is told; None: nobody is left to tell, or it is settled."""
    step: int = 0
    """How many were told."""
    taken_by: str = ""
    """Who marked it."""
    settled: float | None = None


def remember(connection: Connection, call: Remembered) -> None:
    """Keep what a call was about; nothing where it is kept already."""
    connection.execute(insert_new(connection, tables.remembered).values(asdict(call)))


def keep_put_right(connection: Connection, call: Remembered) -> None:
    """What the call was about is known better now."""
    connection.execute(update(tables.remembered).where(_R.call_id == call.call_id).values(asdict(call)))


def find_remembered(connection: Connection, call_id: str) -> Remembered | None:
    """One call."""
    row = connection.execute(select(tables.remembered).where(_R.call_id == call_id)).mappings().first()
    return None if row is None else Remembered(**row)


def earlier_calls(
    connection: Connection, company: str, since: float, number: str, family_sound: str
) -> list[tuple[Remembered, FollowUpRow | None]]:
    """Calls since then in which something was said, by that number (shown or told) or under that family name, with
    the call-back owed; newest first. "" matches nothing."""
    alike = []
    if number:
        alike.append(or_(_R.shown == number, _R.number == number))
    if family_sound:
        alike.append(_R.family_sound == family_sound)
    if not alike:
        return []
    owed = and_(_F.call_id == _R.call_id, _F.kind == CALLBACK)
    query = (
        select(tables.remembered, *(_F[name].label(f"owed_{name}") for name in FollowUpRow.__dataclass_fields__))
        .select_from(tables.remembered.outerjoin(tables.follow_ups, owed))
        .where(_R.company == company, _R.began >= since, _R.spoke, or_(*alike))
        .order_by(_R.began.desc(), _R.call_id)
    )
    return [(_remembered(row), _owed(row)) for row in connection.execute(query).mappings()]


def undigested(connection: Connection, company: str, before: float) -> list[Remembered]:
    """Calls kept before then that only a digest will tell of, and none has; oldest first."""
    query = select(tables.remembered).where(_R.company == company, _R.digest_due, _R.digested.is_(None))
    query = query.where(_R.kept < before).order_by(_R.began, _R.call_id)
    return [Remembered(**row) for row in connection.execute(query).mappings()]


def mark_digested(connection: Connection, call_ids: Sequence[str], now: float) -> None:
    """A digest tells of them."""
    connection.execute(update(tables.remembered).where(_R.call_id.in_(call_ids)).values(digested=now))


def count_silent(connection: Connection, company: str, since: float, before: float) -> int:
    """Calls kept in that time in which nobody said a word though he might have, and those of machines."""
    machine = or_(and_(_R.spoke.is_(False), _R.outcome != "turned_away"), _R.outcome == "fax")
    query = select(func.count()).where(_R.company == company, _R.kept >= since, _R.kept < before, machine)
    return int(connection.scalar(query) or 0)


def owe(connection: Connection, rows: Sequence[FollowUpRow]) -> None:
    """Write down what is owed; nothing where it is written already."""
    for row in rows:
        connection.execute(insert_new(connection, tables.follow_ups).values(asdict(row)))


def find_follow_up(connection: Connection, call_id: str, kind: str) -> FollowUpRow | None:
    """One of them."""
    query = select(tables.follow_ups).where(_F.call_id == call_id, _F.kind == kind)
    row = connection.execute(query).mappings().first()
    return None if row is None else FollowUpRow(**row)


def due_follow_ups(connection: Connection, now: float) -> list[FollowUpRow]:
    """Those whose next step has come, longest due first."""
    open_ones = and_(_F.due <= now, _F.settled.is_(None), ~_being_rung(now))
    query = select(tables.follow_ups).where(open_ones).order_by(_F.due, _F.call_id)
    return [FollowUpRow(**row) for row in connection.execute(query).mappings()]


def list_owed(connection: Connection, call_id: str) -> list[str]:
    """`FollowUpRow.kind` of what is still owed after a call."""
    return list(connection.scalars(select(_F.kind).where(_F.call_id == call_id, _F.settled.is_(None))))


def next_follow_up(connection: Connection, now: float) -> float | None:
    """When the next step of any comes; None: there is none."""
    waiting = and_(_F.settled.is_(None), ~_being_rung(now))
    soonest: float | None = connection.scalar(select(func.min(_F.due)).where(waiting))
    return soonest


def _being_rung(now: float) -> ColumnElement[bool]:
    """Somebody on the call's urgent route is on the telephone: the next one is told when that is over."""
    ring = rings.c
    under_way = and_(ring.call_id == _F.call_id, ring.ended.is_(None), ring.leased_until > now)
    return and_(_F.kind == URGENT, exists().where(under_way))


def step_on(connection: Connection, row: FollowUpRow, due: float | None) -> bool:
    """One more was told; the next comes at `due`. False where that step was taken or all settled in the meantime."""
    here = and_(_F.call_id == row.call_id, _F.kind == row.kind, _F.step == row.step, _F.settled.is_(None))
    stepped = update(tables.follow_ups).where(here, _F.due.is_not(None)).values(due=due, step=row.step + 1)
    return connection.execute(stepped).rowcount == 1


def put_off(connection: Connection, row: FollowUpRow, due: float) -> None:
    """That step is tried again at `due`."""
    here = and_(_F.call_id == row.call_id, _F.kind == row.kind, _F.step == row.step, _F.settled.is_(None))
    connection.execute(update(tables.follow_ups).where(here).values(due=due))


def settle(connection: Connection, call_id: str, kind: str, by: str, now: float) -> bool:
    """Mark it settled; False where it was before, or nothing is owed."""
    open_one = and_(_F.call_id == call_id, _F.kind == kind, _F.settled.is_(None))
    settled = {"settled": now, "taken_by": by, "due": None}
    return connection.execute(update(tables.follow_ups).where(open_one).values(settled)).rowcount == 1


def _remembered(row: RowMapping) -> Remembered:
    return Remembered(**{name: row[name] for name in Remembered.__dataclass_fields__})


def _owed(row: RowMapping) -> FollowUpRow | None:
    if row["owed_call_id"] is None:
        return None
    return FollowUpRow(**{name: row[f"owed_{name}"] for name in FollowUpRow.__dataclass_fields__})
