"""The only door to models: what a recogniser and a synthesiser are, as seen by everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from voice.audio import Sound


class EngineError(Exception):
    """A model or engine is missing, broken or too slow; the text names it and the remedy."""


class Arc(NamedTuple):
    """One step through a grammar."""

    source: int
    target: int
    kana: str
    """What is pronounced, katakana, one or more morae; "" = nothing (epsilon)."""
    text: str
    """The word written when this arc is taken; "" = none. An arc may write without sounding."""
    label: str
    """What the word is ("surname", "digit" …), "" = nothing special."""
    cost: float
    """Negative natural log of its probability."""


class Grammar(NamedTuple):
    """What can be said now: a weighted network of words. State 0 is the start."""

    name: str
    """Unique by content: two grammars of one name are the same grammar (graphs are cached by it)."""
    arcs: tuple[Arc, ...]
    finals: tuple[tuple[int, float], ...]
    """(state, cost)"""


DICTATION = Grammar("dictation", (), ())
"""Free speech: whatever the dictation engine can write. Its network lives in the engine."""


@dataclass(frozen=True, slots=True)
class RecognisedWord:
    text: str
    kana: str
    label: str
    confidence: float
    """0..1"""
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one grammar made of one utterance."""

    grammar: str
    """`Grammar.name`"""
    text: str
    """"" where nothing was recognised."""
    kana: str
    confidence: float
    """0..1 for the whole."""
    covered: bool
    """False where the sound does not fit the grammar: the text is then not to be relied on."""
    words: tuple[RecognisedWord, ...] = ()
    alternatives: tuple[str, ...] = ()


def nothing(grammar: str) -> Transcript:
    """The transcript of a sound in which nothing was recognised."""
    return Transcript(grammar, "", "", 0.0, False)


def never() -> bool:
    """For a search that may take as long as it likes: time is never up."""
    return False


class Recognizer(Protocol):
    """Speech to words. One acoustic pass serves all grammars asked for."""

    async def transcribe(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        """One transcript a grammar, in order. `sound` is at 16 kHz; `band_hz` is the rate of the line it
        came from (8000: nothing above 4 kHz is in it). Raises EngineError."""
        ...

    async def guess(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        """The same while the caller may still go on: whatever is urgent passes before it. Raises EngineError."""
        ...

    async def follow(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        """Hear a caller who is in the middle of speech so far. What is asked about the same utterance later, in a sound
        that begins with this one, is then soon known; words are told now only where they cost nothing. Raises
        EngineError."""
        ...


class Synthesizer(Protocol):
    """Words to speech."""

    async def speak(self, text: str, pace: float = 1.0) -> Sound:
        """`text` is Japanese as it shall be read aloud (kanji or kana); pace 1.0 is normal, 0.8 slower.
        Raises EngineError."""
        ...
