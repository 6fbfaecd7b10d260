"""An operator at a console, as tests have one: real news and real sound, on the loop of the calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import soundfile

from bot.clock import Now
from bot.company.load import load_script
from bot.operators.console import Console, OperatorIdentity
from bot.operators.messages import Mode, News, Order, Rang, Said, Take, Taken
from bot.operators.switchboard import Switchboard
from tests.desk import Caller, Desk, Words, voice
from tests.dialogues import SCRIPTS
from voice.audio import Sound
from voice.engines import Grammar, Transcript
from voice.engines.dictation import dictated
from voice.engines.openjtalk import OpenJTalk
from voice.lines.loopback import Answer
from voice.record import Side
from voice.resample import convert

MINATO = load_script(SCRIPTS / "minato")
SATO = OperatorIdentity("sato", "佐藤")
SUZUKI = OperatorIdentity("suzuki", "鈴木", frozenset({"minato"}))

FRAME = 640
OPERATOR_HZ = 16_000

T = TypeVar("T")
Samples = npt.NDArray[np.float64]


@cache
def speech(text: str) -> bytes:
    """Real speech at 16 kHz, as a browser sends it."""
    return convert(OpenJTalk().speak(text), OPERATOR_HZ).pcm


@dataclass
class BothEars:
    """A recogniser: hears the caller as `Words` does, and whoever speaks into a console by what is set here."""

    callers: Words
    operator: str = ""

    async def transcribe(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        if band_hz == OPERATOR_HZ:
            return tuple(
                Transcript(each.name, self.operator if dictated(each) else "", "", 0.9, dictated(each))
                for each in grammars
            )
        return await self.callers.transcribe(sound, band_hz, grammars)

    async def guess(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        return await self.transcribe(sound, band_hz, grammars)

    async def follow(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        return await self.callers.follow(sound, band_hz, grammars)


def with_both_ears(desk: Desk) -> BothEars:
    """From now on the desk's calls are heard so."""
    ears = BothEars(desk.ear)
    desk.house = replace(desk.house, recognizer=ears)
    return ears


@dataclass
class AtConsole:
    """One operator; fetches all that comes."""

    console: Console
    now: Now
    ears: BothEars
    news: list[tuple[float, News]] = field(default_factory=list)
    sound: list[tuple[float, bytes]] = field(default_factory=list)
    """When each piece was fetched, and it."""
    over: bool = False

    async def fetch(self) -> None:
        while (came := await self.console.receive()) is not None:
            if isinstance(came, bytes):
                self.sound.append((self.now(), came))
            else:
                self.news.append((self.now(), came))
        self.over = True

    def all(self, kind: type[T]) -> list[T]:
        """The news of one kind so far."""
        return [each for _, each in self.news if isinstance(each, kind)]

    def when(self, kind: type[News]) -> float:
        """When the last of that kind came."""
        return [at for at, each in self.news if isinstance(each, kind)][-1]

    async def told(self, kind: type[T], count: int = 1, seconds: float = 100.0) -> T:
        """Wait for the `count`th news of that kind."""
        until = self.now() + seconds
        while len(self.all(kind)) < count:
            assert self.now() < until, f"no {kind.__name__} came: {[type(each).__name__ for _, each in self.news]}"
            await asyncio.sleep(0.02)
        return self.all(kind)[count - 1]

    def order(self, order: Order) -> None:
        self.console.order(order)

    async def takes(self, mode: Mode) -> str:
        """Wait until a call rings, and take it; its id."""
        rang = await self.told(Rang)
        self.order(Take(rang.call_id, mode))
        await self.told(Taken)
        return rang.call_id

    async def speak(self, text: str) -> tuple[float, float]:
        """Say something, in real time; from when to when."""
        self.ears.operator, began = text, self.now()
        pcm = speech(text) + bytes(OPERATOR_HZ * 2)  # a second of silence: the end of an utterance
        for start in range(0, len(pcm) - FRAME, FRAME):
            self.console.voice(pcm[start : start + FRAME])
            await asyncio.sleep(0.02)
        return began, self.now() - 1.0

    @property
    def heard(self) -> Samples:
        """All that was heard at the console, in one piece."""
        return np.frombuffer(b"".join(pcm for _, pcm in self.sound), "<i2").astype(np.float64)

    def lines(self) -> list[tuple[str, str]]:
        """The whole lines of the transcript, in the order in which they came."""
        return [(each.who, each.text) for each in self.all(Said) if not each.partial]


@asynccontextmanager
async def at_console(
    switchboard: Switchboard, who: OperatorIdentity, now: Now, ears: BothEars
) -> AsyncIterator[AtConsole]:
    """Joined, and fetching, until this is left."""
    console = switchboard.join(who)
    at = AtConsole(console, now, ears)
    fetching = asyncio.create_task(at.fetch())
    try:
        yield at
    finally:
        console.leave()
        await fetching


def likeness(heard: Samples, said: Samples) -> float:
    """The highest correlation of what was said with any stretch of what was heard, 0 to 1."""
    if len(heard) < len(said):
        heard = np.pad(heard, (0, len(said) - len(heard)))
    size = 1 << int(np.ceil(np.log2(len(heard) + len(said))))
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size)), size)[: len(heard)]
    powers = np.concatenate(([0.0], np.cumsum(heard**2)))
    ends = np.minimum(np.arange(len(heard)) + len(said), len(heard))
    power = np.sqrt(np.maximum(powers[ends] - powers[: len(heard)], 1.0) * np.sum(said**2))
    return float(np.max(product / power))


Part = Callable[[AtConsole, Caller], Awaitable[None]]
"""What an operator does in a call."""

A_PERSON = "人に代わってもらえますか"


async def a_call(desk: Desk, part: Part, begins: str = A_PERSON, answers: tuple[Answer, ...] = ()) -> str:
    """One call with minato, at first with the receptionist; then 鈴木, whose part it is, comes to a console, where 佐藤
    is already and does nothing. Its id."""
    ears = with_both_ears(desk)

    async def plays(caller: Caller) -> None:
        await caller.answer(begins)
        async with at_console(desk.house.switchboard, SUZUKI, desk.now, ears) as suzuki:
            await part(suzuki, caller)

    async with at_console(desk.house.switchboard, SATO, desk.now, ears):
        call_id, _ = await desk.call(plays, called="minato", answers=answers)
    return call_id


def channel(desk: Desk, call_id: str, side: Side) -> Samples:
    """One side of the recording, at 16 kHz."""
    frames, rate = soundfile.read(desk.record(call_id).recording, dtype="int16")
    return at_16k(convert(Sound(frames[:, side].tobytes(), rate), OPERATOR_HZ).pcm)


def at_16k(pcm: bytes) -> Samples:
    return np.frombuffer(pcm, "<i2").astype(np.float64)


def callers(text: str) -> Samples:
    """What the caller says, at 16 kHz."""
    return at_16k(convert(Sound(voice(text), 8000), OPERATOR_HZ).pcm)
