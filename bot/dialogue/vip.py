"""Callers whom the company treats differently: known by the number on the line, or by name (and company) once told.

Rule: a number is believed until somebody gives another name; a name counts with its company, where the script has one.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.rules import Vip
from bot.company.script import Script
from bot.dialogue.actions import Phrase
from bot.dialogue.earlier import is_same_name, numbers
from bot.dialogue.state import Captured, State
from nlu.kana import canonical

IN_HOUSE = frozenset({"会議", "会議中", "打ち合わせ", "打合せ", "面談", "来客", "来客中", "接客", "商談"})
"""Absences from which somebody can be called to the telephone."""


def vip_of(script: Script, state: State) -> Vip | None:
    """Which of them this caller is."""
    return next((vip for vip in script.rules.vips if _is(vip, state)), None)


def _is(vip: Vip, state: State) -> bool:
    name, company = state.facts.caller_name, state.facts.company
    told = bool(name and name.value)
    same = name is not None and is_same_name(vip.name.kana, name.value)
    if vip.number and _digits(vip.number) in numbers(state):
        return same or not told
    firm = not vip.company or (company is not None and canonical(company.value) == canonical(vip.company))
    return same and firm


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def known(script: Script, state: State) -> State:
    """Who is known by number is not asked for a name: it is read back, like one that was told."""
    vip, facts = vip_of(script, state), state.facts
    if vip is None or facts.caller_name is not None or "vip" in state.asked:
        return state
    company = facts.company or (Captured(vip.company) if vip.company else None)
    facts = replace(facts, caller_name=Captured(vip.name.kana.split()[0]), company=company)
    return replace(state, facts=facts, asked=("vip", *state.asked))


def greeting(script: Script, state: State) -> Phrase | None:
    """The company's own words for this caller, in place of the usual read-back."""
    vip = vip_of(script, state)
    if vip is None or not vip.greeting:
        return None
    read = vip.greeting
    for text, kana in zip(vip.name.text.split(), vip.name.kana.split(), strict=False):
        read = read.replace(text, kana)
    return Phrase(vip.greeting, "" if read == vip.greeting else read)


def puts_through(script: Script, state: State) -> bool:
    """Whether this caller is put through to somebody who is in the house, though not free."""
    vip = vip_of(script, state)
    there = state.presence is not None and state.presence.state in IN_HOUSE
    return vip is not None and vip.put_through and there


def tells_mobile(script: Script, state: State) -> bool:
    """Whether this caller may be told a mobile number that is told to nobody else unasked."""
    vip = vip_of(script, state)
    return vip is not None and vip.tell_mobile
