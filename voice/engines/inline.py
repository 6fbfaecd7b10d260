"""All engines in one process: what a worker holds, and the same behind async methods for tests on virtual time.

One acoustic pass serves all grammars of an utterance, dictation included. Models are loaded when first needed, so
that a process that only speaks never loads an ear. Synchronous underneath: `Inline` blocks its event loop while it
works, which is what virtual time needs and a live call must not have.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import Any

from voice.audio import Sound
from voice.engines import Grammar, Transcript, never
from voice.engines.acoustic import Acoustics
from voice.engines.dictation import Choice, Dictation, Spoken, dictated, hints_of, made
from voice.engines.openjtalk import OpenJTalk
from voice.engines.phonetic import PhoneticEar
from voice.engines.running import Utterances

Work = Callable[..., Awaitable[Any]]
"""Calls a function with its arguments, somewhere."""


class Engines:
    """The models, loaded when first used; of the dictation engines only the chosen one."""

    def __init__(self, choice: Choice | None = None) -> None:
        self._choice = choice or Choice()

    @cached_property
    def acoustics(self) -> Acoustics:
        return Acoustics()

    @cached_property
    def utterances(self) -> Utterances:
        return Utterances(lambda sound, band_hz, first: self.acoustics.posteriors(sound, band_hz, first))

    @cached_property
    def ear(self) -> PhoneticEar:
        return PhoneticEar()

    @cached_property
    def dictation(self) -> Dictation:
        """Raises EngineError."""
        return made(self._choice, lambda: self.acoustics)

    @cached_property
    def voice(self) -> OpenJTalk:
        return OpenJTalk()

    def transcribe(
        self,
        sound: Sound,
        band_hz: int,
        grammars: Sequence[Grammar],
        expired: Callable[[], bool] = never,
        going: bool = False,
    ) -> tuple[Transcript, ...]:
        """One transcript a grammar, in order; where the sound goes on with one heard before, only its end is work.
        `going`: its speaker is in the middle of speech, and it is to be heard so far. Raises EngineError."""
        searches = self.utterances.hear(sound, band_hz, going)
        searched = [grammar for grammar in grammars if not dictated(grammar)]
        found = iter(self.ear.hear(searches, searched, expired, going))
        spoken = Spoken(sound, band_hz, searches.posteriors, searches, going)
        made = tuple(
            self.dictation.transcribe(spoken, hints_of(grammar), expired) if dictated(grammar) else next(found)
            for grammar in grammars
        )
        if expired():
            self.utterances.forget(searches)
        return made

    def prepare(self, grammar: Grammar) -> None:
        """Build the grammar's graph (or load the dictation's) now. Raises EngineError."""
        if dictated(grammar):
            self.dictation.load()
        else:
            self.ear.prepare(grammar)

    def speak(self, text: str, pace: float) -> Sound:
        """Raises EngineError."""
        return self.voice.speak(text, pace)


async def _on_the_spot(function: Callable[..., Any], /, *arguments: Any) -> Any:
    return function(*arguments)


class Inline:
    """A Recognizer and Synthesizer that work on the spot; or, with `asyncio.to_thread` as `work`, beside the loop."""

    def __init__(self, engines: Engines | None = None, work: Work | None = None) -> None:
        self._engines = engines or Engines()
        self._work = work or _on_the_spot

    async def transcribe(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        return tuple(await self._work(self._engines.transcribe, sound, band_hz, grammars))

    async def guess(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        """As `transcribe`; a pool lets other work pass before it."""
        return tuple(await self._work(self._engines.transcribe, sound, band_hz, grammars))

    async def follow(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        return tuple(await self._work(self._engines.transcribe, sound, band_hz, grammars, never, True))

    async def speak(self, text: str, pace: float = 1.0) -> Sound:
        made: Sound = await self._work(self._engines.speak, text, pace)
        return made

    async def prepare(self, grammars: Sequence[Grammar]) -> None:
        for grammar in grammars:
            self._engines.prepare(grammar)
