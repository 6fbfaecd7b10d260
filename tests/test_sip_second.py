"""A second telephone beside a call over SIP: rung, spoken with while the caller hears something else, then joined with
the caller or left; both are real telephone programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.baresip import Phone, phone
from tests.sip import Listener, Office, loud, office, run, share, tone
from voice.audio import Sound
from voice.lines import Closed, SecondSound, SecondStood, TransferEnded
from voice.lines.sip.line import SipLine

CALLERS, NUMBERS, OURS, HOLD = 600, 800, 1000, 440


@asynccontextmanager
async def with_a_caller(folder: Path, staff: Phone) -> AsyncIterator[tuple[Office, Phone, Listener]]:
    """Somebody has called; whatever is dialled from here rings at `staff`."""
    async with office(transfer=f"sip:{{}}@127.0.0.1:{staff.sip_port}") as ours, phone(folder / "caller") as theirs:
        await theirs.order("dial", ours.uri())
        yield ours, theirs, await ours.answered()


def second(call: Listener) -> SipLine:
    assert isinstance(call.line, SipLine)
    return call.line


def overheard(call: Listener) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.frombuffer(b"".join(each.pcm for each in call.of(SecondSound)), "<i2")


async def speaks(call: Listener, hertz: float, seconds: float = 1.5) -> None:
    """Somebody of ours, to the second telephone; the caller hears another tone meanwhile."""
    for words, hold in zip(tone(hertz, seconds).reshape(-1, 160), tone(HOLD, seconds).reshape(-1, 160), strict=True):
        second(call).speak(words.tobytes())
        call.line.play(hold.tobytes())
        await asyncio.sleep(0.02)


def test_one_of_ours_speaks_first_and_the_two_are_joined(tmp_path: Path) -> None:
    async def test() -> None:
        async with phone(tmp_path / "staff") as staff, with_a_caller(tmp_path, staff) as (_, theirs, call):
            await theirs.say(Sound(tone(CALLERS, 50.0).tobytes(), 8000))
            second(call).dial("phone", 30.0)
            await staff.until("CALL_INCOMING")
            await call.until(lambda: share(loud(overheard(call)), 400) > 0.5)  # the tone of its ringing
            await staff.order("accept")
            await call.until(lambda: call.of(SecondStood) == [SecondStood("answered")])
            rung = len(overheard(call))
            await staff.say(Sound(tone(NUMBERS, 50.0).tobytes(), 8000))
            await speaks(call, OURS)
            await call.until(lambda: share(loud(overheard(call)[rung:])[-4000:], NUMBERS) > 0.9)
            assert share(loud(staff.heard().samples())[-4000:], OURS) > 0.9  # and nothing of the caller's
            assert share(loud(theirs.heard().samples())[-4000:], HOLD) > 0.9  # who has heard neither
            before, told = len(loud(staff.heard().samples())), len(loud(theirs.heard().samples()))
            call.line.transfer("phone", 30.0)
            assert await call.hears(TransferEnded) == TransferEnded(connected=True, why="answered")
            assert await call.hears(Closed) == Closed("us")
            async with asyncio.timeout(30):
                while (
                    min(len(loud(staff.heard().samples())) - before, len(loud(theirs.heard().samples())) - told) < 8000
                ):
                    await asyncio.sleep(0.1)  # both write down what they hear
            assert share(loud(staff.heard().samples())[-4000:], CALLERS) > 0.9
            assert share(loud(theirs.heard().samples())[-4000:], NUMBERS) > 0.9
            await staff.order("hangup")
            await theirs.until("CALL_CLOSED")

    run(test)


def test_a_second_telephone_that_is_left_takes_nothing_with_it(tmp_path: Path) -> None:
    async def test() -> None:
        async with phone(tmp_path / "staff") as staff, with_a_caller(tmp_path, staff) as (_, theirs, call):
            second(call).dial("phone", 30.0)
            await staff.until("CALL_INCOMING")
            second(call).drop()  # while it rings
            await staff.until("CALL_CLOSED")
            second(call).dial("phone", 30.0)
            await staff.until("CALL_INCOMING", 2)
            await staff.order("accept")
            await call.hears(SecondStood)
            second(call).drop()  # and in the middle of speaking
            await staff.until("CALL_CLOSED", 2)
            assert call.of(SecondStood) == [SecondStood("answered")]
            await speaks(call, OURS, 0.5)
            await call.until(lambda: len(call.pcm) > 8000)
            assert not call.of(Closed)
            await theirs.order("hangup")
            assert await call.hears(Closed) == Closed("caller")

    run(test)


@pytest.mark.parametrize("why", ["busy", "no_answer", "gone"])
def test_where_nobody_can_be_spoken_to_it_is_told_and_the_caller_is_still_there(tmp_path: Path, why: str) -> None:
    async def test() -> None:
        async with phone(tmp_path / "staff") as staff, with_a_caller(tmp_path, staff) as (_, _theirs, call):
            second(call).dial("phone", 1.0 if why == "no_answer" else 30.0)
            await staff.until("CALL_INCOMING")
            if why == "gone":
                await staff.order("accept")
                await call.hears(SecondStood)
            if why != "no_answer":
                await staff.order("hangup")
            await call.until(lambda: call.of(SecondStood)[-1:] == [SecondStood(why)])
            await staff.until("CALL_CLOSED")
            await speaks(call, OURS, 0.5)
            assert not call.of(Closed)

    run(test)


def test_the_caller_hangs_up_and_nothing_rings_any_more(tmp_path: Path) -> None:
    async def test() -> None:
        async with phone(tmp_path / "staff") as staff, with_a_caller(tmp_path, staff) as (_, theirs, call):
            second(call).dial("phone", 30.0)
            await staff.until("CALL_INCOMING")
            await theirs.order("hangup")
            assert await call.hears(Closed) == Closed("caller")
            await staff.until("CALL_CLOSED")

    run(test)
