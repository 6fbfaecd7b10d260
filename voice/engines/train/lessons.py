"""What the student learns from: clean sound with, per frame, what was said there and what the wide-band model heard.

A lesson file is one `.npz` beside its shard: the shard's utterances with silence put round them, and for each frame
the likeliest columns and their probabilities, of two teachers: `told` (forward-backward over the known text) and
`heard` (the wide-band model's own posteriors). Utterances that the model cannot bring together with their text are
left out: there the synthesiser read something else. Of people whose words nobody wrote down, what the wide-band model
hears is taken for the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from voice.audio import INNER_RATE_HZ, Sound
from voice.engines.acoustic import BLANK, Acoustics
from voice.engines.decode import biased, free_loop
from voice.engines.train.corpus import read_shard
from voice.engines.train.labels import occupancy, path
from voice.engines.train.voices import Spoken

TOLD, HEARD = 4, 8
"""Columns kept per frame."""
WORST = 3.5
"""Log probability lost per phoneme, by which the text fits worse than the wide-band model's own best path."""
LOOP_BONUS = 1.0
"""Of the wide-band model's free loop at 16 kHz (data/CARD.md)."""


class Lesson(NamedTuple):
    samples: npt.NDArray[np.int16]
    """(n,) at 16 kHz, clean, silence before and after."""
    steps: npt.NDArray[np.int16]
    """(S,) columns of what is said, in order."""
    told: tuple[npt.NDArray[np.int16], npt.NDArray[np.float16]]
    """Columns and probabilities, (T, TOLD) each; T = 1 + n // 160."""
    heard: tuple[npt.NDArray[np.int16], npt.NDArray[np.float16]]
    """The same from the wide-band model alone, (T, HEARD)."""


def prepare(shard: Path, lessons: Path, teacher: Acoustics) -> None:
    """Writes the lessons of one shard, whole or not at all."""
    chance = np.random.default_rng(abs(hash_of(shard.stem)))
    made = [lesson for spoken in read_shard(shard) if (lesson := _lesson(spoken, teacher, chance)) is not None]
    unfinished = lessons.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez(file, allow_pickle=False, **_packed(made))
    unfinished.rename(lessons)


def load(path_: Path) -> Iterator[Lesson]:
    """The lessons of one file."""
    with np.load(path_) as packed:
        field = {name: packed[name] for name in packed.files}
    sound = frame = step = 0
    for sounds, frames, steps in field["sizes"]:
        here = slice(frame, frame + frames)
        yield Lesson(
            field["samples"][sound : sound + sounds],
            field["steps"][step : step + steps],
            (field["told"][here], field["told_share"][here]),
            (field["heard"][here], field["heard_share"][here]),
        )
        sound, frame, step = sound + sounds, frame + frames, step + steps


def hash_of(name: str) -> int:
    return int.from_bytes(name.encode()[-6:], "big")


def _lesson(spoken: Spoken, teacher: Acoustics, chance: np.random.Generator) -> Lesson | None:
    before, after = (np.zeros(int(chance.uniform(0.1, 0.5) * INNER_RATE_HZ), np.int16) for _ in range(2))
    samples = np.concatenate((before, spoken.samples, after))
    samples += chance.integers(-3, 4, samples.size, dtype=np.int16)
    posteriors = teacher.posteriors(Sound(samples.astype("<i2").tobytes(), INNER_RATE_HZ), INNER_RATE_HZ)
    posteriors = np.maximum(posteriors, np.float32(-14))
    steps = path(posteriors, spoken.phonemes.split() or _heard(posteriors))
    if steps is None or not steps.size:
        return None
    share = occupancy(posteriors, steps)
    if _misfit(posteriors, steps, share) > WORST:
        return None
    return Lesson(samples, steps.astype(np.int16), _told(share, steps), _best(np.exp(posteriors), HEARD))


def _heard(posteriors: npt.NDArray[np.float32]) -> list[str]:
    names = [name for _, name in free_loop(biased(posteriors, LOOP_BONUS)).phonemes]
    return " ".join(names).removeprefix("pau ").removesuffix(" pau").split()


def _misfit(posteriors: npt.NDArray[np.float32], steps: npt.NDArray[np.int64], share: npt.NDArray[np.float32]) -> float:
    """How much less likely the text is than the best of each frame, per step, at the steps' likeliest frames."""
    at = share.argmax(axis=0)
    return float(np.mean(posteriors[at].max(axis=1) - posteriors[at, steps]))


def _told(
    share: npt.NDArray[np.float32], steps: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.float16]]:
    columns = np.zeros((len(share), BLANK + 1), np.float32)
    np.add.at(columns.T, steps, share.T)
    columns[:, BLANK] = np.maximum(0, 1 - share.sum(axis=1))
    return _best(columns, TOLD)


def _best(shares: npt.NDArray[np.float32], count: int) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.float16]]:
    """The `count` likeliest columns of each frame, their shares brought to a sum of 1."""
    columns = np.argpartition(shares, -count, axis=1)[:, -count:]
    kept = np.take_along_axis(shares, columns, axis=1)
    return columns.astype(np.int16), (kept / kept.sum(axis=1, keepdims=True)).astype(np.float16)


def _packed(made: list[Lesson]) -> dict[str, npt.NDArray[Any]]:
    return {
        "sizes": np.array([(one.samples.size, len(one.told[0]), one.steps.size) for one in made]),
        "samples": np.concatenate([one.samples for one in made]),
        "steps": np.concatenate([one.steps for one in made]),
        "told": np.concatenate([one.told[0] for one in made]),
        "told_share": np.concatenate([one.told[1] for one in made]),
        "heard": np.concatenate([one.heard[0] for one in made]),
        "heard_share": np.concatenate([one.heard[1] for one in made]),
    }
