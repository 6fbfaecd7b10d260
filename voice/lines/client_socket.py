"""A media socket that we open: `ws://asterisk:8088/media/<id>`, where Asterisk waits for us.

Rule: what goes wrong is a LineError or a ConnectionError. No pings are sent, since older versions hang up on them, and
no message is cut into pieces, since none is put together again there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from voice.lines import LineError
from voice.lines.asterisk import SUBPROTOCOL

OPEN_SECONDS = 5.0
CLOSE_SECONDS = 2.0
_CLEAN_CODES = (1000, 1001)


class ClientSocket:
    """A websocket of ours as `voice.lines.wire.Socket`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def receive(self) -> str | bytes | None:
        try:
            return await self._socket.recv()
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code in _CLEAN_CODES:
                return None
            raise ConnectionError("the peer has gone") from closed

    async def send(self, message: str | bytes) -> None:
        try:
            await self._socket.send(message)
        except ConnectionClosed as closed:
            raise ConnectionError("the peer has gone") from closed

    async def close(self, why: str, refused: bool) -> None:
        reason = why.encode()[:120].decode("utf-8", "ignore")  # a close frame has room for 123 bytes
        await self._socket.close(1008 if refused else 1000, reason)


@asynccontextmanager
async def media_socket(sockets: str, connection: str) -> AsyncIterator[ClientSocket]:
    """The socket that Asterisk has named; `sockets`: ws://asterisk:8088. Raises LineError."""
    where = f"{sockets}/media/{quote(connection, safe='')}"
    try:
        socket = await connect(
            where,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            open_timeout=OPEN_SECONDS,
            close_timeout=CLOSE_SECONDS,
            ping_interval=None,
            compression=None,
            proxy=None,
        )
    except InvalidStatus as error:
        status = error.response.status_code
        why = {404: "nobody dialled it", 409: "it is connected already"}.get(status, f"it answered {status}")
        raise LineError(f"{where} does not take us: {why}") from error
    except (OSError, TimeoutError, InvalidHandshake) as error:
        raise LineError(f"{where} does not answer ({type(error).__name__}): is http.conf enabled?") from error
    try:
        yield ClientSocket(socket)
    finally:
        await socket.close()
