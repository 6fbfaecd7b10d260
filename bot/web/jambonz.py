"""Where jambonz asks what to do with a call, and brings its sound.

Rule: requests are known by the key in our address, sockets by a ticket, once. jambonz asks /next when a socket has
closed: there a call that is to be put through is, and any other ends; who was not answered comes back by /ended and
/back to the line that still waits.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response, WebSocket
from fastapi.responses import JSONResponse

from bot.lines.carrier_settings import CarrierSettings
from bot.web.media import Media, WebSocketSocket, accept
from bot.web.seen import Seen
from bot.web.transfers import Expected, Transfer, Transfers, begins, destination, ringing
from voice.lines import LineError, Ring, TransferEnded
from voice.lines.jambonz import (
    DISCONNECT,
    SUBPROTOCOL,
    JambonzWire,
    busy,
    call_facts,
    dial,
    dialled,
    end,
    listen,
)
from voice.lines.objects import Body, read_object
from voice.lines.socket import Outcome, Socket
from voice.lines.streams import ring

log = logging.getLogger(__name__)
MAX_BODY_BYTES = 65_536


class VerbRemote:
    """A `Remote` that lets the socket go, and says what is wanted when jambonz asks what comes next; for one call."""

    def __init__(self, settings: CarrierSettings, transfers: Transfers, socket: Socket) -> None:
        self.over = asyncio.Event()
        self.wanted = ""
        """Ticket of the transfer that is to be begun; "" = the call is to end."""
        self.socket = socket
        self._settings = settings
        self._transfers = transfers

    async def transfer(self, ring: Ring, to: str, ring_seconds: float) -> Outcome:
        where = destination(to, self._settings)
        if not where:
            return Outcome(TransferEnded(connected=False, why="unsupported"))
        transfer = Transfer(where, ring_seconds)
        with self._transfers.one(transfer, self.over) as self.wanted:
            try:
                await self.socket.send(DISCONNECT)
                return await transfer.ended()
            except ConnectionError as error:
                raise LineError("the socket has gone") from error
            finally:
                self.wanted = ""

    async def hang_up(self, ring: Ring) -> None:
        """/next ends the call."""


class JambonzCalls:
    """The routes."""

    def __init__(self, settings: CarrierSettings, origin: str, media: Media, seen: Seen) -> None:
        self._seen = seen
        self._settings = settings
        self._origin = origin
        self._media = media
        self._expected = Expected()
        self._transfers = Transfers()
        self._live: dict[str, VerbRemote] = {}
        """By the ticket of the call's first socket."""

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/jambonz/{key}")
        hooks: dict[str, Callable[[str, Body], list[dict[str, Any]]]] = {
            "/voice": self._voice,
            "/next/{ticket}": self._next,
            "/answered/{ticket}": self._answered,
            "/ended/{ticket}/{call}": self._ended,
        }
        for path, hook in hooks.items():
            router.add_api_route(path, self._hook(hook), methods=["POST"])
        router.add_api_websocket_route("/media/{ticket}", self.media)
        router.add_api_websocket_route("/back/{ticket}/{call}", self.back)
        return router

    async def media(self, websocket: WebSocket) -> None:
        """A call whose webhook was answered with this very address."""
        ticket = str(websocket.path_params["ticket"])
        facts = self._expected.take(ticket) if self._has_key(websocket) else None
        if facts is None:
            await websocket.close()
            return
        self._seen.opened += 1
        remote = VerbRemote(self._settings, self._transfers, WebSocketSocket(websocket))
        self._live[ticket] = remote
        try:
            closed = await self._media.carry(websocket, JambonzWire(facts), remote, (SUBPROTOCOL,))
            self._seen.last.ended(closed.why)
        finally:
            remote.over.set()
            del self._live[ticket]

    async def back(self, websocket: WebSocket) -> None:
        """The caller comes back to the line that waits."""
        ticket = str(websocket.path_params["ticket"])
        transfer, over = self._transfers.find(ticket), self._transfers.over(ticket)
        remote = self._live.get(str(websocket.path_params["call"]))
        known = transfer is not None and over is not None and remote is not None and not transfer.outcome.done()
        if not known or not self._has_key(websocket):
            await websocket.close()
            return
        assert transfer is not None
        assert over is not None
        assert remote is not None
        remote.socket = await accept(websocket, (SUBPROTOCOL,))
        if await begins(remote.socket, JambonzWire(), transfer):
            await over.wait()

    def _voice(self, ticket: str, body: Body) -> list[dict[str, Any]]:
        """What is to be done with a call? Connect it to our socket."""
        facts = call_facts(body)
        if self._media.calls.refuses(ring(facts, "jambonz", facts.call_id, "L16")):
            return busy()
        self._media.calls.promise()
        self._seen.asked += 1
        ticket = self._expected.ticket(facts)
        return listen(self._url("ws", "media", ticket), self._url("http", "next", ticket))

    def _next(self, ticket: str, body: Body) -> list[dict[str, Any]]:
        """The socket has closed: what now?"""
        remote = self._live.get(ticket)
        transfer = self._transfers.find(remote.wanted) if remote is not None and remote.wanted else None
        if remote is None or transfer is None:
            return end()
        transfer.begun.set()
        answered = self._url("http", "answered", remote.wanted)
        ended = self._url("http", "ended", remote.wanted, ticket)
        return dial(ringing(transfer, self._settings.caller_id, answered, ended))

    def _answered(self, ticket: str, body: Body) -> list[dict[str, Any]]:
        """Somebody has the caller; nothing is said to either before."""
        if transfer := self._transfers.find(ticket):
            transfer.answered()
        return []

    def _ended(self, ticket: str, body: Body) -> list[dict[str, Any]]:
        """Nobody answered, or the conversation is over: what now?"""
        ticket, _, call = ticket.partition("/")
        transfer, found = self._transfers.find(ticket), dialled(body)
        if found == "answered" or found == "gone":
            if transfer is not None:
                (transfer.answered if found == "answered" else transfer.gone)()
            return end()
        if transfer is None or transfer.outcome.done():
            return self._voice("", body)  # nobody waits for this caller any more: the call is answered anew
        transfer.why = found
        return listen(self._url("ws", "back", ticket, call), self._url("http", "next", call))

    def _hook(self, answer: Callable[[str, Body], list[dict[str, Any]]]) -> Callable[[Request], Any]:
        async def hook(request: Request) -> Response:
            body = b""
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    return Response("the body is too long", 413, media_type="text/plain")
            if not self._has_key(request):
                return Response("there is no such page", 404, media_type="text/plain")
            try:
                asked = read_object(body.decode("utf-8", "replace") or "{}")
            except LineError as error:
                return Response(str(error), 400, media_type="text/plain")
            names = [str(request.path_params[each]) for each in ("ticket", "call") if each in request.path_params]
            return JSONResponse(answer("/".join(names), asked))

        return hook

    def _url(self, scheme: str, *path: str) -> str:
        origin = self._origin.replace("http", scheme, 1)
        return "/".join((origin, "jambonz", self._settings.key, *path))

    def _has_key(self, request: Request | WebSocket) -> bool:
        given = str(request.path_params.get("key", ""))
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._settings.key.encode())
