"""The pages of accounts, calls and the audit log in a real Chromium, at both widths: its forms are taken as ours,
axe-core finds nothing serious, nothing sticks out, and nothing is refused by the page's own policy."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page, async_playwright

from bot.web.live import LiveCalls
from bot.web.server import Stop, address, listen, run_web
from tests.chromium import chromium
from tests.people import OURS, PASSWORD, Town, town
from tests.served import run

GRAVE = ("serious", "critical")


@asynccontextmanager
async def page_of(at: Town, width: int) -> AsyncIterator[tuple[Page, str, list[str]]]:
    """A tab before a running server, its address, and what the browser complains of."""
    listener, stop = listen("127.0.0.1", 0), Stop()
    url = address(listener)
    running = asyncio.create_task(run_web(at.app, listener, LiveCalls(), stop, signals=False))
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": width, "height": 844})
        page.set_default_timeout(60_000)
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        try:
            yield page, url, complaints
        finally:
            await browser.close()
            stop.ask()
            stop.ask()
            await running


async def judge(page: Page, what: str) -> None:
    if shots := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(shots) / f"{what}.png", full_page=True)
    found = await Axe().run(page)
    grave = [each["id"] for each in found.response["violations"] if each["impact"] in GRAVE]
    assert not grave, (what, grave)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what


async def add_an_operator(page: Page, url: str) -> None:
    """As an admin does it; the account can log in."""
    await page.goto(f"{url}/admin/users")
    form = page.locator("form[action='/admin/users']")
    await form.locator("[name=key]").fill("shinjin")
    await form.locator("[name=name]").fill("新人")
    await form.locator("[name=role]").select_option("operator")
    for company in ("smile", "tsubaki"):
        await form.locator(f"[name=company][value={company}]").check()
    await form.locator("[name=password]").fill("short-but-long-enough-7")
    await form.locator("button").click()
    assert "追加しました" in await page.locator("[role=status]").inner_text()
    await form.locator("[name=key]").fill("shinjin")
    await form.locator("[name=name]").fill("同じ名前")
    await form.locator("[name=company][value=smile]").check()
    await form.locator("[name=password]").fill("short-but-long-enough-7")
    await form.locator("button").click()
    assert "すでに使われています" in await page.locator("[role=alert]").inner_text()
    assert await form.locator("[name=name]").input_value() == "同じ名前"


async def log_in(page: Page, key: str, password: str) -> None:
    await page.locator("#key").fill(key)
    await page.locator("#password").fill(password)
    await page.locator("form[action='/login'] button").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_an_admin_at_work(tmp_path: Path, width: int) -> None:
    async def test() -> None:
        at = town(tmp_path / "denwaban.db", tmp_path, "")
        async with page_of(at, width) as (page, url, complaints):
            await page.goto(f"{url}/admin/audit")
            await log_in(page, "admin", "not the password")
            assert "違います" in await page.locator("[role=alert]").inner_text()
            await judge(page, f"{width}-login")
            await log_in(page, "admin", PASSWORD)
            await page.wait_for_url("**/admin/audit")
            await judge(page, f"{width}-audit")
            await add_an_operator(page, url)
            await page.locator("summary").first.click()
            await judge(page, f"{width}-users")
            for path in ("/calls/none", f"/calls/{OURS}", "/calls"):
                await page.goto(f"{url}{path}")
                await judge(page, f"{width}{path.replace('/', '-')}")
            await page.locator("nav button").click()
            await page.wait_for_url("**/login")
            await log_in(page, "shinjin", "short-but-long-enough-7")
            await page.wait_for_url("**/console")
            # only what we were refused ourselves, nothing by the policy of a page
            assert ["status of" in each for each in complaints[:3]] == [True] * 3, complaints
            assert not [each for each in complaints if "Content Security Policy" in each]
        at.store.close()

    run(test)
