"""One rehearsed call: the caller listens, reads the receptionist's words, takes its turns, and times the answers.

Rule: sound decides when, words decide what. The caller sends a frame every 20 ms from the first to the last moment, by
absolute deadlines of the loop's own clock, which may be virtual. An answer is timed from the moment at which the frame
with the true last sound was sent to the first audible sample of the reply at the caller's side. A reply that begins
before that moment, in a pause from which the caller meant to go on, is a false cut-off and has no latency.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Protocol

import numpy as np

from bot.rehearsal.caller import Memory, Reply, answer
from bot.rehearsal.far import Far
from bot.rehearsal.hearing import RATE_HZ, Hearing, seconds_of
from bot.rehearsal.plan import Plan
from bot.rehearsal.voice import Clip, Voiced
from bot.reporting.account import Words
from voice.audio import FRAME_SECONDS
from voice.lines import LineError
from voice.record import Recorder, Side

FRAME_SAMPLES = int(RATE_HZ * FRAME_SECONDS)
REACTION_SECONDS = (0.3, 0.6)
"""Between the end of her words and ours: gaps in telephone talk are mostly of this size."""
READ_SECONDS = 0.15
"""Between looks at the journal."""
CEILING_SECONDS = 240.0
"""The caller gives up: no rehearsed call is half as long."""
DEAD_SECONDS = 40.0
"""Nothing was heard for so long: longer than an extension rings; whoever was put through talks no longer than that."""
ONSET_SECONDS = 0.1
"""Of silence before a sound that begins something: longer than a consonant's closure."""
NOTE_SECONDS = 0.5
"""How much later than their first sound her words may be read: the journal is written and looked at by turns."""
HANG_UP_SECONDS = 0.4
"""After the last word."""
KEY_SECONDS = 0.25
"""Between push buttons."""

ReadWords = Callable[[int], Awaitable[Sequence[Words]]]
"""n → what was said after number n of the journal."""


@dataclass(frozen=True, slots=True)
class Spoke:
    """Something was said, for those who watch."""

    who: str
    """"receptionist" or "caller"."""
    text: str
    latency_ms: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the caller's."""

    at: float
    """Seconds since the call began."""
    heard: str
    """The receptionist's words it answers."""
    kind: str
    """What the caller took them for."""
    key: str
    said: str
    """"" = stayed silent."""
    latency_ms: float | None = None
    """Until the reply; None where there was none, or it cut in."""
    cut_off: bool = False
    """The receptionist spoke in a pause from which the caller meant to go on."""
    interrupted: bool = False
    """The caller spoke into her words."""
    stopped_ms: float | None = None
    """Of an interruption: until she fell silent."""


@dataclass(frozen=True, slots=True)
class Played:
    """A call that is over."""

    turns: tuple[Turn, ...]
    words: tuple[str, ...]
    """The receptionist's, as the journal has them."""
    seconds: float
    ended: str
    """"caller", "receptionist", "gave up"."""
    recording: Path


@dataclass(slots=True)
class _Saying:
    """What the caller is saying."""

    clip: Clip
    began: float
    nod: bool = False
    """はい over her words: no turn."""
    place: int = 0
    """Samples sent."""


class Mind(Protocol):
    """Decides what a caller says."""

    def answer(self, words: str) -> tuple[Reply, Clip | None]:
        """What the caller does once the receptionist has said these words, and how that sounds."""
        ...


class Planned:
    """The mind of a caller that keeps to its plan."""

    def __init__(self, plan: Plan, voiced: Voiced) -> None:
        self._plan = plan
        self._voiced = voiced
        self._memory = Memory()

    def answer(self, words: str) -> tuple[Reply, Clip | None]:
        """By the plan's facts, wishes and manners; the lines were made before the call."""
        self._memory, reply = answer(self._plan, self._memory, words)
        clips = self._voiced.mumbled if reply.mumbled and self._voiced.mumbled else self._voiced.clips
        return reply, clips.get(reply.key)


