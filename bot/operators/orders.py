"""What an operator orders, carried out on the board: checked first, for it comes from a browser. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import assert_never

from bot.dialogue.events import HandedBack, OperatorSaid, PutOnHold, TakenOver
from bot.operators import ringing
from bot.operators.duty import Change, LiveCall, Operator
from bot.operators.messages import (
    Decline,
    EndCall,
    GiveBack,
    HoldCall,
    JoinCaller,
    Listen,
    Mode,
    Order,
    PassOn,
    Presence,
    Refused,
    SetPresence,
    Speak,
    Take,
    Taken,
    Where,
)

TEXT_LIMIT = 400
"""Characters that are said at a time: more than a minute of speech."""
NOTE_LIMIT = 2000

_TELEPHONE = re.compile(r"[0-9*#]{2,15}")
_UNKNOWN = "この通話は、すでに終わっているか、ご担当の会社のものではありません。"
_NOT_YOURS = "この通話は、ほかの方が応対しています。"
_NO_ROOM = "同時に応対できる件数を超えています。"

_BLIND = "この電話の回線では、先にお話しになってから電話番号へ回すことができません。「すぐにつなぐ」をお選びください。"
_VOICE = "先にお話しになるには、音声の応対に切り替えてください。"
_FIRST = "先に、今のご相談を終えてください。"
_NOBODY_YET = "まだ、どなたも応答していません。"

OPEN = (Where.RECEPTIONIST, Where.RINGING)

ALONE = {"consulted": "", "telephone": "", "reached": False}
"""Of a `LiveCall` whose operator speaks with nobody else."""
OURS = {**ALONE, "where": Where.RECEPTIONIST, "operator": "", "mode": None} | {
    **{"since": None, "returns_by": None, "held": False}
}
"""Of one that the receptionist has again."""


def ordered(change: Change, who: Operator, order: Order) -> None:
    """Carry it out, or refuse it."""
    if isinstance(order, SetPresence):
        _presence(change, who, order.presence)
        return
    call = change.board.calls.get(order.call_id)
    if call is None or not who.serves(call.company):
        change.tell(who.key, Refused(order.call_id, _UNKNOWN))
        return
    why = _checked(change, who, call, order)
    if why:
        change.tell(who.key, Refused(call.id, why))


def _presence(change: Change, who: Operator, presence: Presence) -> None:
    change.operator(replace(who, presence=presence))
    if presence is not Presence.ON_DUTY:
        ringing.leave(change, who.key, "passed")


Ordered = Take | Decline | Listen | Speak | HoldCall | PassOn | JoinCaller | GiveBack | EndCall


def _checked(change: Change, who: Operator, call: LiveCall, order: Ordered) -> str:
    """Why not; "" = done."""
    match order:
        case Take():
            return _take(change, who, call, order.mode)
        case Decline():
            ringing.without(change, call, who.key, "declined")
            return ""
        case Listen():
            return _listen(change, who, call, order.on)
        case Speak() | HoldCall() | PassOn() | JoinCaller() | GiveBack() | EndCall():
            if call.operator != who.key or call.where not in (Where.OPERATOR, Where.HELD):
                return _NOT_YOURS if call.operator else "この通話には、まだ応答していません。"
            return _own(change, who, call, order)
        case _:
            assert_never(order)


def _own(change: Change, who: Operator, call: LiveCall, order: Ordered) -> str:
    """Orders to a call that is this operator's."""
    match order:
        case Speak():
            return _speak(change, who, call, order.text)
        case HoldCall():
            _hold(change, call, order.on)
        case PassOn():
            return _pass_on(change, who, call, order)
        case JoinCaller():
            return _join(change, who, call)
        case GiveBack():
            _back(change, who, call, order.instruction.value, order.note[:NOTE_LIMIT])
        case EndCall():
            _back(change, who, call, "hang_up", "")
    return ""


def _take(change: Change, who: Operator, call: LiveCall, mode: Mode) -> str:
    mine = call.operator == who.key
    if call.ringing and call.ringing.consulting and who.key in call.ringing.at:
        return _consulted(change, who, call)
    if mine and call.where is Where.OPERATOR and call.mode is not mode:
        pass  # from writing to speaking, or back
    elif mine:
        return ""
    elif call.where is Where.TRANSFERRED:
        return "ただ今、ほかの電話におつなぎしています。"
    elif call.where not in OPEN:
        return f"{change.board.name(call.operator)}が先に応答しました。"
    if not change.board.has_room(who, mode):
        return _NO_ROOM
    give(change, who, call, mode)
    return ""


def give(change: Change, who: Operator, call: LiveCall, mode: Mode) -> None:
    """The call is this operator's from now on."""
    call = ringing.stop(change, call, "taken", who.key)
    if mode is Mode.VOICE:
        _listen_nowhere(change, who)
        call = change.board.calls[call.id]
    taken = {"operator": who.key, "mode": mode, "since": None, "returns_by": None, "held": False}
    change.call(call, where=Where.OPERATOR, **ALONE, **taken)
    change.happens(call, TakenOver(change.now, who.key, who.name, mode.value))
    change.tell(who.key, Taken(call.id, mode))
    ringing.full(change, who.key)


