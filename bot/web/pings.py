"""Which websockets are sent pings: all but Asterisk's.

Rule: a ping keeps a proxy from closing a socket over which nothing goes, and finds a peer that has vanished. On media
sockets sound goes all the time, and older versions of Asterisk hang up on a ping that they do not know.
"""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

UNPINGED = "/asterisk/"
"""Paths that begin so."""


class SomePings(WebSocketsSansIOProtocol):
    """The web server's websockets."""

    def start_keepalive(self) -> None:
        if not self.scope["path"].startswith(UNPINGED):
            super().start_keepalive()
