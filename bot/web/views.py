"""What the pages need from the rest of the receptionist, handed in by whoever starts the server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.account import Account, Words

__all__ = ["ClipSound", "Company", "Views", "Words"]


@dataclass(frozen=True, slots=True)
class Company:
    """One that can be called from the /phone page."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ClipSound:
    """What a link in a report opens."""

    content: bytes
    media_type: str
    """"audio/ogg", "audio/flac" …"""
    title: str
    """Japanese, shown over the player."""


async def no_calendar(token: str) -> bytes | None:
    """Where there are no bookings."""
    return None


@dataclass(frozen=True, slots=True)
class Views:
    """Questions that pages ask."""

    companies: Callable[[], Sequence[Company]]
    said: Callable[[str, int], Awaitable[Sequence[Words]]]
    """(line_call_id, n) → what was said after number n, in order; empty for a call that is not known."""
    clip: Callable[[str], Awaitable[ClipSound | None]]
    """Token of a link → its clip; None: forged, run out, or gone."""
    report: Callable[[str], Awaitable[Account | None]]
    """(line_call_id) → what came of the call; None: it goes on, or is not known."""
    calendar: Callable[[str], Awaitable[bytes | None]] = no_calendar
    """Token of a feed's link → the bookings as iCalendar; None: forged, or ended by the company."""
