"""What each file of weights was learnt from, as the file itself says: all lines, or none of those held out.

An .npz file says it in the comment of its archive, a table in a line of its head, so that nothing that reads weights
has to know. A file that says nothing never saw a held-out line.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from nlu.tables import DATA

WEIGHTS: Mapping[str, Path] = {
    "companies": DATA / "company_weights.npz",
    "reasons": DATA / "reason_weights.npz",
    "sales": DATA / "sales_weights.npz",
    "answers": DATA / "reply_weights.tsv",
    "knowledge": DATA / "knowledge_weights.npz",
}
"""What is learnt, and where it is kept, in the order of learning: reasons and sales calls are judged by what was
found before."""
LINES: Mapping[str, tuple[str, ...]] = {
    "companies": ("companies", "openings", "numbers", "times", "answers"),
    "reasons": ("openings",),
    "sales": ("openings", "probes"),
    "answers": ("answers",),
    "knowledge": ("questions",),
}
"""The parts of the data that each learns from."""
_MARK, _PART = "# learnt from: ", "; "


class Learnt(StrEnum):
    """Which lines weights were fitted on."""

    LEFT_OUT = "held-out left out"
    ALL = "all lines"


def sign(path: Path, learnt: Learnt, marks: str = "") -> None:
    """Write into a file of weights what it was learnt from, and the marks of `origin`."""
    said = _PART.join((learnt, marks)) if marks else str(learnt)
    if path.suffix == ".npz":
        with zipfile.ZipFile(path, "a") as archive:
            archive.comment = said.encode()
        return
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(_MARK)]
    path.write_text("\n".join((lines[0], _MARK + said, *lines[1:])) + "\n", encoding="utf-8")


def learnt_from(path: Path) -> Learnt:
    """What a file of weights was learnt from."""
    found = _said(path).partition(_PART)[0]
    return Learnt(found) if found else Learnt.LEFT_OUT


def marks_of(path: Path) -> str:
    """The marks of `origin` in a file of weights, "" where it has none."""
    return _said(path).partition(_PART)[2]


def _said(path: Path) -> str:
    if path.suffix == ".npz":
        with zipfile.ZipFile(path) as archive:
            return archive.comment.decode()
    head = path.read_text(encoding="utf-8").splitlines()[:3]
    return next((line.removeprefix(_MARK) for line in head if line.startswith(_MARK)), "")


def seen(part: str) -> bool:
    """Whether weights that are in use learnt from the held-out lines of a part of the data."""
    return any(learnt_from(WEIGHTS[name]) is Learnt.ALL for name, parts in LINES.items() if part in parts)
