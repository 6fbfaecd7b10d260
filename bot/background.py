"""What work beside the calls has in common: it sleeps until woken, and it does not give up while the store refuses.

Rule: whatever refuses is said in the log once, with the remedy, and tried again until it is done. Leaves out what the
work is: letters (`reporting/outbox`), what follows a call (`reporting/follow_up`), rings (`ringing/ringer`), calendars.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)

RETRY_SECONDS = 5.0
"""After the store has refused."""


class InThread(Protocol):
    """Runs a blocking function elsewhere; `asyncio.to_thread`, or at once on a loop of virtual time."""

    def __call__(self, function: Callable[..., Any], /, *args: Any) -> Awaitable[Any]: ...


async def rest(woken: asyncio.Event, seconds: float) -> None:
    """Until woken, or so long; what woke us is over then."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await woken.wait()
    woken.clear()


async def surely(in_thread: InThread, undone: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Do this in the store, however long it refuses; `undone`: what cannot be done meanwhile, for the log."""
    told = False
    while True:
        try:
            return await in_thread(function, *arguments)
        except DBAPIError as error:
            if not told:
                log.error("%s (%s): free disk space or unlock the database", undone, error.orig)
            told = True
            await asyncio.sleep(RETRY_SECONDS)
