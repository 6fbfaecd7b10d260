"""A telephone that we dial: the second leg of a call, to join it with the caller or for one of ours to speak with, or
a call of its own.

Rule: it is rung until it answers, refuses or has rung long enough; once left, it tells nothing any more.
Leaves out: the caller's own leg, and what is told of it all (`call`, `placed`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from baresip import BaresipError, UserAgent
from baresip.call import Call
from baresip.errors import CallFailed, CallTimeout
from baresip.events import Event, StackEvent

from voice.audio import FRAME_SECONDS
from voice.lines.sip.dialogs import Dialog, Dialogs, within
from voice.lines.sip.leg import Leg
from voice.lines.sip.pipe import Reached, Sound, Told
from voice.lines.sip.ringback import ringback
from voice.lines.sip.stack import Early, StackStream
from voice.resample import Resampler

_BUSY = frozenset({486, 600, 603})
_UNANSWERED = frozenset({408, 480, 487})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What calls share."""

    agent: UserAgent
    dialogs: Dialogs
    tell: Callable[[Told], None]
    secure: Callable[[Dialog], None]
    """Let the dialog's far end, and no stranger, reach its sound."""
    refuse: Callable[[Dialog, int], bool]
    """Send the refusal; False: it could not be sent."""
    start: Callable[[Coroutine[Any, Any, None]], None]
    """Do this beside everything else."""
    early: Early


class Ringing:
    """The tone that somebody of ours hears while the second telephone rings, in time."""

    def __init__(self, rate_hz: int, play: Callable[[bytes], None]) -> None:
        self._frames = ringback(rate_hz)
        self._play = play
        self._due: float | None = None

    def tick(self, at: float) -> None:
        """At loop time `at`."""
        self._due = at if self._due is None else max(self._due, at - 10 * FRAME_SECONDS)
        while self._due <= at:
            self._play(next(self._frames))
            self._due += FRAME_SECONDS


def button(event: StackEvent) -> str:
    """The push button that it tells, "" where it tells none."""
    known = event.event is Event.CALL_DTMF_START and event.text and event.text in "0123456789*#"
    return str(event.text) if known else ""


def _unheeded(digit: str) -> None:
    """Nobody asks for push buttons."""


class Partner:
    """One that is dialled."""

    def __init__(
        self, around: Surroundings, left: Callable[[], None], pressed: Callable[[str], None] = _unheeded
    ) -> None:
        """`left`: it has hung up; `pressed` takes its push buttons."""
        self.joined = False
        """The caller and it hear each other."""
        self.leg: Leg | None = None
        """Its sound, once somebody hears it."""
        self.tone: Ringing | None = None
        self._call: Call | None = None
        self._around = around
        self._left = left
        self._pressed = pressed
        self._over = False
        self._to_it: Resampler | None = None

    async def reach(self, uri: str, ring_seconds: float) -> str:
        """Ring it; "answered", or why not as in `TransferEnded.why`: then nothing is left of it."""
        outcome = await self._reach(uri, ring_seconds)
        if outcome != "answered":
            self._over, self._call = True, None
        return outcome

    async def _reach(self, uri: str, ring_seconds: float) -> str:
        try:
            self._call = call = await self._around.agent.dial(uri)
            listen(call, self._happened)
            self._around.early.replay(call)
            if self._over:
                await self.hang_up()
                return "failed"
            await call.wait_established(ring_seconds)
            await within(self._around.dialogs.of(call.call_id or "").agreed)  # where its sound comes from
        except CallTimeout:
            return "no_answer"
        except CallFailed as failed:
            return outcome_of(failed.status, "failed")
        except (BaresipError, ValueError):
            return "failed"
        return "answered"

    def join(self, other: Leg) -> bool:
        """From now on both hear each other. False where its sound is gone already."""
        if self.leg is None and not self.open(0, lambda told: None):
            return False
        assert self.leg is not None
        self.leg.clear()
        self.leg.join(other)
        self.joined = True
        return True

    def consult(self, rate_hz: int, hear: Callable[[bytes], None]) -> bool:
        """From now on its sound is heard at that rate, and what is spoken goes there. False where it is gone."""
        to_us: list[Resampler] = []

        def told(what: Sound | Reached) -> None:
            if isinstance(what, Sound):
                hear(to_us[0].push(what.pcm))

        if not self.open(0, told):
            return False
        assert self.leg is not None
        to_us.append(Resampler(self.leg.rate_hz, rate_hz))
        self._to_it = Resampler(rate_hz, self.leg.rate_hz)
        return True

    def speak(self, pcm: bytes) -> None:
        """Sound for it, at the rate given to `consult`."""
        if self.leg is not None and self._to_it is not None and not self.joined:
            self.leg.overhear(self._to_it.push(pcm))

    def tick(self, at: float) -> None:
        """At loop time `at`, every 10 ms or so."""
        if self.leg is not None:
            self.leg.tick(at)
        elif self.tone is not None:
            self.tone.tick(at)

    async def hang_up(self) -> None:
        self._over = True
        if self._call is not None:
            with contextlib.suppress(BaresipError):
                await self._call.hangup()

    @property
    def codec(self) -> str:
        """Of the wire, once it has answered."""
        return self._around.dialogs.of(self._call.call_id or "").codec if self._call is not None else ""

    def open(self, number: int, tell: Callable[[Sound | Reached], None]) -> bool:
        """From now on its sound is told under that number. False where it is gone."""
        if self._call is None:
            return False
        self._around.secure(self._around.dialogs.of(self._call.call_id or ""))
        stream = StackStream(self._call.audio)
        rate_hz = stream.rate_hz()
        if rate_hz:
            self.leg = Leg(number, stream, rate_hz, tell)
        return bool(rate_hz)

    def _happened(self, event: StackEvent) -> None:
        if digit := button(event):
            self._pressed(digit)
        if event.event is Event.CALL_CLOSED and self._call is not None:
            self._around.dialogs.forget(self._call.call_id or "")
            if not self._over:
                self._left()


def outcome_of(status: int | None, otherwise: str) -> str:
    """Why a transfer did not come about, as `TransferEnded.why`."""
    if status in _BUSY:
        return "busy"
    return "no_answer" if status in _UNANSWERED else otherwise if status is None else "failed"


class _Listened(Protocol):
    def on(self, listener: Callable[[StackEvent], None]) -> None: ...


def listen(call: _Listened, listener: Callable[[StackEvent], None]) -> None:
    call.on(listener)
