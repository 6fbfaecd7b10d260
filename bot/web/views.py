"""What the pages need from the rest of the receptionist, handed in by whoever starts the server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.operators.casefile import CaseFiles
from bot.reporting.account import Account, Words

__all__ = ["ButtonPage", "ClipSound", "Company", "Views", "Words"]


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
    call_id: str = ""
    """Of which call; "" = none that is kept."""


@dataclass(frozen=True, slots=True)
class ButtonPage:
    """What a link with a button opens."""

    title: str
    lines: tuple[str, ...]
    """Which call it is about, and what became of it."""
    label: str
    """Of the button; "" = there is nothing left to press."""


async def no_button(token: str, pressed: bool) -> ButtonPage | None:
    """Where there are no buttons."""
    return None


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
    button: Callable[[str, bool], Awaitable[ButtonPage | None]] = no_button
    """(token of a link, whether the button was pressed) → its page as it stands then; None: forged, run out or gone."""
    calendar: Callable[[str], Awaitable[bytes | None]] = no_calendar
    """Token of a feed's link → the bookings as iCalendar; None: forged, or ended by the company."""
    files: CaseFiles | None = None
    """By which those who have logged in read calls; None: nothing is kept."""
