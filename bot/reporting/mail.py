"""Letters as mail, and the two ways out: a mail server, or `.eml` files in a folder.

Rule: a letter makes the same bytes however often it is built (its Message-ID comes from call, kind and recipient, its
date from the moment it was written), so that a mailbox can tell a repeated delivery from a second report. Whether it
was accepted comes back as a value. Left out: when to try again (`bot/reporting/outbox`).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

import aiosmtplib

from bot.background import InThread
from bot.dialogue.hours import local
from bot.settings import Settings, Smtp
from bot.store import Clip
from bot.store.letters import Letter

ANSWER_SECONDS = 30.0
"""Patience with a mail server for one command; RFC 5321 allows minutes, but the next try comes soon anyway."""

WHOLE_SECONDS = 120.0
"""For one letter from connecting to acceptance. Less than the outbox's lease, or two would send it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """How an attempt ended."""

    accepted: bool
    lasting: bool = False
    """Refused for good (5xx): the same attempt is not likely ever to succeed."""
    reached: bool = True
    """False: the other side did not answer at all, so other letters need not be tried now."""
    why: str = ""


UNSENDABLE = (MessageError, ValueError)
"""What `build` raises on a letter that can be no mail."""


class Sender(Protocol):
    """A way out."""

    async def send(self, mail: Mail) -> Receipt:
        """Hand one mail over; never raises for what the other side does."""
        ...


@dataclass(frozen=True, slots=True)
class Mail:
    """One message for one recipient, ready for the wire."""

    sender: str
    recipient: str
    file: str
    """A name for it: its date first, so that a listing is in order; then what makes it unique."""
    content: bytes
    """RFC 5322, lines end in CRLF."""


def message_id(letter: Letter, sender: str) -> str:
    """The same for the same call, kind and recipient, different for any other."""
    name = "\0".join((letter.call_id, letter.kind, letter.recipient)).encode("utf-8", "replace")
    return f"<{hashlib.sha256(name).hexdigest()[:32]}@{sender.rpartition('@')[2] or 'localhost'}>"


def build(letter: Letter, sender: str, clips: Sequence[Clip]) -> EmailMessage:
    """The message: plain text and HTML, clips attached where the letter wants them. Raises one of `UNSENDABLE`
    on an address or subject that cannot stand in a header."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(local(letter.created))
    message["Message-ID"] = message_id(letter, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office shall answer
    message.set_content(letter.text, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    for clip in clips if letter.attach else ():
        subtype = "flac" if clip.name.endswith(".flac") else "wav"
        message.add_attachment(clip.content, maintype="audio", subtype=subtype, filename=clip.name)
    message["Content-Language"] = "ja"
    _set_boundaries(message)
    return message


def pack(letter: Letter, sender: str, clips: Sequence[Clip]) -> Mail:
    """`build`, in bytes. Takes its time where clips are long: not to be called where sound is carried."""
    message = build(letter, sender, clips)
    name = message_id(letter, sender).strip("<>").partition("@")[0]
    file = f"{local(letter.created):%Y%m%d-%H%M%S}-{name[:12]}.eml"
    return Mail(sender, letter.recipient, file, message.as_bytes())


def _set_boundaries(message: EmailMessage) -> None:
    """Chosen, not drawn by lot. A line of base64 never begins with two hyphens."""
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    for n, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"--{name}-{n}")


class SmtpSender:
    """Through a mail server, a connection a letter."""

    def __init__(self, server: Smtp) -> None:
        self._server = server

    async def send(self, mail: Mail) -> Receipt:
        """Accepted once the server has answered the message itself with 250."""
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                await self._hand_over(mail)
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            return _refused(first.code, first.message)
        except aiosmtplib.SMTPResponseException as error:
            return _refused(error.code, error.message)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return Receipt(False, reached=False, why=f"{type(error).__name__}: {error}")
        return Receipt(True)

    async def _hand_over(self, mail: Mail) -> None:
        async with client_of(self._server, ANSWER_SECONDS) as client:
            await client.sendmail(mail.sender, [mail.recipient], mail.content)


def client_of(server: Smtp, patience_seconds: float) -> aiosmtplib.SMTP:
    """One connection, not yet opened; each answer is waited for so long."""
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user or None,
        password=server.password or None,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        timeout=patience_seconds,
    )


def _refused(code: int, words: str) -> Receipt:
    return Receipt(False, lasting=500 <= code < 600, why=f"{code} {' '.join(words.split())}")


class FileSender:
    """Into a folder, a file a letter; a letter that is written again replaces itself."""

    def __init__(self, folder: Path, in_thread: InThread = asyncio.to_thread) -> None:
        self._folder = folder
        self._in_thread = in_thread

    async def send(self, mail: Mail) -> Receipt:
        """Accepted once the file is on the disk under its name."""
        try:
            await self._in_thread(write_whole, self._folder / mail.file, mail.content)
        except OSError as error:
            return Receipt(False, reached=False, why=f"{type(error).__name__}: {error}")
        return Receipt(True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that its name never shows less than the whole, even if the power goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sender_for(settings: Settings) -> Sender:
    """The way out that the settings name: the mail server, or files under var/mail where there is none."""
    return SmtpSender(settings.smtp) if settings.smtp else FileSender(settings.var_dir / "mail")
