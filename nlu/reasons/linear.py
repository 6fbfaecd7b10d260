"""A linear judge of openings: what each sign and each component of the vector adds for each class.

Signs are kept as CRC-32 of their text beside a byte for each class; those that training did not see add nothing. Signs
of a kind share one weight among them (each 1/√n of n known ones), so that long utterances are not louder than short
ones; values found, phrases, rules and what other readers find count in full. Scores are log-odds up to a common
constant, already calibrated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nlu.hashed import Places
from nlu.reasons.features import Features

Array = NDArray[np.float32]
FULL = frozenset("sprd")
"""Kinds of signs that count in full each."""
FULL_WEIGHT = 0.4
VECTOR_WEIGHT = 2.0


class Known(NamedTuple):
    """What training saw of one utterance."""

    signs: list[str]
    values: Array
    rows: NDArray[np.int32]
    vector: Array


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights as stored in an .npz file: keys, levels, scales, dense, bias, doubted, network."""

    classes: tuple[str, ...]
    keys: NDArray[np.uint32]
    """CRC-32 of each known sign, rising."""
    levels: NDArray[np.int8]
    """One row a sign, one column a class."""
    scales: Array
    """What one level is worth, for each class."""
    dense: Array
    """One row a component of the vector."""
    bias: Array
    doubted: float
    """What the log-odds count where they are unsure, and the network is asked too."""
    network: float
    """What its log-shares count then."""
    places: Places = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", Places.among(self.keys))

    def scores(self, known: Known) -> Array:
        """Log-odds of each class, up to a constant."""
        # einsum keeps to this thread; a product of this size would wake the others for nothing
        sums: Array = np.einsum("i,ij->j", known.values, self.levels[known.rows].astype(np.float32))
        whole: Array = np.einsum("i,ij->j", known.vector, self.dense)
        result: Array = sums * self.scales + np.float32(VECTOR_WEIGHT) * whole + self.bias
        return result

    def grounds(self, known: Known, kind: int) -> Iterator[tuple[str, float]]:
        """(sign, what it added for a class above the mean of all classes), strongest first; only those that did."""
        worth: Array = self.levels[known.rows] * self.scales
        added = known.values * (worth[:, kind] - worth.mean(1))
        order = np.argsort(-added, kind="stable")
        return ((known.signs[i], float(added[i])) for i in order[: np.count_nonzero(added > 0)].tolist())

    def known(self, found: Features) -> Known:
        """The signs of an utterance that training saw, to be asked for scores and grounds."""
        places = self.places.of(crc(found.signs))
        hit = np.flatnonzero(places >= 0)
        signs = [found.signs[i] for i in hit.tolist()]
        return Known(signs, shares(signs), places[hit], found.vector)


@lru_cache(maxsize=4)
def crc(signs: tuple[str, ...]) -> NDArray[np.uint32]:
    """The number by which each sign is known; kept for the next question about the same utterance."""
    keys = np.fromiter(map(crc32, map(str.encode, signs)), np.uint32, len(signs))
    keys.setflags(write=False)
    return keys


def softmax(odds: NDArray[Any]) -> NDArray[Any]:
    """The shares that log-odds come to, along the last axis."""
    each = np.exp(odds - odds.max(-1, keepdims=True))
    result: NDArray[Any] = each / each.sum(-1, keepdims=True)
    return result


def shares(signs: list[str]) -> Array:
    """The value of each of an utterance's known signs."""
    return worth(kinds_of(signs))


def kinds_of(signs: Sequence[str]) -> NDArray[np.uint8]:
    """The first letter of each sign."""
    return np.frombuffer("".join([sign[0] for sign in signs]).encode(), np.uint8)


def worth(kinds: NDArray[np.uint8]) -> Array:
    """The value of each of an utterance's known signs, by their kinds."""
    counts = np.bincount(kinds, minlength=128).astype(np.float32)
    each: Array = (1.0 / np.sqrt(np.maximum(counts, 1.0))).astype(np.float32)
    each[[ord(kind) for kind in FULL]] = FULL_WEIGHT
    values: Array = each[kinds]
    return values


def load(path: Path) -> Linear:
    """The weights in a file that `python -m nlu.train` wrote."""
    with np.load(path) as stored:
        classes = tuple(stored["classes"].tobytes().decode().split())
        return Linear(
            classes,
            stored["keys"],
            stored["levels"],
            stored["scales"].astype(np.float32),
            stored["dense"].astype(np.float32),
            stored["bias"].astype(np.float32),
            float(stored["doubted"]),
            float(stored["network"]),
        )
