"""The dictation ear `domain`: free speech to text, with the phoneme model and a trigram of telephone Japanese.

The network comes ready from `data/language.tsv.gz` (made by `train/language.py`, which says how); its graph is
built once a process. It writes the words as its training text did, surnames and other names in katakana; each word
carries its katakana. It knows nothing of the company called: names of its staff are the phonetic ear's affair.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from importlib.resources import files

from voice.audio import Sound
from voice.engines import DICTATION, Arc, EngineError, Grammar, Transcript, never, nothing
from voice.engines.acoustic import Acoustics
from voice.engines.decode import Floats, Search, Searches
from voice.engines.dictation import Gathered, Spoken
from voice.engines.graph import Graph, build
from voice.engines.phonetic import Fit, margin_of, words_of

SEARCH = Search(beam=14.0, max_active=4000)
SCALE = 1.0
"""Of the language model's costs against the acoustic scores (0.7 and 1.4 were worse)."""
WORD_COST = 0.0
"""For each word: below 0 favours many short words (-1 and 1.5 were no better)."""
FIT = Fit(least=-2.1, even=-1.7)
"""On held-out sentences at 8 kHz the margin lies about -1.25, 2 % under -1.8; it falls with the errors."""


def network(scale: float = SCALE, word_cost: float = WORD_COST) -> Grammar:
    """The language model as a grammar. Raises EngineError."""
    try:
        text = gzip.decompress((files("voice.engines") / "data" / "language.tsv.gz").read_bytes()).decode()
    except FileNotFoundError as error:
        raise EngineError("voice/engines/data/language.tsv.gz is missing: install the package anew.") from error
    arcs, finals = [], []
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) == 2:
            finals.append((int(fields[0]), float(fields[1]) * scale))
            continue
        source, target, kana, written, label, cost = fields
        extra = word_cost if kana and not label.startswith("+") else 0.0
        arcs.append(Arc(int(source), int(target), kana, written, label, float(cost) * scale + extra))
    return Grammar(DICTATION.name, tuple(arcs), tuple(finals))


class Domain:
    """Writes down free speech. Loads its graph when first used."""

    def __init__(self, acoustics: Callable[[], Acoustics] = Acoustics, search: Search = SEARCH) -> None:
        """`acoustics` gives the front end for streams; whole utterances bring their posteriors."""
        self._acoustics = acoustics
        self._search = search
        self._graph: Graph | None = None

    def load(self) -> None:
        """Build the graph now. Raises EngineError."""
        self._ready()

    def _ready(self) -> Graph:
        if self._graph is None:
            self._graph = build(network())
        return self._graph

    def listen(self, band_hz: int, hints: Sequence[str] = ()) -> Gathered:
        """Every partial searches all that was said so far anew. Hints are not used."""
        acoustics = self._acoustics()

        def heard(sound: Sound, expired: Callable[[], bool]) -> Transcript:
            return self.search(acoustics.posteriors(sound, band_hz), expired)

        return Gathered(heard)

    def transcribe(self, spoken: Spoken, hints: Sequence[str] = (), expired: Callable[[], bool] = never) -> Transcript:
        """Of an utterance that goes on nothing is told, but its search is done so far. Raises EngineError."""
        searches = spoken.searches or Searches(spoken.posteriors)
        if spoken.going:
            searches.advance(self._ready(), self._search, expired)
            return nothing(DICTATION.name)
        return self.hear(searches, expired)

    def unused(self, hints: Sequence[str]) -> tuple[str, ...]:
        """All of them: the words are fixed, and names of the company are the phonetic ear's affair."""
        return tuple(hints)

    def search(self, posteriors: Floats, expired: Callable[[], bool] = never) -> Transcript:
        """`posteriors` [T, 558] natural log, 10 ms a frame. When time is up, what was found is kept.

        Raises EngineError.
        """
        return self.hear(Searches(posteriors), expired)

    def hear(self, searches: Searches, expired: Callable[[], bool] = never) -> Transcript:
        """The same of an utterance that may go on."""
        graph = self._ready()
        path = searches.path(graph, self._search, expired) if len(searches) else None
        if path is None or not path.steps:
            return nothing(graph.name)
        margin = margin_of(path, searches.loop(self._search))
        fit = FIT.sure(margin)
        words = words_of(path, graph, None, 2.0 * fit)
        text, kana = "".join(word.text for word in words), "".join(word.kana for word in words)
        return Transcript(graph.name, text, kana, fit, path.complete and margin >= FIT.least, words)
