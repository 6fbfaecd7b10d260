"""What the status of a carrier tells who wonders why no call arrives."""

from __future__ import annotations

import asyncio
from contextlib import closing

import httpx
from fastapi import FastAPI

from bot.settings import Settings
from bot.web.carriers import CarrierCalls
from bot.web.live import LiveCalls
from bot.web.media import Media
from bot.web.seen import Seen
from bot.web.server import Stop, address, listen, run_web
from bot.web.sockets import sockets
from bot.web.tickets import Tickets
from tests.carriers import KEY, ORIGIN, TELNYX, TOKEN, TWILIO
from tests.test_carriers import ask, settings, stream
from tests.website import Site, echo, run
from voice.lines.twilio import Twilio


def test_who_wonders_why_no_call_arrives_is_told() -> None:
    async def test() -> None:
        seen = Seen("Twilio", f"{ORIGIN}/twilio/voice")
        routes = CarrierCalls(Twilio(TOKEN), TWILIO.settings, None, ORIGIN, seen)
        app = FastAPI()
        app.include_router(routes.router(Media(echo, LiveCalls())))
        with closing(listen("127.0.0.1", 0)) as listener:
            stop = Stop()
            running = asyncio.create_task(run_web(app, listener, LiveCalls(), stop, signals=False))
            site = Site(address(listener), LiveCalls(), stop, running)
            assert "まだ一度も来ていません" in seen.state().detail
            async with httpx.AsyncClient(base_url=site.http) as client:
                await client.post("/twilio/voice", data=TWILIO.calling)
            assert (seen.state().state, "署名" in seen.state().detail) == ("failed", True)
            answer = await ask(site, TWILIO, "/twilio/voice", TWILIO.calling)
            assert (seen.state().state, "wss" in seen.state().detail) == ("failed", True)
            async with await stream(site, TWILIO, TWILIO.stream_path(answer.text)):
                assert (seen.state().state, "1 件" in seen.state().detail) == ("ready", True)
            stop.ask()
            stop.ask()
            await running

    run(test)


def test_a_key_in_the_address_is_not_shown() -> None:
    calls = LiveCalls()
    made = sockets(Settings(secret="s" * 32, lines=settings(TELNYX)), echo, calls, Tickets("s"))
    assert [seen.name for seen in made.seen] == ["Telnyx"]
    assert KEY not in made.seen[0].state().detail
