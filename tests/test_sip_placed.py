"""A call that we place over SIP, to a real telephone program: sound and keys both ways, and who is not reached."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.baresip import phone
from tests.sip import Listener, loud, office, run, share, tone
from voice.audio import Sound
from voice.lines import Closed, Key, Marked, NotReached


def test_sound_and_keys_go_both_ways_and_either_side_ends_it(tmp_path: Path) -> None:
    async def test() -> None:
        async with (
            phone(tmp_path / "staff", answers=True) as staff,
            office(transfer=f"sip:{{}}@127.0.0.1:{staff.sip_port}") as ours,
        ):
            await staff.say(Sound(tone(800, 20.0).tobytes(), 8000))
            line = await ours.trunk.place("phone", 20.0)
            assert not isinstance(line, NotReached)
            assert (line.ring.called, line.ring.line, line.ring.codec) == ("phone", "sip", "PCMU")
            call = Listener(line)
            listening = asyncio.create_task(call.run())
            await call.until(lambda: share(loud(call.samples)[-4000:], 800) > 0.9)
            line.play(tone(440, 0.5).tobytes())
            line.mark("said")
            assert await call.hears(Marked) == Marked("said")
            await staff.press("1")
            assert await call.hears(Key) == Key("1")
            assert share(loud(staff.heard().samples()), 440) > 0.9
            await staff.order("hangup")
            assert await call.hears(Closed) == Closed("caller")
            await listening
            again = await ours.trunk.place("phone", 20.0)
            assert not isinstance(again, NotReached)
            await staff.until("CALL_ESTABLISHED", 2)
            again.hang_up()
            await staff.until("CALL_CLOSED", 2)

    run(test)


@pytest.mark.parametrize("how", ["busy", "no_answer", "given up"])
def test_nobody_is_reached_and_nothing_is_left_ringing(tmp_path: Path, how: str) -> None:
    async def test() -> None:
        async with (
            phone(tmp_path / "staff") as staff,
            office(transfer=f"sip:{{}}@127.0.0.1:{staff.sip_port}") as ours,
        ):
            placing = asyncio.create_task(ours.trunk.place("phone", 1.0 if how == "no_answer" else 50.0))
            await staff.until("CALL_INCOMING")
            if how == "busy":
                await staff.order("hangup")
            elif how == "given up":
                placing.cancel()
            await asyncio.wait({placing})
            await staff.until("CALL_CLOSED")
            assert how == "given up" if placing.cancelled() else placing.result() == NotReached(how)  # type: ignore[arg-type]

    run(test)


def test_a_line_that_is_down_says_so_and_rings_nobody(tmp_path: Path) -> None:
    async def test() -> None:
        async with office() as ours:
            await ours.trunk.close()
            assert await ours.trunk.place("phone", 20.0) == NotReached("down")

    run(test)
