# mypy: allow-subclassing-any, allow-untyped-calls, no-warn-return-any
"""Batches for the student, made while it learns: every utterance is heard over a new line each time.

Rule: endless and seeded; utterances of like length go together. Torch wants it in a process of its own, which is why
it is an iterable data set. One batch in fifty utterances is a line on which nobody speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import IterableDataset

from voice.engines.acoustic import BLANK
from voice.engines.logmel import ABSENT, BINS, CARRIED_BINS, log_mel_of_line, quieted
from voice.engines.train import channel
from voice.engines.train.lessons import HEARD, TOLD, Lesson

POOL = 96
"""Utterances drawn at a time and sorted by length."""
SILENT = 0.02
EVEN = 64
"""Frames are filled up to a multiple of this: torch keeps something for every new shape."""
WARPS = (0.88, 0.92, 0.96, 1.0, 1.0, 1.0, 1.04, 1.08, 1.12)
BENDS, BEND = 7, 0.35
"""Places at which a microphone's response is drawn, and its spread there, in natural log of power (1.5 dB)."""
DEAF, DEAF_BINS = 0.25, 6
"""Share of utterances in which neighbouring bins tell nothing, and how many at most."""

Features = npt.NDArray[np.float32]


class Batch(NamedTuple):
    mel: torch.Tensor
    """(B, T, 80)"""
    frames: torch.Tensor
    """(B,) how many of T there are"""
    steps: torch.Tensor
    """(B, S) columns of what is said, in order, -1 after the end"""
    told: tuple[torch.Tensor, torch.Tensor]
    """(B, T, TOLD) columns and shares; shares 0 in padding"""
    heard: tuple[torch.Tensor, torch.Tensor]


class Batches(IterableDataset[Batch]):
    """`kinds` are pools of lessons with their shares; `size` the frames in a batch, padding counted in."""

    def __init__(self, kinds: list[tuple[float, list[Lesson]]], size: int, seed: int) -> None:
        super().__init__()
        self._kinds, self._size, self._seed = kinds, size, seed

    def __iter__(self) -> Iterator[Batch]:
        chance = np.random.default_rng(self._seed)
        shares = np.array([share for share, _ in self._kinds])
        while True:
            kinds = chance.choice(len(self._kinds), POOL, p=shares / shares.sum())
            drawn = [self._kinds[kind][1][int(chance.integers(len(self._kinds[kind][1])))] for kind in kinds]
            drawn.sort(key=lambda one: len(one.told[0]))
            groups = list(_grouped(drawn, self._size))
            chance.shuffle(groups)
            for group in groups:
                yield _batch(group, [_heard_over_a_line(one, drawn, chance) for one in group])


def _grouped(drawn: list[Lesson], size: int) -> Iterator[list[Lesson]]:
    group: list[Lesson] = []
    for one in drawn:
        if group and (len(group) + 1) * len(one.told[0]) > size:
            yield group
            group = []
        group.append(one)
    yield group


def _heard_over_a_line(one: Lesson, drawn: list[Lesson], chance: np.random.Generator) -> tuple[Features, bool]:
    """Features (T, 80), and whether anybody speaks."""
    line = channel.draw(chance)
    warp = float(chance.choice(WARPS))
    if chance.random() < SILENT:
        return quieted(log_mel_of_line(channel.hiss(one.samples.size // 2, line, chance), warp)), False
    crowd = [drawn[int(chance.integers(len(drawn)))].samples.astype(np.float32) / np.float32(32768) for _ in range(4)]
    clean = one.samples.astype(np.float32) / np.float32(32768)
    heard = log_mel_of_line(channel.carry(clean, line, chance, crowd if line.noise == "babble" else ()), warp)
    return quieted(_coloured(heard, chance)), True


def _coloured(features: Features, chance: np.random.Generator) -> Features:
    """As through another microphone: every bin up to some decibels louder or softer, its neighbours alike; sometimes a
    few bins tell nothing, so that no voice is known by one place alone."""
    bends = np.interp(np.arange(CARRIED_BINS), np.linspace(0, CARRIED_BINS - 1, BENDS), chance.normal(0, BEND, BENDS))
    features[:, :CARRIED_BINS] += bends.astype(np.float32)
    if chance.random() < DEAF:
        first = int(chance.integers(CARRIED_BINS - DEAF_BINS))
        deaf = slice(first, first + int(chance.integers(1, DEAF_BINS + 1)))
        features[:, deaf] = features[:, deaf].mean(axis=0)
    return features


def _batch(group: list[Lesson], heard: list[tuple[Features, bool]]) -> Batch:
    rows, longest = len(group), -(-max(len(one.told[0]) for one in group) // EVEN) * EVEN
    mel = torch.full((rows, longest, BINS), float(ABSENT))
    frames = torch.tensor([len(one.told[0]) for one in group])
    steps = torch.full((rows, max(len(one.steps) for one in group)), -1, dtype=torch.int64)
    columns = [torch.full((rows, longest, size), BLANK, dtype=torch.int64) for size in (TOLD, HEARD)]
    shares = [torch.zeros(rows, longest, size) for size in (TOLD, HEARD)]
    for row, (one, (features, spoken)) in enumerate(zip(group, heard, strict=True)):
        count = min(len(features), len(one.told[0]))
        mel[row, :count] = torch.from_numpy(features[:count])
        if not spoken:
            for share in shares:
                share[row, :count, 0] = 1.0
            continue
        steps[row, : len(one.steps)] = torch.from_numpy(one.steps.astype(np.int64))
        for place, (column, of) in enumerate((one.told, one.heard)):
            columns[place][row, :count] = torch.from_numpy(column[:count].astype(np.int64))
            shares[place][row, :count] = torch.from_numpy(of[:count].astype(np.float32))
    return Batch(mel, frames, steps, (columns[0], shares[0]), (columns[1], shares[1]))