def _consulted(change: Change, who: Operator, call: LiveCall) -> str:
    """A colleague wants a word before passing a call on."""
    if not change.board.has_room(who, Mode.VOICE):
        return _NO_ROOM
    call = ringing.stop(change, call, "taken", who.key)
    _listen_nowhere(change, who)
    change.call(change.board.calls[call.id], consulted=who.key)
    change.tell(who.key, Taken(call.id, Mode.VOICE))
    ringing.full(change, who.key)
    return ""


def _listen(change: Change, who: Operator, call: LiveCall, on: bool) -> str:
    if not on:
        change.call(call, listeners=tuple(each for each in call.listeners if each != who.key))
        return ""
    if change.board.of(who.key, Mode.VOICE):
        return "音声で応対しているあいだは、ほかの通話を聞けません。"
    if call.where is Where.TRANSFERRED:
        return "この通話は、ほかの電話に移りました。"
    _listen_nowhere(change, who)
    call = change.board.calls[call.id]
    change.call(call, listeners=(*call.listeners, who.key))
    return ""


def _listen_nowhere(change: Change, who: Operator) -> None:
    for call in tuple(change.board.calls.values()):
        if who.key in call.listeners:
            change.call(call, listeners=tuple(each for each in call.listeners if each != who.key))


def _speak(change: Change, who: Operator, call: LiveCall, text: str) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not plain:
        return "お伝えする言葉を入れてください。"
    if len(plain) > TEXT_LIMIT:
        return f"一度にお伝えできるのは{TEXT_LIMIT}文字までです。"
    if call.where is Where.HELD:
        return "保留を解いてから、お伝えください。"
    change.happens(call, OperatorSaid(change.now, who.name, plain, True))
    return ""


def _hold(change: Change, call: LiveCall, on: bool) -> None:
    """On hold; or back with the caller, which ends a consultation."""
    if on == (call.where is Where.HELD):
        return
    call = ringing.stop(change, call, "passed")
    where = Where.HELD if on else Where.OPERATOR
    _leave_consultation(change, call)
    call = change.call(call, where=where, **ALONE, since=change.now if on else None)
    change.happens(call, PutOnHold(change.now, on))


def _leave_consultation(change: Change, call: LiveCall) -> None:
    if call.consulted:
        change.idle(call.consulted)


def _pass_on(change: Change, who: Operator, call: LiveCall, order: PassOn) -> str:
    to = re.sub(r"[-() ]", "", order.to)
    if order.to in change.board.operators:
        return _to_operator(change, who, call, order)
    if not _TELEPHONE.fullmatch(to):
        return "回す先を、オペレーターか電話番号で選んでください。"
    if order.warm:
        return _to_telephone(change, call, to)
    call = ringing.stop(change, call, "passed")
    _leave_consultation(change, call)
    call = change.call(call, where=Where.TRANSFERRED, **ALONE, since=None)
    change.happens(call, HandedBack(change.now, who.name, "put_through", "", to))
    return ""


def _to_telephone(change: Change, call: LiveCall, to: str) -> str:
    """Ring there, and speak with who answers first."""
    if not call.dials:
        return _BLIND
    if call.mode is not Mode.VOICE:
        return _VOICE
    if call.consulted or call.ringing or call.telephone:
        return _FIRST
    call = change.call(call, where=Where.HELD, telephone=to, since=call.since or change.now)
    change.happens(call, PutOnHold(change.now, True, to))
    return ""


def _to_operator(change: Change, who: Operator, call: LiveCall, order: PassOn) -> str:
    if order.to == who.key or not change.board.is_free(order.to, call.company):
        return f"{change.board.name(order.to)}は、ただ今応答できません。"
    if order.warm and call.mode is not Mode.VOICE:
        return _VOICE
    if call.consulted or call.ringing or call.telephone:
        return _FIRST
    if call.where is Where.OPERATOR:
        change.happens(call, PutOnHold(change.now, True))
    why = f"{who.name}さんからの引き継ぎ"
    rings = ringing.at_all(why, (order.to,), change.now, ringing.OTHERS_SECONDS)
    if order.warm:
        call = change.call(call, where=Where.HELD, since=call.since or change.now)
        ringing.start(change, call, replace(rings, consulting=True))
    else:
        call = change.call(call, where=Where.RINGING, operator="", mode=None, since=change.now)
        ringing.start(change, call, rings)
        change.idle(who.key)
    return ""


def _join(change: Change, who: Operator, call: LiveCall) -> str:
    if call.telephone and call.reached:
        to = call.telephone
        call = change.call(call, where=Where.TRANSFERRED, **ALONE, since=None)
        change.happens(call, HandedBack(change.now, who.name, "join", "", to))
        return ""
    other = change.board.operators.get(call.consulted)
    if other is None:
        return _NOBODY_YET
    change.idle(who.key)
    call = change.call(call, consulted="", operator="", mode=None)
    give(change, other, call, Mode.VOICE)
    return ""


def _back(change: Change, who: Operator, call: LiveCall, instruction: str, note: str) -> None:
    call = ringing.stop(change, call, "passed")
    _leave_consultation(change, call)
    call = change.call(call, **OURS)
    change.idle(who.key)
    change.happens(call, HandedBack(change.now, who.name, instruction, note))
