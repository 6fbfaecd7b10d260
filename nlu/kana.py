"""Katakana as sound: morae, one spelling for comparing, and how alike two words sound.

Everything here is about what the ear confuses, nothing about what words mean. The costs below are
graded by phonetic feature (place, voicing, length): what a telephone band (300-3400 Hz) blurs is cheap,
so サトウ is nearer to サトー and ザトウ than to カトウ, and far from ヤマダ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

_HAN = re.compile(r"[\u3400-\u9fff]")
_SIGNS = re.compile("[、。? ]")
_SMALL = frozenset("ァィゥェォャュョヮ")
_KANA = frozenset(chr(code) for code in range(0x30A1, 0x30FB)) | {"ー"}
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)} | {0x309D: 0x30FD, 0x309E: 0x30FE}
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サ スセソ", "t": "タ  テト", "n": "ナニヌネノ", "h": "ハヒ ヘホ",
    "m": "マミムメモ", "y": "ヤ ユ ヨ", "r": "ラリルレロ", "w": "ワヰ ヱヲ", "g": "ガギグゲゴ", "z": "ザ ズゼゾ",
    "d": "ダ  デド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_SOUNDS = {kana: (row, vowel) for row, line in _ROWS.items() for kana, vowel in zip(line, "aiueo", strict=True)}
_SOUNDS |= {"シ": ("sh", "i"), "チ": ("ch", "i"), "ツ": ("ts", "u"), "フ": ("f", "u"), "ジ": ("j", "i")}
_SOUNDS |= {"ヂ": ("j", "i"), "ヅ": ("z", "u"), "ヴ": ("b", "u"), "ヲ": ("", "o"), "ヰ": ("", "i"), "ヱ": ("", "e")}
_SAME_SOUND = str.maketrans("ヅヂヲヰヱヴヵヶ", "ズジオイエブカケ")
_SMALL_VOWELS = dict(zip("ァィゥェォャュョヮ", "aiueoauoa", strict=True))
_LONG = {"a": "ア", "i": "イ", "u": "ウ", "e": "エイ", "o": "オウ"}

_NEAR_CONSONANTS = {
    "k g": 0.15, "s z": 0.15, "t d": 0.15, "b p": 0.15, "sh j": 0.15, "ch j": 0.2, "h b": 0.3, "h p": 0.25,
    "h f": 0.1, "sh ch": 0.25, "ts s": 0.2, "ts z": 0.2, "ts ch": 0.25, "s sh": 0.15, "z j": 0.15, "m n": 0.2,
    "sh h": 0.2, "f p": 0.3, "n r": 0.35, "d r": 0.3, "k t": 0.35, "k p": 0.35, "t p": 0.35, "g d": 0.4,
    "b d": 0.4, "b m": 0.35, "g b": 0.4, " h": 0.3, " y": 0.25, " w": 0.2, " r": 0.4, "g n": 0.35,
    "y r": 0.4, "t ch": 0.3, "k h": 0.4, "s ch": 0.4, "w m": 0.4, "z d": 0.35, "k ky": 0.2, "b w": 0.35,
    "w g": 0.4,
}  # fmt: skip
_NEAR_VOWELS = {"i e": 0.35, "u o": 0.35, "a o": 0.4, "a e": 0.45, "i u": 0.35, "e u": 0.5}
_FAR_CONSONANT = 0.7
_FAR_VOWEL = 0.7
_BARE_CONSONANT = 0.5
"""A consonant heard or missed before a vowel (イチ, シチ)."""
_GLIDE = 0.25
"""キャ against カ."""
_WEIGHTS = {"ー": 0.3, "ッ": 0.35, "ン": 0.6}
"""What it costs to hear or miss a mora: length and the small tsu are what a fast speaker drops."""


def to_katakana(text: str) -> str:
    """NFKC, hiragana to katakana; everything else unchanged."""
    return unicodedata.normalize("NFKC", text).translate(_TO_KATAKANA)


def to_hiragana(text: str) -> str:
    """Hiragana in place of katakana, letter for letter, so that spans stay true."""
    return text.translate(_TO_HIRAGANA)


def is_kana(text: str) -> bool:
    """Whether the text is kana alone (ー, ・ and blanks allowed) and not empty."""
    if _HAN.search(text):
        return False
    letters = set(to_katakana(text)).difference(" ・")
    return bool(letters) and letters <= _KANA


def in_hiragana(text: str) -> str:
    """An utterance in katakana alone (from a phonetic ear) as hiragana, the form in which words and endings are known;
    any other as it is, since katakana there may be a name."""
    letters = _SIGNS.sub("", text)
    return to_hiragana(text) if is_kana(letters) and to_katakana(letters) == letters else text


@lru_cache(maxsize=65536)
def morae(kana: str) -> tuple[str, ...]:
    """The beats of a word: キョウト is キョ, ウ, ト; ン, ッ and ー are beats of their own. Non-kana are dropped."""
    found: list[str] = []
    for letter in to_katakana(kana):
        if letter in _SMALL and found and found[-1] not in ("ー", "ッ", "ン"):
            found[-1] += letter
        elif letter in _KANA:
            found.append(letter)
    return tuple(found)


@lru_cache(maxsize=65536)
def canonical(kana: str) -> str:
    """One spelling for words that sound the same: ヅ as ズ, ヂ as ジ, every long vowel as ー."""
    text = to_katakana(kana)
    for written, heard in zip(("ヴァ", "ヴィ", "ヴェ", "ヴォ"), "バビベボ", strict=True):
        text = text.replace(written, heard)
    text = text.translate(_SAME_SOUND)
    found: list[str] = []
    vowel = ""
    for mora in morae(text):
        if mora == "ー" or (vowel and mora in _LONG[vowel]):
            if found and found[-1] != "ー":
                found.append("ー")
            continue
        found.append(mora)
        vowel = _sound(mora)[1]
    return "".join(found)


def similarity(one: str, other: str) -> float:
    """How alike two kana words sound, 0..1; 1 for words of the same canonical spelling.

    One minus the weighted edit distance over morae, as a share of the heavier word.
    """
    first, second = morae(canonical(one)), morae(canonical(other))
    heaviest = max(sum(map(_weight, first)), sum(map(_weight, second)))
    if not heaviest:
        return 1.0 if first == second else 0.0
    return max(0.0, 1.0 - _distance(first, second) / heaviest)


def distance(one: str, other: str) -> float:
    """How far apart two kana words sound, in morae: 1 for another mora, less for one that is alike."""
    return _distance(morae(canonical(one)), morae(canonical(other)))


def difference(one: str, other: str) -> float:
    """The same of two single morae, 0..1."""
    return _difference(one, other)


def nearest(kana: str, choices: Iterable[str], *, limit: int = 5, least: float = 0.5) -> tuple[tuple[str, float], ...]:
    """The choices that sound most like a word, best first, with their `similarity` of at least `least`.

    A cheap pass over the canonical spellings keeps the few dozen that are worth the dear comparison.
    """
    spellings = {choice: canonical(choice) for choice in choices}
    wanted = canonical(kana)
    rough = process.extract(wanted, spellings, scorer=Levenshtein.normalized_similarity, limit=max(40, limit * 4))
    graded = [(choice, similarity(kana, choice)) for _, _, choice in rough]
    kept = sorted((pair for pair in graded if pair[1] >= least), key=lambda pair: -pair[1])
    return tuple(kept[:limit])


def _distance(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    row = [0.0]
    for mora in second:
        row.append(row[-1] + _weight(mora))
    for left in first:
        above = row
        row = [above[0] + _weight(left)]
        for column, right in enumerate(second):
            changed = above[column] + _difference(left, right)
            row.append(min(changed, above[column + 1] + _weight(left), row[-1] + _weight(right)))
    return row[-1]


def _weight(mora: str) -> float:
    return _WEIGHTS.get(mora, 1.0)


@lru_cache(maxsize=65536)
def _difference(left: str, right: str) -> float:
    """The cost of hearing one mora for another, 0..1."""
    if left == right:
        return 0.0
    if left in _WEIGHTS or right in _WEIGHTS:
        return 0.4 if {left, right} <= {"ン", "ム", "ヌ", "ー"} else 1.0
    one, other = _sound(left), _sound(right)
    cost = _between(one[0], other[0])
    if one[1] != other[1]:
        cost += _pair(_NEAR_VOWELS, one[1], other[1], _FAR_VOWEL)
    if one[2] != other[2]:
        cost += _GLIDE
    return min(cost, 1.0)


def _between(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return _pair(_NEAR_CONSONANTS, one, other, _FAR_CONSONANT if one and other else _BARE_CONSONANT)


def _pair(costs: dict[str, float], one: str, other: str, otherwise: float) -> float:
    return costs.get(f"{one} {other}", costs.get(f"{other} {one}", otherwise))


@lru_cache(maxsize=1024)
def _sound(mora: str) -> tuple[str, str, bool]:
    """(consonant, vowel, whether a y-glide stands between) of one mora; ("", "", False) for ン ッ ー."""
    consonant, vowel = _SOUNDS.get(mora[0], ("", ""))
    if len(mora) == 1:
        small = _SMALL_VOWELS.get(mora, "")
        return consonant, vowel or small, False
    glide = mora[1] in "ャュョ" and consonant not in ("sh", "ch", "j")
    return consonant, _SMALL_VOWELS[mora[1]], glide
