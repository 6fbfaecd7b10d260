"""Words that tell how a question was taken: the table `nlu/data/cues.tsv`, loaded once.

Weights are judgements of how sure the words are by themselves. Which of the sets are looked at depends
on what was asked; `nlu.replies.answers` decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from nlu.meaning import Answer
from nlu.tables import DATA, rows


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
    table = rows(DATA / "cues.tsv")
    return tuple((kind, Cue(Answer(answer), float(weight), re.compile(words))) for kind, answer, weight, words in table)
