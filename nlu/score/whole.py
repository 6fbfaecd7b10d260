"""A whole folder scored: every part by the front door, its rates, and which lines had been learnt from before.

Lines that also stand among those that `nlu` learns from are told apart, so that nobody takes them for unseen ones.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from nlu.hearing import Hearing
from nlu.score import answers, companies, names, numbers, openings, probes, questions, times
from nlu.score.lines import Folder, Row, read_rows
from nlu.score.marks import Mark
from nlu.score.rates import Rates
from nlu.train import learnt, split

Marker = Callable[[Row, Hearing], Mark]
_MARKERS: Mapping[str, Marker] = {
    "openings": openings.mark,
    "numbers": numbers.mark,
    "names": names.mark,
    "companies": companies.mark,
    "times": times.mark,
    "answers": answers.mark,
    "probes": probes.mark,
}
_RATES: Mapping[str, Callable[[Sequence[Mark]], Rates]] = {
    "openings": openings.rates,
    "numbers": numbers.rates,
    "names": names.rates,
    "companies": companies.rates,
    "times": times.rates,
    "answers": answers.rates,
    "probes": probes.rates,
    "questions": questions.rates,
}
_CONTEXT = ("asked", "opening", "company")
"""What makes the same text another line."""


class Split(StrEnum):
    """Which lines are scored, by the ids of those held out from learning."""

    ALL = "all"
    DEV = "dev"
    HELD_OUT = "held-out"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a folder, scored."""

    name: str
    marks: tuple[Mark, ...]

    @property
    def rates(self) -> Rates:
        """Of all its lines."""
        return _RATES[self.name](self.marks)

    @property
    def apart(self) -> dict[str, tuple[Mark, ...]]:
        """The lines learnt from and the unseen ones, where there are both."""
        seen = tuple(mark for mark in self.marks if mark.trained_on)
        unseen = tuple(mark for mark in self.marks if not mark.trained_on)
        return {"seen": seen, "unseen": unseen} if seen and unseen else {}

    @property
    def worst(self) -> list[Mark]:
        """The wrong lines that may be read: first what costs most (a refusal of who sells nothing, a wrong answer),
        then the surest."""
        wrong = [mark for mark in self.marks if not mark.right and not mark.held_out]
        return sorted(wrong, key=lambda mark: (not _costly(mark), -mark.confidence))


def score(folder: Folder, kept: Split = Split.ALL, heard: Mapping[str, Hearing] | None = None) -> list[Part]:
    """Each part; with `heard` only lines that were heard, by what was heard of them."""
    parts = []
    for name, rows in folder.parts.items():
        marker = _marker(name, folder)
        chosen = [row for row in rows if _chosen(row, kept) and (heard is None or row["id"] in heard)]
        if heard is not None and not chosen:
            continue
        marks = [_mark(row, marker, heard, name) for row in chosen] if marker else []
        parts.append(Part(name, tuple(marks)))
    return parts


def as_json(parts: Sequence[Part]) -> dict[str, Any]:
    """The parts by name: n, every rate under its key, and beside them `intervals` (low, high, n)."""
    return {part.name: _part_json(part) for part in parts}


def predictions(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Every line with what was wanted and found."""
    return [
        {
            "part": part.name, "id": mark.id, "text": mark.text, "wanted": mark.wanted, "found": mark.found,
            "right": mark.right, "confidence": round(mark.confidence, 4), "grounds": list(mark.grounds),
            "trained_on": mark.trained_on,
        }
        for part in parts
        for mark in part.marks
    ]  # fmt: skip


def confusion(part: Part) -> Counter[tuple[str, str]]:
    """(wanted, found) of the part's label, for parts that have one."""
    label = {"openings": "reason", "answers": "answer", "numbers": "answer"}.get(part.name)
    if label is None:
        return Counter()
    return Counter((str(mark.wanted[label]), str(mark.found.get(label, ""))) for mark in part.marks)


def _part_json(part: Part) -> dict[str, Any]:
    result: dict[str, Any] = _rates_json(part.marks, part.rates)
    result["trained_on"] = sum(mark.trained_on for mark in part.marks)
    for kind, marks in part.apart.items():
        result[kind] = _rates_json(marks, _RATES[part.name](marks))
    table: dict[str, dict[str, int]] = {}
    for (wanted, found), count in sorted(confusion(part).items()):
        table.setdefault(wanted, {})[found] = count
    return {**result, "confusion": table} if table else result


def _rates_json(marks: Sequence[Mark], rates: Rates) -> dict[str, Any]:
    result: dict[str, Any] = {"n": len(marks)}
    for key, rate in rates.items():
        place = result
        *levels, last = key.split(".")
        for level in levels:
            place = place.setdefault(level, {})
        place[last] = None if rate.value is None else round(rate.value, 4)
    result["intervals"] = {key: [round(rate.low, 4), round(rate.high, 4), rate.n] for key, rate in rates.items()}
    return result


def _costly(mark: Mark) -> bool:
    refused = mark.checks.get("refused", False) and not mark.checks.get("sales", True)
    return refused or mark.checks.get("wrong", False)


def _marker(name: str, folder: Folder) -> Marker | None:
    if name == "questions":
        find = questions.finder()
        return questions.marker(folder.scripts, find) if find else None
    return _MARKERS[name]


def _mark(row: Row, marker: Marker, heard: Mapping[str, Hearing] | None, part: str) -> Mark:
    hearing = Hearing.of(row["text"]) if heard is None else heard[row["id"]]
    return replace(marker(row, hearing), trained_on=_key(row) in _learnt(part), held_out=_key(row) in _measured(part))


def _chosen(row: Row, kept: Split) -> bool:
    return kept is Split.ALL or (row["id"] in split.held_out()) is (kept is Split.HELD_OUT)


@cache
def _learnt(part: str) -> frozenset[tuple[str, ...]]:
    """The lines of a part that may have been learnt from, our own too; none where they are not at hand."""
    known = split.rows if learnt.seen(part) else split.kept
    kept = known(part) if (split.LINES / f"{part}.jsonl").is_file() else []
    beside = (f"own_{part}*.jsonl", "own_reasons*.jsonl") if part == "openings" else (f"own_{part}*.jsonl",)
    own = [row for name in beside for path in split.LINES.glob(name) for _, row in read_rows(path)]
    return frozenset(_key(row) for row in (*kept, *own))


@cache
def _measured(part: str) -> frozenset[tuple[str, ...]]:
    there = (split.LINES / f"{part}.jsonl").is_file()
    return frozenset(map(_key, split.measured(part))) if there else frozenset()


def _key(row: Row) -> tuple[str, ...]:
    """A line's text and what stood before it, without marks."""
    said = unicodedata.normalize("NFKC", row["text"]).translate(dict.fromkeys(map(ord, "、。 ,.")))
    return (said, *(str(row.get(field, "")) for field in _CONTEXT))
