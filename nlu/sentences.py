"""What a whole sentence is like: one vector, from an encoder that was trained on much text of many languages.

Pieces of words go through three convolutions (over two, three and five pieces) and a few layers, so that order and
neighbours count, unlike in `vectors`. `data/sentence_encoder.npz` holds the weights, cut down to Japanese, and
`data/sentence_encoder.md` says where they come from. What the first layers make of a piece by itself is kept, since the
same pieces come again and again; the rest takes less than a millisecond, and nothing for a text just encoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from nlu.tables import DATA

Vector = NDArray[np.float32]
MARK = "▁"
"""Stands for a blank, and for the beginning."""

_FILE = DATA / "sentence_encoder.npz"
_UNKNOWN, _BEGIN, _END = 0, 1, 2
_MISSING = -20.0
"""Log-likelihood of a letter that no piece has."""
_NONE = -1e9
"""Of letters that are no piece, and only begin one."""
_WIDEST = 10
"""Letters of the longest piece that is looked for."""
SIZE, _WIDTH = 512, 3840
"""Components of a vector, and of a row that the first layers make of a piece."""
_LONGEST = 300
"""Characters that are looked at."""
_MOST_MET = 4096
"""Pieces that are kept with what the first layers make of them, 15 kB each."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """The pieces, and the network over their vectors."""

    scores: dict[str, float]
    """Log-likelihood of each piece, and of what they begin with."""
    rows: dict[str, int]
    """Place of each piece in the table."""
    table: NDArray[np.uint8]
    step: Vector
    low: Vector
    """A piece's vector is its row times `step` plus `low`."""
    mean: Vector
    spread: Vector
    alone: ort.InferenceSession
    """From the vectors of pieces to what goes into the first convolutions, one row a piece."""
    together: ort.InferenceSession
    """From those rows, in the order of the sentence, to its vector."""
    made: Vector = field(default_factory=lambda: np.empty((_MOST_MET, _WIDTH), np.float32), compare=False)
    """Rows of the pieces that came last."""
    met: dict[int, int] = field(default_factory=dict, compare=False)
    """By place of the piece in the table, which of those rows is its own."""

    def unit(self, text: str) -> Vector:
        """The vector of a text, of unit length, as the network has it."""
        pieces = cut(MARK + text[:_LONGEST].strip().replace(" ", MARK), self.scores)
        places = [_BEGIN, *(self.rows.get(piece, _UNKNOWN) for piece in pieces), _END]
        (vector,) = self.together.run(None, {"rows": self._rows(places)})
        unit: Vector = np.asarray(vector, np.float32)[0]
        return unit

    def _rows(self, places: list[int]) -> Vector:
        new = [place for place in dict.fromkeys(places) if place not in self.met]
        if len(self.met) + len(new) > _MOST_MET:
            self.met.clear()
            new = list(dict.fromkeys(places))
        if new:
            free = range(len(self.met), len(self.met) + len(new))
            (self.made[free.start : free.stop],) = self.alone.run(
                None, {"pieces": self.table[new] * self.step + self.low}
            )
            self.met.update(zip(new, free, strict=True))
        return self.made[[self.met[place] for place in places]]

    def encode(self, text: str) -> Vector:
        """The vector of a text, centred and evened out over the lines written for training."""
        even: Vector = (self.unit(text) - self.mean) / self.spread / np.float32(SIZE**0.5)
        return even


@lru_cache(maxsize=64)
def encode(text: str) -> Vector:
    """The vector of a normalised text; `SIZE` components, each as telling as another."""
    vector = _encoder().encode(text)
    vector.setflags(write=False)
    return vector


def with_beginnings(scores: Mapping[str, float]) -> dict[str, float]:
    """The same log-likelihoods, and an impossible one for whatever a piece begins with, so that `cut` sees ends."""
    beginnings = dict.fromkeys((piece[:end] for piece in scores for end in range(2, len(piece))), _NONE)
    return beginnings | dict.fromkeys((piece[:1] for piece in scores), _MISSING) | dict(scores)


def cut(letters: str, scores: Mapping[str, float]) -> list[str]:
    """The likeliest division into pieces by `with_beginnings`; a letter that is in none stands alone."""
    best = [0.0] + [2 * _NONE] * len(letters)
    begin = [0] * (len(letters) + 1)
    for start in range(len(letters)):
        before = best[start]
        for end in range(start + 1, min(start + _WIDEST, len(letters)) + 1):
            score = scores.get(letters[start:end])
            if score is None:
                if end > start + 1:
                    break
                score = _MISSING
            if before + score > best[end]:
                best[end], begin[end] = before + score, start
    found, end = [], len(letters)
    while end > 0:
        found.append(letters[begin[end] : end])
        end = begin[end]
    return found[::-1]


def ready(stored: Mapping[str, Any]) -> Encoder:
    """An encoder of the arrays in the file."""
    words = stored["words"].tobytes().decode().split("\n")
    return Encoder(
        with_beginnings(dict(zip(words, stored["scores"].tolist(), strict=True))),
        {word: i + _END + 1 for i, word in enumerate(words)},
        stored["table"],
        stored["step"],
        stored["low"],
        stored["mean"],
        stored["spread"],
        *(session(stored[name].tobytes()) for name in ("alone", "together")),
    )


def session(model: bytes | Path) -> ort.InferenceSession:
    """A network ready to run, in this thread alone and without a word."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@cache
def _encoder() -> Encoder:
    with np.load(_FILE) as stored:
        return ready(stored)
