"""Where carriers ask what to do with a call, and bring its sound: one set of routes for each that is set up.

Rule: nothing is answered to a request that the carrier has not signed (over the public origin, never the Host header),
or that does not hold the key; a socket that is not signed is let in by a ticket, once. A call that was put through and
not answered comes back by /ended and /back to the line that still waits for it.
Leaves out: what the answers look like (`voice/lines/carrier`), jambonz, which asks otherwise (`bot/web/jambonz`).
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from urllib.parse import parse_qsl, urlsplit

import fastapi
from fastapi import APIRouter, Response, WebSocket

from bot.lines.carrier_settings import CarrierSettings
from bot.web.media import Media, accept
from bot.web.seen import Seen
from bot.web.transfers import Expected, RestRemote, Transfers, begins, ringing
from voice.lines.carrier import Carrier, Request
from voice.lines.rest import Rest
from voice.lines.socket import Wire
from voice.lines.streams import Facts, ring

log = logging.getLogger(__name__)
MAX_FORM_BYTES = 65_536


class CarrierCalls:
    """One carrier's routes."""

    def __init__(
        self, carrier: Carrier, settings: CarrierSettings | None, rest: Rest | None, origin: str, seen: Seen
    ) -> None:
        """`rest` None: calls cannot be put through. `origin`: the public one; "" = as the request names it."""
        self._seen = seen
        self._carrier = carrier
        self._settings = settings
        self._rest = rest
        self._origin = origin
        self._path = f"/{carrier.name}/{carrier.key}" if carrier.key else f"/{carrier.name}"
        self._expected = Expected()
        self._transfers = Transfers()

    def router(self, media: Media) -> APIRouter:
        """The routes, which bring calls to `media`."""
        self._media = media
        router = APIRouter()
        path = f"/{self._carrier.name}/{{key}}" if self._carrier.key else f"/{self._carrier.name}"
        router.add_api_route(f"{path}/voice", self.voice, methods=["POST"])
        router.add_api_websocket_route(f"{path}/media", self.media)
        router.add_api_websocket_route(f"{path}/media/{{ticket}}", self.expected)
        router.add_api_route(f"{path}/dial/{{ticket}}", self.dial, methods=["POST"])
        router.add_api_route(f"{path}/answered/{{ticket}}", self.answered, methods=["POST"])
        router.add_api_route(f"{path}/ended/{{ticket}}", self.ended, methods=["POST"])
        router.add_api_websocket_route(f"{path}/back/{{ticket}}", self.back)
        return router

    async def voice(self, request: fastapi.Request) -> Response:
        """What is to be done with a call? Connect it to our media socket."""
        came = await self._came(request)
        return came if isinstance(came, Response) else self._connect(came, request.headers.get("host", ""))

    async def media(self, websocket: WebSocket) -> None:
        """A call that the carrier connected; whose it is, is in its first message."""
        if not self._carrier.signs_sockets or not self._is_genuine(websocket, self._asked(websocket, ())):
            await websocket.close()
            return
        await self._carry(websocket, None)

    async def expected(self, websocket: WebSocket) -> None:
        """A call whose webhook was answered with this very address."""
        facts = self._expected.take(str(websocket.path_params["ticket"])) if self._has_key(websocket) else None
        if facts is None:
            await websocket.close()
            return
        await self._carry(websocket, facts)

    async def dial(self, request: fastapi.Request) -> Response:
        """A call that we send elsewhere: whom to ring?"""
        came = await self._came(request)
        if isinstance(came, Response):
            return came
        ticket = str(request.path_params["ticket"])
        transfer = self._transfers.find(ticket)
        if transfer is None or self._settings is None:
            return _xml(self._carrier.markup.end())
        transfer.begun.set()
        here = f"{self._http(request.headers.get('host', ''))}{self._path}"
        urls = f"{here}/answered/{ticket}", f"{here}/ended/{ticket}"
        return _xml(self._carrier.markup.dial(ringing(transfer, self._settings.caller_id, *urls)))

    async def answered(self, request: fastapi.Request) -> Response:
        """Somebody has the caller."""
        came = await self._came(request)
        if isinstance(came, Response):
            return came
        transfer = self._transfers.find(str(request.path_params["ticket"]))
        if transfer is not None and self._carrier.markup.answered(came.fields):
            transfer.answered()
        return Response(status_code=204)

    async def ended(self, request: fastapi.Request) -> Response:
        """Nobody answered, or the conversation is over: what now?"""
        came = await self._came(request)
        if isinstance(came, Response):
            return came
        ticket = str(request.path_params["ticket"])
        transfer = self._transfers.find(ticket)
        found = self._carrier.markup.dialled(came.fields)
        if found in ("answered", "gone"):
            if transfer is not None:
                (transfer.answered if found == "answered" else transfer.gone)()
            return _xml(self._carrier.markup.end())
        host = request.headers.get("host", "")
        if transfer is None or transfer.outcome.done():
            return self._connect(came, host)  # nobody waits for this caller any more: the call is answered anew
        transfer.why = found
        back = f"{self._ws(host)}{self._path}/back/{ticket}"
        return _xml(self._carrier.markup.connect(back, self._carrier.markup.facts(came.fields)))

    async def back(self, websocket: WebSocket) -> None:
        """The caller comes back to the line that waits."""
        ticket = str(websocket.path_params["ticket"])
        genuine = self._is_genuine(websocket, self._asked(websocket, ())) if self._carrier.signs_sockets else True
        transfer, over = self._transfers.find(ticket), self._transfers.over(ticket)
        if not genuine or not self._has_key(websocket) or transfer is None or over is None or transfer.outcome.done():
            await websocket.close()
            return
        socket = await accept(websocket)
        wire = self._wire(None)
        if await begins(socket, wire, transfer):
            await over.wait()

    async def _carry(self, websocket: WebSocket, facts: Facts | None) -> None:
        self._seen.opened += 1
        remote = self._remote(facts, websocket.headers.get("host", ""))
        try:
            self._seen.last.ended((await self._media.carry(websocket, self._wire(facts), remote)).why)
        finally:
            if remote is not None:
                remote.over.set()

    def _wire(self, facts: Facts | None) -> Wire:
        return self._carrier.wire(asyncio.get_running_loop().time, facts)

    def _remote(self, facts: Facts | None, host: str) -> RestRemote | None:
        if self._rest is None or self._settings is None:
            return None
        address = f"{self._http(host)}{self._path}"
        return RestRemote(self._rest, self._settings, self._transfers, address, facts.call_id if facts else "")

    def _connect(self, came: Request, host: str) -> Response:
        facts = self._carrier.markup.facts(came.fields)
        if self._media.calls.refuses(ring(facts, self._carrier.name, facts.call_id, "PCMU")):
            return _xml(self._carrier.markup.busy())
        self._media.calls.promise()
        self._seen.asked += 1
        url = f"{self._ws(host)}{self._path}/media"
        ticket = "" if self._carrier.signs_sockets else f"/{self._expected.ticket(facts)}"
        return _xml(self._carrier.markup.connect(url + ticket, facts))

    async def _came(self, request: fastapi.Request) -> Request | Response:
        """The request, or why it is not listened to."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_FORM_BYTES:
                return Response("the form is too long", 413, media_type="text/plain")
        form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        came = self._asked(request, tuple(form))
        if not self._has_key(request):
            return Response("there is no such page", 404, media_type="text/plain")
        if not self._is_genuine(request, came):
            return Response("the signature does not fit", 403, media_type="text/plain")
        return came

    def _asked(self, request: fastapi.Request | WebSocket, form: tuple[tuple[str, str], ...]) -> Request:
        origin = self._ws("") if isinstance(request, WebSocket) else self._origin
        query = f"?{request.url.query}" if request.url.query and not isinstance(request, WebSocket) else ""
        return Request(f"{origin}{request.url.path}{query}", form, request.headers)

    def _has_key(self, request: fastapi.Request | WebSocket) -> bool:
        given = str(request.path_params.get("key", ""))
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._carrier.key.encode())

    def _is_genuine(self, request: fastapi.Request | WebSocket, came: Request) -> bool:
        self._seen.unsigned = not self._carrier.is_genuine(came)
        if not self._seen.unsigned:
            return True
        log.warning("a request was not signed by %s for %s", self._carrier.name, came.url)
        return False

    def _http(self, host: str) -> str:
        return self._origin or f"https://{host}"

    def _ws(self, host: str) -> str:
        return f"wss://{urlsplit(self._http(host)).netloc}"


def _xml(text: str) -> Response:
    return Response(text, media_type="text/xml")
