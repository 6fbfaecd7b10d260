"""The frame *complaint*: somebody is in trouble, or angry, through us.

First the caller speaks, and hears that it was understood what troubles him and how much, with an apology for the
trouble that admits no fault. Two gentle questions at most, then the name, and a person if the company has one for it
now; else an urgent report and a call back by whoever is responsible. Nothing is argued, explained or promised.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import handover, trouble
from bot.dialogue.events import Heard
from bot.dialogue.gather import caller_next, number_next
from bot.dialogue.moves import Move, Onward, announce, ask, then
from bot.dialogue.state import Facts, State
from bot.dialogue.trouble import Trouble
from bot.script import Script
from nlu.meaning import Answer, Ask, Reason

WHAT = "complaint_what"
WHEN = "complaint_when"
QUESTIONS = frozenset({WHAT, WHEN})

FULLY_TOLD = 60
"""Characters of an account that needs no "and then?": three long sentences."""


def takes(script: Script, state: State, heard: Heard) -> State:
    """What happened, and when; urgent from the first word, and owed a call back."""
    facts = replace(state.facts, urgent=True)
    if "complaint" not in state.asked:
        facts = replace(facts, callback_promised=True)
    if _wants_no_answer(heard, facts):
        facts = replace(facts, callback_promised=False)
    asked = state.asked[-1] if state.asked else ""
    state = replace(state, facts=facts)
    if asked in QUESTIONS and heard.meaning.answer is not Answer.NO:
        return then(_with_when(state, asked, heard), "listening")
    return state


def _wants_no_answer(heard: Heard, facts: Facts) -> bool:
    words = heard.hearing.text
    return heard.meaning.answer is Answer.REFUSE and any(
        part in words for part in ("返事", "連絡はい", "電話はい", "折り返しはい")
    )


def _with_when(state: State, asked: str, heard: Heard) -> State:
    """The answer to "when" is kept by that name, if it holds a time."""
    words = heard.hearing.text
    if asked != WHEN or not trouble.is_dated(words):
        return state
    return replace(state, facts=replace(state.facts, details=(*state.facts.details, ("発生時期", words))))


def goes_on(script: Script, state: State) -> Onward:
    """An apology, the two questions, who calls; then a person, or the number for the call back."""
    state = _sorry(state)
    if move := _gently(script, state):
        return move
    if move := caller_next(script, state):
        return move
    if handover.is_wanted(script, Reason.COMPLAINT) and (move := handover.hand_over(script, state, Reason.COMPLAINT)):
        return move
    if state.facts.callback_promised and "number" in script.ask and (move := number_next(script, state)):
        return move
    return announce(state, "complaint_noted", "complaint_noted")


def _sorry(state: State) -> State:
    """Said once, as soon as the trouble is known, in the words that fit it."""
    words = state.facts.purpose.value if state.facts.purpose else ""
    if "complaint" in state.asked:
        return state
    kind, thing = trouble.kind(words), trouble.thing(state.facts.purpose)
    named = kind in (Trouble.BROKEN, Trouble.MISSING, Trouble.WRONG) and not thing
    key = f"sorry_{Trouble.GENERAL if named else kind}"
    return announce(state, "complaint", key, *(("sorry_much",) if trouble.is_bad(words) else ()))


def _gently(script: Script, state: State) -> Move | None:
    """What happened, then when: each asked once, neither if it was told."""
    words = state.facts.purpose.value if state.facts.purpose else ""
    if WHAT not in state.asked and len(words) < FULLY_TOLD:
        key = "complaint_more" if trouble.is_told(words) else "complaint_what"
        return ask(script, state, WHAT, (Ask.PURPOSE, key))
    if WHEN not in state.asked and not trouble.is_dated(words):
        return ask(script, state, WHEN, (Ask.DETAIL, "complaint_when"))
    return None
