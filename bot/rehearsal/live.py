"""A whole call in real time, over a real websocket, to a server that runs already or that is started for it.

Rule: of the server only its pages are used: the media socket, the words of the call, its account. A server of our own
gets a free port, a folder of its own for all it keeps, and is stopped when the calls are over.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from bot.lines import settings as line_settings
from bot.rehearsal.book import book_of
from bot.rehearsal.far import Far, dial
from bot.rehearsal.fast import Rehearsed
from bot.rehearsal.plan import Plan
from bot.rehearsal.play import Player, Spoke
from bot.rehearsal.voice import voiced
from bot.reporting.account import Account, Words
from bot.settings import PREFIX
from voice.lines import LineError

START_SECONDS = 300.0
"""For a server to come up: it builds all graphs first, a minute's work where nothing else runs."""
REPORT_SECONDS = 20.0
"""Between the end of a call and its account."""
STOP_SECONDS = 20.0
ANSWER_SECONDS = 10.0
_TAKES_CALLS = re.compile(r"127\.0\.0\.1:\d+")
_WARM = re.compile(r"http://127\.0\.0\.1:\d+")
"""What a server prints once it takes calls, and once all is prepared."""
_ACCOUNT = TypeAdapter(Account)
_WORDS = TypeAdapter(tuple[Words, ...])


class Api:
    """The pages of a running server that tell of a call."""

    def __init__(self, url: str) -> None:
        """Raises LineError for what is no address."""
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise LineError(f"{url} is no address of a server: write it as http://127.0.0.1:8080")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=ANSWER_SECONDS)

    async def said(self, line_call_id: str, after: int) -> Sequence[Words]:
        """What was said after number `after`. Raises LineError."""
        return _WORDS.validate_json(await self._get(f"/api/calls/{line_call_id}/said?after={after}") or b"[]")

    async def account(self, line_call_id: str) -> Account | None:
        """What came of a call; None while there is no saying. Raises LineError."""
        body = await self._get(f"/api/calls/{line_call_id}/report")
        return _ACCOUNT.validate_json(body) if body else None

    async def _get(self, path: str) -> bytes:
        """The body; empty for 404."""
        return await asyncio.to_thread(self._fetch, path)

    def _fetch(self, path: str) -> bytes:
        try:
            answer, body = self._ask(path)
        except (OSError, http.client.HTTPException):
            self._connection.close()  # it had been idle too long; the next opens another
            try:
                answer, body = self._ask(path)
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                why = f"{self.url} does not answer ({error}): start the server, or name another with --url"
                raise LineError(why) from error
        if answer.status == 404:
            return b""
        if answer.status != 200:
            raise LineError(f"{self.url}{path} answered {answer.status}: rehearse on the server's own machine")
        return body

    def _ask(self, path: str) -> tuple[http.client.HTTPResponse, bytes]:
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        return answer, answer.read()

    def close(self) -> None:
        self._connection.close()


Dial = Callable[[str, str, str, str], AbstractAsyncContextManager[Far]]
"""The server's URL, who is called, who calls, the call's id on its line → the caller's telephone. Raises LineError."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a call reaches the server, and what its line calls it there."""

    line_call_id: str
    dial: Dial


def by_twilio() -> Way:
    """A new call over the media socket that every server has."""
    return Way(f"CA{secrets.token_hex(16)}", dial)


async def rehearse_live(
    plan: Plan, seed: int, url: str, folder: Path, tell: Callable[[Spoke], None], way: Way | None = None
) -> Rehearsed:
    """One call to the server at `url`; the recording goes to `folder`. Raises LineError, EngineError."""
    way, api = way or by_twilio(), Api(url)
    line_call_id = way.line_call_id
    try:
        await api.said(line_call_id, -1)  # is anybody there? Before the work of giving the caller a voice
        caller = await asyncio.to_thread(lambda: voiced(plan, book_of(plan, seed), seed))
        folder.mkdir(parents=True, exist_ok=True)
        recording = folder / f"{plan.company}-{plan.path.stem}-{seed}-{line_call_id[-6:]}.flac"
        player = Player(plan, caller, seed, recording, tell)
        async with way.dial(url, plan.company, plan.written.caller.presents, line_call_id) as far:
            played = await player.play(far, lambda after: api.said(line_call_id, after))
        return Rehearsed(played, await _account(api, line_call_id))
    finally:
        api.close()


async def _account(api: Api, line_call_id: str) -> Account | None:
    loop = asyncio.get_running_loop()
    until = loop.time() + REPORT_SECONDS
    while (account := await api.account(line_call_id)) is None and loop.time() < until:
        await asyncio.sleep(0.2)
    return account


@asynccontextmanager
async def own_server(
    scripts: Path, var: Path, warm: bool = True, given: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[str, int]]:
    """A server on a free port, for as long as this lasts: its address and process id. Raises LineError.

    `warm`: not before everything is prepared, so that the first answers are as quick as the rest. `given`: settings
    besides, without the prefix."""
    own = {"HOST": "127.0.0.1", "PORT": "0", "SCRIPTS_DIR": str(scripts), "VAR_DIR": str(var)}
    cleared = ("DATABASE_URL", "PUBLIC_ORIGIN", "SMTP_URL", *line_settings.names())
    environ = dict(os.environ) | {f"{PREFIX}{name}": value for name, value in own.items()}
    environ |= {f"{PREFIX}{name}": "" for name in cleared}
    environ |= {f"{PREFIX}{name}": value for name, value in (given or {}).items()}
    environ |= {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "bot", "serve"]
    var.mkdir(parents=True, exist_ok=True)
    with (var / "server.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command, env=environ, stdout=asyncio.subprocess.PIPE, stderr=log, stdin=asyncio.subprocess.DEVNULL
        )
    assert process.stdout is not None
    try:
        yield await _address(process.stdout, var, warm), process.pid
    finally:
        for _ in range(2):  # the second ends live calls
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.communicate()
        except TimeoutError:
            process.kill()
            await process.communicate()


async def _address(output: asyncio.StreamReader, var: Path, warm: bool) -> str:
    try:
        async with asyncio.timeout(START_SECONDS):
            while line := await output.readline():
                if found := (_WARM if warm else _TAKES_CALLS).search(line.decode("utf-8", "replace")):
                    return "http://" + found[0].removeprefix("http://")
    except TimeoutError:
        raise LineError(f"the server did not come up within {START_SECONDS:g} seconds") from None
    told = (var / "server.log").read_text("utf-8", "replace").strip().splitlines()
    raise LineError("the server did not start: " + (told[-1] if told else "it said nothing"))
