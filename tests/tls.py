"""Certificates of our own making, and a proxy that speaks TLS before a server, for tests."""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Certificate:
    """Signed by itself: who trusts it names it as its own authority."""

    chain: Path
    key: Path


def certificate(folder: Path, name: str = "localhost", days: int = 90) -> Certificate:
    """Made now, with so many days to go, -1: it ended yesterday. Where openssl is missing the test is skipped, but
    fails under CI."""
    openssl = shutil.which("openssl")
    if openssl is None:
        if os.environ.get("CI"):
            pytest.fail("openssl is missing: apt-get install openssl")
        pytest.skip("openssl is not installed")
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90")
    about = ("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}")
    where = ("-keyout", str(made.key), "-out", str(made.chain))
    subprocess.run([openssl, "req", *kind, *about, *where], check=True, capture_output=True)
    again = ("-in", str(made.chain), "-signkey", str(made.key), "-days", str(days), "-out", str(made.chain))
    subprocess.run([openssl, "x509", *again], check=True, capture_output=True)
    return made


@asynccontextmanager
async def tls_proxy(
    made: Certificate, target: int, change: Callable[[bytes], bytes] = lambda request: request
) -> AsyncIterator[int]:
    """Its port. What comes goes on to the port `target` of this machine, each piece through `change`."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward, back = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(_pass(reader, back, change), _pass(onward, writer, lambda answer: answer))

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.chain, made.key)
    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, change: Callable[[bytes], bytes]) -> None:
    try:
        while piece := await reader.read(65_536):
            writer.write(change(piece))
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass  # the other side has gone
    finally:
        writer.close()
