"""What the ears made of one utterance: readings, each with its words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word."""

    text: str
    kana: str = ""
    label: str = ""
    """What the grammar knew it to be: "surname", "given", "company", "staff", "digit" …, or ""."""
    confidence: float = 1.0
    start_seconds: float = 0.0
    end_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One ear's account of an utterance."""

    text: str
    kana: str = ""
    """The whole in katakana, "" where the source has none."""
    source: str = "text"
    """"text" (typed), "dictation", or the name of the grammar it was decoded with."""
    confidence: float = 1.0
    words: tuple[Word, ...] = ()
    alternatives: tuple[str, ...] = ()
    """Other texts, best first."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """All that the ears made of one utterance, most trusted first; never empty of readings."""

    readings: tuple[Reading, ...]

    @property
    def text(self) -> str:
        return self.readings[0].text if self.readings else ""

    @staticmethod
    def of(text: str) -> Hearing:
        """A hearing of typed words, as in golden calls."""
        return Hearing((Reading(text),))
