"""Fits the weights of `reasons.linear` by multinomial logistic regression, the same every time. Needs scipy
(`train`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from nlu.reasons.features import Features
from nlu.reasons.linear import VECTOR_WEIGHT, Linear, crc, kinds_of, worth

LEAST_SEEN = 2
"""Utterances that a sign must occur in."""
FREEDOM = 3.0
"""Inverse of the penalty on squared weights."""
LEAST_LEVEL = 3
"""Of the largest level of a sign; smaller rows are left out."""
_ROUNDS = 60
"""Of the fit, at most."""
Keys = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Coded:
    """The features of an utterance as numbers: a tenth of what they take as text, and coded once for all folds."""

    keys: Keys
    """CRC-32 of each sign."""
    kinds: NDArray[np.uint8]
    """The first letter of each."""
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trust:
    """How far two judges are believed together."""

    heat: float
    """By what the log-odds of the signs are divided where they are sure enough."""
    doubted: float
    """By what they are multiplied after that where they are not, and the network is asked."""
    network: float
    """By what its log-shares are multiplied then."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Utterances as rows of numbers."""

    signs: Any
    """Sparse: the value of each known sign."""
    vectors: Any

    def __matmul__(self, table: Any) -> Any:
        """The product with weights, those of the signs first."""
        width = self.signs.shape[1]
        return self.signs @ table[:width] + self.vectors @ table[width:]


def coded(found: Features) -> Coded:
    """The features as numbers."""
    return Coded(crc(found.signs), kinds_of(found.signs), found.vector)


def vocabulary(found: Sequence[Coded], kinds: str) -> Keys:
    """CRC-32 of each sign that is worth a weight, rising."""
    wanted = np.frombuffer(kinds.encode(), np.uint8)
    keys, times = np.unique(np.concatenate([one.keys[np.isin(one.kinds, wanted)] for one in found]), return_counts=True)
    return keys[times >= LEAST_SEEN]


def matrix(found: Sequence[Coded], known: Keys) -> Cells:
    """One row an utterance: known signs, and the vector."""
    columns, cells, ends = [], [], [0]
    for one in found:
        places = np.searchsorted(known, one.keys)
        places[places == len(known)] = 0
        hit = known[places] == one.keys
        columns.append(places[hit])
        cells.append(worth(one.kinds[hit]))
        ends.append(ends[-1] + int(hit.sum()))
    data = np.concatenate(cells).astype(np.float64)
    signs = csr_matrix((data, np.concatenate(columns), ends), shape=(len(found), len(known)))
    return Cells(signs, np.array([one.vector for one in found], np.float64) * VECTOR_WEIGHT)


def fit(cells: Cells, wanted: Any, weights: Any, classes: int) -> Any:
    """Weights of shape (columns + 1, classes), the bias last; cross entropy weighted by sample, squared penalty."""
    right = np.eye(classes)[wanted]
    width = cells.signs.shape[1]
    columns = width + cells.vectors.shape[1]
    transposed = cells.signs.T.tocsr()

    def loss(flat: Any) -> tuple[float, Any]:
        table = flat.reshape(columns + 1, classes)
        odds = cells @ table[:-1] + table[-1]
        odds -= odds.max(1, keepdims=True)
        shares_ = np.exp(odds)
        total = shares_.sum(1, keepdims=True)
        value = -(weights * (odds - np.log(total))[np.arange(len(wanted)), wanted]).sum()
        slope = (shares_ / total - right) * weights[:, None]
        gradient = np.vstack([transposed @ slope, cells.vectors.T @ slope, slope.sum(0)])
        gradient[:-1] += table[:-1] / FREEDOM
        return float(value + (table[:-1] ** 2).sum() / (2 * FREEDOM)), gradient.ravel()

    start = np.zeros((columns + 1) * classes)
    done = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS, "ftol": 1e-6})
    return done.x.reshape(columns + 1, classes)


def stored(table: Any, known: Keys, classes: tuple[str, ...], shift: Any, trust: Trust) -> Linear:
    """The weights as the product keeps them: bytes, log-odds divided by the heat, `shift` added to the bias."""
    heat = trust.heat
    table = (table - table.mean(1, keepdims=True)) / heat
    signs, dense, bias = table[: len(known)], table[len(known) : -1], table[-1] + shift / heat
    scales = np.maximum(np.abs(signs).max(0), 1e-9) / 127
    levels = np.rint(signs / scales).astype(np.int8)
    kept = np.abs(levels).max(1) >= LEAST_LEVEL
    return Linear(
        classes,
        known[kept],
        levels[kept],
        scales.astype(np.float32),
        dense.astype(np.float16).astype(np.float32),
        bias.astype(np.float32),
        trust.doubted,
        trust.network,
    )
