"""The telephone lines beside the web server: those that are set up are opened in order, and closed in reverse.

Rule: a line that cannot be opened for a reason the user can mend is a SettingsError at the start; one that falls away
later says so in its state and comes back by itself. Left out: the lines that live in the web server (browser, Twilio
and other carriers, of which only the state is told here).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI

from bot.lines.asterisk import open_asterisk
from bot.lines.sip import Knows, open_sip
from bot.lines.state import LineState
from bot.settings import Settings
from bot.web.live import LiveCalls
from voice.lines import Outward, Ring
from voice.lines.socket import Serve

__all__ = ["LineState", "Lines", "States", "open_lines"]

States = Callable[[], tuple[LineState, ...]]
"""How the lines stand now."""


def _anybodys(ring: Ring) -> bool:
    """Where it is not known which numbers there are."""
    return True


@dataclass(frozen=True, slots=True)
class Lines:
    """Those that are open."""

    states: States
    outward: Outward | None
    """By which somebody can be rung up; None: none of them can do that."""


@asynccontextmanager
async def open_lines(
    settings: Settings, serve: Serve, calls: LiveCalls, knows: Knows = _anybodys, app: FastAPI | None = None
) -> AsyncIterator[Lines]:
    """The lines that are set up, open; calls that come over them are lived by `serve`. `app`: the web server, which
    gets the routes of lines that need some. Raises SettingsError."""
    async with AsyncExitStack() as opened:
        states: list[Callable[[], LineState]] = []
        outward: Outward | None = None
        if settings.lines.sip is not None:
            state, outward = await opened.enter_async_context(open_sip(settings.lines.sip, serve, calls, knows))
            states.append(state)
        if app is not None:
            states += [seen.state for seen in getattr(app.state, "carriers", ())]
            states += await opened.enter_async_context(open_asterisk(settings, serve, calls, app))
        yield Lines(lambda: tuple(each() for each in states), outward)