class Player:
    """One call of one caller."""

    def __init__(
        self,
        plan: Plan,
        voiced: Voiced,
        seed: int,
        recording: Path,
        tell: Callable[[Spoke], None],
        mind: Mind | None = None,
    ) -> None:
        """`mind`: None for that of the plan."""
        self._plan = plan
        self._mind = mind or Planned(plan, voiced)
        self._voiced = voiced
        self._chance = Random(f"{plan.name} {seed} manners")
        self._recorder = Recorder(recording, RATE_HZ)
        self._tell = tell
        self._hearing = Hearing()
        self._turns: list[Turn] = []
        self._words: list[Words] = []
        self._answered = -1
        """Number of the last words that were answered."""
        self._shown = -1
        self._saying: _Saying | None = None
        self._keys: deque[tuple[float, str]] = deque()
        self._last_sound: float | None = None
        """When our last sound was sent, while its answer is awaited."""
        self._onsets: list[float] = []
        """When she began to sound after a silence, since our turn began."""
        self._noted = 0.0
        """When her latest words were read."""
        self._latency: float | None = None
        self._began = 0.0
        self._stretch = 0
        self._reaction, self._aside = 0.4, 0.0
        self._asided = False
        self._hang_up_at: float | None = None
        self._ended = ""
        self._lost: LineError | None = None

    async def play(self, far: Far, read: ReadWords) -> Played:
        """From the first ring to the end of the line. Raises LineError where the words cannot be read any more."""
        loop = asyncio.get_running_loop()
        self._began = loop.time()
        self._settle()
        try:
            async with asyncio.TaskGroup() as tasks:
                around = [tasks.create_task(self._hear(far)), tasks.create_task(self._read(read))]
                await self._send(far)
                for task in around:
                    task.cancel()
        finally:
            path = self._recorder.close()
        if self._lost is not None:
            raise self._lost
        for words in await read(self._words[-1].n if self._words else -1):
            self._note(words)
        said = tuple(words.text for words in self._words)
        return Played(tuple(self._turns), said, loop.time() - self._began, self._ended, path)

    async def _hear(self, far: Far) -> None:
        loop = asyncio.get_running_loop()
        while (frame := await far.receive()) is not None:
            now = loop.time()
            self._recorder.write(Side.OURS, frame, now - self._began)
            before = self._hearing.last
            first = self._hearing.push(frame, now)
            if first is not None and (before is None or first - before > ONSET_SECONDS):
                self._onsets.append(first)
                self._time_answer()
        self._ended = self._ended or "receptionist"

    def _time_answer(self) -> None:
        """Once she sounds and her new words are known: how long the answer took. A breath in her old words is none."""
        if self._last_sound is None or not self._unanswered():
            return
        earliest = max(self._last_sound, self._noted - NOTE_SECONDS)
        first = next((onset for onset in self._onsets if onset >= earliest), None)
        if first is not None:
            self._latency = (first - self._last_sound) * 1000
            self._turns[-1] = replace(self._turns[-1], latency_ms=self._latency)
            self._last_sound = None

    async def _read(self, read: ReadWords) -> None:
        while True:
            try:
                for words in await read(self._words[-1].n if self._words else -1):
                    self._note(words)
            except LineError as error:
                self._lost, self._ended = error, "lost"
                return
            await asyncio.sleep(READ_SECONDS)

    def _note(self, words: Words) -> None:
        if words.who == "receptionist":
            self._words.append(words)
            self._noted = asyncio.get_running_loop().time()
            self._time_answer()

    async def _send(self, far: Far) -> None:
        """A frame every 20 ms; in between, what to do next."""
        loop = asyncio.get_running_loop()
        count = 0
        while not self._ended:
            count += 1
            await asyncio.sleep(max(0.0, self._began + count * FRAME_SECONDS - loop.time()))
            now = loop.time()
            frame = self._frame(now)
            far.send(frame)
            self._recorder.write(Side.CALLER, frame)
            self._decide(far, now)

    def _frame(self, now: float) -> bytes:
        saying, voice = self._saying, np.zeros(0, np.int16)
        if saying is not None:
            voice = saying.clip.samples[saying.place : saying.place + FRAME_SAMPLES]
            before = saying.place / RATE_HZ
            saying.place += FRAME_SAMPLES
            if before < saying.clip.last_sound <= saying.place / RATE_HZ and not saying.nod:
                self._finish_turn(now)
            if saying.place >= len(saying.clip.samples):
                self._saying = None
        return self._voiced.channel.frame(voice, FRAME_SAMPLES)

    def _finish_turn(self, now: float) -> None:
        """Our last sound is out."""
        turn, saying = self._turns[-1], self._saying
        began = saying.began if saying is not None else now
        cut_in = bool(self._unanswered()) and any(began < onset < now for onset in self._onsets)
        if turn.interrupted and self._hearing.last is not None:
            turn = replace(turn, stopped_ms=max(0.0, self._hearing.last - began) * 1000)
        self._turns[-1] = replace(turn, cut_off=cut_in and not turn.interrupted)
        self._last_sound = None if cut_in else now

    def _decide(self, far: Far, now: float) -> None:
        self._show(now)
        if self._keys and now >= self._keys[0][0]:
            far.press(self._keys.popleft()[1])
        quiet_since = max(self._hearing.last or self._began, self._turns[-1].at + self._began if self._turns else 0.0)
        if self._hang_up_at is not None and now >= self._hang_up_at:
            self._end(far, "caller")
        elif now - self._began > CEILING_SECONDS:
            self._end(far, "gave up")
        elif self._saying is None and now - quiet_since > DEAD_SECONDS:
            self._end(far, "caller")
        elif self._saying is None and not self._keys and self._hang_up_at is None:
            self._maybe_speak(now)

    def _maybe_speak(self, now: float) -> None:
        words = self._unanswered()
        if not words:
            return
        hearing = self._hearing
        if hearing.finished(words, self._reaction, now):
            self._take_turn(words, now, interrupts=False)
        elif not self._asided and hearing.sounding(now) and hearing.first is not None:
            long_enough = seconds_of(words) > self._aside + 1.0
            if long_enough and now - hearing.first >= self._aside:
                self._asided = True
                self._speak_over(words, now)

    def _speak_over(self, words: str, now: float) -> None:
        """Into her words: an interruption every other time, or a nod, as the manners have it."""
        manners = self._plan.written.manners
        if manners.interrupts and self._stretch % 2 == 1:
            self._take_turn(words, now, interrupts=True)
        elif manners.backchannels:
            self._saying = _Saying(self._voiced.clips["nod"], now, nod=True)

    def _unanswered(self) -> str:
        """Her latest words, where they came after those that were answered."""
        last = self._words[-1] if self._words else None
        return last.text if last is not None and last.n > self._answered else ""

    def _take_turn(self, words: str, now: float, interrupts: bool) -> None:
        self._answered = self._words[-1].n
        reply, clip = self._mind.answer(words)
        said = clip.text if clip else f"[{reply.press}]" if reply.press else ""
        self._turns.append(Turn(now - self._began, words, reply.kind, reply.key, said, interrupted=interrupts))
        note = "遮って" if interrupts else "もごもごと" if reply.mumbled else "" if said else "黙っている"
        self._tell(Spoke("caller", said, None, note))
        self._settle()
        self._last_sound = None
        self._keys.extend((now + KEY_SECONDS * (1 + place), key) for place, key in enumerate(reply.press))
        if clip is not None:
            self._saying = _Saying(clip, now)
        if reply.over:
            self._hang_up_at = now + (len(clip.samples) / RATE_HZ if clip else 0.0) + HANG_UP_SECONDS
        self._stretch += 1

    def _settle(self) -> None:
        """Her words are answered: what comes now is new, and meets another temper of ours."""
        self._hearing.settle()
        self._onsets.clear()
        self._reaction = self._chance.uniform(*REACTION_SECONDS)
        self._aside, self._asided = self._chance.uniform(0.9, 1.8), False

    def _show(self, now: float) -> None:
        if self._hearing.first is None or not self._words or self._words[-1].n <= self._shown:
            return
        for words in self._words:
            if words.n > self._shown:
                self._tell(Spoke("receptionist", words.text, self._latency))
                self._latency, self._shown = None, words.n

    def _end(self, far: Far, why: str) -> None:
        self._ended = self._ended or why
        far.hang_up()
