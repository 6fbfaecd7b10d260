"""Engines in worker processes: the event loop hands out jobs and never waits for a model.

Each worker is this Python started afresh with one socket, read and written by asyncio; no threads, nothing
inherited. A job goes to the first worker that is free: speech to be said and finished utterances first, guesses
and the building of graphs after, and these two never hold the last free worker. A worker that dies or
overruns its deadline is killed and replaced and its job tried once more; after that the job fails with EngineError.
A grammar goes to a worker once. An utterance that goes on is heard by the worker that heard its beginning, unless that
one is busy: another hears it all. Leaves out what to do without engines: the caller's business.
"""

from __future__ import annotations

import asyncio
import pickle
import socket
import subprocess
import sys
from collections import OrderedDict, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from voice.audio import Sound
from voice.engines import DICTATION, EngineError, Grammar, Transcript
from voice.engines.dictation import Choice, chosen, dictated
from voice.engines.worker import LENGTH, Failed, Missing, Prepare, Result, Speak, Transcribe, packed

TRIES = 2
BEGINNING_BYTES = 8000
"""A quarter of a second at 16 kHz: by so much of its sound an utterance is known again; no two lines hum alike."""
BEGINNINGS_KEPT = 256
"""More than there are callers at once."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long things may take before the worker counts as lost, seconds."""

    start: float = 60.0
    """Loading Python and numpy on a busy machine."""
    job: float = 15.0
    """One job; the first of a worker loads its model too."""
    search: float = 2.5
    """The searches of one utterance; those not done by then come back empty. The usual is under 0.1."""


@dataclass(slots=True)
class _Order:
    """One job waiting or being done."""

    job: Transcribe | Speak | Prepare
    grammars: tuple[Grammar, ...]
    """All that a `Transcribe` names."""
    future: asyncio.Future[Result]
    urgent: bool
    only: int | None = None
    """The one worker that shall do it."""
    rather: int | None = None
    """The worker that shall do it, for it has done half of it already, unless it is at other work."""
    beginning: bytes = b""
    """Of its utterance."""


