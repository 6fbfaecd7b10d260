"""Where an Asterisk comes in: its media socket, calls that it announces, and what its dialplan asks about a transfer.

Rule: Asterisk signs nothing, so it shows a secret that both sides were given: as the password of websocket_client.conf,
or as the field `secret` where the dialplan asks. Without a secret only this machine is let in, and nobody where a proxy
may stand before us; a page of a browser never is. Whatever may be said of a call comes as fields beside it
(`facts_of`); what they leave out is asked by ARI where it is set up.
Leaves out: the wires (`voice/lines/asterisk`, `voice/lines/audiosocket`) and calls in Stasis (`voice/lines/stasis`).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import logging
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response, WebSocket
from starlette.requests import HTTPConnection

from bot.lines.state import LastCall
from bot.settings import Settings
from bot.web.dialplan import Dialplan
from bot.web.live import LiveCalls
from bot.web.media import WebSocketSocket
from bot.web.tickets import is_local
from voice.lines import LineError
from voice.lines.ari import Ari
from voice.lines.asterisk import FORMATS, SUBPROTOCOL, AsteriskWire, CallFacts, facts_of
from voice.lines.audiosocket import Awaited
from voice.lines.client_socket import media_socket
from voice.lines.socket import Serve, Socket, carry

log = logging.getLogger(__name__)
MAX_FORM_BYTES = 16_384
_CONNECTION = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class AsteriskRoutes:
    """Handed to the web server once the lines are open."""

    def __init__(
        self, settings: Settings, serve: Serve, calls: LiveCalls, awaited: Awaited, ari: Ari | None = None
    ) -> None:
        self.last = LastCall()
        """Over chan_websocket."""
        self._settings = settings.lines.asterisk
        self._public = bool(settings.public_origin)
        self._serve = serve
        self._calls = calls
        self._awaited = awaited
        self._ari = ari
        self._dialplan = Dialplan()
        self._outgoing: set[asyncio.Task[None]] = set()
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_websocket_route("/asterisk/media", self.media)
        self.router.add_api_route("/asterisk/calls", self.announce, methods=["POST"])
        self.router.add_api_route("/asterisk/next", self.next, methods=["POST"])
        self.router.add_api_route("/asterisk/outcome", self.outcome, methods=["POST"])

    async def media(self, websocket: WebSocket) -> None:
        """A call that the dialplan dialled to us: Dial(WebSocket/denwaban/…)."""
        told = dict(websocket.query_params)
        if not self._may(websocket, told):
            await websocket.close()  # before it is accepted: 403
            return
        if SUBPROTOCOL not in (websocket.scope.get("subprotocols") or ()):
            log.warning("Asterisk asked for no subprotocol: write protocols = media into websocket_client.conf")
            await websocket.send_denial_response(Response("protocols = media", 400))
            return
        told = await self._completed(told)
        back = self._dialplan.back(facts_of(told), told.get("status", ""))
        if back is None and await self._refused(websocket, facts_of(told)):
            return
        await websocket.accept(SUBPROTOCOL)
        if back is not None:
            await back(WebSocketSocket(websocket), AsteriskWire(told))
        else:
            await self._carry(WebSocketSocket(websocket), AsteriskWire(told))

    async def announce(self, request: Request) -> Response:
        """Before a call is dialled: the UUID of an AudioSocket, or the connection where a media socket waits for us."""
        told = await _form(request)
        if told is None or not self._may(request, told):
            return _text("forbidden", 403)
        facts = facts_of(told)
        if refusal := self._refusal(facts):
            return _text(refusal, 503)
        if "connection" in told:
            return self._connect(told)
        try:
            return _text(self._awaited.register(told.get("uuid", ""), facts))
        except LineError as error:
            return _text(str(error), 422)

    async def next(self, request: Request) -> Response:
        """Our media socket has ended: where the caller is to be put through, as "101,20"; empty: nowhere."""
        told = await _form(request)
        if told is None or not self._may(request, told):
            return _text("forbidden", 403)
        return _text(self._dialplan.next(facts_of(told).channel))

    async def outcome(self, request: Request) -> Response:
        """What became of that: ANSWER as soon as it is answered, or CANCEL where the caller has gone."""
        told = await _form(request)
        if told is None or not self._may(request, told):
            return _text("forbidden", 403)
        self._dialplan.outcome(facts_of(told).channel, told.get("status", ""))
        return _text("")

    async def close(self) -> None:
        """The sockets that we opened, too."""
        for task in self._outgoing:
            task.cancel()
        if self._outgoing:
            await asyncio.wait(self._outgoing)

    def _connect(self, told: Mapping[str, str]) -> Response:
        if not self._settings.sockets:
            return _text("DENWABAN_ASTERISK_SOCKETS is not set", 422)
        if not _CONNECTION.fullmatch(told["connection"]):
            return _text("connection is no MEDIA_WEBSOCKET_CONNECTION_ID", 422)
        task = asyncio.create_task(self._over(told))
        self._outgoing.add(task)
        task.add_done_callback(self._outgoing.discard)
        return _text("connecting")

    async def _over(self, told: Mapping[str, str]) -> None:
        try:
            async with media_socket(self._settings.sockets, told["connection"]) as socket:
                await self._carry(socket, AsteriskWire(await self._completed(told)))
        except LineError as error:
            log.warning("%s", error)

    async def _carry(self, socket: Socket, wire: AsteriskWire) -> None:
        remote = self._dialplan.remote(socket, wire)
        try:
            with self._calls.one():
                closed = await carry(socket, wire, self._serve, remote=remote)
        finally:
            remote.end()
        self.last.ended(closed.why)
        for complaint in wire.errors:
            log.warning("Asterisk complained in call %s: %s", wire.channel_id, complaint)
        if closed.why not in ("caller", "us"):
            log.warning("Asterisk call %s ended: %s", wire.channel_id, closed.why)

    async def _completed(self, told: Mapping[str, str]) -> dict[str, str]:
        """With what the caller's channel itself tells, where the dialplan told no number."""
        given = {name: value for name, value in told.items() if name != "secret"}
        facts = facts_of(given)
        if self._ari is None or not facts.channel or (facts.to and facts.caller):
            return given
        try:
            channel = await self._ari.channel(facts.channel)
        except LineError as error:
            log.warning("%s", error)
            return given
        return {**given, "to": facts.to or channel.exten, "from": facts.caller or channel.caller}

    async def _refused(self, websocket: WebSocket, facts: CallFacts) -> bool:
        refusal = self._refusal(facts)
        if refusal:
            await websocket.send_denial_response(Response(refusal, 503))
        return bool(refusal)

    def _refusal(self, facts: CallFacts) -> str:
        return self._calls.refuses(facts.ring(facts.channel or "asterisk", FORMATS["ulaw"]))

    def _may(self, request: HTTPConnection, told: Mapping[str, str]) -> bool:
        if "origin" in request.headers:  # a page's request, whoever sits before it
            return False
        if not self._settings.secret:
            return is_local(request) and not self._public
        given = (told.get("secret", ""), _password(request.headers.get("authorization", "")))
        if any(hmac.compare_digest(self._settings.secret.encode(), each.encode("utf-8", "replace")) for each in given):
            return True
        log.warning("a request to %s did not show DENWABAN_ASTERISK_SECRET", request.url.path)
        return False


def _password(authorization: str) -> str:
    """Of HTTP's basic authentication; "" none."""
    scheme, _, coded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(coded, validate=True).decode("utf-8", "replace").partition(":")[2]
    except binascii.Error:
        return ""


async def _form(request: Request) -> dict[str, str] | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            return None
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _text(text: str, status: int = 200) -> Response:
    return Response(text, status, media_type="text/plain")
