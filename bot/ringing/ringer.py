"""Rings the numbers of urgent routes, each once it is due, until somebody has taken the call on.

Rule: what is to be rung stands in the store (`store/rings`), and so does what came of it; a ring that was cut off by
the end of its process is made again at the next start. While the line is down nothing is lost: all wait for it. Leaves
out: which step comes when (`reporting/follow_up`), and the talk (`ring`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError

from bot.access.audit import Deed
from bot.background import RETRY_SECONDS, InThread, rest, surely
from bot.clock import Now
from bot.company.load import vocabulary
from bot.ended import BUGS
from bot.faults import places
from bot.house import House
from bot.operators.amended import corrected
from bot.reporting.follow_up import Sources, read_call
from bot.ringing.ring import LONGEST_SECONDS, Parts, ring
from bot.ringing.talk import Outcome
from bot.store.audit import AuditEntry, add_entry
from bot.store.remembered import URGENT, settle
from bot.store.rings import Ring, end_ring, free_rings, lease_ring, leave_ring, next_ring
from voice.lines import NotReached, Outward

log = logging.getLogger(__name__)

RING_SECONDS = 30.0
"""Mobile telephones hand over to an answering service after twenty to thirty."""
LEASE_SECONDS = RING_SECONDS + LONGEST_SECONDS + 30.0
AT_ONCE = 3
"""Rings of different calls: an outage makes urgent calls of many companies, and a trunk has few channels."""
LOOK_SECONDS = 15.0
"""How often to look without being woken: another process may have ended a call."""
DOWN_SECONDS = 30.0
"""Between tries of a line that is down."""


class Ringer:
    """Of one process."""

    def __init__(self, sources: Sources, told: Callable[[], None], now: Now, in_thread: InThread) -> None:
        """`told` is called in the loop's own thread when a ring has ended."""
        self._sources = sources
        self._told = told
        self._now = now
        self._in_thread = in_thread
        self._woken = asyncio.Event()
        self._ringing: set[asyncio.Task[None]] = set()
        self._down = False

    def wake(self) -> None:
        """There is a new ring; called in the loop's own thread."""
        self._woken.set()

    @asynccontextmanager
    async def at_work(self, outward: Outward | None, house: House) -> AsyncIterator[None]:
        """Ring by that line until left; None: no line can, and what is to be rung waits for another start."""
        working = asyncio.create_task(self.run(outward, house)) if outward is not None else None
        try:
            yield
        finally:
            tasks = {*self._ringing, *([working] if working else ())}
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)

    async def run(self, outward: Outward, house: House) -> None:
        """Ring until cancelled."""
        await self._surely(self._free)
        while True:
            wait = await self._begin(outward, house)
            await rest(self._woken, wait)

    async def _begin(self, outward: Outward, house: House) -> float:
        """Begin all rings that may; the time to wait then, seconds."""
        try:
            while not self._down and len(self._ringing) < AT_ONCE and (due := await self._in_thread(self._lease)):
                task = asyncio.create_task(self._ring(outward, house, due))
                self._ringing.add(task)
                task.add_done_callback(self._ringing.discard)
            soonest: float | None = await self._in_thread(self._next)
        except DBAPIError as error:
            log.error("urgent numbers wait for the store (%s): free disk space or unlock the database", error.orig)
            return RETRY_SECONDS
        if self._down:
            self._down = False
            return DOWN_SECONDS
        return LOOK_SECONDS if soonest is None else min(LOOK_SECONDS, max(1.0, soonest - self._now()))

    async def _ring(self, outward: Outward, house: House, due: Ring) -> None:
        try:
            outcome = await self._reach(outward, house, due)
        except* BUGS as bugs:
            log.error("call %s: a fault of the program ends its ring. %s", due.call_id, "; ".join(places(bugs)))
            outcome = Outcome.FAILED
        if outcome is None:
            if not self._down:
                log.warning("urgent call %s: no number can be rung, the telephone line is down", due.call_id)
            self._down = True
            await self._surely(self._leave, due)
        else:
            log.info("urgent call %s: step %d was rung (%s)", due.call_id, due.step + 1, outcome.value)
            await self._surely(self._end, due, outcome)
        self._told()
        self.wake()

    async def _reach(self, outward: Outward, house: House, due: Ring) -> Outcome | None:
        """What came of it; None: the line is down."""
        ended, enclosed = await self._in_thread(read_call, self._sources, due.call_id)
        if ended is None:
            return Outcome.FAILED
        script = self._sources.scripts.get(ended.call.company, ended.script)
        state = corrected(script, ended.state, enclosed.added.latest)

        async def take() -> bool:
            return bool(await self._surely(self._mark, due))

        parts = Parts(house.recognizer, house.voice(script), vocabulary(script), script, state, take)
        line = await outward.place(due.number, RING_SECONDS)
        if isinstance(line, NotReached):
            return None if line.why == "down" else Outcome(line.why)
        return await ring(line, parts)

    def _free(self) -> None:
        with self._sources.store.write() as connection:
            free_rings(connection, self._sources.store.dead)

    def _lease(self) -> Ring | None:
        now, store = self._now(), self._sources.store
        with store.write() as connection:
            return lease_ring(connection, now, now + LEASE_SECONDS, store.seat)

    def _next(self) -> float | None:
        with self._sources.store.read() as connection:
            return next_ring(connection)

    def _leave(self, due: Ring) -> None:
        with self._sources.store.write() as connection:
            leave_ring(connection, due.id)

    def _end(self, due: Ring, outcome: Outcome) -> None:
        with self._sources.store.write() as connection:
            end_ring(connection, due.id, outcome.value, self._now())

    def _mark(self, due: Ring) -> bool:
        """As the mail's button does; False where somebody else was first."""
        now = self._now()
        with self._sources.store.write() as connection:
            entry = AuditEntry(now, due.number, "telephone", Deed.MARKED.value, due.call_id, "take")
            add_entry(connection, entry)
            return settle(connection, due.call_id, URGENT, due.number, now)

    async def _surely(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await surely(self._in_thread, "what came of a ring cannot be kept yet", function, *arguments)
