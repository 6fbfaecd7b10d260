"""Fits the weights of `nlu.linear` by multinomial logistic regression, the same every time. Needs scipy (`train`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from nlu.features import Features
from nlu.linear import VECTOR_WEIGHT, Linear, crc, shares

LEAST_SEEN = 2
"""Utterances that a sign must occur in."""
FREEDOM = 3.0
"""Inverse of the penalty on squared weights."""
LEAST_LEVEL = 3
"""Of the largest level of a sign; smaller rows are left out."""
_ROUNDS = 100


def vocabulary(found: Sequence[Features], kinds: str) -> dict[int, int]:
    """CRC-32 of each sign that is worth a weight, and its column, rising."""
    seen: Counter[int] = Counter()
    for one in found:
        seen.update(crc(tuple(sign for sign in one.signs if sign[0] in kinds)).tolist())
    return {key: i for i, key in enumerate(sorted(key for key, times in seen.items() if times >= LEAST_SEEN))}


def matrix(found: Sequence[Features], known: dict[int, int]) -> Any:
    """One row an utterance: signs by column, then the vector."""
    rows, columns, cells = [], [], []
    for i, one in enumerate(found):
        places = [known.get(key, -1) for key in crc(one.signs).tolist()]
        kept = [(sign, place) for sign, place in zip(one.signs, places, strict=True) if place >= 0]
        rows += [i] * len(kept)
        columns += [place for _, place in kept]
        cells.append(shares([sign for sign, _ in kept]))
    width = len(found[0].vector)
    vectors = np.array([one.vector for one in found]) * VECTOR_WEIGHT
    rows += np.repeat(np.arange(len(found)), width).tolist()
    columns += np.tile(np.arange(width) + len(known), len(found)).tolist()
    data = np.concatenate([*cells, vectors.ravel()]).astype(np.float64)
    return csr_matrix((data, (rows, columns)), shape=(len(found), len(known) + width))


def fit(cells: Any, wanted: Any, weights: Any, classes: int) -> Any:
    """Weights of shape (columns + 1, classes), the bias last; cross entropy weighted by sample, squared penalty."""
    right = np.eye(classes)[wanted]
    columns = cells.shape[1]
    transposed = cells.T.tocsr()

    def loss(flat: Any) -> tuple[float, Any]:
        table = flat.reshape(columns + 1, classes)
        odds = cells @ table[:-1] + table[-1]
        odds -= odds.max(1, keepdims=True)
        shares_ = np.exp(odds)
        total = shares_.sum(1, keepdims=True)
        value = -(weights * (odds - np.log(total))[np.arange(len(wanted)), wanted]).sum()
        slope = (shares_ / total - right) * weights[:, None]
        gradient = np.vstack([transposed @ slope + table[:-1] / FREEDOM, slope.sum(0)])
        return float(value + (table[:-1] ** 2).sum() / (2 * FREEDOM)), gradient.ravel()

    start = np.zeros((columns + 1) * classes)
    done = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS, "ftol": 1e-6})
    return done.x.reshape(columns + 1, classes)


def stored(table: Any, known: dict[int, int], classes: tuple[str, ...], shift: Any, heat: float) -> Linear:
    """The weights as the product keeps them: bytes, log-odds divided by `heat`, `shift` added to the bias."""
    table = (table - table.mean(1, keepdims=True)) / heat
    signs, dense, bias = table[: len(known)], table[len(known) : -1], table[-1] + shift / heat
    scales = np.maximum(np.abs(signs).max(0), 1e-9) / 127
    levels = np.rint(signs / scales).astype(np.int8)
    kept = np.abs(levels).max(1) >= LEAST_LEVEL
    keys = np.array(list(known), np.uint32)
    return Linear(
        classes,
        keys[kept],
        levels[kept],
        scales.astype(np.float32),
        dense.astype(np.float16).astype(np.float32),
        bias.astype(np.float32),
    )
