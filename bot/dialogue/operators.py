"""With an operator: the ringing, the taking over, the wait, and the way back to us.

Rule: while it rings, and while an operator lets the caller wait, the caller hears from us every twenty seconds and is
never made to wait for more than about a minute: then somebody rings back. Whoever comes back to us hears an apology
where one is due, is asked nothing that was told to either side, and is not handed over again for the same matter. An
operator may take a call at any moment, and what an operator types we say. Left out: who is rung (`handover`), and who
of the operators gets it (`bot/operators`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import gather, handover, message
from bot.dialogue.actions import CallOff, HangUp, Phrase, Transfer
from bot.dialogue.events import Broke, HandedBack, Heard, NobodyTook, OperatorSaid, OperatorsRung, PutOnHold, TakenOver
from bot.dialogue.moves import Move, close, put_through, say, then
from bot.dialogue.state import Attended, FrameName, Outcome, Phase, State
from nlu.expected import Ask, Expected
from nlu.meaning import Answer, Want

GoOn = Callable[[Script, State], Move]

PHASES = frozenset({Phase.HANDING_OVER, Phase.OPERATOR})
"""In which the caller is not ours."""

WORD_SECONDS = 20.0
"""Between two words to a caller who waits: in a longer silence, a tone or not, people begin to say もしもし."""

OFFER_AT = 3
"""The word with which a call back is offered instead: after a minute nobody is made to wait on."""

LOST_SECONDS = 5.0
"""Beyond the promised ringing, until an answer that never came counts as none."""

PUT_THROUGH_SECONDS = 30.0
"""How long another telephone rings when an operator passes a call on."""

_GIVES_UP = re.compile(
    r"もういい|もう結構|やっぱり?(?:いい|結構)|待て(?:な|ま|ん)|待ってられ|(?:かけ|掛け|電話)(?:直|なお)|またかけ|また掛け|"
    r"後でかけ|折り返|伝言|キャンセル"
)
"""Does not want to wait any longer."""
_INSTEAD = frozenset({Want.CALLBACK, Want.MESSAGE, Want.AGAIN})
_AFRESH = frozenset({"caller", "name", "company", "number", "caller_id", "number_rest", "purpose", "wish", "more"})
"""Questions that are put plainly again after a person was spoken with."""
_YES = frozenset({Answer.YES, Answer.CALLER_ID})


def rung(script: Script, state: State, event: OperatorsRung) -> Move:
    """Tell the caller what happens, and how long it will take."""
    if state.looking != handover.OPERATOR or state.handing is None:
        return state, ()
    handing = replace(state.handing, until=event.at + event.seconds)
    state = replace(state, phase=Phase.HANDING_OVER, looking="", handing=handing, spoken_waits=0, expected=None)
    return say(script, state, "transfer_operator", protected=True)


def taken(script: Script, state: State, event: TakenOver) -> Move:
    """An operator has the call. Whoever was speaking with us is told; whoever waited hears the operator himself."""
    if state.phase is Phase.OPERATOR and has_it(state) and state.attended[-1].operator == event.operator:
        return _attended(state, event), ()  # from writing to speaking, or back
    if state.phase is Phase.TRANSFERRING and not state.speaking:
        return _attended(state, event), ()  # should that telephone not answer, the operator has the caller
    ours = state.phase not in (Phase.HANDING_OVER, Phase.OPERATOR)
    waited = state.phase is Phase.HANDING_OVER
    asked = (*state.asked, handover.HUMAN, f"{handover.HUMAN}:{state.facts.reason}") if ours else state.asked
    state = replace(_attended(state, event), phase=Phase.OPERATOR, outcome=None, asked=asked, pending=(), question=())
    state = replace(state, handing=None, looking="", waits=None, typed=(), expected=Expected(Ask.OPENING))
    state = replace(state, deadline=None, speaking=False, waiting=False, cut=False, unheard=False, unsaid=None)
    if event.mode == "text":
        return say(script, state, "operator_here", protected=True) if waited else (state, ())
    return say(script, state, "operator_takes", protected=True) if ours else (state, ())


def _attended(state: State, event: TakenOver) -> State:
    now = Attended(event.operator, event.name, event.mode, event.at)
    return replace(state, attended=(*left(state).attended, now), leaves=None)


def left(state: State, instruction: str = "", note: str = "", to: str = "") -> State:
    """The operator who has the call, if any, has it no longer."""
    if not has_it(state):
        return state
    *before, last = state.attended
    last = replace(last, ended=state.at, instruction=instruction, note=note, to=to)
    return replace(state, attended=(*before, last), waits=None, calling="", typed=(), leaves=None, handing=None)


def has_it(state: State) -> bool:
    """Whether an operator has the call."""
    return bool(state.attended) and state.attended[-1].ended is None


def on_hold(state: State, event: PutOnHold) -> State:
    """The caller waits, or waits no longer."""
    if state.phase is not Phase.OPERATOR:
        return state
    state = replace(state, calling=event.calling)
    if event.on == (state.waits is not None):
        return state
    state = replace(state, waits=event.at if event.on else None, spoken_waits=0, expected=Expected(Ask.OPENING))
    if not event.on:
        return replace(state, deadline=None, speaking=False)
    return state if state.speaking else replace(state, deadline=event.at + WORD_SECONDS)


def said(script: Script, state: State, event: OperatorSaid) -> Move:
    """What is typed is said, one after the other; what was spoken was heard already."""
    if not event.typed or state.phase is not Phase.OPERATOR:
        return state, ()
    if state.speaking:
        return replace(state, typed=(*state.typed, event.text)), ()
    return say(script, state, Phrase(event.text), protected=True)


def spoken(script: Script, state: State, go_on: GoOn) -> Move:
    """Our words were heard: the next, if any; else the caller waits, or is the operator's, or is left to us."""
    if state.phase is Phase.OPERATOR and state.typed:
        return said_next(script, state)
    if state.phase is Phase.OPERATOR and state.leaves is not None:
        return handed_back(script, replace(state, speaking=False, leaves=None), state.leaves, go_on)
    waits = state.phase is Phase.HANDING_OVER or state.waits is not None
    return replace(state, speaking=False, deadline=_next_word(state) if waits else None), ()


