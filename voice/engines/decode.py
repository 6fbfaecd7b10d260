"""The search: posteriors and a graph to the best path, and the free phoneme loop beside it.

Posteriors are natural log probabilities [T, 558], a frame each 10 ms, blank last. Before the search every
token but the blank gets a bonus: the acoustic model spreads one transition over two or three frames, so that
leaving it out would be too cheap (reference: without it digits vanish). The same bonus counts in the free
loop, so that the two scores compare. The search goes in slices and asks `expired` between them, because the
decoder holds the interpreter while it runs; `max_active` is always set. Frames may come in pieces: a search goes on
where it stopped, and finds what it would have found had they come at once. Leaves out what words mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import kaldi_decoder
import kaldifst
import numpy as np
import numpy.typing as npt

from voice.engines.graph import Graph
from voice.engines.phonemes import VOWELS, phonemes, transitions

FRAME_SECONDS = 0.01
SLICE_FRAMES = 40
"""Frames between two looks at `expired`: under 0.1 s of work even in the widest graph."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Search:
    """How wide to search."""

    bonus: float = 4.5
    """Added to each transition's log probability: 3 to 6 tried, 4 to 5 best for the narrow-band student."""
    doubled: float = 3.0
    """Taken off again where a vowel follows itself: with the whole bonus オノ after の is heard as オオノ."""
    beam: float = 15.0
    max_active: int = 2500


@dataclass(frozen=True, slots=True)
class Step:
    """One word on the best path."""

    word: int
    """Index in `Graph.words`."""
    first: int
    """Frame in which its first phoneme begins."""
    last: int
    """Frame in which its last phoneme begins."""
    phonemes: int
    score: float
    """Sum of the acoustic scores of its frames, bonus included."""


@dataclass(frozen=True, slots=True)
class Path:
    """The best way through a graph."""

    steps: tuple[Step, ...]
    acoustic: float
    """Sum of the acoustic scores, bonus included."""
    cost: float
    """Total: graph costs less acoustic scores."""
    phonemes: int
    complete: bool
    """False where no final state was reached, or time ran out."""
    sounds: tuple[tuple[int, str], ...] = ()
    """(frame, phoneme) as they begin, pauses included."""


@dataclass(frozen=True, slots=True)
class Loop:
    """The best sequence of phonemes, whatever they may mean."""

    best: npt.NDArray[np.float64]
    """[T + 1] score of the best path over the first t frames."""
    phonemes: tuple[tuple[int, str], ...]
    """(frame, phoneme) as they begin, pauses included."""


def biased(posteriors: Floats, bonus: float, doubled: float = 0.0) -> Floats:
    """Posteriors with the bonus on every transition, `doubled` less where a vowel follows itself."""
    result = np.array(posteriors, dtype=np.float32, copy=True, order="C")
    result[:, :-1] += np.float32(bonus)
    result[:, _doubles()] -= np.float32(doubled)
    return result


@cache
def _doubles() -> list[int]:
    return [column for column, (one, two) in enumerate(transitions()) if one == two and one in VOWELS]


@cache
def _columns() -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    names = phonemes()
    place = {name: index for index, name in enumerate(names)}
    columns = np.zeros((len(names), len(names)), dtype=np.intp)
    known = np.zeros(columns.shape, dtype=np.bool_)
    for column, (first, second) in enumerate(transitions()):
        columns[place[first], place[second]] = column
        known[place[first], place[second]] = True
    return columns, known


class Looping:
    """The free loop of an utterance whose frames come in pieces: Viterbi over the phonemes alone."""

    def __init__(self) -> None:
        size = len(phonemes())
        self._value = np.full(size, -1e9)
        self._value[phonemes().index("pau")] = 0.0
        self._came: list[npt.NDArray[np.intp]] = []
        self._best = [0.0]

    def advance(self, scores: Floats) -> None:
        """`scores` [T, 558] as of `biased`, all frames so far."""
        columns, known = _columns()
        fresh = scores[len(self._came) :]
        moves = np.where(known[None], fresh[:, columns], np.float32(-1e9))
        own = np.arange(len(self._value))
        for frame, row in enumerate(fresh):
            entered = self._value[:, None] + moves[frame]
            source = entered.argmax(axis=0)
            moved = entered[source, own]
            stayed = self._value + row[-1]
            self._came.append(np.where(moved > stayed, source, -1))
            self._value = np.maximum(moved, stayed)
            self._best.append(float(self._value.max()))

    def loop(self) -> Loop:
        """The best sequence over the frames so far."""
        names, heard, state = phonemes(), list[tuple[int, str]](), int(self._value.argmax())
        for frame in range(len(self._came) - 1, -1, -1):
            if self._came[frame][state] >= 0:
                heard.append((frame, names[state]))
                state = int(self._came[frame][state])
        return Loop(np.array(self._best), tuple(reversed(heard)))


def free_loop(scores: Floats) -> Loop:
    """Viterbi over the phonemes alone. `scores` [T, 558] as of `biased`."""
    looping = Looping()
    looping.advance(scores)
    return looping.loop()


