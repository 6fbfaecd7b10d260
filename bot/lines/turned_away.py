"""Callers who found all lines taken and heard the busy tone: who it was is kept and reported like any other call.

Rule: nothing was said, so the call's record is its beginning and its end; the report follows from them. At most
`MOST` are being written at a time: a flood of calls must not become a flood of work, and the log says how many it cost.
Left out: callers who are told so in words (`bot/call` with `full`).
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.dialogue.events import HungUp
from bot.house import House
from bot.lines.events import began
from bot.recovery import close_call
from bot.store import Call
from bot.web.live import LiveCalls
from voice.lines import Ring

log = logging.getLogger(__name__)

MOST = 100
"""Being written at a time; each takes some ten milliseconds."""


class TurnedAway:
    """Keeps them; `settled` before the house is closed."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._keeping: set[asyncio.Task[None]] = set()
        self._dropped = 0

    def keep(self, ring: Ring) -> None:
        """Returns at once."""
        if len(self._keeping) >= MOST:
            self._dropped += 1
            if self._dropped & (self._dropped - 1) == 0:  # the first, the second, the fourth …
                log.error("%d calls beyond the limit came too fast to be kept one by one", self._dropped)
            return
        task = asyncio.create_task(keep(ring, self._house))
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)

    async def settled(self) -> None:
        """All that were to be kept are."""
        if self._keeping:
            await asyncio.wait(self._keeping)


@asynccontextmanager
async def keep_turned_away(house: House, calls: LiveCalls) -> AsyncIterator[None]:
    """Whoever a line refuses as "full" in here is kept; calls that are dismissed are those of this house."""
    turned_away = TurnedAway(house)
    calls.dismissed = house.dismissed
    calls.turned_away = turned_away.keep
    try:
        yield
    finally:
        await turned_away.settled()


async def keep(ring: Ring, house: House) -> None:
    """One caller's record and report; nothing where the number that was called is nobody's."""
    script = house.script_for(ring)
    if script is None:
        return
    call_id, at = uuid.uuid4().hex, house.now()
    names = (script.key, script.version, ring.line, ring.line_call_id, ring.called, ring.caller)
    house.journal.begin(Call(call_id, *names, at), script)
    house.journal.append(call_id, at, began(at, ring, full=True))
    house.journal.append(call_id, at, HungUp(at, "full"))
    await close_call(house.closing, house.journal, house.outbox, call_id, house.now, house.in_thread)
