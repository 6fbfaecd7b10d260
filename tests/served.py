"""The real server in a process of its own, for tests that look at it from without."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
START_SECONDS = 120.0
"""Patience with a machine that has much else to do."""


def one_company(tmp_path: Path) -> Path:
    """A folder of scripts; few sentences to make at the start."""
    folder = tmp_path / "scripts"
    shutil.copytree(ROOT / "scripts" / "smile_quiet", folder / "smile")
    shutil.copy(ROOT / "scripts" / "common.toml", folder)
    return folder


def environ(tmp_path: Path, scripts: Path, **more: str) -> dict[str, str]:
    here = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "DENWABAN_WORKERS": "2"}
    return here | {"DENWABAN_VAR_DIR": str(tmp_path / "var"), "DENWABAN_SCRIPTS_DIR": str(scripts)} | more


@dataclass
class Server:
    """One that runs."""

    process: asyncio.subprocess.Process
    url: str
    log: Path

    async def stopped(self) -> int:
        """Ask it to stop, and its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()


@asynccontextmanager
async def serving(var: dict[str, str]) -> AsyncIterator[Server]:
    """A server on a free port that answers calls."""
    log = Path(var["DENWABAN_VAR_DIR"]).with_name("server.log")
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve", "--port", "0"),
            cwd=ROOT,
            env=var,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode()
        found = re.match(r"127\.0\.0\.1:\d+", line)
        assert found, line + log.read_text()
        yield Server(process, f"http://{found[0]}", log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(3 * START_SECONDS):
            await test()

    asyncio.run(limited())


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(START_SECONDS):
        while not true():
            await asyncio.sleep(0.1)
