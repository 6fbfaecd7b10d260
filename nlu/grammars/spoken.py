"""The parts that the grammars are made of: digits, replies, names, staff, letters, each as a network node.

Probabilities are by judgement unless a comment says otherwise: they only have to rank. Readings are as pronounced
(ワ for は). Leaves out what is asked when: `nlu.grammars.asked` decides that.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from nlu.grammars.networks import (
    NOTHING,
    Chain,
    Node,
    Words,
    alternatives,
    optional,
    repeat,
    sequence,
    spread,
    word,
    words,
)
from nlu.tables import DATA, rows

DIGITS = {
    "0": (("ゼロ", 0.62), ("レイ", 0.25), ("マル", 0.12), ("レー", 0.01)),
    "1": (("イチ", 0.98), ("イッ", 0.02)),
    "2": (("ニイ", 0.9), ("ニ", 0.6)),
    "3": (("サン", 1.0),),
    "4": (("ヨン", 0.86), ("シイ", 0.08), ("シ", 0.04), ("ヨ", 0.02)),
    "5": (("ゴー", 0.9), ("ゴ", 0.8)),
    "6": (("ロク", 0.98), ("ロッ", 0.02)),
    "7": (("ナナ", 0.86), ("シチ", 0.14)),
    "8": (("ハチ", 0.98), ("ハッ", 0.02)),
    "9": (("キュウ", 0.95), ("ク", 0.05)),
}
"""The ways to read a digit out, with their probabilities. Those that differ in length alone share one: the sum of
their paths counts, of which the search takes the better only."""

CARRIERS = {
    "です": 0.34,
    "でございます": 0.06,
    "になります": 0.06,
    "と申します": 0.12,
    "と申しますが": 0.05,
    "と申しますけれども": 0.03,
    "といいます": 0.05,
    "ですが": 0.05,
    "ですけど": 0.06,
    "ですけれども": 0.03,
    "なんですけど": 0.02,
    "でお願いします": 0.05,
    "ですね": 0.03,
    "だ": 0.01,
    "や": 0.01,
    "ですよ": 0.01,
    "っていいます": 0.01,
    "よ": 0.01,
}
"""What follows a value, and how likely."""

LENGTHS = {
    10: 0.42,
    11: 0.42,
    4: 0.03,
    3: 0.03,
    6: 0.02,
    7: 0.02,
    8: 0.02,
    9: 0.01,
    12: 0.01,
    5: 0.01,
    13: 0.005,
    2: 0.005,
}
"""How many digits a number said has: Japanese numbers have ten or eleven, pieces of one fewer."""


PLAN = (
    ("090", (4, 4), 0.2),
    ("080", (4, 4), 0.18),
    ("070", (4, 4), 0.08),
    ("050", (4, 4), 0.04),
    ("0800", (3, 4), 0.01),
    ("0120", (3, 3), 0.04),
    ("03", (4, 4), 0.12),
    ("06", (4, 4), 0.06),
    ("0", (2, 3, 4), 0.17),
    ("0", (3, 2, 4), 0.08),
    ("0", (1, 4, 4), 0.02),
)
"""(prefix, groups after it, share among numbers said), by judgement after the numbering plan of the ministry (MIC):
mobile and IP numbers have eleven digits, the others ten."""


@cache
def by_kind(table: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Kind → (kana, text) of a table of kind, text and kana."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, text, kana in rows(DATA / table):
        found[kind].append((kana, text))
    return {kind: tuple(items) for kind, items in found.items()}


def replies() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Kind → (kana, text) of the replies."""
    return by_kind("replies.tsv")


def reply(kind: str, label: str = "answer") -> Words:
    return spread(replies()[kind], label)


def unwritten(kind: str) -> Words:
    """What is heard but not written, so that the texts of one meaning stay one text."""
    return spread([(kana, "") for kana, _ in replies()[kind]])


def filler(probability: float = 0.25) -> Node:
    return optional(unwritten("filler"), probability)


@cache
def surnames() -> Words:
    """Every listed surname, by its estimated share of the population."""
    return Words(tuple((kana, kana, float(cost)) for kana, cost in rows(DATA / "spoken_surnames.tsv")), "surname")


@cache
def given_names() -> Words:
    return Words(tuple((kana, kana, float(cost)) for kana, cost in rows(DATA / "spoken_given.tsv")), "given")


_STRANGE = 1.7
"""Cost of two morae that the listed names do not have together: of 956 pairs in names outside the list 181 are such."""


@cache
def morae(label: str) -> Chain:
    """Any name, mora by mora, as likely as surnames go on that way; for companies, as other proper nouns do."""
    kind = "company" if label == "company" else "surname"
    pairs = tuple((one, two, float(cost)) for what, one, two, cost in rows(DATA / "spoken_morae.tsv") if what == kind)
    befores = {one for one, _, _ in pairs}
    share: dict[str, float] = defaultdict(float)
    for one, two, cost in pairs:
        share[two] += math.exp(-cost) / len(befores) if one and two else 0.0
    strange = tuple((mora, _STRANGE - math.log(part)) for mora, part in share.items() if part)
    return Chain(pairs, label, strange)


def any_surname() -> Node:
    """A listed surname, or at a cost any other: 2 of 100 people have one in no list."""
    return alternatives((surnames(), 0.98), (morae("surname"), 0.02))


def _organisations(kind: str) -> Words:
    """Heads of organisations' names, or the words of trade after them, by how many have them."""
    said = tuple(
        (kana, text, float(cost)) for what, kana, text, cost in rows(DATA / "spoken_companies.tsv") if what == kind
    )
    return Words(said, "company" if kind == "head" else "+company")


