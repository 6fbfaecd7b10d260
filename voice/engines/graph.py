"""From a grammar to the graph the decoder searches: T ∘ LG.

LG: for each state of the grammar, a prefix tree of the pronunciations of all that can follow, with costs pushed
towards its root, and the word written at its last phoneme. That is determinisation, state by state: it always ends,
whatever loops and weights the grammar has (general determinisation does not), and needs no disambiguation
symbols. T: state = the phoneme that sounds now; blank stays; the token "p q" goes on and yields q as lexicons write
it; pauses and closures between words yield nothing; a vowel said twice may be heard once and the reverse, for the
model seldom emits "o o" (オオノ, オノ).

Output labels are 1 + the index in `Graph.words`. Leaves out probabilities across words: they are the grammar's.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import kaldifst

from voice.engines import Arc, Grammar
from voice.engines.phonemes import VOWELS, canonical, phonemes, pronunciations, transitions

PAUSE_COST = 1.0
"""For each pause inside an utterance (measured with the number grammar; flat between 0.5 and 2)."""
CLOSURE_COST = 1.0
"""For a closure heard where none is written: a plosive after a boundary."""
NO_CLOSURE_COST = 2.0
"""For a ッ that was not heard."""
SKIP_COST = 0.5
"""For the second half of a long vowel that was not heard."""
DOUBLE_COST = 2.0
"""For a short vowel heard as long."""

CANONICAL = {name: index + 1 for index, name in enumerate(sorted({canonical(p) for p in phonemes()} - {"pau"}))}
"""Labels between T and LG."""
LONG = {vowel: len(CANONICAL) + place for place, vowel in enumerate(sorted(VOWELS), start=1)}
"""Of the second half of a word's long vowel: no pause parts it from the first, so that ケー、エー is never one ケー."""
PAUSE = len(CANONICAL) + len(LONG) + 1
"""Of a pause that the grammar itself asks for (、): it costs what the grammar says, and any other `PAUSE_COST`."""


class WordEntry(NamedTuple):
    """What one output label stands for."""

    kana: str
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Graph:
    """A grammar made ready to be searched."""

    name: str
    fst: Any
    """kaldifst.StdVectorFst; input label = column of the posteriors + 1."""
    words: tuple[WordEntry, ...]


class Lines:
    """An FST being written in OpenFst's text form."""

    def __init__(self, states: int) -> None:
        self.rows: list[str] = []
        self.states = states

    def state(self) -> int:
        self.states += 1
        return self.states - 1

    def arc(self, source: int, target: int, sound: int, word: int, cost: float) -> None:
        self.rows.append(f"{source} {target} {sound} {word} {cost:.4f}")

    def final(self, state: int, cost: float) -> None:
        self.rows.append(f"{state} {cost:.4f}")

    def compiled(self) -> Any:
        return kaldifst.compile("\n".join(self.rows) + "\n", acceptor=False)


@cache
def topology() -> Any:
    """T, sorted by output label."""
    names = phonemes()
    place = {name: index for index, name in enumerate(names)}
    # The pause comes first: the text form takes the first line's state as the start.
    order = {name: (0 if name == "pau" else index + 1) for name, index in place.items()}
    lines = Lines(len(names) + 1)
    blank = len(transitions()) + 1
    for name in ("pau", *(name for name in names if name != "pau")):
        state = order[name]
        lines.arc(state, state, blank, 0, 0.0)
        if name in VOWELS:
            lines.arc(state, state, 0, CANONICAL[name], SKIP_COST)
            lines.arc(state, state, 0, LONG[name], SKIP_COST)
        if name in VOWELS or name in "IU":
            lines.arc(state, state, 0, CANONICAL["cl"], NO_CLOSURE_COST)
        lines.final(state, 0.0)
    for column, (first, second) in enumerate(transitions(), start=1):
        source, target = order[first], order[second]
        if second == "pau":
            lines.arc(source, target, column, 0, PAUSE_COST)
            lines.arc(source, target, column, PAUSE, 0.0)
            continue
        lines.arc(source, target, column, CANONICAL[canonical(second)], 0.0)
        if second == "cl":
            lines.arc(source, target, column, 0, CLOSURE_COST)
        if canonical(first) == canonical(second) in VOWELS:
            lines.arc(source, target, column, LONG[canonical(second)], 0.0)
        if first == second and second in VOWELS:
            lines.arc(source, target, column, 0, DOUBLE_COST)
    fst = lines.compiled()
    kaldifst.arcsort(fst, sort_type="olabel")
    return fst


class Branch:
    """A node of a prefix tree: what may follow by phoneme label, the words that end here, the cheapest beyond."""

    __slots__ = ("below", "cheapest", "leaves")

    def __init__(self) -> None:
        self.below: dict[int, Branch] = {}
        self.leaves: list[tuple[int, int, float]] = []
        """(target, word, cost)"""
        self.cheapest = math.inf

    def grow(self, sounds: tuple[str, ...], leaf: tuple[int, int, float]) -> None:
        node, before = self, ""
        for sound in sounds:
            label = LONG[sound] if sound == before and sound in LONG else CANONICAL.get(sound, PAUSE)
            before = sound
            if label not in node.below:
                node.below[label] = Branch()
            node = node.below[label]
            node.cheapest = min(node.cheapest, leaf[2])
        node.leaves.append(leaf)


def _write(lines: Lines, source: int, tree: Branch, paid: float) -> None:
    for sound, branch in tree.below.items():
        for target, word, cost in branch.leaves:
            lines.arc(source, target, sound, word, cost - paid)
        if branch.below:
            cheapest = min(deeper.cheapest for deeper in branch.below.values())
            node = lines.state()
            lines.arc(source, node, sound, 0, cheapest - paid)
            _write(lines, node, branch, cheapest)


def _entry(arc: Arc) -> WordEntry:
    return WordEntry(arc.kana.replace("、", ""), arc.text, arc.label)


def _labels(arcs: Iterable[Arc]) -> dict[WordEntry, int]:
    labels: dict[WordEntry, int] = {}
    for arc in arcs:
        entry = _entry(arc)
        if any(entry):
            labels.setdefault(entry, len(labels) + 1)
    return labels


def language(grammar: Grammar, labels: dict[WordEntry, int]) -> Any:
    """LG of a grammar, sorted by input label."""
    following: dict[int, list[Arc]] = defaultdict(list)
    size = 1 + max([state for arc in grammar.arcs for state in (arc.source, arc.target)], default=0)
    for arc in grammar.arcs:
        following[arc.source].append(arc)
    lines = Lines(size)
    if 0 not in following:
        raise ValueError(f"grammar {grammar.name}: nothing starts at state 0")
    for source in sorted(following):
        tree = Branch()
        for arc in following[source]:
            word = labels.get(_entry(arc), 0)
            if not arc.kana:
                lines.arc(source, arc.target, 0, word, arc.cost)
            for sounds, cost in pronunciations(arc.kana) if arc.kana else ():
                tree.grow(sounds, (arc.target, word, arc.cost + cost))
        _write(lines, source, tree, 0.0)
    for state, cost in grammar.finals:
        lines.final(state, cost)
    fst = lines.compiled()
    kaldifst.arcsort(fst, sort_type="ilabel")
    return fst


def build(grammar: Grammar) -> Graph:
    """The graph of a grammar. Raises ValueError where its kana cannot be pronounced or it has no start."""
    labels = _labels(grammar.arcs)
    fst = kaldifst.compose(topology(), language(grammar, labels))
    return Graph(grammar.name, fst, tuple(labels))
