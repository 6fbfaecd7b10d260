"""Many calls over every line of an Asterisk leave nothing behind: no call, task, channel, bridge or open file.

DENWABAN_SOAK=1000 for many more.
"""

from __future__ import annotations

import asyncio
import os
import random
import uuid
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.ari_server import AriServer, asterisk, until
from tests.asterisk_peer import AsteriskFar, AudioSocketFar, audiosocket, dialled
from tests.asterisk_site import SECRET, Site, site
from tests.test_carrier_leaks import alive, open_files
from voice.lines import Audio, Closed, Line, LineError, TransferEnded

CALLS = int(os.environ.get("DENWABAN_SOAK", "60"))
AT_ONCE = 10
SOUND = b"\x01\x02" * 160


async def serve(line: Line) -> None:
    """Puts everybody through; hangs up on some, refuses some."""
    if line.ring.caller.endswith("7"):
        raise LineError("nobody's number")
    line.transfer("101", 1.0)
    while not isinstance(came := await line.receive(), Closed):
        if isinstance(came, Audio):
            line.play(came.pcm)
            line.mark("m")
        if isinstance(came, TransferEnded) and line.ring.caller.endswith("3"):
            line.hang_up()


async def one(ours: Site, server: AriServer, number: int) -> None:
    """A call that comes and ends in one of the ways in which calls do."""
    chance = random.Random(number)
    caller = f"0312345{chance.randrange(1000):03}"
    match chance.choice(["dialled", "onward", "waiting", "audiosocket", "unannounced", "stasis", "stasis"]):
        case "dialled":
            async with dialled(ours.url, {"to": "0312345678", "from": caller}, SECRET) as far:
                await end(far, chance)
        case "onward":
            told = {"to": "0312345678", "from": caller, "channel": f"1.{number}", "onward": "1"}
            async with dialled(ours.url, told, SECRET) as far:
                await gone(far)
            wanted = (await ours.post("next", channel=f"1.{number}")).text
            if wanted and chance.random() < 0.5:
                await ours.post("outcome", channel=f"1.{number}", status=chance.choice(["ANSWER", "CANCEL"]))
            elif wanted:
                async with dialled(ours.url, {**told, "status": "BUSY"}, SECRET) as far:
                    await end(far, chance)
        case "waiting":
            connection = server.incoming("ulaw")
            mine = server.media[connection]
            await ours.post("calls", connection=connection, to="0312345678", **{"from": caller})
            with suppress(TimeoutError):  # we may have given up reaching it, where the machine has much else to do
                async with asyncio.timeout(10):
                    await until(lambda: mine.media is not None or mine.id not in server.channels)
            await server.hang_up(mine)
        case "audiosocket" | "unannounced" as how:
            key = str(uuid.uuid4())
            if how == "audiosocket":
                await ours.post("calls", uuid=key, to="0312345678", **{"from": caller})
            async with audiosocket(*ours.audiosocket, key) as far_end:
                await end(far_end, chance)
        case "stasis":
            server.answers.append((chance.choice(["answered", "busy", "no_answer"]), 0.05))
            channel = await server.call(caller, "0312345678")
            await asyncio.sleep(chance.choice([0.0, 0.02, 0.3]))
            await server.hang_up(channel)


async def end(far: AsteriskFar | AudioSocketFar, chance: random.Random) -> None:
    far.send(SOUND)
    far.press("1")
    await asyncio.sleep(chance.choice([0.0, 0.05]))
    match chance.choice(["hang up", "junk", "abort"]):
        case "hang up":
            far.hang_up()
        case "junk" if isinstance(far, AudioSocketFar):
            far.send(b"odd")  # a sample and a half
        case "junk" if isinstance(far, AsteriskFar):
            with suppress(ConnectionClosed):  # we may have ended the call by then
                await far.channel.start()  # once more
        case _:
            far.abort()


async def gone(far: AsteriskFar) -> None:
    async with asyncio.timeout(30):
        await far.over()


async def called(first: int, last: int) -> None:
    """So many calls at a new server and a new Asterisk; every one of them comes to its end."""
    async with asterisk() as (server, url):
        given = {"ASTERISK_SECRET": SECRET, "ARI_URL": url, "AUDIOSOCKET": "127.0.0.1:0"}
        async with site(serve, **given) as ours:
            await server.listening.wait()
            await until(lambda: all(line.state == "ready" for line in ours.states()))
            tasks = len(asyncio.all_tasks())
            for begin in range(first, last, AT_ONCE):
                await asyncio.gather(*(one(ours, server, number) for number in range(begin, begin + AT_ONCE)))
            while len(ours.calls) or server.bridges or server.channels or alive() or len(asyncio.all_tasks()) > tasks:
                await asyncio.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_nothing_is_left_behind() -> None:
    async def test() -> None:
        await called(0, 10)
        files = open_files()
        await called(10, CALLS)
        while open_files() > files:
            await asyncio.sleep(0.02)

    asyncio.run(asyncio.wait_for(test(), 120 + CALLS))
