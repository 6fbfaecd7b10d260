"""Asterisk's ends of its media: chan_websocket's and AudioSocket's, as they behave and misbehave.

Written from the facts of the protocols alone; nothing of `voice/lines` that speaks them is used. Both are telephones as
rehearsals want them (`bot.rehearsal.far.Far`): `dialled` and `audiosocket` place a call, `place_call` a whole one.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import struct
import uuid
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from bot.rehearsal.far import Far
from voice.g711 import alaw_decode, alaw_encode, ulaw_decode, ulaw_encode

FRAME_SECONDS = 0.02
XOFF, XON, MOST = 900, 800, 1000
"""Frames in Asterisk's queue at which it says stop, says go on, and takes nothing more."""
FRAME_BYTES = {"ulaw": 160, "alaw": 160, "slin": 320, "slin16": 640}
ENCODE: dict[str, Callable[[bytes], bytes]] = {"ulaw": ulaw_encode, "alaw": alaw_encode, "slin": bytes, "slin16": bytes}
DECODE: dict[str, Callable[[bytes], bytes]] = {"ulaw": ulaw_decode, "alaw": alaw_decode, "slin": bytes, "slin16": bytes}
SILENCE = {"ulaw": b"\xff" * 160, "alaw": b"\xd5" * 160, "slin": bytes(320), "slin16": bytes(640)}
Say = Callable[[str | bytes], Awaitable[None]]
"""Sends a message to the other side."""


class MediaChannel:
    """One WebSocket channel within Asterisk: what it does with messages, and with its timer."""

    def __init__(
        self, say: Callable[[str | bytes], Awaitable[None]], form: str = "ulaw", dialect: str = "text"
    ) -> None:
        self.channel_id = f"1764000000.{secrets.randbelow(10**6)}"
        self.connection_id = str(uuid.uuid4())
        self.form = form
        self.heard: asyncio.Queue[bytes | None] = asyncio.Queue()
        """Frames as they go out to the caller, as PCM."""
        self.wrong: list[str] = []
        """What the driver would have ignored, or ended the call for."""
        self.commands: list[str] = []
        self.hung_up = self.answered = False
        self._say = say
        self._json = dialect == "json"
        self._size = FRAME_BYTES[form]
        self._queue: deque[bytes | str] = deque()
        self._length = 0
        self._bulk = self._full = self._paused = False
        self._rest = b""

    async def start(self) -> None:
        values: dict[str, Any] = {"connection_id": self.connection_id, "channel": "WebSocket/denwaban/0x7f32c000"}
        values |= {"channel_id": self.channel_id, "format": self.form, "optimal_frame_size": self._size, "ptime": 20}
        if self._json:
            values["channel_variables"] = {"MEDIA_WEBSOCKET_OPTIMAL_FRAME_SIZE": str(self._size)}
        await self._say(self._event("MEDIA_START", **values))

    async def digit(self, digit: str) -> None:
        await self._say(self._event("DTMF_END", digit=digit, channel_id=self.channel_id))

    async def take(self, message: str | bytes) -> None:
        """One message of ours."""
        if len(message) > 65_500:
            self.wrong.append(f"a message of {len(message)} bytes")
            self.hung_up = True
        elif isinstance(message, bytes):
            await self._take_sound(message)
        elif len(message.encode()) > 128:
            self.wrong.append(f"a command of {len(message.encode())} bytes")
        else:
            await self._obey(message)

    async def tick(self) -> None:
        """The timer: every 20 ms."""
        if not self._paused and self._full and self._length < XON:
            self._full = False
            await self._say(self._event("MEDIA_XON"))
        while not self._paused and self._queue and isinstance(self._queue[0], str):
            await self._say(str(self._queue.popleft()))
        coded = SILENCE[self.form]
        if self._queue and not self._paused:
            taken = self._queue.popleft()
            assert isinstance(taken, bytes)
            coded = taken + SILENCE[self.form][len(taken) :]
            self._length -= 1
        self.heard.put_nowait(DECODE[self.form](coded))

    def _event(self, name: str, **values: object) -> str:
        if self._json:
            return json.dumps({"event": name, "channel_id": self.channel_id, **values}, separators=(",", ":"))
        return " ".join([name, *(f"{key}:{value}" for key, value in values.items())])

    def _noted(self, name: str, correlation_id: str) -> str:
        if self._json:
            return self._event(name, correlation_id=correlation_id)
        return f"{name} {correlation_id}".rstrip()

    async def _obey(self, message: str) -> None:
        if self._json:
            try:
                body = json.loads(message)
            except ValueError:
                self.wrong.append("not JSON")
                await self._say(self._event("ERROR", error_text="Unable to parse JSON command"))
                return
            name, given = body["command"], body.get("correlation_id", "")
        else:
            name, _, given = message.partition(" ")
        self.commands.append(name)
        match name:
            case "ANSWER":
                self.answered = True
            case "HANGUP":
                self.hung_up = True
            case "START_MEDIA_BUFFERING":
                self._bulk = True
            case "STOP_MEDIA_BUFFERING":
                self._bulk = False
                if self._rest:
                    self._enqueue(self._rest)
                    self._rest = b""
                self._queue.append(self._noted("MEDIA_BUFFERING_COMPLETED", given))
            case "MARK_MEDIA":
                self._queue.append(self._noted("MEDIA_MARK_PROCESSED", given))
            case "FLUSH_MEDIA":  # notes in the queue are gone with it, and a pause stays
                self._queue.clear()
                self._length, self._bulk, self._rest = 0, False, b""
            case "PAUSE_MEDIA" | "CONTINUE_MEDIA":
                self._paused = name == "PAUSE_MEDIA"
            case _:
                self.wrong.append(f"unknown command {name}")

    async def _take_sound(self, message: bytes) -> None:
        if self._length >= MOST:
            self.wrong.append("sound to a full queue")
            return
        message = self._rest + message if self._bulk else message
        whole = len(message) // self._size * self._size
        for at in range(0, whole, self._size):
            self._enqueue(message[at : at + self._size])
        if self._bulk:
            self._rest = message[whole:]
        elif message[whole:]:
            self.wrong.append(f"{len(message) - whole} bytes dropped")
        if not self._full and self._length >= XOFF:
            self._full = True
            await self._say(self._event("MEDIA_XOFF"))

    def _enqueue(self, coded: bytes) -> None:
        self._queue.append(coded)
        self._length += 1


