"""The beginning of a socket, as the server sees it, for tests of who is let in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.types import Message

from tests.people import ORIGIN, Town


@dataclass
class Handshake:
    """A socket's beginning, as the server sees it."""

    at: Town
    path: str
    cookies: str
    origin: str = ORIGIN

    async def accepted(self) -> bool:
        """Was it let in, and not closed at once? The browser leaves right after it was."""
        sent: list[Message] = []
        told: Iterator[Message] = iter([{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1001}])

        async def receive() -> Message:
            return next(told)

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [(b"host", ORIGIN.partition("//")[2].encode()), (b"origin", self.origin.encode())]
        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "wss",
            "headers": [*headers, (b"cookie", self.cookies.encode())],
            "client": ("203.0.113.7", 5),
            "server": ("phone.example.jp", 443),
            "subprotocols": [],
            "extensions": {"websocket.http.response": {}},
        }
        await self.at.app(scope, receive, send)
        kinds = [message["type"] for message in sent]
        refused = [message for message in sent if message["type"] == "websocket.close" and message["code"] >= 4400]
        return "websocket.accept" in kinds and not refused
