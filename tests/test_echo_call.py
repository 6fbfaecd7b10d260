"""A whole call on a line that gives our own words back: only the caller is heard, and only the caller interrupts."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bot.call import run_call
from bot.dialogue.events import Heard, HungUp, Interrupted, Spoken
from bot.rehearsal.far import Far
from tests.desk import WISH, Caller, Desk, at_the_desk, of, on_the_telephone, speaking
from tests.dialogues import SMILE
from voice.audio import Sound
from voice.engines.openjtalk import OpenJTalk
from voice.g711 import ulaw_decode, ulaw_encode
from voice.lines import Ring
from voice.lines.loopback import loopback


@cache
def spoken(text: str, pace: float) -> Sound:
    return OpenJTalk().speak(text, pace)


class Mouth:
    """The real voice, on virtual time."""

    async def speak(self, text: str, pace: float = 1.0) -> Sound:
        return spoken(text, pace)


class Leak:
    """A telephone whose microphone hears its earpiece: what comes goes back, weaker and late, over a mu-law line."""

    def __init__(self, far: Far, decibel: float, delay_seconds: float) -> None:
        self._far = far
        self._share = 10 ** (decibel / 20)
        self._back = deque([bytes(320)] * round(delay_seconds * 50))

    async def receive(self) -> bytes | None:
        frame = await self._far.receive()
        if frame is not None:
            self._back.append(frame)
        return frame

    def send(self, pcm: bytes) -> None:
        back = self._back.popleft() if self._back else bytes(320)
        both = np.frombuffer(pcm, "<i2") + self._share * np.frombuffer(back.ljust(320, b"\0")[:320], "<i2")
        self._far.send(ulaw_decode(ulaw_encode(np.clip(np.rint(both), -32768, 32767).astype("<i2").tobytes())))

    def press(self, digit: str) -> None:
        self._far.press(digit)

    def hang_up(self) -> None:
        self._far.hang_up()


@pytest.mark.parametrize(("decibel", "delay_seconds"), [(-6, 0.3), (-14, 0.1), (-20, 0.4)])
def test_our_words_coming_back_are_not_the_callers(tmp_path: Path, decibel: float, delay_seconds: float) -> None:
    async def says_a_wish(caller: Caller) -> None:
        await caller.answer(WISH)
        await caller.begun()
        await caller.hear_out(1.5)
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        line, far = loopback(Ring(SMILE.key, "", "loopback", "line-1", 8000))
        caller = Caller(Leak(far, decibel, delay_seconds), desk.now, desk.ear)
        speaking.set(caller)
        async with on_the_telephone(caller, says_a_wish):
            call_id = await run_call(line, replace(desk.house, synthesizer=Mouth()))
        journal = desk.journal(call_id)
        assert len(of(Heard, journal)) == 1
        assert not of(Interrupted, journal)
        assert [event.why for event in of(HungUp, journal)] == ["caller"]
        assert len(of(Spoken, journal)) == 2  # the greeting and the answer, to their ends

    at_the_desk(tmp_path, test)
