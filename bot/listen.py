"""From the caller's sound to hearings: the ear's utterances through the recognisers, in order.

While the caller speaks, what was said is heard piece by piece, so that little is left to do at its end. At every
pause it is transcribed: its words tell the endpointer whether the caller has finished, and if nothing more comes they
are the result, ready when the utterance ends. A guess that fails is nobody's trouble; an utterance that cannot be
transcribed is told once. Leaves out what the words mean (`nlu.understand`, called by `bot/call`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from nlu import turns
from nlu.expected import Ask, Expected
from nlu.grammars.asked import grammars_for, wants_dictation
from nlu.grammars.hints import hints_for
from nlu.grammars.networks import Network
from nlu.hearing import Hearing, Reading, Word
from nlu.kana import morae
from nlu.vocabulary import Vocabulary
from voice.audio import FRAME_SECONDS, Sound, frame_bytes
from voice.band import band_hz
from voice.ear import BargeIn, Ear, PauseHeard, SpeechBegan, SpeechResumed, StretchHeard, UtteranceEnded
from voice.endpoint import ANSWER, RECORDING, SPELLING
from voice.engines import DICTATION, Arc, EngineError, Grammar, Recognizer, Transcript
from voice.engines.dictation import hinted
from voice.manner import Manner, measure

NOISE_SECONDS = 0.6
"""Sound shorter than this in which no word was found is a cough or a click, and nobody is asked about it."""

SLOW_SECONDS = 8.0
"""An utterance that is not transcribed by then counts as unheard: a caller does not wait any longer for an answer."""

LAST_SECONDS = 5.0
"""How long the last words of a caller who has hung up are waited for; the report goes out after them."""

FREE = frozenset(
    {
        Ask.OPENING,
        Ask.CALLER,
        Ask.COMPANY,
        Ask.PURPOSE,
        Ask.PROBE,
        Ask.DETAIL,
        Ask.STAFF,
        Ask.MORE,
        Ask.CLOSING,
        Ask.RECORD,
    }
)
"""Questions whose answers are free speech first of all."""

SPELLED = frozenset({Ask.NUMBER, Ask.KANA, Ask.ECHO, Ask.CALLER, Ask.NAME})
"""Questions whose answers come in pieces."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """The caller said something."""

    hearing: Hearing
    span: tuple[float, float]
    """Seconds of the caller's sound since the call began."""
    nod: bool
    """No more than はい or うん, or no words at all: said into our words it only means "go on"."""
    manner: Manner | None = None
    """How it was said; None: the company does not want to know."""


