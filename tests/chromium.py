"""A headless Chromium, driven over its DevTools protocol; only what the tests of pages need."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --mute-audio --remote-debugging-port=0"
)
"""Nothing is asked of the outside world."""


def chromium() -> str:
    """Its path; where there is none the test is skipped, but fails under CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path:
        return path
    if os.environ.get("CI"):
        pytest.fail("chromium is missing: apt-get install chromium")
    pytest.skip("chromium is not installed")


class Page:
    """One tab."""

    def __init__(self, devtools: ClientConnection, session: str) -> None:
        self._devtools = devtools
        self._session = session
        self._number = 0

    async def order(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        return await _order(self._devtools, self._number, method, parameters, self._session)

    async def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression, promises awaited, as a click of the user would run it."""
        result = await self.order(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    async def until(self, script: str) -> Any:
        """Looks until the expression is true; the value."""
        while not (value := await self.evaluate(script)):
            await asyncio.sleep(0.02)
        return value

    async def open(self, url: str) -> None:
        """Until the page says that it is ready for a call or why not."""
        await self.order("Page.navigate", url=url)
        await self.until("document.body?.dataset.state === 'idle'")

    async def resize(self, width: int, height: int) -> None:
        await self.order(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )


async def _order(
    devtools: ClientConnection, number: int, method: str, parameters: dict[str, object], session: str = ""
) -> dict[str, Any]:
    message: dict[str, object] = {"id": number, "method": method, "params": parameters}
    if session:
        message["sessionId"] = session
    await devtools.send(json.dumps(message))
    while True:
        answer = json.loads(await devtools.recv())
        if answer.get("id") == number and answer.get("sessionId", "") == session:
            assert "error" not in answer, answer["error"]
            return dict(answer["result"])


@asynccontextmanager
async def browser(profile: Path, *flags: str) -> AsyncIterator[Page]:
    """A fresh browser with one empty tab."""
    program = await asyncio.create_subprocess_exec(
        chromium(), *QUIET.split(), f"--user-data-dir={profile}", *flags, "about:blank", stderr=asyncio.subprocess.PIPE
    )
    try:
        async with connect(await _devtools(program), max_size=None, ping_interval=None) as devtools:
            target = await _order(devtools, 1, "Target.createTarget", {"url": "about:blank"})
            attached = await _order(devtools, 2, "Target.attachToTarget", {**target, "flatten": True})
            yield Page(devtools, attached["sessionId"])
    finally:
        program.kill()
        await program.communicate()


async def _devtools(program: asyncio.subprocess.Process) -> str:
    """The address that the browser tells when it is up."""
    assert program.stderr is not None
    async for line in program.stderr:
        _, told, address = line.decode("utf-8", "replace").partition("DevTools listening on ")
        if told:
            return address.strip()
    raise AssertionError("chromium did not start")
