"""Transfers that Asterisk's dialplan does for a call that it dialled to us, and the way back where nobody answers.

Rule: we end our media socket, and Dial's option `g` takes the caller on in the dialplan, which asks where to
(`Dialplan.next`), dials there, tells us when it is answered, and otherwise dials us again with the caller's channel and
the status: that socket goes on with the call that waits for it. A caller who is put through is Asterisk's alone.
Leaves out: calls in Stasis, which are put through by ARI (`voice/lines/stasis`).
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from voice.lines import Closed, LineError, Ring, TransferEnded
from voice.lines.asterisk import AsteriskWire, CallFacts
from voice.lines.socket import Limits, Outcome, Socket, first_ring, refuse

GRACE_SECONDS = 20.0
"""After the time to ring, for the dialplan to ask, to dial and to come back."""
_DIALLED = re.compile(r"[0-9*#+]{1,32}", re.ASCII)
_WHY = {"BUSY": "busy", "NOANSWER": "no_answer"}
"""Asterisk's DIALSTATUS; any other is a failure."""

Back = Callable[[Socket, AsteriskWire], Awaitable[None]]
"""Takes the socket over which a caller came back, and returns when it is needed no more."""


@dataclass(slots=True)
class _Waiting:
    """A call whose caller is in the dialplan."""

    wanted: str
    """Where to, as the dialplan is told; "" once it was."""
    outcome: asyncio.Future[Outcome]
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """The call has ended."""


class Dialplan:
    """What is under way there, by the caller's channel."""

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}

    def remote(self, socket: Socket, wire: AsteriskWire) -> DialplanRemote:
        """For one call."""
        return DialplanRemote(self._waiting, socket, wire)

    def next(self, channel: str) -> str:
        """Told once."""
        waiting = self._waiting.get(channel)
        if waiting is None:
            return ""
        wanted, waiting.wanted = waiting.wanted, ""
        return wanted

    def outcome(self, channel: str, status: str) -> None:
        """What the dialplan tells while the caller is still there."""
        waiting = self._waiting.get(channel)
        if waiting is None or waiting.outcome.done():
            return
        match status:
            case "ANSWER":
                waiting.outcome.set_result(Outcome(TransferEnded(connected=True, why="answered")))
            case "CANCEL":
                waiting.outcome.set_result(Outcome(Closed("caller")))

    def back(self, facts: CallFacts, status: str) -> Back | None:
        """How a socket is taken that brings a caller back; None: it brings a new call."""
        waiting = self._waiting.get(facts.channel) if status else None
        if waiting is None or waiting.outcome.done():
            return None

        async def take(socket: Socket, wire: AsteriskWire) -> None:
            limits = Limits()
            try:
                async with asyncio.timeout(limits.first_seconds):
                    ring = await first_ring(socket, wire)
            except (TimeoutError, LineError) as error:
                await refuse(socket, wire, str(error) or "no MEDIA_START", limits)
                return
            except ConnectionError:
                return
            if ring is None or waiting.outcome.done():
                return
            told = TransferEnded(connected=False, why=_WHY.get(status, "failed"))
            waiting.outcome.set_result(Outcome(told, (socket, wire)))
            await waiting.over.wait()

        return take


class DialplanRemote:
    """`voice.lines.wire.Remote` of one call that was dialled to us."""

    def __init__(self, waiting: dict[str, _Waiting], socket: Socket, wire: AsteriskWire) -> None:
        self._waiting = waiting
        self._socket = socket
        self._wire = wire
        self._mine: list[_Waiting] = []

    async def transfer(self, ring: Ring, to: str, ring_seconds: float) -> Outcome:
        channel = self._wire.facts.channel
        farewell = self._wire.farewell("us")
        if not channel or not self._wire.facts.onward or farewell is None:
            return Outcome(TransferEnded(connected=False, why="unsupported"))
        if not _DIALLED.fullmatch(to):
            raise LineError(f"{ascii(to)[:60]} cannot be dialled: digits, * and # can")
        wanted = f"{to},{math.ceil(ring_seconds)}"
        waiting = _Waiting(wanted, asyncio.get_running_loop().create_future())
        self._waiting[channel] = waiting
        self._mine.append(waiting)
        try:
            await self._socket.send(farewell)
            async with asyncio.timeout(ring_seconds + GRACE_SECONDS):
                outcome = await waiting.outcome
        except ConnectionError:
            outcome = Outcome(Closed("caller"))
        except TimeoutError:
            outcome = Outcome(Closed("lost"))
        finally:
            del self._waiting[channel]
        if outcome.back is not None:
            self._socket, wire = outcome.back
            assert isinstance(wire, AsteriskWire)
            self._wire = wire
        return outcome

    async def hang_up(self, ring: Ring) -> None:
        """HANGUP over the socket has done that."""

    def end(self) -> None:
        """The sockets over which the caller came back are needed no more."""
        for waiting in self._mine:
            waiting.over.set()
