"""Listening, and stopping without cutting anybody off.

Rule: the first signal (or `Stop.ask`) ends the taking of calls and waits for the live ones, so long and no longer; then
they take leave of their callers. The second signal ends them. The
port is bound before anything else is started, so that a taken one is told at once.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import Coroutine
from typing import Any

import uvicorn
from fastapi import FastAPI

from bot.settings import SettingsError
from bot.web.live import LiveCalls
from bot.web.pings import SomePings

log = logging.getLogger(__name__)
MAX_MESSAGE_BYTES = 262_144
"""Of a socket: what the wires take (65,536 characters), in UTF-8. Beyond it the socket is closed unread."""


LEAVE_SECONDS = 30.0
"""For the last words and the callers' answer to them, once calls are dismissed; then they are cut off."""


class Stop:
    """Asked once: as soon as no call is live. Asked twice: now."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.at_once = asyncio.Event()

    def ask(self) -> None:
        if self.asked.is_set():
            self.at_once.set()
        self.asked.set()


def listen(host: str, port: int) -> socket.socket:
    """The bound port, 0 for any free one. Raises SettingsError with the remedy in one line."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise SettingsError(f"DENWABAN_HOST: {host!r} is no address of this machine; write 127.0.0.1") from error
    listener = socket.socket(family, kind)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise SettingsError(_why_not(host, port, error)) from error
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} on {host} is in use: stop the other program, or set DENWABAN_PORT (0 = any free port)"
        case errno.EACCES:
            return f"port {port} on {host} may not be used by this user: set DENWABAN_PORT to one above 1023"
        case errno.EADDRNOTAVAIL:
            return f"DENWABAN_HOST: {host!r} is no address of this machine; write 127.0.0.1"
    return f"port {port} on {host} cannot be listened on ({error.strerror}): set DENWABAN_HOST and DENWABAN_PORT"


def address(listener: socket.socket) -> str:
    """http://… of a listener, as a person of this machine opens it."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def run_web(
    app: FastAPI,
    listener: socket.socket,
    calls: LiveCalls,
    stop: Stop,
    signals: bool = True,
    drain_seconds: float | None = None,
) -> None:
    """Serves until stopped; returns when the last connection is closed.

    With `signals`, SIGINT and SIGTERM ask to stop (main thread only). `drain_seconds`: how long calls may still go on
    then; None: as long as they like.
    """
    server = _server(app)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not (server.started or serving.done()):
        await asyncio.sleep(0.01)  # it tells by this attribute only
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM) if signals else ():
        loop.add_signal_handler(number, stop.ask)  # over those that uvicorn has set, which would cut calls off
    try:
        await _either(asyncio.wait({serving}), stop.asked.wait())
        await _drain(calls, stop, drain_seconds)
        server.should_exit = True
        await serving
    finally:
        serving.cancel()
        for number in (signal.SIGINT, signal.SIGTERM) if signals else ():
            loop.remove_signal_handler(number)


def _server(app: FastAPI) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            ws=SomePings,
            ws_max_size=MAX_MESSAGE_BYTES,
            ws_per_message_deflate=False,  # sound does not compress, and each frame would wait for it
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    )


async def _drain(calls: LiveCalls, stop: Stop, seconds: float | None) -> None:
    """Returns when no call is live, when their time is up, or when stopping was asked for twice."""
    calls.stop()
    if not len(calls):
        return
    log.info("stopping: %d calls are live and may end; once more to cut them off", len(calls))
    for patience in (seconds, LEAVE_SECONDS):
        try:
            async with asyncio.timeout(patience):
                await _either(calls.over(), stop.at_once.wait())
            return
        except TimeoutError:
            calls.dismiss()
            log.warning("stopping: the time for %d calls is up; they take leave, and are reported", len(calls))


async def _either(one: Coroutine[Any, Any, object], other: Coroutine[Any, Any, object]) -> None:
    """Returns when one of both has happened; the other is given up."""
    tasks = {asyncio.create_task(one), asyncio.create_task(other)}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
