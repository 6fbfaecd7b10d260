"""A server with its Asterisk lines open, for tests that call it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from fastapi import FastAPI

from bot.lines.asterisk import open_asterisk
from bot.lines.state import LineState
from bot.settings import read_settings
from bot.web.live import LiveCalls
from bot.web.server import Stop, address, listen, run_web
from voice.lines.socket import Serve

SECRET = "shown-by-asterisk-1"


@dataclass
class Site:
    """A server with its Asterisk lines open."""

    url: str
    calls: LiveCalls
    states: Callable[[], Sequence[LineState]]
    """How the lines stand."""

    async def post(self, path: str, **form: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.url, timeout=60) as http:
            return await http.post(f"/asterisk/{path}", data={"secret": SECRET, **form})

    async def over(self) -> None:
        """Until no call is live."""
        while len(self.calls):
            await asyncio.sleep(0.01)

    @property
    def audiosocket(self) -> tuple[str, int]:
        """Where it listens, as the line's state says."""
        host, _, port = self.states()[-1].detail.split(" ")[0].partition(":")
        return host, int(port)


@asynccontextmanager
async def site(serve: Serve, **given: str) -> AsyncIterator[Site]:
    """Serves until left; `given`: settings."""
    settings = read_settings({f"DENWABAN_{name}": value for name, value in given.items()})
    calls, stop, app = LiveCalls(), Stop(), FastAPI()
    async with open_asterisk(settings, serve, calls, app) as states:
        listener = listen("127.0.0.1", 0)
        running = asyncio.create_task(run_web(app, listener, calls, stop, signals=False))
        try:
            yield Site(address(listener), calls, lambda: [state() for state in states])
        finally:
            stop.ask()
            stop.ask()
            await running
