"""A name and a company that an ear of sounds ran together: センダイミソノオクド is センダイミソ and オクド.

Rule: what was typed, or is a listed surname, is never parted. Where ノ stands in anything else, what follows it is
the caller's name if it sounds like one that was heard before, or if none was heard and it was asked for beside the
company; what stands before it is the company. What is one word said twice is a name (サワブン、サワブンです).
Leaves out which of a caller's words is either (`callers`).
"""

from __future__ import annotations

from dataclasses import replace

from nlu.expected import Ask, Expected
from nlu.identity.callers import Caller
from nlu.identity.names import surname_readings
from nlu.kana import is_kana, morae, similarity
from nlu.meaning import Slot
from nlu.readings import LONGEST, once

SAME = 0.6
"""Similarity of an end to a name that was heard before from which it is that name."""
SHORTEST = 3
"""Morae of a name that nothing else speaks for: shorter ends belong to companies (ヒカリノイエ)."""
_OF = "ノ"


def parted(caller: Caller, expected: Expected, dictated: str) -> Caller:
    """Name and company, each by itself; `dictated`: katakana of all that was said, as dictation had it."""
    name, company = caller.name, caller.company
    if name is None and company is not None and _is_sound(company):
        return _out_of_company(caller, company, expected, dictated)
    if name is not None and _is_sound(name):
        if (twice := once(name.value)) != (name.value,):
            others = dict.fromkeys((*twice[1:], *(half for each in name.alternatives for half in once(each))))
            return replace(caller, name=Slot(twice[0], "", name.confidence, tuple(others)))
        if _OF in name.value[1:]:
            return _out_of_name(caller, name, expected)
    return caller


def _out_of_company(caller: Caller, company: Slot, expected: Expected, dictated: str) -> Caller:
    twice = once(company.value)
    if twice != (company.value,) and expected.ask is not Ask.COMPANY:
        return replace(caller, name=Slot(twice[0], "", company.confidence, twice[1:]), company=None)
    before = tuple(each for each in (expected.name, *expected.heard) if each)
    for head, tail in _cuts(company.value):
        alone = expected.ask is Ask.CALLER and not before and len(morae(tail)) >= SHORTEST
        if alone or f"{tail}トモ" in dictated or any(similarity(tail, each) >= SAME for each in before):
            return replace(caller, name=_named(company, tail), company=replace(company, value=head, text=head))
    return caller


def _out_of_name(caller: Caller, name: Slot, expected: Expected) -> Caller:
    firms = [each for each in (expected.company, *expected.companies) if each]
    if caller.company is not None:
        firms.append(caller.company.value)
    for head, tail in _cuts(name.value):
        if any(similarity(head, each) >= SAME for each in firms) or len(morae(name.value)) > LONGEST:
            company = caller.company
            if company is None or _OF + tail in company.value:
                company = Slot(head, head, name.confidence)
            return replace(caller, name=_named(name, tail), company=company)
    return caller


def _cuts(value: str) -> list[tuple[str, str]]:
    """Where it may be cut: at ends that are listed surnames first, the longest of them, then at the last ノ."""
    places = [place for place, letter in enumerate(value) if letter == _OF and place]
    both = [(value[:place], value[place + 1 :]) for place in places]
    fair = [(head, tail) for head, tail in both if len(morae(head)) > 1 < len(morae(tail)) <= LONGEST]
    listed = [pair for pair in fair if pair[1] in surname_readings() and len(morae(pair[1])) >= SHORTEST]
    return listed or fair[::-1]


def _named(slot: Slot, tail: str) -> Slot:
    """The end as a name, with those of what else was heard; のオ sounds like の."""
    tails = (tail, *(next((end for _, end in _cuts(each)), each) for each in slot.alternatives))
    others = dict.fromkeys(each for end in tails for each in (end, f"オ{end.removeprefix('オ')}"))
    return Slot(tail, "", slot.confidence, tuple(each for each in others if each != tail))


def _is_sound(slot: Slot) -> bool:
    """Whether it was made up of morae alone."""
    return is_kana(slot.text or slot.value) and is_kana(slot.value) and slot.value not in surname_readings()
