"""Where in the call a value was said: by the times of the words it was heard in, so that its clip holds it and no more.

Rule: the first reading that has the value among its words tells; where none does, or no times are known, the whole
utterance is the answer. A number is its figures, a name its sound or its writing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.dialogue.events import Heard
from nlu.hearing import Word
from nlu.kana import is_kana, morae, similarity
from nlu.meaning import Slot

ALIKE = 0.8
"""A stretch of words that sounds so much like a value is where it was said."""
APART = 2
"""Words between the figures of one number: の, and a filler."""
AROUND_SECONDS = 1.0
"""A word that lies further outside its utterance has times of another kind, from before words were placed in calls."""
_FIGURES = frozenset("〇零一二三四五六七八九ゼロ")

Span = tuple[float, float]


def placed(heard: Heard, slot: Slot) -> Span:
    """Seconds since the call began."""
    for reading in heard.hearing.readings:
        words = [word for word in reading.words if _lies_in(word, heard.span)]
        found = _figures(words) if slot.value.isdecimal() else _sounding(words, slot) or _written(words, slot)
        if found:
            return found[0].start_seconds, found[-1].end_seconds
    return heard.span


def _lies_in(word: Word, span: Span) -> bool:
    within = span[0] - AROUND_SECONDS <= word.start_seconds and word.end_seconds <= span[1] + AROUND_SECONDS
    return within and word.end_seconds > word.start_seconds


def _figures(words: Sequence[Word]) -> Sequence[Word]:
    """The longest run of figures, with what joins them."""
    runs: list[list[int]] = []
    for index, word in enumerate(words):
        if _is_figure(word):
            joins = runs and index - runs[-1][-1] <= APART + 1
            runs[-1:] = [[*runs[-1], index]] if joins else [*runs[-1:], [index]]
    best = max(runs, key=len, default=[])
    return words[best[0] : best[-1] + 1] if best else ()


def _is_figure(word: Word) -> bool:
    text = unicodedata.normalize("NFKC", word.text)
    return bool(text) and (
        word.label in ("digit", "figure") or all(sign.isdecimal() or sign in _FIGURES for sign in text)
    )


def _sounding(words: Sequence[Word], slot: Slot) -> Sequence[Word]:
    """The stretch that sounds most like the value."""
    if not is_kana(slot.value):
        return ()
    longest, best, found = len(morae(slot.value)) * 3 // 2 + 1, ALIKE, range(0)
    for first in range(len(words)):
        kana = ""
        for last in range(first, len(words)):
            kana += words[last].kana
            if len(morae(kana)) > longest:
                break
            alike = similarity(kana, slot.value) if kana else 0.0
            if alike > best or (alike == best and not found):
                best, found = alike, range(first, last + 1)
    return words[found.start : found.stop]


def _written(words: Sequence[Word], slot: Slot) -> Sequence[Word]:
    """The words in whose writing the slot's own words lie."""
    at = "".join(word.text for word in words).find(slot.text) if slot.text else -1
    if at < 0:
        return ()
    passed, found = 0, list[Word]()
    for word in words:
        if passed < at + len(slot.text) and passed + len(word.text) > at:
            found.append(word)
        passed += len(word.text)
    return found
