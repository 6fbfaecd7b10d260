"""The hand-written sets of words in `data/business_words.tsv`, by name."""

from __future__ import annotations

from functools import lru_cache

from nlu.tables import DATA, rows

_FILE = DATA / "business_words.tsv"


@lru_cache(maxsize=1)
def _sets() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, words in rows(_FILE):
        found[name] = found.get(name, ()) + tuple(words.split())
    return found


def words(name: str) -> frozenset[str]:
    """A set by its name; KeyError for a name that the file lacks."""
    return frozenset(_sets()[name])


def either(name: str) -> str:
    """A set as the alternatives of a regular expression, longest first."""
    return "|".join(sorted(_sets()[name], key=lambda word: (-len(word), word)))