@dataclass(frozen=True, slots=True)
class SpokeOver:
    """The caller speaks into our words and means it."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """The last sound was nothing that was said; the caller is quiet again."""


@dataclass(frozen=True, slots=True)
class Guessed:
    """What the caller has said if nothing more comes. Told at once, and out of turn."""

    hearing: Hearing


@dataclass(frozen=True, slots=True)
class Deaf:
    """The recogniser failed on an utterance."""

    why: str


Transcribe = Callable[[Sound, int, Sequence[Grammar]], Awaitable[tuple[Transcript, ...]]]

Told = Utterance | SpokeOver | Guessed | Nothing | Deaf

Heard = Hearing | EngineError
"""A failure is a value here: what fails in a task would end the call."""


class Listening:
    """One call's ears."""

    def __init__(
        self,
        recognizer: Recognizer,
        words: Vocabulary,
        band_hz: int,
        tasks: asyncio.TaskGroup,
        tell: Callable[[Told], None],
    ) -> None:
        self.ear = Ear(band_hz)
        self.manner = False
        """Whether it is measured how things are said: of callers, where the company wants it, and of nobody else."""
        self._recognizer = recognizer
        self._words = words
        self._band_hz = band_hz
        self._tasks = tasks
        self._tell = tell
        self._guess: tuple[int, asyncio.Task[Heard]] | None = None
        """Index of the last pause, and what is made of the words before it."""
        self._followed: asyncio.Task[Heard] | None = None
        """What is made of speech that goes on."""
        self._ended: asyncio.Queue[tuple[UtteranceEnded, asyncio.Task[Heard]]] = asyncio.Queue()
        self._unheard: set[asyncio.Task[Heard]] = set()
        self.expect(Expected(Ask.OPENING))

    @property
    def speaking(self) -> bool:
        """The caller is in the middle of saying something."""
        return self.ear.hearing

    @property
    def quiet(self) -> bool:
        """Nobody is speaking, and nothing said is still being written down."""
        return not self.speaking and not self._unheard

    def expect(self, expected: Expected) -> None:
        """What was asked: the grammars and the patience follow it."""
        self._expected = expected
        networks = tuple(map(grammar, grammars_for(expected, self._words)))
        free = (hinted(hints_for(expected.ask)),) if wants_dictation(expected.ask) or not networks else ()
        self._grammars = (*networks, *free)
        self.ear.expect(RECORDING if expected.ask is Ask.RECORD else SPELLING if expected.ask in SPELLED else ANSWER)

    def hear(self, pcm: bytes) -> None:
        """A piece of the caller's sound."""
        for event in self.ear.push(pcm):
            match event:
                case StretchHeard():
                    self._follow(event)
                case PauseHeard():
                    self._unfollow()
                    guess = self._tasks.create_task(self._transcribe(event.sound, self._recognizer.guess))
                    guess.add_done_callback(partial(self._judge, event.index))
                    self._guess = (event.index, guess)
                case SpeechResumed():
                    self._forget_guess()
                case UtteranceEnded():
                    self._end(event)
                case BargeIn():
                    self._tell(SpokeOver())
                case SpeechBegan():
                    pass  # `speaking` says so

    def _follow(self, stretch: StretchHeard) -> None:
        """Hear speech that goes on, unless the last stretch of it is still being heard; into ours it may be a nod."""
        if stretch.over_ours:
            self._unfollow()
            self._followed = self._tasks.create_task(self._transcribe(stretch.sound, self._recognizer.guess))
            self._followed.add_done_callback(self._judge_over)
        elif self._followed is None or self._followed.done():
            self._followed = self._tasks.create_task(self._transcribe(stretch.sound, self._recognizer.follow))

    def _unfollow(self) -> None:
        if self._followed is not None:
            self._followed.cancel()
        self._followed = None

    def _judge_over(self, done: asyncio.Task[Heard]) -> None:
        """Tell the ear whether words into ours are a nod; what cannot be heard is none."""
        if not done.cancelled() and done.exception() is None and done is self._followed:
            heard = done.result()
            self.ear.spoken_over(isinstance(heard, Hearing) and bool(heard.readings) and is_nod(heard))

    def _forget_guess(self) -> None:
        """What has not been begun for words that go on need not be done."""
        if self._guess is not None:
            self._guess[1].cancel()
        self._guess = None

    def _end(self, ended: UtteranceEnded) -> None:
        known = self._guess[1] if self._guess is not None and self._guess[0] == ended.last_pause else None
        if known is None:
            self._forget_guess()
        self._unfollow()
        self._guess = None
        whole = self._tasks.create_task(self._whole(ended.sound, known))
        self._unheard.add(whole)
        self._ended.put_nowait((ended, whole))

    def _judge(self, index: int, done: asyncio.Task[Heard]) -> None:
        """Tell the ear how finished the words of a pause are."""
        if done.cancelled() or done.exception() is not None:
            return
        heard = done.result()
        if isinstance(heard, Hearing):
            self.ear.partial(index, turns.finished(heard.text, self._expected), is_nod(heard))
            if self._guess is not None and self._guess[0] == index and heard.readings:
                self._tell(Guessed(heard))

    async def run(self) -> None:
        """Deliver utterances in the order in which they were said."""
        while True:
            ended, whole = await self._ended.get()
            heard = await whole
            self._unheard.discard(whole)
            self._tell(self._told(heard, ended))
            self._ended.task_done()

    def _told(self, heard: Heard, ended: UtteranceEnded) -> Told:
        span = (ended.start_seconds, ended.end_seconds)
        if isinstance(heard, EngineError):
            if self._expected.ask is Ask.RECORD:
                return Utterance(Hearing(()), span, nod=False)  # its sound is what counts
            return Deaf(str(heard))
        if not heard.readings and span[1] - span[0] < NOISE_SECONDS:
            return Nothing()
        manner = manner_of(heard, ended) if self.manner else None
        return Utterance(within_the_call(heard, ended.sound_seconds), span, is_nod(heard), manner)

    async def finish(self) -> None:
        """The line is gone: what was being said has ended. Returns when all was told, or `LAST_SECONDS` later."""
        silence = bytes(frame_bytes(self._band_hz))
        for _ in range(int((RECORDING.unfinished + 1.0) / FRAME_SECONDS)):
            if not self.speaking:
                break
            self.hear(silence)
            await asyncio.sleep(0)  # other calls' sound goes on
        try:
            async with asyncio.timeout(LAST_SECONDS):
                await self._ended.join()
        except TimeoutError:
            pass  # the recording has them

    def stop(self) -> None:
        """Give up whatever is still being transcribed."""
        self._unfollow()
        self._forget_guess()
        for whole in self._unheard:
            whole.cancel()

    async def _whole(self, sound: Sound, guess: asyncio.Task[Heard] | None) -> Heard:
        """An utterance's words: the guess made at its last pause, where there is one that did not fail."""
        try:
            async with asyncio.timeout(SLOW_SECONDS):
                heard = await guess if guess is not None else None
                if isinstance(heard, Hearing):
                    return heard
                return await self._transcribe(sound, self._recognizer.transcribe)
        except TimeoutError:
            return EngineError(f"an utterance took more than {SLOW_SECONDS:g} seconds: give the engines more cores")

    async def _transcribe(self, sound: Sound, transcribe: Transcribe) -> Heard:
        expected, grammars = self._expected, self._grammars
        try:
            return hearing_of(await transcribe(sound, band_hz(sound, self._band_hz), grammars), expected)
        except EngineError as error:
            return error


