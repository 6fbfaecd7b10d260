"""How sure a word is: from what the search saw of it to how often such words are right.

Rule: a logistic of a few figures (data/calibration.tsv: name, weight), fitted by `python -m tests.bench.calibration` on
synthetic callers over lines of many kinds and measured there on others: of the words given 0.9, nine in ten shall
be right. Leaves out what a word means: digits and names share one table but for a term of their own.
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import NamedTuple

ALMOST = 1e-3
"""A share counts as no nearer to 0 or 1 than this."""


class Signs(NamedTuple):
    """What the search saw of a word."""

    share: float | None
    """Of the lattice's paths, weighed, that have the word there; None = there was no lattice."""
    margin: float
    """Of the whole path: log score per phoneme less the free loop's."""
    per_phoneme: float
    """The word's own acoustic score less the free loop's over the same frames, per phoneme."""
    phonemes: int
    label: str
    clear: float
    """Of the whole sound: the free loop's log score per phoneme. A muffled voice has rivals everywhere."""


def figures(signs: Signs) -> dict[str, float]:
    """The logistic's terms by name."""
    share = min(max(0.5 if signs.share is None else signs.share, ALMOST), 1 - ALMOST)
    return {
        "one": 1.0,
        "share": math.log(share / (1 - share)),
        "unknown": float(signs.share is None),
        "margin": min(0.0, max(-6.0, signs.margin)),
        "own": min(0.0, max(-8.0, signs.per_phoneme)),
        "clear": min(6.0, max(-6.0, signs.clear)),
        "length": math.log(max(1, signs.phonemes)),
        f"is {signs.label.removeprefix('+')}": 1.0,
    }


def sure(signs: Signs) -> float:
    """The probability that the word is right, 0..1."""
    table = weights()
    return 1.0 / (1.0 + math.exp(-sum(table.get(name, 0.0) * value for name, value in figures(signs).items())))


@cache
def weights() -> dict[str, float]:
    """The fitted table."""
    text = (files("voice.engines") / "data" / "calibration.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(weight) for name, weight in rows}