def said_next(script: Script, state: State) -> Move:
    """The next of what was typed."""
    text, *rest = state.typed
    return say(script, replace(state, typed=tuple(rest)), Phrase(text), protected=True)


def _next_word(state: State) -> float:
    """When to speak to a caller who waits; no later than when the wait must be over."""
    until = state.handing.until if state.handing else None
    word = state.at + WORD_SECONDS
    return word if until is None else min(word, until + LOST_SECONDS)


def due(script: Script, state: State, go_on: GoOn) -> Move:
    """A word to the one who waits; or the end of a wait that nobody else has ended."""
    if state.phase is Phase.HANDING_OVER:
        until = state.handing.until if state.handing else None
        if until is None or state.at >= until + LOST_SECONDS:
            state, actions = _back(script, state, "transfer_failed_human", go_on)
            return state, (CallOff(), *actions)
    elif state.waits is None:
        return replace(state, deadline=None), ()
    state = replace(state, spoken_waits=state.spoken_waits + 1)
    if state.phase is Phase.OPERATOR and state.spoken_waits % OFFER_AT == 0:
        said, actions = say(script, state, "operator_hold_offer", protected=True)
        return replace(said, expected=Expected(Ask.OFFER)), actions
    key = "operator_wait" if state.phase is Phase.HANDING_OVER else "operator_hold_wait"
    return say(script, state, key, protected=True)


def heard(script: Script, state: State, event: Heard, go_on: GoOn) -> Move:
    """What is told is kept, whoever it was told to; whoever will not wait any longer need not."""
    gives_up = _gives_up(event)
    kept = _kept(state, event, matter=not gives_up)
    waits = state.phase is Phase.HANDING_OVER or state.waits is not None
    offered = state.expected is not None and state.expected.ask is Ask.OFFER
    if waits and (gives_up or (offered and event.meaning.answer in _YES)):
        state, actions = _back(script, kept, "understood", go_on)
        return state, (CallOff(), *actions)
    return kept, ()


def _gives_up(event: Heard) -> bool:
    wants = not _INSTEAD.isdisjoint(event.meaning.wants)
    return wants or event.meaning.answer is Answer.LATER or bool(_GIVES_UP.search(event.hearing.text))


