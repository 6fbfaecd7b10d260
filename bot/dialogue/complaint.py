"""The frame *complaint*: somebody is in trouble, or angry, through us.

First the caller speaks, and hears that it was understood what troubles him and how much, with an apology for the
trouble that admits no fault. Two gentle questions at most, then the name, and a person if the company has one for it
now; else an urgent report and a call back by whoever is responsible. Nothing is argued, explained or promised.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import absence, handover, reach
from bot.dialogue.events import Heard
from bot.dialogue.gather import number_next
from bot.dialogue.moves import Move, Onward, announce, ask, then
from bot.dialogue.state import State
from bot.dialogue.who import caller_next
from nlu.expected import Ask
from nlu.meaning import Answer, Reason, Want
from nlu.reasons import trouble
from nlu.reasons.trouble import Trouble

WHAT = "complaint_what"
WHEN = "complaint_when"
QUESTIONS = frozenset({WHAT, WHEN})

BEGUN = "complaint"
SORRY = "complaint_sorry"
NAMED = frozenset({Trouble.BROKEN, Trouble.MISSING, Trouble.WRONG})
"""Troubles whose words name the thing."""

NO_ANSWER = "complaint_no_answer"

_DEMANDS = re.compile(
    r"交換|返金|弁償|補償|賠償|慰謝料|払って|返して|いつ(?:に)?(?:なったら|直|届|まで)|どう(?:して|する)(?:くれ|つもり|んです)|"
    r"(?:て|で)(?:(?:もらえ|いただけ)(?:る|ます|ない|ませ)|くれ(?:る|ます)(?:か|の|よね|んで))"
)
"""Wants a promise, which is not ours to give."""

_NO_ANSWER = re.compile(
    r"(?:返事|折り返し|連絡|電話)(?:は|も|が|を)?(?:ほしい|欲しい)?(?:わけ)?(?:いら|いりませ|不要|結構|けっこう|いい(?:です|から)|じゃな|では?な|しなくて)"
)
"""Wants it passed on and nothing more."""

FULLY_TOLD = 60
"""Characters of an account that needs no "and then?": three long sentences."""


def takes(script: Script, state: State, heard: Heard) -> State:
    """What happened, and when; urgent from the first word, and owed a call back."""
    asked = state.asked[-1] if state.asked else ""
    state = replace(state, facts=replace(state.facts, pressing=True))
    if _NO_ANSWER.search(heard.hearing.text) and NO_ANSWER not in state.asked:
        facts = replace(state.facts, callback_promised=False)
        state = replace(state, asked=(*state.asked, NO_ANSWER), facts=facts)
    if Want.MESSAGE in heard.meaning.wants and reach.LEAVES_WORD not in state.asked:
        state = replace(state, asked=(*state.asked[:-1], reach.LEAVES_WORD, *state.asked[-1:]))
    state = reach.addressed(state, heard.meaning)
    if asked in QUESTIONS:
        return _listened(state, asked, heard)
    return state


def _listened(state: State, asked: str, heard: Heard) -> State:
    """A short word shows that we listen; an apology, where one is due only now, says it better."""
    words = heard.hearing.text
    if asked == WHEN and trouble.is_dated(words):
        state = replace(state, facts=replace(state.facts, details=(*state.facts.details, ("発生時期", words))))
    if _DEMANDS.search(words) and "complaint_no_promise" not in state.asked:
        return announce(state, "complaint_no_promise", "complaint_no_promise")
    told = heard.meaning.answer not in (Answer.NO, Answer.UNKNOWN)
    return then(state, "listening") if told and SORRY in state.asked else state


def goes_on(script: Script, state: State) -> Onward:
    """An apology, the two questions, who calls; then a person, or the number for the call back."""
    state = _sorry(state if BEGUN in state.asked else replace(state, asked=(*state.asked, BEGUN)))
    if move := _gently(script, state):
        return move
    if move := caller_next(script, state):
        return move
    if {NO_ANSWER, reach.LEAVES_WORD}.isdisjoint(state.asked) and (move := handover.to_person(script, state)):
        return move
    state = absence.told(script, state)
    onward = reach.wanted_address(script, state)
    if not isinstance(onward, State):
        return onward
    state = onward
    if move := handover.as_ruled(script, state, Reason.COMPLAINT):
        return move
    if NO_ANSWER in state.asked:
        return state
    state = replace(state, facts=replace(state.facts, callback_promised=True))
    return ("number" in script.ask and number_next(script, state)) or state


def _sorry(state: State) -> State:
    """Said once, as soon as the trouble is told, in the words that fit it."""
    words = state.facts.purpose.value if state.facts.purpose else ""
    if SORRY in state.asked or not trouble.is_told(words):
        return state
    kind = trouble.kind(words)
    unnamed = kind in NAMED and not trouble.thing(words, state.facts.purpose.confidence if state.facts.purpose else 0.0)
    key = f"sorry_{Trouble.GENERAL if unnamed else kind}"
    return announce(state, SORRY, key, *(("sorry_much",) if trouble.is_bad(words) else ()))


def _gently(script: Script, state: State) -> Move | None:
    """What happened, then when: each asked once, neither if it was told."""
    words = state.facts.purpose.value if state.facts.purpose else ""
    if WHAT not in state.asked and len(words) < FULLY_TOLD:
        key = "complaint_more" if trouble.is_told(words) else "complaint_what"
        return ask(script, state, WHAT, (Ask.PURPOSE, key))
    if WHEN not in state.asked and not trouble.is_dated(words):
        return ask(script, state, WHEN, (Ask.DETAIL, "complaint_when"))
    return None
