"""The dictation ear: what an engine that writes down free speech is, and which one is used.

Rule: one engine is loaded, the one that the configuration names; `auto` is the one with the best figures on the
telephone band among those present (`data/models.toml` keeps them), and an engine that nobody has measured is never
better than one that was. Synchronous: engines live in worker processes. Leaves out the models' files
(`models`) and how they come here (`fetch`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION, Arc, EngineError, Grammar, Transcript, never
from voice.engines.models import ENGINES, Local, find, here, measured

if TYPE_CHECKING:  # the call process, which only chooses, loads neither
    from voice.engines.acoustic import Acoustics
    from voice.engines.decode import Floats, Searches

_PACKAGES = {"vosk": ("vosk", "vosk"), "whisper": ("faster_whisper", "'denwaban[whisper]'")}
"""Module and what to install it by, of the engines that are not always there."""


class Spoken(NamedTuple):
    """One utterance, with the acoustic pass that is made once for all ears."""

    sound: Sound
    """At 16 kHz."""
    band_hz: int
    """Of the line that it came from."""
    posteriors: Floats
    """[T, 558], as `Acoustics` gives them; engines with a model of their own do not look at them."""
    searches: Searches | None = None
    """What was searched of the utterance already; None: it is heard all at once."""
    going: bool = False
    """Its speaker is in the middle of speech: it is to be heard so far, and words told only where they cost nothing."""


class Stream(Protocol):
    """One utterance as it comes in."""

    def push(self, pcm: bytes) -> None:
        """16-bit mono at 16 kHz, pieces of any length. Raises EngineError."""
        ...

    def partial(self) -> str:
        """The words so far, if nothing more comes; they may change."""
        ...

    def finish(self, expired: Callable[[], bool] = never) -> Transcript:
        """The words for good; nothing may be pushed any more. Raises EngineError."""
        ...


class Dictation(Protocol):
    """An engine that writes down free speech. Its transcripts bear the name of `DICTATION`."""

    def load(self) -> None:
        """Load the model now, not at the first words. Raises EngineError."""
        ...

    def listen(self, band_hz: int, hints: Sequence[str] = ()) -> Stream:
        """Begin an utterance from a line of that rate. `hints` are what the answer is expected to be made of; an
        engine that can be held to them writes nothing else. Raises EngineError."""
        ...

    def transcribe(self, spoken: Spoken, hints: Sequence[str] = (), expired: Callable[[], bool] = never) -> Transcript:
        """An utterance, as far as it was said. When time is up, what was found is kept. Raises EngineError."""
        ...

    def unused(self, hints: Sequence[str]) -> tuple[str, ...]:
        """Those of the hints, or of their words, that the engine cannot listen for. Raises EngineError."""
        ...


class Gathered:
    """A stream over an engine that hears only whole sounds."""

    def __init__(self, transcribe: Callable[[Sound, Callable[[], bool]], Transcript]) -> None:
        self._transcribe = transcribe
        self._pcm = bytearray()

    def push(self, pcm: bytes) -> None:
        self._pcm += pcm

    def partial(self) -> str:
        """Hears all that came so far anew: ask seldom."""
        return self.finish().text

    def finish(self, expired: Callable[[], bool] = never) -> Transcript:
        return self._transcribe(Sound(bytes(self._pcm), INNER_RATE_HZ), expired)


def hinted(hints: Sequence[str]) -> Grammar:
    """Free speech whose words are expected to be these: pass it in the place of `DICTATION`."""
    if not hints:
        return DICTATION
    words = tuple(dict.fromkeys(hints))
    content = hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
    arcs = tuple(Arc(0, 0, "", word, "hint", 0.0) for word in words)
    return Grammar(f"{DICTATION.name}-{content}", arcs, ((0, 0.0),))


def dictated(grammar: Grammar) -> bool:
    """Whether a grammar is free speech, hinted or not."""
    return grammar.name.split("-")[0] == DICTATION.name


def hints_of(grammar: Grammar) -> tuple[str, ...]:
    """What `hinted` was given."""
    return tuple(arc.text for arc in grammar.arcs)


class Choice(NamedTuple):
    """What the configuration says."""

    engine: str = "auto"
    """"auto" or one of `ENGINES`; after a colon the folder of its model where there are several: "vosk:mine"."""
    models: Path | None = None
    """The folder of the models' folders; None = there are none."""


class Chosen(NamedTuple):
    """The engine to be loaded."""

    engine: str
    model: Path | None
    """None for the one that is part of the package."""
    why: str


def chosen(choice: Choice) -> Chosen:
    """The engine that a configuration means. Looks at files only. Raises EngineError where it is not here."""
    engine, _, name = choice.engine.partition(":")
    if engine == "auto" and not name:
        return _best(choice.models)
    if engine == "domain" and not name:
        return Chosen("domain", None, "as configured")
    if engine not in ENGINES or engine == "domain":
        raise EngineError(f"No dictation engine is called {choice.engine!r}: choose auto, {', '.join(ENGINES)}.")
    if not _installed(engine):
        raise EngineError(f"The dictation engine {engine} is not installed: pip install {_PACKAGES[engine][1]}.")
    return Chosen(engine, find(engine, choice.models, name), "as configured")


def _installed(engine: str) -> bool:
    return find_spec(_PACKAGES[engine][0]) is not None


def _best(models: Path | None) -> Chosen:
    present = [Local("", "domain", None)]
    present += [local for local in here(models) if _installed(local.engine)]
    figures = {(row.engine, row.model): row for row in measured()}
    rated = [local for local in present if (local.engine, local.name) in figures]
    best = max(rated, key=lambda local: figures[local.engine, local.name].rank)
    row = figures[best.engine, best.name]
    why = f"best measured of those here: content-word recall {row.content_words:.3f} on the telephone band"
    if unmeasured := [local.name for local in present if local not in rated]:
        why += f"; not measured: {', '.join(unmeasured)}"
    return Chosen(best.engine, best.folder, why)


def made(choice: Choice, acoustics: Callable[[], Acoustics]) -> Dictation:
    """The engine itself; its model is loaded when first used. Raises EngineError."""
    from voice.engines.domain import Domain

    engine = chosen(choice)
    if engine.model is None:
        return Domain(acoustics)
    if engine.engine == "vosk":
        from voice.engines.vosk import Vosk

        return Vosk(engine.model)
    from voice.engines.whisper import Whisper

    return Whisper(engine.model)
