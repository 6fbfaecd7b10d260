"""Spelling aloud: kana with the words of the spelling alphabet, Latin letters as Japanese words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache

from nlu.grammars.networks import END, START, Node, Step, Web, alternatives
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
BARE, WORDED = 0.4, 0.6
"""Share of those who spell by kana alone, and by words."""
SHARE = 0.8
"""Of a mora's own cost (its rareness in surnames) that counts beside what was heard."""
STRANGE = 1.0
"""Cost of two morae, said bare, that surnames do not have together."""
RANK = 0.2
"""Cost of each commoner word for a kana."""
UNKNOWN, FREE = 12.0, 3.0
"""Cost of a word in no list, and of each of its morae: cheaper, and it is heard where a known one was said."""
AGAIN, STOP = 1.0, 1.2
"""Cost of a further kana by its word, and of none."""
CROSSING, ALONE = 5.0, 1.0
"""Cost of a kana said bare by who spells by words: people keep to one manner, but for those that begin no word."""
_NO_WORD = "ンッー"
MARKED, HALF = 1.8, 1.5
"""Cost of a mark told after its kana (カに点々), and of ヤ said for ャ."""
RUN_ON = (4.0, 1.0)
"""Cost of no pause after a kana that was said bare, and after one by its word."""
EVERY = 99
Ways = tuple[tuple[str, str, float], ...]
"""How one mora is said: (katakana as pronounced, the mora, cost)"""


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


@cache
def _spelling_words() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """Kana → its words with their costs."""
    table = rows(DATA / "spelling.tsv")
    return {kana: tuple((word, RANK * place) for place, word in enumerate(words.split())) for kana, words in table}


@cache
def bare_ways(mora: str) -> Ways:
    """How one mora is said by itself, with its cost: ア, キャ, キチイサイヤ, カニテンテン."""
    if mora == "ー":
        return (("ノバス", mora, 0.0), ("ボー", mora, 0.0), ("ノバスボー", mora, 0.0))
    if mora == "ッ":
        return (("チイサイツ", mora, 0.0), ("ツ", mora, 1.5))
    ways = [(mora.replace("ヲ", "オ"), mora, 0.0)]
    for marks, marked in ((_SOFT, ("テンテン", "ダクテン")), (_HALF, ("マル", "ハンダクテン"))):
        plain = next((kana for kana, other in marks.items() if other == mora), "")
        ways += [(f"{plain}ニ{mark}", mora, MARKED) for mark in marked if plain]
    return (*ways, *_by_halves(mora, bare_ways))


@cache
def worded_ways(mora: str, most: int = EVERY) -> Ways:
    """How it is said by a word, with its cost: アサヒノア, ハガキノハニマル; as it is where no word begins with it."""
    listed = _spelling_words()
    ways = [(f"{word}ノ{mora.replace('ヲ', 'オ')}", mora, cost) for word, cost in listed.get(mora, ())[:most]]
    for marks, mark in ((_SOFT, "テンテン"), (_HALF, "マル")):
        plain = next((kana for kana, other in marks.items() if other == mora), "")
        ways += [(f"{word}ノ{plain}ニ{mark}", mora, MARKED + cost) for word, cost in listed.get(plain, ())[:most]]
    ways += _by_halves(mora, lambda first: worded_ways(first, most))
    alone = ALONE if mora in _NO_WORD else CROSSING
    return (*ways, *((kana, text, cost + alone) for kana, text, cost in bare_ways(mora)))


def _by_halves(mora: str, ways: Callable[[str], Ways]) -> list[tuple[str, str, float]]:
    """A glide by its two kana."""
    small = next((kana for kana, other in _SMALL.items() if other == mora[1:]), "")
    if not small:
        return []
    said = ((f"チイサイ{small}", 0.0), (f"、チイサイ{small}", 0.0), (f"、{small}", HALF))
    return [(first + rest, mora, cost + dear) for first, _, cost in ways(mora[0]) for rest, dear in said]


@cache
def _pairs() -> tuple[tuple[str, str, float], ...]:
    """(mora, next, -ln probability) in surnames; "" before the first and after the last."""
    table = rows(DATA / "spoken_morae.tsv")
    return tuple((one, two, float(cost)) for kind, one, two, cost in table if kind == "surname")


@cache
def _rareness() -> dict[str, float]:
    """-ln of each mora's share among those of surnames."""
    share: dict[str, float] = defaultdict(float)
    befores = {one for one, _, _ in _pairs()}
    for _, two, cost in _pairs():
        share[two] += math.exp(-cost) / len(befores) * (two != "")
    return {mora: -math.log(part) for mora, part in share.items() if part}


def kana_by_kana() -> Node:
    """A name kana by kana, all of them bare or by words, with pauses between them.

    The costs rank, but are less than those of even odds: how well a network fits is judged with its costs, and a choice
    of a hundred for each mora would count against what was said.
    """
    return alternatives((by_words(), WORDED), (_bare(), BARE))


@cache
def _bare() -> Node:
    """Mora by mora, as likely as surnames go on that way."""
    steps: list[Step] = []
    for one, two, cost in _pairs():
        sound = "ノバス" if two == "ー" else two
        steps += _paused(one, two, sound, two, SHARE * cost, RUN_ON[0]) if two else [_silent(one, END, SHARE * cost)]
    for mora, rare in _rareness().items():
        steps.append(_silent(mora, "*"))
        for said, _, cost in bare_ways(mora):
            paid = STRANGE + SHARE * rare + cost
            for begin in ("*", START) if said != mora else ("*",):
                steps += _paused(begin, mora, said, mora, paid, RUN_ON[0])
    return Web(tuple(steps))


@cache
def by_words() -> Node:
    """By words, those of the table or any other that begins with the kana: イチゴノイ, イクラノイ."""
    steps, rare = [_silent("said", START, AGAIN), _silent("said", END, STOP)], _rareness()
    for mora in rare:
        for said, _, cost in worded_ways(mora):
            steps += _paused(START, "said", said, mora, SHARE * rare[mora] + cost, RUN_ON[1])
        if mora in _NO_WORD:
            continue
        steps.append((START, mora, mora, "", "", UNKNOWN + SHARE * rare[mora]))
        for begin in (mora, f"{mora}*"):
            steps += [(begin, f"{mora}*", other, "", "", FREE) for other in rare if other != "ー" and len(other) == 1]
        steps += _paused(f"{mora}*", "said", f"ノ{mora}", mora, 0.0, RUN_ON[1])
    return Web(tuple(steps))


def _paused(begin: str, end: str, said: str, mora: str, cost: float, run_on: float) -> tuple[Step, Step]:
    """One kana with a pause after it, and without."""
    return (begin, end, f"{said}、", mora, "kana", cost), (begin, end, said, mora, "kana", cost + run_on)


def _silent(begin: str, end: str, cost: float = 0.0) -> Step:
    return begin, end, "", "", "", cost
