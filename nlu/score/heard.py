"""What ears heard of written lines, to be scored in the place of what was written.

JSON lines, in one file or in all of a folder: a line's `id` with `readings` (fields of `Reading`, most trusted first)
or, for a single one, `text` and where there are any `kana` and `alternatives`. Lines that nobody spoke are not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlu.hearing import Hearing, Reading, Word
from nlu.score.lines import FolderError, check, read_rows

_READING: Mapping[str, type | tuple[type, ...]] = {
    "kana": str,
    "source": str,
    "confidence": (float, int),
    "words": list,
    "alternatives": list,
}


def read_heard(path: Path) -> dict[str, Hearing]:
    """Hearings by the id of their line."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise FolderError(f"{path} holds no .jsonl of what was heard")
    heard = {}
    for file in files:
        for number, row in read_rows(file):
            where = f"{file}, line {number}"
            check(row, {"id": str}, where)
            readings = row.get("readings", [row])
            if not isinstance(readings, list):
                raise FolderError(f'{where}: "readings" is not a list: {readings!r}')
            heard[str(row["id"])] = Hearing(tuple(_reading(each, where) for each in readings))
    return heard


def _reading(each: Any, where: str) -> Reading:
    if not isinstance(each, dict):
        raise FolderError(f"{where}: a reading is not an object")
    check(each, {"text": str}, where)
    check(each, _READING, where, may_lack=True)
    words = tuple(Word(*word) for word in each.get("words", ()))
    return Reading(
        each["text"],
        each.get("kana", ""),
        each.get("source", "dictation"),
        each.get("confidence", 1.0),
        words,
        tuple(each.get("alternatives", ())),
    )
