"""What words are like each other: a small table of word vectors, for words that no written line happens to have.

Words in their dictionary form (為る, 見積もり, 複合機) map to unit vectors, so that a product of two tells how near
they are: 1 the same, about 0 unrelated. `sentence` is the mean of a text's words, frequent ones counting little. Order
is not looked at. `data/word_vectors.npz` holds the table, and `data/word_vectors.md` says where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nlu.tables import DATA

Vector = NDArray[np.float32]

_FILE = DATA / "word_vectors.npz"
_FREQUENT = 1e-3
"""Share of all words at which a word counts half."""


@dataclass(frozen=True, slots=True)
class _Table:
    rows: dict[str, int]
    vectors: Vector
    """One unit vector a row; words too alike to tell apart share one."""
    weights: Vector
    """By rank of the word, 0..1: the rarer, the more it counts."""
    ranks: dict[str, int]


def vector(word: str) -> Vector | None:
    """The unit vector of a word in its dictionary form, None where the table lacks it."""
    table = _table()
    row = table.rows.get(word)
    return None if row is None else table.vectors[row]


def stacked(words: Sequence[str]) -> Vector:
    """One row a word: its unit vector, all zero where the table lacks it."""
    table = _table()
    found = table.vectors[[table.rows.get(word, 0) for word in words]]
    found[[place for place, word in enumerate(words) if word not in table.rows]] = 0.0
    return found


def weight(word: str) -> float:
    """How much a word tells by its rarity: 0 (の) to 1, and 1 for a word that the table lacks."""
    table = _table()
    rank = table.ranks.get(word)
    return 1.0 if rank is None else float(table.weights[rank])


def sentence(words: Iterable[str]) -> Vector:
    """The unit vector of a text's words, weighted by rarity; all zero where the table has none of them."""
    table = _table()
    known = [word for word in words if word in table.rows]
    if not known:
        return np.zeros(table.vectors.shape[1], np.float32)
    weights = table.weights[[table.ranks[word] for word in known]]
    mean: Vector = weights @ table.vectors[[table.rows[word] for word in known]]
    return mean / max(float(np.linalg.norm(mean)), 1e-9)


def size() -> int:
    """Number of components of a vector."""
    return int(_table().vectors.shape[1])


@cache
def _table() -> _Table:
    with np.load(_FILE) as stored:
        words = stored["words"].tobytes().decode().split("\n")
        rows, levels = stored["rows"], stored["vectors"].astype(np.float32)
    vectors: Vector = levels / np.maximum(np.linalg.norm(levels, axis=1, keepdims=True), 1e-9)
    ranks = np.arange(1, len(words) + 1, dtype=np.float32)
    shares = 1.0 / (ranks * np.log(len(words)))
    weights: Vector = (_FREQUENT / (_FREQUENT + shares)).astype(np.float32)
    return _Table(
        dict(zip(words, rows.tolist(), strict=True)), vectors, weights, {word: i for i, word in enumerate(words)}
    )
