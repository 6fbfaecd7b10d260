"""Hand-written tables: a row a line, fields divided by tabs; empty lines and those beginning with # are passed over."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "data"
"""Where the tables of `nlu` lie."""


def rows(path: Path) -> tuple[tuple[str, ...], ...]:
    """The fields of every row, in order; whoever asks keeps what is made of them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))
