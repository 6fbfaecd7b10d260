"""The phonetic ear: posteriors and the grammars of what can be said now, to words with katakana and confidence.

The acoustic pass and the free phoneme loop are made once for all grammars of an utterance. The difference of
the two scores per phoneme, grammar's less loop's, tells speech that fits the grammar from other talk and
noise: the better path any phonemes find, the less the grammar explains. Graphs are kept by grammar name, the least
recently used given up first. Synchronous and without a clock: who calls it says when time is up.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from voice.engines import EngineError, Grammar, RecognisedWord, Transcript, never, nothing
from voice.engines.calibration import Signs, sure
from voice.engines.decode import FRAME_SECONDS, Floats, Loop, Path, Search, Searches, path_of
from voice.engines.duration import by_length
from voice.engines.graph import Graph, WordEntry, build
from voice.engines.lattice import PERSON, Rivals, rivals, value_of, without_company

FREE_COST = 6.0
"""Of a grammar's cost that is not held against it: a lone はい costs as much, and has three phonemes."""
GRAPHS_KEPT = 24
"""About 10 MB each for those with all surnames, 1 MB for others."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a grammar's margin over the free loop is judged; measured by tests/bench/ear.py."""

    least: float = -1.7
    """Margin (log score per phoneme) under which the grammar does not cover the sound."""
    even: float = -1.6
    """Margin at which the fit is as likely good as not: on 180 synthetic calls at 8 kHz right ones lie about -1.0 with
    2 % under -1.5, other talk at -2 (names) to -4 (answers)."""
    slope: float = 3.0

    def sure(self, margin: float) -> float:
        """0..1"""
        return 1.0 / (1.0 + math.exp(-self.slope * (margin - self.even)))


class PhoneticEar:
    """Decodes posteriors with grammars. Keeps their graphs."""

    def __init__(self, search: Search | None = None, fit: Fit | None = None) -> None:
        self._search = search or Search()
        self._fit = fit or Fit()
        self._graphs: OrderedDict[str, Graph] = OrderedDict()

    def prepare(self, grammar: Grammar) -> Graph:
        """The grammar's graph, built unless it is kept. Raises EngineError for a grammar that cannot be built."""
        if grammar.name not in self._graphs:
            try:
                self._graphs[grammar.name] = build(grammar)
            except ValueError as error:
                raise EngineError(f"The grammar {grammar.name} cannot be used: {error}") from error
            while len(self._graphs) > GRAPHS_KEPT:
                self._graphs.popitem(last=False)
        self._graphs.move_to_end(grammar.name)
        return self._graphs[grammar.name]

    def keeps(self, name: str) -> bool:
        """Whether the graph of that name is at hand."""
        return name in self._graphs

    def transcribe(
        self, posteriors: Floats, grammars: Sequence[Grammar], expired: Callable[[], bool] = never
    ) -> tuple[Transcript, ...]:
        """One transcript a grammar, in order; `posteriors` [T, 558] natural log, 10 ms a frame. Raises EngineError."""
        return self.hear(Searches(posteriors), grammars, expired)

    def hear(
        self, searches: Searches, grammars: Sequence[Grammar], expired: Callable[[], bool] = never, going: bool = False
    ) -> tuple[Transcript, ...]:
        """The same of an utterance that may go on; of one whose speaker is `going` on at this moment the search is done
        so far, and nothing told. Raises EngineError."""
        graphs = [self.prepare(grammar) for grammar in grammars]
        for graph in graphs if going else ():
            searches.advance(graph, self._search, expired)
        if not graphs or not len(searches) or going:
            return tuple(nothing(grammar.name) for grammar in grammars)
        loop = searches.loop(self._search)
        return tuple(self._heard(graph, searches, loop, expired) for graph in graphs)

    def _heard(self, graph: Graph, searches: Searches, loop: Loop, expired: Callable[[], bool]) -> Transcript:
        path = searches.path(graph, self._search, expired)
        if path is None or not path.complete or not path.steps:
            return nothing(graph.name)
        margin = margin_of(path, loop)
        telling = margin >= self._fit.least and not expired()
        found = rivals(graph, searches.scores(self._search)) if telling else None
        if found:
            path = by_name(path, graph, found, searches.scores(self._search))
            path = by_length(path, graph, found, len(searches))
        words = _joined(path, graph, [sure(signs) for signs in signs_of(path, graph, found, loop)])
        text = "".join(word.text for word in words)
        own = [graph.words[step.word] for step in path.steps]
        said = [reading.words for reading in found.readings] + [words for words, _ in found.sequences] if found else []
        others = [words for words in said if value_of(words) != value_of(own)]
        alternatives = apart(own, others)
        kana = "".join(graph.words[step.word].kana for step in path.steps)
        return Transcript(graph.name, text, kana, whole(words), margin >= self._fit.least, words, alternatives[:4])


