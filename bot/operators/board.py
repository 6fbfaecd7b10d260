"""The board: which call is whose, where it rings, and what becomes of it. Pure; time comes in as a number.

One function for each thing that can happen; each gives the board as it is then, and what follows for operators and
calls. Rule: a call has one operator or the receptionist; a wait for an operator ends within about a minute; of two who
click at once the first has the call, and the other is told. Whoever has a call and loses the connection has ten
seconds to come back; then it rings at the others, or the receptionist has it again. Left out: consoles, sound and
timers (`switchboard`, `relay`), and what the caller hears (`bot/dialogue/operators`).
"""

from __future__ import annotations

from dataclasses import replace

from bot.company.rules import Why
from bot.dialogue.actions import HandOver
from bot.dialogue.events import NobodyTook, OperatorsRung, PutOnHold
from bot.operators import orders, ringing
from bot.operators.console import OperatorIdentity
from bot.operators.duty import Board, Change, Effect, LiveCall, Operator
from bot.operators.messages import Mode, Order, Refused, Taken, Where
from bot.reporting.fields import phone

RETURN_SECONDS = 10.0
"""How long a lost operator is waited for: a page is loaded anew in three, a router is back in eight."""

WHY = {
    Why.BEYOND: "台本にないご質問",
    Why.ASKED: "人との会話をご希望",
    Why.COMPLAINT: "苦情",
    Why.MISSES: "聞き取りが難しいお客様",
    Why.VIP: "大切なお客様",
    Why.MATTER: "担当者が伺うご用件",
}
"""As consoles show it."""

LOST = "前の応対者の接続が切れました"

NOT_REACHED = {
    "busy": "は話し中でした。",
    "no_answer": "は応答しませんでした。",
    "failed": "へはつながりませんでした。番号をお確かめください。",
    "gone": "との電話が切れました。",
}
"""Of a second telephone, as its operator reads it."""

Step = tuple[Board, tuple[Effect, ...]]


def joined(board: Board, identity: OperatorIdentity, now: float) -> Step:
    """A console was opened; calls that were kept for its operator go on."""
    change = Change(board, now)
    before = board.operators.get(identity.key)
    back = replace(before, identity=identity, connected=True) if before else Operator(identity, idle_since=now)
    change.operator(back)
    for call in board.calls.values():
        if call.where is Where.RETURNING and call.operator == identity.key and call.mode is not None:
            where = Where.HELD if call.held else Where.OPERATOR
            since = call.since if call.held else None
            change.call(call, where=where, returns_by=None, held=False, since=since)
            if not call.held:
                change.happens(call, PutOnHold(now, False))
            change.tell(identity.key, Taken(call.id, call.mode))
    return change.done


def left(board: Board, key: str, now: float) -> Step:
    """A console is gone."""
    change = Change(board, now)
    if key not in board.operators:
        return change.done
    change.operator(replace(board.operators[key], connected=False))
    ringing.leave(change, key, "passed")
    for call in tuple(change.board.calls.values()):
        if key in call.listeners:
            call = change.call(call, listeners=tuple(each for each in call.listeners if each != key))
        if call.consulted == key:
            change.call(call, consulted="")
            change.tell(call.operator, Refused(call.id, f"{change.board.name(key)}との接続が切れました。"))
        elif call.operator == key and call.where in (Where.OPERATOR, Where.HELD):
            _wait_for(change, call)
    return change.done


def _wait_for(change: Change, call: LiveCall) -> None:
    """Keep a call for the operator's return."""
    held = call.where is Where.HELD
    call = ringing.stop(change, call, "passed")
    if call.consulted:
        change.idle(call.consulted)
    since = call.since if held else change.now
    until = change.now + RETURN_SECONDS
    if not held or call.telephone:
        change.happens(call, PutOnHold(change.now, True))
    change.call(call, where=Where.RETURNING, **orders.ALONE, held=held, since=since, returns_by=until)


def ordered(board: Board, key: str, order: Order, now: float) -> Step:
    """An operator wants something."""
    change = Change(board, now)
    who = board.operators.get(key)
    if who is not None and who.connected:
        orders.ordered(change, who, order)
    return change.done


def began(board: Board, call_id: str, company: str, dials: bool, now: float) -> Step:
    """A call was answered by the receptionist; `dials`: its line can ring a second telephone."""
    change = Change(board, now)
    change.call(LiveCall(call_id, company, dials=dials))
    return change.done


def ended(board: Board, call_id: str, now: float) -> Step:
    """The line is closed: nothing rings for it any longer, and nobody has it."""
    change = Change(board, now)
    if call := board.calls.get(call_id):
        call = ringing.stop(change, call, "caller")
        change.drop(call)
        for key in {call.operator, call.consulted} - {""}:
            change.idle(key)
    return change.done


