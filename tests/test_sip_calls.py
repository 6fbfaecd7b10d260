"""Calls over SIP: a real telephone program calls the agent's process; each is the `Line` that everybody else sees."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.baresip import G722, OPUS, PCMA, PCMU, Format, phone
from tests.sip import loud, office, run, share, tone
from voice.audio import Sound
from voice.lines import Closed, Key, Marked, OnHold, Quality, TransferEnded
from voice.resample import convert


@pytest.mark.parametrize(
    ("form", "codec", "rate_hz"),
    [(PCMU, "PCMU", 8000), (PCMA, "PCMA", 8000), (G722, "G722", 16_000), (OPUS, "opus", 16_000)],
    ids=["PCMU", "PCMA", "G722", "opus"],
)
def test_both_hear_one_another(tmp_path: Path, form: Format, codec: str, rate_hz: int) -> None:
    async def test() -> None:
        async with office() as ours, phone(tmp_path / "phone", form=form) as theirs:
            await theirs.order("dial", ours.uri())
            call = await ours.answered()
            await theirs.until("CALL_ESTABLISHED")
            assert (call.line.ring.called, call.line.ring.codec, call.line.ring.rate_hz) == (
                "0312345678",
                codec,
                rate_hz,
            )
            await theirs.say(Sound(tone(600, 2.0, form.rate_hz).tobytes(), form.rate_hz))
            for frame in tone(440, 1.0, rate_hz).reshape(50, -1):
                call.line.play(frame.tobytes())
            call.line.mark("end")
            await call.hears(Marked)
            await theirs.press("15#")
            await call.until(lambda: len(call.of(Key)) == 3)
            await call.until(lambda: len(loud(call.samples, rate_hz)) > rate_hz)
            await theirs.order("hangup")
            assert await call.hears(Closed) == Closed("caller")
            assert [key.digit for key in call.of(Key)] == ["1", "5", "#"]
            assert share(loud(call.samples, rate_hz)[: rate_hz // 2], 600, rate_hz) > 0.9
            heard = loud(convert(theirs.heard(), 8000).samples())
            assert share(heard, 440) > 0.9
            assert 0.9 < len(heard) / 8000 < 1.2
            (quality,) = call.of(Quality)
            assert quality.packets > 50
            assert 4.0 < quality.mos <= 4.5
            assert isinstance(call.told[-1], Closed)

    run(test)


def test_what_is_cleared_is_not_heard(tmp_path: Path) -> None:
    async def test() -> None:
        async with office() as ours, phone(tmp_path / "phone") as theirs:
            await theirs.order("dial", ours.uri())
            call = await ours.answered()
            call.line.play(tone(440, 0.3).tobytes())
            call.line.mark("first")
            call.line.play(tone(440, 5.0).tobytes())
            call.line.mark("last")
            await call.hears(Marked)
            call.line.clear()
            await call.until(lambda: call.of(Marked) == [Marked("first"), Marked("last")])
            call.line.play(tone(800, 0.5).tobytes())
            call.line.mark("other")
            await call.until(lambda: len(call.of(Marked)) == 3)
            await asyncio.sleep(0.3)  # what is under way arrives at the far end's recording
            heard = loud(theirs.heard().samples())
            assert 0.3 <= (len(heard) / 8000) - 0.5 < 1.5
            assert share(heard[-2400:], 800) > 0.9
            call.line.hang_up()
            await theirs.until("CALL_CLOSED")
            assert call.told[-1] == Closed("us")

    run(test)


def test_a_call_on_hold_is_silent_but_not_lost(tmp_path: Path) -> None:
    async def test() -> None:
        async with office(silent_seconds=1) as ours, phone(tmp_path / "phone") as theirs:
            await theirs.order("dial", ours.uri())
            call = await ours.answered()
            await theirs.say(Sound(tone(600, 60.0).tobytes(), 8000))
            await call.until(lambda: len(loud(call.samples)) > 2000)
            await theirs.order("hold")
            await theirs.until("CALL_REMOTE_SDP", 2)
            held = len(call.pcm)
            call.line.play(tone(440, 0.5).tobytes())
            call.line.mark("unheard")
            await call.until(lambda: len(call.pcm) > held + 16_000 * 2)
            assert call.of(Marked) == [Marked("unheard")]
            assert not len(loud(call.samples[-8000:]))
            await theirs.order("resume")
            await call.until(lambda: len(loud(call.samples[-1600:])) > 800)
            assert not call.of(Closed)
            assert call.of(OnHold) == [OnHold(True), OnHold(False)]
            await theirs.order("hangup")
            assert await call.hears(Closed) == Closed("caller")

    run(test)


def test_a_caller_who_gives_up_while_it_rings(tmp_path: Path) -> None:
    async def test() -> None:
        async with office(ring_seconds=30.0) as ours, phone(tmp_path / "phone") as theirs:
            await theirs.order("dial", ours.uri())
            rung = await ours.rung()
            answering = asyncio.create_task(rung.answer("0312345678"))
            await theirs.until("CALL_RINGING")
            await theirs.order("hangup")
            assert await answering is None
            await rung.gone()
            await theirs.order("dial", ours.uri())  # the next is not bothered
            await ours.rung()

    run(test)


@pytest.mark.parametrize(
    ("code", "words"), [(404, "404 Not Found"), (486, "486 Busy Here"), (503, "503 Service Unavailable")]
)
def test_a_call_that_is_refused_hears_why(tmp_path: Path, code: int, words: str) -> None:
    async def test() -> None:
        async with office() as ours, phone(tmp_path / "phone") as theirs:
            await theirs.order("dial", ours.uri())
            rung = await ours.rung()
            rung.refuse(code)
            assert (await theirs.until("CALL_CLOSED"))["param"] == words
            await rung.gone()

    run(test)


def test_a_telephone_that_vanishes_is_lost(tmp_path: Path) -> None:
    async def test() -> None:
        async with office(silent_seconds=1) as ours, phone(tmp_path / "phone") as theirs:
            await theirs.order("dial", ours.uri())
            call = await ours.answered()
            await call.until(lambda: len(call.pcm) > 8000)
            theirs.vanish()
            assert await call.hears(Closed) == Closed("lost")

    run(test)


def test_a_transfer_is_asked_of_the_far_end(tmp_path: Path) -> None:
    async def test() -> None:
        async with phone(tmp_path / "staff", answers=True) as staff:
            transfer = f"sip:{{}}@127.0.0.1:{staff.sip_port}"
            async with office(transfer=transfer) as ours, phone(tmp_path / "phone") as theirs:
                await theirs.order("dial", ours.uri())
                call = await ours.answered()
                call.line.transfer("phone", 20.0)
                await call.hears(Closed)
                assert [str(each) for each in call.told if not isinstance(each, Quality)] == [
                    "TransferEnded(connected=True, why='answered')",
                    "Closed(why='us')",
                ]
                await staff.until("CALL_ESTABLISHED")

    run(test)


def test_a_transfer_that_is_refused_brings_the_caller_back(tmp_path: Path) -> None:
    async def test() -> None:
        async with phone(tmp_path / "staff") as staff:
            transfer = f"sip:{{}}@127.0.0.1:{staff.sip_port}"
            async with office(transfer=transfer) as ours, phone(tmp_path / "phone") as theirs:
                await theirs.order("dial", ours.uri())
                call = await ours.answered()
                call.line.transfer("phone", 20.0)
                await staff.until("CALL_INCOMING")
                await staff.order("hangup")
                assert await call.hears(TransferEnded) == TransferEnded(connected=False, why="busy")
                call.line.play(tone(440, 0.5).tobytes())
                call.line.mark("back")
                await call.hears(Marked)
                await asyncio.sleep(0.3)  # what is under way arrives at the far end's recording
                assert share(loud(theirs.heard().samples()), 440) > 0.9
                assert not call.of(Closed)

    run(test)
