"""One call in the agent's process: how it rings, is answered, is put through, and ends.

Rule: the stack's words for why a call ended are not ours, so they are translated in one place; whatever happens,
`Ended` is told once and `Gone` last. A transfer is asked of the far end (REFER). A second telephone may be rung first,
for somebody of ours to listen to or to speak with; a transfer then joins the caller with it.
Leaves out: the account, which calls there are (`agent`), and the second leg itself (`partner`).
"""

from __future__ import annotations

import asyncio
import contextlib

from baresip import BaresipError
from baresip.call import Call
from baresip.errors import TransferFailed
from baresip.events import Event, StackEvent

from voice.lines.sip.dialogs import within
from voice.lines.sip.headers import Facts, SipMessage, facts
from voice.lines.sip.leg import Leg
from voice.lines.sip.partner import Partner, Ringing, Surroundings, button, listen, outcome_of
from voice.lines.sip.pipe import Answered, Counted, Ended, Gone, Holds, Overheard, Pressed, Rang, Reply, TransferOver
from voice.lines.sip.stack import StackStream

TRANSFERRED = "Call transfered"
"""The stack's word, misspelt as it is."""
GRACE_SECONDS = 2.0
"""After which a transfer that should have been answered or not is taken to be lost."""


class SipCall:
    """One that rang here."""

    def __init__(self, number: int, call: Call, around: Surroundings, silent_seconds: float) -> None:
        self.number = number
        self.over = asyncio.Event()
        """Nothing is left of it."""
        self.partner: Partner | None = None
        self._call = call
        self._around = around
        self._silent_seconds = silent_seconds
        self._dialog = around.dialogs.keep(call.call_id or "")
        self._established = asyncio.Event()
        self._leg: Leg | None = None
        self._why = ""
        """Of our own ending; "" = the far end's."""
        self._ended = self._nowhere = False
        listen(call, self._happened)

    async def ring(self) -> None:
        """Tell that it rings."""
        if await within(self._dialog.invited) and self._dialog.invite is not None:
            told = facts(self._dialog.invite.message)
        else:
            told = _short(self._call)
        if self._ended:
            return
        numbers = (told.called, told.caller, told.withheld, told.forwarded_from, told.forwarded_why)
        self._around.tell(Rang(self.number, *numbers, self._call.call_id or ""))

    async def answer(self, after_seconds: float) -> None:
        """Take it once it has rung so long."""
        if await _happens(self.over, after_seconds):
            return
        try:
            await self._call.answer(video=True)  # an offer without video stays so; else the stack would re-INVITE
            await self._established.wait()
        except BaresipError:
            await self.hang_up("lost")
            return
        await within(self._dialog.agreed)
        self._around.secure(self._dialog)
        self._dialog.changed = self._moved
        stream = StackStream(self._call.audio)
        if not self._ended and (rate_hz := stream.rate_hz()):
            self._leg = Leg(self.number, stream, rate_hz, self._around.tell)
            self._around.tell(Answered(self.number, self._dialog.codec, rate_hz))
        else:
            await self.hang_up("lost")

    async def refuse(self, code: int) -> None:
        """The caller's side hears `code`; the stack itself knows only 486, which then comes too late to count."""
        self._around.refuse(self._dialog, code)
        with contextlib.suppress(BaresipError):
            await self._call.reject()

    async def hang_up(self, why: str) -> None:
        """End it, unless it is joined to another, which then is how it goes on."""
        if self.partner is not None and self.partner.joined and why == "us":
            return
        self._why = self._why or why
        if self.partner is not None:
            await self.partner.hang_up()
        with contextlib.suppress(BaresipError):
            await self._call.hangup()

    @property
    def leg(self) -> Leg | None:
        """Its sound; None: it is not answered, or the call process has nothing to do with it any more."""
        return None if self._ended else self._leg

    def tick(self, at: float) -> bool:
        """Move its sound; True: a far end has been silent for too long."""
        if self._leg is None or self.over.is_set():
            return False
        self._leg.tick(at)
        lost = self._leg.silent_for(at) > self._silent_seconds
        if (partner := self.partner) is not None:
            partner.tick(at)
            silent = partner.leg is not None and partner.leg.silent_for(at) > self._silent_seconds
            if silent and not partner.joined:
                self._partner_left()
                self._around.start(partner.hang_up())
            lost = lost or (silent and partner.joined)
        return lost

    async def transfer(self, uri: str, ring_seconds: float) -> None:
        """Put the caller through: to the second telephone that is there already, or by REFER; the outcome is told."""
        if self.partner is not None and self.partner.leg is not None and self._leg is not None:
            outcome = "answered" if self.partner.join(self._leg) else "failed"
        else:
            outcome = await self._refer(uri, ring_seconds)
        if self._ended:
            return
        self._around.tell(TransferOver(self.number, outcome == "answered", outcome))
        if outcome == "answered":
            self._end("us")

    async def _refer(self, uri: str, ring_seconds: float) -> str:
        self._dialog.refer_status = 0
        try:
            await self._call.transfer(uri, timeout=ring_seconds + GRACE_SECONDS)
        except TransferFailed as failed:
            accepted = 200 <= self._dialog.refer_status < 300
            return outcome_of(failed.status, "no_answer" if accepted else "failed") if accepted else "failed"
        except (BaresipError, ValueError):
            return "failed"
        return "answered"

    async def dial(self, uri: str, ring_seconds: float) -> None:
        """Ring a second telephone for somebody of ours to speak with; what becomes of it is told."""
        await self.drop()
        leg = self._leg
        if leg is None:
            return
        partner = self.partner = Partner(self._around, self._partner_left)
        partner.tone = Ringing(leg.rate_hz, self._overhear)
        outcome = await partner.reach(uri, ring_seconds)
        if self.partner is not partner:  # it was dropped meanwhile
            return
        partner.tone = None
        if outcome == "answered" and not partner.consult(leg.rate_hz, self._overhear):
            outcome = "failed"
        if outcome != "answered":
            await self.drop()
        self._around.tell(Reply(self.number, outcome))

    def speak(self, pcm: bytes) -> None:
        """Sound of ours for who answered there."""
        if self.partner is not None:
            self.partner.speak(pcm)

    async def drop(self) -> None:
        """Leave the second telephone, unless the caller is joined to it."""
        partner = self.partner
        if partner is not None and not partner.joined:
            self.partner = None
            await partner.hang_up()

    def _overhear(self, pcm: bytes) -> None:
        self._around.tell(Overheard(self.number, pcm))

    def _partner_left(self) -> None:
        partner = self.partner
        if partner is None or self.over.is_set():
            return
        if partner.joined:
            self.partner = None
            self._around.start(self.hang_up("us"))
        elif partner.leg is not None:
            self.partner = None
            self._around.tell(Reply(self.number, "gone"))

    def _happened(self, event: StackEvent) -> None:
        match event.event:
            case Event.CALL_ESTABLISHED:
                self._established.set()
            case Event.CALL_DTMF_START if not self._ended and (digit := button(event)):
                self._around.tell(Pressed(self.number, digit))
            case Event.CALL_HOLD | Event.CALL_RESUME if self._leg is not None:
                self._holds(self._leg, event.event is Event.CALL_HOLD)
            case Event.CALL_CLOSED:
                self._closed(event.text or "")

    def _moved(self) -> None:
        """The far end's sound has."""
        self._around.secure(self._dialog)
        if self._leg is not None and self._nowhere != self._dialog.nowhere:
            self._nowhere = self._dialog.nowhere
            self._holds(self._leg, self._nowhere)

    def _holds(self, leg: Leg, on: bool) -> None:
        if leg.held != on and not self._ended:
            self._around.tell(Holds(self.number, on))
        leg.held = on

    def _closed(self, words: str) -> None:
        if words == TRANSFERRED and not self._ended:
            self._around.tell(TransferOver(self.number, True, "answered"))
            self._why = "us"
        self._end(self._why or why_ended(words))
        self.over.set()
        self._established.set()
        if self.partner is not None:
            self._around.start(self.partner.hang_up())
        self._around.dialogs.forget(self._call.call_id or "")
        self._around.tell(Gone(self.number))

    def _end(self, why: str) -> None:
        """The call process has nothing to do with it any more."""
        if self._ended:
            return
        stats = self._call.final_stats
        if self._leg is not None and stats is not None:
            lost = max(0, stats.rx_lost)  # the jitter buffer's own count takes a pressed key for a gap
            jitter_ms = max(stats.rx_jitter_ms, float(stats.jbuf_jitter_ms or 0))
            mos = min(4.5, stats.mos_estimate)
            self._around.tell(Counted(self.number, stats.rx_packets + lost, lost, jitter_ms, mos))
        self._ended = True
        self._around.tell(Ended(self.number, why))


def why_ended(words: str) -> str:
    """The stack's words for why a call was closed, as `Closed.why`."""
    if words in (TRANSFERRED, "Rejected by user"):
        return "us"
    return "lost" if "timed out" in words or "rtp" in words else "caller"


def _short(call: Call) -> Facts:
    """What the stack itself has kept of an INVITE."""
    headers = [(name.lower(), value) for name, value in call.headers.items()]
    return facts(SipMessage("", (*headers, ("from", f"<{call.peer or ''}>"), ("call-id", call.call_id or "")), ""))


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
