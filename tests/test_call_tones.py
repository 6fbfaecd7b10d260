"""Machines and buttons in the caller's sound, in whole calls on virtual time."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.dialogue.actions import Say
from bot.dialogue.events import Digit, HungUp, Tone
from tests.desk import WISH, Caller, Desk, at_the_desk, gives_a_name, of
from tests.tones import busy, calling_fax, key, silence, to_pcm


def test_a_fax_that_calls_is_hung_up_on(tmp_path: Path) -> None:
    async def part(caller: Caller) -> None:
        await caller.sound(to_pcm(calling_fax(6)))
        await caller.over.wait()

    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(part)
        journal = desk.journal(call_id)
        assert of(Tone, journal)[0].kind == "fax"
        assert desk.record(call_id).outcome == "fax"
        assert of(HungUp, journal)[0].why == "us"
        assert of(HungUp, journal)[0].at - desk.record(call_id).began < 6

    at_the_desk(tmp_path, test)


def test_a_caller_who_hangs_up_on_an_analogue_trunk_is_gone(tmp_path: Path) -> None:
    async def part(caller: Caller) -> None:
        await caller.answer(WISH)
        await caller.sound(to_pcm(busy(30)))
        await caller.over.wait()

    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(part)
        journal = desk.journal(call_id)
        assert [event.why for event in of(HungUp, journal)] == ["caller"]
        assert len(await desk.letters()) == 1

    at_the_desk(tmp_path, test)


def test_a_number_may_be_keyed_in_by_tones(tmp_path: Path) -> None:
    async def part(caller: Caller) -> None:
        await caller.answer(WISH)
        await caller.answer("そうです。")
        await caller.answer("お願いします。")
        await caller.hear_out()
        parts = [part for digit in "0312345678#" for part in (key(digit), silence(0.15))]
        await caller.sound(to_pcm(np.concatenate(parts)))
        await caller.begun()
        await caller.hear_out()
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(part)
        journal = desk.journal(call_id)
        assert "".join(event.digit for event in of(Digit, journal)) == "0312345678#"
        assert "03-1234-5678" in of(Say, journal)[-1].text
        assert len(await desk.letters()) == 1

    at_the_desk(tmp_path, test)


def test_a_plain_conversation_holds_no_tones(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(gives_a_name)
        journal = desk.journal(call_id)
        assert not of(Tone, journal)
        assert not of(Digit, journal)

    at_the_desk(tmp_path, test)
