"""From phrases to paced sound on the line: synthesis, the mouth, marks, and what was really heard.

Sound goes out a little ahead of time (`LEAD_SECONDS`), so that a busy moment of ours is not heard, and no
further, so that the caller's interruption stops it. Where we have nothing to say, somebody else's sound may go out
instead (`Beside`). Leaves out when to speak and what (`dialogue`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.dialogue.actions import Phrase
from voice.audio import FRAME_SECONDS, Sound
from voice.ear import Ear
from voice.engines import EngineError, Synthesizer
from voice.lines import Line, Marked
from voice.mouth import ClipCache, Mouth, beep
from voice.mouth import Phrase as Spoken
from voice.reading import read_aloud
from voice.record import Side

LEAD_SECONDS = 0.1
"""How far ahead of time sound is sent: above the pauses of a busy loop, below what an interruption would notice."""

LIVE_LEAD_SECONDS = 0.02
"""The same for sound that is made by somebody who is waiting for an answer: one frame."""

BEHIND_SECONDS = 0.02
"""How much of such sound is made up for after a busy moment: one frame. A longer burst would lie in the telephone's own
buffer, and delay all that follows for the rest of the call (192 ms became 147 on a busy machine)."""

MARK_GRACE_SECONDS = 2.0
"""A line that has not answered a mark so long after its time has lost it: the words count as heard."""

SLOW_SECONDS = 8.0
"""A phrase that is not made by then counts as failed: a caller does not listen to silence any longer."""

ENDING_SECONDS = 0.4
"""The end of …でよろしいでしょうか: people answer over it; by now their はい is half a second old."""

SLOW_PACE = 0.85
NORMAL_PACE = 1.0
VOICE = "openjtalk"


@dataclass(frozen=True, slots=True)
class Dumb:
    """The synthesiser failed."""

    why: str
    say: int
    """Which of `Speaking.says` it was."""


Tell = Callable[[Marked | Dumb], None]


class Beside(Protocol):
    """Sound that goes out while we say nothing."""

    def frame(self) -> bytes | None:
        """The next 20 ms at the line's rate; None: there is nothing, until `Speaking.wake`."""
        ...

    def played(self, pcm: bytes) -> None:
        """What went out, ours or this."""
        ...


class Taping(Protocol):
    """Where what is said is recorded."""

    def write(self, side: Side, pcm: bytes, at_seconds: float | None = None) -> None: ...


class NothingBeside:
    """No sound beside ours."""

    def frame(self) -> bytes | None:
        return None

    def played(self, pcm: bytes) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Voice:
    """A synthesiser that remembers what it has said."""

    synthesizer: Synthesizer
    clips: ClipCache
    pace: float = NORMAL_PACE
    """The company's own: 0.8 slower, 1.2 faster."""

    async def clip(self, phrase: Phrase) -> Sound:
        """A phrase's sound, from the cache if it was made before. Raises EngineError."""
        text = read_aloud(phrase.reading or phrase.text)
        pace = round(self.pace * (SLOW_PACE if phrase.slow else NORMAL_PACE), 2)
        known = self.clips.get(text, pace, VOICE)
        if known is None:
            known = await self.synthesizer.speak(text, pace)
            self.clips.put(text, pace, VOICE, known)
        return known


