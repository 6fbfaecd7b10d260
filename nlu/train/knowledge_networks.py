"""The two networks of `knowledge/weighing` as torch trains them; their arrays bear the names that are read there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nlu.knowledge.likeness import SIDES
from nlu.knowledge.weighing import Related


@dataclass(frozen=True, slots=True)
class Settings:
    """How a network is trained; chosen in cross-validation by companies."""

    epochs: int
    rate: float
    """Of learning, at its highest."""
    decay: float
    """Of weights, per step and rate."""
    batch: int = 64


ENTRIES = Settings(epochs=20, rate=3e-3, decay=0.1)
BEYOND = Settings(epochs=15, rate=1e-2, decay=0.3)
_DROP_WORDS, _DROP, _DROP_SIGNS, _DROP_SENSE = 0.3, 0.2, 0.3, 0.2
_SENSES = 24
_EACH = ("shared", "words", "meetings", "sentence", "ending")
"""What the network for entries reads of `Related` beside the numbers of entries."""
_SIGN_SCALE = 5.0
"""Rows of signs are short, so their weights are scaled up to learn as fast as the rest."""


def _stack(arrays: list[Any]) -> Tensor:
    """Arrays of one rank in one, the shorter filled with zeros."""
    shape = [max(array.shape[axis] for array in arrays) for axis in range(arrays[0].ndim)]
    whole = np.zeros((len(arrays), *shape), np.float32)
    for row, array in zip(whole, arrays, strict=True):
        row[tuple(slice(0, length) for length in array.shape)] = array
    return torch.from_numpy(whole)


def _padded(likest: Any, entries: int) -> Any:
    """With zeros for the entries that a script lacks."""
    return np.pad(likest, ((0, 0), (0, entries - likest.shape[1]), (0, 0)))


def _scale(rows: list[Any]) -> tuple[Any, Any]:
    whole = np.vstack(rows)
    return whole.mean(0).astype(np.float32), (whole.std(0) + 0.05).astype(np.float32)


def _train(
    net: nn.ModuleDict,
    packed: list[Tensor],
    loss: Callable[[list[Tensor], Tensor], Tensor],
    settings: Settings,
    seed: int,
) -> None:
    """Adjust a network to its samples; `loss` takes the columns of a batch and the indices of its samples."""
    order, count = np.random.default_rng(seed), len(packed[0])
    optimizer = torch.optim.AdamW(net.parameters(), lr=settings.rate, weight_decay=settings.decay)
    steps = settings.epochs * -(-count // settings.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.rate, total_steps=steps)
    for _ in range(settings.epochs):
        mixed = order.permutation(count)
        for start in range(0, count, settings.batch):
            batch = torch.from_numpy(mixed[start : start + settings.batch])
            optimizer.zero_grad()
            loss([column[batch] for column in packed], batch).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()


def _arrays(net: nn.ModuleDict, mean: Any, spread: Any) -> dict[str, Any]:
    arrays = {name: value.detach().numpy().copy() for name, value in net.state_dict().items()}
    return {**arrays, "mean": mean, "spread": spread}


def _entry_scores(net: nn.ModuleDict, packed: list[Tensor]) -> Tensor:
    """Of every entry, and of none the last column."""
    features, shared, words, meetings, sentence, ending, likest, has_entry, has_word = packed
    longest = int(has_word.sum(1).max())
    words, meetings, has_word = words[:, :longest], meetings[:, :, :longest], has_word[:, :longest]
    known = net["word"](functional.dropout(words, _DROP_WORDS))[:, None]
    each = net["weighed"](torch.tanh(known + net["met"](meetings)))
    there = has_word[:, None, :, None]
    most = each.masked_fill(there == 0, -1e4).amax(2)
    asked, late = (net["sense"](functional.dropout(each, _DROP_SENSE))[:, None] for each in (sentence, ending))
    sides = [net["sense"](likest[:, side]) * one for side, one in enumerate((asked, asked, late))]
    row = torch.cat([features, (each * there).sum(2) / 2.0, most, net["shared"](shared), *sides], -1)
    hidden = functional.dropout(torch.relu(net["joined"](row)), _DROP)
    scores = net["judged"](hidden).squeeze(-1).masked_fill(has_entry == 0, -30.0)
    return torch.cat([scores, torch.zeros(len(scores), 1)], 1)


def entries(related: Sequence[Related], wanted: Sequence[int], weights: Sequence[float], seed: int) -> dict[str, Any]:
    """A network that says which entry answers; `wanted` is negative where none does."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    words, notions, columns = (getattr(related[0], name).shape[1] for name in ("words", "shared", "entries"))
    layers = {"word": (words, 16), "met": (10, 16), "weighed": (16, 8), "shared": (notions, 6)}
    layers |= {
        "joined": (columns + 22 + SIDES * _SENSES, 24),
        "judged": (24, 1),
        "sense": (len(related[0].sentence), _SENSES),
    }
    net = nn.ModuleDict({name: nn.Linear(*size) for name, size in layers.items()})
    for name in ("word", "shared"):
        nn.init.normal_(net[name].weight, std=0.02)  # type: ignore[arg-type]
    nn.init.normal_(net["sense"].weight, std=0.7)  # type: ignore[arg-type]
    mean, spread = _scale([one.entries for one in related])
    packed = [_stack([(one.entries - mean) / spread for one in related])]
    packed += [_stack([getattr(one, name) for one in related]) for name in _EACH]
    packed.append(torch.from_numpy(np.stack([_padded(one.likest, packed[0].shape[1]) for one in related])))
    packed += [_stack([np.ones(len(getattr(one, name))) for one in related]) for name in ("entries", "words")]
    none = packed[0].shape[1]
    target, weight = torch.tensor([none if one < 0 else one for one in wanted]), torch.tensor(weights)

    def loss(batch: list[Tensor], index: Tensor) -> Tensor:
        each = functional.cross_entropy(_entry_scores(net, batch), target[index], reduction="none")
        return (each * weight[index]).mean()

    _train(net, packed, loss, ENTRIES, seed)
    return _arrays(net, mean, spread)


