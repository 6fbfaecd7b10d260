"""Pings on the server's websockets: not where Asterisk is, whose older versions hang up on one."""

from __future__ import annotations

import asyncio
import base64
import os
import socket

import uvicorn
from fastapi import FastAPI, WebSocket

from bot.web.pings import SomePings
from tests.website import run

PING = 0x89
"""First byte of a ping: an unfragmented frame of that kind (RFC 6455, 5.2)."""


async def hold(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.receive()


async def opened(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A websocket whose frames are seen as they are."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    return reader, writer


def test_asterisk_is_not_pinged() -> None:
    async def test() -> None:
        app = FastAPI()
        for path in ("/asterisk/media", "/console/line"):
            app.add_api_websocket_route(path, hold)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            config = uvicorn.Config(
                app, ws=SomePings, ws_ping_interval=0.05, ws_ping_timeout=None, lifespan="off", log_config=None
            )
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            port = listener.getsockname()[1]
            unpinged, one = await opened(port, "/asterisk/media")
            pinged, other = await opened(port, "/console/line")
            for _ in range(5):
                first, size = await pinged.readexactly(2)
                assert first == PING
                await pinged.readexactly(size)
            one.write(b"\x88\x80\x00\x00\x00\x00")  # close
            assert await unpinged.readexactly(1) == b"\x88"  # nothing came before
            for writer in (one, other):
                writer.close()
            server.should_exit = server.force_exit = True
            await serving

    run(test)
