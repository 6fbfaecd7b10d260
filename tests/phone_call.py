"""A caller who rings the real server over the /phone page's wire: speaks in real time, and keeps what is heard.

Sound goes out in frames of 20 ms by the clock, silence too, as from a telephone.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import numpy as np
import numpy.typing as npt
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION
from voice.engines.inline import Engines
from voice.engines.openjtalk import OpenJTalk
from voice.resample import convert

FRAME = 2 * INNER_RATE_HZ // 50
AUDIBLE = 50.0
"""A sample above this is no silence."""
PATIENCE_SECONDS = 90.0


@cache
def speech(text: str, half_tone: float = 0.0) -> Sound:
    """A synthetic person says it, at 16 kHz."""
    return convert(OpenJTalk(half_tone=half_tone).speak(text), INNER_RATE_HZ)


class PhoneCall:
    """One call, from its first ring."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._to_say = bytearray()
        self._sounded: float | None = None
        """When the last that was heard after our words had been played, by the loop's clock."""
        self.heard = bytearray()
        """All that came, with silence where nothing did: as long as the call has lasted."""
        self.sent = bytearray()
        self.closed = ""
        """Why it ended; "" it goes on."""
        self.id = ""
        """As the line names it."""

    async def say(self, text: str) -> Sound:
        """Begins at once; what was said."""
        sound = await asyncio.to_thread(speech, text)  # the silence before it goes on meanwhile
        self._sounded = None
        self._to_say += sound.pcm
        return sound

    async def hang_up(self) -> None:
        await self._socket.send(json.dumps({"event": "hangup"}))

    async def over(self) -> str:
        """Waits until the line is closed; why."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.closed:
                await asyncio.sleep(0.05)
        return self.closed

    async def quiet(self, seconds: float = 1.0) -> None:
        """Waits until something was heard after what we said last, and then nothing for so long."""
        clock = asyncio.get_running_loop().time
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self._sounded is None or clock() < self._sounded + seconds:
                await asyncio.sleep(0.05)

    async def speak(self) -> None:
        """Sends a frame every 20 ms."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while not self.closed:
            frame = bytes(self._to_say[:FRAME]).ljust(FRAME, b"\0")
            del self._to_say[:FRAME]
            self.sent += frame
            await self._socket.send(frame)
            # What could not be sent in time is not made up for in a burst: no telephone does that.
            due = max(due + 0.02, clock() - 0.06)
            await asyncio.sleep(max(0.0, due - clock()))

    async def listen(self) -> None:
        """Keeps what comes; answers marks once all before them would have been played."""
        clock = asyncio.get_running_loop().time
        began, tasks = clock(), set()
        async for message in self._socket:
            now = int((clock() - began) * INNER_RATE_HZ) * 2
            if isinstance(message, bytes):
                if len(self.heard) < now - 4 * FRAME:
                    self.heard += bytes(now - len(self.heard))
                self.heard += message
                if not self._to_say and np.max(np.abs(samples(message)), initial=0.0) > AUDIBLE:
                    self._sounded = began + len(self.heard) / 2 / INNER_RATE_HZ
                continue
            told = json.loads(message)
            match told["event"]:
                case "ready":
                    self.id = told["call"]
                case "mark":
                    wait = (len(self.heard) - now) / 2 / INNER_RATE_HZ
                    tasks.add(asyncio.create_task(self._mark(told["name"], wait)))
                case "clear":
                    del self.heard[now:]
                case "closed":
                    self.closed = told["why"]

    async def _mark(self, name: str, wait: float) -> None:
        await asyncio.sleep(max(0.0, wait))
        if not self.closed:
            await self._socket.send(json.dumps({"event": "mark", "name": name}))


@asynccontextmanager
async def phone_call(url: str, called: str, caller: str = "0425550101") -> AsyncIterator[PhoneCall]:
    """Rings at a company; hung up at the end."""
    async with connect(url.replace("http", "ws", 1) + "/phone/line") as socket:
        await socket.send(json.dumps({"event": "start", "called": called, "caller": caller}))
        call = PhoneCall(socket)
        listening, speaking = asyncio.create_task(call.listen()), asyncio.create_task(call.speak())
        try:
            yield call
        finally:
            call.closed = call.closed or "caller"
            await socket.close()
            for result in await asyncio.gather(listening, speaking, return_exceptions=True):
                if isinstance(result, BaseException) and not isinstance(result, ConnectionClosed):
                    raise result


def samples(pcm: bytes | bytearray) -> npt.NDArray[np.float64]:
    return np.frombuffer(bytes(pcm), "<i2").astype(np.float64)


def likeness(heard: bytes | bytearray, said: Sound) -> float:
    """How well what was said is found in what was heard, 0 to 1: half-second pieces are looked for at any delay (a gap
    or a dropped frame shifts what follows), and the middle one of their best normalised cross-correlations counts."""
    size = INNER_RATE_HZ // 2
    spoken = samples(said.pcm)
    pieces = [spoken[at : at + size] for at in range(0, len(spoken) - size + 1, size)]
    found = [_found(samples(heard), piece) for piece in pieces if np.sqrt(np.mean(piece**2)) > 6 * AUDIBLE]
    return float(np.median(found))


def _found(long: npt.NDArray[np.float64], short: npt.NDArray[np.float64]) -> float:
    if len(long) < len(short):
        return 0.0
    size = 1 << int(np.ceil(np.log2(len(long) + len(short))))
    across = np.fft.irfft(np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size)), size)
    across = across[: len(long) - len(short) + 1]
    summed = np.concatenate([[0.0], np.cumsum(long**2)])
    energy = summed[len(short) :] - summed[: -len(short)]
    alike = np.abs(across) / np.sqrt(np.maximum(energy, 1.0) * np.sum(short**2))
    return float(np.max(alike[energy > np.max(energy) * 0.05], initial=0.0))


def latest(sound: bytes | bytearray, said: Sound, seconds: float = 3.0) -> bytes:
    """The end of a sound in which such words, that are said again and again, are to be found."""
    return bytes(sound[-len(said.pcm) - 2 * int(seconds * INNER_RATE_HZ) :])


@cache
def ear() -> Engines:
    """Our own, for what a person at either end would have understood."""
    return Engines()


def understood(pcm: bytes | bytearray) -> str:
    """What the ear that writes down free speech makes of a sound."""
    (transcript,) = ear().transcribe(Sound(bytes(pcm), INNER_RATE_HZ), INNER_RATE_HZ, [DICTATION])
    return transcript.text
