"""The pages of people who work with calls, for everybody: axe-core finds nothing serious, every control is reached by
the keyboard, one-letter keys leave writing alone, and nothing sticks out at either width."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

from tests.operator_page import PATIENCE_MS, Front, Operator, Running, front, kept_open

GRAVE = ("serious", "critical")
SIZES = ((1280, 800), (390, 844))


@pytest.fixture(scope="module")
def on_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Front]]:
    with kept_open(front(tmp_path_factory.mktemp("front"))) as opened:
        yield opened


async def judge(page: Page, what: str) -> None:
    """No grave violation, and nothing wider than the window."""
    if shots := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(shots) / f"{what}.png")
    found = await Axe().run(page)
    violations = found.response["violations"]
    grave = [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations if each["impact"] in GRAVE]
    assert not grave, (what, grave)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what


async def look_round(operator: Operator, what: str) -> None:
    """Every part of the call view, and every dialog."""
    await operator.pane("facts")
    for tab in ("staff", "earlier", "notes", "knowledge"):
        await operator.page.locator(f"[data-tab={tab}]").click()
        await operator.until(".panel .entries, .panel .forms")
        await judge(operator.page, f"{what}-{tab}")
    for name, dialog in (("pass", "pass"), ("give-back", "give"), ("end", "end")):
        await operator.pane("talk")
        await operator.do(name)
        await judge(operator.page, f"{what}-dialog-{dialog}")
        await operator.page.keyboard.press("Escape")
    await operator.pane("list")
    for name in ("sound", "help"):
        await operator.page.locator(f"#open-{name}").click()
        await judge(operator.page, f"{what}-dialog-{name}")
        await operator.page.keyboard.press("Escape")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_axe_finds_nothing_serious_before_during_and_after_a_call(
    on_stage: tuple[Running, Front], width: int, height: int
) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato", width, height) as sato:
            await judge(sato.page, f"{width}-idle")
            async with on.at.call() as guest:
                await sato.see("#others .card .open").first.click(timeout=PATIENCE_MS)
                await judge(sato.page, f"{width}-chosen")
                await sato.do("take-text")
                await sato.until(".say")
                await judge(sato.page, f"{width}-text")
                await look_round(sato, f"{width}-text")
                await sato.pane("talk")
                await sato.do("speak-up")
                await sato.until(".level")
                await judge(sato.page, f"{width}-voice")
                guest.far.hang_up()
                await sato.until(".talk[data-where=over]", state="attached")
            await sato.pane("facts")
            await sato.until(".panel .forms")
            await judge(sato.page, f"{width}-after")

    running.run(test())


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_axe_finds_nothing_serious_on_the_other_pages(on_stage: tuple[Running, Front], width: int, height: int) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato", width, height) as sato:
            for path in ("/calls", "/password", "/phone", "/"):
                await sato.page.goto(f"{on.at.http}{path}")
                await judge(sato.page, f"{width}-page{path.replace('/', '-')}")
            await sato.page.context.clear_cookies()
            await sato.page.goto(f"{on.at.http}/login")
            await judge(sato.page, f"{width}-login")

    running.run(test())


UNREACHED = """() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled;
  const one = new Set(); // of a group of radios or tabs, the Tab key reaches one and the arrows the others
  return [...document.querySelectorAll("button, input, select, textarea, a[href], summary, [tabindex='0']")]
    .filter(shown)
    .filter((element) => element.type !== "radio" && element.getAttribute("role") !== "tab")
    .filter((element) => !window.reached.has(element))
    .map((element) => element.outerHTML.slice(0, 120));
}"""


def test_every_control_is_reached_by_the_keyboard(on_stage: tuple[Running, Front]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato") as sato, on.at.call():
            await sato.until("#others .card")
            await sato.page.keyboard.press("n")
            await sato.until(".talk")
            await sato.page.keyboard.press("t")
            await sato.until(".say")
            await sato.until(".panel .entries")
            await sato.page.evaluate("window.reached = new Set()")
            for _ in range(80):
                await sato.page.keyboard.press("Tab")
                await sato.page.evaluate("window.reached.add(document.activeElement)")
            assert await sato.page.evaluate(UNREACHED) == []
            await sato.page.locator("[data-tab=knowledge]").focus()
            await sato.page.keyboard.press("ArrowRight")
            assert await sato.page.evaluate("document.activeElement.dataset.tab") == "staff"

    running.run(test())


def test_keys_work_unless_somebody_writes_or_has_switched_them_off(on_stage: tuple[Running, Front]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato") as sato, on.at.call():
            keys, page = sato.page.keyboard, sato.page
            await sato.until("#others .card")
            await keys.press("n")
            await keys.press("t")
            await sato.until(".say")
            await page.locator("#say-text").focus()
            await keys.type("hxre?/")
            assert await page.input_value("#say-text") == "hxre?/"
            assert not await page.locator("dialog[open]").count()
            await keys.press("Escape")
            await keys.press("h")
            await sato.until(".talk .status", "保留中")
            await keys.press("/")
            assert await page.evaluate("document.activeElement.id") == "search"
            await keys.press("Escape")
            await keys.press("?")
            await sato.until("#help")
            await keys.press("h")  # behind a dialog nothing happens
            await page.uncheck("#use-keys")
            await keys.press("Escape")
            await keys.press("x")
            assert not await page.locator("dialog[open]").count()
            await sato.until(".talk .status", "保留中")

    running.run(test())


def test_focus_stays_in_a_dialog_and_comes_back(on_stage: tuple[Running, Front]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato") as sato:
            await sato.page.locator("#open-help").click()
            for _ in range(6):
                await sato.page.keyboard.press("Tab")
                place = "document.activeElement === document.body || Boolean(document.activeElement.closest('#help'))"
                assert await sato.page.evaluate(place)
            await sato.page.keyboard.press("Escape")
            assert await sato.page.evaluate("document.activeElement.id") == "open-help"

    running.run(test())


def test_without_a_microphone_the_operator_is_told_and_keeps_the_call_by_text(on_stage: tuple[Running, Front]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato") as sato, on.at.call() as guest:
            await sato.page.evaluate(
                "() => { navigator.mediaDevices.getUserMedia ="
                " () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
            )  # as a browser answers whom the person has told no; a fake microphone is always let in
            await sato.see("#others .card .open").first.click(timeout=PATIENCE_MS)
            await sato.do("take-voice")
            await sato.until("#notices .notice", "マイクの使用が許可されていません")
            await sato.until("#mine .card, #others .card")
            assert not guest.voice.over.is_set()

    running.run(test())
