"""From phrases to paced sound on the line: synthesis, the mouth, marks, and what was really heard.

Sound goes out a little ahead of time (`LEAD_SECONDS`), so that a busy moment of ours is not heard, and no
further, so that the caller's interruption stops it. Leaves out when to speak and what (`dialogue`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.dialogue.actions import Phrase
from voice.audio import FRAME_SECONDS, Sound
from voice.ear import Ear
from voice.engines import EngineError, Synthesizer
from voice.lines import Line, Marked
from voice.mouth import ClipCache, Mouth, beep
from voice.mouth import Phrase as Spoken
from voice.reading import read_aloud
from voice.record import Recorder, Side

LEAD_SECONDS = 0.1
"""How far ahead of time sound is sent: above the pauses of a busy loop, below what an interruption would notice."""

MARK_GRACE_SECONDS = 2.0
"""A line that has not answered a mark so long after its time has lost it: the words count as heard."""

SLOW_PACE = 0.85
NORMAL_PACE = 1.0
VOICE = "openjtalk"


@dataclass(frozen=True, slots=True)
class Dumb:
    """The synthesiser failed."""

    why: str


Tell = Callable[[Marked | Dumb], None]


class Speaking:
    """One call's mouth on its line."""

    def __init__(self, synthesizer: Synthesizer, clips: ClipCache, line: Line, ear: Ear, recorder: Recorder) -> None:
        self._synthesizer = synthesizer
        self._clips = clips
        self._line = line
        self._ear = ear
        self._recorder = recorder
        self._mouth = Mouth(line.ring.rate_hz)
        self._protected = False
        self._says = 0
        self._wake = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Words are on their way that the caller has not heard to their end."""
        return self._mouth.speaking

    def say(self, phrases: tuple[Phrase, ...], protected: bool, tone: bool, tell: Tell) -> None:
        """Speak instead of whatever is still being said; `tone`: a beep follows."""
        self.stop()
        self._says += 1
        self._protected = protected
        sounds = [Spoken(phrase.text, None) for phrase in phrases] + ([Spoken("", beep())] if tone else [])
        self._mouth.say(str(self._says), sounds)
        self._work = asyncio.create_task(self._render(str(self._says), phrases, tell))

    def stop(self) -> str:
        """Fall silent; what of the last words was really heard."""
        if self._work is not None:
            self._work.cancel()
        if not self._mouth.speaking:
            return ""
        heard = self._mouth.stop()
        self._line.clear()
        return heard

    async def _render(self, say: str, phrases: tuple[Phrase, ...], tell: Tell) -> None:
        try:
            for number, phrase in enumerate(phrases):
                self._mouth.supply(say, number, await self.clip(phrase))
                self._wake.set()
        except EngineError as error:
            self._mouth.stop()
            tell(Dumb(str(error)))

    async def clip(self, phrase: Phrase) -> Sound:
        """A phrase's sound, from the cache if it was said before. Raises EngineError."""
        text, pace = read_aloud(phrase.reading or phrase.text), SLOW_PACE if phrase.slow else NORMAL_PACE
        known = self._clips.get(text, pace, VOICE)
        if known is None:
            known = await self._synthesizer.speak(text, pace)
            self._clips.put(text, pace, VOICE, known)
        return known

    def marked(self, name: str) -> bool:
        """The line says that all before this mark was heard: was that the end of what we are saying?"""
        return self._mouth.marked(name) is not None

    async def run(self, tell: Tell) -> None:
        """Pace the frames out, for as long as the call lasts."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if self._mouth.silent:
                self._ear.playing(None)
                self._wake.clear()
                await self._wake.wait()
                due = max(due, loop.time())
                continue
            frame = self._mouth.frame()
            self._line.play(frame)
            self._ear.playing(frame, self._protected)
            self._recorder.write(Side.OURS, frame, self._ear.seconds)
            for name in self._mouth.marks():
                self._line.mark(name)
                loop.call_later(LEAD_SECONDS + MARK_GRACE_SECONDS, tell, Marked(name))
            due += FRAME_SECONDS
            if (wait := due - LEAD_SECONDS - loop.time()) > 0:
                await asyncio.sleep(wait)
