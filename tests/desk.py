"""A receptionist's desk on virtual time: real calls over the loopback line, with engines that do as they are told.

The caller's voice is real speech, so that the ear has to find it; what the recogniser makes of it is what the caller
meant to say. The receptionist speaks in tones whose length is known.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bot.call import run_call
from bot.clock import Now, run_virtual
from bot.company.script import Script
from bot.dialogue.actions import Action
from bot.dialogue.events import Event
from bot.dialogue.step import step
from bot.house import House
from bot.journal import Entry, Journal, from_row
from bot.recovery import Closing
from bot.rehearsal.far import Far
from bot.reporting.mail import FileSender
from bot.reporting.outbox import Outbox
from bot.store import Call, Store, find_call, open_store, read_rows
from tests.dialogues import QUIET, SMILE, TUESDAY_AFTERNOON
from voice.audio import Sound
from voice.engines import EngineError, Grammar, Transcript, nothing
from voice.engines.dictation import dictated
from voice.engines.openjtalk import OpenJTalk
from voice.lines import Line, Ring
from voice.lines.loopback import Answer, LoopbackLine, loopback
from voice.resample import convert

FRAME = 160
LOUD = 300
"""Of a sample; the line's own noise stays far below."""
SECONDS_A_LETTER = 0.05

speaking: ContextVar[Caller] = ContextVar("speaker")


class Tones:
    """A synthesiser: a tone as long as the text."""

    def __init__(self, broken: bool = False, slow_seconds: float = 0.0) -> None:
        self.broken = broken
        self.slow_seconds = slow_seconds
        self.spoken: list[str] = []
        """What was asked for, in order."""

    async def speak(self, text: str, pace: float = 1.0) -> Sound:
        self.spoken.append(text)
        await asyncio.sleep(self.slow_seconds)
        if self.broken:
            raise EngineError(f"「{text}」 cannot be said")
        times = np.arange(int(16_000 * SECONDS_A_LETTER * len(text) / pace)) / 16_000
        return Sound((4000 * np.sin(2 * np.pi * 440 * times)).astype("<i2").tobytes(), 16_000)


