"""What the status of a carrier tells who wonders why no call arrives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import httpx
from fastapi import FastAPI
from websockets.asyncio.client import connect

from bot.lines.state import LineState
from bot.settings import Settings
from bot.web.carriers import CarrierCalls
from bot.web.live import LiveCalls
from bot.web.media import Media
from bot.web.seen import Seen
from bot.web.server import Stop, address, listen, run_web
from bot.web.sockets import sockets
from bot.web.tickets import Tickets
from tests.carriers import KEY, ORIGIN, TELNYX, TOKEN, TWILIO, Vendor
from tests.test_carriers import ask, settings, stream
from tests.website import Site, echo, run
from voice.lines import Line, LineError
from voice.lines.carrier import Carrier
from voice.lines.socket import Serve
from voice.lines.telnyx import Telnyx
from voice.lines.twilio import Twilio


@asynccontextmanager
async def seeing(carrier: Carrier, vendor: Vendor, serve: Serve) -> AsyncIterator[tuple[Site, Seen]]:
    """A server of that carrier's calls alone, and what has been seen of it."""
    seen, calls, stop, app = Seen(vendor.name, f"{ORIGIN}/x"), LiveCalls(), Stop(), FastAPI()
    app.include_router(CarrierCalls(carrier, vendor.settings, None, ORIGIN, seen).router(Media(serve, calls)))
    with closing(listen("127.0.0.1", 0)) as listener:
        running = asyncio.create_task(run_web(app, listener, calls, stop, signals=False))
        yield Site(address(listener), calls, stop, running), seen
        stop.ask()
        stop.ask()
        await running


def test_who_wonders_why_no_call_arrives_is_told() -> None:
    async def test() -> None:
        async with seeing(Twilio(TOKEN), TWILIO, echo) as (site, seen):
            assert "まだ一度も来ていません" in seen.state().detail
            async with httpx.AsyncClient(base_url=site.http) as client:
                await client.post("/twilio/voice", data=TWILIO.calling)
            assert (seen.state().state, "署名" in seen.state().detail) == ("failed", True)
            answer = await ask(site, TWILIO, "/twilio/voice", TWILIO.calling)
            assert (seen.state().state, "wss" in seen.state().detail) == ("failed", True)
            async with await stream(site, TWILIO, TWILIO.stream_path(answer.text)):
                assert (seen.state().state, "1 件" in seen.state().detail) == ("ready", True)

    run(test)


def test_a_codec_that_is_not_spoken_and_a_number_of_nobodys_are_told_until_a_call_is_taken() -> None:
    async def serve(line: Line) -> None:
        if line.ring.called != "0312345678":
            raise LineError(f"{line.ring.called} belongs to no company")
        await echo(line)

    async def test() -> None:
        async with seeing(Telnyx(KEY), TELNYX, serve) as (site, seen):

            async def after(opening: str, called: str = "+81312345678") -> LineState:
                """How the line stands after such a call."""
                answer = await ask(site, TELNYX, f"{TELNYX.path}/voice", {**TELNYX.calling, "To": called})
                async with connect(f"{site.ws}{TELNYX.stream_path(answer.text)}") as phone:
                    await phone.send(opening)
                    await phone.send(TELNYX.stop.replace("STREAM", "s1"))
                    await phone.wait_closed()
                while len(site.calls):
                    await asyncio.sleep(0)
                return seen.state()

            opening = TELNYX.opening("s1")
            codec = await after(opening.replace("PCMU", "OPUS"))
            assert (codec.state, "encoding is 'OPUS'; PCMU and PCMA" in codec.detail) == ("failed", True)
            odd = await after('{"from":"+819012345678"')
            assert (odd.state, "not JSON" in odd.detail, "9012345678" in odd.detail) == ("failed", True, False)
            number = await after(opening, "+81399999999")
            assert (number.state, "0399999999 belongs to no company" in number.detail) == ("failed", True)
            assert (await after(opening)).state == "ready"

    run(test)


def test_a_key_in_the_address_is_not_shown() -> None:
    calls = LiveCalls()
    made = sockets(Settings(secret="s" * 32, lines=settings(TELNYX)), echo, calls, Tickets("s"))
    assert [seen.name for seen in made.seen] == ["Telnyx"]
    assert KEY not in made.seen[0].state().detail
