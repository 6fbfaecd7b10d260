"""The receptionist's mind: one pure function from what happened to what is done.

`step(script, state, event) -> (state, actions)`. It reads no clock, draws no lots and keeps nothing: the
same events always give the same call, which is what makes a journal a call.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.company.script import Script
from bot.dialogue import (
    addressee,
    asides,
    category,
    closing,
    earlier,
    frames,
    gather,
    handover,
    heard_name,
    held,
    kanji,
    late,
    menu,
    number_again,
    operators,
    repair,
    who,
)
from bot.dialogue.actions import Recall
from bot.dialogue.events import (
    Began,
    Booked,
    BookingsFound,
    Broke,
    Digit,
    Due,
    Event,
    Found,
    FromOperators,
    HandedBack,
    Heard,
    HeardAgain,
    Held,
    HungUp,
    Interrupted,
    LineHeld,
    Measured,
    NobodyTook,
    OperatorSaid,
    OperatorsRung,
    PutOnHold,
    Recalled,
    Spoken,
    TakenOver,
    Tone,
    Transferred,
)
from bot.dialogue.greeting import greeting
from bot.dialogue.moves import Move, close, say
from bot.dialogue.state import Captured, FrameName, Outcome, Phase, State, Status
from nlu.expected import Ask, Expected
from nlu.meaning import Answer
from nlu.reasons.matter import KNOWS_NOT

CALL_CEILING_SECONDS = 900.0
"""No reception call is as long; one that is has got into a loop, or is music."""

HEARD_SHARE = 0.4
"""Of a question's words that may still be to come when its answer is plain: "…でよろしい(でしょうか)"."""

UNHEARD = 2
"""How often in a row what was not heard to its question is put as if it had never been; from then on it counts, or
whoever has a television beside him would be asked the same for ever."""

IN_PIECES = frozenset({Ask.NUMBER, Ask.KANA})
"""Questions whose answers people say in pieces, with longer pauses than an end is told from."""

BUTTON_SECONDS = 4.0
"""After the last push button without #."""


def step(script: Script, state: State, event: Event) -> Move:
    """Fold one event into the state and say what to do about it."""
    if state.phase is Phase.ENDED:
        return state, ()
    if isinstance(event, HungUp):
        return _hung_up(script, replace(state, at=max(state.at, event.at))), ()
    if state.outcome is Outcome.TRANSFERRED or (state.began is None) != isinstance(event, Began):
        return state, ()
    due_too_soon = isinstance(event, Due) and (state.deadline is None or event.at < state.deadline)
    if due_too_soon:
        return state, ()
    if held.is_not_the_caller(state, event):
        return state, ()
    return held.silenced(_live(script, replace(state, at=max(state.at, event.at)), event))


def _live(script: Script, state: State, event: Event) -> Move:
    match event:
        case Began():
            return _began(script, state, event)
        case Heard():
            return _heard(script, state, event)
        case Interrupted():
            return _interrupted(state, event), ()
        case Spoken():
            return _spoken(script, state) if state.speaking else (state, ())
        case Digit():
            return _digit(script, state, event)
        case Tone():
            return repair.tone(script, state)
        case LineHeld():
            return held.turned(script, state, event)
        case Due():
            return _due(script, state)
        case Found():
            return _found(script, state, event)
        case Recalled():
            return _learned(script, earlier.counted(replace(state, recalled=event)), "caller")
        case Held() | BookingsFound() | Booked():
            return _learned(script, replace(state, answer=event), "booking")
        case Transferred():
            return _transferred(script, state, event)
        case Broke():
            if state.phase in operators.PHASES and event.what != "house":
                return operators.broke(state, event)
            return repair.broke(script, state, event)
        case OperatorsRung() | TakenOver() | PutOnHold() | OperatorSaid() | HandedBack() | NobodyTook():
            return _operator(script, state, event)
        case Measured() | HungUp() | HeardAgain():
            return state, ()
        case _:
            assert_never(event)


