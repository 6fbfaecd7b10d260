"""Weighted networks of words, as data: what can be said, how it sounds, what it is written as, how likely.

A network is built from nodes (`word`, `sequence`, `alternatives`, `optional`, `repeat`) and then laid out as arcs
between numbered states, 0 the start. It has the shape that a recogniser takes; this package knows none. A label that
begins with "+" joins its text to the word before it (the morae of a name in no list).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Arc(NamedTuple):
    """One step."""

    source: int
    target: int
    kana: str
    """Katakana as pronounced; "" = nothing sounds."""
    text: str
    """What is written; "" = nothing."""
    label: str
    cost: float
    """-ln of the probability."""


class Network(NamedTuple):
    """What can be said now."""

    name: str
    """Kind and a digest of the content: equal names are equal networks."""
    arcs: tuple[Arc, ...]
    finals: tuple[tuple[int, float], ...]
    """(state, cost)"""


@dataclass(frozen=True, slots=True)
class Words:
    """One of many words, by cost."""

    items: tuple[tuple[str, str, float], ...]
    """(kana, text, cost)"""
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    parts: tuple[tuple[Node, float], ...]
    """(node, cost)"""


@dataclass(frozen=True, slots=True)
class Loop:
    part: Node
    again: float
    """Cost of each further round."""
    stop: float


@dataclass(frozen=True, slots=True)
class Chain:
    """A bigram chain over morae (or words): from "" (start) to "" (end)."""

    pairs: tuple[tuple[str, str, float], ...]
    label: str
    strange: tuple[tuple[str, float], ...] = ()
    """What may follow any mora in a pair that is not listed, with its whole cost."""


Step = tuple[str, str, str, str, str, float]
"""(from, to, kana, text, label, cost)"""


@dataclass(frozen=True, slots=True)
class Web:
    """Words between places of their own, named at will: from `START` to `END`."""

    steps: tuple[Step, ...]


START, END = "", "$"

Node = Words | Row | Choice | Loop | Chain | Web
NOTHING = Row(())


def word(kana: str, text: str = "", label: str = "") -> Words:
    """One word; nothing is written where `text` is ""."""
    return Words(((kana, text, 0.0),), label)


def words(said: Mapping[str, Sequence[tuple[str, float]]], label: str = "") -> Words:
    """Texts with their readings and the probability of each reading; texts are equally likely."""
    even = math.log(len(said))
    return Words(tuple((kana, text, even - math.log(p)) for text, ways in said.items() for kana, p in ways), label)


def sequence(*parts: Node) -> Node:
    return parts[0] if len(parts) == 1 else Row(parts)


def alternatives(*parts: tuple[Node, float] | Node) -> Node:
    """One of the parts; a part may come with its weight (1.0 otherwise), weights are normalised."""
    weighted = [part if isinstance(part, tuple) else (part, 1.0) for part in parts]
    total = sum(weight for _, weight in weighted)
    return Choice(tuple((part, -math.log(weight / total)) for part, weight in weighted))


def optional(part: Node, probability: float = 0.5) -> Node:
    return Choice(((part, -math.log(probability)), (NOTHING, -math.log(1.0 - probability))))


def repeat(part: Node, again: float = 0.5) -> Node:
    """The part once or more; `again` is the probability of a further round."""
    return Loop(part, -math.log(again), -math.log(1.0 - again))


_LONG = {
    "ア": "アカサタナハマヤラワガザダバパャァ", "イ": "イキシチニヒミリギジヂビピィ",
    "ウ": "ウクスツヌフムユルグズヅブプュゥヴ",
    "エ": "エケセテネヘメレゲゼデベペェ", "オ": "オコソトノホモヨロヲゴゾドボポョォ",
}  # fmt: skip
_VOWEL = {kana: vowel for vowel, row in _LONG.items() for kana in row}


def vowel_of(mora: str) -> str:
    """The vowel that a mora ends in, as kana; "" of ン and ッ."""
    return _VOWEL.get(mora[-1:], "")


class _Layout:
    def __init__(self) -> None:
        self.arcs: list[Arc] = []
        self.states = 2

    def state(self) -> int:
        self.states += 1
        return self.states - 1

    def silent(self, source: int, target: int, cost: float) -> None:
        self.arcs.append(Arc(source, target, "", "", "", cost))

    def lay(self, node: Node, source: int, target: int, paid: float = 0.0) -> None:
        """`node` from `source` to `target`, `paid` added to its cost."""
        match node:
            case Words(items, label):
                self.arcs += [Arc(source, target, kana, text, label, cost + paid) for kana, text, cost in items]
            case Row(parts):
                self.row(parts, source, target, paid)
            case Choice(parts=choices):
                for part, cost in choices:
                    self.lay(part, source, target, cost + paid)
            case Loop(part, again, stop):
                begin, end = self.state(), self.state()
                self.silent(source, begin, paid)
                self.lay(part, begin, end)
                self.silent(end, begin, again)
                self.silent(end, target, stop)
            case Chain():
                self.chain(node, (source, target, paid))
            case Web(steps):
                self.web(steps, (source, target, paid))

    def row(self, parts: tuple[Node, ...], source: int, target: int, paid: float) -> None:
        if not parts:
            self.silent(source, target, paid)
        for place, part in enumerate(parts):
            following = target if place == len(parts) - 1 else self.state()
            self.lay(part, source, following, paid)
            source, paid = following, 0.0

    def web(self, steps: Iterable[Step], ends: tuple[int, int, float]) -> None:
        source, target, paid = ends
        places = {START: self.state(), END: target}
        self.silent(source, places[START], paid)
        for begin, end, kana, text, label, cost in steps:
            for place in (begin, end):
                if place not in places:
                    places[place] = self.state()
            self.arcs.append(Arc(places[begin], places[end], kana, text, label, cost))

    def chain(self, chain: Chain, ends: tuple[int, int, float]) -> None:
        source, target, paid = ends
        label = chain.label
        places: dict[str, int] = {}
        for one, two, cost in chain.pairs:
            for mora in (one, two):
                if mora and mora not in places:
                    places[mora] = self.state()
            begin = places[one] if one else source
            extra = 0.0 if one else paid
            if not two:
                self.silent(begin, target, cost + extra)
            else:
                sound = vowel_of(one) if two == "ー" else two
                self.arcs.append(Arc(begin, places[two], sound, two, f"+{label}" if one else label, cost + extra))
        if chain.strange:
            anywhere = self.state()
            for place in tuple(places.values()):
                self.silent(place, anywhere, 0.0)
            for mora, cost in chain.strange:
                if mora in places and mora != "ー":
                    self.arcs.append(Arc(anywhere, places[mora], mora, mora, f"+{label}", cost))


def network(kind: str, node: Node, made_of: object = None) -> Network:
    """The node laid out; named by `kind` and its content, or by all that it was made of where that is shorter."""
    layout = _Layout()
    layout.lay(node, 0, 1)
    arcs = tuple(layout.arcs)
    digest = hashlib.sha256(repr(made_of or arcs).encode()).hexdigest()[:12]
    return Network(f"{kind}-{digest}", arcs, ((1, 0.0),))


def spread(items: Iterable[tuple[str, str]], label: str = "") -> Words:
    """(kana, text) pairs, equally likely."""
    pairs = tuple(dict.fromkeys(items))
    cost = math.log(max(len(pairs), 1))
    return Words(tuple((kana, text, cost) for kana, text in pairs), label)
