"""The rivals of the best path: how sure each word is, and what else may have been said.

A lattice of all paths near the best one is searched again (its beam is narrower, so it costs little) and its
paths' posterior probabilities are summed with the forward-backward algorithm. Scores are scaled by `SCALE` first,
because neighbouring frames are not independent and unscaled posteriors are far too sure. Where people's names are
said, each name is found once by its best path, however the company before it may be spelt: those spellings are many,
and would leave no room for another name. Leaves out graphs as wide as free speech, and lattices too tangled to be worth
the time.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

import kaldi_decoder

from voice.engines.decode import Floats
from voice.engines.graph import Graph, WordEntry

BEAM = 11.0
LATTICE_BEAM = 7.0
SCALE = 0.5
"""Of log scores before they become probabilities."""
MOST_STATES = 4000
"""Above this there is no telling in time; noise gives such lattices."""
BEST = 8
"""Word sequences kept for each state."""
HEARING = 0.8
"""Weight of what is heard against the graph's costs, among the readings of an utterance with a person's name. Of 900
synthetic callers over mu with pink noise at 20 dB, three draws of two voices, the names of 20 came right and of 7 wrong
by it, against 1.0; of 100 rare names 1 and 2, of 150 full ones 4 and 1. Flat from .6 to .85, but rare names lose below
.8. To weigh the commonness of names alone, up or down, gains nothing; nor does the sum over a name's paths.
"""
PERSON, COMPANY = ("surname", "given"), ("company", "form")
"""Labels of the words of a person's name, and of a company's."""
NEAR_FRAMES = 12
"""Two words are the same one in two paths if they end within this of each other."""


class Link(NamedTuple):
    source: int
    target: int
    sound: int
    word: int
    cost: float
    """Whole, times `SCALE`."""
    graph: float
    """Of it the graph's own cost, not scaled."""


class Trail(NamedTuple):
    """A path through the lattice, from its end."""

    link: Link
    before: Trail | None


class Reading(NamedTuple):
    """One thing that may have been said, by its best path."""

    words: tuple[WordEntry, ...]
    graph: float
    """The graph's cost of that path."""
    arcs: tuple[tuple[int, int], ...]
    """(sound, word) of each, as `decode.path_of` takes them."""


class Rivals(NamedTuple):
    """What else a graph offers for one utterance."""

    sequences: tuple[tuple[tuple[WordEntry, ...], float], ...]
    """(words, probability), best first, no two of which say the same by words of value: those that bear a label."""
    words: dict[tuple[str, str], list[tuple[int, float]]]
    """(text, label) → (frame of its end, probability) of each occurrence."""
    readings: tuple[Reading, ...] = ()
    """Where people's names are said: what may have been said, best first with `HEARING`, no two of which differ in the
    company alone."""

    def sure(self, entry: WordEntry, frame: int) -> float:
        """How probable it is that this word ends near that frame."""
        found = self.words.get((entry.text, entry.label), [])
        return min(1.0, sum(p for at, p in found if abs(at - frame) <= NEAR_FRAMES))


def value_of(words: Iterable[WordEntry]) -> str:
    """What words say apart from those that carry no value (です, えーと)."""
    return "".join(word.text for word in words if word.label)


def _links(text: str) -> tuple[dict[int, list[Link]], dict[int, float], int]:
    following: dict[int, list[Link]] = defaultdict(list)
    finals: dict[int, float] = {}
    start = -1
    for line in text.splitlines():
        fields = line.split()
        start = int(fields[0]) if start < 0 else start
        if len(fields) < 4:
            finals[int(fields[0])] = sum(map(float, fields[1].split(","))) if len(fields) == 2 else 0.0
            continue
        source, target, sound, word = map(int, fields[:4])
        graph, heard = map(float, fields[4].split(",")) if len(fields) == 5 else (0.0, 0.0)
        following[source].append(Link(source, target, sound, word, (graph + heard) * SCALE, graph))
    return following, {state: cost * SCALE for state, cost in finals.items()}, start


def _order(following: dict[int, list[Link]], start: int) -> list[int]:
    """The states that the start reaches, each before those after it; links that close a circle are taken out.

    Circles are silent: a loop of morae can write オオオ over one held vowel. The dearer round is no loss.
    """
    order: list[int] = []
    opened, closed = {start}, set[int]()
    path = [(start, iter(list(following.get(start, ()))))]
    while path:
        state, links = path[-1]
        link = next(links, None)
        if link is None:
            path.pop()
            closed.add(state)
            order.append(state)
        elif link.target in opened and link.target not in closed:
            following[state].remove(link)
        elif link.target not in closed:
            opened.add(link.target)
            path.append((link.target, iter(list(following.get(link.target, ())))))
    return order[::-1]


def _add(one: float, two: float) -> float:
    """-ln(e^-one + e^-two)"""
    if one > two:
        one, two = two, one
    return one if two == math.inf else one - math.log1p(math.exp(one - two))


