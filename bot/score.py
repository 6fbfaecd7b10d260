"""`denwaban score`: how well written lines are understood, for people as a table and for programs as JSON.

The figures are made in `nlu.score`, those of whole calls in `bot.simulation.score`; here they are only shown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.simulation import score as calls
from nlu.score.heard import read_heard
from nlu.score.lines import PARTS, FolderError, read_folder
from nlu.score.marks import Mark
from nlu.score.rates import Rate, Rates
from nlu.score.whole import Part, Split, as_json, confusion, predictions, score
from nlu.train import learnt

_FILES = tuple(f"{part}.jsonl" for part in PARTS)
WORST = 10
"""Mistakes shown of each part."""
SHORT = 60
"""Characters of a line's text that are shown."""
SEEN = (
    "The weights in use learnt from the held-out lines of {parts}: these figures say nothing of unseen lines. Those "
    "that do are in tests/bench/understanding.json, made by python -m tests.bench.understanding with weights that "
    "never saw them."
)
CALLS = "dialogues"
"""The part of a folder that holds whole calls."""


@dataclass(frozen=True, slots=True)
class Results:
    """A folder, scored."""

    parts: tuple[Part, ...]
    dialogues: tuple[calls.Scored, ...] | None
    """None: the folder has none, or they were not asked for."""
    shown: bool = True
    """Whether what was said in failed calls may be read."""
    seen: tuple[str, ...] = ()
    """Parts whose held-out lines were asked for, and learnt from by the weights in use: no measure of unseen lines."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a folder is scored."""

    only: tuple[str, ...] = ()
    """Names of parts; () = all that the folder has."""
    split: str = "all"
    heard: Path | None = None
    """What ears heard of its lines; whole calls are left out then."""


def scored(folder: Path, wanted: Wanted, common: Path) -> Results:
    """The parts of a folder, or only those named; `common` is the wording that all companies share."""
    known = (*PARTS, CALLS)
    if unknown := sorted(set(wanted.only) - set(known)):
        raise FolderError(f"no such part: {', '.join(unknown)}; there are {', '.join(known)}")
    if wanted.split not in set(Split):
        raise FolderError(f"no such split: {wanted.split}; there are {', '.join(Split)}")
    there = (folder / calls.DIALOGUES).is_file()
    if CALLS in wanted.only and not there:
        raise FolderError(f"{folder} holds no {calls.DIALOGUES}")
    played = there and (CALLS in wanted.only or not (wanted.only or wanted.heard))
    lines = tuple(part for part in wanted.only if part != CALLS)
    only_calls = played and not lines and (bool(wanted.only) or not any((folder / name).is_file() for name in _FILES))
    heard = read_heard(wanted.heard) if wanted.heard else None
    parts = [] if only_calls else score(read_folder(folder, lines), Split(wanted.split), heard)
    dialogues = tuple(calls.score_dialogues(folder, common, wanted.split)) if played else None
    held_out = wanted.split == Split.HELD_OUT
    seen = tuple(part.name for part in parts if held_out and part.marks and learnt.seen(part.name))
    return Results(tuple(parts), dialogues, not held_out, seen)


def write_predictions(results: Results, path: Path) -> None:
    """One JSON line for each line of the folder, and for each call."""
    found = [*predictions(results.parts), *calls.predictions(results.dialogues or ())]
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in found), encoding="utf-8")


def json_text(results: Results) -> str:
    """One object with a key for each part, and `seen` where held-out lines were scored that the weights learnt from."""
    made: dict[str, Any] = as_json(results.parts)
    if results.seen:
        made["seen"] = True
    if results.dialogues is not None:
        made[CALLS] = calls.as_json(results.dialogues)
    return json.dumps(made, ensure_ascii=False, indent=1)


def show(results: Results, console: Console, worst: int) -> None:
    """Rates with intervals, confusion, and the worst mistakes of each part."""
    if results.seen:
        console.print(Text(SEEN.format(parts=", ".join(results.seen)), style="bold red"))
    for part in results.parts:
        _title(part, console)
        console.print(_rates_table(part.rates))
        for kind, marks in part.apart.items():
            rates = Part(part.name, marks).rates
            first = {key: rate for key, rate in rates.items() if not key.startswith(("slots.", "f1."))}
            console.print(Text(f"  {kind}: {len(marks)} lines", style="bold"))
            console.print(_rates_table(first))
        _show_confusion(part, console)
        _show_worst(part.worst[:worst], console)
    if results.dialogues is not None:
        _show_calls(results.dialogues, console, results.shown)


def _show_calls(dialogues: Sequence[calls.Scored], console: Console, shown: bool) -> None:
    """How many pass, and what is wrong with each of the others."""
    console.print(Text.assemble("\n", (CALLS, "bold"), f"  {len(dialogues)} calls"))
    console.print(_rates_table({"passed": calls.rate(dialogues)}))
    for each in dialogues:
        if each.wrong:
            what = each.wrong if shown else dict.fromkeys(words.split(":")[0] for words in each.wrong)
            console.print(Text(f"    {each.id}  {'; '.join(what)}"))


def _title(part: Part, console: Console) -> None:
    learnt = sum(mark.trained_on for mark in part.marks)
    note = f", {learnt} of them learnt from" if learnt else ", none of them learnt from"
    console.print(Text.assemble("\n", (part.name, "bold"), f"  {len(part.marks)} lines{note if part.marks else ''}"))


def _rates_table(rates: Rates) -> Table:
    table = Table("rate", "%", "95 %", "n", box=None, header_style="dim", pad_edge=False)
    for key, rate in rates.items():
        table.add_row(Text(f"  {key}"), *_cells(rate))
    return table


def _cells(rate: Rate) -> tuple[str, str, str]:
    if rate.value is None:
        return "", "", "0"
    return f"{100 * rate.value:.1f}", f"{100 * rate.low:.1f} to {100 * rate.high:.1f}", str(rate.n)


def _show_confusion(part: Part, console: Console) -> None:
    mixed = [(pair, count) for pair, count in confusion(part).most_common() if pair[0] != pair[1]]
    if not mixed:
        return
    taken: dict[str, list[str]] = {}
    for (wanted, found), count in mixed:
        taken.setdefault(wanted, []).append(f"{found or 'nothing'} {count}")
    console.print(Text("  taken for", style="dim"))
    totals = confusion(part)
    for wanted, found_counts in taken.items():
        total = sum(count for (each, _), count in totals.items() if each == wanted)
        console.print(Text(f"    {wanted} ({total}): {', '.join(found_counts)}"))


def _show_worst(marks: Sequence[Mark], console: Console) -> None:
    if marks:
        console.print(Text("  worst mistakes", style="dim"))
    for mark in marks:
        text = mark.text if len(mark.text) <= SHORT else f"{mark.text[:SHORT]}…"
        console.print(Text(f"    {mark.id}  {text}"))
        changed = [key for key in mark.wanted if mark.found.get(key) != mark.wanted[key] and key not in _GIVEN]
        wanted = ", ".join(f"{key} {mark.wanted[key]}" for key in changed)
        found = ", ".join(
            f"{key} {value}" for key, value in mark.found.items() if key in changed or key not in mark.wanted
        )
        console.print(
            Text(f"          wanted {wanted}; found {found or 'nothing'} ({mark.confidence:.2f})", style="dim")
        )


_GIVEN = frozenset({"asked", "opening", "probe", "now"})
"""What stood before a line, and is no finding."""