def by_name(path: Path, graph: Graph, found: Rivals, scores: Floats) -> Path:
    """The path, or that of another name that is likelier by how common it is as well; `scores` as of `biased`."""
    if not found.readings:
        return path
    best, own = found.readings[0], (graph.words[step.word] for step in path.steps)
    if "".join(map(without_company, own)) == "".join(map(without_company, best.words)):
        return path
    return path_of(best.arcs, scores, best.graph, path.complete)


def apart(own: Sequence[WordEntry], others: Iterable[Sequence[WordEntry]]) -> tuple[str, ...]:
    """The texts of other word sequences, those first that have a name which none before them has.

    A company in no list, before the name, is spelt in many ways, and would leave no place for another name. No text is
    told twice.
    """
    known, new, again = {_name_of(own)}, list[str](), list[str]()
    told = {"".join(word.text for word in own)}
    for said in others:
        name, text = _name_of(said), "".join(word.text for word in said)
        if text not in told:
            (again if name in known else new).append(text)
        known.add(name)
        told.add(text)
    return (*new, *again)


def _name_of(words: Sequence[WordEntry]) -> str:
    """A person's name, whatever the length of vowels of one in no list (アケガタ, アケーガター); else every value."""
    mine = [word for word in words if word.label.removeprefix("+") in PERSON]
    text = "".join(word.text for word in mine)
    if not any(word.label.startswith("+") for word in mine):
        return text or value_of(words)
    return "".join(kana for kana, _ in groupby(text.replace("ー", "")))


def margin_of(path: Path, loop: Loop) -> float:
    """The grammar's score, its own costs included, less the free loop's, per phoneme; at most 0 but for rounding.

    The costs count because a grammar with loops of morae can follow any sound, only not cheaply.
    """
    sounds = max(path.phonemes, sum(1 for _, phoneme in loop.phonemes if phoneme != "pau"), 1)
    language = max(0.0, path.cost + path.acoustic - FREE_COST)
    return (path.acoustic - language - float(loop.best[-1])) / sounds


def whole(words: Sequence[RecognisedWord]) -> float:
    """The confidence of an utterance: its words' mean, by their length in katakana."""
    total = sum(len(word.kana) for word in words)
    return sum(word.confidence * len(word.kana) for word in words) / total if total else 0.0


def signs_of(path: Path, graph: Graph, found: Rivals | None, loop: Loop) -> list[Signs]:
    """What tells how sure each step's word is."""
    margin, before, signs = margin_of(path, loop), 0, []
    clear = float(loop.best[-1]) / max(1, sum(1 for _, phoneme in loop.phonemes if phoneme != "pau"))
    for step in path.steps:
        entry = graph.words[step.word]
        after = max(before, min(step.last + 1, len(loop.best) - 1))
        own = (step.score - float(loop.best[after] - loop.best[before])) / max(step.phonemes, 1)
        share = found.sure(entry, step.last) if found else None
        signs.append(Signs(share, margin, own, step.phonemes, entry.label, clear))
        before = after
    return signs


def words_of(path: Path, graph: Graph, found: Rivals | None, fit: float) -> tuple[RecognisedWord, ...]:
    """The words of a path, as sure as the lattice and the whole path's fit make them."""
    entries = [graph.words[step.word] for step in path.steps]
    shares = [found.sure(entry, step.last) if found else 0.5 for entry, step in zip(entries, path.steps, strict=True)]
    return _joined(path, graph, [fit * share for share in shares])


def _joined(path: Path, graph: Graph, sures: Sequence[float]) -> tuple[RecognisedWord, ...]:
    """The words of a path; entries whose label begins with "+" join the word before them."""
    words: list[RecognisedWord] = []
    for step, sure_ in zip(path.steps, sures, strict=True):
        entry: WordEntry = graph.words[step.word]
        if not entry.text and not entry.label:
            continue
        start, end = step.first * FRAME_SECONDS, (step.last + 1) * FRAME_SECONDS
        if entry.label.startswith("+") and words and words[-1].label == entry.label[1:]:
            last = words[-1]
            words[-1] = RecognisedWord(
                last.text + entry.text,
                last.kana + entry.kana,
                last.label,
                min(last.confidence, sure_),
                last.start_seconds,
                end,
            )
            continue
        words.append(RecognisedWord(entry.text, entry.kana, entry.label.removeprefix("+"), sure_, start, end))
    return tuple(words)
