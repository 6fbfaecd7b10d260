"""Plain values written as TOML that a company's staff can read and go on writing.

The rule: what `tomllib` reads back is what was given. Numbers are written bare and everything else in quotes, since a
script holds its times and telephone numbers as text. Leaves out dates and times as types of their own, and comments
within the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

Value: TypeAlias = "str | bool | int | float | list[Value] | dict[str, Value]"
Table: TypeAlias = dict[str, Value]

_WIDTH = 100
"""Characters of a list that still stand on one line."""


def written(table: Mapping[str, Value], comment: str = "") -> str:
    """The whole of a file, its comment first."""
    head = [f"# {line}".rstrip() for line in comment.splitlines()]
    return "\n".join([*head, *([""] if head else []), *_table(table, "")]).strip() + "\n"


def _table(table: Mapping[str, Value], path: str) -> Iterator[str]:
    """Plain values first, for what stands below the head of a table belongs to that table."""
    headed = {key: value for key, value in table.items() if _has_head(value, not path)}
    for key, value in table.items():
        if key not in headed:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in headed.items():
        where = f"{path}.{_key(key)}" if path else _key(key)
        if isinstance(value, dict):
            yield from ("", f"[{where}]", *_table(value, where))
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    yield from ("", f"[[{where}]]", *_table(each, where))


def _has_head(value: Value, top: bool) -> bool:
    """Whether it is written under a head of its own: a list of tables, and a table that is more than a few words."""
    if isinstance(value, dict):
        nested = any(isinstance(each, dict | list) for each in value.values())
        return top or nested or len(_value(value)) > _WIDTH
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _value(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case list():
            items = [_value(each) for each in value]
            line = f"[{', '.join(items)}]"
            return line if len(line) <= _WIDTH else "[\n" + "".join(f"  {item},\n" for item in items) + "]"
        case dict():
            return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
        case _:
            return str(value)


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _quoted(key)


def _quoted(text: str) -> str:
    """As JSON has it, which TOML reads alike but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