def _operator(script: Script, state: State, event: FromOperators) -> Move:
    match event:
        case OperatorsRung():
            return operators.rung(script, state, event)
        case TakenOver():
            return operators.taken(script, state, event)
        case PutOnHold():
            return operators.on_hold(state, event), ()
        case OperatorSaid():
            return operators.said(script, state, event)
        case HandedBack():
            return operators.handed_back(script, state, event, _go_on)
        case NobodyTook():
            return operators.nobody(script, state, event, _go_on)
        case _:
            assert_never(event)


def _spoken(script: Script, state: State) -> Move:
    if state.phase in operators.PHASES:
        return operators.spoken(script, state, _go_on)
    return repair.spoken(script, replace(state, unheard_before=0)), ()


def _began(script: Script, state: State, event: Began) -> Move:
    state = replace(state, began=event, phase=Phase.TALKING, expected=Expected(Ask.OPENING))
    if event.full:
        return repair.turned_away(script, state)
    greeted, actions = say(script, state, *greeting(script, event))
    return greeted, (*actions, Recall(event.caller)) if event.caller else actions


def _heard(script: Script, state: State, event: Heard) -> Move:
    if state.phase is Phase.RECORDING:
        return gather.take_recorded(repair.recording(script, state, event), event), ()
    if state.phase is Phase.TRANSFERRING:
        return state, ()
    if state.phase in operators.PHASES:
        return operators.heard(script, state, event, _go_on)
    if state.phase is Phase.CLOSING:
        return late.heard(script, state, event, _go_on)
    if event.meaning.bare and (state.speaking or state.unheard):
        # a yes to what was not heard yet is no yes: はい said along with us, or the rest of the last answer
        return (state, ()) if state.speaking else repair.resume(script, state, _go_on)
    event = repair.not_again(state, event)
    waiting = state.waiting and repair.holds_again(state, event)
    state = replace(state, turns=state.turns + 1, cut=False, unheard=False, waiting=waiting)
    if event.at - (state.began or event).at > CALL_CEILING_SECONDS and not state.attended:
        return close(script, state, Outcome.MESSAGE, "closing_message")
    taken = _take(script, state, event)
    if move := repair.intercept(script, taken, event.meaning, _go_on):
        return move
    if _understood(state, taken, event):
        return _go_on(script, replace(taken, silences=0))
    if state.digits:  # the sound of the buttons that are being pressed
        return state, ()
    missed = menu.missed(repair.missed(taken))
    lost = handover.unasked(script, missed, missed.asked.count(menu.MISSED))
    return lost or menu.offered(script, missed) or _go_on(script, missed)


def _take(script: Script, state: State, event: Heard) -> State:
    """Everything an utterance tells, folded in; the frames follow from it."""
    if kanji.is_asked(state) and event.meaning.answer is not Answer.CORRECT:
        return kanji.takes(replace(state, words=event.hearing.text), event)
    before, state = state, who.doubted(state, event)
    state, event = heard_name.weighed(state, event)
    state = gather.take_number(gather.confirm(state, event.meaning), event.meaning)
    state = gather.take_refusal(state, event.meaning)
    state = gather.take_purpose(gather.absorb(state, event), event)
    state = addressee.taken(script, state, event)
    return asides.told(before, frames.take(script, gather.take_told(state, event), event), event.meaning)


def _understood(before: State, after: State, event: Heard) -> bool:
    """Did the utterance bring us anything, be it a plain greeting, or that it is not known whom we asked for?"""
    brought = replace(after, words=before.words, told=before.told) != before
    asked = before.expected.ask if before.expected else None
    greeting = asked is Ask.OPENING and before.turns <= 1
    unknown = asked is Ask.STAFF and bool(KNOWS_NOT.search(event.hearing.text))
    return brought or greeting or unknown or event.meaning.answer in (Answer.YES, Answer.NO)


def _go_on(script: Script, state: State) -> Move:
    """What is to be said or done next; remembers where we stood, in case the words are not heard."""
    state = replace(state, unsaid=None)
    handed = handover.unasked(script, state, 0) if state.turns else None
    after, actions = handed or earlier.with_recall(*frames.go_on(script, state))
    return (replace(after, unsaid=state) if after.speaking else after), actions


