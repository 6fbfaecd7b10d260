"""Personal names: from spelling to katakana, with every reading that comes into question.

A name in kana is its own reading. A name in characters is looked up in the surname tables (longest match
from the left) with the rest read as a given name; the commonest reading is the value, the others are its
alternatives. Nothing here decides whether a stretch of words is a name at all: `looks_like_name` only
says how good a name it would make, and `introductions` and `directory` weigh that with the words around.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from nlu.kana import is_kana, morae, to_katakana
from nlu.meaning import Slot
from nlu.tables import DATA, rows
from nlu.words import Token, reading, tokens

_HONORIFIC = re.compile(r"(?:さん|様|さま|氏|殿)$")
_KATAKANA = re.compile(r"[ァ-ヴー・]+")
_HAN = re.compile(r"[\u3400-\u9fff々ヶ]")
_MAX_SURNAME = 5
LONGEST_NAME = 12
"""Characters of what may look like a name."""
_ALTERNATIVES = 6
_LISTED, _KANA_ONLY, _GUESSED = 0.95, 0.8, 0.5
"""Confidence of a spelling in the tables, of one that is kana anyway, and of one read by the general dictionary."""


@lru_cache(maxsize=1)
def surnames() -> dict[str, tuple[str, ...]]:
    """Spelling to readings in katakana, commonest first."""
    table = dict(_rows("surnames.tsv"))
    for spelling, readings in _rows("surnames_more.tsv"):
        table[spelling] = readings + tuple(r for r in table.get(spelling, ()) if r not in readings)
    return table


@lru_cache(maxsize=1)
def checked_surnames() -> frozenset[str]:
    """The spellings whose order of readings was checked by hand."""
    return frozenset(spelling for spelling, _ in _rows("surnames_more.tsv"))


@lru_cache(maxsize=1)
def surname_readings() -> frozenset[str]:
    """Every reading of a listed surname, katakana: what the phonetic ear may expect."""
    return frozenset(kana for readings in surnames().values() for kana in readings)


@lru_cache(maxsize=1)
def given_names() -> dict[str, tuple[str, ...]]:
    """As `surnames`, for given names."""
    return dict(_rows("given_names.tsv"))


@lru_cache(maxsize=1)
def given_readings() -> frozenset[str]:
    """Every reading of a listed given name, katakana."""
    return frozenset(kana for readings in given_names().values() for kana in readings)


def split_name(text: str) -> tuple[str, str] | None:
    """(surname, given name or "") of a name in characters; None if its start is no listed surname."""
    table = surnames()
    halves = [(text[:cut], text[cut:]) for cut in range(min(len(text), _MAX_SURNAME), 0, -1)]
    fitting = [(family, given) for family, given in halves if family in table and _is_given(given)]
    return fitting[0] if fitting else None


def readings(text: str) -> tuple[str, ...]:
    """Katakana for a name as written, likeliest first; the general dictionary's reading if it is not listed."""
    text = _HONORIFIC.sub("", text.replace(" ", "").replace("・", ""))
    if is_kana(text):
        return (to_katakana(text),)
    halves = split_name(text)
    if halves is None:
        listed = given_names().get(text, ())
        general = reading(text)
        return listed or ((general,) if general else ())
    family, given = halves
    rest = _given_readings(given)
    pairs = [front + back for back in rest[:2] for front in surnames()[family]]
    if text in given_names():
        pairs += given_names()[text]
    return tuple(dict.fromkeys(pairs))[:_ALTERNATIVES]


def name_slot(text: str) -> Slot | None:
    """The name written as `text`, or None where nothing of it can be read aloud."""
    text = _HONORIFIC.sub("", text.strip(" 、。"))
    found = readings(text)
    if not found or not is_kana(found[0]):
        return None
    if is_kana(text):
        confidence = _KANA_ONLY + 0.15 * (found[0] in surname_readings())
    else:
        confidence = _LISTED if split_name(text) else _GUESSED
    return Slot(found[0], text, confidence, found[1:])


def family_of(kana: str) -> str:
    """The family name in a name in katakana: the longest listed surname whose rest is a listed given name, or all."""
    for cut in range(len(kana), 1, -1):
        rest = kana[cut:]
        if kana[:cut] in surname_readings() and (not rest or rest in given_readings()):
            return kana[:cut]
    return kana


def looks_like_name(text: str) -> float:
    """How good a name a stretch of text would make, 0..1, its neighbours unseen.

    1: a word that the dictionary takes for a surname; 0.8: listed, but a common word too (林, 前);
    0.6: katakana that could be one; 0: cannot be a name.
    """
    if not text or len(text) > LONGEST_NAME:
        return 0.0
    words = tokens(text)
    if words and all(word.pos3 == "人名" for word in words) and len(words) <= 2:
        return 1.0
    if _KATAKANA.fullmatch(text):
        return _katakana_name(text, words)
    halves = split_name(text)
    if halves and halves[1] and len(words) == 1 and words[0].pos3 != "人名":
        return 0.0
    if halves and not is_kana(text):
        return 1.0 if halves[1] or (len(words) == 1 and words[0].pos3 == "人名") else 0.8
    if is_kana(text):
        return 0.7 if _kana_name(to_katakana(text)) and not _is_phrase(words) else 0.0
    return 0.6 if text in given_names() and len(words) == 1 and words[0].pos3 == "人名" else 0.0


def _is_phrase(words: tuple[Token, ...]) -> bool:
    """Whether words in hiragana are a verb with its endings (しました) or an exclamation, and no name."""
    verb = words[0].pos == "動詞" and words[-1].pos in ("助動詞", "助詞")
    return verb or words[0].pos in ("感動詞", "接続詞")


def _kana_name(kana: str) -> bool:
    """Whether a word in kana is a surname, or one with a given name behind it (くどうあや)."""
    if kana in surname_readings():
        return len(morae(kana)) > 2
    family = family_of(kana)
    return family != kana and len(morae(family)) > 2 and len(morae(kana)) > 4


def _katakana_name(text: str, words: tuple[Token, ...]) -> float:
    if len(morae(text)) < 2:
        return 0.0
    if family_of(text) in surname_readings():
        return 1.0
    common = len(words) == 1 and words[0].known and words[0].pos2 == "普通名詞" and words[0].kana == text
    return 0.3 if common and _HAN.search(words[0].lemma) is None and "-" in words[0].lemma else 0.6


def _is_given(text: str) -> bool:
    if not text:
        return True
    if text in given_names():
        return True
    if is_kana(text):
        return to_katakana(text) in given_readings()
    return False


def _given_readings(text: str) -> tuple[str, ...]:
    if not text:
        return ("",)
    if is_kana(text):
        return (to_katakana(text),)
    return given_names().get(text) or (reading(text),)


def _rows(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for spelling, kana in rows(DATA / name):
        yield spelling, tuple(kana.split())
