"""What Asterisk's websockets get, as bytes: whole frames only, however long, and no ping, whoever has connected."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from asyncio import StreamReader, StreamWriter

from bot.clock import Now, run_virtual
from tests.asterisk_site import SECRET, site
from tests.website import run
from voice.lines import Closed, Line
from voice.lines.client_socket import media_socket

TEXT, BINARY = 0x81, 0x82
"""First byte of a frame that is a whole message: FIN, and what it holds (RFC 6455, 5.2)."""
LONGEST = 65_440
"""409 frames of 20 ms: the most that fits into a message that Asterisk takes."""
START = "MEDIA_START connection_id:c1 channel_id:1.1 format:ulaw optimal_frame_size:160"


async def frame(reader: StreamReader) -> tuple[int, bytes]:
    """The next one: its first byte and what it holds."""
    first, size = await reader.readexactly(2)
    long = {126: 2, 127: 8}.get(size & 0x7F, 0)
    length = int.from_bytes(await reader.readexactly(long)) if long else size & 0x7F
    mask = await reader.readexactly(4) if size & 0x80 else bytes(4)
    held = await reader.readexactly(length)
    return first, bytes(byte ^ mask[at % 4] for at, byte in enumerate(held))


def test_to_a_socket_that_asterisk_opened() -> None:
    async def serve(line: Line) -> None:
        line.play(b"\x84\x82" * 100_000)
        line.mark("m")
        while not isinstance(await line.receive(), Closed):
            pass

    async def test() -> None:
        async with site(serve, ASTERISK_SECRET=SECRET) as server:
            host, port = server.url.removeprefix("http://").split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(
                f"GET /asterisk/media?secret={SECRET} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Protocol: media\r\n\r\n".encode()
            )
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
            writer.write(bytes([TEXT, 0x80 | len(START)]) + bytes(4) + START.encode())
            got = [await frame(reader) for _ in range(4)]
            writer.close()
        assert [(first, len(held)) for first, held in got] == [
            (TEXT, len("START_MEDIA_BUFFERING")),
            (BINARY, LONGEST),
            (BINARY, 100_000 - LONGEST),
            (TEXT, len("STOP_MEDIA_BUFFERING 1")),
        ]

    run(test)


def test_to_a_socket_that_we_opened() -> None:
    """And for two minutes, on virtual time, nothing."""
    got: list[tuple[int, bytes]] = []

    async def answers(reader: StreamReader, writer: StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = next(line.split(": ")[1] for line in asked.split("\r\n") if line.startswith("Sec-WebSocket-Key"))
        proof = base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest())
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Protocol: media\r\nSec-WebSocket-Accept: " + proof + b"\r\n\r\n"
        )
        got.extend([await frame(reader) for _ in range(2)])
        writer.close()

    async def test(now: Now) -> None:
        async with await asyncio.start_server(answers, "127.0.0.1", 0) as asterisk:
            port = asterisk.sockets[0].getsockname()[1]
            async with media_socket(f"ws://127.0.0.1:{port}", "c1") as socket:
                await asyncio.sleep(120)
                await socket.send(b"\xff" * LONGEST)
                await socket.send("HANGUP")
                while len(got) < 2:
                    await asyncio.sleep(0)

    run_virtual(test, 0.0)
    assert got == [(BINARY, b"\xff" * LONGEST), (TEXT, b"HANGUP")]
