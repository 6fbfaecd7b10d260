"""A recogniser's own words: hints cut into them, and its words put together to Japanese text.

Rule: a model with a fixed list of words can hear those only, so a hint is cut into as few listed words as cover
most of it, and what none covers is left out and told. Pure but for reading a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

UNKNOWN = "[unk]"
"""How Vosk's models write a word that is not in their list."""
LONGEST_WORD = 16
"""Characters; hints are cut into words no longer than this."""

_MARKS = re.compile(r"<.*>|!.*|\[.*\]|#.*")
"""Entries of a list that are no words; models also put numbers into brackets."""
_UNSPACED = re.compile(r"[\u3000-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
"""Kana, kanji, and what goes with them: written without spaces."""


class Fitted(NamedTuple):
    """Hints as a recogniser can take them."""

    phrases: tuple[str, ...]
    """Of listed words with spaces between them."""
    left_out: tuple[str, ...]


def read_words(path: Path) -> frozenset[str]:
    """The words of a Kaldi `words.txt` (a word and its number a line), marks left out. Raises OSError, ValueError."""
    words = set()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        word, _, index = line.rpartition(" ")
        if not word or not index.isdecimal():
            raise ValueError(f"{path}, line {number}: found {line!r}, wanted a word and its number")
        words.add(word)
    return frozenset(word for word in words if not _MARKS.fullmatch(word))


def fitted(hints: Iterable[str], knows: Callable[[str], bool]) -> Fitted:
    """Hints in the words that `knows` knows."""
    phrases, left_out = dict[str, None](), dict[str, None]()
    for hint in hints:
        words, lost = list[str](), list[str]()
        for piece in hint.split():
            known, unknown = cut(piece, knows)
            words += known
            lost += unknown
        if words:
            phrases[" ".join(words)] = None
        left_out |= dict.fromkeys(lost)
    return Fitted(tuple(phrases), tuple(left_out))


def cut(text: str, knows: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    """A piece of text as known words, and the stretches between them that are none; few unknown signs, then few
    words, then long words first."""
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    """Per end: (signs not covered, words, where the last part begins)."""
    for end in range(1, len(text) + 1):
        lost, words, _ = best[end - 1]
        found = (lost + 1, words, -1)
        for start in range(max(0, end - LONGEST_WORD), end):
            other = (best[start][0], best[start][1] + 1, start)
            if other[:2] < found[:2] and knows(text[start:end]):
                found = other
        best.append(found)
    return _walked(text, best)


def _walked(text: str, best: Sequence[tuple[int, int, int]]) -> tuple[list[str], list[str]]:
    known, unknown, end, gap = list[str](), list[str](), len(text), len(text)
    while end > 0:
        start = best[end][2]
        if start < 0:
            end -= 1
            continue
        if end < gap:
            unknown.append(text[end:gap])
        known.append(text[start:end])
        end = gap = start
    if gap > 0:
        unknown.append(text[:gap])
    return known[::-1], unknown[::-1]


def joined(words: Iterable[str]) -> str:
    """Words as one text: without spaces where Japanese is on either side, as it is written."""
    text = ""
    for word in filter(None, words):
        space = text and not (_UNSPACED.match(text[-1]) or _UNSPACED.match(word[0]))
        text += f" {word}" if space else word
    return text