class AsteriskFar:
    """A caller's telephone behind a WebSocket channel."""

    def __init__(self, socket: Any, form: str, dialect: str) -> None:
        self.channel = MediaChannel(self._say, form, dialect)
        self.closed: tuple[int, str] | None = None
        """With which code and reason the socket was closed on us."""
        self.came: list[float] = []
        """Loop time of each message with sound."""
        self._socket = socket
        self._outbox: asyncio.Queue[bytes | str | None] = asyncio.Queue()
        self._tasks = [asyncio.create_task(each) for each in (self._read(), self._write(), self._time())]

    def send(self, pcm: bytes) -> None:
        self._outbox.put_nowait(ENCODE[self.channel.form](pcm))

    def press(self, digit: str) -> None:
        self._outbox.put_nowait(f"digit {digit}")

    def hang_up(self) -> None:
        self._outbox.put_nowait(None)

    async def receive(self) -> bytes | None:
        return await self.channel.heard.get()

    def abort(self) -> None:
        self._socket.transport.abort()

    async def over(self) -> None:
        """Until the socket is closed."""
        await asyncio.wait(self._tasks[:1])

    async def end(self) -> None:
        self.hang_up()
        await asyncio.wait(self._tasks[:2], timeout=10.0)
        for task in self._tasks:
            task.cancel()

    async def _say(self, message: str | bytes) -> None:
        await self._socket.send(message)

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                if isinstance(message, bytes):
                    self.came.append(asyncio.get_running_loop().time())
                await self.channel.take(message)
                if self.channel.hung_up:
                    self._outbox.put_nowait(None)
        except ConnectionClosed:
            pass
        self.closed = (self._socket.close_code or 0, self._socket.close_reason or "")
        self.channel.heard.put_nowait(None)
        self._outbox.put_nowait(None)

    async def _write(self) -> None:
        try:
            await self.channel.start()
            while (message := await self._outbox.get()) is not None:
                if isinstance(message, str):
                    await self.channel.digit(message[-1])
                else:
                    await self._say(message)
        except ConnectionClosed:
            return
        await self._socket.close(1000)

    async def _time(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            try:
                await self.channel.tick()
            except ConnectionClosed:
                return
            due += FRAME_SECONDS
            await asyncio.sleep(due - loop.time())


@asynccontextmanager
async def dialled(
    url: str, told: dict[str, str], password: str = "", form: str = "ulaw", dialect: str = "text"
) -> AsyncIterator[AsteriskFar]:
    """Dial(WebSocket/denwaban/c(…)v(…)): Asterisk connects to the server at `url` (http…)."""
    where = url.replace("http", "ws", 1) + "/asterisk/media?" + urlencode(told)
    basic = {"Authorization": "Basic " + base64.b64encode(f"denwaban:{password}".encode()).decode()}
    async with connect(
        where,
        subprotocols=[Subprotocol("media")],
        additional_headers=basic if password else None,
        compression=None,
        ping_interval=None,
        open_timeout=60,
        max_queue=None,
    ) as socket:
        assert isinstance(socket, ClientConnection)
        assert socket.subprotocol == "media"
        far = AsteriskFar(socket, form, dialect)
        try:
            yield far
        finally:
            await far.end()


class AudioSocketFar:
    """A caller's telephone behind AudioSocket(), of the older kind: it takes sound at 8 kHz and the end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: uuid.UUID) -> None:
        self.wrong: list[str] = []
        """What ended the stream, or would have."""
        self.hung_up = False
        """By the other side."""
        self.came: list[float] = []
        """Loop time of each frame of sound."""
        self._reader = reader
        self._writer = writer
        self._heard: asyncio.Queue[bytes | None] = asyncio.Queue()
        writer.write(b"\x01\x00\x10" + key.bytes)
        self._reading = asyncio.create_task(self._read())

    def send(self, pcm: bytes) -> None:
        self._writer.write(b"\x10" + struct.pack(">H", len(pcm)) + pcm)

    def press(self, digit: str) -> None:
        self._writer.write(b"\x03\x00\x01" + digit.encode())

    def hang_up(self) -> None:
        self._writer.write(b"\x00\x00\x00")

    async def receive(self) -> bytes | None:
        return await self._heard.get()

    def abort(self) -> None:
        self._writer.transport.abort()

    async def end(self) -> None:
        if not self._writer.is_closing():
            self.hang_up()
            self._writer.close()
        await asyncio.wait({self._reading}, timeout=10.0)
        self._reading.cancel()

    async def _read(self) -> None:
        try:
            while True:
                kind, size = struct.unpack(">BH", await self._reader.readexactly(3))
                if kind == 0x00:
                    self.hung_up = True
                    break
                if kind != 0x10 or size == 0:
                    self.wrong.append(f"a frame of kind 0x{kind:02x} with {size} bytes")
                    break
                self._heard.put_nowait(await self._reader.readexactly(size))
                self.came.append(asyncio.get_running_loop().time())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        self._heard.put_nowait(None)


@asynccontextmanager
async def audiosocket(host: str, port: int, key: str) -> AsyncIterator[AudioSocketFar]:
    """AudioSocket(key,host:port)."""
    far = AudioSocketFar(*await asyncio.open_connection(host, port), uuid.UUID(key))
    try:
        yield far
    finally:
        await far.end()


async def place_call(far: Far, chunks: Iterable[bytes]) -> bytes:
    """Speak frames of 20 ms, one when it is due, and hang up; all that was heard meanwhile."""
    heard = bytearray()

    async def listen() -> None:
        while (frame := await far.receive()) is not None:
            heard.extend(frame)

    listening, loop = asyncio.create_task(listen()), asyncio.get_running_loop()
    due = loop.time()
    for chunk in chunks:
        far.send(chunk)
        due += FRAME_SECONDS
        await asyncio.sleep(due - loop.time())
    far.hang_up()
    await listening
    return bytes(heard)