class Speaking:
    """One call's mouth on its line."""

    def __init__(self, voice: Voice, line: Line, ear: Ear, tape: Taping, tasks: asyncio.TaskGroup, tell: Tell) -> None:
        self.beside: Beside = NothingBeside()
        self.says = 0
        """How many times we began to speak."""
        self._voice = voice
        self._line = line
        self._ear = ear
        self._tape = tape
        self._tasks = tasks
        self._tell = tell
        self._mouth = Mouth(line.ring.rate_hz)
        self._protected = False
        self._wake = asyncio.Event()
        self._rendering: asyncio.Task[None] | None = None
        self._graces: dict[str, asyncio.TimerHandle] = {}
        self._foreseen: tuple[Phrase, asyncio.Task[Sound | EngineError]] | None = None
        self._ahead: set[asyncio.Task[Sound | EngineError]] = set()

    @property
    def unsaid(self) -> bool:
        """Words are still to be given out; once all are, the caller can only have heard them."""
        return self._mouth.speaking and (self._mouth.starved or not self._mouth.silent)

    @property
    def ending(self) -> bool:
        """So little is still to be said that who answers now has understood."""
        return self._mouth.left_seconds <= ENDING_SECONDS

    def say(self, phrases: tuple[Phrase, ...], protected: bool, tone: bool) -> None:
        """Speak instead of whatever is still being said; `tone`: a beep follows."""
        self.stop()
        self.says += 1
        self._protected = protected
        sounds = [Spoken(phrase.text, None) for phrase in phrases] + ([Spoken("", beep())] if tone else [])
        self._mouth.say(str(self.says), sounds)
        self._rendering = self._tasks.create_task(self._render(self.says, phrases))

    def foresee(self, phrase: Phrase) -> None:
        """Begin to make what will be said next if nothing more comes; whether it is said is not decided here."""
        if self._foreseen is None or self._foreseen[0] != phrase:
            ahead = self._tasks.create_task(self._made(phrase))
            self._ahead.add(ahead)
            ahead.add_done_callback(self._ahead.discard)
            self._foreseen = (phrase, ahead)

    def end(self) -> None:
        """The call is over."""
        self.stop()
        for ahead in tuple(self._ahead):
            ahead.cancel()

    def interrupt(self) -> str | None:
        """Fall silent for the caller; what of our words was heard, None where there is nothing that may be stopped."""
        return None if self._protected or not self.unsaid else self.stop()

    def stop(self) -> str:
        """Fall silent; what of the last words was really heard."""
        if self._rendering is not None:
            self._rendering.cancel()
        for grace in self._graces.values():
            grace.cancel()
        self._graces.clear()
        if not self._mouth.speaking:
            return ""
        heard = self._mouth.stop()
        self._line.clear()
        return heard

    async def _render(self, say: int, phrases: tuple[Phrase, ...]) -> None:
        try:
            for number, phrase in enumerate(phrases):
                async with asyncio.timeout(SLOW_SECONDS):
                    sound = await self._clip(phrase)
                self._mouth.supply(str(say), number, sound)
                self._wake.set()
        except (EngineError, TimeoutError) as error:
            self._mouth.stop()
            self._tell(Dumb(str(error) or f"a phrase took more than {SLOW_SECONDS:g} seconds to make", say))

    async def _clip(self, phrase: Phrase) -> Sound:
        """Raises EngineError."""
        if self._foreseen is not None and self._foreseen[0] == phrase:
            made = await asyncio.shield(self._foreseen[1])
            if isinstance(made, Sound):
                return made
        return await self._voice.clip(phrase)

    async def _made(self, phrase: Phrase) -> Sound | EngineError:
        """A failure is a value here: nobody has asked for it yet."""
        try:
            return await self._voice.clip(phrase)
        except EngineError as error:
            return error

    def marked(self, name: str) -> bool:
        """The line says that all before this mark was heard: was that the end of what we are saying?"""
        if grace := self._graces.pop(name, None):
            grace.cancel()
        return self._mouth.marked(name) is not None

    def wake(self) -> None:
        """There may be something to play."""
        self._wake.set()

    async def run(self) -> None:
        """Pace the frames out, for as long as the call lasts."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            words = not self._mouth.silent
            frame = self._mouth.frame() if words else self.beside.frame()
            if frame is None:
                self._ear.playing(None)
                self._wake.clear()
                await self._wake.wait()
                due = max(due, loop.time())
                continue
            self._play(loop, frame, self._protected if words else True)
            due = (due if words else max(due, loop.time() - BEHIND_SECONDS)) + FRAME_SECONDS
            if (wait := due - (LEAD_SECONDS if words else LIVE_LEAD_SECONDS) - loop.time()) > 0:
                await asyncio.sleep(wait)

    def _play(self, loop: asyncio.AbstractEventLoop, frame: bytes, protected: bool) -> None:
        self._line.play(frame)
        self.beside.played(frame)
        self._ear.playing(frame, protected)
        self._tape.write(Side.OURS, frame, self._ear.seconds)
        for name in self._mouth.marks():
            self._line.mark(name)
            self._graces[name] = loop.call_later(LEAD_SECONDS + MARK_GRACE_SECONDS, self._tell, Marked(name))
