"""A small trained judge of reasons: which words and pairs of words speak for which reason.

Multinomial logistic regression over the dictionary forms of words and neighbouring pairs, names of persons left out.
`data/train_reasons.py` says how it was trained; it is deterministic and its weights are a table that can be
read. It helps the rules of `reasons` where none of them spoke plainly.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from nlu.meaning import Reason
from nlu.normalize import normalize
from nlu.words import tokens

_FILE = Path(__file__).parent / "data" / "reason_words.tsv"
SCALE = 50
"""Weights are stored as whole fiftieths: finer steps changed no judgement."""
BIAS = "*"
"""The row of weights that every text has."""


def features(text: str) -> frozenset[str]:
    """The words and pairs of a text that are weighed."""
    kept = [token for token in tokens(normalize(text)) if token.pos != "補助記号" and token.pos3 != "人名"]
    forms = [token.lemma.split("-")[0] for token in kept]
    return frozenset(forms) | frozenset(f"{one} {two}" for one, two in pairwise(forms))


def likelihoods(text: str) -> dict[Reason, float]:
    """Log-odds of every reason, up to a common constant; all zero where no word of the text is known."""
    order, table = _weights()
    rows = [table[feature] for feature in features(text) if feature in table]
    if not rows:
        return dict.fromkeys(order, 0.0)
    scale = SCALE * math.sqrt(len(rows))
    sums = [sum(column) / scale for column in zip(*rows, strict=True)]
    return {reason: value + bias / SCALE for reason, value, bias in zip(order, sums, table[BIAS], strict=True)}


@lru_cache(maxsize=1)
def _weights() -> tuple[tuple[Reason, ...], dict[str, tuple[int, ...]]]:
    lines = [line for line in _FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    order = tuple(Reason(name) for name in lines[0].split("\t")[1].split())
    rows = (line.split("\t") for line in lines[1:])
    return order, {feature: tuple(map(int, weights.split())) for feature, weights in rows}
