# mypy: allow-subclassing-any, allow-untyped-calls, no-warn-return-any
"""Writes the student as a small ONNX file: weights of 8 bits, no torch needed to run it.

Rule: the graph is written out by hand, so that it holds what runs and nothing else. In: `mel` (T, 80). Out: `log`
(T, 558), log probabilities. Weights are kept in 8 bits with one scale a column and unfolded once, when the file is
loaded; the sums run in 32 bits. (Sums in 8 bits run thrice as fast, but cost people a twentieth more phoneme errors.)
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from voice.engines.phonemes import transitions
from voice.engines.train.network import BINS, COLUMNS, HEADS, LAYERS, WIDTH, Network, initialisers

OPSET = 17
DOUBLED = -2.0
"""Natural log added to the vowels that follow themselves (a a, …). A decoder that favours steps over blanks, as it has
to, would otherwise take them again and again in a slow speaker's vowel: with a bonus of 3 people's phoneme error falls
from .45 to .33, with 1.5 it stays as it is (tuning half of tests/bench/acoustic)."""


class _Graph:
    """A graph under construction: each call adds one node and names its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.NDArray[np.generic] | list[int]) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def __call__(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        out = name or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], out, **attributes))
        return out


def export(network: Network, path: Path) -> None:
    """Writes `network` into `path`."""
    onnx.save(graph(network), path)


def read(path: Path) -> Network:
    """The network with the weights of a file that `export` wrote, as far as 8 bits tell them."""
    held = initialisers(path)
    held["leave.bias"][_doubled()] -= DOUBLED
    state = {}
    for name in Network().state_dict():
        value = held[name].astype(np.float32)
        scale = held.get(name.removesuffix("weight") + "scale")
        state[name] = torch.from_numpy(value if scale is None else (value * scale).T.copy())
    network = Network()
    network.load_state_dict(state)
    return network


def _doubled() -> list[int]:
    """Columns of the vowels that follow themselves."""
    return [column for column, (p, q) in enumerate(transitions()) if p == q and p in "aiueo"]


def graph(network: Network) -> onnx.ModelProto:
    """The network as it runs."""
    held = {name: value.detach().float().numpy().copy() for name, value in network.state_dict().items()}
    held["leave.bias"][_doubled()] += DOUBLED
    add = _Graph()
    x = add("Add", _linear(add, held, "enter", "mel"), _positions(add))
    for number in range(LAYERS):
        x = _layer(add, held, f"layers.{number}", x)
    add("LogSoftmax", _linear(add, held, "leave", x), name="log", axis=-1)
    body = helper.make_graph(
        add.nodes,
        "student",
        [helper.make_tensor_value_info("mel", TensorProto.FLOAT, ["frames", BINS])],
        [helper.make_tensor_value_info("log", TensorProto.FLOAT, ["frames", COLUMNS])],
        add.constants,
    )
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def _linear(add: _Graph, held: dict[str, npt.NDArray[np.float32]], name: str, x: str) -> str:
    weight = held[f"{name}.weight"].T
    scale = np.abs(weight).max(axis=0) / np.float32(127)
    small = add("Cast", add.constant(f"{name}.weight", np.rint(weight / scale).astype(np.int8)), to=TensorProto.FLOAT)
    whole = add("Mul", small, add.constant(f"{name}.scale", scale))
    bias = add.constant(f"{name}.bias", held[f"{name}.bias"])
    return add("Add", add("MatMul", x, whole), bias)


def _positions(add: _Graph) -> str:
    """(T, 256): sines from position 1; a cosine is a sine a quarter turn on."""
    rate = np.exp(np.arange(0, WIDTH, 2, dtype=np.float32) * np.float32(-math.log(10_000.0) / WIDTH))
    frames = add("Gather", add("Shape", "mel"), add.constant("zero", np.array(0, np.int64)))
    one = add.constant("one", np.array(1, np.int64))
    at = add("Cast", add("Range", one, add("Add", frames, one), one), to=TensorProto.FLOAT)
    column = add("Unsqueeze", at, add.constant("last", np.array([1], np.int64)))
    turn = add("Mul", column, add.constant("rate", np.repeat(rate, 2)))
    quarter = np.tile(np.array([0, math.pi / 2], np.float32), WIDTH // 2)
    return add("Sin", add("Add", turn, add.constant("quarter", quarter)))


def _layer(add: _Graph, held: dict[str, npt.NDArray[np.float32]], name: str, x: str) -> str:
    mixed = add("Reshape", _linear(add, held, f"{name}.mix", x), add.constant(f"{name}.heads", [-1, 3, HEADS, 64]))
    parts = add("Transpose", mixed, perm=[1, 2, 0, 3])
    query, key, value = (
        add("Gather", parts, add.constant(f"{name}.part{part}", np.array(part, np.int64)), axis=0) for part in range(3)
    )
    scale = add.constant(f"{name}.root", np.array((WIDTH // HEADS) ** -0.5, np.float32))
    score = add("MatMul", add("Mul", query, scale), add("Transpose", key, perm=[0, 2, 1]))
    heard = add("Transpose", add("MatMul", add("Softmax", score, axis=-1), value), perm=[1, 0, 2])
    joined = add("Reshape", heard, add.constant(f"{name}.join", [-1, WIDTH]))
    x = _normal(add, held, f"{name}.norm1", add("Add", x, _linear(add, held, f"{name}.out", joined)))
    inner = add("Relu", _linear(add, held, f"{name}.widen", x))
    return _normal(add, held, f"{name}.norm2", add("Add", x, _linear(add, held, f"{name}.narrow", inner)))


def _normal(add: _Graph, held: dict[str, npt.NDArray[np.float32]], name: str, x: str) -> str:
    weight, bias = (add.constant(f"{name}.{part}", held[f"{name}.{part}"]) for part in ("weight", "bias"))
    return add("LayerNormalization", x, weight, bias, axis=-1, epsilon=1e-5)
