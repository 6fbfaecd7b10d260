"""Words that tell how a question was taken: the table `nlu/data/cues.tsv`, loaded once.

Weights are judgements of how sure the words are by themselves. Which of the sets are looked at depends
on what was asked; `nlu.answers` decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from nlu.meaning import Answer


@dataclass(frozen=True, slots=True)
class Cue:
    """One way of answering."""

    answer: Answer
    weight: float
    """2: hardly means anything else; 1: a hint."""
    words: re.Pattern[str]


@lru_cache(maxsize=8)
def cues(*kinds: str) -> tuple[Cue, ...]:
    """The cues of the kinds named: "stalling", "consent", "denial", "doubt", "number"."""
    return tuple(cue for kind, cue in _table() if kind in kinds)


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, Cue], ...]:
    found = []
    for line in (files("nlu") / "data" / "cues.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, answer, weight, words = line.split("\t")
            found.append((kind, Cue(Answer(answer), float(weight), re.compile(words))))
    return tuple(found)
