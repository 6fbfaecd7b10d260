"""A call over a socket: any dialect's wire on one side, the `Line` that everybody else sees on the other.

Rule: orders (`play`, `mark` …) only append to an outbox that one task empties, so the network's speed never reaches the
call; both queues are bounded. A peer that does not take what it is sent, or falls silent, is lost; a call that does not
take what it is sent makes the peer wait. After `Closed` nothing is sent and nothing is told.
What the wire cannot do itself (a transfer, the end of the call beyond the socket) a `Remote` does. While it puts the
caller through, the socket may go and another may come in its place: the line outlives both.
Leaves out: what the messages look like (the `Wire`), and where sockets come from (`bot/web`).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from voice.lines import Audio, Closed, Incoming, Line, LineError, Marked, Quality, Ring, TransferEnded
from voice.lines.wire import Limits, Messages, Outcome, Queueing, Remote, Socket, Wire
from voice.quality import Uncounted

__all__ = ["Limits", "Outcome", "Remote", "Serve", "Socket", "SocketLine", "Wire", "carry", "first_ring", "refuse"]

log = logging.getLogger(__name__)

Serve = Callable[[Line], Awaitable[None]]
"""Lives one call to its end. May raise LineError for a call it will not take."""


async def carry(
    socket: Socket, wire: Wire, serve: Serve, limits: Limits | None = None, remote: Remote | None = None
) -> Closed:
    """One call from the socket's opening to its end; why it ended. Never raises what a peer can cause."""
    limits = limits or Limits()
    try:
        async with asyncio.timeout(limits.first_seconds):
            ring = await first_ring(socket, wire)
    except TimeoutError:
        return await refuse(socket, wire, f"no call within {limits.first_seconds:g} seconds", limits)
    except LineError as error:
        return await refuse(socket, wire, str(error), limits)
    except ConnectionError:
        return Closed("lost")
    if ring is None:
        return Closed("caller")
    async with asyncio.TaskGroup() as tasks:
        line = SocketLine(ring, (socket, wire), limits, remote, tasks)
        writing = tasks.create_task(line.write())
        try:
            await serve(line)
        except LineError as error:
            line.end(str(error))
        line.hang_up()
        line.stop()
        try:
            async with asyncio.timeout(limits.close_seconds):
                await writing
        except TimeoutError:
            pass  # it takes nothing any more; the socket's owner drops it
    await line.end_remotely()
    return line.closed or Closed("us")


async def first_ring(socket: Socket, wire: Wire) -> Ring | None:
    """Reads up to the call's first message; None: the peer left before. Raises LineError, ConnectionError."""
    while (message := await socket.receive()) is not None:
        match wire.read(message):
            case Ring() as ring:
                return ring
            case Closed():
                return None
    return None


async def refuse(socket: Socket, wire: Wire, why: str, limits: Limits) -> Closed:
    """Says good-bye to a peer that is not listened to any further."""
    try:
        async with asyncio.timeout(limits.close_seconds):
            if farewell := wire.farewell(why):
                await socket.send(farewell)
            await socket.close(why, refused=True)
    except (ConnectionError, TimeoutError):
        pass  # it is gone already, which is what we wanted
    return Closed(why)


