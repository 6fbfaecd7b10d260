"""Whole calls with an operator, end to end: a telephone's socket, the real server with its ears and voice, and the
console in Chromium with a microphone that hears a recording."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.operator_page import PATIENCE_MS, Operator, Running, Stage, kept_open, stage, voice
from tests.phone_call import PhoneCall, latest, likeness, phone_call, speech, understood
from voice.audio import Sound

WANTS_A_PERSON = "人に代わってもらえますか"
GREETING = "もしもし 聞こえますか"
ALIKE = 0.6
"""A voice after a browser's and a line's treatment reaches 0.9; other words in the same voice 0.3."""


@pytest.fixture(scope="module")
def on_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Stage]]:
    with kept_open(stage(tmp_path_factory.mktemp("stage"), ring_seconds=15)) as opened:
        yield opened


@asynccontextmanager
async def ringing(on: Stage, at: Operator) -> AsyncIterator[PhoneCall]:
    """A caller who has asked for a person; it rings."""
    async with phone_call(on.server.url, "minato") as call:
        await call.quiet()
        asking = asyncio.create_task(again(call, WANTS_A_PERSON))
        try:
            await at.until("#ringing .card", "みなと設備")
        finally:
            asking.cancel()
        yield call


async def again(call: PhoneCall, words: str, seconds: float = 12.0) -> None:
    """Says it, and once more where it was not heard in time: a machine that does too much at once hears badly."""
    while not call.closed:
        await call.say(words)
        await asyncio.sleep(seconds)


@asynccontextmanager
async def answered(on: Stage, by: Operator, mode: str) -> AsyncIterator[PhoneCall]:
    """A call that an operator has taken from the receptionist by a click."""
    async with phone_call(on.server.url, "minato") as call:
        await by.see("#others .card .open").first.click(timeout=PATIENCE_MS)
        await by.do(f"take-{mode}")
        await by.until("#mine .card")
        yield call


async def hears(call: PhoneCall, said: Sound, since: int) -> None:
    """Waits until the caller has heard this."""
    async with asyncio.timeout(60):
        while await asyncio.to_thread(likeness, call.heard[since:], said) < ALIKE:
            await asyncio.sleep(0.5)


async def page_hears(operator: Operator, said: Sound) -> bytes:
    """Waits until it comes out of the operator's loudspeaker; what did until then."""
    played = await operator.heard()
    async with asyncio.timeout(60):
        while await asyncio.to_thread(likeness, played, said) < ALIKE:
            await asyncio.sleep(0.5)
            played += await operator.heard()
    return played


async def comes_through(call: PhoneCall, to: Operator) -> bytes:
    """The caller speaks until the operator hears it."""
    asking = asyncio.create_task(again(call, GREETING, 6.0))
    try:
        return latest(await page_hears(to, await asyncio.to_thread(speech, GREETING)), speech(GREETING))
    finally:
        asking.cancel()


