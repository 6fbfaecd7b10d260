"""The caller's end of a telephone line, and the one over a real websocket that behaves as a carrier's does.

Rule: a far end sends what it is given at once (who sends paces), keeps what it is sent, lets it be heard at 20 ms a
frame, and gives a mark back when the sound before it has been heard. `voice.lines.loopback.FarEnd` is the other one.
Leaves out: the webhook and its signature; REST.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from voice.audio import FRAME_SECONDS
from voice.g711 import ulaw_decode, ulaw_encode
from voice.lines import LineError

FRAME_BYTES = 320
"""20 ms of 16-bit mono at 8 kHz."""
OPEN_SECONDS = 10.0
Message = str | bytes


class Far(Protocol):
    """The caller's telephone."""

    def send(self, pcm: bytes) -> None:
        """20 ms of the caller's side, 16-bit mono at 8 kHz."""
        ...

    def press(self, digit: str) -> None: ...

    def hang_up(self) -> None: ...

    async def receive(self) -> bytes | None:
        """One frame as it begins to be heard; None: the call is over."""
        ...


@dataclass(frozen=True, slots=True)
class Clear:
    """The server wants what is not yet heard thrown away."""


class Manner(Protocol):
    """How one carrier writes it, seen from its side; for one call. Sound is 16-bit mono at 8 kHz."""

    returns_marks: bool
    """Whether marks come back that were cleared."""

    def begins(self, to: str, caller: str) -> list[Message]: ...

    def sound(self, pcm: bytes) -> Message: ...

    def key(self, digit: str) -> Message: ...

    def mark(self, name: str) -> Message:
        """One that comes back."""
        ...

    def ends(self) -> Message | None:
        """The caller hangs up; None: the socket is only closed."""
        ...

    def read(self, message: Message) -> bytes | str | Clear | None:
        """What the server sent: sound, the name of a mark, or that all is to be cleared; None: nothing of these."""
        ...


