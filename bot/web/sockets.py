"""Where calls come in: Twilio's webhook and media socket, and the /phone page's socket.

Rule: who may call is decided before the socket is accepted (signature, origin, not while stopping); what comes over it
is the wire's and the line's business (`voice/lines`), and the call itself is `serve`.
"""

from __future__ import annotations

import logging
import secrets
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Request, Response, WebSocket
from starlette.websockets import WebSocketDisconnect

from bot.settings import Settings
from bot.web.live import LiveCalls
from bot.web.tickets import Tickets
from voice.lines import Ring
from voice.lines.browser import BrowserWire
from voice.lines.socket import Serve, Wire, carry
from voice.lines.twilio import TwilioWire, dialled, is_signed, twiml

log = logging.getLogger(__name__)
MAX_FORM_BYTES = 65_536
_CLEAN_CODES = (1000, 1001)
"""Closed on purpose, and the page left (RFC 6455, 7.4.1); anything else is a loss."""


class WebSocketSocket:
    """A Starlette WebSocket as `voice.lines.socket.Socket`."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> str | bytes | None:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            if message.get("code") in _CLEAN_CODES:
                return None
            raise ConnectionError(f"closed with {message.get('code')}")
        text: str | None = message.get("text")
        return text if text is not None else bytes(message.get("bytes") or b"")

    async def send(self, message: str | bytes) -> None:
        try:
            if isinstance(message, str):
                await self._websocket.send_text(message)
            else:
                await self._websocket.send_bytes(message)
        except (WebSocketDisconnect, RuntimeError) as error:  # the second: it was closed while we waited to send
            raise ConnectionError("the peer has gone") from error

    async def close(self, why: str, refused: bool) -> None:
        reason = why.encode()[:120].decode("utf-8", "ignore")  # a close frame has room for 123 bytes
        try:
            await self._websocket.close(1008 if refused else 1000, reason)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise ConnectionError("the peer has gone") from error


class Sockets:
    """The routes of calls."""

    def __init__(self, settings: Settings, serve: Serve, calls: LiveCalls, tickets: Tickets) -> None:
        self._settings = settings
        self._serve = serve
        self._calls = calls
        self._tickets = tickets
        self.router = APIRouter()
        self.router.add_api_route("/twilio/voice", self.voice, methods=["POST"])
        self.router.add_api_websocket_route("/twilio/media", self.media)
        self.router.add_api_websocket_route("/phone/line", self.phone)

    async def voice(self, request: Request) -> Response:
        """Twilio asks what to do with a call: connect it to our media socket."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_FORM_BYTES:
                return Response("the form is too long", 413, media_type="text/plain")
        form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        query = f"?{request.url.query}" if request.url.query else ""
        if not self._is_signed(request, self._settings.public_origin + request.url.path + query, form):
            return Response("the signature does not fit", 403, media_type="text/plain")
        given = dict(form)
        if refusal := self._calls.refusal:
            if refusal == "full":
                called, caller = dialled(given.get("To", "")), dialled(given.get("From", ""))
                self._calls.turned_away(Ring(called, caller, "twilio", given.get("CallSid", ""), 8000))
            return _xml("<Response><Reject reason='busy'/></Response>")
        origin = self._settings.public_origin or f"https://{request.headers.get('host', '')}"
        names = {"to": "To", "from": "From", "forwarded": "ForwardedFrom"}
        parameters = {ours: given[theirs] for ours, theirs in names.items() if given.get(theirs)}
        return _xml(twiml(f"wss://{urlsplit(origin).netloc}/twilio/media", parameters))

    async def media(self, websocket: WebSocket) -> None:
        """A call that Twilio connected."""
        url = f"wss://{urlsplit(self._settings.public_origin).netloc}{websocket.url.path}"
        # Some of Twilio's edges sign the address with a slash behind it.
        if not (self._is_signed(websocket, url, []) or self._is_signed(websocket, url + "/", [])):
            await websocket.close()
            return
        await self._carry(websocket, TwilioWire())

    async def phone(self, websocket: WebSocket) -> None:
        """A call from the /phone page; only pages of this server may place one."""
        origin = websocket.headers.get("origin", "")
        if origin and origin != self._settings.public_origin:
            host = websocket.headers.get("host", "")
            if urlsplit(origin).netloc != host:
                log.warning("a page of another origin tried to call and was refused")
                await websocket.close()
                return
        if self._calls.refusal == "full":
            await websocket.send_denial_response(Response("full", 503))
            return
        call_id = f"b{secrets.token_hex(8)}"
        await self._carry(websocket, BrowserWire(call_id, self._tickets.issue(call_id)))

    async def _carry(self, websocket: WebSocket, wire: Wire) -> None:
        if self._calls.stopping:
            await websocket.send_denial_response(Response("stopping", 503))
            return
        await websocket.accept()
        with self._calls.one():
            closed = await carry(WebSocketSocket(websocket), wire, self._serve)
        if closed.why not in ("caller", "us"):
            log.warning("a call on %s ended: %s", websocket.url.path, closed.why)

    def _is_signed(self, request: Request | WebSocket, url: str, form: list[tuple[str, str]]) -> bool:
        token = self._settings.twilio_token
        if not token or is_signed(token, url, request.headers.get("x-twilio-signature", ""), form):
            return True
        log.warning("a request to %s was not signed by Twilio for %s", request.url.path, url)
        return False


def _xml(text: str) -> Response:
    return Response(text, media_type="text/xml")
