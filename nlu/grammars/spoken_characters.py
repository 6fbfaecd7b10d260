"""How a name is written, told character by character: 田んぼの田に中心の中です, さんずいの河, 旧字の澤.

Each character is told by an everyday word that holds it, by a description of its shape, or by itself; the words are
those of `data/spoken_characters.tsv` and `data/spelt_by_hand.tsv`. What is written is what `nlu.identity.spelling`
reads.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from nlu.grammars.networks import Node, Words, alternatives, optional, repeat, sequence, spread, word
from nlu.grammars.spoken import carrier, filler, reply
from nlu.tables import DATA, rows

_DESCRIBED, _BARE, _BY_HAND = 1.2, 2.6, 0.0
"""Costs of telling a character by a word out of the dictionary, by itself, and as most people do."""

_READINGS, _WORDS = 3, 4
"""Of each character: more make the graph large and nothing better."""


@cache
def described() -> Words:
    """One character, as it is told."""
    items: list[tuple[str, str, float]] = []
    costs: dict[str, float] = defaultdict(lambda: 9.0)
    for letter, share, readings, *told in rows(DATA / "spoken_characters.tsv"):
        costs[letter] = cost = float(share)
        said = readings.split()[:_READINGS]
        items += [(kana, letter, cost + _BARE) for kana in said]
        for text, kana in (pair.split("=") for line in told for pair in line.split()[:_WORDS]):
            items += [(f"{kana}ノ{one}", f"{text}の{letter}", cost + _DESCRIBED) for one in said]
    for letter, text, kana in rows(DATA / "spelt_by_hand.tsv"):
        items.append((kana, text, costs[letter] + _BY_HAND))
    cheapest: dict[tuple[str, str], float] = {}
    for kana, text, cost in items:
        cheapest[kana, text] = min(cost, cheapest.get((kana, text), cost))
    return Words(tuple((kana, text, cost) for (kana, text), cost in cheapest.items()), "character")


def character_by_character() -> Node:
    """The characters of a name, one after another."""
    shape = optional(reply("shape", ""), 0.05)
    one = sequence(shape, described(), optional(word("ノジ", "の字"), 0.05))
    joint = alternatives((spread([("ト", "と"), ("ニ", "に"), ("デ", "で")]), 0.6), (filler(0.2), 0.4))
    ends = spread(
        [
            ("トカキマス", "と書きます"),
            ("デス", "です"),
            ("ニナリマス", "になります"),
            ("ノジデス", "の字です"),
            ("デカキマス", "で書きます"),
        ]
    )
    more = optional(repeat(sequence(joint, one), 0.25), 0.8)
    return sequence(filler(0.2), one, more, optional(alternatives((ends, 0.8), (carrier(), 0.2)), 0.6))
