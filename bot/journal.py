"""The journal: every event and action of every call, in order, on the disk before anything promises it.

Rule: `append` never blocks and never fails. One writer for all calls commits what has come in (group commit); one
who must be sure waits for `durable`. Where the database cannot be written (disk full, locked), calls go on: entries
stay in memory, are tried again until they are written, and the log says so once.

`replay` feeds a call's events through `step` again: that is the call's state. Left out: what to do with it
(`bot/recovery`), and the caller's words in any log.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, get_args

from pydantic import TypeAdapter
from sqlalchemy.exc import DBAPIError

from bot.company.script import Script
from bot.dialogue.actions import Action
from bot.dialogue.events import Event
from bot.dialogue.state import State
from bot.store import Call, Row, Store, begin_call, encode_script, keep_script, read_rows, write_rows

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.02
"""How long the writer lets entries gather when nobody waits for them: one disk flush then serves many. Well under
the 50 ms within which an entry is promised to be on the disk."""

RETRY_SECONDS = 0.5
"""Between attempts while the database refuses: short against the time a killed process would lose, long enough not
to load a machine in trouble."""

DURABLE_SECONDS = 1.0
"""How long one waits at most for the disk: longer, and the caller hears a silence."""

Step = Callable[[Script, State, Event], tuple[State, tuple[Action, ...]]]
"""The receptionist's mind, handed in wherever calls are replayed."""

_EVENTS: dict[str, TypeAdapter[Event]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Event)}
_ACTIONS: dict[str, TypeAdapter[Action]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Action)}
_ADAPTERS: dict[str, TypeAdapter[Any]] = {**_EVENTS, **_ACTIONS}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened or was done in a call."""

    call_id: str
    n: int
    """From 0, without gaps."""
    at: float
    what: Event | Action


def encode(what: Event | Action) -> tuple[str, str]:
    """(kind, JSON). Half a surrogate pair, which no text can keep, becomes a question mark."""
    kind = type(what).__name__
    plain = _ADAPTERS[kind].dump_python(what)
    return kind, _whole(json.dumps(plain, ensure_ascii=False, separators=(",", ":")))


def decode(kind: str, text: str) -> Event | Action:
    """The same value again. Raises ValueError on a kind or shape that this version does not know."""
    if kind not in _ADAPTERS:
        raise ValueError(f"journal entry of unknown kind {kind!r}: it was written by a newer version; update this one")
    what: Event | Action = _ADAPTERS[kind].validate_json(text)
    return what


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def to_row(entry: Entry) -> Row:
    """As it is kept."""
    return Row(entry.call_id, entry.n, entry.at, *encode(entry.what))


def from_row(row: Row) -> Entry:
    """As it was. Raises ValueError like `decode`."""
    return Entry(row.call_id, row.n, row.at, decode(row.kind, row.json))


def events(entries: Iterable[Entry]) -> tuple[Event, ...]:
    """Only what happened, in order."""
    return tuple(entry.what for entry in entries if isinstance(entry.what, get_args(Event)))


def replay(step: Step, script: Script, entries: Iterable[Entry]) -> State:
    """The state after a call's events. Actions are not fed: they are what the same state does again."""
    state = State()
    for event in events(entries):
        state, _ = step(script, state, event)
    return state


@dataclass(frozen=True, slots=True)
class _Opening:
    call: Call
    script: Script
    content: str
    """`encode_script(script)`"""


