"""Hand-written tables: a row a line, fields divided by tabs; empty lines and those beginning with # are passed over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
"""Where the tables of `nlu` lie."""


def rows(path: Path) -> tuple[tuple[str, ...], ...]:
    """The fields of every row, in order; whoever asks keeps what is made of them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


@cache
def expressions(path: Path) -> Mapping[str, re.Pattern[str]]:
    """By name the regular expression whose alternatives are the rows of that name, in their order."""
    found: dict[str, list[str]] = {}
    for name, words in rows(path):
        found.setdefault(name, []).append(words)
    return {name: re.compile("|".join(each)) for name, each in found.items()}
