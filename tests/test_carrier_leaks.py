"""Many calls over every line of the web server leave nothing behind: no call, task or open file.

DENWABAN_SOAK=1000 for many more.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bot.lines.carrier_settings import CarrierSettings
from bot.lines.settings import LineSettings
from bot.web.carriers import CarrierCalls
from bot.web.live import LiveCalls
from bot.web.media import Media
from bot.web.seen import Seen
from bot.web.transfers import Transfer
from tests.carriers import HOST, KEY, ORIGIN, VENDORS, Form, RestServer, Vendor, rest_server
from tests.test_carriers import ask
from tests.website import Site, nobody, website
from voice.lines import Audio, Closed, Line, LineError, TransferEnded
from voice.lines.carrier import Carrier
from voice.lines.plivo import Plivo
from voice.lines.signalwire import signalwire
from voice.lines.socket import SocketLine
from voice.lines.telnyx import Telnyx
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
    """A call over one of the lines of the web server, which ends in one of the ways in which calls end."""
    chance = random.Random(number)
    match chance.choice([*VENDORS, "jambonz", "browser"]):
        case "jambonz":
            await by_jambonz(site, chance.choice(["stop", "abort", "junk", "back", "answered", "ours"]), number)
        case "browser":
            await by_browser(site, chance.choice(["stop", "abort", "junk"]))
        case Vendor() as vendor:
            ends = ["stop", "abort", "junk", "back", "answered", "nothing", "refused", "ours"]
            await by_carrier(site, rest, vendor, f"{chance.choice(ends)}{number}")


async def opened(site: Site, path: str, **more: Any) -> ClientConnection:
    return await connect(f"{site.ws}{path}", open_timeout=60, **more)


async def by_carrier(site: Site, rest: RestServer, vendor: Vendor, call: str) -> None:
    end = call.rstrip("0123456789")
    names: Form = {name: call for name in ("CallSid", "CallUUID") if name in vendor.calling}
    answer = await ask(site, vendor, f"{vendor.path}/voice", {**vendor.calling, **names})
    if end == "nothing":
        return
    path = vendor.stream_path(answer.text)
    phone = await opened(site, path, additional_headers=vendor.signed(path))
    await phone.send(vendor.start.replace("STREAM", "s1").replace("CALL", call))
    await phone.send(vendor.media.replace("STREAM", "s1"))
    if end in ("back", "answered") and (dial := await redirected(rest, call, phone)):
        await ask(site, vendor, dial, names)
        what, form = ("answered", vendor.answered) if end == "answered" else ("ended", vendor.unanswered)
        asked = await ask(site, vendor, dial.replace("/dial/", f"/{what}/"), {**form, **names})
        if end == "back":
            path = vendor.stream_path(asked.text)
            again = await opened(site, path, additional_headers=vendor.signed(path))
            await again.send(vendor.start.replace("STREAM", "s2").replace("CALL", call))
            await again.wait_closed()
    elif end not in ("back", "answered"):
        await leave(phone, end, vendor.stop.replace("STREAM", "s1"))
    await phone.close()


async def by_jambonz(site: Site, end: str, number: int) -> None:
    async with httpx.AsyncClient(base_url=site.http, verify=False, timeout=60) as client:

        async def asked(url: str, **body: str) -> dict[str, Any]:
            answer = await client.post(url.removeprefix(ORIGIN), json={"call_sid": "c1", **body})
            return (answer.json() or [{}])[0]  # type: ignore[no-any-return]

        async def streamed(verb: dict[str, Any]) -> ClientConnection:
            path = str(verb["url"]).removeprefix(f"wss://{HOST}")
            phone = await opened(site, path, subprotocols=[Subprotocol("audio.jambonz.org")])
            await phone.send(f'{{"callSid":"{end}{number}","sampleRate":8000,"mixType":"mono"}}')
            await phone.send(bytes(320))
            return phone

        # the webhook's word goes before the stream's: the call is known by the name that it told
        verb = await asked(f"/jambonz/{KEY}/voice", **{"call_sid": f"{end}{number}", "to": "0312345678"})
        phone = await streamed(verb)
        if end in ("back", "answered"):
            while await phone.recv() != '{"type":"disconnect"}':
                pass
            await phone.close()
            dial = await asked(verb["actionHook"])
            if dial["verb"] == "hangup":
                pass  # it asked so late, on a machine that has much else to do, that the transfer was given up
            elif end == "answered":
                await asked(dial["confirmHook"])
            else:
                again = await streamed(await asked(dial["actionHook"], dial_call_status="busy"))
                await again.wait_closed()
        else:
            await leave(phone, end, None)
        await phone.close()


async def by_browser(site: Site, end: str) -> None:
    phone = await opened(site, "/phone/line")
    await phone.send('{"event":"start","called":"smile","caller":""}')
    await phone.send(bytes(640))
    await leave(phone, end, '{"event":"hangup"}')
    await phone.close()


async def leave(phone: ClientConnection, end: str, stop: str | None) -> None:
    match end:
        case "stop":
            await phone.send(stop) if stop else await phone.close()
        case "abort":
            phone.transport.abort()
        case "junk":
            await phone.send("{")
        case _:
            await phone.wait_closed()


async def redirected(rest: RestServer, call: str, phone: ClientConnection) -> str:
    """The path that this call was sent to; "": the call is over, and its transfer was given up, as happens on a machine
    that has much else to do."""
    while phone.close_code is None:
        for asked in tuple(rest.asked):
            urls = [value for value in asked.form.values() if value.startswith(ORIGIN)]
            if f"/{call}/" in asked.path.removesuffix(".json") + "/" and urls:
                return urls[0].removeprefix(ORIGIN)
        await asyncio.sleep(0.01)
    return ""


def open_files() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def alive() -> int:
    """Lines and transfers that something still holds."""
    gc.collect()
    return sum(isinstance(each, SocketLine | Transfer) for each in gc.get_objects())


@asynccontextmanager
async def every_line(rest: RestServer) -> AsyncIterator[Site]:
    carriers = {vendor.name: dataclasses.replace(vendor.settings, api=rest.url) for vendor in VENDORS}
    carriers["jambonz"] = CarrierSettings(KEY, transfer="sip:{}@pbx.example.jp")
    async with website(serve, lines=LineSettings(carriers=carriers), public_origin=ORIGIN) as site:
        site.calls.most = 1000
        yield site


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_nothing_is_left_behind() -> None:
    async def test() -> None:
        with rest_server() as rest:
            async with every_line(rest) as site:
                for number in range(AT_ONCE):
                    await one(site, rest, number)
                tasks, files = len(asyncio.all_tasks()), open_files()
                for first in range(AT_ONCE, CALLS, AT_ONCE):
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