def _arcs(lattice: Any) -> list[tuple[int, int]]:
    following = {}
    for line in lattice.to_str(show_weight_one=True).splitlines():
        fields = line.split()
        if len(fields) == 5:
            following[int(fields[0])] = (int(fields[1]), int(fields[2]), int(fields[3]))
    found, state = list[tuple[int, int]](), int(lattice.start)
    while state in following:
        state, sound, word = following[state]
        found.append((sound, word))
    return found


def _sounds(arcs: Sequence[tuple[int, int]], blank: int) -> tuple[tuple[int, str], ...]:
    tokens = transitions()
    heard = [sound for sound, _ in arcs if sound]
    return tuple((frame, tokens[sound - 1][1]) for frame, sound in enumerate(heard) if sound != blank)


def _steps(arcs: Sequence[tuple[int, int]], scores: Floats) -> tuple[tuple[Step, ...], float, int]:
    blank = scores.shape[1]
    tokens = transitions()
    steps = list[Step]()
    frame, first, last, count, total, score, said = 0, -1, 0, 0, 0.0, 0.0, 0
    for sound, word in arcs:
        if sound:
            score += float(scores[frame, sound - 1])
            if sound != blank and tokens[sound - 1][1] != "pau":
                first, last, count, said = (frame if first < 0 else first), frame, count + 1, said + 1
            frame += 1
        if word:
            steps.append(Step(word - 1, first if first >= 0 else frame, max(last, first, 0), count, score))
            total, first, count, score = total + score, -1, 0, 0.0
    return tuple(steps), total + score, said


def path_of(arcs: Sequence[tuple[int, int]], scores: Floats, graph: float, complete: bool) -> Path:
    """The path that takes these arcs, (sound, word) each, over `scores` as of `biased`; `graph`: their own cost."""
    steps, acoustic, said = _steps(arcs, scores)
    return Path(steps, acoustic, graph - acoustic, said, complete, _sounds(arcs, scores.shape[1]))


class Going:
    """One search through a graph, over frames that come in pieces."""

    def __init__(self, graph: Graph, search: Search) -> None:
        options = kaldi_decoder.FasterDecoderOptions(beam=search.beam, max_active=search.max_active, min_active=100)
        self._graph = graph
        self._decoder = kaldi_decoder.FasterDecoder(graph.fst, options)
        self._decoder.init_decoding()

    def advance(self, scores: Floats, expired: Callable[[], bool]) -> bool:
        """Search on through `scores` [T, 558], all frames so far as of `biased`; False where time was up before."""
        done = self._decoder.num_frames_decoded()
        decodable = kaldi_decoder.DecodableCtc(np.ascontiguousarray(scores[done:]), offset=done)
        while self._decoder.num_frames_decoded() < len(scores):
            if expired():
                return False
            self._decoder.advance_decoding(decodable, SLICE_FRAMES)
        return True

    def path(self, scores: Floats, complete: bool) -> Path | None:
        """The best way over what was searched. None where nothing survived."""
        final = self._decoder.reached_final()
        found, lattice = self._decoder.get_best_path(use_final_probs=final)
        if not found:
            return None
        _, _, _, weight = kaldifst.get_linear_symbol_sequence(lattice)
        return path_of(_arcs(lattice), scores, weight.value1, complete and final)


def best_path(graph: Graph, scores: Floats, search: Search, expired: Callable[[], bool]) -> Path | None:
    """The best way through `graph`; `scores` [T, 558] as of `biased`. None where nothing survived."""
    going = Going(graph, search)
    return going.path(scores, going.advance(scores, expired))


class Searches:
    """All that is searched in one utterance: more of it may come, and then each search goes on where it stopped."""

    def __init__(self, posteriors: Floats) -> None:
        """`posteriors` [T, 558] natural log, 10 ms a frame."""
        self.posteriors = posteriors
        self._scores: dict[tuple[float, float], Floats] = {}
        self._loops: dict[tuple[float, float], Looping] = {}
        self._going: dict[tuple[str, Search], Going] = {}

    def __len__(self) -> int:
        """Frames so far."""
        return len(self.posteriors)

    def add(self, posteriors: Floats) -> None:
        """The frames that follow."""
        self.posteriors = np.concatenate((self.posteriors, posteriors)) if len(self) else posteriors

    def scores(self, search: Search) -> Floats:
        """All frames so far as of `biased`."""
        bonus = search.bonus, search.doubled
        known = self._scores.get(bonus)
        if known is None or len(known) < len(self):
            fresh = biased(self.posteriors[0 if known is None else len(known) :], *bonus)
            self._scores[bonus] = known = fresh if known is None else np.concatenate((known, fresh))
        return known

    def loop(self, search: Search) -> Loop:
        """The best sequence of phonemes so far."""
        looping = self._loops.setdefault((search.bonus, search.doubled), Looping())
        looping.advance(self.scores(search))
        return looping.loop()

    def advance(self, graph: Graph, search: Search, expired: Callable[[], bool]) -> bool:
        """Search all frames so far, and find nothing yet; False where time was up before."""
        key = graph.name, search
        if key not in self._going:
            self._going[key] = Going(graph, search)
        return self._going[key].advance(self.scores(search), expired)

    def path(self, graph: Graph, search: Search, expired: Callable[[], bool]) -> Path | None:
        """As `best_path`, of all frames so far."""
        complete = self.advance(graph, search, expired)
        return self._going[graph.name, search].path(self.scores(search), complete)
