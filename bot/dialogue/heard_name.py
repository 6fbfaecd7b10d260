"""A caller's name that is heard more than once: by all its hearings together, without what was denied.

Rule: a name that was read back and plainly denied is never taken again; one that was read back together with a company
may be right after all, if it is heard again and again, unless a like name alone is told instead. Typed words say what
they say. Leaves out how likely each name is (`nlu/grammars/together`).
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.events import Heard
from bot.dialogue.state import Captured, State
from bot.dialogue.wording import confirmed
from nlu.expected import Ask
from nlu.grammars.together import Told, likeliest
from nlu.identity.names import family_of
from nlu.kana import is_kana, similarity
from nlu.meaning import Answer, Slot

ASKED = frozenset({Ask.CALLER, Ask.NAME, Ask.KANA, Ask.CONFIRM_CALLER})
"""Questions that a name answers."""
SAME = 0.5
"""Likeness of a name to the one that was read back from which it may put it right."""


def weighed(state: State, heard: Heard) -> tuple[State, Heard]:
    """The hearing, and what is denied by it, remembered; the same words with the name that all hearings speak for."""
    doubted = state.rejected
    if denied := _denied(state, heard):
        if _is_other_name(state, heard):
            state = replace(state, refused=(*state.refused, denied))
        else:
            doubted = (*doubted, denied)
    slot, spoken = heard.meaning.slots.caller_name, any(each.source != "text" for each in heard.hearing.readings)
    if slot is None or not slot.value or not spoken or not is_kana(slot.value):
        return state, heard
    if _is_company(state, heard, slot):
        return state, _with_name(heard, None)
    if not _is_told(state, heard):
        return state, heard
    spelt = state.expected is not None and state.expected.ask is Ask.KANA
    told = Told((slot.value, *slot.alternatives), spelt)
    before, state = state.hearings, replace(state, hearings=(*state.hearings, told))
    best = likeliest(state.hearings, doubted, state.refused) if before else ()
    return state, _with_name(heard, _as_said(slot, best)) if best else heard


def _is_told(state: State, heard: Heard) -> bool:
    """Whether the caller says who he is: is asked for it, puts it right, or has not told it yet."""
    asked = state.expected.ask if state.expected else Ask.OPENING
    return asked in ASKED or heard.meaning.answer is Answer.CORRECT or state.facts.caller_name is None


def _denied(state: State, heard: Heard) -> str:
    """The name that was read back and is denied now, "" for none. Beside a company it may be right all the same,
    whatever is said after the no: 竹林舎です may be heard as a name."""
    expected, told = state.expected, heard.meaning.slots
    if expected is None or expected.ask is not Ask.CONFIRM_CALLER:
        return ""
    only_company = told.company is not None and told.caller_name is None
    denies = heard.meaning.answer in (Answer.NO, Answer.CORRECT) and not only_company
    return expected.name if denies else ""


def _is_other_name(state: State, heard: Heard) -> bool:
    """Whether the no meant the name: it was read back by itself, or what is said instead sounds like it, and less like
    the company. A company misheard as a name (竹林舎です as クニタです) sounds like neither."""
    expected, told = state.expected, heard.meaning.slots
    if expected is None or not expected.company:
        return True
    if told.company is not None or told.caller_name is None:
        return False
    said = told.caller_name.value
    return similarity(said, expected.name) >= max(SAME, similarity(said, expected.company))


def _is_company(state: State, heard: Heard, slot: Slot) -> bool:
    """Whether what is said after a no is no other name: that was confirmed by itself, and only the company is wrong."""
    old: Captured | None = state.facts.caller_name
    asked = state.expected.ask if state.expected else None
    if old is None or not confirmed(old) or asked is not Ask.CONFIRM_CALLER:
        return False
    return heard.meaning.slots.company is not None or similarity(slot.value, old.value) < SAME


def _as_said(slot: Slot, best: tuple[str, ...]) -> Slot:
    """The likeliest name as it was heard now, with its given name where there is one."""
    value, *others = best
    if value in (slot.value, family_of(slot.value)):
        return replace(slot, alternatives=tuple(other for other in others if other != slot.value))
    return Slot(value, "", slot.confidence, tuple(others))


def _with_name(heard: Heard, name: Slot | None) -> Heard:
    return replace(heard, meaning=replace(heard.meaning, slots=replace(heard.meaning.slots, caller_name=name)))