def _beyond_scores(net: nn.ModuleDict, packed: list[Tensor]) -> Tensor:
    topics, met, had, signs, has_topic = packed
    hidden = functional.dropout(torch.relu(net["joined"](topics)), _DROP)
    each = net["judged"](hidden) + net["met"](functional.dropout(met, _DROP_SIGNS))
    scores = torch.logsumexp(each.squeeze(-1).masked_fill(has_topic == 0, -30.0), 1)
    plain = net["had"](functional.dropout(had, _DROP_SIGNS)) + net["signs"](functional.dropout(signs, _DROP_SIGNS))
    found: Tensor = scores + plain.squeeze(-1)
    return found


def beyond(
    related: Sequence[Related], signs: Sequence[Any], wanted: Sequence[bool], weights: Sequence[float], seed: int
) -> dict[str, Any]:
    """A network that says whether a question touches a topic beyond the script."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    size, columns = related[0].touched.shape[1] // 2, related[0].topics.shape[1]
    layers = {
        "joined": (columns, 10),
        "judged": (10, 1),
        "met": (size, 1),
        "had": (size, 1),
        "signs": (len(signs[0]), 1),
    }
    net = nn.ModuleDict({name: nn.Linear(*shape) for name, shape in layers.items()})
    for name in ("met", "had", "signs"):
        nn.init.zeros_(net[name].weight)  # type: ignore[arg-type]
    mean, spread = _scale([one.topics for one in related])
    packed = [_stack([(one.topics - mean) / spread for one in related])]
    packed += [_stack([one.touched[:, :size] for one in related]), _stack([one.touched[0, size:] for one in related])]
    packed += [_SIGN_SCALE * _stack(list(signs)), _stack([np.ones(len(one.topics)) for one in related])]
    target, weight = torch.tensor([float(one) for one in wanted]), torch.tensor(weights)

    def loss(batch: list[Tensor], index: Tensor) -> Tensor:
        return functional.binary_cross_entropy_with_logits(_beyond_scores(net, batch), target[index], weight[index])

    _train(net, packed, loss, BEYOND, seed)
    arrays = _arrays(net, mean, spread)
    return {**arrays, "signs.weight": arrays["signs.weight"] * _SIGN_SCALE}
