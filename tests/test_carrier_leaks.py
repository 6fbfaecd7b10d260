"""Many calls of every kind leave nothing behind: no call, task or open file. DENWABAN_SOAK=1000 for many more."""

from __future__ import annotations

import asyncio
import gc
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect

from bot.web.carriers import CarrierCalls
from bot.web.live import LiveCalls
from bot.web.media import Media
from bot.web.seen import Seen
from bot.web.server import Stop, address, listen, run_web
from bot.web.transfers import Transfer
from tests.carriers import KEY, ORIGIN, TELNYX, RestServer, rest_server
from tests.test_carriers import ask, stream
from tests.website import Site, nobody
from voice.lines import Audio, Closed, Line, LineError, TransferEnded
from voice.lines.carrier import Carrier
from voice.lines.plivo import Plivo
from voice.lines.rest import Rest
from voice.lines.signalwire import signalwire
from voice.lines.socket import SocketLine
from voice.lines.telnyx import Telnyx, telnyx_account
from voice.lines.twilio import Twilio

CALLS = int(os.environ.get("DENWABAN_SOAK", "60"))
AT_ONCE = 12


async def serve(line: Line) -> None:
    """Puts those through whose call's name says so, and refuses some."""
    call = line.ring.line_call_id
    if call.startswith("refused"):
        raise LineError("nobody's number")
    if call.startswith(("back", "answered")):
        line.transfer("101", 5.0)
    while not isinstance(came := await line.receive(), Closed):
        if isinstance(came, Audio):
            line.play(came.pcm)
            line.mark("m")
        if isinstance(came, TransferEnded) or (isinstance(came, Audio) and call.startswith("ours")):
            line.hang_up()


async def one(site: Site, rest: RestServer, number: int) -> None:
    """A call that ends in one of the ways in which calls end."""
    end = random.Random(number).choice(["stop", "abort", "junk", "back", "answered", "nothing", "refused", "ours"])
    call = f"{end}{number}"
    answer = await ask(site, TELNYX, f"{TELNYX.path}/voice", {**TELNYX.calling, "CallSid": call})
    if end == "nothing":
        return
    phone = await connect(f"{site.ws}{TELNYX.stream_path(answer.text)}")
    await phone.send(TELNYX.start.replace("STREAM", "s1").replace("CALL", call))
    await phone.send(TELNYX.media.replace("STREAM", "s1"))
    match end:
        case "stop":
            await phone.send(TELNYX.stop.replace("STREAM", "s1"))
        case "abort":
            phone.transport.abort()
        case "junk":
            await phone.send("{")
        case "back" | "answered":
            dial = (await redirected(rest, call)).removeprefix(ORIGIN)
            await ask(site, TELNYX, dial, {})
            what, form = ("answered", TELNYX.answered) if end == "answered" else ("ended", TELNYX.unanswered)
            asked = await ask(site, TELNYX, dial.replace("/dial/", f"/{what}/"), form)
            if end == "back":
                again = await stream(site, TELNYX, TELNYX.stream_path(asked.text), "s2")
                await again.wait_closed()
        case _:
            await phone.wait_closed()
    await phone.close()


async def redirected(rest: RestServer, call: str) -> str:
    """The address that this call was sent to."""
    while True:
        for asked in tuple(rest.asked):
            if asked.path.endswith(f"/{call}") and "Url" in asked.form:
                return asked.form["Url"]
        await asyncio.sleep(0.01)


def open_files() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def alive() -> int:
    """Lines and transfers that something still holds."""
    gc.collect()
    return sum(isinstance(each, SocketLine | Transfer) for each in gc.get_objects())


@asynccontextmanager
async def telnyx(rest: RestServer) -> AsyncIterator[Site]:
    account = telnyx_account(rest.url, "AC1", "t")
    carrier = Telnyx(TELNYX.settings.key)
    routes = CarrierCalls(carrier, TELNYX.settings, Rest("Telnyx", account), ORIGIN, Seen("Telnyx", ""))
    calls, stop, app, listener = LiveCalls(most=1000), Stop(), FastAPI(), listen("127.0.0.1", 0)
    app.include_router(routes.router(Media(serve, calls)))
    running = asyncio.create_task(run_web(app, listener, calls, stop, signals=False))
    try:
        yield Site(address(listener), calls, stop, running)
    finally:
        stop.ask()
        stop.ask()
        await running


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_nothing_is_left_behind() -> None:
    async def test() -> None:
        with rest_server() as rest:
            async with telnyx(rest) as site:
                await one(site, rest, 1)
                tasks, files = len(asyncio.all_tasks()), open_files()
                for first in range(1, CALLS, AT_ONCE):
                    await asyncio.gather(*(one(site, rest, number) for number in range(first, first + AT_ONCE)))
                while len(site.calls) or len(asyncio.all_tasks()) > tasks or open_files() > files:
                    await asyncio.sleep(0.02)
                while alive():
                    await asyncio.sleep(0.02)

    asyncio.run(asyncio.wait_for(test(), 60 + CALLS))


CARRIERS: tuple[Carrier, ...] = (Twilio(), signalwire(""), Telnyx(KEY), Plivo("t"))


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(CARRIERS),
    st.sampled_from(["voice", "dial/x", "answered/x", "ended/x"]),
    st.binary(max_size=60) | st.text(max_size=30).map(str.encode),
)
def test_whatever_is_posted_is_answered(carrier: Carrier, what: str, body: bytes) -> None:
    app = FastAPI()
    app.include_router(CarrierCalls(carrier, None, None, ORIGIN, Seen("x", "")).router(Media(nobody, LiveCalls())))
    path = f"/{carrier.name}/{carrier.key}/{what}" if carrier.key else f"/{carrier.name}/{what}"

    async def post() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
            return (await client.post(path, content=body)).status_code

    assert asyncio.run(post()) in (200, 204, 403)
