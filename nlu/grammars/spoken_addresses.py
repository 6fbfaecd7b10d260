"""An e-mail address as it is told: words, names in romaji, letters by their names, figures and signs, and the host.

Rule: hosts that many have are said whole (ジーメールドットコム); any other name is a listed word, a Japanese name, its
letters one by one, or the syllables of a word in no list, as names go on. A long vowel is mostly not written (サトウ is
sato, else satou, satoh): nobody can hear which, so the likeliest is written and the others are its rivals.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

from nlu.grammars.networks import (
    END,
    NOTHING,
    START,
    Node,
    Step,
    Web,
    Words,
    alternatives,
    optional,
    repeat,
    sequence,
    spread,
    vowel_of,
    word,
)
from nlu.grammars.spoken import filler, given_names, replies, surnames
from nlu.identity.romaji import digit_names, letters_of, words
from nlu.tables import DATA, rows

_LETTER = 0.5
"""Share of its cost that a letter counts: how well a network fits is judged with its costs, and 26 for each sound would
count against what was said."""
_ENDINGS: dict[str, tuple[float, tuple[str, ...]]] = {
    "com": (0.3, ("コム", "シーオーエム")), "jp": (0.1, ("ジェーピー",)), "net": (0.06, ("ネット",)),
    "co.jp": (0.3, ("シーオードットジェーピー", "コードットジェーピー", "シーオージェーピー")),
    "ne.jp": (0.09, ("エヌイードットジェーピー", "ネドットジェーピー", "エヌイージェーピー")),
    "or.jp": (0.05, ("オーアールドットジェーピー", "オアドットジェーピー")),
    "ac.jp": (0.02, ("エーシードットジェーピー",)), "gr.jp": (0.01, ("ジーアールドットジェーピー",)),
    "go.jp": (0.01, ("ジーオードットジェーピー", "ゴードットジェーピー")),
    "lg.jp": (0.01, ("エルジードットジェーピー",)), "org": (0.02, ("オルグ", "オーアールジー")),
    "info": (0.01, ("インフォ",)), "biz": (0.01, ("ビズ",)), "io": (0.005, ("アイオー",)),
    "me": (0.005, ("エムイー", "ミー")), "tokyo": (0.005, ("トーキョー",)),
}  # fmt: skip
"""What addresses end in: how often, and how it is said."""
_NAMES = 1500
"""Surnames, and given names, that addresses are made of."""
_SHORT, _FULL, _OH = 0.65, 0.25, 0.1
"""How often a long vowel is left short in romaji (sato), written as its kana (satou), or a long o with an h (satoh)."""
_JOINED = 0.04
"""Of labels that another follows: how many have no sign between. Were it likelier, letters would be heard as words."""
_SELDOM = {"デー", "テー", "ダブル", "エイ", "ケイ", "ジェイ", "ヴィー", "ズィー"}
"""Names of letters that few say, or that sound as the commoner one does: else エー after a breath is heard as テー."""
_SELDOM_SHARE = 5e-4
_SIGNS = (("ハイフン", "-"), ("ドット", "."), ("アンダーバー", "_"))
_OTHER_SIGNS = (("テン", "."), ("ピリオド", "."), ("マイナス", "-"), ("アンダースコア", "_"))
_AS_FIGURE = {"4": ("ヨン",), "9": ("キュー",)}
"""Figures of which a reading is a letter's, or a part of one, are said otherwise among letters."""


def _weighed(items: Iterator[tuple[str, str, float]], weight: float = 1.0) -> Words:
    """(katakana, letters, probability) as words, each at its cheapest."""
    found: dict[tuple[str, str], float] = {}
    for kana, text, share in items:
        cost = -weight * math.log(share)
        found[kana, text] = min(cost, found.get((kana, text), cost))
    return Words(tuple((kana, text, cost) for (kana, text), cost in found.items()), "letter")


def romaji_of(kana: str) -> tuple[tuple[str, float], ...]:
    """A name's ways to be written in letters, with the share of each."""
    plain = letters_of(kana)
    short = plain.replace("ou", "o").replace("oo", "o").replace("uu", "u")
    if short == plain:
        return ((plain, 1.0),)
    ways = {short: _SHORT, plain: _FULL}
    for doubled in ("oo", "ou"):
        if doubled in plain:
            ways.setdefault(plain.replace(doubled, "oh", 1), _OH)
    return tuple(ways.items())


