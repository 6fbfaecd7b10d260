"""The outbox: every letter reaches its recipient, once, however often this process or the mail server dies.

Rule: a letter is written in the transaction that ends its call. To send it: lease it, send it, mark it, each step on
the disk before the next. Killed before the mark, it is sent again with the same Message-ID; only between the server's
acceptance and the mark can that make a second copy, and no protocol of SMTP's can rule that out. What the server
refuses for good is tried a few times, then kept as failed, said in the log, and revived at the next start.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DBAPIError

from bot.background import InThread, rest, surely
from bot.reporting.mail import UNSENDABLE, Mail, Receipt, Sender, pack
from bot.store import Store, list_clips
from bot.store.letters import (
    Queued,
    free_letters,
    hasten,
    lease,
    mark_accepted,
    mark_failed,
    mark_refused,
    next_due,
    revive,
)

log = logging.getLogger(__name__)

FIRST_SECONDS = 5.0
"""Before the second try: a server that restarts is back by then, and the report is still fresh."""
LONGEST_SECONDS = 900.0
"""Between tries at most: within a quarter of an hour of a server's return everything is on its way."""
LASTING_TRIES = 5
"""Tries for what is refused for good (5xx): some servers say so of passing troubles."""
LEASE_SECONDS = 300.0
"""Longer than `bot.reporting.mail.WHOLE_SECONDS`, so that a lease never ends while its letter is being sent."""
LOOK_SECONDS = 30.0
"""How often to look without being woken: another process may have written a letter."""
GRACE_SECONDS = 5.0
"""Given to the letter under way when the server is stopped, so that it is marked and not sent twice."""


def backoff(tries: int) -> float:
    """Seconds until the next try after that many: 5, 10, 20 … up to a quarter of an hour."""
    return min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(max(tries, 1) - 1, 30))


class Outbox:
    """Delivers what is in the store."""

    def __init__(
        self,
        store: Store,
        sender: Sender,
        mail_from: str,
        now: Callable[[], float],
        in_thread: InThread = asyncio.to_thread,
    ) -> None:
        self._store = store
        self._sender = sender
        self._mail_from = mail_from
        self._now = now
        self._in_thread = in_thread
        self._woken = asyncio.Event()
        self._unreached = False

    def wake(self) -> None:
        """There is a new letter; called in the loop's own thread."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        await self.start()
        while True:
            try:
                soonest = await self.deliver()
            except DBAPIError as error:
                log.error("the outbox cannot be read (%s): free disk space or unlock the database", error.orig)
                soonest = None
            wait = LOOK_SECONDS if soonest is None else min(LOOK_SECONDS, max(0.0, soonest - self._now()))
            await rest(self._woken, max(wait, FIRST_SECONDS) if self._unreached else wait)

    async def start(self) -> None:
        """Free what dead processes held, and make due once more what had failed."""
        await self._surely(self._start)

    async def deliver(self) -> float | None:
        """Send all that is due, one after the other; stops where the other side cannot be reached. Gives the time when
        the next is due, None where nothing is left. Raises DBAPIError where the store cannot be read."""
        while (queued := await self._in_thread(self._take)) is not None:
            letter = asyncio.ensure_future(self._send(queued))
            try:
                receipt = await asyncio.shield(letter)
            except asyncio.CancelledError:
                await asyncio.wait({letter}, timeout=GRACE_SECONDS)
                raise
            if not receipt.reached:
                break
        soonest: float | None = await self._in_thread(self._soonest)
        return soonest

    def _start(self) -> None:
        with self._store.write() as connection:
            free_letters(connection, self._store.dead)
            revive(connection, self._now())

    def _take(self) -> Queued | None:
        now = self._now()
        with self._store.write() as connection:
            return lease(connection, now, now + LEASE_SECONDS, self._store.seat)

    def _soonest(self) -> float | None:
        with self._store.read() as connection:
            return next_due(connection)

    async def _send(self, queued: Queued) -> Receipt:
        try:
            mail = await self._in_thread(self._pack, queued)
        except UNSENDABLE as error:
            receipt = Receipt(False, lasting=True, why=str(error))
        else:
            receipt = await self._sender.send(mail)
        await self._surely(self._mark, queued, receipt)
        return receipt

    def _pack(self, queued: Queued) -> Mail:
        with self._store.read() as connection:
            clips = list_clips(connection, queued.letter.call_id) if queued.letter.attach else []
        return pack(queued.letter, self._mail_from, clips)

    async def _surely(self, function: Callable[..., None], *args: Any) -> None:
        """An accepted letter that is not marked would go out again."""
        await surely(self._in_thread, "the outbox cannot be written", function, *args)

    def _mark(self, queued: Queued, receipt: Receipt) -> None:
        now = self._now()
        with self._store.write() as connection:
            if receipt.accepted:
                mark_accepted(connection, queued.id, now)
                if self._unreached:
                    hasten(connection, now)
            elif receipt.lasting and queued.tries >= LASTING_TRIES:
                mark_failed(connection, queued.id, receipt.why, now)
            else:
                mark_refused(connection, queued.id, receipt.why, now + backoff(queued.tries))
        self._tell(queued, receipt)

    def _tell(self, queued: Queued, receipt: Receipt) -> None:
        if receipt.lasting and queued.tries >= LASTING_TRIES:
            log.error(
                "letter %d of call %s was refused for good (%s): correct the recipient in the company's script or "
                "DENWABAN_SMTP_URL and DENWABAN_MAIL_FROM, and start again; the letter is kept",
                *(queued.id, queued.letter.call_id, receipt.why),
            )
        elif not receipt.reached and not self._unreached:
            log.warning(
                "mail cannot be handed over (%s): check DENWABAN_SMTP_URL and the mail server (without one: the disk); "
                "letters are kept and tried again",
                receipt.why,
            )
        self._unreached = not receipt.reached
