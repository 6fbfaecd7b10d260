"""Measures the lines: how soon a call stands, how much later a sound comes back, how evenly, and what calls cost.

Run `python -m tests.bench.lines [--seconds N]`. Real sockets on loopback and calls that give back what they hear, with
no engine at work, so that it is the line alone. All but SIP's agent lives in one process with its callers: the figures
hold their work as well and are upper bounds. The jitter of SIP is taken from its packets, of the others from what the
far end begins to play. Writes `lines.json` beside this file.
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

from bot.rehearsal.far import Far, TwilioManner, place
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
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Way:
    """A line that is open."""

    dial: Callable[[int], AbstractAsyncContextManager[Far]]
    """A call with that number."""
    agent: Callable[[], int | None] = lambda: None
    """Process that works for it besides this one."""


async def echo(line: Line) -> None:
    line.play(bytes(320 * line.ring.rate_hz // 8000))
    while not isinstance(told := await line.receive(), Closed):
        if isinstance(told, Audio):
            line.play(told.pcm)


@asynccontextmanager
async def twilio(serve: Serve) -> AsyncIterator[Way]:
    async with website(serve) as server:
        server.calls.most = 2 * AT_ONCE[-1]
        yield Way(lambda n: place(server.http, "/twilio/media", TwilioManner(f"CA{n}"), "smile", ""))


@asynccontextmanager
async def browser(serve: Serve) -> AsyncIterator[Way]:
    async with website(serve) as server:
        server.calls.most = 2 * AT_ONCE[-1]
        yield Way(lambda n: place(server.http, "/phone/line", BrowserManner(), "smile", ""))


@asynccontextmanager
async def chan_websocket(serve: Serve) -> AsyncIterator[Way]:
    async with site(serve, ASTERISK_SECRET=SECRET) as server:
        server.calls.most = 2 * AT_ONCE[-1]
        yield Way(lambda n: over_websocket(server.url, "smile", "", f"ast-{n}"))


@asynccontextmanager
async def audiosocket(serve: Serve) -> AsyncIterator[Way]:
    async with site(serve, ASTERISK_SECRET=SECRET, AUDIOSOCKET="127.0.0.1:0") as server:
        server.calls.most = 2 * AT_ONCE[-1]

        def dial(_: int) -> AbstractAsyncContextManager[Far]:
            told = {"uuid": str(uuid.uuid4()), "to": "smile", "from": ""}
            return over_audiosocket(server.url, server.audiosocket[1], told)

        yield Way(dial)


@asynccontextmanager
async def sip(serve: Serve) -> AsyncIterator[Way]:
    async with office() as ours:

        @asynccontextmanager
        async def dial(number: int) -> AsyncIterator[Far]:
            async with caller(ours.address, call_id=f"{number}@bench") as theirs:
                assert await theirs.call() == 200
                far = SipFar(theirs)
                yield far
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


async def one(way: Way, seconds: float, number: int) -> dict[str, float | None]:
    """One call: milliseconds."""
    loop = asyncio.get_running_loop()
    times: list[float] = []
    clicks: list[float] = []
    began = loop.time()
    async with way.dial(number) as far:
        hearing = asyncio.create_task(hear(far, times, clicks))
        sent = await talk(far, seconds)
        far.hang_up()
        hearing.cancel()
    if isinstance(far, SipFar):
        times = far.times
    gaps = [1000 * (after - before) for before, after in pairwise(times[25:])]
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


async def many(way: Way, count: int, seconds: float) -> dict[str, float]:
    """So many calls at once: what each costs."""
    before = spent(way.agent())
    async with AsyncExitStack() as stack:
        fars = [await stack.enter_async_context(way.dial(1000 * count + number)) for number in range(count)]
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
        found: dict[str, Any] = {"idle_ms": await one(way, seconds, 2)}
        burning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
        try:
            found["busy_ms"] = await one(way, seconds, 3)
        finally:
            for process in burning:
                process.kill()
                process.wait()
        found["at_once"] = {str(count): await many(way, count, seconds) for count in AT_ONCE}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0)
    seconds = parser.parse_args().seconds
    results: dict[str, Any] = {"seconds": seconds, "load_average": os.getloadavg()[0], "cores": os.cpu_count()}
    for opened in (twilio, chan_websocket, audiosocket, browser, sip):
        with suppress(LineError):
            results[opened.__name__] = asyncio.run(measured(opened, seconds))
        print(opened.__name__, json.dumps(results.get(opened.__name__)), flush=True)
    Path(__file__).with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
