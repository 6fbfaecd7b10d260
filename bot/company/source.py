"""A script's TOML files as one of the shapes of `bot/company/written`, and every fault in them in plain words.

Faults are collected, not met one by one: each names the file, the key, what was found and the remedy. A
fault says nothing that pydantic or tomllib would say only to a programmer.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import re
import tomllib
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a script."""

    file: str
    key: str
    """Where in the file: staff[kurimoto].reading; "" = the file as a whole."""
    found: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.found}: {self.remedy}"


class ScriptError(Exception):
    """A company's data cannot be used; one line a problem, or one sentence that stands by itself."""

    def __init__(self, wrong: str | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = () if isinstance(wrong, str) else tuple(wrong)
        super().__init__(wrong if isinstance(wrong, str) else "\n".join(map(str, self.problems)))


class Source:
    """Reads the files of one script and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.digest = hashlib.sha256()
        """Over the names, lengths and bytes of the files read so far."""

    def add(self, path: Path, key: str, found: str, remedy: str) -> None:
        """Note one fault; `key` "" for the file as a whole."""
        self.problems.append(Problem(str(path), key, found, remedy))

    def read(self, path: Path, shape: type[T]) -> T | None:
        """The file as that shape; None, and problems, where it is not."""
        try:
            raw = path.read_bytes()
            table = tomllib.loads(raw.decode())
        except OSError as error:
            self.add(path, "", f"cannot be read ({error.strerror})", "see that it exists and may be read")
        except UnicodeDecodeError:
            self.add(path, "", "is not UTF-8", "save the file with the encoding UTF-8")
        except tomllib.TOMLDecodeError as error:
            self.add(path, "", str(error), _syntax_remedy(raw.decode(), str(error)))
        else:
            self.digest.update(f"{path.name} {len(raw)}\n".encode() + raw)
            return self._shaped(path, table, shape)
        return None

    def read_if_there(self, path: Path, shape: type[T], otherwise: D) -> T | D | None:
        """The same; `otherwise` where there is no such file."""
        return self.read(path, shape) if path.exists() else otherwise

    def _shaped(self, path: Path, table: dict[str, Any], shape: type[T]) -> T | None:
        try:
            return TypeAdapter(shape).validate_python(table)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                found, remedy = _explain(fault["type"], fault["loc"], fault["msg"], fault["input"], shape)
                self.add(path, _key(fault["loc"], table), found, remedy)
        return None


def _syntax_remedy(text: str, message: str) -> str:
    place = re.search(r"at line (\d+)", message)
    lines = text.splitlines()
    line = lines[int(place[1]) - 1] if place and int(place[1]) <= len(lines) else ""
    if re.search(r"[=\[,]\s*[\d-]*\d[\d:-]*", line):
        return f"put numbers and times in quotes on that line: {line.strip()}"
    return f'write the line as key = "value", with the text in quotes: {line.strip()}' if line else "check that line"


def _key(loc: tuple[int | str, ...], table: Any) -> str:
    """The path of a key, list items by their own `key` where they have one, else counted from 1."""
    path = ""
    for step in loc:
        if isinstance(step, int):
            table = table[step] if isinstance(table, list) and step < len(table) else None
            named = isinstance(table, dict) and isinstance(table.get("key"), str)
            path += f"[{table['key'] if named else step + 1}]"
        else:
            table = table.get(step) if isinstance(table, dict) else None
            path += f".{step}" if path else step
    return path


def _explain(kind: str, loc: tuple[int | str, ...], message: str, value: Any, shape: Any) -> tuple[str, str]:
    """(what was found, the remedy) of one error of pydantic's."""
    if kind == "missing":
        table = len(loc) == 1 and dataclasses.is_dataclass(typing.get_type_hints(shape).get(str(loc[0])))
        return "is missing", f"add the table [{loc[0]}]" if table else f'add {loc[-1]} = "…"'
    if kind == "unexpected_keyword_argument":
        return "is no known key", _misplaced(str(loc[-1]), loc[:-1], shape)
    shown = repr(value) if len(repr(value)) <= 60 else repr(value)[:57] + "…"
    found = f"found {shown}"
    if kind == "written":
        return found, message
    if kind in ("dataclass_type", "dict_type"):
        return found, f"write it as a table, [{loc[-1]}]" if loc and isinstance(loc[-1], str) else "write it as a table"
    remedies = {
        "string_type": "write text, in quotes",
        "bool_type": "write true or false, without quotes",
        "float_type": "write a number of seconds, without quotes",
        "int_type": "write a whole number, without quotes",
        "tuple_type": 'write a list, as ["…", "…"]',
        "string_pattern_mismatch": "write small letters a-z, digits and _, a letter first",
    }
    return found, remedies.get(kind, message.replace("Input should be", "it must be"))


def _misplaced(key: str, table: tuple[int | str, ...], shape: Any) -> str:
    """The remedy for a key that the table has not."""
    known = _known_keys(shape, table)
    near = difflib.get_close_matches(key, known, n=1)
    homes = [name for name, kind in typing.get_type_hints(shape).items() if dataclasses.is_dataclass(kind)]
    homes = [name for name in homes if key in _known_keys(shape, (name,))]
    if homes:
        return f"put it under [{homes[0]}]"
    return f"write {near[0]}" if near else f"known here are {', '.join(known)}"


def _known_keys(shape: Any, loc: tuple[int | str, ...]) -> list[str]:
    """The keys that the table at `loc` may have."""
    for step in loc:
        if isinstance(step, int):
            shape = typing.get_args(shape)[0]
        else:
            fields = {_written_as(field): field.name for field in dataclasses.fields(shape)}
            shape = typing.get_type_hints(shape)[fields[step]]
    return [_written_as(field) for field in dataclasses.fields(shape)]


def _written_as(field: dataclasses.Field[Any]) -> str:
    return str(getattr(field.default, "alias", None) or field.name)
