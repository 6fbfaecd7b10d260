"""Distils the table of word vectors from the published one: `python -m nlu.train.vectors WHEEL`.

WHEEL is the file of PyPI's package ja-ginza (`pip download --no-deps ja-ginza==5.3.0`), of which only the vectors are
read; nothing of it is installed. The commonest words are kept, their vectors centred, brought down to their principal
components, and rounded to a byte each. Deterministic. Needs msgpack (the extra `train`).
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import msgpack
import numpy as np

WORDS = 60_000
"""Of 480,000, by the order of the source, which is about that of frequency."""
COMPONENTS = 96
SPREAD = 320.0
"""Levels of a byte for a component of 1 in a unit vector; larger ones than 0.4 hardly occur."""
OUT = Path(__file__).parent.parent / "data" / "word_vectors.npz"
_NAMED = re.compile(r"[\s\"']|^[!-/:-@\[-`{-~]+$")
_MIX, _WORD = 0xC6A4A7935BD1E995, (1 << 64) - 1


def murmur(data: bytes, seed: int = 1) -> int:
    """MurmurHash64A, by which the source numbers its strings."""
    total = (seed ^ (len(data) * _MIX)) & _WORD
    whole = len(data) - len(data) % 8
    for at in range(0, whole, 8):
        piece = int.from_bytes(data[at : at + 8], "little") * _MIX & _WORD
        piece = (piece ^ piece >> 47) * _MIX & _WORD
        total = (total ^ piece) * _MIX & _WORD
    if data[whole:]:
        total = (total ^ int.from_bytes(data[whole:], "little")) * _MIX & _WORD
    total = (total ^ total >> 47) * _MIX & _WORD
    return total ^ total >> 47


def read(wheel: Path) -> tuple[list[str], list[int], Any]:
    """(words, row of each, vectors) of the source, in its order."""
    with zipfile.ZipFile(wheel) as files:
        names = {name.rsplit("vocab/", 1)[-1]: name for name in files.namelist() if "/vocab/" in name}
        rows = msgpack.unpackb(files.read(names["key2row"]), strict_map_key=False)
        strings = json.loads(files.read(names["strings.json"]))
        vectors = np.load(io.BytesIO(files.read(names["vectors"])))
    known = {murmur(text.encode()): text for text in strings}
    pairs = [(known[key], row) for key, row in rows.items() if key in known]
    return [word for word, _ in pairs], [row for _, row in pairs], vectors


def reduced(vectors: Any) -> Any:
    """Principal components of the centred vectors, each of unit length."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    centred = unit - unit.mean(0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    directions = directions[:, ::-1][:, :COMPONENTS]
    directions = directions * np.sign(directions[np.abs(directions).argmax(0), np.arange(COMPONENTS)])
    parts = centred @ directions
    return parts / np.maximum(np.linalg.norm(parts, axis=1, keepdims=True), 1e-9)


def main() -> None:
    """Write `data/word_vectors.npz`."""
    words, rows, vectors = read(Path(sys.argv[1]))
    kept = [(word, row) for word, row in zip(words, rows, strict=True) if not _NAMED.search(word)][:WORDS]
    used = sorted({row for _, row in kept})
    place = {row: i for i, row in enumerate(used)}
    levels = np.clip(np.rint(reduced(vectors)[used] * SPREAD), -127, 127).astype(np.int8)
    np.savez_compressed(
        OUT,
        words=np.frombuffer("\n".join(word for word, _ in kept).encode(), np.uint8),
        rows=np.array([place[row] for _, row in kept], np.uint16),
        vectors=levels,
    )
    print(f"{len(kept)} words, {len(used)} vectors, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
