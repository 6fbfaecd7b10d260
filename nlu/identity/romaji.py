"""Latin letters as Japanese sound: letter by letter, as romaji, as the loanwords that addresses are made of.

`sounds(label)` is how a label is best said, `said_as(label, sound)` whether a sound says it in any way, ways
mixed at will (スマイル, シーオーアールピー). Kana to letters is `letters_of`. What an address is, is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from nlu.kana import morae, to_katakana
from nlu.tables import DATA, rows
from nlu.words import LETTERS

_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
    "m": "マミムメモ", "y": "ヤ ユ ヨ", "r": "ラリルレロ", "w": "ワ   ヲ", "g": "ガギグゲゴ", "z": "ザジズゼゾ",
    "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ", "l": "ラリルレロ",
}  # fmt: skip
_GLIDES = {"ky": "キ", "sy": "シ", "ty": "チ", "ny": "ニ", "hy": "ヒ", "my": "ミ", "ry": "リ", "gy": "ギ", "zy": "ジ"}
_GLIDES |= {"jy": "ジ", "by": "ビ", "py": "ピ", "sh": "シ", "ch": "チ", "j": "ジ", "cy": "チ", "dy": "ヂ"}
_SYLLABLES = {
    row + vowel: kana
    for row, line in _ROWS.items()
    for vowel, kana in zip("aiueo", line, strict=True)
    if kana != " " and row != "l"
}
_SYLLABLES |= {
    row + vowel: kana + small for row, kana in _GLIDES.items() for vowel, small in zip("auoe", "ャュョェ", strict=True)
}
_SYLLABLES |= {"shi": "シ", "chi": "チ", "tsu": "ツ", "fu": "フ", "ji": "ジ", "n": "ン", "wi": "ウィ", "we": "ウェ"}
_SYLLABLES |= {"fa": "ファ", "fi": "フィ", "fe": "フェ", "fo": "フォ"}
_SYLLABLES |= {"va": "ヴァ", "vi": "ヴィ", "ve": "ヴェ", "vo": "ヴォ"}
_SAME = {"ヂ": "ジ", "ヅ": "ズ", "ヲ": "オ", "ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ"}
_SIGNS = {
    "-": ("ハイフン", "マイナス", "バー"),
    "_": ("アンダーバー", "アンダースコア", "アンダーライン", "アンダー"),
    ".": ("ドット", "テン", "ピリオド"),
    "+": ("プラス",),
}
_DIGITS = {
    "0": ("ゼロ", "レイ", "マル"), "1": ("イチ",), "2": ("ニー", "ニ"), "3": ("サン",), "4": ("ヨン", "シ"),
    "5": ("ゴー", "ゴ"), "6": ("ロク",), "7": ("ナナ", "シチ"), "8": ("ハチ",), "9": ("キュー", "キュウ", "ク"),
}  # fmt: skip
_OTHER_NAMES = {
    "a": ("エイ",), "d": ("デー",), "h": ("エッチ", "エーチ"), "j": ("ジェイ",), "k": ("ケイ",), "o": ("オウ",),
    "q": ("キュウ",), "t": ("テー",), "v": ("ヴィー", "ヴイ", "ブイ"), "w": ("ダブル", "ダブリュ"),
    "z": ("ゼッド", "ズィー", "ジー"),
}  # fmt: skip
_DOUBLED = "kstpgzdbcjfm"
_SHORT_WORD = 2.5
"""A word of up to three letters inside a label is rather a part of a romaji name (sun in sunada)."""
_LONG_WORD = 1.2
_HEPBURN = {kana: letters for letters, kana in _SYLLABLES.items()} | {
    "シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヂ": "ji", "ヅ": "zu", "ヲ": "o", "ー": "",
    "シャ": "sha", "シュ": "shu", "ショ": "sho", "チャ": "cha", "チュ": "chu", "チョ": "cho",
    "ジャ": "ja", "ジュ": "ju", "ジョ": "jo",
}  # fmt: skip


@lru_cache(maxsize=1)
def words() -> dict[str, str]:
    """Letters of a word to its katakana, from `nlu/data/address_words.tsv`."""
    return {row[0]: row[1] for row in rows(DATA / "address_words.tsv")}


@lru_cache(maxsize=1024)
def sounds(label: str) -> str:
    """Katakana of letters (no signs) said as words or romaji; "" where they can only be spelled."""
    whole = words().get(label)
    if whole:
        return whole
    best: list[tuple[float, str] | None] = [(0.0, ""), *[None] * len(label)]
    for start in range(len(label)):
        here = best[start]
        for size, kana, cost in _chunks(label, start) if here else ():
            before = best[start + size]
            total = here[0] + cost if here else 0.0
            if here and (before is None or total < before[0]):
                best[start + size] = (total, here[1] + kana)
    last = best[-1]
    return last[1] if last and len(label) > 1 else ""


def said_as(label: str, sound: str) -> bool:
    """Whether katakana says the label (letters, digits and signs), spelled or read, in any mixture."""
    reached = {0: {0}}
    for start in range(len(label) + 1):
        positions = _over_length(sound, reached.get(start, set()))
        reached[start] = positions
        if start == len(label):
            break
        for size, kana in _ways(label, start):
            after = {at + len(kana) for at in positions if sound.startswith(kana, at)}
            reached.setdefault(start + size, set()).update(after)
        if label[start] == ".":
            reached.setdefault(start + 1, set()).update(positions)
    return len(sound) in reached[len(label)]


def spelled(sound: str) -> str:
    """The letters that katakana spells by their names (ケーユー is ku), "" where it spells none or not only."""
    names = sorted(((name, letter) for letter in LETTERS for name in _names(letter)), key=lambda pair: -len(pair[0]))
    found: dict[int, str] = {0: ""}
    for at in range(len(sound)):
        if at in found:
            for name, letter in names:
                if sound.startswith(name, at):
                    found.setdefault(at + len(name), found[at] + letter)
    return found.get(len(sound), "")


def letters_of(kana: str) -> str:
    """Katakana in Hepburn letters, long vowels dropped where written with ー."""
    found = ""
    doubled = False
    for mora in morae(to_katakana(kana)):
        if mora == "ッ":
            doubled = True
            continue
        letters = _HEPBURN.get(mora, "")
        found += letters[:1] + letters if doubled and letters and letters[0] not in "aiueon" else letters
        doubled = False
    return found


def digit_names(digit: str) -> tuple[str, ...]:
    """The readings of one figure, the clearest first."""
    return _DIGITS[digit]


def sign_name(sign: str) -> str:
    """How - _ . + are called."""
    return _SIGNS[sign][0]


def _chunks(label: str, start: int) -> Iterator[tuple[int, str, float]]:
    """Next pieces of a label: (letters, katakana, cost)."""
    rest = label[start:]
    for word, kana in words().items():
        if len(word) > 2 and rest.startswith(word):
            yield len(word), kana, _LONG_WORD if len(word) > 3 else _SHORT_WORD
    yield from ((size, kana, 1.0) for size, kana in _syllables(rest))


def _syllables(rest: str) -> Iterator[tuple[int, str]]:
    for size in (3, 2, 1):
        kana = _SYLLABLES.get(rest[:size]) if len(rest) >= size else None
        if kana and not (rest[:size] == "n" and rest[1:2] in tuple("aiueoy")):
            yield size, kana
    if (rest[:1] in tuple(_DOUBLED) and rest[1:2] == rest[:1]) or rest.startswith("tch"):
        yield 1, "ッ"


def _ways(label: str, start: int) -> Iterator[tuple[int, str]]:
    """Every way in which the next letters can be said: (letters, katakana)."""
    rest, first = label[start:], label[start]
    if first.isdigit():
        yield from ((1, name) for name in (first, *_DIGITS[first]))
        return
    yield from ((1, name) for name in _SIGNS.get(first, ()))
    yield from ((1, name) for name in _names(first))
    yield from ((len(word), kana) for word, kana in words().items() if rest.startswith(word))
    for size, kana in _syllables(rest):
        yield size, kana
        if kana in _SAME:
            yield size, _SAME[kana]
    if first in "aiueo" and start:
        yield 1, "ー"


def _names(letter: str) -> tuple[str, ...]:
    return (LETTERS[letter], *_OTHER_NAMES.get(letter, ())) if letter in LETTERS else ()


def _over_length(sound: str, positions: set[int]) -> set[int]:
    """The positions, and those behind a ー that may or may not have been drawn out."""
    return positions | {at + 1 for at in positions if at and sound.startswith("ー", at)}
