"""A telephone line within one process: the receptionist's `Line` at one end, a simulated caller at the other.

Rule: all time is the event loop's own, so on a loop with virtual time a call takes no longer than its computing. Sound
really passes the codec, both ways; what the receptionist plays is heard at 20 ms a frame however fast it was handed
over, and a mark comes back when the sound before it has been heard. `delay_seconds` lies between the ends, each way.
Leaves out: band filter, noise and packet loss, which belong to the simulated caller.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from voice.audio import frame_bytes
from voice.g711 import alaw_decode, alaw_encode, ulaw_decode, ulaw_encode
from voice.lines import Audio, Closed, Incoming, Key, Marked, Ring, TransferEnded

Codec = Literal["mulaw", "alaw", "wide"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """How an extension takes a transfer."""

    why: Literal["answered", "no_answer", "busy", "failed"]
    after_seconds: float = 0.0
    """For "no_answer" the ring's own length is taken."""


def loopback(
    ring: Ring, codec: Codec = "mulaw", delay_seconds: float = 0.0, answers: Sequence[Answer] = ()
) -> tuple[LoopbackLine, FarEnd]:
    """The two ends of a new call. Transfers are answered by `answers` in turn; after the last, nobody answers.

    Call it within a running event loop. Raises ValueError if the ring's rate is not the codec's.
    """
    rate_hz = 16_000 if codec == "wide" else 8_000
    if ring.rate_hz != rate_hz:
        raise ValueError(f"{codec} carries {rate_hz} Hz, the ring says {ring.rate_hz}")
    line = LoopbackLine(ring, codec)
    far = FarEnd(ring, codec, answers)
    line.connect(_Wire(delay_seconds, far.take))
    far.connect(_Wire(delay_seconds, line.take))
    return line, far


@dataclass(frozen=True, slots=True)
class _Play:
    coded: bytes


@dataclass(frozen=True, slots=True)
class _Mark:
    name: str


@dataclass(frozen=True, slots=True)
class _Clear:
    pass


@dataclass(frozen=True, slots=True)
class _Transfer:
    to: str
    ring_seconds: float


@dataclass(frozen=True, slots=True)
class _End:
    pass


_Order = _Play | _Mark | _Clear | _Transfer | _End


class _Wire(Generic[T]):
    """One direction: what goes in comes out after the delay, in order."""

    def __init__(self, delay_seconds: float, deliver: Callable[[T], None]) -> None:
        self._delay_seconds = delay_seconds
        self._deliver = deliver
        self._under_way: deque[tuple[float, T]] = deque()

    def send(self, thing: T) -> None:
        loop = asyncio.get_running_loop()
        self._under_way.append((loop.time() + self._delay_seconds, thing))
        if len(self._under_way) == 1:
            loop.call_at(self._under_way[0][0], self._arrive)

    def _arrive(self) -> None:
        loop = asyncio.get_running_loop()
        due = self._under_way[0][0]
        while self._under_way and self._under_way[0][0] <= due:
            self._deliver(self._under_way.popleft()[1])
        if self._under_way:
            loop.call_at(self._under_way[0][0], self._arrive)


class LoopbackLine:
    """The receptionist's end: a `Line`."""

    def __init__(self, ring: Ring, codec: Codec) -> None:
        self._ring = ring
        self._codec = codec
        self._inbox: asyncio.Queue[Incoming] = asyncio.Queue()
        self._closed = False

    def connect(self, wire: _Wire[_Order]) -> None:
        self._wire = wire

    @property
    def ring(self) -> Ring:
        return self._ring

    async def receive(self) -> Incoming:
        return await self._inbox.get()

    def play(self, pcm: bytes) -> None:
        if pcm and not self._closed:
            self._wire.send(_Play(_encode(self._codec, pcm)))

    def mark(self, name: str) -> None:
        if not self._closed:
            self._wire.send(_Mark(name))

    def clear(self) -> None:
        if not self._closed:
            self._wire.send(_Clear())

    def transfer(self, to: str, ring_seconds: float) -> None:
        if not self._closed:
            self._wire.send(_Transfer(to, ring_seconds))

    def hang_up(self) -> None:
        if not self._closed:
            self._wire.send(_End())
            self.take(Closed("us"))

    def take(self, told: Incoming) -> None:
        """What comes over the wire; sound is still coded."""
        if self._closed:
            return
        if isinstance(told, Audio):
            told = Audio(_decode(self._codec, told.pcm))
        self._closed = isinstance(told, Closed)
        self._inbox.put_nowait(told)


