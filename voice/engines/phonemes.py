"""The phonemes of the acoustic model, and how a katakana reading is pronounced in them.

The model's tokens are transitions "p q" (the phoneme p ends, q begins). `I` and `U` are the devoiced
vowels, `N` the moraic nasal, `cl` the closure of ッ. A reading has few pronunciations: what is written
オウ or エイ is mostly a long vowel (トウキョウ, ケイエイ), seldom two vowels. Particles must come as
they sound (ワ, not ハ). Leaves out accent.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

VOWELS = frozenset("aiueo")
TWO_VOWELS = 1.2
"""Cost of saying オウ as o-u or エイ as e-i, against the long vowel."""
MOST_VARIANTS = 4
"""Pronunciations kept for one stretch of kana; more would only blow up the graph."""

_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "g": "ガギグゲゴ", "s": "サ*スセソ", "z": "ザ*ズゼゾ",
    "t": "タ**テト", "d": "ダ**デド",
    "n": "ナニヌネノ", "h": "ハヒ*ヘホ", "b": "バビブベボ", "p": "パピプペポ", "m": "マミムメモ", "y": "ヤ*ユ*ヨ",
    "r": "ラリルレロ",
    "w": "ワ****",
}  # fmt: skip
_SMALL = {"ャ": "a", "ュ": "u", "ョ": "o", "ェ": "e"}
_GLIDES = {
    "キ": "ky", "ギ": "gy", "シ": "sh", "ジ": "j", "チ": "ch", "ヂ": "j", "ニ": "ny", "ヒ": "hy", "ビ": "by",
    "ピ": "py", "ミ": "my",
    "リ": "ry",
}  # fmt: skip
_SPECIAL = {
    "シ": "sh i", "ジ": "j i", "チ": "ch i", "ツ": "ts u", "ヂ": "j i", "ヅ": "z u", "フ": "f u", "ヲ": "o",
    "ン": "N", "ッ": "cl", "、": "pau",
    "ヰ": "i", "ヱ": "e", "ヴ": "v u", "ティ": "t i", "ディ": "d i", "トゥ": "t u", "ドゥ": "d u", "テュ": "ch u",
    "デュ": "dy u",
    "ファ": "f a", "フィ": "f i", "フェ": "f e", "フォ": "f o", "フュ": "hy u", "ヴァ": "v a", "ヴィ": "v i",
    "ヴェ": "v e", "ヴォ": "v o",
    "ウィ": "w i", "ウェ": "w e", "ウォ": "w o", "ツァ": "ts a", "ツィ": "ts i", "ツェ": "ts e", "ツォ": "ts o",
    "イェ": "y e",
    "スィ": "s i", "ズィ": "z i", "クァ": "k u w a", "クィ": "k u w i", "クェ": "k u w e", "クォ": "k u w o",
    "グァ": "g u w a",
    "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ャ": "y a", "ュ": "y u", "ョ": "y o", "ヮ": "w a",
    "ヵ": "k a", "ヶ": "k e",
}  # fmt: skip


@cache
def _table() -> dict[str, tuple[str, ...]]:
    table = {kana: tuple(sound.split()) for kana, sound in _SPECIAL.items()}
    for consonant, row in _ROWS.items():
        for vowel, kana in zip("aiueo", row, strict=True):
            if kana != "*":
                table[kana] = (consonant, vowel) if consonant else (vowel,)
    for kana, consonant in _GLIDES.items():
        for small, vowel in _SMALL.items():
            table[kana + small] = (consonant, vowel)
    return table


@cache
def transitions() -> tuple[tuple[str, str], ...]:
    """The model's tokens in column order; the blank ("nothing new begins") is the column after the last."""
    text = (files("voice.engines") / "data" / "phoneme_transitions.txt").read_text(encoding="utf-8")
    return tuple((first, second) for first, second in (line.split() for line in text.splitlines() if line.strip()))


@cache
def phonemes() -> tuple[str, ...]:
    """All phonemes, sorted."""
    return tuple(sorted({phoneme for pair in transitions() for phoneme in pair}))


def canonical(phoneme: str) -> str:
    """The phoneme as lexicons write it: devoicing is not theirs to know."""
    return {"I": "i", "U": "u"}.get(phoneme, phoneme)


def units(kana: str) -> list[tuple[str, ...]]:
    """The phonemes of each mora of a katakana reading; ー repeats the vowel before it. Raises ValueError."""
    table, morae, place = _table(), list[tuple[str, ...]](), 0
    while place < len(kana):
        if kana[place] == "ー":
            last = morae[-1][-1] if morae else ""
            if last in VOWELS:
                morae.append((last,))
            place += 1
            continue
        size = 2 if kana[place : place + 2] in table else 1
        sound = table.get(kana[place : place + size])
        if sound is None:
            raise ValueError(
                f"「{kana}」を読めません: 「{kana[place]}」はカタカナではありません。読みはカタカナで書いてください"
            )
        morae.append(sound)
        place += size
    return morae


@cache
def pronunciations(kana: str) -> tuple[tuple[tuple[str, ...], float], ...]:
    """(phonemes, cost) of each way to say a katakana reading, the commonest first. Raises ValueError."""
    ways: list[tuple[tuple[str, ...], float]] = [((), 0.0)]
    for mora in units(kana):
        grown = []
        for said, cost in ways:
            long = (said[-1:] == ("o",) and mora == ("u",)) or (said[-1:] == ("e",) and mora == ("i",))
            if long:
                grown.append(((*said, said[-1]), cost))
            grown.append(((*said, *mora), cost + TWO_VOWELS if long else cost))
        ways = sorted(grown, key=lambda way: way[1])[:MOST_VARIANTS]
    if not ways[0][0]:
        raise ValueError(f"「{kana}」だけでは読めません。読みはカタカナで書いてください")
    return tuple(ways)
