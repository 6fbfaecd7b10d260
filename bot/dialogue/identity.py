"""Who are you? Answered honestly, whatever goal is in hand; then the question that stood is put again.

It is never denied that the reception is automatic; the receptionist's name and the bureau are told only where the
company says so, and a person is offered only while there is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import gather, handover
from bot.dialogue.moves import Move, ask_again, then
from bot.dialogue.state import State
from nlu.meaning import Answer, Meaning, Reason, Slots

GoOn = Callable[[Script, State], Move]

_MACHINE = re.compile(
    r"機械|人工知能|AI|Ａ?Ｉ|エーアイ|ロボット|自動|録音|人間|生身|本物の人|コンピュ|合成|テープ|アプリ"
)
_BUREAU = re.compile(r"代行|秘書センター|コールセンター|委託|外注")
_NAME = re.compile(r"名前|名字|苗字|誰|だれ|どなた|どちら様|どちらさま|あなたは|あんたは")
_OURS = (
    r"(?:さん|様)?(?:の(?:お)?電話)?"
    r"(?:で(?:よろしい|いい|合って|間違い)[^。]{0,12}|です(?:よ)?ね|でしょうか|ですか)[。?？]?$"
)
"""How a question ends whether this is the company that was named."""

KINDS = ((_BUREAU, "bureau"), (_MACHINE, "machine"), (_NAME, "name"))


def asked(script: Script, state: State, meaning: Meaning) -> str:
    """What of us is asked: "machine", "bureau", "name", "company", "ours" (is this …?); "" = nothing."""
    text = state.words
    if re.search(f"(?:{re.escape(script.spoken.text)}|{re.escape(script.company.text)}){_OURS}", text):
        return "ours"
    short = len(text) <= SHORT and re.search(r"(?:か|の|よね|ね)[?？。]?$", text) and not _WISHES.search(text)
    if short and _MACHINE.search(text) and meaning.reason in MISTAKEN:
        return "machine"
    kept_back = meaning.answer is Answer.REFUSE  # 名前は関係ないだろ asks for nobody's name
    if kept_back or meaning.reason is not Reason.IDENTITY or meaning.slots.staff is not None:
        return ""
    return next((kind for pattern, kind in KINDS if pattern.search(text)), "company" if _asks(text) else "")


MISTAKEN = frozenset({None, Reason.IDENTITY, Reason.OPERATOR, Reason.OTHER, Reason.QUESTION, Reason.RESERVATION_NEW})
"""What understanding may take such a short question for."""
_WISHES = re.compile(r"代わ|替わ|かわっ|つない|繋い|出して|出し|お願い|話した|話せ|呼ん")
SHORT = 18
"""Characters of a question that can be about nothing else."""

_PARTS = re.compile(
    r"(?:用|用事|用件)は?[^、。]{0,4}(?:な[いく]|ありませ|ございませ)|切り(?:ます|たい)|(?:聞|伺|確かめ|確認し)(?:い)?た?だけ"
)
"""Says that it was all he wanted to know."""

_ASKS = re.compile(r"どちら|どこ|会社|店|何屋|何の|本社|支店|そちら|もしもし|名乗")


def was_all(state: State) -> bool:
    """Whether somebody who has told nothing wanted to know who answers here, and no more."""
    facts = state.facts
    told = facts.caller_name or facts.number or facts.staff or facts.booking or facts.answered
    return "identity" in state.asked and not told and bool(_PARTS.search(state.words))


def nothing_more(state: State, meaning: Meaning) -> State:
    """What is left of such a call."""
    facts = gather.without_purpose(state, meaning.purpose).facts
    return replace(state, facts=replace(facts, reason=Reason.IDENTITY), pending=())


def _asks(text: str) -> bool:
    """Whether it is about the company; "そうですか" and "なぜですか" sound much the same to understanding."""
    return bool(_ASKS.search(text))


def answered(script: Script, state: State, meaning: Meaning, go_on: GoOn) -> Move | None:
    """The honest answer, then the question that stood; None where nothing of the kind was asked."""
    kind = asked(script, state, meaning)
    if not kind:
        return None
    keys, forgotten = _words(script, state, kind), _forgotten(state, meaning)
    if state.question:
        return ask_again(script, forgotten, *keys)
    return go_on(script, then(forgotten, *keys))


def _words(script: Script, state: State, kind: str) -> tuple[str, ...]:
    told = script.rules.disclosure
    if kind == "bureau" and told.bureau:
        return ("identity_bureau",)
    if kind == "name" and told.receptionist is not None:
        return ("identity_name",)
    if kind == "company":
        return ("identity_company",)
    if kind == "ours":
        return ("identity_ours",)
    human = handover.HUMAN not in state.asked and handover.way(script, state, Reason.OPERATOR) is not None
    return ("identity_machine", "identity_human" if human else "identity_message")


def _forgotten(state: State, meaning: Meaning) -> State:
    """Who asks that has told nothing of the matter; a call that begins so has yet to begin."""
    facts = gather.without_purpose(state, meaning.purpose).facts
    aside = meaning.reason or Reason.IDENTITY
    if facts.reason is aside and facts.purpose is None and meaning.slots == Slots():
        facts = replace(facts, reason=None)
    if facts.reason is not None or facts.purpose is not None or facts.staff is not None:
        return replace(state, facts=facts)
    facts = replace(facts, unanswered=(), callback_promised=False)
    asked = state.asked if state.turns > 1 else ()
    return replace(state, facts=facts, frames=(), asked=asked)