@cache
def company() -> Node:
    """A company's name: a known word or free morae, words of trade after them, legal form before or after."""
    known = [(kana, text) for kana, text in rows(DATA / "spoken_heads.tsv")]
    nouns = spread(known + [(kana, text) for kana, text, _ in surnames().items[:400]], "company")
    head = alternatives((_organisations("head"), 0.5), (nouns, 0.2), (morae("company"), 0.3))
    by_hand = spread([(kana, text) for text, kana in rows(DATA / "company_words.tsv")], "+company")
    trade = alternatives((_organisations("trade"), 0.5), (by_hand, 0.5))
    forms = reply("form", "form")
    trades = optional(repeat(trade, 0.25), 0.7)
    return sequence(optional(forms, 0.08), head, trades, optional(forms, 0.04))


def often(names: Words, count: int = 400) -> Words:
    """The commonest of them; their costs are as they were."""
    return Words(names.items[:count], names.label)


def digit() -> Words:
    return words(DIGITS, "digit")


def _between() -> Node:
    gap = words({"の": (("ノ", 0.9), ("ノー", 0.1))})
    return optional(alternatives((gap, 0.85), (word("ハイ"), 0.06), (word("エート"), 0.06), (word("エー"), 0.03)), 0.3)


def digits_loose() -> Node:
    """Some digits, in any number."""
    return sequence(digit(), optional(repeat(sequence(_between(), digit()), 0.7), 0.6))


def digits_counted() -> Node:
    """A whole number: ten or eleven digits are likely, any other count possible."""
    longest = max(LENGTHS)
    left = dict.fromkeys(range(1, longest + 1), 0.0)
    for count in range(longest, 0, -1):
        left[count] = LENGTHS.get(count, 0.002) + left.get(count + 1, 0.0)
    rest: Node = optional(repeat(sequence(_between(), digit()), 0.5), 0.05)
    for count in range(longest - 1, 0, -1):
        go_on = left[count + 1] / left[count]
        rest = optional(sequence(_between(), digit(), rest), go_on)
    return sequence(
        alternatives((word("ゼロ", "0", "digit"), 0.5), (word("レイ", "0", "digit"), 0.2), (digit(), 0.3)), rest
    )


def _gap(likely: float) -> Node:
    """What is said between groups of digits: mostly の or nothing but a pause."""
    gap = words({"の": (("ノ", 0.9), ("ノー", 0.1))})
    return optional(
        alternatives((gap, 0.85), (word("ハイ"), 0.06), (word("エート"), 0.06), (word("エー"), 0.03)), likely
    )


def _planned(head: str, groups: tuple[int, ...]) -> Node:
    """A whole number of a known kind: `head` as given, then groups of any digits."""
    parts: list[Node] = [_one(head[0])]
    for digit_ in head[1:]:
        parts += [_gap(0.02), _one(digit_)]
    for size in groups:
        parts += [_gap(0.5), digit(), *[part for _ in range(size - 1) for part in (_gap(0.03), digit())]]
    return sequence(*parts)


def _one(digits: str) -> Words:
    return words({digits: DIGITS[digits]}, "digit")


def whole_number() -> Node:
    """A telephone number as the Japanese plan has it: the prefix says how many digits follow, ten or eleven in all."""
    plan = [(_planned(head, groups), weight) for head, groups, weight in PLAN]
    return alternatives(*plan)


def cardinal() -> Node:
    """二百二十三, as extensions are said."""
    tens, hundreds, thousands = (reply(kind, "figure") for kind in ("tens", "hundreds", "thousands"))
    figures = zip("一二三四五六七八九", "123456789", strict=True)
    ones = optional(spread([(DIGITS[digit][0][0], text) for text, digit in figures], "figure"), 0.6)
    below = sequence(optional(tens, 0.6), ones)
    return sequence(
        alternatives(sequence(thousands, optional(hundreds), below), sequence(hundreds, below), sequence(tens, ones)),
        optional(word("バン", "番"), 0.5),
    )


def carrier() -> Node:
    """What follows a value: です, でございます, と申します …"""
    kana = {"申": "モー", "願": "ネガ"}
    nodes = []
    for text, weight in CARRIERS.items():
        sound = "".join(kana.get(letter, letter) for letter in text)
        sound = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in sound)
        nodes.append((word(sound, text), weight))
    return alternatives(*nodes)


def said_so(node: Node, probability: float = 0.75) -> Node:
    """The value, with its carrier mostly."""
    return sequence(node, optional(carrier(), probability))


def letters(most: str = "") -> Node:
    """One Latin letter, digit or sign; those of `most` are likelier, since they were read out."""
    readings: dict[str, list[str]] = defaultdict(list)
    for kana, text in replies()["letter"]:
        readings[text].append(kana)
    entries = {text: tuple((kana, 1.0 / len(ways)) for kana in ways) for text, ways in readings.items()} | DIGITS
    wanted = {text: ways for text, ways in entries.items() if text in most}
    every = words(entries, "letter")
    return alternatives((words(wanted, "letter"), 0.6), (every, 0.4)) if wanted else every


def silent_alternative(node: Node, probability: float) -> Node:
    """The node with that probability, else nothing."""
    return alternatives((node, probability), (NOTHING, 1.0 - probability))


def opening_words() -> Node:
    """Greetings and fillers before what is said."""
    polite = alternatives((reply("greeting", ""), 0.4), (unwritten("filler"), 0.45), (word("ハイ"), 0.15))
    return optional(repeat(polite, 0.3), 0.5)
