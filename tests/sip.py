"""What tests of the SIP line share: an account that is up, the calls that ring in it, and what a call has told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from bot.company.load import vocabulary
from bot.lines.answered import Ears
from bot.lines.put_through import PutThrough
from bot.rehearsal.fast import REAL
from tests.baresip import PATIENCE_SECONDS, free_ports
from tests.dialogues import SMILE
from voice.lines import Audio, Closed, Incoming, Line, SecondNews, TransferEnded
from voice.lines.sip.account import Account
from voice.lines.sip.line import Rung, SipLine
from voice.lines.sip.trunk import Trunk

T = TypeVar("T")


def tone(hertz: float, seconds: float, rate_hz: int = 8000) -> npt.NDArray[np.int16]:
    made: npt.NDArray[np.int16] = (
        6000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate_hz)) / rate_hz)
    ).astype("<i2")
    return made


def share(samples: npt.NDArray[np.int16], hertz: float, rate_hz: int = 8000) -> float:
    """How much of the sound's energy lies at that frequency."""
    if not len(samples):
        return 0.0
    power = np.abs(np.fft.rfft(samples.astype(np.float64))) ** 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / rate_hz) - hertz) < 15
    return float(power[near].sum() / max(power[1:].sum(), 1.0))


def loud(samples: npt.NDArray[np.int16], rate_hz: int = 8000) -> npt.NDArray[np.int16]:
    """What is not silence, in frames of 20 ms."""
    frames = samples[: len(samples) // (rate_hz // 50) * (rate_hz // 50)].reshape(-1, rate_hz // 50)
    kept: npt.NDArray[np.int16] = frames[np.abs(frames).max(axis=1) > 500].reshape(-1)
    return kept


@dataclass
class Listener:
    """All that a line has told."""

    line: Line
    told: list[Incoming] = field(default_factory=list)
    """But for sound."""
    pcm: bytearray = field(default_factory=bytearray)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    through: PutThrough | None = None
    """Once the caller is put through as calls do it."""

    async def run(self) -> None:
        while True:
            told = await self.line.receive()
            if self._is_of_the_transfer(told):
                continue
            if isinstance(told, Audio):
                self.pcm += told.pcm
            else:
                self.told.append(told)
            self.news.set()
            if isinstance(told, Closed):
                return

    def put_through(self, tasks: asyncio.TaskGroup, to: str, ring_seconds: float) -> None:
        """As a call does: by the line, or else by a second telephone that is listened to."""
        if self.through is None:
            assert isinstance(self.line, SipLine)
            ears = Ears(REAL.engines(), vocabulary(SMILE), tasks)
            self.through = PutThrough(self.line, self.line, ears, self._take)
        self.through.begin(to, ring_seconds)

    def _is_of_the_transfer(self, told: Incoming) -> bool:
        if self.through is None:
            return False
        if isinstance(told, SecondNews):
            return self.through.heard(told)
        return isinstance(told, TransferEnded) and self.through.goes_on(told)

    def _take(self, told: TransferEnded) -> None:
        self.told.append(told)
        self.news.set()

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not true():
                self.news.clear()
                await self.news.wait()

    async def hears(self, kind: type[T]) -> T:
        """The first of that kind."""
        await self.until(lambda: self.of(kind))
        return self.of(kind)[0]

    def of(self, kind: type[T]) -> list[T]:
        return [each for each in self.told if isinstance(each, kind)]

    @property
    def samples(self) -> npt.NDArray[np.int16]:
        return np.frombuffer(bytes(self.pcm), "<i2")


@dataclass
class Office:
    """An account that is up."""

    trunk: Trunk
    port: int
    rungs: asyncio.Queue[Rung]
    tasks: asyncio.TaskGroup

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def uri(self, called: str = "0312345678") -> str:
        return f"sip:{called}@127.0.0.1:{self.port}"

    async def rung(self) -> Rung:
        """The next call that rings."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.rungs.get()

    async def answered(self) -> Listener:
        """The next call, taken."""
        return await self.take(await self.rung())

    async def is_ready(self, but_not: int | None) -> None:
        """Another agent than that process is up."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.trunk.stood.state != "ready" or self.trunk.process_id in (None, but_not):
                await asyncio.sleep(0.01)  # it is looked at, as the status page does

    async def take(self, rung: Rung) -> Listener:
        async with asyncio.timeout(PATIENCE_SECONDS):
            line = await rung.answer(rung.rang.called[0])
        assert line is not None
        listener = Listener(line)
        self.tasks.create_task(listener.run())
        return listener


@asynccontextmanager
async def office(**account: Any) -> AsyncIterator[Office]:
    """A trunk on loopback; fields of `Account` may be given."""
    rungs: asyncio.Queue[Rung] = asyncio.Queue()

    async def live(rung: Rung) -> None:
        rungs.put_nowait(rung)
        await rung.gone()

    port = free_ports(1)[0]
    given: dict[str, Any] = {"host": "127.0.0.1", "listen_port": port, **account}
    trunk = Trunk(Account(**given), live)
    running = asyncio.create_task(trunk.run())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as tasks:
            while trunk.stood.state == "starting":
                await asyncio.sleep(0.01)  # it is looked at, as the status page does
            yield Office(trunk, port, rungs, tasks)
            await trunk.close()
    finally:
        await trunk.close()
        running.cancel()
        await asyncio.wait({running})


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(2 * PATIENCE_SECONDS):
            await test()

    asyncio.run(limited())
