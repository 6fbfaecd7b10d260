"""Which stretch of an utterance is the caller's company: a learned choice among all, "no company" being one of them.

A log-linear model over the signs of `company_spans`, the rules' own opinion among them, and over the vectors of its
words, by which trades that nobody wrote down are known. Weights are bytes beside the CRC-32 of their sign; signs that
training did not see add nothing. `python -m nlu.train.companies` writes them. How a company sounds is not learned here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nlu.expected import Ask
from nlu.hashed import Places
from nlu.identity.companies import company_answer, company_slot
from nlu.identity.company_answers import sounded
from nlu.identity.company_spans import Signs, Span, spans
from nlu.meaning import Slot
from nlu.tables import DATA
from nlu.vectors import stacked
from nlu.wordlists import words
from nlu.words import tokens

WEIGHTS = DATA / "company_weights.npz"
VECTOR_WEIGHT = 3.0
RULED = 3.0
"""By how much what the rules take for the company is likelier than the weights make it: of 116 companies in calls that
neither had met 96 are found instead of 92, and one place more is taken for one. What is read back can be denied; what
is missed is lost."""
_TOLD_IN_KANA = re.compile(r"(?:^|[、。])(?P<company>[\u3041-\u3096]{4,10})の[^の、。]{1,6}と(?:申|もう)し")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds to the log-odds of a stretch."""

    keys: NDArray[np.uint32]
    """CRC-32 of each sign, rising."""
    levels: NDArray[np.int8]
    scale: float
    """What one level is worth."""
    dense: NDArray[np.float32]
    """What each component of `vectors` adds."""
    places: Places = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", Places.among(self.keys))

    def shares(self, found: Sequence[Span]) -> NDArray[np.float32]:
        """The probability of each stretch."""
        worth = self._worth(list({group for span in found for group in span.groups}))
        levels = np.array([sum([worth[group] for group in span.groups]) for span in found], np.float64)
        # einsum keeps to this thread; a product of this size would wake the others for nothing
        odds = levels * self.scale + np.einsum("ij,j->i", vectors(found), self.dense)
        each = np.exp(odds - odds.max())
        result: NDArray[np.float32] = (each / each.sum()).astype(np.float32)
        return result

    def _worth(self, groups: Sequence[Signs]) -> dict[Signs, int]:
        """What the signs of each group add together, in levels; no group is empty."""
        keys = np.fromiter(map(crc32, map(str.encode, chain.from_iterable(groups))), np.uint32)
        places = self.places.of(keys)
        each = np.where(places >= 0, self.levels[places], 0)
        starts = np.cumsum([0, *map(len, groups[:-1])])
        return dict(zip(groups, np.add.reduceat(each, starts, dtype=np.int64).tolist(), strict=True))


SURE, PLAIN = 0.95, 0.65
"""Confidence of a name that a rule found by its legal form or trade; probability of none from which it is none."""


def in_answer(text: str, ruled: Slot | None) -> Slot | None:
    """The company in the answer to the question for it, sounding as the caller says; `PRIVATE` for a private person."""
    private = company_answer(text)
    company = chosen(text, Ask.COMPANY, ruled, private is not None)
    return sounded(company, text) if company and company is not ruled else company or private


def chosen(text: str, ask: Ask, ruled: Slot | None, private: bool = False) -> Slot | None:
    """The company in a text, or None; `ruled`: what the rules take for it; `private`: they heard a private person."""
    rule = ruled.text if ruled and ruled.value else ""
    best, share = _best(text, ask, rule, private)
    if not best:
        kept = ruled is not None and ((ruled.confidence >= SURE and share < PLAIN) or _told_in_kana(text, rule))
        return ruled if kept else None
    if ruled and best == rule:
        return ruled
    return company_slot(best, min(0.9, share))


def _told_in_kana(text: str, rule: str) -> bool:
    """Whether the company's name is in hiragana before a name that is told (あそびびとの三上と申します).

    The weights hardly met such names. Whose relative or neighbour somebody is stands there too: いもうとの三上.
    """
    if not any(found["company"] == rule for found in _TOLD_IN_KANA.finditer(text)):
        return False
    near = words("relations") | words("no companies")
    parts = [word.lemma.split("-")[0] for word in tokens(rule)]
    return len(parts) > 1 or near.isdisjoint(parts)


@lru_cache(maxsize=64)
def _best(text: str, ask: Ask, rule: str, private: bool) -> tuple[str, float]:
    """The likeliest company; kept, since an utterance is judged again beside the answer to a probe."""
    return likeliest(spans(text, str(ask), rule, private), weights(), rule)


def likeliest(found: Sequence[Span], by: Weights, rule: str = "") -> tuple[str, float]:
    """(the likeliest words, "" for no company, and their probability), the same words counted together."""
    sums: dict[str, float] = {}
    for span, share in zip(found, by.shares(found).tolist(), strict=True):
        sums[span.text] = sums.get(span.text, 0.0) + share
    if rule in sums and rule:
        sums[rule] *= RULED
    best = max(sums, key=lambda text: sums[text])
    return best, sums[best] / sum(sums.values())


def vectors(found: Sequence[Span]) -> NDArray[np.float32]:
    """One row a stretch: the vectors of its `words` one after another, zero for those that have none."""
    rows = stacked([word for span in found for word in span.words]).reshape(len(found), -1)
    rows *= VECTOR_WEIGHT
    return rows


@cache
def weights() -> Weights:
    """The weights that training stored."""
    with np.load(WEIGHTS) as stored:
        return Weights(stored["keys"], stored["levels"], float(stored["scale"]), stored["dense"].astype(np.float32))
