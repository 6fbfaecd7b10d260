"""Operators before the real console in a real Chromium, beside the real server with one company; by Playwright.

One server and one browser process serve a module (`stage`, or without engines `front`); each operator is a context of
their own. On the stage the microphone hears `VOICE` again and again, and what the page plays is kept.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import soundfile
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright

from bot import clock
from bot.access.accounts import Actor, make
from bot.access.user import Role, User
from bot.store import open_store
from tests.chromium import chromium
from tests.operators_desk import Office, office
from tests.phone_call import speech
from tests.served import ROOT, Server, environ, serving
from voice.audio import Sound
from voice.resample import convert

T = TypeVar("T")

PASSWORD = "mizu-to-hikari-42"
VOICE = "もしもし、明日の午後に伺います。"
"""What an operator says: our ear knows each word of it, and the receptionist would not say it."""
PATIENCE_MS = 60_000
OPERATORS = {"sato": "佐藤", "suzuki": "鈴木"}

_KEEP_SOUND = """
window.played = [];
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...rest) {
  if (to instanceof AudioWorkletNode) to.fed = true; // the microphone's, which sounds nowhere
  if (to === this.context.destination && this instanceof AudioWorkletNode && !this.fed) {
    const keeper = this.context.createScriptProcessor(4096, 1, 1);
    window.playedHz = this.context.sampleRate;
    keeper.onaudioprocess = ({ inputBuffer }) => window.played.push(inputBuffer.getChannelData(0).slice());
    connect.call(this, keeper);
    connect.call(keeper, this.context.destination);
  }
  return connect.call(this, to, ...rest);
};
"""
"""What goes to the loudspeaker is kept, after the jitter buffer."""

_PLAYED = """() => {
  const all = window.played.splice(0);
  const pcm = new Int16Array(all.reduce((sum, part) => sum + part.length, 0));
  let [at, text] = [0, ""];
  for (const part of all) for (const sample of part) pcm[at++] = Math.max(-1, Math.min(1, sample)) * 32767;
  const bytes = new Uint8Array(pcm.buffer);
  for (at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}"""


@dataclass
class Operator:
    """One person before the console."""

    key: str
    page: Page
    context: BrowserContext

    def see(self, selector: str, text: str | re.Pattern[str] | None = None) -> Locator:
        return self.page.locator(selector, has_text=text)

    async def until(self, selector: str, text: str | None = None, state: Any = "visible") -> None:
        """Waits for such an element."""
        await self.see(selector, text).first.wait_for(state=state, timeout=PATIENCE_MS)

    async def do(self, name: str) -> None:
        """Click a button of the open call."""
        await self.page.locator(f'.talk .controls [data-do="{name}"]').click(timeout=PATIENCE_MS)

    async def take(self, mode: str) -> None:
        """Click on a ringing call's button, and have it."""
        await self.page.locator(f'#ringing .card [data-do="take-{mode}"]').first.click(timeout=PATIENCE_MS)
        await self.until("#mine .card")

    async def write(self, text: str) -> None:
        await self.page.locator("#say-text").fill(text, timeout=PATIENCE_MS)
        await self.page.keyboard.press("Enter")

    async def pane(self, name: str) -> None:
        """On a narrow screen one column is shown at a time."""
        button = self.page.locator(f".panes [data-pane={name}]")
        if await button.is_visible():
            await button.click()

    async def settled(self) -> None:
        """Waits until what the server has sent last stands in the page, its forms ready."""
        at_work = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
        await self.page.locator(at_work).first.wait_for(state="detached", timeout=PATIENCE_MS)

    async def agree(self, dialog: str) -> None:
        await self.page.locator(f"#{dialog} [value=go]").click(timeout=PATIENCE_MS)

    async def heard(self) -> bytes:
        """What their loudspeaker has played since this was last asked."""
        pcm = base64.b64decode(await self.page.evaluate(_PLAYED))
        rate_hz = int(await self.page.evaluate("window.playedHz ?? 48000"))
        return convert(Sound(pcm, rate_hz), 16_000).pcm if pcm else b""


Enter = Callable[[Page], Awaitable[object]]
"""Brings somebody before the console, by logging in or as one who has."""


@asynccontextmanager
async def before_the_console(
    browser: Browser, key: str, enter: Enter, width: int = 1280, height: int = 800
) -> AsyncIterator[Operator]:
    """One person's browser; nothing in its pages breaks until this is left."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, permissions=["microphone", "notifications"], locale="ja-JP"
    )
    await context.add_init_script(_KEEP_SOUND)
    page = await context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))  # leaving in mid-call is asked about
    try:
        await enter(page)
        await page.locator("body[data-state=open]").wait_for(timeout=PATIENCE_MS)
        yield Operator(key, page, context)
    finally:
        await context.close()
    assert not broken, broken


@asynccontextmanager
async def chromium_with(*flags: str) -> AsyncIterator[Browser]:
    """A browser whose microphone is let in without a question."""
    fake = ("--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    program = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=[*fake, *flags], env={**os.environ, "LANG": "C.UTF-8"}
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Stage:
    """The server with its company, and a browser."""

    server: Server
    browser: Browser
    var: dict[str, str]

    @asynccontextmanager
    async def operator(self, key: str, width: int = 1280, height: int = 800) -> AsyncIterator[Operator]:
        """Logs in and opens the console."""

        async def logs_in(page: Page) -> None:
            await page.goto(f"{self.server.url}/login?next=/console")
            await page.fill("#key", key)
            await page.fill("#password", PASSWORD)
            await page.click("button.mark")

        async with before_the_console(self.browser, key, logs_in, width, height) as operator:
            yield operator


def minato(folder: Path, ring_seconds: int = 30) -> Path:
    """Scripts of one company whose calls operators take, open at any hour."""
    scripts = folder / "scripts"
    shutil.copytree(ROOT / "scripts" / "minato", scripts / "minato", ignore=shutil.ignore_patterns("calls"))
    shutil.copy(ROOT / "scripts" / "common.toml", scripts)
    path = scripts / "minato" / "script.toml"
    text = path.read_text("utf-8")
    days = "\n".join(f'{day} = "00:00-23:59"' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    text = re.sub(r"\[hours\].*?\n\n", f"[hours]\n{days}\nclosed_on_holidays = false\n\n", text, flags=re.DOTALL)
    text = re.sub(r'(?m)^hours = .*$\n|^extension = "11"\n', "", text)
    text = re.sub(r"(?m)^ring_seconds = .*$", f"ring_seconds = {ring_seconds}", text)
    path.write_text(text, "utf-8")
    return scripts


def voice() -> Sound:
    """An operator's: lower than the receptionist's and the caller's."""
    return speech(VOICE, half_tone=-3.0)


def microphone(folder: Path) -> Path:
    """What the browser's microphone hears."""
    sound = convert(voice(), 48_000).samples()
    rest = np.zeros(48_000, np.int16)
    path = folder / "microphone.wav"
    soundfile.write(path, np.concatenate([rest // 2, sound, rest]), 48_000)
    return path


def open_accounts(var: dict[str, str]) -> None:
    """Of the two operators, in the store that the server will open."""
    store = open_store(Path(var["DENWABAN_VAR_DIR"]) / "denwaban.db")
    for key, name in OPERATORS.items():
        make(store, User(key, name, Role.OPERATOR, ("minato",)), PASSWORD, ["minato"], Actor("test", "", clock.wall()))
    store.close()


@asynccontextmanager
async def stage(folder: Path, ring_seconds: int = 30) -> AsyncIterator[Stage]:
    """Server and browser, with two operators' accounts."""
    chromium()
    var = environ(folder, minato(folder, ring_seconds))
    open_accounts(var)
    heard = f"--use-file-for-fake-audio-capture={microphone(folder)}"
    async with serving(var) as server, chromium_with(heard) as browser:
        yield Stage(server, browser, var)


@dataclass
class Front:
    """The server in this process, its ears told what they hear, and a browser: where it is pages that are tried."""

    at: Office
    browser: Browser

    @asynccontextmanager
    async def operator(self, key: str, width: int = 1280, height: int = 800) -> AsyncIterator[Operator]:
        """That person, who has logged in, before the console."""

        async def enters(page: Page) -> None:
            await page.context.add_cookies([{"name": "denwaban", "value": self.at.token(key), "url": self.at.http}])
            await page.goto(f"{self.at.http}/console")

        async with before_the_console(self.browser, key, enters, width, height) as operator:
            yield operator


@asynccontextmanager
async def front(folder: Path) -> AsyncIterator[Front]:
    async with chromium_with() as browser, office(folder) as at:
        yield Front(at, browser)


class Running:
    """One event loop for a module: its fixture opens the stage there, and its tests run there."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()

    def run(self, work: Coroutine[Any, Any, Any], seconds: float = 240.0) -> Any:
        async def limited() -> Any:
            async with asyncio.timeout(seconds):
                return await work

        return self._runner.run(limited())

    def close(self) -> None:
        self._runner.close()


@contextmanager
def kept_open(opens: AbstractAsyncContextManager[T]) -> Iterator[tuple[Running, T]]:
    """Open on a loop of its own, for the tests of a module."""
    running = Running()
    try:
        yield running, running.run(opens.__aenter__())
    finally:
        running.run(opens.__aexit__(None, None, None))
        running.close()
