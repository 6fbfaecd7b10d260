"""Whole calls on virtual time: what is said, heard, kept and reported."""

from __future__ import annotations

import asyncio
import email
from email import policy
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bot.call import LiveCall
from bot.dialogue.actions import Say
from bot.dialogue.events import Digit, Due, Heard, HungUp, Interrupted, Spoken, Transferred
from bot.dialogue.state import Outcome
from bot.dialogue.step import step
from bot.journal import replay
from bot.speak import LEAD_SECONDS, MARK_GRACE_SECONDS
from bot.store import Call
from bot.tape import Tape
from nlu.meaning import Answer as Reply
from tests.desk import WISH, Caller, Desk, at_the_desk, gives_a_name, leaves_a_message, of, silent
from tests.dialogues import SMILE
from voice.lines import Line, Ring
from voice.lines.inband import InBand
from voice.lines.loopback import Answer, FarEnd, LoopbackLine, loopback
from voice.record import Side, clip


def test_a_call_is_taken_read_back_confirmed_and_reported_once(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(leaves_a_message)
        journal = desk.journal(call_id)
        said = [say.text for say in of(Say, journal)]
        assert SMILE.spoken.text in said[0]
        assert "江川様" in said[1] or "エガワ様" in said[1]
        assert any("03-1234-5678" in text for text in said)
        assert of(HungUp, journal)[0].why == "caller"
        (letter,) = await desk.letters()
        report = email.message_from_bytes(letter.read_bytes(), policy=policy.default).as_string()
        assert "Subject" in report
        again = await desk.letters()
        assert again == [letter]
        state = replay(step, SMILE, desk.entries(call_id))
        assert state.facts.number is not None
        assert (state.facts.number.value, state.facts.number.status) == ("0312345678", "confirmed")
        assert state.outcome is Outcome.MESSAGE

    at_the_desk(tmp_path, test)


def test_silence_ends_a_call_with_a_good_bye(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(silent)
        journal = desk.journal(call_id)
        assert of(HungUp, journal)[0].why == "us"
        assert len(of(Due, journal)) >= 3
        assert not of(Heard, journal)
        assert "失礼" in of(Say, journal)[-1].text
        assert isinstance(journal[-3], Spoken | Due)  # the last words were heard out before we hung up

    at_the_desk(tmp_path, test)


def test_a_caller_who_speaks_into_our_words_silences_us_and_is_heard(tmp_path: Path) -> None:
    async def interrupts(caller: Caller) -> None:
        await caller.begun()
        await caller.say(WISH)
        await caller.hear_out()
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        call_id, caller = await desk.call(interrupts)
        journal = desk.journal(call_id)
        (interrupted,) = of(Interrupted, journal)
        began, ended = caller.voiced[0]
        assert began < interrupted.at < ended
        assert max(at for at in caller.loud if at < ended) <= interrupted.at + 0.2
        whole = of(Say, journal)[0].text
        words = interrupted.heard.removesuffix("…")
        assert 0 < len(words) < len(whole)
        assert whole.startswith(words)
        heard = journal[journal.index(interrupted) + 1]
        assert isinstance(heard, Heard)
        assert heard.hearing.text == WISH

    at_the_desk(tmp_path, test)


def test_a_nod_into_our_words_does_not_stop_them_and_is_no_answer(tmp_path: Path) -> None:
    async def nods(caller: Caller) -> None:
        await caller.begun()
        await caller.say("はい")
        await caller.hear_out()
        await asyncio.sleep(2.0)
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(nods)
        journal = desk.journal(call_id)
        assert len(of(Spoken, journal)) == 1
        assert not of(Interrupted, journal)
        assert not of(Heard, journal)

    at_the_desk(tmp_path, test)


def test_the_same_nod_after_our_words_is_an_answer(tmp_path: Path) -> None:
    async def agrees(caller: Caller) -> None:
        await caller.answer(WISH)
        await caller.answer("はい")
        await caller.begun()
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(agrees)
        heard = of(Heard, desk.journal(call_id))
        assert [each.hearing.text for each in heard] == [WISH, "はい"]
        assert heard[1].meaning.answer is Reply.YES

    at_the_desk(tmp_path, test)


def test_a_sound_without_words_is_passed_over_and_the_timer_goes_on(tmp_path: Path) -> None:
    async def coughs(caller: Caller) -> None:
        await caller.hear_out()
        await asyncio.sleep(SMILE.patience.answer - 1.0)  # the deadline passes while this is being judged
        await caller.say("", sound="あ")
        await caller.begun()
        await asyncio.sleep(1.0)
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        desk.ear.slow_seconds = 0.5
        call_id, caller = await desk.call(coughs)
        journal = desk.journal(call_id)
        assert not of(Heard, journal)
        first = of(Due, journal)[0]
        assert 1.5 < first.at - caller.voiced[0][1] < 4.0  # the caller had a moment more, and no more than that

    at_the_desk(tmp_path, test)


def test_a_reply_waits_for_a_caller_who_goes_on(tmp_path: Path) -> None:
    async def adds(caller: Caller) -> None:
        await caller.answer("江川と申します。")
        await asyncio.sleep(0.9)  # long enough to count as an end; the words are still being written down
        await caller.say("スマイル企画の江川と申します。石田さんをお願いします。")
        await caller.hear_out()
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        desk.ear.slow_seconds = 1.0
        call_id, caller = await desk.call(adds)
        journal = desk.journal(call_id)
        assert len(of(Heard, journal)) == 2
        began, ended = caller.voiced[1]
        assert not [at for at in caller.loud if began < at < ended]
        assert [each.heard for each in of(Interrupted, journal)] == [""]

    at_the_desk(tmp_path, test)


PUT_THROUGH = "スマイル企画の江川と申しますが、図面の件で田村さんいらっしゃいますか。"


@pytest.mark.parametrize("why", ["answered", "no_answer"])
def test_a_transfer_begins_after_our_words_and_once(tmp_path: Path, why: str) -> None:
    async def asks(caller: Caller) -> None:
        await caller.answer(PUT_THROUGH)
        assert isinstance(caller.far, FarEnd)
        while not caller.far.transfers:
            await caller.answer("そうです。")
            await asyncio.sleep(3.0)
        rang.append(caller.now())
        spoke.append(caller.loud[-1])
        await asyncio.sleep(SMILE.transfer_ring_seconds)
        if why == "no_answer":
            await caller.hear_out()
        caller.far.hang_up()

    rang: list[float] = []
    spoke: list[float] = []

    async def test(desk: Desk) -> None:
        call_id, caller = await desk.call(asks, answers=[Answer("answered" if why == "answered" else "no_answer", 2.0)])
        assert isinstance(caller.far, FarEnd)
        assert caller.far.transfers == [("32", SMILE.transfer_ring_seconds)]
        assert spoke[0] < rang[0]
        journal = desk.journal(call_id)
        assert [event.connected for event in of(Transferred, journal)] == [why == "answered"]
        outcome = replay(step, SMILE, desk.entries(call_id)).outcome
        assert (outcome is Outcome.TRANSFERRED) == (why == "answered")
        if why == "no_answer":
            assert caller.loud[-1] > rang[0] + 5.0  # the caller is back with us

    at_the_desk(tmp_path, test)


class Forgetful:
    """A line that loses every mark."""

    def __init__(self, line: LoopbackLine) -> None:
        self._line = line
        self.ring, self.receive, self.play, self.clear = line.ring, line.receive, line.play, line.clear
        self.transfer, self.hang_up = line.transfer, line.hang_up

    def mark(self, name: str) -> None:
        """Nothing comes of it."""


def forgetful(line: LoopbackLine) -> Line:
    made: Line = Forgetful(line)
    return made


def test_marks_that_are_lost_hold_nothing_up(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        call_id, caller = await desk.call(gives_a_name, through=forgetful)
        journal = desk.journal(call_id)
        first = of(Spoken, journal)[0].at
        ended = max(at for at in caller.loud if at < caller.voiced[0][0])
        assert ended < first < ended + MARK_GRACE_SECONDS + 2 * LEAD_SECONDS

    at_the_desk(tmp_path, test)


def test_the_reply_is_made_while_the_caller_may_still_go_on(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        desk.mouth.slow_seconds = 0.1
        call_id, caller = await desk.call(gives_a_name)
        journal = desk.journal(call_id)
        (heard,) = of(Heard, journal)
        first = of(Say, journal)[1].phrases[0]
        assert desk.mouth.spoken.count(first.reading or first.text) == 1
        assert next(at for at in caller.loud if at > heard.at) - heard.at < 0.1

    at_the_desk(tmp_path, test)


def test_push_buttons_stop_our_words_and_arrive(tmp_path: Path) -> None:
    async def presses(caller: Caller) -> None:
        await caller.begun()
        for digit in "0312345678#":
            caller.far.press(digit)
            await asyncio.sleep(0.2)
        await caller.hear_out()
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        call_id, _ = await desk.call(presses)
        journal = desk.journal(call_id)
        assert "".join(event.digit for event in of(Digit, journal)) == "0312345678#"
        assert len(of(Interrupted, journal)) == 1
        number = replay(step, SMILE, desk.entries(call_id)).facts.number
        assert number is not None
        assert number.value == "0312345678"

    at_the_desk(tmp_path, test)


def test_two_calls_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    async def other(caller: Caller) -> None:
        await caller.answer("青葉商事の高橋です。石田さんをお願いします。")
        await caller.hear_out()
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        one = asyncio.create_task(desk.call(gives_a_name))
        two = asyncio.create_task(desk.call(other, called="smile_quiet"))
        (first, _), (second, _) = await one, await two
        scripts = desk.house.scripts
        states = [
            replay(step, scripts[key], desk.entries(call_id))
            for key, call_id in (("smile", first), ("smile_quiet", second))
        ]
        names = [state.facts.caller_name.value if state.facts.caller_name else "" for state in states]
        assert names == ["エガワ", "タカハシ"]
        assert {desk.record(first).company, desk.record(second).company} == {"smile", "smile_quiet"}

    at_the_desk(tmp_path, test)


def test_the_recording_has_both_sides_where_they_belong_and_clips_hold_the_words(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        began = desk.now()
        call_id, caller = await desk.call(leaves_a_message)
        path = Path(desk.record(call_id).recording)
        frames, rate = soundfile.read(path, dtype="int16", always_2d=True)
        assert (rate, frames.shape[1]) == (8000, 2)

        def loudness(side: Side, start: float, end: float) -> float:
            part = frames[int((start - began) * rate) : int((end - began) * rate), side].astype(float)
            return float(np.sqrt(np.mean(part**2)))

        for start, end in caller.voiced:
            assert loudness(Side.CALLER, start, end) > 20 * loudness(Side.OURS, start + 0.1, end - 0.1)
        for at in caller.loud[5:-5:10]:
            assert loudness(Side.OURS, at - 0.15, at + 0.15) > 20 * loudness(Side.CALLER, at - 0.05, at + 0.05)
        for heard, (start, end) in zip(of(Heard, desk.journal(call_id)), caller.voiced, strict=True):
            # the detector is up to 0.1 s late, in chunks of 32 ms
            assert start - began - 0.1 < heard.span[0] < heard.span[1] < end - began + 0.15
            wav, _ = soundfile.read(_kept(tmp_path, clip(path, *heard.span, Side.CALLER)), dtype="int16")
            voice = frames[int((start - began) * rate) : int((end - began) * rate), Side.CALLER].astype(float)
            assert np.sum(wav.astype(float) ** 2) > 0.9 * np.sum(voice**2)

    at_the_desk(tmp_path, test)


def _kept(folder: Path, wav: bytes) -> Path:
    path = folder / "clip.wav"
    path.write_bytes(wav)
    return path


def test_replaying_the_journal_gives_the_live_state(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        line, far = loopback(Ring(SMILE.key, "", "loopback", "one", 8000))
        tape = Tape(tmp_path / "one.flac", 8000, "one")
        record = Call("one", SMILE.key, SMILE.version, "loopback", "one", "", "", desk.now())
        desk.house.journal.begin(record, SMILE)
        call = LiveCall(record, SMILE, InBand(line), desk.house, tape)
        asyncio.get_running_loop().call_later(20.0, far.hang_up)
        await call.run(desk.now())
        tape.close()
        desk.house.journal.flush()
        assert replay(step, SMILE, desk.entries("one")) == call.state
        assert call.state.silences > 0

    at_the_desk(tmp_path, test)
