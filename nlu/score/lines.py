"""A folder of written lines with their meaning, read and checked: what is wrong is said with file and line.

A folder holds any of the files of `PARTS`, one JSON object a line, and `members.json` where it holds questions. Leaves
out what the labels mean (each part's own module) and whole calls, which need the dialogue.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu.meaning import Answer, Reason
from nlu.vocabulary import Entry, Vocabulary

Row = Mapping[str, Any]

PARTS = ("openings", "numbers", "names", "companies", "times", "answers", "probes", "questions")
MEMBERS = "members.json"
_TEXT: Mapping[str, type | tuple[type, ...]] = {"id": str, "text": str}
_FIELDS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "openings": {"reason": str, "urgent": bool, "slots": dict},
    "numbers": {"answer": str, "number": str},
    "names": {"caller_name": str},
    "companies": {"company": str},
    "times": {"now": str, "start": (str, dict)},
    "answers": {"asked": str, "answer": str},
    "probes": {"opening": str, "probe": str, "sales": bool},
    "questions": {"company": str, "entry": (int, str)},
}
"""What a line must have, beside its id and text."""
_MAY_HAVE: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "openings": {"hard": bool},
    "numbers": {"extension": str},
    "names": {"company": str},
    "companies": {"company_text": str, "caller_name": str},
    "times": {"party": int},
    "answers": {"correction": str},
    "probes": {},
    "questions": {},
}
_LABELS: Mapping[str, tuple[str, frozenset[str]]] = {
    "openings": ("reason", frozenset(Reason)),
    "numbers": ("answer", frozenset({"given", "known", "caller_id", "refuse", "later"})),
    "answers": ("answer", frozenset(Answer)),
}
_NO_ENTRY = ("beyond", "none")


class FolderError(Exception):
    """A folder of lines cannot be scored; says which file and line, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The lines of each part that the folder has."""

    parts: Mapping[str, tuple[Row, ...]]
    scripts: Mapping[str, Vocabulary]
    """What each company's script can answer, by the company's key."""


def read_folder(path: Path, only: tuple[str, ...] = ()) -> Folder:
    """All parts of a folder, or `only` those."""
    wanted = only or PARTS
    if not path.is_dir():
        raise FolderError(f"{path} is no folder")
    found = [part for part in wanted if (path / f"{part}.jsonl").is_file()]
    if not found:
        raise FolderError(f"{path} holds none of {', '.join(f'{part}.jsonl' for part in wanted)}")
    scripts = _scripts(path / MEMBERS) if "questions" in found else {}
    parts = {part: _lines(path / f"{part}.jsonl", part, scripts) for part in found}
    return Folder(parts, scripts)


def _lines(path: Path, part: str, scripts: Mapping[str, Vocabulary]) -> tuple[Row, ...]:
    rows = []
    first: dict[str, int] = {}
    for number, row in read_rows(path):
        where = f"{path}, line {number}"
        check(row, {**_TEXT, **_FIELDS[part]}, where)
        check(row, _MAY_HAVE[part], where, may_lack=True)
        _check_labels(row, part, scripts, where)
        if (earlier := first.setdefault(row["id"], number)) != number:
            raise FolderError(f'{where}: the id "{row["id"]}" is that of line {earlier} too')
        rows.append(row)
    if not rows:
        raise FolderError(f"{path} has no lines")
    return tuple(rows)


def read_rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a file of JSON lines, with their line numbers; blank lines are left out."""
    rows = []
    for number, line in enumerate(_read(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise FolderError(f"{path}, line {number}: not JSON ({error.msg}, column {error.colno})") from error
        if not isinstance(row, dict):
            raise FolderError(f"{path}, line {number}: not an object")
        rows.append((number, row))
    return rows


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FolderError(f"{path} is not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise FolderError(f"{path} cannot be read: {error.strerror}") from error


def check(row: Row, fields: Mapping[str, type | tuple[type, ...]], where: str, *, may_lack: bool = False) -> None:
    """Refuses a row whose fields are missing or of another kind."""
    for field, kind in fields.items():
        if field not in row:
            if may_lack:
                continue
            raise FolderError(f'{where}: "{field}" is missing')
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(row[field], kinds) or (isinstance(row[field], bool) and bool not in kinds):
            names = " or ".join(_KINDS[each] for each in kinds)
            raise FolderError(f'{where}: "{field}" is not {names}: {row[field]!r}')


_KINDS = {
    str: "text",
    bool: "true or false",
    dict: "an object",
    int: "a whole number",
    float: "a number",
    list: "a list",
}


def _check_labels(row: Row, part: str, scripts: Mapping[str, Vocabulary], where: str) -> None:
    if part in _LABELS:
        field, labels = _LABELS[part]
        if row[field] not in labels:
            raise FolderError(f'{where}: "{field}" is {row[field]!r}, not one of {", ".join(sorted(labels))}')
    if part == "openings":
        check(row["slots"], dict.fromkeys(row["slots"], (str, int)), f"{where}, slots")
    if part == "times":
        start = row["start"]
        ends = [start.get("from"), start.get("to")] if isinstance(start, dict) else [start]
        for moment in (row["now"], *ends):
            _check_moment(moment, where)
    if part == "questions":
        _check_entry(row, scripts, where)


def _check_moment(moment: object, where: str) -> None:
    try:
        good = datetime.fromisoformat(moment if isinstance(moment, str) else "").tzinfo is None
    except ValueError:
        good = False
    if not good:
        raise FolderError(f"{where}: {moment!r} is no date such as 2026-11-21 or 2026-11-21T10:30")


def _check_entry(row: Row, scripts: Mapping[str, Vocabulary], where: str) -> None:
    if row["company"] not in scripts:
        raise FolderError(f'{where}: {MEMBERS} has no company "{row["company"]}"')
    entry, count = row["entry"], len(scripts[row["company"]].entries)
    if entry not in _NO_ENTRY and not (isinstance(entry, int) and 0 <= entry < count):
        raise FolderError(f'{where}: "entry" is {entry!r}, not 0 to {count - 1}, "beyond" or "none"')


def _scripts(path: Path) -> dict[str, Vocabulary]:
    if not path.is_file():
        raise FolderError(f"{path} is missing: questions.jsonl is scored against its companies' answers")
    try:
        members = json.loads(_read(path))
    except json.JSONDecodeError as error:
        raise FolderError(f"{path}, line {error.lineno}: not JSON ({error.msg})") from error
    if not isinstance(members, dict):
        raise FolderError(f"{path}: not an object of companies by key")
    return {key: _script(member, f"{path}, company {key}") for key, member in members.items()}


def _script(member: object, where: str) -> Vocabulary:
    if not isinstance(member, dict):
        raise FolderError(f"{where}: not an object")
    check(member, {"faq": list, "beyond": list}, where)
    entries = []
    for index, entry in enumerate(member["faq"]):
        if not isinstance(entry, dict):
            raise FolderError(f"{where}, faq {index}: not an object")
        check(entry, {"q": list, "a": str}, f"{where}, faq {index}")
        entries.append(Entry(tuple(entry["q"]), entry["a"]))
    return Vocabulary(entries=tuple(entries), beyond=tuple(member["beyond"]))
