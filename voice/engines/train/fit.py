# mypy: allow-subclassing-any, allow-untyped-calls, no-warn-return-any
"""Teaches the student: the wide-band model's network, given only what a telephone carries of the same sound.

Three aims are summed, each a loss per frame: `told`, cross-entropy to the forward-backward of the known text over the
wide-band model's posteriors; `heard`, cross-entropy to those posteriors themselves; `whole`, the negative log
probability of the whole text under the student, each step in exactly one frame. The last one is what makes posteriors
sharp: where timing is doubtful, the first two would spread a step over several frames and the decoder would skip it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from torch.utils.data import DataLoader

from voice.engines.acoustic import BLANK
from voice.engines.train.batches import Batch, Batches
from voice.engines.train.lessons import Lesson
from voice.engines.train.network import Network


class Plan(NamedTuple):
    """How to learn."""

    steps: int
    told: float = 0.2
    heard: float = 0.6
    whole: float = 0.4
    rate: float = 3e-4
    warm_up: int = 100
    size: int = 2500
    """Frames a batch."""
    averaging: float = 0.998
    """The weights kept are a running mean with this memory per step."""
    seed: int = 1


class Progress(NamedTuple):
    step: int
    told: float
    heard: float
    whole: float


def fit(network: Network, kinds: list[tuple[float, list[Lesson]]], plan: Plan, state: Path) -> Iterator[Progress]:
    """Trains `network`, yielding every 50 steps; the averaged weights lie in `state` from then on (torch format)."""
    torch.manual_seed(plan.seed)
    loader = DataLoader(Batches(kinds, plan.size, plan.seed), batch_size=None, num_workers=1, prefetch_factor=6)
    optimiser = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=0.01, betas=(0.9, 0.98))
    mean = {name: value.detach().clone() for name, value in network.state_dict().items()}
    sums = torch.zeros(3)
    network.train()
    for step, batch in enumerate(loader, 1):
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * _pace(step, plan)
        losses = _losses(network, batch)
        optimiser.zero_grad()
        (losses[0] * plan.told + losses[1] * plan.heard + losses[2] * plan.whole).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        memory = min(plan.averaging, step / (step + 20))
        for name, value in network.state_dict().items():
            mean[name].lerp_(value, 1 - memory)
        sums += torch.stack(losses).detach()
        if step % 50 == 0 or step == plan.steps:
            torch.save(mean, state)
            yield Progress(step, *(sums / (step % 50 or 50)).tolist())
            sums.zero_()
        if step == plan.steps:
            break
    network.load_state_dict(mean)


def averaged(networks: list[Network]) -> Network:
    """One network with the mean weights: pupils of one teacher lie close enough, and their mean hears better."""
    states = [network.state_dict() for network in networks]
    one = Network()
    one.load_state_dict({name: torch.stack([state[name] for state in states]).mean(dim=0) for name in states[0]})
    return one


def _pace(step: int, plan: Plan) -> float:
    """Up in `warm_up` steps, down in a cosine to a twentieth."""
    if step < plan.warm_up:
        return step / plan.warm_up
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (step - plan.warm_up) / max(1, plan.steps - plan.warm_up)))


def _losses(network: Network, batch: Batch) -> list[torch.Tensor]:
    rows, longest, _ = batch.mel.shape
    here = torch.arange(longest)[None] < batch.frames[:, None]
    absent = torch.zeros(rows, 1, 1, longest).masked_fill(~here[:, None, None], float("-inf"))
    first = int(torch.randint(1, 900, ())) if torch.rand(()) < 0.5 else 1
    with torch.autocast("cpu", torch.bfloat16):
        out = network(batch.mel, absent.bfloat16(), first)
    log = torch.log_softmax(out.float(), dim=2)
    frames = batch.frames.sum()
    soft = [-(log.gather(2, columns) * shares).sum() / frames for columns, shares in (batch.told, batch.heard)]
    whole = _whole(log, batch.steps, batch.frames) / frames
    return [*soft, whole]


def _whole(log: torch.Tensor, steps: torch.Tensor, frames: torch.Tensor) -> torch.Tensor:
    """A sum whose gradient is that of the negative log probability of all texts.

    By the forward-backward identity that gradient is minus each step's occupancy, so the occupancies are computed
    without gradient and used as targets. Lines without speech have no steps and count as all blank.
    """
    taken = log.gather(2, steps.clamp(min=0)[:, None].expand(-1, log.shape[1], -1))
    with torch.no_grad():
        share = occupancy(log[..., BLANK], taken, steps >= 0, frames)
        here = (torch.arange(log.shape[1])[None] < frames[:, None]).float()
        blank = (here - share.sum(dim=2)).clamp(min=0)
    return -(taken * share).sum() - (log[..., BLANK] * blank).sum()


def occupancy(blank: torch.Tensor, taken: torch.Tensor, real: torch.Tensor, frames: torch.Tensor) -> torch.Tensor:
    """The probability that frame t takes step s, (B, T, S); `real` (B, S) tells steps from filling."""
    forward = _sums(blank, taken)
    ends = forward[torch.arange(len(frames)), frames].gather(1, real.sum(dim=1, keepdim=True))
    backward = _sums_back(blank, taken, real, frames)
    share = (forward[:, :-1, :-1] + taken + backward[:, 1:, 1:] - ends[:, :, None]).clamp(max=0).exp()
    inside = torch.arange(taken.shape[1])[None] < frames[:, None]
    return share * real[:, None] * inside[:, :, None]


def _sums(blank: torch.Tensor, taken: torch.Tensor) -> torch.Tensor:
    """Log probability of the first s steps in the first t frames, (B, T + 1, S + 1)."""
    rows, longest, steps = taken.shape
    table = torch.full((rows, longest + 1, steps + 1), -1e30)
    table[:, 0, 0] = 0.0
    for frame in range(longest):
        before = table[:, frame]
        after = before + blank[:, frame, None]
        after[:, 1:] = torch.logaddexp(after[:, 1:], before[:, :-1] + taken[:, frame])
        table[:, frame + 1] = after
    return table


def _sums_back(blank: torch.Tensor, taken: torch.Tensor, real: torch.Tensor, frames: torch.Tensor) -> torch.Tensor:
    """Log probability of the remaining steps in the remaining frames, (B, T + 1, S + 1)."""
    rows, longest, steps = taken.shape
    table = torch.full((rows, longest + 1, steps + 1), -1e30)
    end = torch.full((rows, steps + 1), -1e30).scatter_(1, real.sum(dim=1, keepdim=True), 0.0)
    table[:, longest] = end
    for frame in range(longest - 1, -1, -1):
        after = table[:, frame + 1]
        before = after + blank[:, frame, None]
        before[:, :-1] = torch.logaddexp(before[:, :-1], after[:, 1:] + taken[:, frame])
        table[:, frame] = torch.where((frame < frames)[:, None], before, end)
    return table
