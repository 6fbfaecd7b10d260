"""How a company name sounds: the likeliest readings of its characters, best first.

A name is cut into parts, each with its readings and a cost: words of the tables of company words, surnames, words of
the dictionary, single characters, and pairs of characters that no dictionary has together, which sound as in
Sino-Japanese words (東建 トウケン). The cheapest cuts win; few long parts beat many short ones. What is a name at
all is for others to say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from nlu.identity.names import checked_surnames, given_names, surnames
from nlu.kana import is_kana, to_katakana
from nlu.tables import DATA, rows
from nlu.words import reading, tokens

_KEPT = 5
"""Readings kept at each place, and given."""
_LONGEST_PART = 7
_KANJI = re.compile(r"[\u3400-\u9fff々]+")
_KANA_RUN = re.compile(r"[\u3041-\u3096ァ-ヴー・]+")
_HIRAGANA = re.compile(r"[\u3041-\u3096]")
_OTHER_RUN = re.compile(r"[0-9A-Za-z&]+")
_NUMERAL = re.compile(r"[〇一二三四五六七八九十百千万]+")
_TABLE, _KANA, _WORD, _PLACE, _COMMON_SURNAME, _COINED, _SINGLE = 0.5, 0.3, 1.0, 0.8, 0.9, 1.9, 2.0
_COINED_BEFORE_TEMPLE, _BRAND = 0.7, 2.0
_RARE_SURNAME, _GIVEN, _PLAIN_GIVEN = 1.9, 2.2, 1.5
_SECOND = 0.7
"""What each further reading of a part costs more than the one before it."""
_COMMON = 9.5
"""-ln of the share of bearers, up to which a surname is one that companies are likely called by."""
_WORTH_NAMING = 1.6
"""How much dearer than the best a reading may be to be given as another."""
_HARDENED = frozenset("カキクケコサシスセソタチツテトハヒフヘホ")
_HALF_VOICED = str.maketrans("ハヒフヘホ", "パピプペポ")
_SURNAME_ENDS = {
    "山": "ヤマ", "田": "ダ", "村": "ムラ", "木": "キ", "野": "ノ", "谷": "タニ", "沢": "サワ", "島": "シマ",
    "井": "イ", "本": "モト", "原": "ハラ", "崎": "サキ", "川": "カワ", "岡": "オカ", "口": "グチ",
    "浜": "ハマ", "森": "モリ",
}  # fmt: skip
_Path = tuple[float, str]


@lru_cache(maxsize=4096)
def company_readings(text: str) -> tuple[str, ...]:
    """Katakana for a company name without its legal form, likeliest first; () for what nobody can read aloud."""
    text = text.replace(" ", "")
    if not text:
        return ()
    if is_kana(text):
        return (to_katakana(text),)
    best: list[dict[str, float]] = [{"": 0.0}, *({} for _ in text)]
    for end in range(1, len(text) + 1):
        reached = best[end]
        for start in range(max(0, end - 24), end):
            if best[start]:
                _extend(reached, best[start], tuple(_parts(text, start, end)))
        best[end] = dict(sorted(reached.items(), key=lambda pair: pair[1])[:_KEPT])
    least = min(best[-1].values(), default=0.0)
    found = tuple(kana for kana, cost in best[-1].items() if is_kana(kana) and cost <= least + _WORTH_NAMING)
    general = reading(text)
    return found or ((general,) if general else ())


def is_shop(text: str) -> bool:
    """魚政, 八百徳: goods with a character of the founder's name."""
    marks = _marks()
    return len(text) in (2, 3) and text[:-1] in marks["goods"] and text[-1] in marks["mark"] and text not in surnames()


def sounds_of(character: str) -> tuple[str, ...]:
    """The Sino-Japanese readings of a character, commonest first."""
    return _table("characters.tsv").get(character, ())


def is_listed(word: str) -> bool:
    """Whether a word is one of those that company names begin with (中央, 共栄)."""
    return word in _table("company_beginnings.tsv")


def _extend(reached: dict[str, float], before: dict[str, float], parts: tuple[_Path, ...]) -> None:
    for (lead, spent), (cost, kana) in product(before.items(), parts):
        if spent + cost < reached.get(lead + kana, math.inf):
            reached[lead + kana] = spent + cost


def _parts(text: str, start: int, end: int) -> Iterator[_Path]:
    """The readings of one stretch as a part of the name, with their costs."""
    part = text[start:end]
    if _KANA_RUN.fullmatch(part) or _OTHER_RUN.fullmatch(part):
        yield _KANA, to_katakana(part) if is_kana(part) else reading(part.replace("&", "アンド"))
        return
    if len(part) > _LONGEST_PART or _torn(text, start, end):
        return
    yield from _listed(part, start, len(part) == 1 and text[:start].endswith("の"))
    if len(part) > 1:
        yield from _marked(part)
        yield from _names(part)
        yield from _worded(part)
        yield from _like_surname(part)
        yield from _coined(part, _COINED_BEFORE_TEMPLE if text[end : end + 1] == "寺" else _COINED)
    else:
        yield from _single(part)