class SocketLine:
    """A `Line`. `write` is run beside the call by `carry`."""

    def __init__(
        self, ring: Ring, over: tuple[Socket, Wire], limits: Limits, remote: Remote | None, tasks: asyncio.TaskGroup
    ) -> None:
        self.closed: Closed | None = None
        self._ring = ring
        self._socket, self._wire = over
        self._limits = limits
        self._remote = remote
        self._tasks = tasks
        self._earlier: list[Quality] = []
        """Of sockets that have gone."""
        self._uncounted = Uncounted()
        self._inbox: deque[Incoming] = deque()
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._outbox: deque[tuple[str | bytes, bool]] = deque()
        """Messages, and whether each is sound."""
        self._ordered = asyncio.Event()
        self._marks: list[str] = []
        """Ordered, and not yet back."""
        self._transfer: asyncio.Task[None] | None = None
        """One that is under way."""
        self._away = ""
        """Why the socket has gone while a transfer is under way; "" = it is there."""
        self._passed_on = False
        """The caller speaks with somebody else, or may: the call must not be ended."""
        self._reading = self._listen()

    @property
    def ring(self) -> Ring:
        return self._ring

    async def receive(self) -> Incoming:
        while not self._inbox:
            self._arrived.clear()
            await self._arrived.wait()
        self._room.set()
        return self._inbox.popleft()

    def play(self, pcm: bytes) -> None:
        if pcm and not self.closed and not self._away:
            self._order(self._wire.play(pcm), sound=True)

    def mark(self, name: str) -> None:
        if self._away:  # soon, and not at once: a call that answers each mark with another must not hold up the others
            asyncio.get_running_loop().call_soon(self._tell, Marked(name))
        elif not self.closed:
            self._marks.append(name)
            self._order(self._wire.mark(name))

    def clear(self) -> None:
        """Sound still in our own outbox is never sent; marks are, and come back from the far side."""
        if not self.closed and not self._away:
            self._outbox = deque(item for item in self._outbox if not item[1])
            self._order(self._wire.clear())
            for mark in self._wire.forgotten() if isinstance(self._wire, Queueing) else ():
                self._tell(mark)

    def transfer(self, to: str, ring_seconds: float) -> None:
        """One at a time: another one meanwhile is not begun."""
        if self._remote is None:
            self._tell(TransferEnded(connected=False, why="unsupported"))
        elif self._transfer is None and not self.closed:
            self._transfer = self._tasks.create_task(self._put_through(self._remote, to, ring_seconds))

    def hang_up(self) -> None:
        self.end("us")

    def end(self, why: str) -> None:
        """The line is gone for the call; the first reason stands."""
        if not self.closed:
            if told := _together([*self._earlier, self._wire.quality()]) or self._uncounted.quality():
                self._tell(told)
            self._tell(Closed(why))
            self.closed = Closed(why)
            self._ordered.set()
            self._room.set()

    def stop(self) -> None:
        """Nothing is waited for any more."""
        self._reading.cancel()
        if self._transfer is not None:
            self._transfer.cancel()

    async def end_remotely(self) -> None:
        """What the closed socket does not end."""
        if self._remote is None or self._passed_on or self.closed == Closed("caller"):
            return
        try:
            async with asyncio.timeout(self._limits.remote_seconds):
                await self._remote.hang_up(self._ring)
        except TimeoutError:
            log.warning("%s call %s could not be ended: no answer", self._ring.line, self._ring.line_call_id)
        except LineError as error:
            log.warning("%s call %s could not be ended: %s", self._ring.line, self._ring.line_call_id, error)

    async def _put_through(self, remote: Remote, to: str, ring_seconds: float) -> None:
        try:
            outcome = await remote.transfer(self._ring, to, ring_seconds)
        except LineError as error:
            log.warning("%s call %s was not put through: %s", self._ring.line, self._ring.line_call_id, error)
            outcome = Outcome(TransferEnded(connected=False, why="failed"))
        self._transfer = None
        if outcome.back is not None:
            self._go_on(*outcome.back)
        if isinstance(outcome.told, Closed):
            self._passed_on = True
            self.end(outcome.told.why)
            return
        self._tell(outcome.told)
        self._passed_on = outcome.told.connected
        if self._passed_on:
            self.end("us")
        elif self._away:
            self.end(self._away)

    def _go_on(self, socket: Socket, wire: Wire) -> None:
        """The caller is back, over another socket."""
        self._leave("lost")
        self._reading.cancel()
        if told := self._wire.quality():
            self._earlier.append(told)
        self._socket, self._wire, self._away = socket, wire, ""
        self._reading = self._listen()

    def _gone(self, why: str) -> None:
        """The socket ended; while the caller is being put through that is not the end of the call."""
        if self._transfer is None:
            self.end(why)
        else:
            self._leave(why)

    def _leave(self, why: str) -> None:
        """Nothing of what was on its way will be heard any more."""
        self._away = why
        self._outbox.clear()
        marks, self._marks = self._marks, []
        for name in marks:
            self._tell(Marked(name))

    def _listen(self) -> asyncio.Task[None]:
        if welcome := self._wire.welcome():
            self._order(welcome)
        return self._tasks.create_task(self._read(self._socket, self._wire))

    async def _read(self, socket: Socket, wire: Wire) -> None:
        """Messages to things that happened, until the socket or the line is closed."""
        while not self.closed:
            try:
                async with asyncio.timeout(self._limits.idle_seconds):
                    message = await socket.receive()
                told = Closed("caller") if message is None else wire.read(message)
                self._ordered.set()  # there may be room again for sound that waits
            except (ConnectionError, TimeoutError):
                told = Closed("lost")
            except LineError as error:
                self.end(str(error))
                return
            if isinstance(told, Closed):
                self._gone(told.why)
                return
            if isinstance(told, Audio):
                seconds = len(told.pcm) / 2 / self._ring.rate_hz
                self._uncounted.arrived(seconds, asyncio.get_running_loop().time())
            if told is not None and not isinstance(told, Ring):
                await self._wait_for_room()
                self._tell(told)

    async def write(self) -> None:
        """Orders to messages; at the end the good-bye."""
        while not self.closed:
            if self._outbox and not (self._outbox[0][1] and self._is_full()):
                socket = self._socket
                try:
                    await socket.send(self._outbox.popleft()[0])
                except ConnectionError:
                    if socket is self._socket and not self._away:
                        self._gone("lost")
            else:
                self._ordered.clear()
                await self._ordered.wait()
        if not self._away:
            await self._say_goodbye(self.closed.why)

    async def _say_goodbye(self, why: str) -> None:
        unsent = [] if why == "lost" else [message for message, _ in self._outbox]
        self._outbox.clear()
        try:
            for message in unsent:
                await self._socket.send(message)
            if why != "lost" and (farewell := self._wire.farewell(why)):
                await self._socket.send(farewell)
            await self._socket.close(why, refused=why not in ("us", "caller", "lost"))
        except ConnectionError:
            pass  # nobody is left to be told

    async def _wait_for_room(self) -> None:
        while len(self._inbox) >= self._limits.inbox and not self.closed:
            self._room.clear()
            await self._room.wait()

    def _tell(self, told: Incoming) -> None:
        if not self.closed:
            if isinstance(told, Marked) and told.name in self._marks:
                self._marks.remove(told.name)
            self._inbox.append(told)
            self._arrived.set()

    def _is_full(self) -> bool:
        return isinstance(self._wire, Queueing) and self._wire.full

    def _order(self, order: Messages, sound: bool = False) -> None:
        self._outbox.extend((message, sound) for message in (order if isinstance(order, tuple) else (order,)))
        self._ordered.set()
        if len(self._outbox) > self._limits.outbox:
            self.end("lost")


def _together(parts: list[Quality | None]) -> Quality | None:
    """Of a call that went over several sockets; each counts by its length."""
    told = [part for part in parts if part is not None and part.packets]
    packets = sum(part.packets for part in told)
    if not packets:
        return None
    jitter_ms = sum(part.jitter_ms * part.packets for part in told) / packets
    mos = sum(part.mos * part.packets for part in told) / packets
    return Quality(packets, sum(part.lost for part in told), jitter_ms, mos)
