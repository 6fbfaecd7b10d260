"""A call over a web socket: how Starlette's looks to `voice/lines`, and the way from an opened one to a lived call.

Rule: who may call, and whether there is room, was decided before (`bot/web/carriers`, `bot/web/phone`); a call that
comes while the server stops is refused before the socket is accepted, unless its carrier was told before to bring it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from fastapi import Response, WebSocket
from starlette.websockets import WebSocketDisconnect

from bot.web.live import LiveCalls
from voice.lines import Closed
from voice.lines.socket import Remote, Serve, Wire, carry

log = logging.getLogger(__name__)
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


class Media:
    """Sockets to calls."""

    def __init__(self, serve: Serve, calls: LiveCalls) -> None:
        self.calls = calls
        self._serve = serve

    async def carry(
        self, websocket: WebSocket, wire: Wire, remote: Remote | None, speaks: Sequence[str] = (), asked: bool = True
    ) -> Closed:
        """The socket's call, to its end. `speaks`: subprotocols, of which the peer may offer one; `asked`: only comes
        after its carrier was told to bring it (`LiveCalls.promise`)."""
        with self.calls.one():
            promised = asked and self.calls.redeem()
            if self.calls.stopping and not promised:
                await websocket.send_denial_response(Response("stopping", 503))
                return Closed("us")
            closed = await carry(await accept(websocket, speaks), wire, self._serve, remote=remote)
        if closed.why not in ("caller", "us"):
            log.warning("a call on %s ended: %s", _path(websocket), closed.why)
        return closed


async def accept(websocket: WebSocket, speaks: Sequence[str] = ()) -> WebSocketSocket:
    """Opens the socket, in a subprotocol that both sides know where the peer offers any."""
    offered = websocket.scope.get("subprotocols") or ()
    await websocket.accept(next((each for each in speaks if each in offered), None))
    return WebSocketSocket(websocket)


def _path(websocket: WebSocket) -> str:
    """Without the keys and tickets that may stand in it."""
    name, *rest = websocket.url.path.strip("/").split("/")
    return "/" + "/".join([name, *(each for each in rest if each in ("media", "line"))])
