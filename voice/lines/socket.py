"""A call over a socket: any dialect's wire on one side, the `Line` that everybody else sees on the other.

Rule: orders (`play`, `mark` …) only append to an outbox that one task empties, so the network's speed never reaches the
call; both queues are bounded. A peer that does not take what it is sent, or falls silent, is lost; a call that does not
take what it is sent makes the peer wait. After `Closed` nothing is sent and nothing is told.
Leaves out: what the messages look like (the `Wire`), and where sockets come from (`bot/web`).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from voice.lines import Closed, Incoming, Line, LineError, Ring, TransferEnded

Serve = Callable[[Line], Awaitable[None]]
"""Lives one call to its end. May raise LineError for a call it will not take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a peer may fall behind."""

    first_seconds: float = 10.0
    """From the socket's opening to the call's first message: Twilio sends it at once, a person's page after a click."""
    idle_seconds: float = 15.0
    """Without any message. A telephone sends sound all the time, silence too; a tunnel in the road is shorter."""
    close_seconds: float = 3.0
    """For the last words and the closing itself."""
    outbox: int = 500
    """Messages not yet taken by the network: ten seconds of sound."""
    inbox: int = 500
    """Messages not yet taken by the call."""


class Socket(Protocol):
    """A message socket that has been accepted."""

    async def receive(self) -> str | bytes | None:
        """The next message; None: the peer said good-bye. Raises ConnectionError: it is gone without."""
        ...

    async def send(self, message: str | bytes) -> None:
        """Raises ConnectionError once the peer has gone."""
        ...

    async def close(self, why: str, refused: bool) -> None:
        """`refused`: something was wrong with what the peer sent or wanted."""
        ...


class Wire(Protocol):
    """One dialect, for one call."""

    def read(self, message: str | bytes) -> Ring | Incoming | None: ...

    def welcome(self) -> str | None: ...

    def play(self, pcm: bytes) -> str | bytes: ...

    def mark(self, name: str) -> str: ...

    def clear(self) -> str: ...

    def farewell(self, why: str) -> str | None: ...


async def carry(socket: Socket, wire: Wire, serve: Serve, limits: Limits | None = None) -> Closed:
    """One call from the socket's opening to its end; why it ended. Never raises what a peer can cause."""
    limits = limits or Limits()
    try:
        async with asyncio.timeout(limits.first_seconds):
            ring = await _first_ring(socket, wire)
    except TimeoutError:
        return await _refuse(socket, wire, f"no call within {limits.first_seconds:g} seconds", limits)
    except LineError as error:
        return await _refuse(socket, wire, str(error), limits)
    except ConnectionError:
        return Closed("lost")
    if ring is None:
        return Closed("caller")
    line = SocketLine(ring, socket, wire, limits)
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(line.read())
        writing = tasks.create_task(line.write())
        try:
            await serve(line)
        except LineError as error:
            line.end(str(error))
        line.hang_up()
        reading.cancel()
        try:
            async with asyncio.timeout(limits.close_seconds):
                await writing
        except TimeoutError:
            pass  # it takes nothing any more; the socket's owner drops it
    return line.closed or Closed("us")


async def _first_ring(socket: Socket, wire: Wire) -> Ring | None:
    while (message := await socket.receive()) is not None:
        match wire.read(message):
            case Ring() as ring:
                return ring
            case Closed():
                return None
    return None


async def _refuse(socket: Socket, wire: Wire, why: str, limits: Limits) -> Closed:
    try:
        async with asyncio.timeout(limits.close_seconds):
            if farewell := wire.farewell(why):
                await socket.send(farewell)
            await socket.close(why, refused=True)
    except (ConnectionError, TimeoutError):
        pass  # it is gone already, which is what we wanted
    return Closed(why)


class SocketLine:
    """A `Line`. `read` and `write` are run beside the call by `carry`."""

    def __init__(self, ring: Ring, socket: Socket, wire: Wire, limits: Limits) -> None:
        self.closed: Closed | None = None
        self._ring = ring
        self._socket = socket
        self._wire = wire
        self._limits = limits
        self._inbox: deque[Incoming] = deque()
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._outbox: deque[tuple[str | bytes, bool]] = deque()
        """Messages, and whether each is sound."""
        self._ordered = asyncio.Event()
        if welcome := wire.welcome():
            self._order(welcome)

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
        if pcm and not self.closed:
            self._order(self._wire.play(pcm), sound=True)

    def mark(self, name: str) -> None:
        if not self.closed:
            self._order(self._wire.mark(name))

    def clear(self) -> None:
        """Sound still in our own outbox is never sent; marks are, and come back from the far side."""
        if not self.closed:
            self._outbox = deque(item for item in self._outbox if not item[1])
            self._order(self._wire.clear())

    def transfer(self, to: str, ring_seconds: float) -> None:
        self._tell(TransferEnded(connected=False, why="unsupported"))

    def hang_up(self) -> None:
        self.end("us")

    def end(self, why: str) -> None:
        """The line is gone for the call; the first reason stands."""
        if not self.closed:
            self._tell(Closed(why))
            self.closed = Closed(why)
            self._ordered.set()
            self._room.set()

    async def read(self) -> None:
        """Messages to things that happened, until the line is closed."""
        while not self.closed:
            try:
                async with asyncio.timeout(self._limits.idle_seconds):
                    message = await self._socket.receive()
                told = Closed("caller") if message is None else self._wire.read(message)
            except (ConnectionError, TimeoutError):
                told = Closed("lost")
            except LineError as error:
                told = Closed(str(error))
            if isinstance(told, Closed):
                self.end(told.why)
            elif told is not None and not isinstance(told, Ring):
                await self._wait_for_room()
                self._tell(told)

    async def write(self) -> None:
        """Orders to messages; at the end the good-bye."""
        while not self.closed:
            if self._outbox:
                try:
                    await self._socket.send(self._outbox.popleft()[0])
                except ConnectionError:
                    self.end("lost")
            else:
                self._ordered.clear()
                await self._ordered.wait()
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
            self._inbox.append(told)
            self._arrived.set()

    def _order(self, message: str | bytes, sound: bool = False) -> None:
        self._outbox.append((message, sound))
        self._ordered.set()
        if len(self._outbox) > self._limits.outbox:
            self.end("lost")
