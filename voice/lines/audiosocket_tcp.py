"""AudioSocket's TCP connections, and the clock that Asterisk leaves to us: a frame every 20 ms, silence where we say
nothing.

Rule: what was handed over cannot be taken back, so that no more than the frame that is due is handed over; all else
waits in the line, where it can be thrown away. A frame goes in one write, and none while the one before is not wholly
gone, because older receivers read a split header wrongly. A mark comes back when the frame before it was handed over.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from voice.audio import FRAME_SECONDS
from voice.lines.audiosocket import SOUND_KINDS, AudioSocketWire, Reader, write

Answer = Callable[["TimedSocket", AudioSocketWire], Awaitable[None]]
"""Lives one connection to its end."""

LATE_SECONDS = 0.1
"""How much a late clock makes up for; what is later than that is left out."""
STUCK_SECONDS = 5.0
"""Without taking a frame; then the peer is lost."""
READ_BYTES = 4096
INBOX = 500
"""Frames that the call has not taken; more make the peer wait."""


class TimedSocket:
    """One connection as `voice.lines.wire.Socket`: each message is a whole frame, or the name of a mark."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: AudioSocketWire) -> None:
        self._reader = reader
        self._writer = writer
        self._wire = wire
        self._incoming: asyncio.Queue[str | bytes | ConnectionError | None] = asyncio.Queue(INBOX)
        self._due: bytes | None = None
        """The frame that goes out next."""
        self._went = asyncio.Event()
        self._gone = False
        self._reading = asyncio.create_task(self._read())
        self._ticking: asyncio.Task[None] | None = None

    async def receive(self) -> str | bytes | None:
        message = await self._incoming.get()
        if isinstance(message, ConnectionError):
            raise message
        return message

    async def send(self, message: str | bytes) -> None:
        """Returns when the clock has room for the next frame."""
        if self._ticking is None:
            self._ticking = asyncio.create_task(self._tick())
        while self._due is not None and not self._gone:
            self._went.clear()
            await self._went.wait()
        if self._gone:
            raise ConnectionError("the peer has gone")
        if isinstance(message, str):
            await self._incoming.put(message)
        elif message[0] in SOUND_KINDS:
            self._due = message
        else:
            self._stop()
            self._writer.write(message)

    async def close(self, why: str, refused: bool) -> None:
        self._stop()
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError as error:
            raise ConnectionError("the peer has gone") from error

    def drop(self) -> None:
        """Whatever happened: nothing of it goes on."""
        self._stop()
        self._writer.transport.abort()

    def _stop(self) -> None:
        self._reading.cancel()
        if self._ticking is not None:
            self._ticking.cancel()
        self._lose()

    def _lose(self) -> None:
        self._gone = True
        self._went.set()

    async def _read(self) -> None:
        """Bytes to whole frames; the end of the stream is the end of the call, as a frame of that kind is."""
        frames = Reader()
        try:
            while data := await self._reader.read(READ_BYTES):
                for frame in frames.take(data):
                    await self._incoming.put(write(frame))
        except OSError as error:
            end: ConnectionError | None = ConnectionError(str(error))
        else:
            end = None if frames.whole else ConnectionError("it ended in the middle of a frame")
        await self._incoming.put(end)

    async def _tick(self) -> None:
        """One frame every 20 ms by absolute deadlines."""
        loop = asyncio.get_running_loop()
        due = taken = loop.time()
        while not self._writer.is_closing():
            now = loop.time()
            if not self._writer.transport.get_write_buffer_size():
                self._writer.write(self._due or self._wire.silence)
                self._due, taken = None, now
                self._went.set()
            elif now - taken > STUCK_SECONDS:
                break
            due = max(due + FRAME_SECONDS, now - LATE_SECONDS)
            await asyncio.sleep(due - now)
        self._lose()


@asynccontextmanager
async def listening(
    listener: socket.socket, wire: Callable[[], AudioSocketWire], answer: Answer
) -> AsyncIterator[asyncio.Server]:
    """Connections are answered until this is left; those that live then are dropped."""
    live: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        live.add(task)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        spoken = wire()
        line = TimedSocket(reader, writer, spoken)
        try:
            await answer(line, spoken)
        finally:
            line.drop()
            live.discard(task)

    server = await asyncio.start_server(connected, sock=listener)
    try:
        yield server
    finally:
        server.close()
        for task in live:
            task.cancel()
        if live:
            await asyncio.wait(live)