def _occurrences(
    order: list[int], following: dict[int, list[Link]], finals: dict[int, float]
) -> tuple[dict[int, list[tuple[int, float]]], float]:
    ahead: dict[int, float] = defaultdict(lambda: math.inf)
    for state in reversed(order):
        total = finals.get(state, math.inf)
        for link in following.get(state, ()):
            total = _add(total, link.cost + ahead[link.target])
        ahead[state] = total
    behind: dict[int, float] = defaultdict(lambda: math.inf)
    behind[order[0]], frames, whole = 0.0, {order[0]: 0}, ahead[order[0]]
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for state in order:
        for link in following.get(state, ()):
            frames[link.target] = frames[state] + (1 if link.sound else 0)
            behind[link.target] = _add(behind[link.target], behind[state] + link.cost)
            if link.word:
                cost = behind[state] + link.cost + ahead[link.target] - whole
                found[link.word - 1].append((frames[state], math.exp(-max(cost, 0.0))))
    return found, whole


def _sequences(
    order: list[int], following: dict[int, list[Link]], finals: dict[int, float], key: Callable[[int], str]
) -> list[tuple[float, tuple[int, ...]]]:
    """(cost, words) of the likeliest texts, each summed over the ways it may be aligned."""
    kept: dict[int, dict[str, tuple[float, tuple[int, ...]]]] = defaultdict(dict)
    kept[order[0]][""] = (0.0, ())
    done: dict[str, tuple[float, tuple[int, ...]]] = {}
    for state in order:
        best = sorted(kept.pop(state, {}).items(), key=lambda item: item[1][0])[:BEST]
        for said, (cost, words) in best:
            if state in finals:
                _merge(done, said, cost + finals[state], words)
            for link in following.get(state, ()):
                grown = said + key(link.word - 1) if link.word else said
                _merge(kept[link.target], grown, cost + link.cost, (*words, link.word - 1) if link.word else words)
    return sorted(done.values())


def _merge(texts: dict[str, tuple[float, tuple[int, ...]]], said: str, cost: float, words: tuple[int, ...]) -> None:
    rival = texts.get(said)
    texts[said] = (cost, words) if rival is None else (_add(cost, rival[0]), rival[1])


def _readings(
    order: list[int], following: dict[int, list[Link]], finals: dict[int, float], key: Callable[[int], str]
) -> list[Trail]:
    """The best path of each of the likeliest texts, the best of them first."""
    kept: dict[int, dict[str, tuple[float, Trail | None]]] = defaultdict(dict)
    kept[order[0]][""] = (0.0, None)
    done: dict[str, tuple[float, Trail | None]] = {}
    for state in order:
        best = sorted(kept.pop(state, {}).items(), key=lambda item: item[1][0])[:BEST]
        for said, (cost, trail) in best:
            if state in finals:
                _better(done, said, cost + finals[state] / SCALE, trail)
            for link in following.get(state, ()):
                grown = said + key(link.word - 1) if link.word else said
                own = HEARING * link.cost / SCALE + (1 - HEARING) * link.graph
                _better(kept[link.target], grown, cost + own, Trail(link, trail))
    ranked = sorted(done.values(), key=lambda item: item[0])
    return [trail for _, trail in ranked if trail][:BEST]


def _better(texts: dict[str, tuple[float, Trail | None]], said: str, cost: float, trail: Trail | None) -> None:
    if said not in texts or cost < texts[said][0]:
        texts[said] = (cost, trail)


def _reading(graph: Graph, trail: Trail | None) -> Reading:
    links = list[Link]()
    while trail:
        links.append(trail.link)
        trail = trail.before
    links.reverse()
    said = tuple(graph.words[link.word - 1] for link in links if link.word)
    return Reading(said, sum(link.graph for link in links), tuple((link.sound, link.word) for link in links))


def without_company(entry: WordEntry) -> str:
    """What a word says, unless it is of a company's name."""
    return entry.text if entry.label and entry.label.removeprefix("+") not in COMPANY else ""


def rivals(graph: Graph, scores: Floats) -> Rivals | None:
    """What else `scores` (as of `decode.biased`) allow in the graph; None where that cannot be told in time."""
    config = kaldi_decoder.LatticeSimpleDecoderConfig(beam=BEAM, lattice_beam=LATTICE_BEAM)
    decoder = kaldi_decoder.LatticeSimpleDecoder(graph.fst, config)
    if not decoder.decode(kaldi_decoder.DecodableCtc(scores)):
        return None
    found, lattice = decoder.get_raw_lattice()
    if not found or lattice.num_states > MOST_STATES:
        return None
    following, finals, start = _links(lattice.to_str(show_weight_one=True))
    order = _order(following, start)
    occurrences, whole = _occurrences(order, following, finals)
    words: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for index, places in occurrences.items():
        entry = graph.words[index]
        words[entry.text, entry.label] += places
    ranked = _sequences(order, following, finals, lambda index: value_of((graph.words[index],)))
    sequences = tuple(
        (tuple(graph.words[index] for index in said), math.exp(-max(cost - whole, 0.0))) for cost, said in ranked[:BEST]
    )
    if not any(label.removeprefix("+") in PERSON for _, label in words):
        return Rivals(sequences, dict(words))
    trails = _readings(order, following, finals, lambda index: without_company(graph.words[index]))
    return Rivals(sequences, dict(words), tuple(_reading(graph, trail) for trail in trails))
