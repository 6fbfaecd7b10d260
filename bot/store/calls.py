"""Calls and the scripts they were held under, as rows. Every function works inside the transaction it is handed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from bot.company.script import Script
from bot.store import tables
from bot.store.opening import insert_new

_SCRIPT = TypeAdapter(Script)


@dataclass(frozen=True, slots=True)
class Call:
    """One call's record."""

    id: str
    company: str
    """`Script.key`"""
    script_version: str
    line: str
    """"twilio", "browser", "loopback" …"""
    line_call_id: str
    called: str
    caller: str
    """Digits, "" where withheld."""
    began: float
    recording: str = ""
    """Path of the recording; "" none."""
    seat: str = ""
    """Of the process that holds the call; the journal fills it in."""
    ended: float | None = None
    """None: the call goes on, or its process died."""
    why: str = ""
    """`HungUp.why`"""
    outcome: str = ""
    """An `Outcome`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the journal as it is kept."""

    call_id: str
    n: int
    at: float
    kind: str
    json: str


@dataclass(frozen=True, slots=True)
class Clip:
    """A captured value's sound."""

    name: str
    """File name, unique within the call: name.flac, number.flac …"""
    label: str
    """What is heard in it: お名前, 電話番号 …"""
    content: bytes


def encode_script(script: Script) -> str:
    """The script as JSON; `kept_script` gives it back equal."""
    return _SCRIPT.dump_json(replace(script, wording=dict(script.wording))).decode()


def keep_script(connection: Connection, script: Script, now: float, content: str = "") -> None:
    """Keep this version; nothing where it is kept already (a version never changes). `content`: what
    `encode_script` gave, where that has been done."""
    row = {"version": script.version, "company": script.key, "content": content or encode_script(script), "kept": now}
    connection.execute(insert_new(connection, tables.scripts).values(row))


def kept_script(connection: Connection, version: str) -> Script | None:
    """The script of that version, equal to what was kept."""
    content = connection.scalar(select(tables.scripts.c.content).where(tables.scripts.c.version == version))
    return None if content is None else _SCRIPT.validate_json(content)


def begin_call(connection: Connection, call: Call) -> None:
    """Write the call down; nothing where it is there already."""
    connection.execute(insert_new(connection, tables.calls).values(asdict(call)))


def find_call(connection: Connection, call_id: str) -> Call | None:
    """One call."""
    row = connection.execute(select(tables.calls).where(tables.calls.c.id == call_id)).mappings().first()
    return None if row is None else _call(row)


def find_call_by_line(connection: Connection, line_call_id: str) -> Call | None:
    """The latest call that its line knows by that id."""
    query = select(tables.calls).where(tables.calls.c.line_call_id == line_call_id)
    row = connection.execute(query.order_by(tables.calls.c.began.desc()).limit(1)).mappings().first()
    return None if row is None else _call(row)


def list_calls(connection: Connection, company: str = "", limit: int = 50) -> list[Call]:
    """The latest calls first; of one company where it is named."""
    query = select(tables.calls).order_by(tables.calls.c.began.desc(), tables.calls.c.id).limit(limit)
    if company:
        query = query.where(tables.calls.c.company == company)
    return [_call(row) for row in connection.execute(query).mappings()]


def ended_calls(connection: Connection, companies: Collection[str] | None, since: float, limit: int) -> list[Call]:
    """Calls of these companies (None: of all) that have ended since then, the latest first."""
    ended = tables.calls.c.ended
    query = select(tables.calls).where(ended >= since).order_by(ended.desc(), tables.calls.c.id).limit(limit)
    if companies is not None:
        query = query.where(tables.calls.c.company.in_(companies))
    return [_call(row) for row in connection.execute(query).mappings()]


def calls_before(connection: Connection, companies: Collection[str] | None, before: float, limit: int) -> list[Call]:
    """Calls of these companies (None: of all) that began before then, the latest first."""
    began = tables.calls.c.began
    query = select(tables.calls).where(began < before).order_by(began.desc(), tables.calls.c.id).limit(limit)
    if companies is not None:
        query = query.where(tables.calls.c.company.in_(companies))
    return [_call(row) for row in connection.execute(query).mappings()]


def unfinished_calls(connection: Connection) -> list[Call]:
    """Calls without an end, oldest first: live ones, and those whose process died."""
    query = select(tables.calls).where(tables.calls.c.ended.is_(None)).order_by(tables.calls.c.began)
    return [_call(row) for row in connection.execute(query).mappings()]


def end_call(connection: Connection, call: Call) -> bool:
    """Write down how the call ended (`ended`, `why`, `outcome`, `recording`); False where it had ended before."""
    values = {"ended": call.ended, "why": call.why, "outcome": call.outcome, "recording": call.recording}
    open_one = (tables.calls.c.id == call.id) & tables.calls.c.ended.is_(None)
    return connection.execute(update(tables.calls).where(open_one).values(values)).rowcount == 1


def write_rows(connection: Connection, rows: Sequence[Row]) -> None:
    """Add entries to the journal; those that are there already stay as they are."""
    if rows:
        connection.execute(insert_new(connection, tables.journal), [asdict(row) for row in rows])


def read_rows(connection: Connection, call_id: str) -> list[Row]:
    """A call's journal in order."""
    query = select(tables.journal).where(tables.journal.c.call_id == call_id).order_by(tables.journal.c.n)
    return [Row(**row) for row in connection.execute(query).mappings()]


def next_number(connection: Connection, call_id: str) -> int:
    """The number of the call's next entry."""
    highest = connection.scalar(select(func.max(tables.journal.c.n)).where(tables.journal.c.call_id == call_id))
    return 0 if highest is None else int(highest) + 1


def keep_clips(connection: Connection, call_id: str, clips: Sequence[Clip]) -> None:
    """Keep a call's clips."""
    for clip in clips:
        connection.execute(insert(tables.clips).values(call_id=call_id, **asdict(clip)))


def find_clip(connection: Connection, call_id: str, name: str) -> Clip | None:
    """One clip, as a link asks for it."""
    wanted = (tables.clips.c.call_id == call_id) & (tables.clips.c.name == name)
    row = connection.execute(select(tables.clips).where(wanted)).mappings().first()
    return None if row is None else Clip(row["name"], row["label"], row["content"])


def list_clips(connection: Connection, call_id: str) -> list[Clip]:
    """A call's clips, by name."""
    query = select(tables.clips).where(tables.clips.c.call_id == call_id).order_by(tables.clips.c.name)
    return [Clip(row["name"], row["label"], row["content"]) for row in connection.execute(query).mappings()]


def _call(row: RowMapping) -> Call:
    return Call(**row)
