"""Where a call rings, when it rings on, and when it gives up. Pure.

Rule: whoever stops being rung at is told why, at once; and however the ringing ends, the call is an operator's or the
receptionist's afterwards.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.events import NobodyTook
from bot.operators.duty import Change, LiveCall, Ringing
from bot.operators.messages import Mode, Rang, Refused, RingStopped, Where

LONGEST_SECONDS = 60.0
"""A caller is not made to wait for an operator any longer than this."""

OTHERS_SECONDS = 30.0
"""How long it rings at the others when an operator is lost, or at the one to whom a call is passed on."""


def start(change: Change, call: LiveCall, ringing: Ringing) -> LiveCall:
    """It begins to ring."""
    for key in ringing.at:
        change.tell(key, Rang(call.id, ringing.why, ringing.turn_ends))
    return change.call(call, ringing=ringing)


def at_all(why: str, keys: tuple[str, ...], now: float, seconds: float) -> Ringing:
    """At all of them at once."""
    until = now + min(seconds, LONGEST_SECONDS)
    return Ringing(why, keys, (), seconds, until, until)


def in_turn(why: str, keys: tuple[str, ...], now: float, seconds: float) -> Ringing:
    """At one after the other."""
    until = now + min(seconds * len(keys), LONGEST_SECONDS)
    return Ringing(why, keys[:1], keys[1:], seconds, min(now + seconds, until), until)


def stop(change: Change, call: LiveCall, why: str, by: str = "") -> LiveCall:
    """It stops ringing everywhere; at `by`, who took it, without a word."""
    if call.ringing is None:
        return call
    for key in call.ringing.at:
        if key != by:
            change.tell(key, RingStopped(call.id, why, change.board.name(by) if by else ""))
    return change.call(call, ringing=None)


def without(change: Change, call: LiveCall, key: str, why: str) -> LiveCall:
    """It rings at this operator no longer, and never will for this time."""
    ringing = call.ringing
    if ringing is None or key not in (*ringing.at, *ringing.next):
        return call
    if key in ringing.at:
        change.tell(key, RingStopped(call.id, why))
    rest = replace(ringing, at=_less(ringing.at, key), next=_less(ringing.next, key))
    call = change.call(call, ringing=rest)
    if rest.at:
        return call
    return _alone(change, call, ringing.at) if ringing.consulting else on(change, call, why)


def _less(keys: tuple[str, ...], key: str) -> tuple[str, ...]:
    return tuple(each for each in keys if each != key)


def on(change: Change, call: LiveCall, why: str) -> LiveCall:
    """It rings at the next one; where there is none, the ringing is over. `why`: of the one before."""
    ringing, now = call.ringing, change.now
    if ringing is None:
        return call
    left = tuple(key for key in ringing.next if change.board.is_free(key, call.company))
    if not left or now >= ringing.gives_up:
        return unanswered(change, call, why)
    for key in ringing.at:
        change.tell(key, RingStopped(call.id, "passed"))
    ends = min(now + ringing.turn_seconds, ringing.gives_up)
    return start(change, call, replace(ringing, at=left[:1], next=left[1:], turn_ends=ends))


def unanswered(change: Change, call: LiveCall, why: str) -> LiveCall:
    """Nobody took it: the receptionist has it again; or the operator who wanted to consult somebody."""
    consulting = call.ringing is not None and call.ringing.consulting
    at = call.ringing.at if call.ringing else ()
    call = stop(change, call, why)
    if consulting:
        return _alone(change, call, at)
    call = change.call(call, where=Where.RECEPTIONIST, operator="", mode=None, since=None)
    reason = why if why in ("declined", "lost") else "no_answer"
    change.happens(call, NobodyTook(change.now, reason))
    return call


def _alone(change: Change, call: LiveCall, asked: tuple[str, ...]) -> LiveCall:
    """Nobody is to be consulted: the operator has the caller on hold as before."""
    names = "、".join(change.board.name(key) for key in asked)
    change.tell(call.operator, Refused(call.id, f"{names}は応答しませんでした。お客様は保留のままです。"))
    return change.call(call, ringing=None)


def leave(change: Change, key: str, why: str) -> None:
    """Nothing rings at this operator any longer."""
    for call_id in change.board.rings_at(key):
        without(change, change.board.calls[call_id], key, why)
    for call in tuple(change.board.calls.values()):
        if call.ringing and key in call.ringing.next:
            without(change, call, key, why)


def full(change: Change, key: str) -> None:
    """An operator has no room left: what rings there goes on to others."""
    operator = change.board.operators[key]
    if not (change.board.has_room(operator, Mode.VOICE) and change.board.has_room(operator, Mode.TEXT)):
        leave(change, key, "passed")
