"""Why somebody calls, by rules that can be read: each is a pattern, the reason it speaks for and its weight.

Weights add up for each reason and the heaviest wins; the share of the winner is the confidence. Weights say
how telling a phrase is: 3 settles the matter alone, 2 nearly, 1 is a hint; below zero speaks against. Whom the
caller names (found elsewhere) counts as a hint for `person` and against sales. What the asked-for reason then
leads to is the dialogue's business.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from nlu.meaning import Reason, Slots
from nlu.reason_rules import rules

_SHARPNESS = 0.9
"""Of the softmax over sums of weights: a lead of 3 gives about 0.94 between two reasons."""
_LEAST = 1.0
"""Sum of weights below which nothing was found."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The reason that fits best, None where no rule spoke."""

    reason: Reason | None
    confidence: float
    words: str
    """The words that spoke for it."""
    runners_up: tuple[tuple[Reason, float], ...]


def judge(text: str, slots: Slots) -> Judged:
    """The reason for a call from what was said and whom it named."""
    sums: dict[Reason, float] = {}
    words: dict[Reason, list[str]] = {}
    for rule in rules():
        hit = rule.pattern.search(text)
        if hit:
            sums[rule.reason] = sums.get(rule.reason, 0.0) + rule.weight
            if rule.weight > 0:
                words.setdefault(rule.reason, []).append(hit.group())
    _weigh_people(text, slots, sums, words)
    ranked = sorted(sums.items(), key=lambda pair: -pair[1])
    if not ranked or ranked[0][1] < _LEAST:
        return Judged(None, 0.0, "", ())
    total = sum(math.exp(_SHARPNESS * value) for _, value in ranked) + 1.0
    shares = tuple((reason, math.exp(_SHARPNESS * value) / total) for reason, value in ranked)
    first, share = shares[0]
    return Judged(
        first, round(share, 3), "…".join(words.get(first, [])), tuple((r, round(s, 3)) for r, s in shares[1:4])
    )


def _weigh_people(text: str, slots: Slots, sums: dict[Reason, float], words: dict[Reason, list[str]]) -> None:
    staff = slots.staff
    if staff is None and slots.department is None:
        return
    by_name = staff is not None and (not staff.text or staff.value != staff.text or bool(staff.alternatives))
    sums[Reason.PERSON] = sums.get(Reason.PERSON, 0.0) + (2.0 if by_name else 1.0)
    words.setdefault(Reason.PERSON, []).append((staff or slots.department or staff).text)  # type: ignore[union-attr]
    if by_name:
        sums[Reason.SALES] = sums.get(Reason.SALES, 0.0) - 1.5
        if slots.company is not None and re.search(r"いつも|お世話に", text):
            sums[Reason.PERSON] += 0.5
