"""The outbox's rows: letters that must reach somebody, each once. Every function works inside the transaction it
is handed.

A letter is due, leased (`leases`), accepted or failed. Nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, select, update

from bot.store import tables
from bot.store.leases import free_leases, soonest
from bot.store.opening import insert_new

_T = tables.outbox.c


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one recipient, as it was written when the call ended."""

    call_id: str
    kind: str
    """"report"; with call and recipient it is unique."""
    recipient: str
    """Mail address."""
    subject: str
    text: str
    html: str
    attach: bool
    """The call's clips go with it."""
    created: float


@dataclass(frozen=True, slots=True)
class Queued:
    """A letter and where it stands."""

    id: int
    letter: Letter
    due: float
    tries: int
    """Begun so far."""
    accepted: float | None
    failed: float | None
    """When it was given up; it stays, and can be revived."""
    error: str
    """What the last failed try ended with."""


def enqueue(connection: Connection, letters: Sequence[Letter]) -> None:
    """Put letters into the outbox, due at once; one that is there already is left as it is."""
    fresh = {"tries": 0, "leased_until": 0.0, "leased_by": "", "error": ""}
    for letter in letters:
        row = asdict(letter) | fresh | {"due": letter.created}
        connection.execute(insert_new(connection, tables.outbox).values(row))


def rewrite(connection: Connection, letter: Letter, now: float) -> bool:
    """Put this in place of the same letter where it waits to be sent; False where it was sent, is being sent, or was
    never written."""
    same = and_(_T.call_id == letter.call_id, _T.recipient == letter.recipient, _T.kind == letter.kind)
    waits = and_(same, _T.accepted.is_(None), _T.leased_until <= now)
    words = {"subject": letter.subject, "text": letter.text, "html": letter.html, "attach": letter.attach}
    return connection.execute(update(tables.outbox).where(waits).values(words)).rowcount == 1


def lease(connection: Connection, now: float, until: float, seat: str) -> Queued | None:
    """Take the letter that has been due longest, for us alone until `until`; counts as a try. None: nothing due."""
    free = and_(_open(), _T.due <= now, _T.leased_until <= now)
    query = select(tables.outbox).where(free).order_by(_T.due, _T.id).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    taken = {"leased_until": until, "leased_by": seat, "tries": row["tries"] + 1}
    connection.execute(update(tables.outbox).where(_T.id == row["id"]).values(taken))
    return _queued(row, row["tries"] + 1)


def mark_accepted(connection: Connection, letter_id: int, now: float) -> None:
    """The other side has taken it."""
    done = {"accepted": now, "error": "", "leased_until": 0.0}
    connection.execute(update(tables.outbox).where(_T.id == letter_id).values(done))


def mark_refused(connection: Connection, letter_id: int, error: str, due: float) -> None:
    """Not taken; try again at `due`."""
    again = {"due": due, "error": error, "leased_until": 0.0}
    connection.execute(update(tables.outbox).where(_T.id == letter_id).values(again))


def mark_failed(connection: Connection, letter_id: int, error: str, now: float) -> None:
    """Given up until revived."""
    given_up = {"failed": now, "error": error, "leased_until": 0.0}
    connection.execute(update(tables.outbox).where(_T.id == letter_id).values(given_up))


def revive(connection: Connection, now: float) -> int:
    """Make failed letters due once more (the settings may be right now); how many."""
    again = {"failed": None, "due": now}
    return connection.execute(update(tables.outbox).where(_T.failed.is_not(None)).values(again)).rowcount


def hasten(connection: Connection, now: float) -> int:
    """Make every open letter due now: what stood in their way is gone; how many."""
    waiting = and_(_open(), _T.due > now)
    return connection.execute(update(tables.outbox).where(waiting).values(due=now)).rowcount


def free_letters(connection: Connection, dead: Callable[[str], bool]) -> int:
    """End the leases of processes that are gone; how many."""
    return free_leases(connection, tables.outbox, _open(), dead)


def next_due(connection: Connection) -> float | None:
    """When the outbox should be looked at again; None: it is empty of open letters."""
    first: float | None = connection.scalar(select(soonest(tables.outbox)).where(_open()))
    return first


def list_letters(connection: Connection, call_id: str = "") -> list[Queued]:
    """All letters, or a call's, oldest first."""
    query = select(tables.outbox).order_by(_T.id)
    if call_id:
        query = query.where(_T.call_id == call_id)
    return [_queued(row, row["tries"]) for row in connection.execute(query).mappings()]


def _open() -> ColumnElement[bool]:
    return and_(_T.accepted.is_(None), _T.failed.is_(None))


def _queued(row: RowMapping, tries: int) -> Queued:
    letter = Letter(**{name: row[name] for name in Letter.__dataclass_fields__})
    return Queued(row["id"], letter, row["due"], tries, row["accepted"], row["failed"], row["error"])
