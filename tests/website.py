"""The real server on a free port, for tests that call it."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection

from bot.reporting.account import Account, Fact
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.live import LiveCalls
from bot.web.server import Stop, address, listen, run_web
from bot.web.views import ClipSound, Company, Views, Words
from voice.lines import Audio, Closed, Line
from voice.lines.socket import Serve

START = {
    "event": "start",
    "streamSid": "MZ1",
    "start": {
        "streamSid": "MZ1",
        "callSid": "CA1",
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"to": "+81312345678", "from": "+819012345678"},
    },
}
SILENCE = {"event": "media", "streamSid": "MZ1", "media": {"payload": "/////w=="}}
FORM = {"To": "+81312345678", "From": "+819012345678", "CallSid": "CA1", "ForwardedFrom": "+81120444555", "Empty": ""}
"""What Twilio posts to the webhook."""

COMPANIES = (Company("smile-seiko", "スマイル精工"), Company("aoba-dental", "あおば歯科"))
WORDS = (
    Words(1, 1000.0, "receptionist", "お電話ありがとうございます。"),
    Words(3, 1004.5, "caller", "もしもし"),
    Words(4, 1006.0, "receptionist", "<b>恐れ入ります</b>"),
)
ACCOUNT = Account(
    "c1", "message", {"name": Fact("エガワ", "confirmed")}, True, False, (), 42.0, "お電話", "お名前:エガワ 様"
)
CLIP = ClipSound(bytes(range(100)), "audio/ogg", "お名前")


async def said(line_call_id: str, after: int) -> Sequence[Words]:
    return [word for word in WORDS if word.n > after]


async def clip(token: str) -> ClipSound | None:
    return CLIP if token == "good" else None


async def report(line_call_id: str) -> Account | None:
    return ACCOUNT if line_call_id == "CA1" else None


VIEWS = Views(companies=lambda: COMPANIES, said=said, clip=clip, report=report)


@dataclass
class Site:
    """A running server."""

    http: str
    """http://127.0.0.1:…"""
    calls: LiveCalls
    stop: Stop
    running: asyncio.Task[None] = field(repr=False)

    @property
    def ws(self) -> str:
        return self.http.replace("http", "ws", 1)


@asynccontextmanager
async def website(serve: Serve, views: Views = VIEWS, **changed: object) -> AsyncIterator[Site]:
    """Serves until left; `changed` are fields of `Settings`."""
    settings = dataclasses.replace(Settings(secret="s" * 32), **changed)  # type: ignore[arg-type]
    calls, stop = LiveCalls(), Stop()
    listener = listen("127.0.0.1", 0)
    app = create_app(settings, serve, views, calls)
    running = asyncio.create_task(run_web(app, listener, calls, stop, signals=False))
    try:
        yield Site(address(listener), calls, stop, running)
    finally:
        stop.ask()
        stop.ask()
        await running


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """To the end, or given up after a minute."""

    async def limited() -> None:
        async with asyncio.timeout(60):
            await test()

    asyncio.run(limited())


async def echo(line: Line) -> None:
    """Sends sound back; a mark behind each frame."""
    while not isinstance(told := await line.receive(), Closed):
        if isinstance(told, Audio):
            line.play(told.pcm)
            line.mark("m")


async def nobody(line: Line) -> None:
    raise AssertionError("no call was to come in")


async def send(socket: ClientConnection, *messages: Mapping[str, object]) -> None:
    for message in messages:
        await socket.send(json.dumps(message))


async def get(site: Site, path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=site.http) as client:
        return await client.get(path, headers=headers)


async def post(site: Site, form: dict[str, str], **headers: str) -> httpx.Response:
    """The webhook."""
    async with httpx.AsyncClient(base_url=site.http) as client:
        return await client.post("/twilio/voice", data=form, headers=headers)
