"""A caller who is put through by a second telephone: joined with people, never with a carrier's voice or its tones.

Real telephone programs and the real ears, since what is tried is whether announcements are known as they sound.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from bot.rehearsal.fast import REAL
from nlu.announcements import begins, judge
from tests.baresip import Phone, phone
from tests.sip import Listener, Office, loud, office, run, share, tone
from tests.sip_caller import Caller, caller
from tests.test_announcements import ANNOUNCED, PEOPLE
from tests.tones import busy, to_pcm
from voice.audio import Sound
from voice.engines import DICTATION
from voice.engines.openjtalk import OpenJTalk
from voice.lines import Closed, Marked, TransferEnded
from voice.resample import convert

NO_SUCH_NUMBER = "おかけになった電話番号は、現在使われておりません。番号をお確かめの上、もう一度おかけ直しください。"


@asynccontextmanager
async def with_a_caller(folder: Path) -> AsyncIterator[tuple[Office, Phone, Caller, Listener]]:
    """Somebody has called whose PBX takes no REFER; whatever is dialled from here answers at once."""
    async with phone(folder / "staff", answers=True) as staff:
        transfer = f"sip:{{}}@127.0.0.1:{staff.sip_port}"
        async with office(transfer=transfer) as ours, caller(ours.address) as theirs:
            theirs.answers["REFER"] = "501 Not Implemented"
            calling = asyncio.create_task(theirs.call())
            call = await ours.answered()
            await calling
            listening = asyncio.create_task(theirs.until("BYE"))
            yield ours, staff, theirs, call
            call.line.hang_up()
            listening.cancel()


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """The models are loaded, as they are in a server that takes calls."""
    listening = REAL.engines().transcribe(OpenJTalk().speak("はい。"), 4000, (DICTATION,))
    asyncio.run(asyncio.wait_for(listening, 60))


async def answers(staff: Phone, call: Listener, ours: Office, sound: Sound) -> TransferEnded:
    """What becomes of a transfer to where this is heard."""
    await staff.say(sound)  # from the moment at which it answers
    call.put_through(ours.tasks, "phone", 20.0)
    return await call.hears(TransferEnded)


@pytest.mark.parametrize("kind", ["announcement", "busy tone"])
def test_nobody_is_joined_with_a_voice_of_the_network(tmp_path: Path, kind: str) -> None:
    async def test() -> None:
        if kind == "announcement":
            sound, why = convert(OpenJTalk().speak(NO_SUCH_NUMBER), 8000), "failed"
        else:
            sound, why = Sound(to_pcm(busy(20)), 8000), "busy"
        async with with_a_caller(tmp_path) as (ours, staff, theirs, call):
            assert await answers(staff, call, ours, sound) == TransferEnded(connected=False, why=why)
            await staff.until("CALL_CLOSED")
            theirs.heard()
            call.line.play(tone(440, 0.5).tobytes())  # the caller is with us again, and has heard nothing of it
            call.line.mark("back")
            await call.hears(Marked)
            assert not call.of(Closed)
            assert share(loud(theirs.heard()), 440) > 0.9

    run(test)


def test_a_person_who_answers_is_joined_after_the_first_word(tmp_path: Path) -> None:
    async def test() -> None:
        async with with_a_caller(tmp_path) as (ours, staff, theirs, call):
            talking = asyncio.create_task(theirs.talk(tone(600, 1.0), 30.0))
            said = convert(OpenJTalk(half_tone=-2).speak("はい、営業の栗本です。"), 8000)
            assert await answers(staff, call, ours, said) == TransferEnded(connected=True, why="answered")
            assert await call.hears(Closed) == Closed("us")
            async with asyncio.timeout(30):
                while share(loud(staff.heard().samples())[-4000:], 600) < 0.9:
                    await asyncio.sleep(0.1)  # it writes down what it hears
            talking.cancel()
            await staff.order("hangup")

    run(test)


def test_what_begins_like_an_announcement_is_heard_on_and_a_person_is_not() -> None:
    whole = [words for all_of in ANNOUNCED.values() for words in all_of]
    known = [words for words in whole if begins(words[:8]) or judge(words[:16]) is not None]
    assert len(known) > 0.8 * len(whole)
    assert not [words for words in PEOPLE if begins(words) and len(words) < 12]
    assert np.mean([begins(words) for words in PEOPLE]) < 0.4
