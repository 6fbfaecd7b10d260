"""A call over SIP as the call process sees it: what rang, or was placed by us, and the `Line` that it becomes once it
is answered.

Rule: orders are written to the agent's pipe at once and wait for nothing; what the agent tells comes in order, and
after `Closed` nothing more comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from voice.lines import (
    Audio,
    Closed,
    Incoming,
    Key,
    Marked,
    NotReached,
    OnHold,
    Quality,
    Ring,
    SecondSound,
    SecondStood,
    TransferEnded,
)
from voice.lines.sip import pipe
from voice.lines.sip.pipe import Order, Rang, Told

Send = Callable[[Order], None]
Extension = Callable[[str], str]
"""SIP URI of an extension or number."""


class Rung:
    """A call that rang, from its first message to its last."""

    def __init__(self, rang: Rang, send: Send, extension: Extension) -> None:
        self.rang = rang
        self._send = send
        self._extension = extension
        self._called = ""
        self._decided: asyncio.Future[SipLine | None] = asyncio.get_running_loop().create_future()
        self._gone = asyncio.Event()

    def ring(self, called: str) -> Ring:
        """As far as it is known before it is answered; `called` is the one of its numbers that counts."""
        return self._ring(called, "", 8000)

    def _ring(self, called: str, codec: str, rate_hz: int) -> Ring:
        rang = self.rang
        return Ring(
            called=called,
            caller=rang.caller,
            line="sip",
            line_call_id=rang.call_id,
            rate_hz=rate_hz,
            forwarded_from=rang.forwarded_from,
            forwarded_why=rang.forwarded_why,
            withheld=rang.withheld,
            codec=codec,
        )

    def refuse(self, code: int) -> None:
        """Do not take it; `code` is SIP's."""
        self._send(pipe.Refuse(self.rang.call, code))

    async def answer(self, called: str) -> SipLine | None:
        """Take it. None: the caller had gone before it was answered."""
        self._called = called
        self._send(pipe.Answer(self.rang.call))
        return await self._decided

    async def gone(self) -> None:
        """Returns when nothing is left of it, not even a bridge."""
        await self._gone.wait()

    def take(self, told: Told) -> None:
        """What the agent tells of it."""
        match told:
            case pipe.Answered() if not self._decided.done():
                ring = self._ring(self._called, told.codec, told.rate_hz)
                self._decided.set_result(SipLine(ring, told.call, self._send, self._extension))
            case pipe.Ended() | pipe.Gone() if not self._decided.done():
                self._decided.set_result(None)
        line = self._decided.result() if self._decided.done() and not self._decided.cancelled() else None
        if line is not None:
            line.take(told)
        if isinstance(told, pipe.Gone):
            self._gone.set()


class Placed:
    """A call of ours, from its first message to its last."""

    def __init__(self, call: int, send: Send, extension: Extension) -> None:
        self._call = call
        self._send = send
        self._extension = extension
        self._to = ""
        self._decided: asyncio.Future[SipLine | NotReached] = asyncio.get_running_loop().create_future()

    async def reach(self, to: str, ring_seconds: float) -> SipLine | NotReached:
        """As `Outward.place`."""
        self._to = to
        self._send(pipe.Place(self._call, self._extension(to), ring_seconds))
        try:
            return await self._decided
        except asyncio.CancelledError:
            self._send(pipe.HangUp(self._call))
            raise

    def take(self, told: Told) -> None:
        """What the agent tells of it."""
        if self._decided.cancelled():
            return
        if self._decided.done():
            line = self._decided.result()
            if isinstance(line, SipLine):
                line.take(told)
        elif isinstance(told, pipe.Answered):
            ring = Ring(self._to, "", "sip", "", told.rate_hz, codec=told.codec)
            self._decided.set_result(SipLine(ring, told.call, self._send, self._extension))
        elif isinstance(told, pipe.Ended | pipe.Gone):
            self._decided.set_result(_not_reached(told.why if isinstance(told, pipe.Ended) else "failed"))


def _not_reached(why: str) -> NotReached:
    match why:
        case "busy" | "no_answer":
            return NotReached(why)
        case "lost":
            return NotReached("down")
    return NotReached("failed")


class SipLine:
    """A `Line`, and `Second`."""

    def __init__(self, ring: Ring, call: int, send: Send, extension: Extension) -> None:
        self._ring = ring
        self._call = call
        self._send = send
        self._extension = extension
        self._inbox: asyncio.Queue[Incoming] = asyncio.Queue()
        self._closed = False

    @property
    def ring(self) -> Ring:
        return self._ring

    async def receive(self) -> Incoming:
        return await self._inbox.get()

    def play(self, pcm: bytes) -> None:
        if pcm:
            self._order(pipe.Play(self._call, pcm))

    def mark(self, name: str) -> None:
        self._order(pipe.Mark(self._call, name))

    def clear(self) -> None:
        self._order(pipe.Clear(self._call))

    def transfer(self, to: str, ring_seconds: float) -> None:
        self._order(pipe.Transfer(self._call, self._extension(to), ring_seconds))

    def dial(self, to: str, ring_seconds: float) -> None:
        self._order(pipe.Dial(self._call, self._extension(to), ring_seconds))

    def speak(self, pcm: bytes) -> None:
        self._order(pipe.Speak(self._call, pcm))

    def drop(self) -> None:
        self._order(pipe.Drop(self._call))

    def hang_up(self) -> None:
        self._order(pipe.HangUp(self._call))
        self._hear(Closed("us"))

    def take(self, told: Told) -> None:
        """What the agent tells."""
        match told:
            case pipe.Sound():
                self._hear(Audio(told.pcm))
            case pipe.Pressed():
                self._hear(Key(told.digit))
            case pipe.Holds():
                self._hear(OnHold(told.on))
            case pipe.Reached():
                self._hear(Marked(told.name))
            case pipe.TransferOver():
                self._hear(TransferEnded(told.connected, told.why))
            case pipe.Overheard():
                self._hear(SecondSound(told.pcm))
            case pipe.Reply():
                self._hear(SecondStood(told.state))
            case pipe.Counted():
                self._hear(Quality(told.packets, told.lost, told.jitter_ms, told.mos))
            case pipe.Ended():
                self._hear(Closed(told.why))

    def _order(self, order: Order) -> None:
        if not self._closed:
            self._send(order)

    def _hear(self, told: Incoming) -> None:
        if not self._closed:
            self._closed = isinstance(told, Closed)
            self._inbox.put_nowait(told)
