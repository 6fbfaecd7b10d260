"""Calls that the dialplan gives to Stasis(): answered, joined with a channel that carries their sound, put through.

Rule: each call has a bridge of its own in which the caller meets whoever speaks with him: first the channel of our
media, later perhaps an extension. Nobody leaves the caller alone in it: when one of two has gone the other is hung up,
and an extension that does not answer leaves the caller with us. A pair that we have put through outlives us.
What Asterisk does not tell us because its events are interrupted, the media socket's end does.
Leaves out: requests and events (`voice/lines/ari`), media (`voice/lines/asterisk`, `voice/lines/audiosocket`).
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
import secrets
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from voice.lines import Closed, LineError, Ring, TransferEnded
from voice.lines.ari import Ari, Channel, Told
from voice.lines.asterisk import FORMATS, AsteriskWire, CallFacts, facts_of
from voice.lines.audiosocket import Awaited
from voice.lines.client_socket import media_socket
from voice.lines.socket import Serve, carry
from voice.lines.wire import Outcome

log = logging.getLogger(__name__)

OURS = "denwaban-"
"""Ids of channels and bridges that we make begin so."""
ENTER_SECONDS = 5.0
"""Between the making of our media channel and its coming."""
GRACE_SECONDS = 3.0
"""After the time to ring, for Asterisk itself to give up."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds between attempts to hear Asterisk's events again."""
BUSY_CAUSES = {17, 21}
"""Q.850: busy; rejected, by the button on the telephone."""
SILENT_CAUSES = {0, 16, 18, 19, 26, 102, 127}
"""Q.850: no answer in its spellings; how a channel ends that we, or the time to ring, gave up."""
_DIALLED = re.compile(r"[0-9*#+]{1,32}", re.ASCII)
_STATUS = {"BUSY": "busy", "NOANSWER": "no_answer", "CONGESTION": "failed", "CHANUNAVAIL": "failed"}


class Guard(Protocol):
    """Who may come in."""

    def refuses(self, ring: Ring) -> Literal["", "full", "stopping"]:
        """Asked before a call is answered; "" = it may be."""
        ...

    def one(self) -> AbstractContextManager[None]:
        """Around a connection that carries a call's sound."""
        ...


@dataclass(slots=True)
class Leg:
    """One channel that matters to us, as its events tell."""

    id: str
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    cause: int = 0
    dial_status: str = ""

    def why(self) -> str:
        """Why it was not answered."""
        if self.dial_status in _STATUS:
            return _STATUS[self.dial_status]
        if self.cause in BUSY_CAUSES:
            return "busy"
        return "no_answer" if self.cause in SILENT_CAUSES else "failed"


