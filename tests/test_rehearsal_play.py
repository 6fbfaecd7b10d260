"""The caller's turns and their timing, against a receptionist who answers after a fixed silence, on virtual time."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from bot.clock import Now, run_virtual
from bot.rehearsal.book import book_of
from bot.rehearsal.plan import Plan, WrittenPlan
from bot.rehearsal.play import Played, Player, Spoke
from bot.rehearsal.voice import voiced
from bot.reporting.account import Words
from voice.audio import FRAME_SECONDS
from voice.lines import Audio, Closed, Line, Ring
from voice.lines.loopback import loopback

CALL = """
title = "伝言"
[caller]
name = "江川"
reading = "エガワ"
number = "012-3456-7890"
opening = ["江川と申しますが、栗本さんはいらっしゃいますか。"]
[telephone]
snr_db = 60.0
noise = "white"
level_db = -16.0
[expects]
outcome = "message"
"""
WORDS = (
    "お電話ありがとうございます。",
    "恐れ入りますが、お電話番号をお願いいたします。",
    "それでは、申し伝えます。お電話ありがとうございました。失礼いたします。",
)
LOUD = 300


class Parrot:
    """A receptionist without a mind: says the next words after so much silence of the caller's."""

    def __init__(self, silence: float) -> None:
        self.said: list[Words] = []
        self._silence = silence

    async def serve(self, line: Line) -> None:
        self._say(line)
        heard, quiet = False, 0.0
        while not isinstance(came := await line.receive(), Closed):
            if not isinstance(came, Audio):
                continue
            loud = int(np.abs(np.frombuffer(came.pcm, "<i2").astype(np.int32)).max()) > LOUD
            heard, quiet = heard or loud, 0.0 if loud else quiet + FRAME_SECONDS
            if heard and quiet >= self._silence:
                heard = False
                self._say(line)

    def _say(self, line: Line) -> None:
        number = len(self.said)
        if number < len(WORDS):
            self.said.append(Words(number, 0.0, "receptionist", WORDS[number]))
            line.play(np.full(int(8000 * 3.0), 8000, "<i2").tobytes())

    async def read(self, after: int) -> Sequence[Words]:
        return [words for words in self.said if words.n > after]


def played(tmp_path: Path, silence: float, manners: str = "") -> tuple[Played, list[Spoke]]:
    written = TypeAdapter(WrittenPlan).validate_python(tomllib.loads(CALL) | {"manners": tomllib.loads(manners)})
    plan, said = Plan(tmp_path / "call.toml", "smile", written), list[Spoke]()
    player = Player(plan, voiced(plan, book_of(plan, 1), 1), 1, tmp_path / "call.flac", said.append)

    async def call(now: Now) -> Played:
        parrot = Parrot(silence)
        line, far = loopback(Ring("smile", "", "loopback", "c1", 8000))
        serving = asyncio.create_task(parrot.serve(line))
        result = await player.play(far, parrot.read)
        await serving
        return result

    return run_virtual(call, 0.0), said


def test_an_answer_is_timed_from_the_true_last_sound(tmp_path: Path) -> None:
    result, said = played(tmp_path, 0.8)
    assert [turn.key for turn in result.turns] == ["opening", "number", "bye"]
    assert [turn.latency_ms for turn in result.turns[:2]] == [pytest.approx(800, abs=60)] * 2
    assert not any(turn.cut_off for turn in result.turns)
    assert result.turns[-1].latency_ms is None
    assert result.ended == "caller"
    assert result.words == WORDS
    assert [each.latency_ms for each in said if each.who == "receptionist"][1] == pytest.approx(800, abs=60)


def test_a_reply_inside_a_pause_is_a_false_cut_off_and_has_no_latency(tmp_path: Path) -> None:
    result, _ = played(tmp_path, 0.12, "hesitates = true")
    assert result.turns[0].cut_off
    assert result.turns[0].latency_ms is None


def test_the_caller_waits_for_the_end_of_her_words(tmp_path: Path) -> None:
    result, _ = played(tmp_path, 0.8)
    assert result.turns[0].at == pytest.approx(3.0 + 0.45, abs=0.2)


def test_one_who_interrupts_does_not_wait(tmp_path: Path) -> None:
    result, _ = played(tmp_path, 0.8, "interrupts = true")
    interrupted = [turn for turn in result.turns if turn.interrupted]
    assert interrupted
    assert all(turn.stopped_ms is not None for turn in interrupted)


def test_one_who_never_speaks_is_waited_for_no_longer_than_a_ring(tmp_path: Path) -> None:
    result, _ = played(tmp_path, 0.8, "silent = 99")
    assert (result.turns[0].said, result.ended) == ("", "caller")
    assert result.seconds < 60
