"""Asterisk beside the server: its routes, the AudioSocket port and the calls of its Stasis application, as set up.

Rule: a port that is taken is a SettingsError at the start; an Asterisk that does not answer says so in the line's
state, and its calls come as soon as it does.
Left out: what is said over these lines (`voice/lines`), and who is let in by the web (`bot/web/asterisk`).
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from bot.clock import steady
from bot.environment import bad
from bot.lines.asterisk_settings import Asterisk
from bot.lines.state import LastCall, LineState
from bot.settings import Settings
from bot.web.asterisk import AsteriskRoutes
from bot.web.live import LiveCalls
from voice.lines import LineError
from voice.lines.ari import Ari
from voice.lines.audiosocket import AudioSocketWire, Awaited
from voice.lines.audiosocket_tcp import TimedSocket, listening
from voice.lines.socket import Limits, Serve, carry, first_ring, refuse
from voice.lines.stasis import Exchange

log = logging.getLogger(__name__)
FIRST_SECONDS = 3.0
"""From an AudioSocket connection to its UUID, which Asterisk sends at once."""


@asynccontextmanager
async def open_asterisk(
    settings: Settings, serve: Serve, calls: LiveCalls, app: FastAPI
) -> AsyncIterator[list[Callable[[], LineState]]]:
    """Whatever of it is set up, open; how it stands. Raises SettingsError."""
    asterisk, awaited = settings.lines.asterisk, Awaited(steady)
    states: list[Callable[[], LineState]] = []
    async with AsyncExitStack() as opened:
        exchange: Exchange | None = None
        listener = _listen(asterisk.audiosocket) if asterisk.audiosocket else None
        where = _shown(listener) if listener else ""
        if asterisk.ari is not None:
            ari = Ari(asterisk.ari)
            opened.push_async_callback(ari.close)
            exchange = Exchange(ari, serve, calls, awaited, where)
            running = asyncio.create_task(exchange.run())
            opened.push_async_callback(_end, running)
            states.append(lambda: _stasis_state(asterisk, exchange))
        if listener is not None:
            answering = _Answering(serve, calls, exchange)
            wires = lambda: AudioSocketWire(awaited.take, asterisk.company)  # noqa: E731
            await opened.enter_async_context(listening(listener, wires, answering.answer))
            states.append(
                lambda: answering.last.state("AudioSocket", f"{where} で Asterisk からの接続を待っています。")
            )
        routes = AsteriskRoutes(settings, serve, calls, awaited, exchange.ari if exchange else None)
        if asterisk.secret:
            detail = "/asterisk/media で Asterisk(chan_websocket)からの接続を待っています。"
            states.insert(0, lambda: routes.last.state("chan_websocket", detail))
        app.include_router(routes.router)
        opened.push_async_callback(routes.close)
        yield states


class _Answering:
    """AudioSocket connections to calls."""

    def __init__(self, serve: Serve, calls: LiveCalls, exchange: Exchange | None) -> None:
        self.last = LastCall()
        self._serve = serve
        self._calls = calls
        self._exchange = exchange

    async def answer(self, over: TimedSocket, wire: AudioSocketWire) -> None:
        limits = Limits(first_seconds=FIRST_SECONDS)
        if refusal := self._calls.refusal:
            await self._refuse(over, wire, refusal, limits)
            return
        with self._calls.one():
            closed = await carry(over, wire, self._serve, limits, self._exchange)
        self.last.ended(closed.why)
        if closed.why not in ("caller", "us"):
            log.warning("an AudioSocket call ended: %s", closed.why)

    async def _refuse(self, over: TimedSocket, wire: AudioSocketWire, refusal: str, limits: Limits) -> None:
        """Whose call it was is told with its first frame."""
        try:
            async with asyncio.timeout(limits.first_seconds):
                ring = await first_ring(over, wire)
        except (TimeoutError, LineError, ConnectionError):
            ring = None
        if ring is not None and refusal == "full":
            self._calls.turned_away(ring)
        await refuse(over, wire, refusal, limits)


def _listen(where: tuple[str, int]) -> socket.socket:
    host, port = where
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise bad(
            "AUDIOSOCKET", f"{host}:{port}", f"it cannot be listened on ({error.strerror}): choose another"
        ) from error


def _shown(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _stasis_state(asterisk: Asterisk, exchange: Exchange | None) -> LineState:
    assert asterisk.ari is not None
    assert exchange is not None
    if exchange.connected:
        last = LastCall()
        last.ended(exchange.ended)
        return last.state("Asterisk", f"{asterisk.ari.url} の Stasis({asterisk.ari.app}) を受けています。")
    if not exchange.trouble:
        return LineState("Asterisk", "starting", f"{asterisk.ari.url} につないでいます。")
    return LineState("Asterisk", "failed", exchange.trouble)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
