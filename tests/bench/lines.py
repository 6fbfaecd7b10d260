"""Measures the lines: how soon a call stands, how much later a sound comes back, how evenly, and what calls cost.

Run `python -m tests.bench lines`, on a machine that has nothing else to do: three minutes and a half. Real sockets on
loopback and calls that give back what they hear, with no engine at work, so that it is the line alone. All but SIP's
agent lives in one process with its callers: the figures hold their work, and the unevenness with which they speak, as
well, and are upper bounds. `there_and_back` holds what the far end waits before it plays. Gaps lie between messages (of
SIP: packets) with sound as they come to the far end. While the machine is `busy` as many programs as it has cores burn
beside the one call. Each line notes how many cores others took before; where that is not `quiet`, its figures are
nothing but bounds. Writes `lines.json` beside this file.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from bot.rehearsal.far import Clear, Far, Manner, Message, TwilioManner, place
from bot.rehearsal.show import percentile
from tests.asterisk_lines import over_audiosocket, over_websocket
from tests.asterisk_site import SECRET, site
from tests.sip import office
from tests.sip_caller import caller
from tests.test_same_call import BrowserManner, SipFar
from tests.website import website
from voice.lines import Audio, Closed, Line, LineError
from voice.lines.socket import Serve

CLICK = (12_000 * np.sin(2 * np.pi * 1000 * np.arange(160) / 8000)).astype("<i2").tobytes()
CLICK_EVERY = 25
"""Frames: half a second, well apart for any delay of use."""
LOUD = 3000
AT_ONCE = (1, 20, 50)
QUIET = 0.3
"""Cores that others may take without anything being felt of it."""
COMPARED = ("there_and_back", "gap_sd", "gap_p99")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Way:
    """A line that is open."""

    dial: Callable[[int, list[float]], AbstractAsyncContextManager[Far]]
    """A call with that number; the list gets the loop time of each message with sound that comes to its far end."""
    agent: Callable[[], int | None] = lambda: None
    """Process that works for it besides this one."""


class Timed:
    """A manner that keeps when sound came."""

    def __init__(self, manner: Manner, came: list[float]) -> None:
        self.returns_marks = manner.returns_marks
        self._manner = manner
        self._came = came

    def begins(self, to: str, caller: str) -> list[Message]:
        return self._manner.begins(to, caller)

    def sound(self, pcm: bytes) -> Message:
        return self._manner.sound(pcm)

    def key(self, digit: str) -> Message:
        return self._manner.key(digit)

    def mark(self, name: str) -> Message:
        return self._manner.mark(name)

    def ends(self) -> Message | None:
        return self._manner.ends()

    def read(self, message: Message) -> bytes | str | Clear | None:
        told = self._manner.read(message)
        if isinstance(told, bytes):
            self._came.append(asyncio.get_running_loop().time())
        return told


async def echo(line: Line) -> None:
    line.play(bytes(320 * line.ring.rate_hz // 8000))
    while not isinstance(told := await line.receive(), Closed):
        if isinstance(told, Audio):
            line.play(told.pcm)


@asynccontextmanager
async def twilio(serve: Serve) -> AsyncIterator[Way]:
    async with website(serve) as server:
        server.calls.most = 2 * AT_ONCE[-1]
        yield Way(lambda n, came: place(server.http, "/twilio/media", Timed(TwilioManner(f"CA{n}"), came), "smile", ""))


@asynccontextmanager
async def browser(serve: Serve) -> AsyncIterator[Way]:
    async with website(serve) as server:
        server.calls.most = 2 * AT_ONCE[-1]
        yield Way(lambda _, came: place(server.http, "/phone/line", Timed(BrowserManner(), came), "smile", ""))


@asynccontextmanager
async def chan_websocket(serve: Serve) -> AsyncIterator[Way]:
    async with site(serve, ASTERISK_SECRET=SECRET) as server:
        server.calls.most = 2 * AT_ONCE[-1]

        @asynccontextmanager
        async def dial(number: int, came: list[float]) -> AsyncIterator[Far]:
            async with over_websocket(server.url, "smile", "", f"ast-{number}") as far:
                far.came = came
                yield far

        yield Way(dial)


@asynccontextmanager
async def audiosocket(serve: Serve) -> AsyncIterator[Way]:
    async with site(serve, ASTERISK_SECRET=SECRET, AUDIOSOCKET="127.0.0.1:0") as server:
        server.calls.most = 2 * AT_ONCE[-1]

        @asynccontextmanager
        async def dial(_: int, came: list[float]) -> AsyncIterator[Far]:
            told = {"uuid": str(uuid.uuid4()), "to": "smile", "from": ""}
            async with over_audiosocket(server.url, server.audiosocket[1], told) as far:
                far.came = came
                yield far

        yield Way(dial)


@asynccontextmanager
async def sip(serve: Serve) -> AsyncIterator[Way]:
    async with office() as ours:

        @asynccontextmanager
        async def dial(number: int, came: list[float]) -> AsyncIterator[Far]:
            async with caller(ours.address, call_id=f"{number}@bench") as theirs:
                assert await theirs.call() == 200
                far = SipFar(theirs)
                yield far
                came += far.times
                far.close()

        async def take() -> None:
            while True:
                line = await (await ours.rungs.get()).answer("smile")
                if line is not None:
                    ours.tasks.create_task(echoed(line))

        async def echoed(line: Line) -> None:
            await serve(line)

        taking = asyncio.create_task(take())
        yield Way(dial, lambda: ours.trunk.process_id)
        taking.cancel()


async def talk(far: Far, seconds: float) -> list[float]:
    """A click every half second; when each was sent."""
    loop, sent = asyncio.get_running_loop(), []
    began = loop.time()
    for number in range(int(seconds * 50)):
        if number % CLICK_EVERY == CLICK_EVERY - 1:
            sent.append(loop.time())
            far.send(CLICK)
        else:
            far.send(bytes(320))
        await asyncio.sleep(max(0.0, began + (number + 1) * 0.02 - loop.time()))
    return sent


async def hear(far: Far, times: list[float], clicks: list[float]) -> None:
    """When each frame came, and those with the beginning of a click."""
    loop, before = asyncio.get_running_loop(), False
    while (frame := await far.receive()) is not None:
        times.append(loop.time())
        loud = bool(np.abs(np.frombuffer(frame, "<i2")).max(initial=0) > LOUD)
        clicks += [times[-1]] if loud and not before else []
        before = loud


def ranked(found: list[float], share: float) -> float | None:
    value = percentile(found, share)
    return None if value is None else round(value, 1)


def ratio(busy: float | None, idle: float | None) -> float | None:
    return round(busy / idle, 2) if busy is not None and idle else None


async def one(way: Way, seconds: float, number: int) -> dict[str, float | None]:
    """One call: milliseconds."""
    loop = asyncio.get_running_loop()
    times: list[float] = []
    clicks: list[float] = []
    came: list[float] = []
    began = loop.time()
    async with way.dial(number, came) as far:
        hearing = asyncio.create_task(hear(far, times, clicks))
        sent = await talk(far, seconds)
        far.hang_up()
        hearing.cancel()
    gaps = [1000 * (after - before) for before, after in pairwise(came[25:])]
    back = [
        1000 * (min(after) - at)
        for at in sent
        if (after := [came for came in clicks if at <= came < at + CLICK_EVERY * 0.02])
    ]
    return {
        "set_up": round(1000 * (times[0] - began), 1),
        "there_and_back": ranked(back, 0.5),
        "gap_sd": round(float(np.std(gaps)), 1),
        "gap_p99": ranked(gaps, 0.99),
    }


def spent(process: int | None) -> tuple[float, float]:
    """Seconds of CPU and MiB of memory, this process and that one."""
    seconds, memory = 0.0, 0.0
    for each in {os.getpid(), process or os.getpid()}:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        seconds += (int(fields[11]) + int(fields[12])) / TICKS
        memory += int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return seconds, memory


async def taken_by_others() -> float:
    """How many cores are at work while we wait for a second."""

    def counted() -> tuple[int, int]:
        fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        return sum(fields), fields[3] + fields[4]

    before = counted()
    await asyncio.sleep(1.0)
    after = counted()
    return (os.cpu_count() or 1) * (1 - (after[1] - before[1]) / max(1, after[0] - before[0]))


async def many(way: Way, count: int, seconds: float) -> dict[str, float]:
    """So many calls at once: what each costs."""
    before = spent(way.agent())
    async with AsyncExitStack() as stack:
        fars = [await stack.enter_async_context(way.dial(1000 * count + number, [])) for number in range(count)]
        hearing = [asyncio.create_task(hear(far, [], [])) for far in fars]
        began, middle = time.monotonic(), spent(way.agent())
        await asyncio.gather(*(talk(far, seconds) for far in fars))
        after, lasted = spent(way.agent()), time.monotonic() - began
        for far, task in zip(fars, hearing, strict=True):
            far.hang_up()
            task.cancel()
    return {
        "cpu_percent_a_call": round(100 * (after[0] - middle[0]) / lasted / count, 2),
        "mib_a_call": round((after[1] - before[1]) / count, 2),
        "behind_percent": round(100 * (lasted / seconds - 1), 1),
    }


async def measured(opened: Callable[[Serve], AbstractAsyncContextManager[Way]], seconds: float) -> dict[str, Any]:
    async with opened(echo) as way:
        await one(way, 1.0, 1)  # what is loaded once is no call's
        taken = await taken_by_others()
        found: dict[str, Any] = {"cores_taken_by_others": round(taken, 2), "quiet": taken < QUIET}
        found["idle_ms"] = await one(way, seconds, 2)
        burning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
        try:
            found["busy_ms"] = await one(way, seconds, 3)
        finally:
            for process in burning:
                process.kill()
                process.wait()
        found["busy_to_idle"] = {name: ratio(found["busy_ms"][name], found["idle_ms"][name]) for name in COMPARED}
        found["at_once"] = {str(count): await many(way, count, seconds) for count in AT_ONCE}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0)
    seconds = parser.parse_args().seconds
    results: dict[str, Any] = {"seconds": seconds, "cores": os.cpu_count()}
    for opened in (twilio, chan_websocket, audiosocket, browser, sip):
        with suppress(LineError):
            results[opened.__name__] = asyncio.run(measured(opened, seconds))
        print(opened.__name__, json.dumps(results.get(opened.__name__)), flush=True)
    Path(__file__).with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
