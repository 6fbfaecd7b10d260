"""The SIP line as the call process sees it: one agent process that is kept running, the calls that ring in it, and
those that we place.

Rule: the agent's death is no more than the end of its calls, which are lost and reported; it is started anew and
registers again, sooner or later by how often it died. A stop lets it say good-bye, but not for long.
Leaves out: which calls are taken (whoever `live`s them).
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable

from voice.lines import Line, LineError, NotReached
from voice.lines.sip import pipe
from voice.lines.sip.account import Account
from voice.lines.sip.line import Placed, Rung
from voice.lines.sip.pipe import Decoder, Message, Order, Stood, Told, encode

log = logging.getLogger(__name__)

RESTART_SECONDS = (0.2, 1.0, 5.0, 15.0, 30.0)
STEADY_SECONDS = 60.0
"""An agent that lived so long begins the row anew."""
GOODBYE_SECONDS = 6.0

Live = Callable[[Rung], Awaitable[None]]
"""Lives a call that rang to its very end (`Rung.gone`), or refuses it."""


class Trunk:
    """One account."""

    def __init__(self, account: Account, live: Live) -> None:
        self.stood = Stood(0, "starting", "")
        """How it stands now."""
        self.told = asyncio.Event()
        """An agent has said for the first time how it stands."""
        self._account = account
        self._live = live
        self._calls: dict[int, Rung | Placed] = {}
        self._placed = 0
        self._living: set[asyncio.Task[None]] = set()
        self._writer: asyncio.StreamWriter | None = None
        self._process: Process | None = None
        self._draining = False

    @property
    def process_id(self) -> int | None:
        """Of the agent; None: there is none now."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def run(self) -> None:
        """Keep an agent running, until cancelled."""
        loop = asyncio.get_running_loop()
        deaths = 0
        while True:
            began = loop.time()
            await self._one_life()
            if self._draining:
                self.stood = Stood(0, "draining", "")
                return
            deaths = 1 if loop.time() - began > STEADY_SECONDS else deaths + 1
            wait = RESTART_SECONDS[min(deaths, len(RESTART_SECONDS)) - 1]
            log.error("the SIP agent ended: it is started again in %g seconds", wait)
            await asyncio.sleep(wait)

    async def place(self, to: str, ring_seconds: float) -> Line | NotReached:
        """As `Outward.place`."""
        if self._draining or self.stood.state != "ready":
            return NotReached("down")
        self._placed += 1
        number = pipe.OURS + self._placed
        placed = self._calls[number] = Placed(number, self._sender(), self._account.extension)
        return await placed.reach(to, ring_seconds)

    def drain(self) -> None:
        """Be no longer registered; live calls go on."""
        self._draining = True
        self.stood = Stood(0, "draining", "")
        self._send(pipe.Drain())

    async def close(self) -> None:
        """End what is left, and let the agent go."""
        self._draining = True
        for number, call in list(self._calls.items()):
            call.take(pipe.Ended(number, "lost"))
        if self._writer is not None:
            self._writer.close()
        if self._process is not None:
            try:
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await self._process.wait()
            except TimeoutError:
                log.warning("the SIP agent did not end by itself")
                self._process.kill()
        self._all_gone()
        if self._living:
            await asyncio.wait(self._living, timeout=GOODBYE_SECONDS)
        for task in self._living:
            task.cancel()

    async def _one_life(self) -> None:
        """From the start of an agent to its end."""
        self.stood = Stood(0, "starting", "")
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "voice.lines.sip.agent", str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                env={**os.environ, "MALLOC_ARENA_MAX": "2"},  # else each of the stack's threads keeps a heap of its own
            )
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        self._writer = writer
        writer.write(self._account.written())
        decoder = Decoder()
        try:
            while chunk := await reader.read(1 << 16):
                for message in decoder.feed(chunk):
                    self._take(message)
        except (ConnectionError, LineError) as error:
            log.error("the SIP agent's pipe broke: %s", error)
            self._process.kill()
        finally:
            writer.close()
            self._all_gone()
            if not self._draining:
                self.stood = Stood(0, "failed", "the SIP agent ended")
        await self._process.wait()

    def _all_gone(self) -> None:
        """The agent is no more, and with it its calls."""
        for number, call in list(self._calls.items()):
            call.take(pipe.Ended(number, "lost"))
            call.take(pipe.Gone(number))
        self._calls.clear()

    def _send(self, order: Order) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(encode(order))

    def _take(self, message: Message) -> None:
        match message:
            case Stood():
                self.stood = Stood(0, "draining", "") if self._draining else message
                self.told.set()
            case pipe.Rang():
                self._ring(Rung(message, self._sender(), self._account.extension))
            case pipe.Gone() if call := self._calls.pop(message.call, None):
                call.take(message)
            case _ if (call := self._calls.get(message.call)) and isinstance(message, Told):
                call.take(message)

    def _sender(self) -> Callable[[Order], None]:
        """To this agent and none that comes after it, whose calls have other numbers."""
        writer = self._writer

        def send(order: Order) -> None:
            if writer is self._writer:
                self._send(order)

        return send

    def _ring(self, rung: Rung) -> None:
        self._calls[rung.rang.call] = rung
        living = asyncio.ensure_future(self._live(rung))
        self._living.add(living)
        living.add_done_callback(self._living.discard)