def test_an_operator_takes_a_ringing_call_by_voice_and_both_hear_one_another(on_stage: tuple[Running, Stage]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato") as sato, ringing(on, sato) as call:
            assert (await sato.page.title()).startswith("(1) 着信")
            await sato.take("voice")
            begun = len(call.heard)
            await sato.until(".talk .status", "音声で応対中")
            await hears(call, voice(), begun)
            heard = latest(call.heard, voice())
            played = await comes_through(call, sato)
            await sato.until(".lines .caller:not(.partial)", "聞こえますか")
            assert await sato.page.title() == "オペレーター画面 – 電話番"
            await sato.do("end")
            await sato.agree("end")
            assert await call.over() == "us"
            await sato.page.locator("#note-text").fill("点検の日程を折り返す。", timeout=PATIENCE_MS)
            await sato.page.get_by_role("button", name="メモを残す").click()
            await sato.until(".panel .saved")
            await sato.until(".panel .note", "点検の日程を折り返す。")
            assert "もしもしあした" in understood(heard)  # how much has come through by now is a matter of the moment
            assert "もしもし" in understood(played)

    running.run(test())


def test_what_an_operator_writes_is_spoken_to_the_caller(on_stage: tuple[Running, Stage]) -> None:
    running, on = on_stage
    words = "少々お待ちくださいませ。"

    async def test() -> None:
        async with on.operator("sato") as sato, answered(on, sato, "text") as call:
            begun = len(call.heard)
            await sato.write(words)
            await sato.until(".lines .operator", words)
            await hears(call, speech(words), begun)
            asking = asyncio.create_task(again(call, GREETING))
            await sato.until(".lines .caller", "もしもし")
            asking.cancel()
            await sato.page.keyboard.press("ArrowUp")
            assert await sato.page.input_value("#say-text") == words
            await sato.do("hold")
            await sato.until(".talk .status", "保留中")
            await sato.do("hold")
            await sato.until(".talk .status", "文字で応対中")
            await sato.do("end")
            await sato.agree("end")
            await call.over()

    running.run(test())


def test_a_call_given_back_is_closed_with_what_the_operator_left(on_stage: tuple[Running, Stage]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato") as sato, answered(on, sato, "text") as call:
            await sato.do("give-back")
            await sato.page.check("#give input[value=take_number]")
            await sato.page.fill("#give-note", "点検の日程を確認して折り返す")
            await sato.agree("give")
            await sato.until("#mine-none")
            await call.quiet(1.5)
            asking = asyncio.create_task(again(call, "はい それでお願いします"))
            await call.over()
            asking.cancel()
            account = await _report(on, call)
        assert "点検の日程を確認して折り返す" in str(account)
        assert account["facts"]["number"]["value"] == "042-555-0101"

    running.run(test())


async def _report(on: Stage, call: PhoneCall) -> dict[str, dict[str, dict[str, str]]]:
    async with httpx.AsyncClient(base_url=on.server.url) as client, asyncio.timeout(60):
        while (response := await client.get(f"/api/calls/{call.id}/report")).status_code != 200:
            await asyncio.sleep(0.2)
    return dict(response.json())


def test_a_warm_transfer(on_stage: tuple[Running, Stage]) -> None:
    running, on = on_stage
    theirs = voice()

    async def test() -> None:
        async with on.operator("sato") as sato, on.operator("suzuki") as suzuki, answered(on, sato, "voice") as call:
            await sato.do("pass")
            await sato.page.check("#pass input[value=suzuki]")
            await sato.agree("pass")
            await suzuki.take("voice")
            asked = len(call.heard)
            await sato.until(".talk .status", "鈴木さんと相談中")
            await page_hears(sato, theirs)
            assert likeness(call.heard[asked:], theirs) < ALIKE  # the caller hears the hold tone
            await sato.do("join")
            await sato.until("#mine-none")
            joined = len(call.heard)
            await hears(call, theirs, joined)
            await comes_through(call, suzuki)
            await call.hang_up()
            await suzuki.until("#mine-none")

    running.run(test())


def test_of_two_who_click_at_once_one_has_the_call_and_the_other_is_told(on_stage: tuple[Running, Stage]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato") as sato, on.operator("suzuki") as suzuki, phone_call(on.server.url, "minato"):
            for each in (sato, suzuki):
                await each.see("#others .card .open").first.click(timeout=PATIENCE_MS)
            await asyncio.gather(*(each.page.keyboard.press("t") for each in (sato, suzuki)))
            for each in (sato, suzuki):
                await each.until("#mine .card, #notices .notice")
            has = [await each.see("#mine .card").count() for each in (sato, suzuki)]
            assert sorted(has) == [0, 1]
            loser, winner = (suzuki, "佐藤") if has[0] else (sato, "鈴木")
            await loser.until("#notices .notice", winner)

    running.run(test())


def test_nobody_answers_and_the_receptionist_goes_on(on_stage: tuple[Running, Stage]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato") as sato, ringing(on, sato) as call:
            await sato.until("#notices .notice", "時間内に応答がなく")
            assert not await sato.see("#ringing .card").count()
            begun = len(call.heard)
            await call.quiet()
            await sato.see("#others .card .open").first.click(timeout=PATIENCE_MS)
            await sato.until(".lines .receptionist", "申し訳ございません")
            assert any(call.heard[begun:])

    running.run(test())


def test_a_caller_who_hangs_up_stops_the_ringing(on_stage: tuple[Running, Stage]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato") as sato, ringing(on, sato) as call:
            await call.hang_up()
            await sato.until("#notices .notice", "お客様が電話を切りました")
            await sato.until("#ringing .card", state="hidden")
            assert await sato.page.title() == "オペレーター画面 – 電話番"

    running.run(test())


def test_an_operator_who_comes_back_in_time_has_the_call_again(on_stage: tuple[Running, Stage]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato") as sato, answered(on, sato, "voice") as call:
            await sato.page.reload()
            await sato.until("#mine .card", "音声で応対中")
            begun = len(call.heard)
            await hears(call, voice(), begun)

    running.run(test())


def test_the_call_of_a_tab_that_was_killed_rings_at_another(on_stage: tuple[Running, Stage]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("suzuki") as suzuki, on.operator("sato") as sato, answered(on, sato, "voice") as call:
            killer = await sato.context.new_cdp_session(sato.page)
            dying = asyncio.create_task(killer.send("Page.crash"))  # it answers nobody any more
            await suzuki.take("text")
            dying.cancel()
            assert not call.closed

    running.run(test())


def test_listening_in_is_not_heard_by_the_caller(on_stage: tuple[Running, Stage]) -> None:
    running, on = on_stage

    async def test() -> None:
        async with on.operator("sato") as sato, phone_call(on.server.url, "minato") as call:
            await sato.see("#others .card .open").first.click(timeout=PATIENCE_MS)
            await sato.do("listen")
            await comes_through(call, sato)
            assert likeness(call.heard, voice()) < ALIKE
            assert not await sato.see("#mine .card").count()

    running.run(test())
