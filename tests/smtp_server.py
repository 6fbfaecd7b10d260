"""A mail server on loopback that keeps what it accepts and refuses what it is told to."""

from __future__ import annotations

import asyncio
import email
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass
class Mailboxes:
    """aiosmtpd's hooks, and what came of them; without slots, for aiosmtpd lists their members, which Python 3.11.2
    cannot do where there are slots."""

    rcpt: Callable[[str], str] = lambda recipient: "250 OK"
    """Answers a recipient."""
    data: Callable[[str], str] = lambda recipient: "250 OK"
    """Answers a message; it is kept when the answer is 250."""
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)
    """(recipient, message) in order."""
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.rcpt(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        (recipient,) = envelope.rcpt_tos
        answer = self.data(recipient)
        if answer.startswith("250"):
            message = email.message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.got.append((recipient, message))
        return answer

    def ids(self, recipient: str) -> list[str]:
        """Message-IDs of what lies in that mailbox."""
        return [str(message["Message-ID"]) for to, message in self.got if to == recipient]


@asynccontextmanager
async def mail_server(mailboxes: Mailboxes, port: int = 0) -> AsyncIterator[Mailboxes]:
    """The server, listening at `mailboxes.port` until the block ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailboxes, hostname="localhost", loop=loop), "127.0.0.1", port)
    mailboxes.port = server.sockets[0].getsockname()[1]
    try:
        yield mailboxes
    finally:
        server.close()
        await server.wait_closed()