class FarEnd:
    """The caller's end of the line."""

    def __init__(self, ring: Ring, codec: Codec, answers: Sequence[Answer]) -> None:
        self.transfers: list[tuple[str, float]] = []
        """Every transfer that was tried: to whom, and for how many seconds it was to ring."""
        self._codec = codec
        self._answers = deque(answers)
        self._heard: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._over = False
        self._buffer: deque[bytes | str] = deque()
        """Frames to be heard (coded) and names of marks."""
        self._bytes_per_second = ring.rate_hz * (2 if codec == "wide" else 1)
        self._frame_bytes = frame_bytes(ring.rate_hz) // (1 if codec == "wide" else 2)
        self._busy_until: float | None = None
        """End of the frame being heard, loop time."""

    def connect(self, wire: _Wire[Incoming]) -> None:
        self._wire = wire

    def send(self, pcm: bytes) -> None:
        """The caller's voice, 16-bit mono at the ring's rate; the caller of `send` paces it."""
        if pcm and not self._over:
            self._wire.send(Audio(_encode(self._codec, pcm)))

    def press(self, digit: str) -> None:
        if not self._over:
            self._wire.send(Key(digit))

    def hang_up(self) -> None:
        if not self._over:
            self._wire.send(Closed("caller"))
            self._end()

    async def receive(self) -> bytes | None:
        """One frame of what the receptionist plays, as it begins to be heard; None: the call is over."""
        return await self._heard.get()

    def take(self, order: _Order) -> None:
        """What comes over the wire."""
        if self._over:
            return
        match order:
            case _Play(coded):
                size = self._frame_bytes
                self._buffer.extend(coded[start : start + size] for start in range(0, len(coded), size))
            case _Mark(name):
                self._buffer.append(name)
            case _Clear():
                marks = [thing for thing in self._buffer if isinstance(thing, str)]
                self._buffer.clear()
                for name in marks:
                    self._wire.send(Marked(name))
            case _Transfer(to, ring_seconds):
                self._ring_up(to, ring_seconds)
            case _End():
                self._end()
        if self._busy_until is None:
            self._play_on(asyncio.get_running_loop().time())

    def _play_on(self, now: float) -> None:
        """Marks whose turn has come go back; then the next frame begins to be heard at `now`."""
        self._busy_until = None
        while self._buffer:
            thing = self._buffer.popleft()
            if isinstance(thing, str):
                self._wire.send(Marked(thing))
                continue
            self._heard.put_nowait(_decode(self._codec, thing))
            self._busy_until = now + len(thing) / self._bytes_per_second
            asyncio.get_running_loop().call_at(self._busy_until, self._play_on, self._busy_until)
            return

    def _ring_up(self, to: str, ring_seconds: float) -> None:
        self.transfers.append((to, ring_seconds))
        answer = self._answers.popleft() if self._answers else Answer("no_answer")
        after = ring_seconds if answer.why == "no_answer" else answer.after_seconds
        asyncio.get_running_loop().call_later(after, self._transferred, answer)

    def _transferred(self, answer: Answer) -> None:
        if not self._over:
            self._wire.send(TransferEnded(connected=answer.why == "answered", why=answer.why))

    def _end(self) -> None:
        self._over = True
        self._buffer.clear()
        self._heard.put_nowait(None)


_ENCODERS: Mapping[Codec, Callable[[bytes], bytes]] = {"mulaw": ulaw_encode, "alaw": alaw_encode, "wide": bytes}
_DECODERS: Mapping[Codec, Callable[[bytes], bytes]] = {"mulaw": ulaw_decode, "alaw": alaw_decode, "wide": bytes}


def _encode(codec: Codec, pcm: bytes) -> bytes:
    return _ENCODERS[codec](pcm)


def _decode(codec: Codec, coded: bytes) -> bytes:
    return _DECODERS[codec](coded)
