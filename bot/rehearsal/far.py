"""The caller's end of a telephone line, and the one over a real websocket that behaves as Twilio's does.

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
from contextlib import asynccontextmanager
from typing import Any, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from voice.audio import FRAME_SECONDS
from voice.g711 import ulaw_decode, ulaw_encode
from voice.lines import LineError

FRAME_CODES = 160
"""Mu-law bytes of 20 ms."""
OPEN_SECONDS = 10.0


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


class TwilioFar:
    """Twilio's side of one media stream."""

    def __init__(self, socket: ClientConnection, call_sid: str) -> None:
        self.refused = ""
        """Why the server closed the socket, where it said that something was wrong."""
        self._socket = socket
        self._call_sid = call_sid
        self._stream_sid = f"MZ{secrets.token_hex(16)}"
        self._outbox: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._buffer: deque[bytes | str] = deque()
        """Frames to be heard (mu-law) and names of marks."""
        self._heard: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._busy = False
        self._sequence = 0
        self._chunks = 0
        self._over = False

    def start(self, to: str, caller: str) -> None:
        """The stream begins. `to`: what our TwiML gave as <Parameter>."""
        self._order({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        start = {
            "accountSid": "AC" + "0" * 32,
            "streamSid": self._stream_sid,
            "callSid": self._call_sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"to": to, "from": caller} if caller else {"to": to},
        }
        self._order({"event": "start", "start": start})

    def send(self, pcm: bytes) -> None:
        self._chunks += 1
        payload = base64.b64encode(ulaw_encode(pcm)).decode("ascii")
        timestamp = str(round(self._chunks * FRAME_SECONDS * 1000))
        media = {"track": "inbound", "chunk": str(self._chunks), "timestamp": timestamp, "payload": payload}
        self._order({"event": "media", "media": media})

    def press(self, digit: str) -> None:
        self._order({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": digit}})

    def hang_up(self) -> None:
        if not self._over:
            self._order({"event": "stop", "stop": {"accountSid": "AC" + "0" * 32, "callSid": self._call_sid}})
            self._end()

    async def receive(self) -> bytes | None:
        return await self._heard.get()

    async def read(self) -> None:
        """What the server sends, until it closes the socket."""
        try:
            async for message in self._socket:
                self._take(json.loads(message))
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code == 1008:
                self.refused = closed.rcvd.reason
        self._end()

    async def write(self) -> None:
        """What we send, in order."""
        while (message := await self._outbox.get()) is not None:
            try:
                await self._socket.send(json.dumps(message))
            except ConnectionClosed:
                return
        await self._socket.close()

    def _order(self, message: dict[str, Any]) -> None:
        if not self._over:
            self._sequence += 1
            named = {} if message["event"] == "connected" else {"streamSid": self._stream_sid}
            self._outbox.put_nowait({**message, "sequenceNumber": str(self._sequence), **named})

    def _take(self, message: dict[str, Any]) -> None:
        if self._over:
            return
        match message["event"]:
            case "media":
                coded = base64.b64decode(message["media"]["payload"])
                self._buffer.extend(coded[at : at + FRAME_CODES] for at in range(0, len(coded), FRAME_CODES))
            case "mark":
                self._buffer.append(message["mark"]["name"])
            case "clear":
                names = [thing for thing in self._buffer if isinstance(thing, str)]
                self._buffer.clear()
                for name in names:
                    self._order({"event": "mark", "mark": {"name": name}})
        if not self._busy:
            self._play_on(asyncio.get_running_loop().time())

    def _play_on(self, now: float) -> None:
        """Marks whose turn has come go back; then the next frame begins to be heard at `now`."""
        self._busy = False
        while self._buffer and not self._over:
            thing = self._buffer.popleft()
            if isinstance(thing, str):
                self._order({"event": "mark", "mark": {"name": thing}})
                continue
            self._heard.put_nowait(ulaw_decode(thing))
            ends = now + len(thing) / FRAME_CODES * FRAME_SECONDS
            self._busy = True
            asyncio.get_running_loop().call_at(ends, self._play_on, ends)
            return

    def _end(self) -> None:
        if not self._over:
            self._over = True
            self._heard.put_nowait(None)
            self._outbox.put_nowait(None)


@asynccontextmanager
async def dial(url: str, to: str, caller: str, call_sid: str) -> AsyncIterator[TwilioFar]:
    """A call over `url`'s media socket (http…). Raises LineError where nobody answers, or the call is refused."""
    where = url.replace("http", "ws", 1) + "/twilio/media"
    try:
        socket = await connect(where, open_timeout=OPEN_SECONDS, compression=None, max_queue=None)
    except (OSError, TimeoutError, InvalidHandshake) as error:
        raise LineError(
            f"{where} does not take calls ({error}): start the server, or name another with --url"
        ) from error
    far = TwilioFar(socket, call_sid)
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
