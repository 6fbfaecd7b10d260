"""The mouth on its line: replaced words, failures, lost marks, how far ahead of time sound goes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from bot.clock import run_virtual
from bot.dialogue.actions import Phrase
from bot.speak import LEAD_SECONDS, MARK_GRACE_SECONDS, SLOW_SECONDS, Dumb, Speaking, Voice
from bot.tape import Tape
from tests.desk import SECONDS_A_LETTER, Tones
from voice.audio import FRAME_SECONDS, Sound
from voice.ear import Ear
from voice.lines import Marked, Ring
from voice.lines.loopback import LoopbackLine, loopback
from voice.mouth import ClipCache

SHORT, LONG = (Phrase("はい。"),), (Phrase("一二三四五六七八九十" * 4), Phrase("一二三四五六七八九十"))


class Watched:
    """A line, and when each frame was handed to it, loop time."""

    def __init__(self, line: LoopbackLine) -> None:
        self._line = line
        self.played: list[float] = []
        self.ring, self.receive, self.mark, self.clear = line.ring, line.receive, line.mark, line.clear
        self.transfer, self.hang_up = line.transfer, line.hang_up

    def play(self, pcm: bytes) -> None:
        self.played.append(asyncio.get_running_loop().time())
        self._line.play(pcm)


@dataclass
class Stage:
    """A mouth, its line, and what came of both."""

    speaking: Speaking
    told: list[Marked | Dumb]
    played: list[float]
    """When each frame was handed to the line, loop time."""
    loud: list[float] = field(default_factory=list)
    """When each frame that is no silence began to be heard."""

    def loud_seconds(self) -> float:
        return len(self.loud) * FRAME_SECONDS


def on_stage(
    folder: Path, act: Callable[[Stage], Awaitable[None]], synthesizer: Tones | None = None, marks: bool = True
) -> Stage:
    """Let `act` happen on virtual time; marks that come back are told, unless `marks` is False."""
    stages: list[Stage] = []

    async def main(_: object) -> None:
        loop = asyncio.get_running_loop()
        line, far = loopback(Ring("smile", "", "loopback", "1", 8000))
        tape, ear = Tape(folder / "one.flac", 8000, "one"), Ear(8000)
        async with asyncio.TaskGroup() as tasks:
            voice = Voice(synthesizer or Tones(), ClipCache(1 << 20))
            watched, told = Watched(line), list[Marked | Dumb]()
            stage = Stage(Speaking(voice, watched, ear, tape, tasks, told.append), told, watched.played)
            stages.append(stage)

            async def hear() -> None:
                while (frame := await far.receive()) is not None:
                    if np.abs(np.frombuffer(frame, "<i2").astype(int)).max() > 300:
                        stage.loud.append(loop.time())

            async def receive() -> None:
                while True:
                    came = await line.receive()
                    if marks and isinstance(came, Marked):
                        told.append(came)

            aside = [tasks.create_task(work) for work in (hear(), receive(), stage.speaking.run())]
            await act(stage)
            stage.speaking.stop()
            for task in aside:
                task.cancel()
        tape.close()

    run_virtual(main, 0.0)
    return stages[0]


def length(phrases: tuple[Phrase, ...]) -> float:
    return sum(len(phrase.text) for phrase in phrases) * SECONDS_A_LETTER


def test_words_are_heard_to_their_end_and_then_marked(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.speaking.say(LONG, False, False)
        await asyncio.sleep(length(LONG))
        assert stage.speaking.unsaid
        assert not stage.told[1:]
        await asyncio.sleep(0.5)
        assert not stage.speaking.unsaid
        names = [told.name for told in stage.told if isinstance(told, Marked)]
        assert [stage.speaking.marked(name) for name in names] == [False, True]

    stage = on_stage(tmp_path, act)
    assert stage.loud_seconds() == pytest.approx(length(LONG), abs=0.06)


def test_sound_goes_out_a_little_ahead_of_time_and_no_further(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.speaking.say(LONG, False, False)
        await asyncio.sleep(length(LONG) + 0.5)

    stage = on_stage(tmp_path, act)
    ahead = [index * FRAME_SECONDS - (at - stage.played[0]) for index, at in enumerate(stage.played)]
    assert max(ahead) <= LEAD_SECONDS + FRAME_SECONDS
    assert min(ahead) >= 0.0


def test_words_that_are_replaced_while_they_are_made_are_never_heard(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.speaking.say(LONG, False, False)
        await asyncio.sleep(0.2)
        stage.speaking.say(SHORT, False, False)
        await asyncio.sleep(3.0)

    stage = on_stage(tmp_path, act, Tones(slow_seconds=0.5))
    assert stage.loud_seconds() == pytest.approx(length(SHORT), abs=0.06)


def test_an_interruption_silences_the_line_at_once_and_tells_what_was_heard(tmp_path: Path) -> None:
    stopped: list[float] = []
    heard: list[str | None] = []

    async def act(stage: Stage) -> None:
        stage.speaking.say(LONG, False, False)
        await asyncio.sleep(1.0)
        stopped.append(asyncio.get_running_loop().time())
        heard.append(stage.speaking.interrupt())
        heard.append(stage.speaking.interrupt())
        await asyncio.sleep(1.0)

    stage = on_stage(tmp_path, act)
    assert stage.loud[-1] <= stopped[0] + 0.1
    assert heard[0] is not None
    assert LONG[0].text.startswith(heard[0].removesuffix("…"))
    assert len(heard[0]) * SECONDS_A_LETTER == pytest.approx(1.0, abs=0.2)
    assert heard[1] is None  # there is nothing left to interrupt


def test_protected_words_are_not_interrupted(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.speaking.say(SHORT, True, True)
        await asyncio.sleep(0.05)
        assert stage.speaking.interrupt() is None
        await asyncio.sleep(2.0)

    stage = on_stage(tmp_path, act)
    assert stage.loud_seconds() > length(SHORT) + 0.3  # the tone after it too


def test_a_line_that_loses_marks_is_believed_after_a_while(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.speaking.say(SHORT, False, False)
        await asyncio.sleep(length(SHORT) + LEAD_SECONDS + MARK_GRACE_SECONDS + 0.1)
        (mark,) = stage.told
        assert isinstance(mark, Marked)
        assert stage.speaking.marked(mark.name)
        assert not stage.speaking.marked(mark.name)

    on_stage(tmp_path, act, marks=False)


def test_a_voice_that_fails_or_hangs_is_told_with_the_words_it_failed_on(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.speaking.say(SHORT, False, False)
        await asyncio.sleep(SLOW_SECONDS + 1.0)
        (told,) = stage.told
        assert isinstance(told, Dumb)
        assert told.say == stage.speaking.says == 1
        assert not stage.speaking.unsaid

    on_stage(tmp_path, act, Tones(broken=True))
    on_stage(tmp_path, act, Tones(slow_seconds=1000.0))


def test_what_was_said_before_is_not_made_again(tmp_path: Path) -> None:
    tones = Tones()

    async def act(stage: Stage) -> None:
        for slow in (False, False, True):
            stage.speaking.say((Phrase("江川様", "エガワサマ", slow),), False, False)
            await asyncio.sleep(1.5)

    on_stage(tmp_path, act, tones)
    assert tones.spoken == ["エガワサマ", "エガワサマ"]  # once at each pace


def test_foreseen_words_are_made_once_and_are_ready_when_they_are_said(tmp_path: Path) -> None:
    slow = Tones(slow_seconds=0.5)

    async def act(stage: Stage) -> None:
        stage.speaking.foresee(SHORT[0])
        await asyncio.sleep(0.4)
        stage.speaking.say(SHORT, False, False)  # it is still being made
        await asyncio.sleep(0.2)
        assert stage.loud
        stage.speaking.foresee(LONG[0])  # never said
        await asyncio.sleep(2.0)
        stage.speaking.end()

    stage = on_stage(tmp_path, act, slow)
    assert slow.spoken == [SHORT[0].text, LONG[0].text]
    assert stage.loud_seconds() == pytest.approx(length(SHORT), abs=0.06)


def test_a_company_may_speak_more_slowly() -> None:
    asked: list[tuple[str, float]] = []

    class Noted(Tones):
        async def speak(self, text: str, pace: float = 1.0) -> Sound:
            asked.append((text, pace))
            return await super().speak(text, pace)

    async def both() -> None:
        voice = Voice(Noted(), ClipCache(1 << 20), pace=0.9)
        await voice.clip(Phrase("はい。"))
        await voice.clip(Phrase("復唱いたします。", slow=True))

    asyncio.run(both())
    assert [pace for _, pace in asked] == [0.9, round(0.9 * 0.85, 2)]
