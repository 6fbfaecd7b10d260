"""Calls that a carrier puts through for us: what was ordered, what its webhooks tell of it, and the way back.

Rule: each transfer has a ticket that nobody can guess, which stands in every address the carrier is given for it. Its
outcome is told once, by whichever comes first: somebody answered, the caller hung up, or the caller is back over a new
socket. Where nothing is told in good time the outcome is unknown, and the call is left alone.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.lines.carrier_settings import CarrierSettings
from voice.lines import Closed, LineError, Ring, TransferEnded
from voice.lines.carrier import Dialled, Ringing
from voice.lines.numbers import international, is_extension
from voice.lines.rest import Rest
from voice.lines.socket import Limits, Outcome, Socket, Wire, first_ring, refuse
from voice.lines.streams import Facts

TELLING_SECONDS = 12.0
"""From the order to the outcome, besides the ringing: the set-up of the other call and the carrier's way back. Shorter
than the dialogue's own patience (`bot/dialogue/repair.TRANSFER_MARGIN_SECONDS`), which would speak to nobody."""
BEGIN_SECONDS = 5.0
"""From the order to the carrier's question whom to ring. Where it does not ask, the caller has hung up, or our address
cannot be reached."""
MOST_EXPECTED = 1000
"""Calls whose webhook was answered and whose socket has not come. Beyond it the oldest is forgotten."""


class Expected:
    """Sockets that are to come: what the webhook said of each call, by the ticket in the socket's address."""

    def __init__(self) -> None:
        self._facts: OrderedDict[str, Facts] = OrderedDict()

    def ticket(self, facts: Facts) -> str:
        """For one socket."""
        ticket = secrets.token_urlsafe(16)
        self._facts[ticket] = facts
        while len(self._facts) > MOST_EXPECTED:
            self._facts.popitem(last=False)
        return ticket

    def take(self, ticket: str) -> Facts | None:
        """Once; None: no such socket is expected."""
        return self._facts.pop(ticket, None)


@dataclass(slots=True)
class Transfer:
    """One that is under way."""

    to: str
    """+81… or a SIP URI."""
    ring_seconds: float
    outcome: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    why: Dialled = "no_answer"
    """Why nobody took it."""
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    """The carrier has asked whom to ring."""

    async def ended(self) -> Outcome:
        """Waits for the outcome. Raises LineError: it was not begun."""
        try:
            async with asyncio.timeout(BEGIN_SECONDS):
                await self.begun.wait()
        except TimeoutError:
            raise LineError("the carrier did not ask whom to ring") from None
        try:
            async with asyncio.timeout(self.ring_seconds + TELLING_SECONDS - BEGIN_SECONDS):
                return await asyncio.shield(self.outcome)
        except TimeoutError:
            return Outcome(Closed("lost"))

    def told(self, outcome: Outcome) -> None:
        """The first word stands."""
        self.begun.set()
        if not self.outcome.done():
            self.outcome.set_result(outcome)

    def answered(self) -> None:
        self.told(Outcome(TransferEnded(connected=True, why="answered")))

    def gone(self) -> None:
        """The caller hung up while it rang."""
        self.told(Outcome(Closed("caller")))

    def back(self, socket: Socket, wire: Wire) -> None:
        self.told(Outcome(TransferEnded(connected=False, why=self.why), (socket, wire)))


class Transfers:
    """Those of all calls, by ticket."""

    def __init__(self) -> None:
        self._under_way: dict[str, tuple[Transfer, asyncio.Event]] = {}

    @contextmanager
    def one(self, transfer: Transfer, over: asyncio.Event) -> Iterator[str]:
        """Its ticket, good while this lasts. `over`: set when the call has ended."""
        ticket = secrets.token_urlsafe(16)
        self._under_way[ticket] = transfer, over
        try:
            yield ticket
        finally:
            del self._under_way[ticket]

    def find(self, ticket: str) -> Transfer | None:
        found = self._under_way.get(ticket)
        return found[0] if found else None

    def over(self, ticket: str) -> asyncio.Event | None:
        """Until when the socket that came back must be kept."""
        found = self._under_way.get(ticket)
        return found[1] if found else None


def destination(to: str, settings: CarrierSettings) -> str:
    """What the carrier can ring: +81… or a SIP URI; "" = it cannot ring that."""
    if is_extension(to):
        return settings.transfer.replace("{}", to) if settings.transfer else ""
    return international(to)


def ringing(transfer: Transfer, caller_id: str, answered_url: str, ended_url: str) -> Ringing:
    """The order for the carrier."""
    return Ringing(transfer.to, max(5, round(transfer.ring_seconds)), caller_id, answered_url, ended_url)


class RestRemote:
    """A `Remote` that orders the carrier about by its REST interface; for one call."""

    def __init__(
        self, rest: Rest, settings: CarrierSettings, transfers: Transfers, address: str, call_id: str = ""
    ) -> None:
        """`address`: of the carrier's webhooks, under the public origin; `call_id`: by which the carrier knows the
        call, where that is another than the line's."""
        self.over = asyncio.Event()
        self._call_id = call_id
        self._rest = rest
        self._settings = settings
        self._transfers = transfers
        self._address = address

    async def transfer(self, ring: Ring, to: str, ring_seconds: float) -> Outcome:
        """The carrier asks /dial what to do, tells /answered and /ended, and comes back to /back."""
        where = destination(to, self._settings)
        if not where:
            return Outcome(TransferEnded(connected=False, why="unsupported"))
        transfer = Transfer(where, ring_seconds)
        with self._transfers.one(transfer, self.over) as ticket:
            await self._rest.redirect(self._call_id or ring.line_call_id, f"{self._address}/dial/{ticket}")
            return await transfer.ended()

    async def hang_up(self, ring: Ring) -> None:
        await self._rest.hang_up(self._call_id or ring.line_call_id)


async def begins(socket: Socket, wire: Wire, transfer: Transfer) -> bool:
    """Whether the caller is there; then the waiting line has the socket."""
    limits = Limits()
    try:
        async with asyncio.timeout(limits.first_seconds):
            found = await first_ring(socket, wire)
    except TimeoutError:
        await refuse(socket, wire, f"no call within {limits.first_seconds:g} seconds", limits)
        return False
    except LineError as error:
        await refuse(socket, wire, str(error), limits)
        return False
    except ConnectionError:
        return False
    if found is None:
        transfer.gone()
        return False
    if transfer.outcome.done():
        return False
    transfer.back(socket, wire)
    return True
