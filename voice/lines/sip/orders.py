"""What the call process orders of one call in the agent's process, handed to what it concerns: call, sound, second
telephone.

Rule: an order that comes too late (its sound is gone, nothing was dialled) is nobody's fault, and does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from voice.lines.sip.call import SipCall
from voice.lines.sip.leg import Leg
from voice.lines.sip.pipe import Answer, Clear, Dial, Drop, HangUp, Mark, Message, Play, Refuse, Speak, Transfer
from voice.lines.sip.placed import PlacedCall

Start = Callable[[Coroutine[Any, Any, None]], None]
"""Does this beside everything else."""


def carry_out(order: Message, call: SipCall | PlacedCall, ring_seconds: float, start: Start) -> None:
    """Do what is ordered of this call; `ring_seconds`: how long one that rang goes on ringing before it is taken."""
    if isinstance(order, Play | Mark | Clear):
        _to_leg(order, call.leg)
    elif isinstance(order, HangUp):
        start(call.hang_up("us"))
    elif isinstance(call, SipCall):
        _to_one_that_rang(order, call, ring_seconds, start)


def _to_leg(order: Play | Mark | Clear, leg: Leg | None) -> None:
    match order:
        case _ if leg is None:
            pass
        case Play():
            leg.play(order.pcm)
        case Mark():
            leg.mark(order.name)
        case Clear():
            leg.clear()


def _to_one_that_rang(order: Message, call: SipCall, ring_seconds: float, start: Start) -> None:
    match order:
        case Answer():
            start(call.answer(ring_seconds))
        case Refuse():
            start(call.refuse(order.code))
        case Transfer():
            start(call.transfer(order.uri, order.ring_seconds))
        case Dial():
            start(call.dial(order.uri, order.ring_seconds))
        case Drop():
            start(call.drop())
        case Speak():
            call.speak(order.pcm)