def _torn(text: str, start: int, end: int) -> bool:
    """Whether a stretch lacks the kana that its last character is written with (手打 of 手打ち)."""
    if not _KANJI.fullmatch(text[end - 1]) or not _HIRAGANA.fullmatch(text[end : end + 1]):
        return False
    whole = tokens(text[start : end + 1])
    return len(whole) == 1 and whole[0].known


def _listed(part: str, start: int, after_no: bool) -> Iterator[_Path]:
    """Words of the tables: those of endings count behind something, single characters not behind の (の家 is イエ)."""
    if start and not after_no:
        yield from _ranked(_table("company_endings.tsv").get(part, ()), _TABLE)
    yield from _ranked(
        _table("company_beginnings.tsv").get(part, ()),
        _TABLE + 0.3 * (start > 0) + 0.9 * (len(part) == 1 and not after_no),
    )


def _marked(part: str) -> Iterator[_Path]:
    """Goods with a character of the founder's name: 魚政, 八百徳."""
    marks = _marks()
    if is_shop(part):
        yield _WORD, marks["goods"][part[:-1]] + marks["mark"][part[-1]]


def _names(part: str) -> Iterator[_Path]:
    for place, kana in enumerate(surnames().get(part, ())):
        usual = place == 0 and (part in checked_surnames() or _share(kana) <= _COMMON)
        yield (_COMMON_SURNAME if usual else _RARE_SURNAME) + _SECOND * place, kana
    cost = _PLAIN_GIVEN if part[-1] in "子美代江恵香奈太郎介助夫雄男也彦吾" else _GIVEN
    yield from _ranked(given_names().get(part, ())[:2], cost)


def _worded(part: str) -> Iterator[_Path]:
    """A word of the dictionary, names apart, which have been counted."""
    words = tokens(part)
    if len(words) == 1 and words[0].known and words[0].kana and words[0].pos3 != "人名":
        proper = words[0].pos2 == "固有名詞"
        yield _PLACE if words[0].pos3 == "地名" else _BRAND if proper else _WORD, words[0].kana
    elif _NUMERAL.fullmatch(part):
        yield _WORD, reading(part)


def _like_surname(part: str) -> Iterator[_Path]:
    """Two characters read as in surnames that are made like this one (川山 like 川村 and 秋山)."""
    if len(part) == 2 and part[1] in _SURNAME_ENDS and part not in surnames():
        front = list(_table("company_beginnings.tsv").get(part[0], ())[:1])
        front = front or [word.kana for word in tokens(part[0]) if word.kana and part[0] in surnames()]
        for kana in front:
            yield _COINED - 0.1, kana + _SURNAME_ENDS[part[1]]


def _coined(part: str, cost: float) -> Iterator[_Path]:
    """Two characters read as in Sino-Japanese words; 丸 in front, the ring of a trademark, is マル."""
    if len(part) != 2 or not _KANJI.fullmatch(part) or part[1] == "丸":
        return
    sounds = _table("characters.tsv")
    for (first, one), (second, other) in product(
        enumerate(("マル",) if part[0] == "丸" else sounds.get(part[0], ())),
        enumerate(sounds.get(part[1] if part[1] != "々" else part[0], ())),
    ):
        yield cost + _SECOND * (first + second), _hardened(one, other)


def _hardened(one: str, other: str) -> str:
    """Two readings as they join: ニチ and トウ make ニットウ, ホク and カイ ホッカイ."""
    hard = other[:1] in _HARDENED
    if one[-1:] in ("チ", "ツ") and len(one) > 1 and hard:
        return one[:-1] + "ッ" + other[0].translate(_HALF_VOICED) + other[1:]
    if one[-1:] in ("ク", "キ") and len(one) > 1 and other[:1] in "カキクケコ" and other:
        return one[:-1] + "ッ" + other
    return one + other


def _single(part: str) -> Iterator[_Path]:
    words = tokens(part)
    if part in surnames() and _share(surnames()[part][0]) <= _COMMON:
        yield _SINGLE - 0.3, surnames()[part][0]
    if len(words) == 1 and words[0].known and words[0].kana:
        yield _SINGLE - 0.1, words[0].kana
    yield from _ranked(_table("characters.tsv").get(part, ()), _SINGLE)


def _ranked(readings: tuple[str, ...], cost: float) -> Iterator[_Path]:
    for place, kana in enumerate(readings):
        yield cost + _SECOND * place, kana


@lru_cache(maxsize=1)
def _marks() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {"goods": {}, "mark": {}}
    for kind, word, kana in rows(DATA / "shop_marks.tsv"):
        found[kind][word] = kana
    return found


@lru_cache(maxsize=1)
def _shares() -> dict[str, float]:
    return {row[0]: float(row[1]) for row in rows(DATA / "spoken_surnames.tsv") if len(row) == 2}


def _share(kana: str) -> float:
    return _shares().get(kana, math.inf)


@lru_cache(maxsize=4)
def _table(name: str) -> dict[str, tuple[str, ...]]:
    """Word to its readings, commonest first."""
    return {row[0]: tuple(row[1].split()) for row in rows(DATA / name) if len(row) == 2}