def within_the_call(heard: Hearing, seconds: float) -> Hearing:
    """The same, its words' times counted from the call's beginning; `seconds`: where the utterance's sound began."""

    def moved(word: Word) -> Word:
        begins, ends = word.start_seconds + seconds, word.end_seconds + seconds
        return replace(word, start_seconds=round(begins, 2), end_seconds=round(ends, 2)) if word.end_seconds else word

    return Hearing(tuple(replace(each, words=tuple(map(moved, each.words))) for each in heard.readings))


def manner_of(heard: Hearing, ended: UtteranceEnded) -> Manner:
    """How it was said; the pace by the first reading that has a pronunciation."""
    kana = next((reading.kana for reading in heard.readings if reading.kana), "")
    return measure(ended.sound, ended.gain, len(morae(kana)), ended.speech_seconds)


def is_nod(heard: Hearing) -> bool:
    """Does any ear find no more than a nod in it? Then it is none of the caller's wishes to stop us."""
    return not heard.readings or any(turns.backchannel(reading.text) for reading in heard.readings)


def hearing_of(transcripts: Sequence[Transcript], expected: Expected) -> Hearing:
    """The readings that may be relied on, most trusted first.

    Free speech trusts dictation first; an answer in a known form trusts the grammar that it fits.
    """
    fitting = [each for each in transcripts if each.text and each.covered] or _at_least(transcripts, expected)
    free_first = expected.ask in FREE
    ordered = sorted(fitting, key=lambda each: (each.grammar == DICTATION.name) is not free_first)
    return Hearing(tuple(_reading(each) for each in ordered))


def _at_least(transcripts: Sequence[Transcript], expected: Expected) -> list[Transcript]:
    """What of a name that is put right can be made out where nothing fits: better than to have it said once more."""
    known = expected.heard or expected.companies
    told = [each for each in transcripts if each.text and each.grammar != DICTATION.name] if known else []
    return [max(told, key=lambda each: each.confidence)] if told else []


def _reading(transcript: Transcript) -> Reading:
    words = tuple(
        Word(word.text, word.kana, word.label, word.confidence, word.start_seconds, word.end_seconds)
        for word in transcript.words
    )
    source = transcript.grammar.split("-")[0]
    return Reading(transcript.text, transcript.kana, source, transcript.confidence, words, transcript.alternatives)


def grammar(network: Network) -> Grammar:
    """The same in the recogniser's own types; `nlu` knows none of them."""
    return _made(_Named(network.name, network))


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    network: Network = field(compare=False)
    """Two networks of one name are the same; to compare them arc by arc would take longer than to use them."""


@lru_cache(maxsize=256)
def _made(named: _Named) -> Grammar:
    return Grammar(named.name, tuple(Arc(*arc) for arc in named.network.arcs), named.network.finals)