def _kept(state: State, event: Heard, matter: bool) -> State:
    """Facts that were not known before: a conversation between people corrects itself in ways we do not follow."""
    absorbed, facts = gather.absorb(state, event), state.facts
    told = (gather.take_purpose(absorbed, event) if matter else absorbed).facts
    for name in ("caller_name", "company", "number", "extension", "purpose"):
        if facts.get(name) is None:
            facts = facts.put(name, told.get(name))
    facts = replace(facts, urgent=told.urgent, reason=facts.reason or told.reason)
    return replace(state, facts=facts, turns=state.turns + 1, words=event.hearing.text)


def handed_back(script: Script, state: State, event: HandedBack, go_on: GoOn) -> Move:
    """The operator's instruction, with all that is known."""
    if not has_it(state) or state.phase is not Phase.OPERATOR:
        return state, ()
    if state.speaking and state.waits is None:
        last = replace(state.attended[-1], note=event.note)  # at once: the caller may hang up meanwhile
        return replace(state, leaves=event, attended=(*state.attended[:-1], last)), ()
    if event.instruction == "join":
        return _joined(state, event.to)
    if event.instruction == "put_through":
        last = replace(state.attended[-1], to=event.to)
        state = replace(state, attended=(*state.attended[:-1], last), waits=None, calling="")
        return put_through(script, state, event.to, PUT_THROUGH_SECONDS, "transfer_human")
    state = left(state, event.instruction, event.note)
    match event.instruction:
        case "hang_up":
            ended = replace(state, phase=Phase.CLOSING, outcome=Outcome.TAKEN_OVER, speaking=False, deadline=None)
            return ended, (HangUp(),)
        case "close":
            return close(script, replace(state, pending=()), Outcome.TAKEN_OVER)
        case "take_number":
            facts = replace(state.facts, callback_promised=True)
            return go_on(script, then(_ours(replace(state, facts=facts), message.ONLY_NUMBER), "operator_back"))
        case _:
            return go_on(script, then(_ours(state), "operator_back"))


def _joined(state: State, to: str) -> Move:
    """The caller and who answered there hear each other from now on: the operator has said all that was to be said."""
    last = replace(state.attended[-1], to=to)
    state = replace(state, phase=Phase.TRANSFERRING, attended=(*state.attended[:-1], last), waits=None, calling=to)
    state = replace(state, expected=None, speaking=False, deadline=None, ring_seconds=PUT_THROUGH_SECONDS)
    return state, (Transfer(to, PUT_THROUGH_SECONDS),)


def nobody(script: Script, state: State, event: NobodyTook, go_on: GoOn) -> Move:
    """Nobody takes it: another telephone, where the company has one and nothing has rung yet; else a message."""
    if state.looking == handover.OPERATOR and state.handing is not None:
        return handover.without_operator(script, replace(state, looking="", handing=None), state.handing, go_on)
    if state.phase is Phase.HANDING_OVER or (state.phase is Phase.OPERATOR and has_it(state)):
        lost = event.why == "lost"
        return _back(script, state, "operator_lost" if lost else "transfer_failed_human", go_on)
    return state, ()


def _back(script: Script, state: State, key: str, go_on: GoOn) -> Move:
    """The caller is with us again, and is owed a call."""
    state = left(replace(state, facts=replace(state.facts, callback_promised=True)))
    return go_on(script, then(_ours(replace(state, pending=())), key))


def _ours(state: State, *topics: str) -> State:
    """Talking again: a message is taken, of which nothing that is known is asked."""
    asked = tuple(topic for topic in state.asked if topic not in _AFRESH)
    state = replace(state, phase=Phase.TALKING, asked=(*asked, *topics), frames=(FrameName.MESSAGE,), silences=0)
    return replace(state, speaking=False, handing=None, waits=None, looking="", expected=None, question=(), said=())


def broke(state: State, event: Broke) -> Move:
    """Something of ours failed: people can speak with one another all the same."""
    state = replace(state, breaks=state.breaks + 1)
    if event.what == "ear":
        return state, ()
    state = replace(state, typed=())
    waits = state.phase is Phase.HANDING_OVER or state.waits is not None
    return replace(state, speaking=False, deadline=_next_word(state) if waits else None), ()


def transfer_failed(state: State) -> State:
    """The telephone to which an operator passed the caller on does not answer: the operator has the caller again."""
    last = replace(state.attended[-1], to="")
    state = replace(state, phase=Phase.OPERATOR, attended=(*state.attended[:-1], last), deadline=None, calling="")
    return replace(state, expected=Expected(Ask.OPENING), speaking=False)
