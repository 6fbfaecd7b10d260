"""One ring, live: whoever has answered a number of the urgent route is listened to, spoken with, and left.

Rule: nothing is said before a person may be there, and all that happens comes through one queue; a key counts at any
moment, words only once ours were heard. However it ends, what came of it is a `talk.Outcome`. Leaves out: which number
is rung and when (`ringer`), and what is said (`talk`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.company.script import Script
from bot.dialogue.state import State
from bot.lines.answered import Answered, Ears
from bot.lines.first_words import FirstWords
from bot.ringing import talk
from bot.ringing.essence import spoken
from bot.ringing.talk import Outcome, Said
from bot.speak import Dumb, Speaking, Voice
from nlu.replies.taking import takes
from nlu.vocabulary import Vocabulary
from voice.engines import Recognizer
from voice.lines import Audio, Closed, Incoming, Key, Line, Marked, ToneHeard
from voice.lines.inband import InBand
from voice.record import Side

PATIENCE_SECONDS = 7.0
"""After our words: time to take the telephone from the ear and press a key."""
MOMENT_SECONDS = 1.0
"""More, while something is being said or still written down."""
LONGEST_SECONDS = 300.0
"""Of the talk: all that can be asked and read again takes four minutes."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a ring needs beside its line."""

    recognizer: Recognizer
    voice: Voice
    words: Vocabulary
    script: Script
    state: State
    """To which the urgent call came."""
    take: Callable[[], Awaitable[bool]]
    """Writes down that the one who was rung sees to it; False: somebody else does already."""


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody is there, or may be."""


@dataclass(frozen=True, slots=True)
class _Nobody:
    """What answered is no person."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Were said after ours."""

    text: str


_Came = Incoming | Dumb | _Person | _Nobody | _Words


class Untaped:
    """What is said to our own people is not recorded."""

    def write(self, side: Side, pcm: bytes, at_seconds: float | None = None) -> None:
        pass


async def ring(line: Line, parts: Parts) -> Outcome:
    """From the moment at which it was answered to the end of the line."""
    async with asyncio.TaskGroup() as tasks:
        return await _Ring(InBand(line), parts, tasks).run()


class _Ring:
    def __init__(self, line: InBand, parts: Parts, tasks: asyncio.TaskGroup) -> None:
        self._line = line
        self._parts = parts
        self._tasks = tasks
        self._inbox: asyncio.Queue[_Came] = asyncio.Queue()
        tell, rate_hz = self._inbox.put_nowait, line.ring.rate_hz
        self._answered = Answered(Ears(parts.recognizer, parts.words, tasks), rate_hz, self._said)
        self._first: FirstWords | None = FirstWords(self._answered)
        """None: a person is there."""
        ear = self._answered.ear.ear
        self._speaking = Speaking(parts.voice, line, ear, Untaped(), tasks, tell)
        self._talk = talk.Talk()
        self._due: float | None = None
        """Loop time at which nobody has answered; None while we speak."""
        self._over: Outcome | None = None

    async def run(self) -> Outcome:
        serving = [self._tasks.create_task(self._receive()), self._tasks.create_task(self._speaking.run())]
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                while self._over is None:
                    await self._next()
        except TimeoutError:
            self._over = Outcome.UNANSWERED
        finally:
            self._speaking.end()
            self._answered.stop()
            for task in serving:
                task.cancel()
            self._line.hang_up()
        return self._over

    async def _receive(self) -> None:
        while not isinstance(came := await self._line.receive(), Closed):
            if isinstance(came, Audio):
                self._heard(came.pcm)
            else:
                self._inbox.put_nowait(came)
        self._inbox.put_nowait(came)

    def _heard(self, pcm: bytes) -> None:
        if self._first is None:
            why = self._answered.push(pcm)
        else:
            person, why = self._first.sounded(pcm), self._first.why
            if person:
                self._begin()
        if why:
            self._inbox.put_nowait(_Nobody())

    def _said(self, text: str, whole: bool) -> None:
        if self._first is not None:
            person = self._first.said(text, whole)
            if self._first.why:
                self._inbox.put_nowait(_Nobody())
            elif person:
                self._begin()
        elif whole and not (self._speaking.unsaid and not self._speaking.ending):
            self._inbox.put_nowait(_Words(text))

    def _begin(self) -> None:
        self._first = None
        self._inbox.put_nowait(_Person())

    async def _next(self) -> None:
        """Wait for the next thing, or until nobody has answered."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None if self._due is None else max(0.0, self._due - loop.time())):
                came = await self._inbox.get()
        except TimeoutError:
            if self._answered.ear.quiet:
                await self._say(talk.silent(self._talk))
            else:
                self._due = loop.time() + MOMENT_SECONDS
            return
        await self._take(came)

    async def _take(self, came: _Came) -> None:
        match came:
            case _Person():
                await self._say(talk.begin())
            case Key():
                self._first = None  # whoever presses one is there
                await self._say(talk.pressed(self._talk, came.digit))
            case _Words():
                await self._say(talk.answered(self._talk, takes(came.text)))
            case Marked() if self._speaking.marked(came.name):
                self._due = asyncio.get_running_loop().time() + PATIENCE_SECONDS
                self._over = self._talk.outcome
            case _Nobody() | ToneHeard():
                self._over = self._talk.outcome or Outcome.MACHINE
            case Closed():
                self._over = self._talk.outcome or Outcome.HUNG_UP
            case Dumb() if came.say == self._speaking.says:
                self._over = self._talk.outcome or Outcome.FAILED

    async def _say(self, said: Said) -> None:
        """Where the talk stands now; it is taken on before we say so."""
        before, (self._talk, parts) = self._talk.outcome, said
        if before is None and self._talk.outcome is Outcome.TAKEN and not await self._parts.take():
            self._talk, parts = talk.was_late(self._talk)
        if parts:
            self._due = None
            phrases = spoken(self._parts.script, self._parts.state, parts)
            self._speaking.say(phrases, protected=False, tone=False)