def asked(board: Board, call_id: str, wanted: HandOver, now: float) -> Step:
    """The receptionist wants an operator for a call."""
    change = Change(board, now)
    call = board.calls.get(call_id)
    if call is None or call.where is not Where.RECEPTIONIST:
        return change.done
    free = board.free(call.company, wanted.operators)
    if not free:
        why = "busy" if board.on_duty(call.company, wanted.operators) else "nobody"
        change.happens(call, NobodyTook(now, why))
        return change.done
    ring = ringing.in_turn if wanted.in_turn else ringing.at_all
    rings = ring(WHY[Why(wanted.why)], free, now, wanted.ring_seconds)
    call = change.call(call, where=Where.RINGING, since=now)
    ringing.start(change, call, rings)
    change.happens(call, OperatorsRung(now, len(free), rings.gives_up - now))
    return change.done


def called_off(board: Board, call_id: str, now: float) -> Step:
    """The caller does not want to wait: the receptionist goes on."""
    change = Change(board, now)
    call = board.calls.get(call_id)
    if call is None or call.where not in (Where.RINGING, Where.HELD, Where.RETURNING):
        return change.done
    call = ringing.stop(change, call, "caller")
    if call.operator:
        change.tell(call.operator, Refused(call.id, "お客様が折り返しをご希望になり、受付に戻りました。"))
        change.idle(call.operator)
    if call.consulted:
        change.idle(call.consulted)
    change.call(call, **orders.OURS)
    return change.done


def replied(board: Board, call_id: str, state: str, now: float) -> Step:
    """What became of the second telephone: `SecondStood.state`, or `bot.lines.second_leg`'s word for what was heard."""
    change = Change(board, now)
    call = board.calls.get(call_id)
    if call is None or not call.telephone:
        return change.done
    if state == "answered":
        change.call(call, reached=True)
    else:
        change.tell(
            call.operator, Refused(call.id, f"{phone(call.telephone)}{NOT_REACHED[state]}お客様は保留のままです。")
        )
        change.call(call, telephone="", reached=False)
        change.happens(call, PutOnHold(now, True))
    return change.done


def occupied(board: Board, call_id: str, at_telephone: bool, now: float) -> Step:
    """The line is being put through to another telephone, or has come back from there; to the operator who had passed
    it on, or else to the receptionist."""
    change = Change(board, now)
    call = board.calls.get(call_id)
    if call is None or (call.where is Where.TRANSFERRED) == at_telephone:
        return change.done
    if at_telephone and call.where is Where.RECEPTIONIST:
        change.call(call, where=Where.TRANSFERRED)
    elif not at_telephone and call.operator and not board.operators[call.operator].connected:
        call = change.call(call, where=Where.OPERATOR)
        _wait_for(change, call)
    elif not at_telephone:
        change.call(call, where=Where.OPERATOR if call.operator else Where.RECEPTIONIST)
        if call.operator:
            change.tell(call.operator, Refused(call.id, "回した先が応答しませんでした。お客様にお戻りしました。"))
    return change.done


def deadline(board: Board) -> float | None:
    """When `due` is to be called; None: nothing waits."""
    times = [call.ringing.turn_ends for call in board.calls.values() if call.ringing]
    times += [call.returns_by for call in board.calls.values() if call.returns_by is not None]
    return min(times, default=None)


def due(board: Board, now: float) -> Step:
    """What has been waited for long enough."""
    change = Change(board, now)
    for call_id in tuple(board.calls):
        call = change.board.calls[call_id]
        if call.ringing and now >= call.ringing.turn_ends:
            ringing.on(change, call, "no_answer")
        elif call.returns_by is not None and now >= call.returns_by:
            _ring_others(change, call)
    return change.done


def _ring_others(change: Change, call: LiveCall) -> None:
    """A lost operator has not come back."""
    change.idle(call.operator)
    call = change.call(call, operator="", mode=None, returns_by=None, held=False)
    free = change.board.free(call.company)
    if not free:
        ringing.unanswered(change, call, "lost")
        return
    call = change.call(call, where=Where.RINGING)
    ringing.start(change, call, ringing.at_all(LOST, free, change.now, ringing.OTHERS_SECONDS))


def ears(call: LiveCall) -> tuple[str, ...]:
    """Who hears the caller now."""
    talks = (call.operator,) if call.where is Where.OPERATOR and call.mode is Mode.VOICE else ()
    return (*talks, *call.listeners)
