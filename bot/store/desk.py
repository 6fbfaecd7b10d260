"""What a company tells its desk from day to day: callers that are never sales, or always; questions that its script
should come to answer; who is away. Every function works inside the transaction it is handed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select, update

from bot.store import tables

_C = tables.callers.c
_U = tables.unanswered.c
_A = tables.absences.c

ALLOW = "allow"
DENY = "deny"


@dataclass(frozen=True, slots=True)
class ListedCaller:
    """One entry of a company's lists: a number or a company is on one of them only."""

    company: str
    """`Script.key`"""
    value: str
    """Digits of a number, or a company's name in `nlu.kana.canonical` spelling without its legal form."""
    written: str
    """As it was told: 03-1234-5678, 株式会社スマイル企画."""
    kind: str
    """`ALLOW`: never sales; `DENY`: always."""
    note: str
    told_by: str
    at: float


@dataclass(frozen=True, slots=True)
class Question:
    """Something a caller asked that the script does not answer."""

    id: int
    company: str
    question: str
    """In the caller's words."""
    call_id: str
    at: float
    resolved: float | None


@dataclass(frozen=True, slots=True)
class ToldAbsence:
    """Where somebody is, as told by a colleague."""

    company: str
    staff: str
    """`Staff.key`"""
    state: str
    """出張 外出 会議 休み 在席 …"""
    starts: float
    ends: float
    back: float | None
    """When they can be reached again where that is later than `ends`."""
    told_by: str
    at: float
    id: int = 0
    """Of the row; grows with each that is told."""


def list_caller(connection: Connection, caller: ListedCaller) -> None:
    """Put a caller on a list, and off the other."""
    connection.execute(delete(tables.callers).where(_C.company == caller.company, _C.value == caller.value))
    connection.execute(insert(tables.callers).values(asdict(caller)))


def unlist_caller(connection: Connection, company: str, value: str) -> bool:
    """Take a caller off the lists; False where it was on none."""
    gone = delete(tables.callers).where(_C.company == company, _C.value == value)
    return connection.execute(gone).rowcount == 1


def find_listed(connection: Connection, company: str, values: Sequence[str]) -> list[ListedCaller]:
    """The entries of that company with one of these values."""
    query = select(tables.callers).where(_C.company == company, _C.value.in_(values))
    return [ListedCaller(**row) for row in connection.execute(query).mappings()]


def list_callers(connection: Connection, company: str = "") -> list[ListedCaller]:
    """All entries, or a company's."""
    query = select(tables.callers).order_by(_C.company, _C.kind, _C.value)
    if company:
        query = query.where(_C.company == company)
    return [ListedCaller(**row) for row in connection.execute(query).mappings()]


def keep_questions(connection: Connection, company: str, call_id: str, questions: Sequence[str], at: float) -> None:
    """Keep what a call asked beyond the script."""
    for question in questions:
        row = {"company": company, "question": question, "call_id": call_id, "at": at}
        connection.execute(insert(tables.unanswered).values(row))


def list_questions(
    connection: Connection, company: str = "", since: float = 0.0, before: float | None = None
) -> list[Question]:
    """Open questions, oldest first."""
    query = select(tables.unanswered).where(_U.at >= since, _U.resolved.is_(None)).order_by(_U.at, _U.id)
    if company:
        query = query.where(_U.company == company)
    if before is not None:
        query = query.where(_U.at < before)
    return [Question(**row) for row in connection.execute(query).mappings()]


def resolve_question(connection: Connection, question_id: int, now: float) -> bool:
    """The script answers it now, or need not; False where it was resolved before, or there is none."""
    open_one = (_U.id == question_id) & _U.resolved.is_(None)
    return connection.execute(update(tables.unanswered).where(open_one).values(resolved=now)).rowcount == 1


def tell_absence(connection: Connection, absence: ToldAbsence) -> None:
    """Write down where somebody is."""
    row = asdict(absence)
    del row["id"]
    connection.execute(insert(tables.absences).values(row))


def end_absences(connection: Connection, company: str, staff: str, now: float) -> int:
    """End what was told of somebody and holds now; how many. What lies ahead stays."""
    running = (_A.company == company) & (_A.staff == staff) & (_A.starts <= now) & (_A.ends > now)
    late = (_A.company == company) & (_A.staff == staff) & (_A.starts <= now) & (_A.back > now)
    ended = update(tables.absences).where(running | late).values(ends=now, back=None)
    return connection.execute(ended).rowcount


def told_absences(connection: Connection, company: str, now: float, staff: str = "") -> list[ToldAbsence]:
    """What was told and is not over, of all or of one of the staff; in the order in which it was told."""
    query = select(tables.absences).where(_A.company == company, (_A.ends > now) | (_A.back > now)).order_by(_A.id)
    if staff:
        query = query.where(_A.staff == staff)
    return [ToldAbsence(**row) for row in connection.execute(query).mappings()]
