"""What a small transformer says of the reason for a call: one that read much text before it learnt our openings.

Four layers of a published encoder, taught our reasons (`python -m nlu.train.network`; `data/reason_network.md` says
from what and how well). It sees order and kinship of words that no sign of `features` tells; `judge` asks it where the
signs are unsure. By itself it grounds nothing. `data/reason_pieces.npz` holds the pieces of words, four
bits a component, `data/reason_network.onnx` the layers, in bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from nlu.normalize import shortened
from nlu.sentences import MARK, cut, session, with_beginnings
from nlu.tables import DATA

Array = NDArray[np.float32]
NETWORK, PIECES = DATA / "reason_network.onnx", DATA / "reason_pieces.npz"
BEGIN, PADDING, END, UNKNOWN = range(4)
"""Places of the pieces that stand for no letters."""
MOST = 36
"""Pieces that are looked at: of a longer text the first and the last. More tell no more, and each takes a twentieth of
a millisecond."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of words that the network knows."""

    scores: dict[str, float]
    """Log-likelihood of each, and of what they begin with."""
    places: dict[str, int]

    def of(self, text: str) -> list[int]:
        """The places of a normalised text's pieces, begin and end with them; at most `MOST`."""
        words = cut(MARK + shortened(text).replace(" ", MARK), self.scores)
        found = [BEGIN, *(self.places.get(word, UNKNOWN) for word in words), END]
        return found if len(found) <= MOST else found[: MOST // 2] + found[-MOST // 2 :]


def pieces_of(words: Sequence[str], scores: Sequence[float]) -> Pieces:
    """Of a table whose first rows stand for no letters."""
    known = dict(zip(words[UNKNOWN + 1 :], scores[UNKNOWN + 1 :], strict=True))
    return Pieces(with_beginnings(known), {word: i for i, word in enumerate(words) if i > UNKNOWN})


@dataclass(frozen=True, slots=True)
class _Network:
    pieces: Pieces
    levels: NDArray[np.uint8]
    """(pieces, half the components): two levels a byte, the low half of each block of 32 first."""
    scales: NDArray[np.float16]
    """(pieces, blocks)."""
    places: Array
    """What is added to the piece at each place."""
    layers: ort.InferenceSession

    def odds(self, text: str) -> Array:
        rows = self.pieces.of(text)
        bytes_ = self.levels[rows].reshape(len(rows), self.scales.shape[1], -1)
        levels = np.concatenate([bytes_ & 15, bytes_ >> 4], -1).astype(np.float32) - 8
        state = (levels * self.scales[rows].astype(np.float32)[..., None]).reshape(len(rows), -1)
        (odds,) = self.layers.run(None, {"rows": state + self.places[: len(rows)]})
        found: Array = odds
        return found


@lru_cache(maxsize=64)
def log_shares(text: str) -> Array:
    """Of a normalised text, the logarithm of each reason's share, in the order of `Reason`."""
    odds = _network().odds(text)
    odds = odds - odds.max()
    shares: Array = odds - np.log(np.exp(odds).sum())
    shares.setflags(write=False)
    return shares


@cache
def _network() -> _Network:
    with np.load(PIECES) as stored:
        words = stored["words"].tobytes().decode().split("\n")
        return _Network(
            pieces_of(words, stored["scores"].tolist()),
            stored["levels"],
            stored["scales"],
            stored["places"].astype(np.float32),
            session(NETWORK),
        )
