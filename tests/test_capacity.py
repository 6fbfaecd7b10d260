"""Calls over the limit, and calls that outlast the server: nobody meets a dead line, and nobody is forgotten."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, closing
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bot.dialogue.actions import HangUp, Say
from bot.dialogue.events import Began, Broke, HungUp
from bot.lines.turned_away import MOST, keep_turned_away
from bot.reporting.account import words_said
from bot.settings import Settings, SettingsError, read_settings
from bot.web.app import create_app
from bot.web.live import LiveCalls
from bot.web.server import Stop, address, listen, run_web
from tests.desk import WISH, Caller, Desk, at_the_desk, of, silent
from tests.dialogues import SMILE
from tests.website import FORM, SILENCE, START, VIEWS, nobody, post, run, send, website
from voice.lines import Closed, Line, Ring

RING = Ring(SMILE.key, "0312345678", "loopback", "line-1", 8000)
WITHHELD = Ring(SMILE.key, "", "loopback", "line-2", 8000, withheld=True)


@given(most=st.integers(1, 8), comings=st.lists(st.booleans(), max_size=60))
def test_no_more_calls_than_places_are_taken(most: int, comings: list[bool]) -> None:
    calls, live = LiveCalls(most), []
    for comes in comings:
        if comes and not calls.refusal:
            stack = ExitStack()
            stack.enter_context(calls.one())
            live.append((stack, stack.enter_context(calls.place())))
        elif not comes and live:
            live.pop(len(live) // 2)[0].close()
        taken = [free for _, free in live if free]
        assert len(taken) <= most
        assert calls.full == (len(taken) == most)
        assert len(calls) == len(live) <= most + most // 2 + 1
    for stack, _ in live:
        stack.close()
    assert not len(calls)
    assert not calls.full


@given(most=st.integers(1, 5))
def test_by_the_other_policy_a_call_over_the_limit_is_refused(most: int) -> None:
    calls, told = LiveCalls(most, sentence=False), []
    with ExitStack() as live:
        for _ in range(most):
            told.append(calls.refusal)
            live.enter_context(calls.one())
        told.append(calls.refusal)
    told.append(calls.refusal)
    calls.stop()
    told.append(calls.refusal)
    assert told == [""] * most + ["full", "", "stopping"]


def test_the_settings_of_capacity() -> None:
    given = {"DENWABAN_CALLS_MAX": "7", "DENWABAN_CALLS_FULL": "busy", "DENWABAN_DRAIN_SECONDS": "30"}
    lines = read_settings(given).lines
    assert (lines.calls_max, lines.calls_full, lines.drain_seconds) == (7, "busy", 30)
    with pytest.raises(SettingsError, match=r"DENWABAN_CALLS_FULL.*sentence.*busy"):
        read_settings({"DENWABAN_CALLS_FULL": "maybe"})


def test_a_call_over_the_limit_is_told_so_and_reported(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        call_id, caller = await desk.call(silent, ring=RING, full=True)
        journal = desk.journal(call_id)
        (said,) = of(Say, journal)
        assert "混み合って" in said.text
        assert SMILE.spoken.text in said.text
        assert len(of(HangUp, journal)) == 1
        assert [event.why for event in of(HungUp, journal)] == ["us"]
        assert len(caller.loud) * 0.02 > 0.9 * sum(len(phrase.text) for phrase in said.phrases) * 0.05
        assert desk.record(call_id).outcome == "turned_away"
        (letter,) = await desk.letters()
        mail = message_from_bytes(letter.read_bytes(), policy=policy.default)
        assert "お受けできなかったお電話" in mail["subject"]
        assert "03-1234-5678" in mail["subject"]
        body = mail.get_body(("plain",))
        assert body is not None
        assert "混み合っていたため" in body.get_content()

    at_the_desk(tmp_path, test)


def test_whoever_speaks_into_that_sentence_starts_no_conversation(tmp_path: Path) -> None:
    async def speaks(caller: Caller) -> None:
        await caller.begun()
        await caller.say(WISH)
        await caller.over.wait()

    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(speaks, ring=RING, full=True)
        assert len(of(Say, desk.journal(call_id))) == 1
        assert desk.record(call_id).outcome == "turned_away"

    at_the_desk(tmp_path, test)


def test_who_withholds_the_number_cannot_be_rung_back_and_makes_no_mail(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(silent, ring=WITHHELD, full=True)
        assert desk.record(call_id).outcome == "turned_away"
        assert not await desk.letters()

    at_the_desk(tmp_path, test)


def test_who_hears_the_busy_tone_is_kept_and_reported(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        calls = LiveCalls(1, sentence=False)
        async with keep_turned_away(desk.house, calls):
            calls.turned_away(RING)
            calls.turned_away(Ring("nobody's", "0312345678", "sip", "x", 8000))
        assert len(await desk.letters()) == 1
        words = words_said(desk.store, RING.line_call_id, -1)
        assert not words  # nothing was said to anybody
        assert calls.dismissed is desk.house.dismissed

    at_the_desk(tmp_path, test)


def test_a_flood_is_kept_up_to_a_bound(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        calls = LiveCalls(1, sentence=False)
        async with keep_turned_away(desk.house, calls):
            for number in range(MOST + 50):
                calls.turned_away(Ring(SMILE.key, f"03{number:08}", "sip", f"flood-{number}", 8000))
        assert len(await desk.letters()) == MOST

    at_the_desk(tmp_path, test)


def test_a_call_that_outlasts_the_stopping_takes_leave_and_is_reported(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        async def goes_on(caller: Caller) -> None:
            await caller.answer(WISH)
            await caller.begun()
            await caller.hear_out()
            desk.house.dismissed.set()
            await caller.over.wait()

        call_id, caller = await desk.call(goes_on)
        journal = desk.journal(call_id)
        (broke,) = of(Broke, journal)
        assert broke.what == "house"
        last = of(Say, journal)[-1]
        assert "こちらの都合により" in last.text
        assert "申し伝えます" in last.text
        assert [event.why for event in of(HungUp, journal)] == ["us"]
        assert caller.loud[-1] > broke.at + 3.0
        assert len(await desk.letters()) == 1

    at_the_desk(tmp_path, test)


def test_a_caller_who_has_said_nothing_is_promised_nothing_when_the_house_closes(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        asyncio.get_running_loop().call_later(2.0, desk.house.dismissed.set)
        call_id, _ = await desk.call(silent)
        last = of(Say, desk.journal(call_id))[-1]
        assert "おかけ直し" in last.text
        assert "申し伝え" not in last.text

    at_the_desk(tmp_path, test)


def test_a_call_that_comes_while_the_house_closes_ends_well(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        desk.house.dismissed.set()
        call_id, _ = await desk.call(silent)
        journal = desk.journal(call_id)
        assert isinstance(journal[0], Began)
        assert isinstance(journal[-1], HungUp)

    at_the_desk(tmp_path, test)


def test_the_webhook_refuses_when_full_and_tells_who_it_was() -> None:
    async def test() -> None:
        async with website(nobody, public_origin="https://phone.example.jp") as site:
            refused: list[Ring] = []
            site.calls.most, site.calls.sentence, site.calls.turned_away = 0, False, refused.append
            assert '<Reject reason="busy"/>' in (await post(site, FORM)).text
            (ring,) = refused
            assert (ring.called, ring.caller, ring.line_call_id) == ("0312345678", "09012345678", "CA1")
            assert ring.forwarded_from == "0120444555"
            with pytest.raises(InvalidStatus) as full:
                await connect(f"{site.ws}/phone/line")
            assert full.value.response.status_code == 503
            site.calls.sentence = True
            assert "<Connect>" in (await post(site, FORM)).text

    run(test)


def test_a_server_that_has_waited_long_enough_dismisses_its_calls() -> None:
    async def test() -> None:
        calls, stop, told = LiveCalls(), Stop(), []

        async def serve(line: Line) -> None:
            await calls.dismissed.wait()
            told.append("leave was taken")
            line.hang_up()
            while not isinstance(await line.receive(), Closed):
                pass

        with closing(listen("127.0.0.1", 0)) as listener:
            app = create_app(Settings(secret="s" * 32), serve, VIEWS, calls)
            running = asyncio.create_task(run_web(app, listener, calls, stop, signals=False, drain_seconds=0.05))
            async with connect(f"{address(listener).replace('http', 'ws', 1)}/twilio/media") as phone:
                await send(phone, START, SILENCE)
                while not len(calls):
                    await asyncio.sleep(0)
                stop.ask()
                await running
        assert told == ["leave was taken"]

    run(test)
