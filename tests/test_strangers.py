"""Lines as strangers would say them, a hundred of each kind: how many are understood, printed and held to the floor.

Written apart from the rules and never learnt from or tuned to one by one; `denwaban score tests/data/strangers` lists
what goes wrong. They are new for no longer than it takes to mend a rule by them, so the figures that count are those of
lines held out.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.score.lines import read_folder
from nlu.score.whole import Part, score

FOLDER = Path(__file__).parent / "data" / "strangers"
FLOORS = {"numbers": ("exact", 0.97), "names": ("exact", 0.94), "times": ("exact", 0.94), "answers": ("accuracy", 0.94)}
"""The rate that counts, and what it must come to."""
LEAST = 80
"""Lines of each kind, so that one more or less is little."""


@pytest.fixture(scope="module")
def parts() -> dict[str, Part]:
    return {part.name: part for part in score(read_folder(FOLDER))}


@pytest.mark.parametrize("kind", FLOORS)
def test_strangers_are_understood(parts: dict[str, Part], kind: str) -> None:
    name, floor = FLOORS[kind]
    rate = parts[kind].rates[name]
    print(f"{kind}: {name} {rate.value} of {rate.n}")
    assert rate.n >= LEAST
    assert rate.value is not None
    assert rate.value >= floor, [(mark.text, mark.wanted, mark.found) for mark in parts[kind].worst]


def test_none_of_them_was_learnt_from(parts: dict[str, Part]) -> None:
    assert not [mark.text for part in parts.values() for mark in part.marks if mark.trained_on]
