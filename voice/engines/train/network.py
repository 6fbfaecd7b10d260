# mypy: allow-subclassing-any, allow-untyped-calls, no-warn-return-any
"""The wide-band model's network, rebuilt so that it can be trained: a small post-norm transformer over log-mel.

Rule: the same names, sizes and arithmetic as in the ONNX file it is read from, so that its weights load and its
outputs agree. log-mel (80) -> linear 256 + sinusoidal positions from 1 -> 4 encoder layers (4 heads of 64, ReLU 2048,
normalised after each half) -> linear 558.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from torch import nn

WIDTH, HEADS, INNER, LAYERS, BINS, COLUMNS = 256, 4, 2048, 4, 80, 558


class Layer(nn.Module):
    """One encoder layer."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.widen = nn.Linear(WIDTH, INNER)
        self.narrow = nn.Linear(INNER, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH)

    def forward(self, x: torch.Tensor, absent: torch.Tensor | None) -> torch.Tensor:
        """`x` (B, T, 256); `absent` (B, 1, 1, T), 0 or -inf, hides padding."""
        batch, frames, _ = x.shape
        query, key, value = self.mix(x).reshape(batch, frames, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        # written out: torch's fused attention takes several times as long backwards on a processor
        score = (query * (WIDTH // HEADS) ** -0.5) @ key.transpose(2, 3)
        heard = torch.softmax(score if absent is None else score + absent, dim=3) @ value
        x = self.norm1(x + self.out(heard.transpose(1, 2).reshape(batch, frames, WIDTH)))
        return self.norm2(x + self.narrow(torch.relu(self.widen(x))))


class Network(nn.Module):
    """log-mel to log posteriors."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(BINS, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.leave = nn.Linear(WIDTH, COLUMNS)

    def forward(self, mel: torch.Tensor, absent: torch.Tensor | None = None, first: int = 1) -> torch.Tensor:
        """`mel` (B, T, 80) -> unnormalised log posteriors (B, T, 558); `first` is the position of frame 0."""
        x = self.enter(mel) + positions(mel.shape[1], first)
        for layer in self.layers:
            x = layer(x, absent)
        return self.leave(x)


def positions(frames: int, first: int = 1) -> torch.Tensor:
    """(frames, 256): sines in the even places, cosines in the odd ones."""
    at = torch.arange(first, first + frames, dtype=torch.float32)[:, None]
    rate = torch.exp(torch.arange(0, WIDTH, 2, dtype=torch.float32) * (-math.log(10_000.0) / WIDTH))
    return torch.stack((torch.sin(at * rate), torch.cos(at * rate)), dim=2).reshape(frames, WIDTH)


def initialisers(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    """All constants of an ONNX file by name."""
    return {one.name: numpy_helper.to_array(one).copy() for one in onnx.load(path).graph.initializer}


def load(path: Path) -> Network:
    """The network with the weights of the wide-band model's ONNX file."""
    held = initialisers(path)
    products = sorted((name for name in held if name.startswith("onnx::MatMul_")), key=lambda name: int(name[13:]))
    matrices = [torch.from_numpy(held[name].T.copy()) for name in products]
    network = Network()
    state = {"enter.weight": matrices[0], "leave.weight": matrices[-1]}
    state |= {f"{ours}.bias": torch.from_numpy(held[f"linear_{theirs}.bias"]) for ours, theirs in ENDS}
    for number in range(LAYERS):
        here = f"transformer_encoder.layers.{number}."
        for name, matrix in zip(("mix", "widen", "narrow"), matrices[1 + 3 * number :], strict=False):
            state[f"layers.{number}.{name}.weight"] = matrix
        for ours, theirs in NAMES.items():
            state[f"layers.{number}.{ours}"] = torch.from_numpy(held[here + theirs])
    network.load_state_dict(state)
    return network


ENDS = (("enter", "input"), ("leave", "output"))
NAMES = {
    "mix.bias": "self_attn.in_proj_bias",
    "out.weight": "self_attn.out_proj.weight",
    "out.bias": "self_attn.out_proj.bias",
    "widen.bias": "linear1.bias",
    "narrow.bias": "linear2.bias",
    "norm1.weight": "norm1.weight",
    "norm1.bias": "norm1.bias",
    "norm2.weight": "norm2.weight",
    "norm2.bias": "norm2.bias",
}
