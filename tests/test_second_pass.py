"""The matter of a call is heard again after its end, and the report has both; whatever goes wrong, it goes out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from bot.dialogue.events import HeardAgain, HungUp
from bot.models import choice, second_choice
from bot.reporting.voice_fields import second_fields
from bot.second_pass import LONGEST_SECONDS
from bot.settings import SettingsError, read_settings
from tests.desk import Caller, Desk, at_the_desk, of
from voice.audio import Sound
from voice.engines import DICTATION, EngineError, Grammar, Transcript

MATTER = "見積もりの件でお電話しました、折り返しお電話をください"


@dataclass
class Careful:
    """An engine that takes its time."""

    text: str = "見積書の件で、お電話しました。"
    confidence: float = 0.9
    slow_seconds: float = 0.0
    fails: bool = False
    heard: list[Sound] = field(default_factory=list)

    async def transcribe(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        assert list(grammars) == [DICTATION]
        self.heard.append(sound)
        await asyncio.sleep(self.slow_seconds)
        if self.fails:
            raise EngineError("no model")
        return (Transcript(DICTATION.name, self.text, "", self.confidence, True),)

    guess = follow = transcribe


async def tells_the_matter(caller: Caller) -> None:
    await caller.answer(MATTER)
    await caller.hear_out()
    caller.far.hang_up()


@pytest.mark.parametrize(
    ("careful", "told"),
    [
        (Careful(), True),
        (Careful(confidence=0.3), False),
        (Careful(text=""), False),
        (Careful(fails=True), False),
        (Careful(slow_seconds=LONGEST_SECONDS + 5), False),
    ],
)
def test_the_report_has_both_and_goes_out_in_any_case(
    tmp_path: Path, careful: Careful, told: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def test(desk: Desk) -> None:
        desk.house = replace(desk.house, second=careful)
        with caplog.at_level(logging.ERROR):
            call_id, caller = await desk.call(tells_the_matter)
        journal = desk.journal(call_id)
        again = of(HeardAgain, journal)
        assert bool(again) is told
        (sound,) = careful.heard
        (began, ended) = caller.voiced[0]
        assert 1.0 < sound.seconds < ended - began + 1.5
        assert of(HungUp, journal)
        (letter,) = await desk.letters()
        body = message_from_bytes(letter.read_bytes(), policy=default).get_body(("plain",))
        assert body is not None
        mail = body.get_content()
        assert ("録音の書き起こし" in mail) is told
        assert "お電話しました" in mail
        assert (careful.text in mail) is (told or not careful.text)
        assert ("without a second hearing" in caplog.text) is (careful.fails or careful.slow_seconds > 0)

    at_the_desk(tmp_path, test)


def test_nothing_is_heard_again_where_nothing_was_said_of_a_matter(tmp_path: Path) -> None:
    careful = Careful()

    async def test(desk: Desk) -> None:
        async def leaves(caller: Caller) -> None:
            await caller.begun()
            caller.far.hang_up()

        desk.house = replace(desk.house, second=careful)
        await desk.call(leaves)
        assert careful.heard == []

    at_the_desk(tmp_path, test)


def test_the_line_in_the_report_says_what_it_is() -> None:
    first, last = HeardAgain(0.0, "purpose", "一", 0.9), HeardAgain(1.0, "purpose", "見積書\nの件", 0.9)
    (line,) = second_fields([first, HungUp(0.0, "us"), last])
    assert (line.label, line.value) == ("ご用件(録音の書き起こし)", "見積書 の件")
    assert second_fields([HungUp(0.0, "us")]) == ()


def test_the_engine_is_named_by_a_setting() -> None:
    both = read_settings({"DENWABAN_DICTATION": "auto+whisper:mine"})
    again = second_choice(both)
    assert again is not None
    assert (choice(both).engine, again.engine) == ("auto", "whisper:mine")
    assert second_choice(read_settings({})) is None
    for wrong in ("auto+", "+whisper", "auto+loud", "whisper:+vosk"):
        with pytest.raises(SettingsError, match="DICTATION"):
            read_settings({"DENWABAN_DICTATION": wrong})
