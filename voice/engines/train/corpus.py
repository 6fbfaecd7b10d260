"""Clean wide-band speech on disk, made once and read often.

A shard is one `.npz`: `samples` int16 (all utterances end to end, 16 kHz), `ends` int64 (where each ends), `phonemes`
and `texts` (strings, one an utterance; empty where nobody knows them). Shards are written whole or not at all, so
making can be broken off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import numpy as np

from voice.audio import INNER_RATE_HZ
from voice.engines.train.voices import Spoken

SHARD_MINUTES = 2.0
Callers = Callable[[Random], Iterator[Spoken]]


def make(folder: Path, voice: str, callers: Callers, minutes: float, seed: int) -> None:
    """Writes shards of `voice` into `folder` until it holds `minutes` of it; carries on where it was broken off."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    while number * SHARD_MINUTES < minutes:
        path = folder / f"{voice}-{seed}-{number:03}.npz"
        if not path.exists():
            _write(path, _minutes(callers(Random(f"{voice} {seed} {number}")), SHARD_MINUTES))
        number += 1


def keep(folder: Path, voice: str, recorded: Iterator[Spoken]) -> None:
    """Writes all that was recorded into shards in `folder`, as far as they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    while shard := list(_minutes(recorded, SHARD_MINUTES)):
        path = folder / f"{voice}-{number:03}.npz"
        if not path.exists():
            _write(path, iter(shard))
        number += 1


def read_shard(path: Path) -> Iterator[Spoken]:
    """The utterances of one shard."""
    with np.load(path) as shard:
        samples, start = shard["samples"], 0
        for end, phonemes, text in zip(shard["ends"], shard["phonemes"], shard["texts"], strict=True):
            yield Spoken(str(text), str(phonemes), samples[start:end])
            start = int(end)


def _minutes(callers: Iterator[Spoken], minutes: float) -> Iterator[Spoken]:
    left = minutes * 60 * INNER_RATE_HZ
    for spoken in callers:
        left -= spoken.samples.size
        yield spoken
        if left <= 0:
            return


def _write(path: Path, utterances: Iterator[Spoken]) -> None:
    spoken = list(utterances)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez(
            file,
            samples=np.concatenate([one.samples for one in spoken]),
            ends=np.cumsum([one.samples.size for one in spoken]),
            phonemes=np.array([one.phonemes for one in spoken]),
            texts=np.array([one.text for one in spoken]),
        )
    unfinished.rename(path)
