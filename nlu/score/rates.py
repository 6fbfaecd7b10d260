"""Shares with their 95 % intervals: Wilson's for counts, its image for F1, the jackknife for a mean of F1s."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Z = 1.959964
"""Normal deviate of a 95 % interval."""
Pair = tuple[str, str]
"""(found, wanted)"""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share, and between what bounds it lies for all lines of the kind."""

    value: float | None
    """0..1; None where nothing was counted."""
    low: float
    high: float
    n: int
    """Of how many."""


Rates = dict[str, Rate]
"""By name; a dot in a name stands for a level in the JSON."""


def share(hits: Iterable[bool]) -> Rate:
    """The share of what is true."""
    listed = [bool(hit) for hit in hits]
    return counted(sum(listed), len(listed))


def counted(hits: int, n: int) -> Rate:
    """`hits` of `n`."""
    if not n:
        return Rate(None, 0.0, 1.0, 0)
    low, high = _wilson(hits, n)
    return Rate(hits / n, low, high, n)


def f1(pairs: Sequence[Pair], label: str) -> Rate:
    """F1 of one label; its `n` counts the lines where it is found or wanted.

    F1 is 2J/(1+J) with J the share of hits among those lines, so the bounds of J give those of F1.
    """
    hits = sum(found == wanted == label for found, wanted in pairs)
    n = sum(label in pair for pair in pairs)
    rate = counted(hits, n)
    if rate.value is None:
        return rate
    value, low, high = (2 * each / (1 + each) for each in (rate.value, rate.low, rate.high))
    return Rate(value, low, high, n)


def macro_f1(pairs: Sequence[Pair]) -> Rate:
    """Mean F1 over the labels that are wanted anywhere."""
    if not pairs:
        return Rate(None, 0.0, 1.0, 0)
    table = Counter(pairs)
    mean = _macro_f1(table)
    squares = 0.0
    for pair, times in table.items():
        squares += times * (_macro_f1(table - Counter([pair])) - mean) ** 2
    spread = Z * math.sqrt(squares * (len(pairs) - 1) / len(pairs))
    return Rate(mean, max(0.0, mean - spread), min(1.0, mean + spread), len(pairs))


def _macro_f1(table: Counter[Pair]) -> float:
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for (one, other), times in table.items():
        found[one] += times
        wanted[other] += times
    scores = [2 * table[label, label] / (found[label] + wanted[label]) for label in wanted]
    return sum(scores) / len(scores) if scores else 0.0


def _wilson(hits: int, n: int) -> tuple[float, float]:
    p, z2 = hits / n, Z * Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return (0.0 if hits == 0 else middle - half), (1.0 if hits == n else middle + half)