class Journal:
    """The one writer. `begin` a call, `append` to it, wait for `durable`, `forget` it when it is finished."""

    def __init__(self, store: Store, own_thread: bool = True) -> None:
        """`own_thread` False: nothing is written but by `flush` and `durable`, in the caller's own thread; for a
        loop on virtual time, which must not wait for another thread."""
        self._store = store
        self._numbers: dict[str, int] = {}
        self._scripts: dict[str, str] = {}
        self._pending: deque[_Opening | Row] = deque()
        self._added = 0
        self._written = 0
        self._refused = False
        self._closing = False
        self._waiting: list[tuple[int, asyncio.AbstractEventLoop, asyncio.Future[bool]]] = []
        self._wake = threading.Condition()
        self._one_writer = threading.Lock()
        self._thread = threading.Thread(target=self._write_on, name="journal", daemon=True) if own_thread else None
        if self._thread is not None:
            self._thread.start()

    def begin(self, call: Call, script: Script) -> None:
        """Open a call's journal; the script's version is kept with it. Before the call's first `append`."""
        self._numbers[call.id] = 0
        call = replace(call, line=_whole(call.line), line_call_id=_whole(call.line_call_id), seat=self._store.seat)
        call = replace(call, called=_whole(call.called), caller=_whole(call.caller))
        if script.version not in self._scripts:
            self._scripts[script.version] = encode_script(script)
        self._add(_Opening(call, script, self._scripts[script.version]))

    def append(self, call_id: str, at: float, what: Event | Action) -> Entry:
        """Write an entry down, numbered; returns at once. It is encoded here, so that a value which cannot be kept
        breaks its own call and no other."""
        entry = Entry(call_id, self._numbers[call_id], at, what)
        self._add(to_row(entry))
        self._numbers[call_id] += 1
        return entry

    async def durable(self, patience_seconds: float = DURABLE_SECONDS) -> bool:
        """Wait until all that was appended so far is on the disk. False: it is not, because the database refuses
        or the disk is slow; it is kept in memory and tried again, and the call must go on."""
        if self._thread is None:
            return self.flush()
        with self._wake:
            if self._written >= self._added:
                return True
            if self._refused:
                return False
            loop = asyncio.get_running_loop()
            future: asyncio.Future[bool] = loop.create_future()
            self._waiting.append((self._added, loop, future))
            self._wake.notify()
        try:
            return await asyncio.wait_for(future, patience_seconds)
        except TimeoutError:
            return False

    def flush(self) -> bool:
        """Write now what is pending, in this thread; False where the database refuses."""
        with self._one_writer:
            while self._pending:
                if not self._commit():
                    return False
        return True

    def read(self, call_id: str) -> list[Entry]:
        """A call's entries on the disk. Raises ValueError on one that this version does not know."""
        with self._store.read() as connection:
            return [from_row(row) for row in read_rows(connection, call_id)]

    def forget(self, call_id: str) -> None:
        """The call is finished; nothing more is appended to it."""
        self._numbers.pop(call_id, None)

    def close(self) -> bool:
        """Write what is left and stop; False where something could not be written."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()
        return self.flush()

    def _add(self, item: _Opening | Row) -> None:
        with self._wake:
            self._pending.append(item)
            self._added += 1
            if len(self._pending) == 1:
                self._wake.notify()

    def _write_on(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._pending or self._closing)
                if self._closing:
                    return
                self._wake.wait_for(lambda: self._waiting or self._closing, GATHER_SECONDS)
            if not self.flush():
                with self._wake:
                    self._wake.wait_for(lambda: self._closing, RETRY_SECONDS)

    def _commit(self) -> bool:
        batch = tuple(self._pending)
        try:
            with self._store.write() as connection:
                for item in batch:
                    if isinstance(item, _Opening):
                        keep_script(connection, item.script, item.call.began, item.content)
                        begin_call(connection, item.call)
                write_rows(connection, [item for item in batch if isinstance(item, Row)])
        except DBAPIError as error:
            self._tell_refused(error)
            return False
        with self._wake:
            for _ in batch:
                self._pending.popleft()
            self._written += len(batch)
            self._settle(True)
        if self._refused:
            self._refused = False
            log.warning("the journal is being written again; nothing was lost")
        return True

    def _tell_refused(self, error: DBAPIError) -> None:
        with self._wake:
            first, self._refused = not self._refused, True
            self._settle(False)
        if first:
            log.error(
                "the journal cannot be written (%s): calls go on and their entries wait in memory; "
                "free disk space, or stop whatever holds the database, before this process ends",
                error.orig,
            )

    def _settle(self, written: bool) -> None:
        """Answer those who wait; with `written` only those whose entries are there. The lock is held."""
        left = []
        for number, loop, future in self._waiting:
            if written and number > self._written:
                left.append((number, loop, future))
            elif not loop.is_closed():
                loop.call_soon_threadsafe(_answer, future, written)
        self._waiting = left


def _answer(future: asyncio.Future[bool], written: bool) -> None:
    if not future.done():
        future.set_result(written)
