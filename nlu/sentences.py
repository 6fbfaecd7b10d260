"""What a whole sentence is like: one vector, from an encoder that was trained on much text of many languages.

Pieces of words go through three convolutions (over two, three and five pieces) and a few layers, so that order and
neighbours count, unlike in `vectors`. `data/sentence_encoder.npz` holds the weights, cut down to Japanese, and
`data/sentence_encoder.md` says where they come from. Takes about two milliseconds, nothing for a text just encoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
MARK = "▁"
"""Stands for a blank, and for the beginning."""

_FILE = Path(__file__).parent / "data" / "sentence_encoder.npz"
_ORDERS = ((2, 0), (3, 1), (5, 2))
"""(pieces, those of them to the left)"""
_UNKNOWN, _BEGIN, _END = 0, 1, 2
_MISSING = -20.0
"""Log-likelihood of a letter that no piece has."""
_WIDEST = 10
"""Letters of the longest piece that is looked for."""
SIZE = 512
_LONGEST = 300
"""Characters that are looked at."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """The weights, made ready."""

    scores: dict[str, float]
    """Log-likelihood of each piece."""
    rows: dict[str, int]
    """Place of each piece in the table."""
    plain: dict[str, Any]
    """By name: the table of pieces, and all that is added or multiplied as it is."""
    matrices: dict[str, Vector]

    def encode(self, text: str) -> Vector:
        """The vector of a text, centred and evened out over the lines written for training."""
        letters = MARK + text[:_LONGEST].strip().replace(" ", MARK)
        pieces = cut(letters, self.scores)
        rows = [_BEGIN, *(self.rows.get(piece, _UNKNOWN) for piece in pieces), _END]
        first: Vector = self.plain["table"][rows] * self.plain["step"] + self.plain["low"]
        states = self._even(np.hstack([first, *self._waves(first)]), "gain", "shift")
        total: Vector = states.sum(0) @ self.matrices["out"] + len(rows) * self.plain["out_b"]
        unit = self._settled(total / np.float32(np.sqrt(len(rows))))
        result = (unit - self.plain["mean"]) / self.plain["spread"] / np.sqrt(len(unit))
        return np.asarray(result, np.float32)

    def _even(self, values: Vector, gain: str, shift: str) -> Vector:
        centred = values - values.mean(1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(1, keepdims=True) + self.plain["eps"])
        even: Vector = centred / spread * self.plain[gain] + self.plain[shift]
        return even

    def _waves(self, first: Vector) -> list[Vector]:
        """Each convolution over the pieces, twice."""
        start = self._even(first @ self.matrices["proj"] + self.plain["proj_b"], "proj_gain", "proj_shift")
        waves = []
        for (n, left), state in zip(_ORDERS, np.split(start, len(_ORDERS), axis=1), strict=True):
            for layer in ("w1", "w2"):
                around = np.pad(state, ((left, n - 1 - left), (0, 0)))
                joined = np.hstack([around[i : i + len(state)] for i in range(n)])
                added = joined @ self.matrices[f"{layer}_{n}"] + self.plain[f"{layer}_b{n}"]
                state = state + np.maximum(added, 0)
            waves.append(state)
        return waves

    def _settled(self, total: Vector) -> Vector:
        """The last layers: a vector of unit length."""
        by = self.matrices
        middle = np.maximum(total @ by["p1"] + np.maximum(total @ by["d0"], 0) @ by["d1"], 0)
        last = np.tanh(middle @ by["p3"] + np.maximum(middle @ by["d2"], 0) @ by["d3"])
        unit: Vector = last / max(float(np.linalg.norm(last)), 1e-9)
        return unit


@lru_cache(maxsize=64)
def encode(text: str) -> Vector:
    """The vector of a normalised text; `SIZE` components, each as telling as another."""
    vector = _encoder().encode(text)
    vector.setflags(write=False)
    return vector


def cut(letters: str, scores: Mapping[str, float]) -> list[str]:
    """The likeliest division into pieces; a letter that is in none stands alone."""
    best = [0.0] + [-1e9] * len(letters)
    begin = [0] * (len(letters) + 1)
    for start in range(len(letters)):
        for end in range(start + 1, min(start + _WIDEST, len(letters)) + 1):
            score = scores.get(letters[start:end], _MISSING if end == start + 1 else None)
            if score is not None and best[start] + score > best[end]:
                best[end], begin[end] = best[start] + score, start
    found, end = [], len(letters)
    while end > 0:
        found.append(letters[begin[end] : end])
        end = begin[end]
    return found[::-1]


def ready(stored: Mapping[str, Any]) -> Encoder:
    """An encoder of the arrays in the file."""
    words = stored["words"].tobytes().decode().split("\n")
    whole = {name: np.asarray(stored[name]) for name in stored}
    return Encoder(
        dict(zip(words, whole["scores"].tolist(), strict=True)),
        {word: i + _END + 1 for i, word in enumerate(words)},
        {name: values for name, values in whole.items() if f"{name}_scale" not in whole},
        {name: whole[name] * whole[f"{name}_scale"] for name in whole if f"{name}_scale" in whole},
    )


@cache
def _encoder() -> Encoder:
    with np.load(_FILE) as stored:
        return ready(stored)
