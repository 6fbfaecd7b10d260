"""The telephone lines beside the web server: those that are set up are opened in order, and closed in reverse.

Rule: a line that cannot be opened for a reason the user can mend is a SettingsError at the start; one that falls away
later says so in its state and comes back by itself. Left out: the lines that live in the web server (browser, Twilio).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from bot.settings import Settings
from bot.web.live import LiveCalls
from voice.lines.socket import Serve


@dataclass(frozen=True, slots=True)
class LineState:
    """How one line stands, for the status page, the welcome and the doctor."""

    name: str
    """"SIP", "Asterisk" …"""
    state: Literal["starting", "ready", "failed", "draining"]
    detail: str
    """Japanese, one line: what it is connected to, or why no call can come. Never a secret."""


States = Callable[[], tuple[LineState, ...]]
"""How the lines stand now."""


@asynccontextmanager
async def open_lines(settings: Settings, serve: Serve, calls: LiveCalls) -> AsyncIterator[States]:
    """The lines that are set up, open; calls that come over them are lived by `serve`. Raises SettingsError."""
    async with AsyncExitStack():
        states: list[Callable[[], LineState]] = []
        yield lambda: tuple(state() for state in states)
