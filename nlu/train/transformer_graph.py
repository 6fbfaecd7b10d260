"""A taught transformer as ONNX, for one text at a time: from the vectors of its pieces to log-odds."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from nlu.train.encoder import Graph

OPSET = 20


def graph(network: Any) -> Any:
    """The network without its table: input `rows` (pieces, width), output (classes,)."""
    made = Graph()
    state = _evened(made, "rows", network.evened)
    for layer in network.layers:
        state = _evened(made, made.add("Add", state, _met(made, state, layer)), layer.first)
        opened = made.add("Gelu", _product(made, state, layer.opened))
        state = _evened(made, made.add("Add", state, _product(made, opened, layer.closed)), layer.second)
    mean = made.add("ReduceMean", state, made.constant(np.array([0])), keepdims=1)
    odds = made.add("Reshape", _product(made, mean, network.last), made.constant(np.array([-1])))
    given = helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["n", network.width])
    result = helper.make_tensor_value_info(odds, TensorProto.FLOAT, None)
    whole = helper.make_graph(made.nodes, "network", [given], [result], made.constants)
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)


def in_bytes(model: Any) -> bytes:
    """The same network with its matrices in bytes, multiplied as bytes by states that are rounded on the way.

    Seven bits a weight, one scale a column: processors without VNNI add pairs of products up in sixteen bits.
    """
    with TemporaryDirectory() as folder:
        whole, made = Path(folder) / "whole.onnx", Path(folder) / "made.onnx"
        onnx.save(model, whole)
        quantize_dynamic(whole, made, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
        return made.read_bytes()


def _met(made: Graph, state: str, layer: Any) -> str:
    """What attention makes of a state."""
    width = layer.joined.in_features
    each = width // layer.heads
    split = made.constant(np.array([0, layer.heads, each]))
    attended = _product(made, state, layer.attended)
    asked, offered, told = (
        made.add("Reshape", made.columns(attended, at * width, (at + 1) * width), split) for at in range(3)
    )
    likeness = made.add(
        "MatMul", made.add("Transpose", asked, perm=[1, 0, 2]), made.add("Transpose", offered, perm=[1, 2, 0])
    )
    shares = made.add("Softmax", made.add("Mul", likeness, made.constant(np.float32(each**-0.5))), axis=-1)
    met = made.add("MatMul", shares, made.add("Transpose", told, perm=[1, 0, 2]))
    flat = made.add("Reshape", made.add("Transpose", met, perm=[1, 0, 2]), made.constant(np.array([0, width])))
    return _product(made, flat, layer.joined)


def _product(made: Graph, state: str, linear: Any) -> str:
    weight = made.constant(linear.weight.detach().numpy().T)
    return made.add("Add", made.add("MatMul", state, weight), made.constant(linear.bias.detach().numpy()))


def _evened(made: Graph, state: str, norm: Any) -> str:
    gain, shift = norm.weight.detach().numpy(), norm.bias.detach().numpy()
    return made.add("LayerNormalization", state, made.constant(gain), made.constant(shift), axis=-1, epsilon=norm.eps)