@cache
def _names() -> Words:
    """Surnames and given names, in romaji."""

    def every() -> Iterator[tuple[str, str, float]]:
        for listed, part in ((surnames(), 0.75), (given_names(), 0.25)):
            for kana, _, cost in listed.items[:_NAMES]:
                for text, share in romaji_of(kana):
                    yield kana, text, part * share * math.exp(-cost)

    return _weighed(item for item in every() if item[1])


@cache
def _trade() -> Words:
    return _weighed((kana, text, 1.0 / len(words())) for text, kana in words().items())


def _figures() -> Words:
    ways = ((kana, digit) for digit in "0123456789" for kana in _AS_FIGURE.get(digit, digit_names(digit)))
    return _weighed(((kana, digit, 0.1) for kana, digit in ways))


@cache
def _letters() -> Words:
    """One letter, by its name or by a word that begins with it."""
    names = [(kana, text) for kana, text in replies()["letter"] if text.isalpha()]
    told = [(word_, text) for text, line in rows(DATA / "letter_words.tsv") for word_ in line.split()]
    by_word = [(f"{word_}ノ{kana}", text) for word_, text in told for kana, letter in names if letter == text]
    plain = ((kana, text, (_SELDOM_SHARE if kana in _SELDOM else 1.0) / 26) for kana, text in names)
    return _weighed(iter([*plain, *((kana, text, 0.1 / 26) for kana, text in by_word)]), _LETTER)


@cache
def _syllables() -> Web:
    """A word that no list has, as surnames and proper nouns go on, in romaji."""
    steps: list[Step] = []
    for kind, one, two, cost in rows(DATA / "spoken_morae.tsv"):
        if kind != "surname":
            continue
        begin, end = one or START, two or END
        sound = vowel_of(one) if two == "ー" else two
        doubled = letters_of(f"ッ{two}")[:1] if one == "ッ" and two else ""
        steps.append((begin, end, sound, doubled + letters_of(two), "letter", float(cost)))
    return Web(tuple(steps))


def _label() -> Node:
    """What stands between two signs: words, a name, letters, figures."""
    spelt = repeat(alternatives((_letters(), 0.93), (_figures(), 0.07)), 0.8)
    figures = sequence(optional(word("スージノ"), 0.05), repeat(_figures(), 0.6))
    plain = alternatives((_names(), 0.35), (_trade(), 0.25), (spelt, 0.35), (_syllables(), 0.05))
    return sequence(
        optional(word("コモジノ"), 0.02), alternatives((plain, 0.95), (figures, 0.05)), optional(figures, 0.12)
    )


def _part() -> Node:
    """Labels, with signs between them or without."""
    sign = alternatives((spread(_SIGNS, "letter"), 0.9), (spread(_OTHER_SIGNS, "letter"), 0.1))
    joint = alternatives((sign, 1.0 - _JOINED), (NOTHING, _JOINED))
    return sequence(_label(), optional(repeat(sequence(joint, _label()), 0.15), 0.25))


def _hosts() -> Words:
    """Hosts that many have, with their endings, or, where each has but one, without."""
    listed = [(name, end, kana, float(share)) for name, end, kana, share in rows(DATA / "mail_hosts.tsv")]
    whole = sum(share for *_, share in listed)
    ends = {name: {end for other, end, *_ in listed if other == name} for name, *_ in listed}

    def every() -> Iterator[tuple[str, str, float]]:
        for name, end, kana, share in listed:
            if len(ends[name]) == 1:
                yield kana, f"{name}.{end}", 0.05 * share / whole
            for said in _ENDINGS[end][1]:
                yield f"{kana}ドット{said}", f"{name}.{end}", share / whole
                yield f"{kana}{said}", f"{name}.{end}", 0.05 * share / whole

    return _weighed(every())


@cache
def address() -> Node:
    """An e-mail address, read as words, spelt by its letters, or both in turn."""
    of = optional(word("ノ"), 0.03)
    sign = alternatives((word("アットマーク", "@", "letter"), 0.9), (word("アット", "@", "letter"), 0.1))
    at = sequence(of, filler(0.03), sign, of, filler(0.03))
    dot = sequence(of, alternatives((word("ドット", ".", "letter"), 0.97), (word("テン", ".", "letter"), 0.03)))
    end = _weighed((kana, text, share) for text, (share, ways) in _ENDINGS.items() for kana in ways)
    spelt = repeat(_letters(), 0.5)
    ending = alternatives((end, 0.99), (sequence(spelt, optional(sequence(dot, spelt), 0.3)), 0.01))
    return sequence(_part(), at, alternatives((_hosts(), 0.5), (sequence(_part(), dot, ending), 0.5)))
