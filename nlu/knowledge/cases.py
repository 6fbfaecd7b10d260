"""Entries that speak of another case than the caller's: what one person pays says nothing to a family of four.

Cases exclude one another (大人 and 子ども, 片道 and 往復) and stand in `data/knowledge_words.tsv`. An entry is of
another case where all its questions, or what its answer begins with, name one of a row, and nothing of it names the
caller's. So it is for what differs from case to case, a price above all; opening hours told for weekdays do settle what
is asked of Sunday. Leaves out which of the other entries answers (`nlu/knowledge/retrieval.py`).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nlu.knowledge.topics import Script, Text, kinds
from nlu.tables import DATA, rows

_WORDS = DATA / "knowledge_words.tsv"
_DIFFERS = ("price", "duration")
"""Kinds of fact that differ from case to case."""
_DENIED = r"(?!(?:の(?:方|ほう)?)?(?:じゃな|では?な|じゃあり|では?あり|や(?:のう|な[くい])|以外))"
"""A case that is denied is not the caller's: 軽じゃなくて."""

Named = tuple[int, frozenset[int]]
"""A row, and which of its cases are named."""


@cache
def _rows() -> tuple[tuple[re.Pattern[str], ...], ...]:
    found = (row[1:] for row in rows(_WORDS) if row[0] == "case")
    return tuple(tuple(re.compile(f"(?:{way}){_DENIED}") for way in ways) for ways in found)


@lru_cache(maxsize=4096)
def _named(text: str) -> tuple[Named, ...]:
    """The cases that a normalised text names, row by row."""
    found = ((at, frozenset(i for i, way in enumerate(ways) if way.search(text))) for at, ways in enumerate(_rows()))
    return tuple((at, cases) for at, cases in found if cases)


def of_another_case(question: Text, against: Script) -> frozenset[int]:
    """The entries that are out of the question for a caller who tells the own case."""
    mine = dict(_named(question.normal)) if question.asks & _differing() else {}
    if not mine or not against.entries:
        return frozenset()
    ends = [*against.asked[1:].tolist(), against.ways]
    found = set()
    for entry, (start, end) in enumerate(zip(against.asked.tolist(), ends, strict=True)):
        ways = tuple(text.normal for text in against.texts[start:end])
        about, named = _of_entry(ways, against.texts[against.ways + entry].normal)
        if any(at in about and not cases & named.get(at, frozenset()) for at, cases in mine.items()):
            found.add(entry)
    return frozenset(found)


@cache
def _differing() -> frozenset[int]:
    return frozenset(kinds().index(name) for name in _DIFFERS)


@lru_cache(maxsize=4096)
def _of_entry(ways: tuple[str, ...], answer: str) -> tuple[frozenset[int], dict[int, frozenset[int]]]:
    """The rows of which an entry is about one case, and all the cases that it names."""
    begins = {at for at, _ in _named(answer.split("、")[0])}
    always = frozenset.intersection(*(frozenset(at for at, _ in _named(way)) for way in ways))
    return always | begins, dict(_named("。".join((*ways, answer))))
