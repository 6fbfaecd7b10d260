"""From the caller's sound to hearings: the ear's utterances through the recognisers, in order.

At every pause what was said so far is transcribed at once: its words tell the endpointer whether the caller
has finished, and if nothing more comes they are the result, ready when the utterance ends. Leaves out what
the words mean (`nlu.understand`, called by `bot/call`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from nlu import turns
from nlu.grammars import grammars_for, wants_dictation
from nlu.meaning import Ask, Expected, Hearing, Reading, Vocabulary, Word
from nlu.networks import Network
from voice.audio import Sound
from voice.ear import BargeIn, Ear, PauseHeard, SpeechBegan, UtteranceEnded
from voice.endpoint import ANSWER, RECORDING, SPELLING
from voice.engines import DICTATION, Arc, EngineError, Grammar, Recognizer, Transcript

NOISE_SECONDS = 0.6
"""Sound shorter than this in which no word was found is a cough or a click, and nobody is asked about it."""

FREE = frozenset({Ask.OPENING, Ask.CALLER, Ask.COMPANY, Ask.PURPOSE, Ask.STAFF, Ask.CLOSING, Ask.RECORD})
"""Questions whose answers are free speech first of all."""

@dataclass(frozen=True, slots=True)
class Utterance:
    """The caller said something."""

    hearing: Hearing
    span: tuple[float, float]
    """Seconds of the caller's sound since the call began."""


@dataclass(frozen=True, slots=True)
class SpokeOver:
    """The caller speaks into our words and means it."""


@dataclass(frozen=True, slots=True)
class Deaf:
    """The recogniser failed."""

    why: str


Transcribe = Callable[[Sound, int, Sequence[Grammar]], Awaitable[tuple[Transcript, ...]]]

Told = Utterance | SpokeOver | Deaf


class Listening:
    """One call's ears."""

    def __init__(self, recognizer: Recognizer, words: Vocabulary, band_hz: int, tell: Callable[[Told], None]) -> None:
        self.ear = Ear(band_hz)
        self._recognizer = recognizer
        self._words = words
        self._band_hz = band_hz
        self._tell = tell
        self._expected = Expected(Ask.OPENING)
        self._grammars: tuple[Grammar, ...] = (DICTATION,)
        self._partials: dict[int, asyncio.Task[Hearing]] = {}
        self._ended: asyncio.Queue[tuple[UtteranceEnded, asyncio.Task[Hearing]]] = asyncio.Queue()
        self._speaking = False
        self._unheard = 0

    @property
    def quiet(self) -> bool:
        """Nobody is speaking, and nothing said is still being written down."""
        return not self._speaking and self._unheard == 0

    def expect(self, expected: Expected) -> None:
        """What was asked: the grammars and the patience follow it."""
        if expected == self._expected and self._grammars != (DICTATION,):
            return
        self._expected = expected
        networks = tuple(_grammar(network) for network in grammars_for(expected, self._words))
        self._grammars = (*networks, DICTATION) if wants_dictation(expected.ask) or not networks else networks
        spelled = expected.ask in (Ask.NUMBER, Ask.CONFIRM_NUMBER, Ask.KANA, Ask.ECHO, Ask.CALLER, Ask.NAME)
        self.ear.expect(RECORDING if expected.ask is Ask.RECORD else SPELLING if spelled else ANSWER)

    def hear(self, pcm: bytes, tasks: asyncio.TaskGroup) -> None:
        """A piece of the caller's sound."""
        for event in self.ear.push(pcm):
            match event:
                case SpeechBegan():
                    self._speaking = True
                case PauseHeard():
                    guess = tasks.create_task(self._transcribe(event.sound, self._recognizer.guess))
                    guess.add_done_callback(partial(self._judge, event.index))
                    self._partials[event.index] = guess
                case UtteranceEnded():
                    self._speaking = False
                    self._unheard += 1
                    known = self._partials.get(-1 if event.last_pause is None else event.last_pause)
                    self._partials.clear()
                    whole = known or tasks.create_task(self._transcribe(event.sound, self._recognizer.transcribe))
                    self._ended.put_nowait((event, whole))
                case BargeIn():
                    self._tell(SpokeOver())

    def _judge(self, index: int, done: asyncio.Task[Hearing]) -> None:
        """Tell the ear how finished the words of a pause are."""
        if done.cancelled() or done.exception() is not None:
            return
        text = done.result().text
        self.ear.partial(index, turns.finished(text, self._expected), turns.backchannel(text))

    async def run(self) -> None:
        """Deliver utterances in the order in which they were said."""
        while True:
            ended, work = await self._ended.get()
            hearing = await work
            self._unheard -= 1
            long_enough = ended.end_seconds - ended.start_seconds >= NOISE_SECONDS
            if hearing.readings or long_enough:
                self._tell(Utterance(hearing, (ended.start_seconds, ended.end_seconds)))

    async def _transcribe(self, sound: Sound, transcribe: Transcribe) -> Hearing:
        """Never raises: a broken recogniser is told, and nothing was heard."""
        expected, grammars = self._expected, self._grammars
        try:
            transcripts = await transcribe(sound, self._band_hz, grammars)
        except EngineError as error:
            self._tell(Deaf(str(error)))
            return Hearing(())
        return hearing_of(transcripts, expected)


def hearing_of(transcripts: Sequence[Transcript], expected: Expected) -> Hearing:
    """The readings that may be relied on, most trusted first.

    Free speech trusts dictation first; an answer in a known form trusts the grammar that it fits.
    """
    fitting = [each for each in transcripts if each.text and each.covered]
    free_first = expected.ask in FREE
    ordered = sorted(fitting, key=lambda each: (each.grammar == DICTATION.name) is not free_first)
    return Hearing(tuple(_reading(each) for each in ordered))


def _reading(transcript: Transcript) -> Reading:
    words = tuple(
        Word(word.text, word.kana, word.label, word.confidence, word.start_seconds, word.end_seconds)
        for word in transcript.words
    )
    source = transcript.grammar.split("-")[0]
    return Reading(transcript.text, transcript.kana, source, transcript.confidence, words, transcript.alternatives)


def _grammar(network: Network) -> Grammar:
    """The same in the recogniser's own types; `nlu` knows none of them."""
    return Grammar(network.name, tuple(Arc(*arc) for arc in network.arcs), network.finals)
