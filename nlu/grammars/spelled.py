"""Spelling aloud: kana with the words of the spelling alphabet, Latin letters as Japanese words."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from nlu.grammars.networks import Node, Words, alternatives, word
from nlu.tables import DATA, rows

_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
    "m": "マミムメモ",
    "y": "ヤ*ユ*ヨ", "r": "ラリルレロ", "w": "ワ***ヲ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド",
    "b": "バビブベボ",
    "p": "パピプペポ", "ky": "キャ*キュ*キョ", "sh": "シャシシュ*ショ", "ch": "チャチチュ*チョ",
    "ny": "ニャ*ニュ*ニョ", "hy": "ヒャ*ヒュ*ヒョ",
    "my": "ミャ*ミュ*ミョ", "ry": "リャ*リュ*リョ", "gy": "ギャ*ギュ*ギョ", "j": "ジャジジュ*ジョ",
    "by": "ビャ*ビュ*ビョ", "py": "ピャ*ピュ*ピョ",
    "f": "*******", "sy": "シャ*シュ*ショ", "ty": "チャ*チュ*チョ", "zy": "ジャ*ジュ*ジョ",
}  # fmt: skip
_READ = {
    "com": ("コム",), "co": ("シーオー",), "jp": ("ジェーピー", "ジェイピー"), "net": ("ネット",),
    "org": ("オルグ", "オーアールジー"),
    "or": ("オーアール",), "ne": ("エヌイー",), "ac": ("エーシー",), "example": ("エグザンプル", "イグザンプル"),
    "info": ("インフォ",),
    "mail": ("メール",), "smile": ("スマイル",), "web": ("ウェブ",), "dental": ("デンタル",),
    "clinic": ("クリニック",), "office": ("オフィス",),
    "support": ("サポート",), "sales": ("セールス",), "trading": ("トレーディング",), "japan": ("ジャパン",),
    "tech": ("テック",),
}  # fmt: skip
_SOFT = dict(zip("カキクケコサシスセソタチツテトハヒフヘホ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボ", strict=True))
_HALF = dict(zip("ハヒフヘホ", "パピプペポ", strict=True))
_SMALL = {"ヤ": "ャ", "ユ": "ュ", "ヨ": "ョ", "ツ": "ッ"}
CROSSING = 2.5
"""Cost of a kana said bare by who spells by words: people keep to one manner."""
RUN_ON = (2.0, 1.0)
"""Cost of no pause after a kana that was said bare, and after one by its word."""


@cache
def _syllables() -> dict[str, str]:
    table = {"n": "ン", "fu": "フ", "tsu": "ツ", "fa": "ファ", "fi": "フィ", "fe": "フェ", "fo": "フォ"}
    for consonant, row in _ROWS.items():
        cells: list[str] = []
        for letter in row:
            if letter in "ャュョ":
                cells[-1] += letter
            else:
                cells.append(letter)
        for vowel, kana in zip("aiueo", cells, strict=False):
            if kana != "*":
                table.setdefault(consonant + vowel, kana)
    return table


def romaji(text: str) -> tuple[str, ...]:
    """How a word in Latin letters is read aloud as Japanese, katakana; () where it is no such word."""
    if text in _READ:
        return _READ[text]
    table, kana, place = _syllables(), "", 0
    while place < len(text):
        if text[place : place + 2] in {c * 2 for c in "kstpcgdbzj"} or text[place : place + 3] == "tch":
            kana, place = kana + "ッ", place + 1
            continue
        size = next((size for size in (3, 2, 1) if text[place : place + size] in table), 0)
        if not size:
            return ()
        kana, place = kana + table[text[place : place + size]], place + size
    return (kana,)


def _spelling_words() -> list[tuple[str, str]]:
    return [(kana, word) for kana, words in rows(DATA / "spelling.tsv") for word in words.split()]


@cache
def bare_ways(mora: str) -> tuple[tuple[str, str, float], ...]:
    """How one mora is said by itself, with its cost: ア, キャ, キチイサイヤ, カニテンテン."""
    if mora == "ー":
        return (("ノバス", mora, 0.0), ("ボー", mora, 0.0), ("ノバスボー", mora, 0.0))
    if mora == "ッ":
        return (("チイサイツ", mora, 0.0), ("ツ", mora, 1.5))
    ways = [(mora.replace("ヲ", "オ"), mora, 0.0)]
    for marks, marked in ((_SOFT, ("テンテン", "ダクテン")), (_HALF, ("マル", "ハンダクテン"))):
        plain = next((kana for kana, other in marks.items() if other == mora), "")
        ways += [(f"{plain}ニ{mark}", mora, 1.8) for mark in marked if plain]
    return (*ways, *_by_halves(mora, bare_ways))


@cache
def worded_ways(mora: str) -> tuple[tuple[str, str, float], ...]:
    """How it is said by a word, with its cost: アサヒノア, ハガキノハニマル; as it is where no word begins with it."""
    ways = [(f"{word}ノ{kana}", mora, 0.0) for kana, word in _spelling_words() if kana == mora]
    for marks, mark in ((_SOFT, "テンテン"), (_HALF, "マル")):
        plain = next((kana for kana, other in marks.items() if other == mora), "")
        ways += [(f"{word}ノ{kana}ニ{mark}", mora, 1.0) for kana, word in _spelling_words() if kana == plain]
    ways += _by_halves(mora, worded_ways)
    alone = CROSSING if ways else 0.0
    return (*ways, *((kana, text, cost + alone) for kana, text, cost in bare_ways(mora)))


def _by_halves(mora: str, ways: Callable[[str], tuple[tuple[str, str, float], ...]]) -> list[tuple[str, str, float]]:
    """A glide by its two kana."""
    small = next((kana for kana, other in _SMALL.items() if other == mora[1:]), "")
    if not small:
        return []
    return [(f"{first}{pause}チイサイ{small}", mora, cost) for first, _, cost in ways(mora[0]) for pause in ("", "、")]


@cache
def kana_by_kana() -> Node:
    """One kana, bare or by its word: ア, アサヒノア, ガ, カニテンテン, チイサイヤ.

    The costs rank, but are less than half of those of even odds: how well a network fits is judged with its costs, and
    a choice of eighty for each mora would count against what was said.
    """
    plain = [kana for row in _ROWS.values() for kana in row if kana not in "*ャュョ"]
    every = list(dict.fromkeys([*plain, "ン"]))
    bare: Words = Words(tuple((kana.replace("ヲ", "オ"), kana, 1.8) for kana in every), "kana")
    glides = [kana + small for kana in "キシチニヒミリギジビピ" for small in "ャュョ"]
    bare_glides = Words(tuple((kana, kana, 1.4) for kana in glides), "kana")
    by_word = []
    for kana, said in _spelling_words():
        by_word.append((f"{said}ノ{kana.replace('ヲ', 'オ')}", kana))
        for marks, mark in ((_SOFT, "ニテンテン"), (_HALF, "ニマル")):
            if kana in marks:
                by_word.append((f"{said}ノ{kana}{mark}", marks[kana]))
    for kana, soft in _SOFT.items():
        by_word += [(f"{kana}ニテンテン", soft), (f"{kana}ニダクテン", soft)]
    by_word += [(f"チイサイ{kana}", small) for kana, small in _SMALL.items()]
    worded = Words(tuple((said, kana, 2.0) for said, kana in by_word), "kana")
    length = word("ノバス", "ー", "kana")
    return alternatives((worded, 0.5), (bare, 0.4), (bare_glides, 0.06), (length, 0.04))
