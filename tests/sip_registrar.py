"""A SIP registrar with one account, which asks for the digest of its password (RFC 3261, RFC 2617 with qop=auth)."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from tests.baresip import PATIENCE_SECONDS
from voice.lines.sip.headers import SipMessage, read_message

REALM, NONCE = "pbx.example", "84f1c1ae6cbe5ua9c8e88dfa3ecm3459"


def _md5(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode()).hexdigest()


@dataclass
class Registrar(asyncio.DatagramProtocol):
    """Answers REGISTER and nothing else."""

    user: str
    password: str
    registered: list[int] = field(default_factory=list)
    """Seconds for which it was registered, each time; 0 = it was unregistered."""
    refused: int = 0
    contact: str = ""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        request = read_message(data.decode())
        if not request.first.startswith("REGISTER "):
            return
        given = dict(re.findall(r'(\w+)="?([^",]*)"?', request.one("authorization")))
        status, more = "200 OK", [f"Contact: {request.one('contact')};expires=60"]
        if not self._fits(given):
            self.refused += bool(given)
            challenge = f'WWW-Authenticate: Digest realm="{REALM}", nonce="{NONCE}", qop="auth", algorithm=MD5'
            status, more = "401 Unauthorized", [challenge]
        else:
            self.contact = request.one("contact")
            self.registered.append(_seconds(request))
        self.news.set()
        names = {"via": "Via", "from": "From", "to": "To", "call-id": "Call-ID", "cseq": "CSeq"}
        kept = [f"{names[name]}: {value}" for name, value in request.headers if name in names]
        assert self.transport is not None
        self.transport.sendto(
            "\r\n".join([f"SIP/2.0 {status}", *kept, *more, "Content-Length: 0", "", ""]).encode(), addr
        )

    def _fits(self, given: dict[str, str]) -> bool:
        if given.get("username") != self.user:
            return False
        secret, request = _md5(self.user, REALM, self.password), _md5("REGISTER", given.get("uri", ""))
        numbers = (given.get("nc", ""), given.get("cnonce", ""), given.get("qop", ""))
        return given.get("response") == _md5(secret, NONCE, *numbers, request)

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not true():
                self.news.clear()
                await self.news.wait()


def _seconds(request: SipMessage) -> int:
    found = re.search(r"expires=(\d+)", request.one("contact")) or re.search(r"(\d+)", request.one("expires"))
    return int(found[1]) if found else 3600


@asynccontextmanager
async def registrar(user: str, password: str) -> AsyncIterator[tuple[Registrar, int]]:
    """One that runs, and its port."""
    loop = asyncio.get_running_loop()
    transport, made = await loop.create_datagram_endpoint(
        lambda: Registrar(user, password), local_addr=("127.0.0.1", 0)
    )
    try:
        yield made, transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
