"""`denwaban score`: how well written lines are understood, for people as a table and for programs as JSON.

The figures are made in `nlu.score`; here they are only shown. Whole calls (`dialogues.jsonl`) are left out: they need
the dialogue, not understanding alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nlu.score.heard import read_heard
from nlu.score.lines import PARTS, FolderError, read_folder
from nlu.score.marks import Mark
from nlu.score.rates import Rate, Rates
from nlu.score.whole import Part, Split, as_json, confusion, predictions, score

WORST = 10
"""Mistakes shown of each part."""
SHORT = 60
"""Characters of a line's text that are shown."""


def scored(folder: Path, only: Sequence[str], split: str, heard: Path | None) -> list[Part]:
    """The parts of a folder, or only those named."""
    if unknown := sorted(set(only) - set(PARTS)):
        raise FolderError(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    if split not in set(Split):
        raise FolderError(f"no such split: {split}; there are {', '.join(Split)}")
    return score(read_folder(folder, tuple(only)), Split(split), read_heard(heard) if heard else None)


def write_predictions(parts: Sequence[Part], path: Path) -> None:
    """One JSON line for each line of the folder."""
    lines = [json.dumps(line, ensure_ascii=False) for line in predictions(parts)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def json_text(parts: Sequence[Part]) -> str:
    """One object with a key for each part."""
    return json.dumps(as_json(parts), ensure_ascii=False, indent=1)


def show(parts: Sequence[Part], console: Console, worst: int) -> None:
    """Rates with intervals, confusion, and the worst mistakes of each part."""
    for part in parts:
        _title(part, console)
        console.print(_rates_table(part.rates))
        for kind, marks in part.apart.items():
            rates = Part(part.name, marks).rates
            first = {key: rate for key, rate in rates.items() if not key.startswith(("slots.", "f1."))}
            console.print(Text(f"  {kind}: {len(marks)} lines", style="bold"))
            console.print(_rates_table(first))
        _show_confusion(part, console)
        _show_worst(part.worst[:worst], console)


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
