"""Measures understanding on the written lines: those that may be learnt from, and those held out, apart.

Run `python -m tests.bench.understanding`. Typed lines first; where the folder `heard` lies beside them, also what the
ears made of those that were spoken. Then how long one utterance takes on one core (time of the processor, so that other
work on the machine does not count), and how long a fresh process takes to its first meaning. Writes
`understanding.json` beside this file.

Figures are always those of weights that never saw a held-out line. Where the ones in use did, such weights are fitted
first, by the command that fitted these but without `--all`, in a copy of the repository that goes when all is measured;
that takes a quarter of an hour more and needs the extra `train`.
"""

from __future__ import annotations

import gc
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from rich.console import Console

from bot.score import Results, show
from bot.warmup import read_tables
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.score.asked import expected_of
from nlu.score.heard import read_heard
from nlu.score.lines import Folder, read_folder
from nlu.score.marks import NOW
from nlu.score.whole import Split, as_json, score
from nlu.train.learnt import WEIGHTS, Learnt, learnt_from
from nlu.train.split import LINES
from nlu.understand import understand
from nlu.vocabulary import Vocabulary

HEARD = LINES / "heard"
RESULTS = Path(__file__).with_suffix(".json")
ROOT = Path(__file__).parents[2]
COPIED = ("bot", "nlu", "voice", "tests", "scripts")
ASKED = {
    "openings": Expected(Ask.OPENING),
    "numbers": Expected(Ask.NUMBER),
    "names": Expected(Ask.NAME),
    "companies": Expected(Ask.COMPANY),
    "times": Expected(Ask.WHEN),
}
STARTUPS = 5
SHARES = {"median": 0.5, "p95": 0.95, "max": 1.0}
REFERENCE = 200_000
"""Rounds of the fixed piece of work: about a hundredth of a second where the core is our own."""
FIRST = """
from time import process_time
begun = process_time()
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.vocabulary import Vocabulary
from nlu.understand import understand
from datetime import datetime
hearing = Hearing.of("青葉商事の佐藤と申します、明日の三時に予約を")
understand(hearing, Expected(Ask.OPENING), datetime(2026, 11, 21), Vocabulary())
print(process_time() - begun)
"""
"""What a fresh process runs."""


def main() -> None:
    """Print the tables and keep the figures, here or in a copy whose weights never saw what is held out."""
    saw = [name for name, path in WEIGHTS.items() if learnt_from(path) is Learnt.ALL]
    if not saw:
        measure()
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for command in (["nlu.train", *saw], ["tests.bench.understanding"]):
            subprocess.run([sys.executable, "-m", *command], cwd=copy, check=True)
        shutil.copyfile(copy / RESULTS.relative_to(ROOT), RESULTS)


def measure() -> None:
    """By the weights in use."""
    console = Console(highlight=False, soft_wrap=True)
    folder = read_folder(LINES)
    result: dict[str, Any] = {"command": "python -m tests.bench.understanding", "weights": Learnt.LEFT_OUT}
    for source, heard in (("typed", None), ("heard", read_heard(HEARD) if HEARD.is_dir() else {})):
        for split in (Split.DEV, Split.HELD_OUT):
            parts = score(folder, split, heard)
            if parts:
                console.rule(f"{source}, {split}")
                show(Results(tuple(parts), None), console, worst=0)
                result.setdefault(source, {})[str(split)] = as_json(parts)
    result["speed"] = {**speed(folder), "seconds_to_first_meaning": first_seconds()}
    console.print(result["speed"])
    written = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    written = re.sub(r"\[[^\[\]{}]*\]", lambda numbers: " ".join(numbers[0].split()), written)
    RESULTS.write_text(written, encoding="utf-8")


def speed(folder: Folder) -> dict[str, float]:
    """Milliseconds of the processor for one utterance, every line once in a process as warm as a server's."""
    read_tables(NOW.timestamp())
    gc.freeze()  # as `bot.warmup` does: a look through the tables for garbage takes a tenth of a second
    spent, references = [], []
    for at, (text, expected) in enumerate(utterances(folder)):
        if expected.before:
            spent_on(expected.before, Expected(Ask.OPENING))  # in a call it was understood when it was said
        spent.append(spent_on(text, expected))
        if at % 50 == 0:
            references.append(reference())
    spent.sort()
    found = {name: spent[int(share * (len(spent) - 1))] for name, share in SHARES.items()}
    usual = sorted(references)[len(references) // 2]
    told = {f"{name}_ms": round(value, 2) for name, value in found.items()}
    return {
        "utterances": len(spent),
        **told,
        "reference_ms": round(usual, 2),
        "p95_ratio": round(found["p95"] / usual, 2),
    }


def reference() -> float:
    """Milliseconds of the processor for a fixed piece of work, by which figures of other machines and hours compare."""
    begun = process_time()
    total = 0
    for number in range(REFERENCE):
        total += number * number % 7
    return (process_time() - begun) * 1000


def spent_on(text: str, expected: Expected) -> float:
    """Milliseconds."""
    begun = process_time()
    understand(Hearing.of(text), expected, NOW, Vocabulary())
    return (process_time() - begun) * 1000


def utterances(folder: Folder) -> Iterator[tuple[str, Expected]]:
    """Every line with what was asked before it."""
    for part, expected in ASKED.items():
        yield from ((row["text"], expected) for row in folder.parts[part])
    for row in folder.parts["answers"]:
        yield row["text"], expected_of(row["asked"])
    for row in folder.parts["probes"]:
        yield row["text"], Expected(Ask.PROBE, said=row["probe"], before=row["opening"])


def first_seconds() -> float:
    """Time of the processor from the first import to the first meaning, the middle of a few fresh processes."""
    command = [sys.executable, "-c", FIRST]
    runs = [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(STARTUPS)]
    return round(sorted(runs)[STARTUPS // 2], 2)


if __name__ == "__main__":
    main()
