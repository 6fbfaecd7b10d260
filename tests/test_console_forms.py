"""What an operator does beside speaking, by real clicks at both widths: clips, answers, schedules, notes, corrections,
the reason, questions that the script lacks, thanks, presence, keys, and a ringing seen on the desktop.

Server, calls and recordings are real; the caller's words are told to the ear, for it is the pages that are tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Locator

from tests.operator_page import PATIENCE_MS, Front, Operator, Running, front, kept_open
from tests.operators_desk import Office

SIZES = ((1280, 800), (390, 844))
MATTER = "見積もりの件でお電話しました。"
ASKS_FOR_A_PERSON = "人に代わってもらえますか。"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Front]]:
    with kept_open(front(tmp_path_factory.mktemp("front"))) as opened:
        yield opened


async def plays(at: Operator, button: str) -> None:
    """A click plays what was recorded."""
    async with at.page.expect_response(lambda answer: "/clip/" in answer.url, timeout=PATIENCE_MS) as coming:
        await at.see(button).first.click(timeout=PATIENCE_MS)
    answer = await coming.value
    assert answer.status in (200, 206)
    assert (await answer.all_headers())["content-type"] == "audio/wav"


async def looks_up(at: Operator) -> None:
    """Answers by a search, into the box of what is spoken; where the staff are, and a transfer to one of them."""
    await at.pane("facts")
    await at.page.locator("[data-tab=knowledge]").click()
    await at.page.locator("#search").press_sequentially("トラック 停め")
    await at.until(".found li", "四トン車")
    await at.settled()
    await at.see(".found li", "四トン車").locator("[data-say]").click()
    assert "四トン車" in await at.page.input_value("#say-text")
    await at.pane("facts")
    await at.page.locator("[data-tab=staff]").click()
    await at.until(".panel .entries", "大野 誠")
    await at.until(".panel .entries", "外出")  # on Tuesday afternoons
    await at.see("[data-pass]", "内線 21").click()
    assert await at.page.input_value("#pass-number") == "21"
    await at.until("#pass-blind", "先に話してから回せません")  # this line cannot ring a second telephone
    assert await at.page.locator("#pass input[value=warm]").is_disabled()
    await at.page.locator("#pass [data-close]").click()
    await at.page.locator("[data-tab=earlier]").click()
    await at.until(".panel .none", "まだ記録にありません")


async def writes_down(at: Operator) -> None:
    """Every form of the notes, each by its own button."""
    page = at.page
    await page.locator("[data-tab=notes]").click()
    await at.until(".panel .forms")
    await at.settled()
    await page.locator("#note-text").fill("見積書を明日お送りする。")
    await saves(at, page.get_by_role("button", name="メモを残す"), "見積書を明日お送りする。")
    number = page.locator("form.correction:has(input[value=number])")
    await number.locator("input[name=text]").fill("あいう")
    await number.get_by_role("button", name="訂正").click()
    await at.until("#notices .notice", "数字とハイフンで入力してください")
    assert await number.locator("input[name=text]").input_value() == "あいう"  # to be put right
    for field, right in (("number", "03-1234-5678"), ("caller_name", "中川")):
        form = page.locator(f"form.correction:has(input[value={field}])")
        await form.locator("input[name=text]").fill(right)
        await saves(at, form.get_by_role("button", name="訂正"), right)
    await page.locator("#reason-name").select_option("complaint")
    await saves(at, page.get_by_role("button", name="直す"), "用件の種類を直しました。")
    await page.locator("#unknown-question").fill("図面は英語でもよいですか")
    await saves(at, page.get_by_role("button", name="会社に伝える"), "図面は英語でもよいですか")
    await saves(at, page.get_by_role("button", name="管理さんにありがとう"), "森さんから管理さんへ")


async def saves(at: Operator, button: Locator, shown: str) -> None:
    """A click keeps what was written, and shows it."""
    await button.click()
    await at.until(".panel .saved, .panel .corrected, .panel .note", shown)
    await at.settled()


async def sheet(on: Office, call_id: str) -> dict[str, Any]:
    """What stands beside a call, as the server has it."""
    async with on.browser("mori") as asking:
        return dict((await asking.get(f"/console/calls/{call_id}/after")).json())


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_all_that_an_operator_does_beside_speaking(desk: tuple[Running, Front], width: int, height: int) -> None:
    running, on = desk

    async def test() -> None:
        async with on.operator("mori", width, height) as mori:
            async with on.at.call("smile", f"03123400{width:04}") as guest:
                await mori.see("#others .card .open").first.click(timeout=PATIENCE_MS)
                await guest.voice.answer(MATTER)
                await mori.pane("facts")
                await plays(mori, ".field[data-name=purpose] .play")
                await mori.pane("talk")
                await mori.do("take-text")
                await mori.until(".say")
                await looks_up(mori)
                await writes_down(mori)
                again = "form.correction:has(input[value=purpose]) [data-clip]"
                await mori.see(again).click()
                await mori.until(f"{again}.playing")  # the browser has it already
            await mori.until(".talk .status", "この通話は終わりました", "attached")
            told = await sheet(on.at, guest.call_id)
            assert [each["text"] for each in told["notes"]] == ["見積書を明日お送りする。"]
            fixed = {each["name"]: [one["text"] for one in each["corrections"]] for each in told["fields"]}
            assert (fixed["number"], fixed["caller_name"]) == (["03-1234-5678"], ["中川"])
            assert told["reason"]["name"] == "complaint"
            assert [each["question"] for each in told["questions"]] == ["図面は英語でもよいですか"]
            async with on.operator("admin", width, height) as admin:
                await admin.until("nav.calls", "森さんから")

    running.run(test())


NOTIFICATIONS = """() => {
  window.notified = [];
  window.Notification = class extends window.Notification {
    constructor(title, options) {
      super(title, options);
      window.notified.push({ title, body: options.body, permission: Notification.permission });
    }
  };
  Object.defineProperty(document, "hidden", { get: () => true });
}"""
"""What the page shows on the desktop is kept beside being shown; a browser without windows has no hidden ones."""


def test_a_break_a_ringing_on_the_desktop_and_keys(desk: tuple[Running, Front]) -> None:
    running, on = desk

    async def test() -> None:
        async with on.operator("suzuki") as suzuki, on.operator("sato") as sato:
            await sato.page.evaluate(NOTIFICATIONS)
            await suzuki.see("#presence label", "休憩").click()
            await sato.until("#colleagues [data-presence=break]", "鈴木")
            async with on.at.call() as guest:
                await guest.voice.answer(ASKS_FOR_A_PERSON)
                await sato.until("#ringing .card")
                assert not await suzuki.see("#ringing .card").count()
                (told,) = await sato.page.evaluate("window.notified")
                assert told == {"title": "着信: みなと設備", "body": "人との会話をご希望", "permission": "granted"}
                await sato.page.keyboard.press("d")
                await sato.until("#ringing .card", state="hidden")
                await sato.until("#others .card")
                await keys(sato)
            await suzuki.see("#presence label", "受付中").click()
            await sato.until("#colleagues [data-presence=on_duty]", "鈴木")

    running.run(test())


async def keys(at: Operator) -> None:
    """Of a call, one after the other."""
    press = at.page.keyboard.press
    await press("l")
    await at.until(".talk [data-do=listen][aria-pressed=true]")
    await press("l")
    await at.until(".talk [data-do=listen][aria-pressed=false]")
    await press("a")
    await at.until(".talk .status", "音声で応対中")
    await press("m")
    await at.until(".talk [data-do=mute][aria-pressed=true]")
    for key, dialog in (("x", "pass"), ("r", "give"), ("e", "end")):
        await press(key)
        await at.until(f"#{dialog}[open]")
        await press("Escape")
        await at.until(f"#{dialog}", state="hidden")
    await press("t")
    await at.until(".talk .status", "文字で応対中")
    await press("i")
    assert await at.page.evaluate("document.activeElement.id") == "say-text"
    await press("Escape")
    await press("e")
    await at.agree("end")
    await at.until("#mine-none")
