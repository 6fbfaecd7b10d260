"""A rehearsed call over Asterisk's lines: how it is placed at a real server, and within one process on virtual time."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from bot.rehearsal.far import Far
from bot.rehearsal.live import Way
from bot.rehearsal.plan import Plan
from tests.asterisk_peer import AsteriskFar, AudioSocketFar, audiosocket, dialled
from tests.asterisk_site import SECRET, site
from tests.served import START_SECONDS
from voice.lines.socket import Serve


@asynccontextmanager
async def over_websocket(url: str, to: str, caller: str, line_call_id: str) -> AsyncIterator[AsteriskFar]:
    """Dial(WebSocket/denwaban/c(ulaw)f(json)v(to=…,from=…))."""
    async with dialled(url, {"to": to, "from": caller, "call": line_call_id}, SECRET, "ulaw", "json") as far:
        yield far
    assert far.channel.wrong == []


@asynccontextmanager
async def over_audiosocket(url: str, port: int, told: dict[str, str]) -> AsyncIterator[AudioSocketFar]:
    """CURL(…/asterisk/calls,uuid=…&to=…&from=…) and AudioSocket(uuid,host:port)."""
    async with httpx.AsyncClient(base_url=url, timeout=START_SECONDS) as http:
        assert (await http.post("/asterisk/calls", data={"secret": SECRET, **told})).status_code == 200
    async with audiosocket("127.0.0.1", port, told["uuid"]) as far:
        yield far
    assert far.wrong == []


def websocket_way() -> Way:
    """At a real server that has DENWABAN_ASTERISK_SECRET."""
    return Way(f"ast-{uuid.uuid4()}", over_websocket)


def audiosocket_way(port: int) -> Way:
    """At a real server that has DENWABAN_AUDIOSOCKET, too."""

    @asynccontextmanager
    async def dial(url: str, to: str, caller: str, key: str) -> AsyncIterator[Far]:
        async with over_audiosocket(url, port, {"uuid": key, "to": to, "from": caller}) as far:
            yield far

    return Way(str(uuid.uuid4()), dial)


@asynccontextmanager
async def by_websocket(plan: Plan, serve: Serve) -> AsyncIterator[tuple[Far, str]]:
    """`bot.rehearsal.fast.FastWay`."""
    async with site(serve, ASTERISK_SECRET=SECRET) as server:
        async with over_websocket(server.url, plan.company, plan.written.caller.presents, "ast-1") as far:
            yield far, "ast-1"
        await server.over()


@asynccontextmanager
async def by_audiosocket(plan: Plan, serve: Serve) -> AsyncIterator[tuple[Far, str]]:
    """`bot.rehearsal.fast.FastWay`."""
    key = str(uuid.uuid4())
    told = {"uuid": key, "to": plan.company, "from": plan.written.caller.presents}
    async with site(serve, ASTERISK_SECRET=SECRET, AUDIOSOCKET="127.0.0.1:0") as server:
        async with over_audiosocket(server.url, server.audiosocket[1], told) as far:
            yield far, key
        await server.over()