class _Worker:
    """One process and the way to it."""

    def __init__(self, deadlines: Deadlines, choice: Choice) -> None:
        self._deadlines = deadlines
        self._choice = choice
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.known: set[str] = set()

    async def start(self) -> None:
        """Raises OSError, TimeoutError or IncompleteReadError where it does not come up."""
        ours, theirs = socket.socketpair()
        told = (theirs.fileno(), self._choice.engine, str(self._choice.models or ""))
        code = f"import sys; sys.path[:0] = {sys.path!r}; from voice.engines.worker import main; main(*{told!r})"
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                process_group=0,
            )
        self.known = {DICTATION.name}
        self._reader, self._writer = await asyncio.open_connection(sock=ours)
        async with asyncio.timeout(self._deadlines.start):
            await self._receive()

    async def do(self, job: Transcribe | Speak | Prepare) -> Result:
        """Raises OSError, TimeoutError or IncompleteReadError where the worker is lost."""
        if self._writer is None:
            await self.start()
        assert self._writer is not None
        async with asyncio.timeout(self._deadlines.job):
            self._writer.write(packed(job))
            await self._writer.drain()
            return await self._receive()

    async def _receive(self) -> Result:
        assert self._reader is not None
        (size,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
        result: Result = pickle.loads(await self._reader.readexactly(size))
        return result

    async def stop(self) -> None:
        """Kill it; `do` would start another."""
        if self._writer is not None:
            self._writer.close()
            with suppress(OSError):  # it was gone already
                await self._writer.wait_closed()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process, self._reader, self._writer = None, None, None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None


@dataclass(slots=True)
class _Desk:
    """The jobs that wait, and who may take which."""

    patient_limit: int
    """How many workers may be busy with work that is not urgent."""
    waiting: deque[_Order] = field(default_factory=deque)
    patient_busy: int = 0
    busy: dict[int, bytes] = field(default_factory=dict)
    """The workers that are at a job, and the beginning of its utterance."""
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def _next(self, worker: int) -> _Order | None:
        mine = [order for order in self.waiting if self._may(order, worker)]
        chosen = next((order for order in mine if order.urgent), None)
        if chosen is None and self.patient_busy < self.patient_limit:
            chosen = next(iter(sorted(mine, key=lambda order: order.only is not None)), None)
        if chosen is not None:
            self.waiting.remove(chosen)
            self.patient_busy += not chosen.urgent
            self.busy[worker] = chosen.beginning
        return chosen

    def _may(self, order: _Order, worker: int) -> bool:
        if order.only is not None:
            return order.only == worker
        return order.rather in (None, worker) or self.busy.get(order.rather, order.beginning) != order.beginning

    async def take(self, worker: int) -> _Order:
        async with self.changed:
            while (order := self._next(worker)) is None:
                await self.changed.wait()
            self.changed.notify_all()  # what was kept for this worker another may do
            return order

    async def put(self, order: _Order) -> None:
        async with self.changed:
            self.waiting.append(order)
            self.changed.notify_all()

    async def done(self, order: _Order, worker: int) -> None:
        async with self.changed:
            self.patient_busy -= not order.urgent
            self.busy.pop(worker, None)
            self.changed.notify_all()


class EnginePool:
    """A Recognizer and Synthesizer over worker processes. Use it as an async context manager."""

    def __init__(self, processes: int = 2, deadlines: Deadlines | None = None, dictation: Choice | None = None) -> None:
        self._deadlines = deadlines or Deadlines()
        self._choice = dictation or Choice()
        self._workers = [_Worker(self._deadlines, self._choice) for _ in range(max(processes, 1))]
        self._desk = _Desk(max(1, processes - 1))
        self._lasting: dict[str, Grammar] = {}
        self._heard: OrderedDict[bytes, int] = OrderedDict()
        """Beginnings of utterances, and the worker that heard each last."""
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Starts the workers. Raises EngineError, also where the dictation engine that was chosen is not here."""
        chosen(self._choice)
        try:
            await asyncio.gather(*(worker.start() for worker in self._workers))
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            await self.close()
            raise EngineError("An engine process did not start; its own message is on the error output.") from error
        self._tasks = [asyncio.create_task(self._run(number)) for number in range(len(self._workers))]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the workers; jobs still waiting fail with EngineError."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for order in self._desk.waiting:
            _settle(order, Failed("The engines are shut down."))
        self._desk.waiting.clear()
        for worker in self._workers:
            await worker.stop()

    def pids(self) -> tuple[int, ...]:
        """The processes that run now."""
        return tuple(worker.pid for worker in self._workers if worker.pid is not None)

    async def transcribe(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        return await self._transcribed(sound, band_hz, tuple(grammars), urgent=True)

    async def guess(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        """As `transcribe`, while the caller still speaks: all urgent work passes before it. Raises EngineError."""
        return await self._transcribed(sound, band_hz, tuple(grammars), urgent=False)

    async def follow(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        """Hear a caller who speaks on so far. Raises EngineError."""
        return await self._transcribed(sound, band_hz, tuple(grammars), urgent=False, going=True)

    async def speak(self, text: str, pace: float = 1.0) -> Sound:
        result = await self._ordered(Speak(text, pace), (), urgent=True)
        assert isinstance(result, Sound)
        return result

    async def prepare(self, grammars: Sequence[Grammar]) -> None:
        """Build these graphs in every worker, and again in one that is replaced. Raises EngineError."""
        self._lasting |= {grammar.name: grammar for grammar in grammars}
        waits = [
            self._ordered(Prepare(grammar), (), urgent=False, only=number)
            for number in range(len(self._workers))
            for grammar in grammars
        ]
        await asyncio.gather(*waits)

    async def _transcribed(
        self, sound: Sound, band_hz: int, grammars: tuple[Grammar, ...], urgent: bool, going: bool = False
    ) -> tuple[Transcript, ...]:
        names = tuple(grammar.name for grammar in grammars)
        job = Transcribe(sound, band_hz, names, (), self._deadlines.search, going)
        result = await self._ordered(job, grammars, urgent)
        assert isinstance(result, tuple)
        assert not isinstance(result, Missing | Failed)
        return result

    async def _ordered(
        self, job: Transcribe | Speak | Prepare, grammars: tuple[Grammar, ...], urgent: bool, only: int | None = None
    ) -> Result:
        if not self._tasks:
            raise EngineError("The engines are not running; start the pool with `async with`.")
        beginning = job.sound.pcm[:BEGINNING_BYTES] if isinstance(job, Transcribe) else b""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        order = _Order(job, grammars, future, urgent, only, self._heard.get(beginning), beginning)
        await self._desk.put(order)
        result = await order.future
        if isinstance(result, Failed):
            raise EngineError(result.text)
        return result

    def _note(self, beginning: bytes, number: int) -> None:
        """That worker hears an utterance of this beginning."""
        if len(beginning) == BEGINNING_BYTES:
            self._heard[beginning] = number
            self._heard.move_to_end(beginning)
            if len(self._heard) > BEGINNINGS_KEPT:
                self._heard.popitem(last=False)

    async def _run(self, number: int) -> None:
        while True:
            order = await self._desk.take(number)
            try:
                if not order.future.done():
                    self._note(order.beginning, number)
                    await self._do(number, order)
            finally:
                _settle(order, Failed("The engines are shut down."))
                await self._desk.done(order, number)

    async def _do(self, number: int, order: _Order) -> None:
        worker = self._workers[number]
        for _ in range(TRIES):
            try:
                _settle(order, await self._asked(worker, order))
                return
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                await worker.stop()
                await self._restore(number)
        _settle(order, Failed("An engine process died or hung twice over the same job; it was given up."))

    async def _asked(self, worker: _Worker, order: _Order) -> Result:
        job = order.job
        if not isinstance(job, Transcribe):
            result = await worker.do(job)
            if isinstance(job, Prepare) and result is None:
                worker.known.add(job.grammar.name)
            return result
        # hints are few words, and a worker does not keep them
        fresh = tuple(each for each in order.grammars if each.name not in worker.known or dictated(each))
        result = await worker.do(job._replace(grammars=fresh))
        if isinstance(result, Missing):
            result = await worker.do(job._replace(grammars=order.grammars))
        if not isinstance(result, Failed):
            worker.known |= {grammar.name for grammar in order.grammars}
        return result

    async def _restore(self, number: int) -> None:
        for grammar in self._lasting.values():
            future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
            await self._desk.put(_Order(Prepare(grammar), (), future, urgent=False, only=number))


def _settle(order: _Order, result: Result) -> None:
    if not order.future.done():
        order.future.set_result(result)
