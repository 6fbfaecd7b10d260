"""Why somebody calls: rules that can be read, helped by a small trained judge of words.

A rule is a pattern, the reason it speaks for and its weight; weights add up for each reason. They say how telling
a phrase is: 3 settles the matter alone, 2 nearly, 1 is a hint; below zero speaks against. Whom the caller
names (found elsewhere) counts as a hint for `person` and against sales. The judge of words adds its
log-odds. What the reason then leads to is the dialogue's business.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from nlu.meaning import Reason, Slot, Slots
from nlu.reason_rules import rules
from nlu.reason_words import likelihoods

_RULE_SHARE = 0.9
"""Log-odds that one unit of weight of a rule is worth."""
_LEAST = 1.0
"""Sum of weights below which the rules have found nothing."""
_WORDS_ALONE = 0.5
"""Share that a reason must have by its words alone where no rule speaks for anything."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The reason that fits best, None where nothing plain was said."""

    reason: Reason | None
    confidence: float
    words: str
    """The words that spoke for it."""
    runners_up: tuple[tuple[Reason, float], ...]


NOTHING = Judged(None, 0.0, "", ())


def judge(text: str, slots: Slots) -> Judged:
    """The reason for a call from what was said and whom it named."""
    sums, words = _by_rules(text)
    _weigh_people(text, slots, sums, words)
    learnt = likelihoods(text)
    totals = {reason: learnt[reason] + _RULE_SHARE * sums.get(reason, 0.0) for reason in learnt}
    peak = max(totals.values())
    shares = {reason: math.exp(value - peak) for reason, value in totals.items()}
    whole = sum(shares.values())
    ranked = sorted(((reason, share / whole) for reason, share in shares.items()), key=lambda pair: -pair[1])
    first, share = ranked[0]
    if max(sums.values(), default=0.0) < _LEAST and share < _WORDS_ALONE:
        return NOTHING
    runners_up = tuple((reason, round(share, 3)) for reason, share in ranked[1:4])
    return Judged(first, round(share, 3), "…".join(words.get(first, ["the words as a whole"])), runners_up)


def _by_rules(text: str) -> tuple[dict[Reason, float], dict[Reason, list[str]]]:
    sums: dict[Reason, float] = {}
    words: dict[Reason, list[str]] = {}
    for rule in rules():
        hit = rule.pattern.search(text)
        if hit:
            sums[rule.reason] = sums.get(rule.reason, 0.0) + rule.weight
            if rule.weight > 0:
                words.setdefault(rule.reason, []).append(hit.group())
    return sums, words


def _weigh_people(text: str, slots: Slots, sums: dict[Reason, float], words: dict[Reason, list[str]]) -> None:
    asked = slots.staff or slots.department
    if asked is None:
        return
    by_name = slots.staff is not None and _is_name(slots.staff)
    sums[Reason.PERSON] = sums.get(Reason.PERSON, 0.0) + (2.0 if by_name else 1.0)
    words.setdefault(Reason.PERSON, []).append(asked.text)
    if by_name:
        sums[Reason.SALES] = sums.get(Reason.SALES, 0.0) - 1.5
        if slots.company is not None and re.search(r"いつも|お世話に", text):
            sums[Reason.PERSON] += 0.5


def _is_name(staff: Slot) -> bool:
    """Whether somebody was named, not only described by a role."""
    return staff.value != staff.text or bool(staff.alternatives)