def _interrupted(state: State, event: Interrupted) -> State:
    """We fell silent. Whoever had not heard the question by then is still where we stood before it."""
    if not state.speaking:
        return state
    question = sum(len(phrase.text) for phrase in state.question)
    said = sum(len(phrase.text) for phrase in state.said)
    begun, times = len(event.heard) < said - question * HEARD_SHARE, state.unheard_before + 1
    unheard = state.unsaid is not None and begun and times <= UNHEARD
    stood = replace(state.unsaid, at=state.at, said=state.said) if unheard and state.unsaid else state
    stood = replace(_begun(stood) if unheard else stood, unheard_before=times if begun else 0)
    return replace(stood, speaking=False, cut=True, unheard=unheard, deadline=state.at + repair.CUT_SECONDS)


def _begun(state: State) -> State:
    """What is said next is the rest of an answer that comes in pieces."""
    expected = state.expected
    if expected is None or expected.ask not in IN_PIECES or not state.words:
        return state
    begun = "、".join(filter(None, (expected.begun, state.words)))
    return replace(state, expected=replace(expected, begun=begun))


def _digit(script: Script, state: State, event: Digit) -> Move:
    if state.phase is not Phase.TALKING:
        return state, ()
    if menu.listens(script, state):
        onward = menu.pressed(script, replace(state, silences=0), event.digit)
        if onward is not None:
            return _go_on(script, onward) if isinstance(onward, State) else onward
    if event.digit == "*":
        return replace(state, digits="", deadline=state.at + BUTTON_SECONDS), ()
    if event.digit == "#":
        return _buttons(script, state)
    return replace(state, digits=state.digits + event.digit, deadline=state.at + BUTTON_SECONDS), ()


def _buttons(script: Script, state: State) -> Move:
    """A number entered by push buttons is taken as exact, and read back like any other; one that was heard so before
    and denied is sure: ears and buttons agree, and the no was misheard."""
    digits, state = state.digits, replace(state, digits="", number_so_far="", silences=0)
    if len(digits) < gather.SHORTEST_NUMBER:
        return _go_on(script, repair.missed(state))
    agreed = digits in number_again.read_back(state)
    number = Captured(digits, status=Status.CONFIRMED if agreed else Status.HEARD)
    goals = state.frames or (FrameName.MESSAGE,)
    return _go_on(script, replace(state, facts=replace(state.facts, number=number), frames=goals))


def _due(script: Script, state: State) -> Move:
    if state.held is not None and state.phase in held.OURS:
        return held.over(script, state)
    if state.speaking:
        return _spoken(script, state)
    if state.phase in operators.PHASES:
        return operators.due(script, state, _go_on)
    if state.looking == handover.OPERATOR:
        return operators.nobody(script, state, NobodyTook(state.at, "nobody"), _go_on)
    if state.digits:
        return _buttons(script, state)
    return repair.due(script, state, _go_on)


def _found(script: Script, state: State, event: Found) -> Move:
    if state.looking == "colleague":
        return _learned(script, replace(state, colleague=event), "colleague")
    if state.facts.staff is None or state.facts.staff.value != event.staff or state.presence is not None:
        return state, ()
    return _learned(script, replace(state, presence=event), "staff")


def _learned(script: Script, state: State, what: str) -> Move:
    """An answer of the shell's: we go on if it was waited for."""
    if state.phase is not Phase.TALKING or state.looking != what:
        return state, ()
    return _go_on(script, replace(state, looking=""))


def _transferred(script: Script, state: State, event: Transferred) -> Move:
    if state.phase is not Phase.TRANSFERRING:
        return state, ()
    if event.connected:
        state = operators.left(state, "put_through", to=state.attended[-1].to if state.attended else "")
        return replace(state, outcome=Outcome.TRANSFERRED, deadline=None, speaking=False), ()
    if operators.has_it(state):
        return operators.transfer_failed(state), ()
    return repair.transfer_failed(script, state, _go_on)


def _hung_up(script: Script, state: State) -> State:
    """The call is over, however it ended; what it came to is settled here."""
    state = replace(state, facts=category.categorised(script, state.facts), outcome=closing.hung_up(state))
    return replace(state, phase=Phase.ENDED, deadline=None, speaking=False)