class Exchange:
    """One Asterisk, its events and the calls that it gives us; also the `Remote` of these calls."""

    def __init__(self, ari: Ari, serve: Serve, guard: Guard, awaited: Awaited, audiosocket: str = "") -> None:
        """`audiosocket`: host:port at which Asterisk reaches ours."""
        self.ari = ari
        self.serve = serve
        self.awaited = awaited
        self.audiosocket = audiosocket
        self.connected = False
        self.trouble = ""
        """Why it is not connected; "" = it has not been tried yet."""
        self.ended = "us"
        """How the last call did: `Closed.why`."""
        self._guard = guard
        self._legs: dict[str, Leg] = {}
        self._calls: dict[str, StasisCall] = {}
        """By `Ring.line_call_id`."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Takes calls until cancelled; comes back by itself where Asterisk is away."""
        wait = FIRST_WAIT
        try:
            while True:
                try:
                    async for told in self.ari.events():
                        if told is None:
                            self.connected, self.trouble, wait = True, "", FIRST_WAIT
                        else:
                            self._take(told)
                except LineError as error:
                    if str(error) != self.trouble:
                        log.warning("%s", error)
                    self.connected, self.trouble = False, str(error)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
        finally:
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)

    async def transfer(self, ring: Ring, to: str, ring_seconds: float) -> Outcome:
        call = self._calls.get(ring.line_call_id)
        if call is None:
            return Outcome(TransferEnded(connected=False, why="unsupported"))
        return await call.transfer(to, ring_seconds)

    async def hang_up(self, ring: Ring) -> None:
        call = self._calls.get(ring.line_call_id)
        if call is not None:
            await self.ari.hang_up(call.caller.id)

    def leg(self, channel: str) -> Leg:
        """Watch a channel, from before it is there."""
        return self._legs.setdefault(channel, Leg(channel))

    def forget(self, channel: str) -> None:
        self._legs.pop(channel, None)

    def name(self, call: StasisCall, line_call_id: str) -> None:
        """From now on the line of that name is this call's."""
        self._calls[line_call_id] = call

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """A task of its own: what one call suffers is no concern of the others."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("a call of Asterisk ended by a fault of the program: %s", type(fault).__name__)

    def _take(self, told: Told) -> None:
        leg = self._legs.get(told.channel.id)
        match told.kind:
            case "StasisStart" if leg is not None:
                leg.entered.set()
            case "StasisStart" if told.channel.id.startswith(OURS):
                self._begin(self._drop(told.channel.id))  # it answered when nobody waited for it any more
            case "StasisStart":
                self._begin(self._live(told))
            case "StasisEnd" | "ChannelDestroyed" if leg is not None:
                leg.cause = told.cause or leg.cause
                leg.left.set()
            case "Dial" if leg is not None:
                leg.dial_status = told.dial_status or leg.dial_status

    async def _drop(self, channel: str) -> None:
        try:
            await self.ari.hang_up(channel)
        except LineError as error:
            log.warning("%s", error)

    async def _live(self, told: Told) -> None:
        """One call, to its end."""
        facts = facts_of_stasis(told)
        ring = facts.ring(told.channel.id, FORMATS[self.ari.account.format])
        if refusal := self._guard.refuses(ring):
            try:
                await self.ari.hang_up(told.channel.id, "busy" if refusal == "full" else "congestion")
            except LineError as error:
                log.warning("%s", error)
            return
        call = StasisCall(self, self.leg(told.channel.id), facts)
        try:
            await call.live(self._guard)
            await call.watch()
        except LineError as error:
            if not call.caller.left.is_set():
                log.warning("Asterisk call %s ended: %s", told.channel.id, error)
        finally:
            await call.end()
            for name in [name for name, each in self._calls.items() if each is call]:
                del self._calls[name]


def facts_of_stasis(told: Told) -> CallFacts:
    """From the arguments of Stasis(denwaban,to=…,from=…); what they leave out, from the channel itself."""
    given = dict(arg.partition("=")[::2] for arg in told.args if "=" in arg)
    channel: Channel = told.channel
    return facts_of({"to": channel.exten, "from": channel.caller, **channel.variables, **given, "channel": channel.id})


class StasisCall:
    """One call's channels and their bridge."""

    def __init__(self, exchange: Exchange, caller: Leg, facts: CallFacts) -> None:
        self.caller = caller
        self._exchange = exchange
        self._ari = exchange.ari
        self._facts = facts
        mark = secrets.token_hex(6)
        self._bridge = f"{OURS}{mark}"
        self._media = exchange.leg(f"{OURS}media-{mark}")
        self._partner: Leg | None = None

    async def live(self, guard: Guard) -> None:
        """Until our media has ended. Raises LineError."""
        await self._ari.answer(self.caller.id)
        await self._ari.bridge(self._bridge)
        await self._ari.join(self._bridge, self.caller.id)
        watching = asyncio.create_task(self._follow_the_caller())
        try:
            if self._ari.account.media == "audiosocket":
                await self._over_audiosocket()
            else:
                with guard.one():
                    await self._over_websocket()
        finally:
            watching.cancel()

    async def _over_websocket(self) -> None:
        """We connect to Asterisk."""
        way = {"encapsulation": "none", "connection_type": "server"}
        media = await self._ari.external_media(self._media.id, "INCOMING", "websocket", **way)
        name = "MEDIA_WEBSOCKET_CONNECTION_ID"
        connection = media.variables.get(name) or await self._ari.variable(self._media.id, name)
        told = {"call": self.caller.id, "to": self._facts.to, "from": self._facts.caller}
        told |= {"forwarded": self._facts.forwarded, "why": self._facts.why, "pres": self._facts.presentation}
        wire = AsteriskWire(told)
        self._exchange.name(self, self.caller.id)
        async with media_socket(self._ari.account.sockets, connection) as socket:
            await self._join_media()
            closed = await carry(socket, wire, self._exchange.serve, remote=self._exchange)
        for complaint in wire.errors:
            log.warning("Asterisk complained in call %s: %s", self.caller.id, complaint)
        self._exchange.ended = closed.why
        _log_end(self.caller.id, closed)

    async def _over_audiosocket(self) -> None:
        """Asterisk connects to us; that connection lives the call, and its end is the media channel's."""
        key = self._exchange.awaited.register(str(uuid.uuid4()), self._facts)
        self._exchange.name(self, key)
        way = {"encapsulation": "audiosocket", "data": key}
        await self._ari.external_media(self._media.id, self._exchange.audiosocket, "tcp", **way)
        await self._join_media()
        await self._media.left.wait()

    async def _join_media(self) -> None:
        try:
            async with asyncio.timeout(ENTER_SECONDS):
                await self._media.entered.wait()
        except TimeoutError as error:
            raise LineError(f"our media channel did not come within {ENTER_SECONDS:g} seconds") from error
        await self._ari.join(self._bridge, self._media.id)

    async def _follow_the_caller(self) -> None:
        """The caller's end is the media's, which tells the line."""
        await self.caller.left.wait()
        await _suppressed(self._ari.hang_up, self._media.id)

    async def transfer(self, to: str, ring_seconds: float) -> Outcome:
        """Ring up an extension and join it; the caller hears it ring, and stays with us unless it answers."""
        if not _DIALLED.fullmatch(to):
            raise LineError(f"{ascii(to)[:60]} cannot be dialled: digits, * and # can")
        leg = self._exchange.leg(f"{OURS}to-{secrets.token_hex(6)}")
        account = self._ari.account
        try:
            await _suppressed(lambda channel: self._ari.ring(channel, on=True), self.caller.id)
            endpoint, rings = account.transfer.replace("{}", to), math.ceil(ring_seconds)
            await self._ari.originate(leg.id, endpoint, self._facts.caller, self.caller.id, rings)
            outcome = await self._answered(leg, ring_seconds)
            if isinstance(outcome.told, TransferEnded) and outcome.told.connected:
                await self._ari.join(self._bridge, leg.id)
                self._partner = leg
            return outcome
        finally:
            await _suppressed(lambda channel: self._ari.ring(channel, on=False), self.caller.id)
            if self._partner is not leg:
                await _suppressed(self._ari.hang_up, leg.id)
                self._exchange.forget(leg.id)

    async def _answered(self, leg: Leg, ring_seconds: float) -> Outcome:
        await _first((leg.entered, leg.left, self.caller.left), ring_seconds + GRACE_SECONDS)
        if self.caller.left.is_set():
            return Outcome(Closed("caller"))
        if leg.entered.is_set() and not leg.left.is_set():
            return Outcome(TransferEnded(connected=True, why="answered"))
        return Outcome(TransferEnded(connected=False, why=leg.why()))

    async def watch(self) -> None:
        """Until one of two who were put through has gone."""
        if self._partner is not None:
            await _first((self._partner.left, self.caller.left), None)

    async def end(self) -> None:
        """Nobody stays behind, but a pair that is still speaking when we are stopped."""
        legs = [self._media, self.caller, *([self._partner] if self._partner else [])]
        speaking = self._partner is not None and not (self._partner.left.is_set() or self.caller.left.is_set())
        for leg in legs[:1] if speaking else legs:
            if not leg.left.is_set():
                await _suppressed(self._ari.hang_up, leg.id)
        if not speaking:
            await _suppressed(self._ari.end_bridge, self._bridge)
        for leg in legs:
            self._exchange.forget(leg.id)


def _log_end(channel: str, closed: Closed) -> None:
    if closed.why not in ("caller", "us"):
        log.warning("Asterisk call %s ended: %s", channel, closed.why)


async def _suppressed(order: Callable[[str], Awaitable[None]], channel: str) -> None:
    """What may fail because it is done already."""
    try:
        await order(channel)
    except LineError as error:
        log.info("%s", error)


async def _first(events: tuple[asyncio.Event, ...], seconds: float | None) -> None:
    """Returns once one of them is set, or the time is over."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