class TwilioManner:
    """Media Streams."""

    returns_marks = True

    def __init__(self, call_sid: str) -> None:
        self._call_sid = call_sid
        self._stream_sid = f"MZ{secrets.token_hex(16)}"
        self._sequence = 0
        self._chunks = 0

    def begins(self, to: str, caller: str) -> list[Message]:
        """`to`: what our TwiML gave as <Parameter>."""
        start = {
            "accountSid": "AC" + "0" * 32,
            "streamSid": self._stream_sid,
            "callSid": self._call_sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"to": to, "from": caller} if caller else {"to": to},
        }
        connected = {"event": "connected", "protocol": "Call", "version": "1.0.0"}
        return [json.dumps(connected), self._written({"event": "start", "start": start})]

    def sound(self, pcm: bytes) -> Message:
        self._chunks += 1
        payload = base64.b64encode(ulaw_encode(pcm)).decode("ascii")
        timestamp = str(round(self._chunks * FRAME_SECONDS * 1000))
        media = {"track": "inbound", "chunk": str(self._chunks), "timestamp": timestamp, "payload": payload}
        return self._written({"event": "media", "media": media})

    def key(self, digit: str) -> Message:
        return self._written({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": digit}})

    def mark(self, name: str) -> Message:
        return self._written({"event": "mark", "mark": {"name": name}})

    def ends(self) -> Message | None:
        return self._written({"event": "stop", "stop": {"accountSid": "AC" + "0" * 32, "callSid": self._call_sid}})

    def read(self, message: Message) -> bytes | str | Clear | None:
        body = json.loads(message)
        match body["event"]:
            case "media":
                return ulaw_decode(base64.b64decode(body["media"]["payload"]))
            case "mark":
                return str(body["mark"]["name"])
            case "clear":
                return Clear()
        return None

    def _written(self, message: dict[str, Any]) -> str:
        self._sequence += 1
        return json.dumps({**message, "sequenceNumber": str(self._sequence), "streamSid": self._stream_sid})


class StreamFar:
    """A carrier's side of one media stream."""

    def __init__(self, socket: ClientConnection, manner: Manner) -> None:
        self.refused = ""
        """Why the server closed the socket, where it said that something was wrong."""
        self._socket = socket
        self._manner = manner
        self._outbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self._buffer: deque[bytes | str] = deque()
        """Frames to be heard and names of marks."""
        self._heard: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._busy = False
        self._over = False

    def start(self, to: str, caller: str) -> None:
        """The stream begins."""
        for message in self._manner.begins(to, caller):
            self._order(message)

    def send(self, pcm: bytes) -> None:
        self._order(self._manner.sound(pcm))

    def press(self, digit: str) -> None:
        self._order(self._manner.key(digit))

    def hang_up(self) -> None:
        if not self._over:
            if message := self._manner.ends():
                self._order(message)
            self._end()

    async def receive(self) -> bytes | None:
        return await self._heard.get()

    async def read(self) -> None:
        """What the server sends, until it closes the socket."""
        try:
            async for message in self._socket:
                self._take(message)
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code == 1008:
                self.refused = closed.rcvd.reason
        self._end()

    async def write(self) -> None:
        """What we send, in order."""
        while (message := await self._outbox.get()) is not None:
            try:
                await self._socket.send(message)
            except ConnectionClosed:
                return
        await self._socket.close()

    def _order(self, message: Message) -> None:
        if not self._over:
            self._outbox.put_nowait(message)

    def _take(self, message: Message) -> None:
        if self._over:
            return
        match self._manner.read(message):
            case bytes() as pcm:
                self._buffer.extend(pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES))
            case str() as name:
                self._buffer.append(name)
            case Clear():
                names = [thing for thing in self._buffer if isinstance(thing, str)]
                self._buffer.clear()
                for name in names if self._manner.returns_marks else ():
                    self._order(self._manner.mark(name))
        if not self._busy:
            self._play_on(asyncio.get_running_loop().time())

    def _play_on(self, now: float) -> None:
        """Marks whose turn has come go back; then the next frame begins to be heard at `now`."""
        self._busy = False
        while self._buffer and not self._over:
            thing = self._buffer.popleft()
            if isinstance(thing, str):
                self._order(self._manner.mark(thing))
                continue
            self._heard.put_nowait(thing)
            ends = now + len(thing) / FRAME_BYTES * FRAME_SECONDS
            self._busy = True
            asyncio.get_running_loop().call_at(ends, self._play_on, ends)
            return

    def _end(self) -> None:
        if not self._over:
            self._over = True
            self._heard.put_nowait(None)
            self._outbox.put_nowait(None)


def dial(url: str, to: str, caller: str, call_sid: str) -> AbstractAsyncContextManager[StreamFar]:
    """A call over the media socket of `url` (http…), as Twilio places it. Raises as `place` does."""
    return place(url, "/twilio/media", TwilioManner(call_sid), to, caller)


@asynccontextmanager
async def place(
    url: str, path: str, manner: Manner, to: str, caller: str, protocol: str = ""
) -> AsyncIterator[StreamFar]:
    """A call over the socket at `path`, in that subprotocol. Raises LineError: nobody answers, or it is refused."""
    where = url.replace("http", "ws", 1) + path
    offered = [Subprotocol(protocol)] if protocol else None
    try:
        socket = await connect(where, open_timeout=OPEN_SECONDS, compression=None, max_queue=None, subprotocols=offered)
    except (OSError, TimeoutError, InvalidHandshake) as error:
        raise LineError(
            f"{where} does not take calls ({error}): start the server, or name another with --url"
        ) from error
    far = StreamFar(socket, manner)
    far.start(to, caller)
    tasks = [asyncio.create_task(far.read()), asyncio.create_task(far.write())]
    try:
        yield far
    finally:
        far.hang_up()
        await asyncio.wait(tasks, timeout=OPEN_SECONDS)
        for task in tasks:
            task.cancel()
    if far.refused:
        raise LineError(f"{url} refused the call: {far.refused}")
