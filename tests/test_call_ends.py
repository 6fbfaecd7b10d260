"""What breaks in a call, and how calls end, on virtual time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest

from bot.call import GREETING_DELAY_SECONDS
from bot.dialogue.actions import Say
from bot.dialogue.events import Broke, Heard, HungUp, Interrupted, Spoken
from bot.listen import LAST_SECONDS
from tests.desk import WISH, Caller, Desk, at_the_desk, gives_a_name, of, silent
from tests.dialogues import SMILE
from voice.lines import LineError


def test_a_recogniser_that_fails_is_told_once_an_utterance(tmp_path: Path) -> None:
    async def tries(caller: Caller) -> None:
        await caller.answer(WISH)
        await caller.hear_out()
        caller.ear.fail_all = False
        await caller.say(WISH)
        await caller.begun()
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        desk.ear.fail_all = True
        call_id, _ = await desk.call(tries)
        journal = desk.journal(call_id)
        assert [broke.what for broke in of(Broke, journal)] == ["ear"]
        assert [heard.hearing.text for heard in of(Heard, journal)] == [WISH]

    at_the_desk(tmp_path, test)


def test_guesses_may_fail_unnoticed(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        desk.ear.fail_guesses = True
        call_id, _ = await desk.call(gives_a_name)
        journal = desk.journal(call_id)
        assert not of(Broke, journal)
        assert of(Heard, journal)

    at_the_desk(tmp_path, test)


def test_a_recogniser_that_never_answers_counts_as_broken(tmp_path: Path) -> None:
    async def speaks(caller: Caller) -> None:
        await caller.answer(WISH)
        await caller.begun()
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        desk.ear.slow_seconds = 1000.0
        call_id, _ = await desk.call(speaks)
        assert [broke.what for broke in of(Broke, desk.journal(call_id))] == ["ear"]

    at_the_desk(tmp_path, test)


def test_a_voice_that_fails_ends_the_call_and_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def test(desk: Desk) -> None:
        desk.mouth.broken = True
        call_id, caller = await desk.call(silent)
        journal = desk.journal(call_id)
        assert {broke.what for broke in of(Broke, journal)} == {"mouth"}
        assert of(HungUp, journal)[0].why == "us"
        assert not caller.loud

    at_the_desk(tmp_path, test)
    assert "cannot be said" in caplog.text
    assert SMILE.spoken.text not in caplog.text  # our words may hold the caller's


def test_a_number_that_is_nobodys_is_refused(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        with pytest.raises(LineError, match="0399999999 belongs to no company"):
            await desk.call(silent, called="0399999999")
        assert not list((tmp_path / "recordings").glob("*"))

    at_the_desk(tmp_path, test)


@pytest.mark.parametrize(
    ("after", "slow"), [(0.0, 0), (0.2, 0), (0.42, 0), (1.0, 0), (3.2, 0), (4.0, 30), (6.5, 0), (8.0, 30), (9.0, 0)]
)
def test_a_caller_may_hang_up_at_any_moment(tmp_path: Path, after: float, slow: float) -> None:
    async def speaks(caller: Caller) -> None:
        asyncio.get_running_loop().call_later(after, caller.far.hang_up)
        await caller.answer(WISH)
        await caller.answer("そうです。")

    async def test(desk: Desk) -> None:
        desk.ear.slow_seconds = slow
        began, before = desk.now(), asyncio.all_tasks()
        call_id, _ = await desk.call(speaks)
        assert desk.now() - began <= after + max(GREETING_DELAY_SECONDS, LAST_SECONDS) + 0.1
        assert asyncio.all_tasks() == before
        journal = desk.journal(call_id)
        assert [event.why for event in of(HungUp, journal)] == ["caller"]
        call = desk.record(call_id)
        assert call.ended == pytest.approx(began + after)
        assert [path.suffix for path in (tmp_path / "recordings").iterdir()] == [".flac"]
        assert len(await desk.letters()) <= 1

    at_the_desk(tmp_path, test)


def test_the_last_words_before_a_caller_hangs_up_are_kept(tmp_path: Path) -> None:
    async def gone_at_once(caller: Caller) -> None:
        await caller.answer(WISH)
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        desk.ear.slow_seconds = 0.7
        call_id, _ = await desk.call(gone_at_once)
        journal = desk.journal(call_id)
        assert [heard.hearing.text for heard in of(Heard, journal)] == [WISH]
        assert len(await desk.letters()) == 1

    at_the_desk(tmp_path, test)


LINES = (WISH, "はい", "いいえ", "0312345678です。", "", "もう一度お願いします。", "ちょっと待ってください。")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_caller_does_the_call_ends_well(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)

    async def wild(caller: Caller) -> None:
        for _ in range(chance.randint(1, 5)):
            await asyncio.sleep(chance.choice([0.0, 0.4, 1.5, 5.0]))
            caller.ear.fail_guesses, caller.ear.fail_all = chance.random() < 0.2, chance.random() < 0.2
            caller.ear.slow_seconds = chance.choice([0.0, 0.0, 1.0])
            if chance.random() < 0.2:
                caller.far.press(chance.choice("0123456789*#"))
            else:
                words = chance.choice(LINES)
                await caller.say(words, sound=words or "あのー")
        await asyncio.sleep(chance.choice([0.0, 2.0, 8.0]))
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        before = asyncio.all_tasks()
        call_id, caller = await desk.call(wild)
        assert asyncio.all_tasks() == before
        journal = desk.journal(call_id)
        assert isinstance(journal[-1], HungUp)
        assert [event.why for event in of(HungUp, journal)] in (["caller"], ["us"])
        under_way = False
        for what in journal:
            if isinstance(what, Interrupted | Spoken):
                assert under_way, f"{what} without words of ours"
            if isinstance(what, Say | Interrupted | Spoken):
                under_way = isinstance(what, Say)
        assert not [at for at in caller.loud if at > of(HungUp, journal)[0].at + 0.1]
        assert len(await desk.letters()) <= 1

    at_the_desk(tmp_path, test)


def test_a_fault_of_ours_ends_its_own_call_with_a_report_and_no_words_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(caller: Caller) -> None:
        await caller.answer(WISH)
        await caller.hear_out()
        caller.ear.bug = KeyError("江川")
        await caller.say("そうです。")
        await caller.over.wait()

    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(breaks)
        assert of(HungUp, desk.journal(call_id))[0].why == "fault"
        assert len(await desk.letters()) == 1
        (line,) = [record.getMessage() for record in caplog.records]
        assert call_id in line
        assert "KeyError" in line

    at_the_desk(tmp_path, test)
    assert "江川" not in caplog.text


def test_a_disk_that_takes_no_recording_costs_the_recording_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "recordings").write_text("a file where the folder should be")

    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(gives_a_name)
        assert of(HungUp, desk.journal(call_id))[0].why == "caller"
        assert len(await desk.letters()) == 1

    at_the_desk(tmp_path, test)
    assert "without its recording" in caplog.text