class Words:
    """A recogniser: hears what the caller of the same call is saying; "" is noise."""

    def __init__(self) -> None:
        self.fail_guesses = self.fail_all = False
        self.bug: Exception | None = None
        self.slow_seconds = 0.0

    async def transcribe(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        words = speaking.get().saying
        if self.slow_seconds:
            await asyncio.sleep(self.slow_seconds)
        if self.bug:
            raise self.bug
        if self.fail_all:
            raise EngineError("the ear is out of order")
        return tuple(
            Transcript(each.name, words if dictated(each) else "", "", 0.9, dictated(each)) for each in grammars
        )

    async def guess(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        if self.fail_guesses:
            raise EngineError("no time for guesses")
        return await self.transcribe(sound, band_hz, grammars)

    async def follow(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        return tuple(nothing(each.name) for each in grammars)


@dataclass
class Caller:
    """One caller at the far end."""

    far: Far
    now: Now
    ear: Words
    saying: str = ""
    """What the recogniser hears of the voice."""
    loud: list[float] = field(default_factory=list)
    """When each frame of the receptionist's that is no silence began to be heard, epoch seconds."""
    voiced: list[tuple[float, float]] = field(default_factory=list)
    """From when to when the caller spoke."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _frames: deque[bytes] = field(default_factory=deque)

    async def hear(self) -> None:
        while (frame := await self.far.receive()) is not None:
            if np.abs(np.frombuffer(frame, "<i2").astype(int)).max() > LOUD:
                self.loud.append(self.now())
        self.over.set()

    async def send(self) -> None:
        chance = np.random.default_rng(0)
        while not self.over.is_set():
            frame = self._frames.popleft() if self._frames else bytes(2 * FRAME)
            hum = np.rint(chance.normal(0, 10, FRAME)).astype("<i2")
            self.far.send((np.frombuffer(frame, "<i2") + hum).tobytes())
            await asyncio.sleep(0.02)

    async def say(self, words: str, sound: str = "") -> None:
        """Speak, until the last sound; `sound`: what is spoken, where the recogniser shall hear something else."""
        self.saying = words
        began = self.now()
        await self.sound(voice(sound or words))
        self.voiced.append((began, self.now()))

    async def sound(self, pcm: bytes) -> None:
        """Have this heard, to its end: a machine's tones."""
        self._frames.extend(pcm[at : at + 2 * FRAME].ljust(2 * FRAME, b"\0") for at in range(0, len(pcm), 2 * FRAME))
        while self._frames and not self.over.is_set():
            await asyncio.sleep(0.02)

    async def answer(self, words: str) -> None:
        """Let the receptionist finish, and speak."""
        await self.hear_out()
        await self.say(words)

    async def hear_out(self, quiet_seconds: float = 0.5) -> None:
        """Until the receptionist has spoken and fallen silent (or the call is over)."""
        before = len(self.loud)
        while not self.over.is_set() and (len(self.loud) == before or self.now() - self.loud[-1] < quiet_seconds):
            await asyncio.sleep(0.02)

    async def begun(self) -> None:
        """Until the receptionist speaks."""
        before = len(self.loud)
        while not self.over.is_set() and len(self.loud) == before:
            await asyncio.sleep(0.02)


@cache
def voice(text: str) -> bytes:
    """Real speech at 8 kHz."""
    return convert(OpenJTalk().speak(text), 8000).pcm


Part = Callable[[Caller], Awaitable[None]]
"""What a caller does, to the end."""


@dataclass
class Desk:
    """Everything that calls share, in a folder."""

    folder: Path
    store: Store
    house: House
    now: Now
    ear: Words
    mouth: Tones

    async def call(
        self,
        part: Part,
        called: str = SMILE.key,
        answers: Sequence[Answer] = (),
        through: Callable[[LoopbackLine], Line] = lambda line: line,
        ring: Ring | None = None,
        full: bool = False,
    ) -> tuple[str, Caller]:
        """One call to its end: its id, and what its caller met with. `through`: what stands between line and desk."""
        ring = ring or Ring(called, "", "loopback", f"line-{called}-{self.now()}", 8000)
        line, far = loopback(ring, answers=answers)
        caller = Caller(far, self.now, self.ear)
        speaking.set(caller)
        async with on_the_telephone(caller, part):
            call_id = await run_call(through(line), self.house, full)
        return call_id, caller

    def entries(self, call_id: str) -> list[Entry]:
        with self.store.read() as connection:
            return [from_row(row) for row in read_rows(connection, call_id)]

    def journal(self, call_id: str) -> list[Event | Action]:
        return [entry.what for entry in self.entries(call_id)]

    def record(self, call_id: str) -> Call:
        """What the store keeps of a call beside its journal."""
        with self.store.read() as connection:
            call = find_call(connection, call_id)
        assert call is not None
        return call

    async def letters(self) -> list[Path]:
        """The reports, delivered now."""
        await self.house.outbox.deliver()
        return sorted((self.folder / "mail").glob("*.eml"))


@asynccontextmanager
async def on_the_telephone(caller: Caller, part: Part) -> AsyncIterator[asyncio.Task[None]]:
    """The caller hears, is heard, and plays the part, until this is left."""
    playing = asyncio.create_task(_play(part, caller))
    aside = {playing, asyncio.create_task(caller.hear()), asyncio.create_task(caller.send())}
    try:
        yield playing
    finally:
        caller.over.set()
        for task in aside:
            task.cancel()
        await asyncio.wait(aside)
    if not playing.cancelled():
        playing.result()


async def _play(part: Part, caller: Caller) -> None:
    await part(caller)


T = TypeVar("T")
WISH = "スマイル企画の江川と申しますが図面の件で石田さんいらっしゃいますか。"
"""Somebody who is out on Tuesdays."""


def of(kind: type[T], journal: list[Event | Action]) -> list[T]:
    return [what for what in journal if isinstance(what, kind)]


async def silent(caller: Caller) -> None:
    await caller.over.wait()


async def leaves_a_message(caller: Caller) -> None:
    await caller.answer(WISH)
    for words in ("そうです。", "お願いします。", "0312345678です。", "合っています。", "見積もりの件です。"):
        await caller.answer(words)
    await caller.hear_out()
    caller.far.hang_up()


async def gives_a_name(caller: Caller) -> None:
    await caller.answer(WISH)
    await caller.hear_out()
    caller.far.hang_up()


async def at_once(function: Callable[..., Any], /, *arguments: Any) -> Any:
    return function(*arguments)


def at_the_desk(folder: Path, test: Callable[[Desk], Awaitable[None]], *scripts: Script) -> None:
    """Run `test` on virtual time that begins on a Tuesday afternoon in opening hours."""

    async def main(now: Now) -> None:
        ear, mouth = Words(), Tones()
        store = open_store(folder / "desk.db")
        journal = Journal(store, own_thread=False)
        outbox = Outbox(store, FileSender(folder / "mail", at_once), "denwaban@localhost", now, at_once)
        companies = {script.key: script for script in scripts or (SMILE, QUIET)}
        closing = Closing(store, step)
        house = House(companies, ear, mouth, journal, closing, outbox, now, at_once, folder / "recordings")
        try:
            await test(Desk(folder, store, house, now, ear, mouth))
        finally:
            store.close()

    run_virtual(main, TUESDAY_AFTERNOON)
