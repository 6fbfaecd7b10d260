"""One call in the agent's process that we place ourselves, with no caller on the other side of us: a telephone is rung,
and what is said there and to it goes to the call process.

Rule: as with a call that came (`call`), `Answered` begins its sound, `Ended` is told once and `Gone` last; `Ended`
without `Answered` says why nobody was reached. Leaves out: the dialling itself (`partner`), and what is said.
"""

from __future__ import annotations

import asyncio

from voice.lines.sip.leg import Leg
from voice.lines.sip.partner import Partner, Surroundings
from voice.lines.sip.pipe import Answered, Ended, Gone, Pressed


class PlacedCall:
    """Rung by us."""

    def __init__(self, number: int, around: Surroundings, silent_seconds: float) -> None:
        self.number = number
        self.over = asyncio.Event()
        """Nothing is left of it."""
        self._around = around
        self._silent_seconds = silent_seconds
        self._partner = Partner(around, self._left, self._pressed)

    async def place(self, uri: str, ring_seconds: float) -> None:
        """Ring there; what becomes of it is told."""
        outcome = await self._partner.reach(uri, ring_seconds)
        if outcome == "answered" and self._partner.open(self.number, self._around.tell):
            assert self._partner.leg is not None
            self._around.tell(Answered(self.number, self._partner.codec, self._partner.leg.rate_hz))
            return
        await self._partner.hang_up()
        self._end("failed" if outcome == "answered" else outcome)

    async def hang_up(self, why: str) -> None:
        """End it, whether it is answered or still rings."""
        await self._partner.hang_up()
        self._end(why)

    @property
    def leg(self) -> Leg | None:
        """Its sound; None: it is not answered, or over."""
        return None if self.over.is_set() else self._partner.leg

    def tick(self, at: float) -> bool:
        """Move its sound; True: the far end has been silent for too long."""
        if (leg := self.leg) is None:
            return False
        leg.tick(at)
        return leg.silent_for(at) > self._silent_seconds

    def _left(self) -> None:
        if self.leg is not None:  # until it has answered `place` tells why not
            self._end("caller")

    def _pressed(self, digit: str) -> None:
        if self.leg is not None:
            self._around.tell(Pressed(self.number, digit))

    def _end(self, why: str) -> None:
        if not self.over.is_set():
            self.over.set()
            self._around.tell(Ended(self.number, why))
            self._around.tell(Gone(self.number))
