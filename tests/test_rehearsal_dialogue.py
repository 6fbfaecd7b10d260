"""A written call with a voice: how its lines are pronounced, and that the caller goes by the words alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.company.members import load_members
from bot.rehearsal.book import Line
from bot.rehearsal.dialogue import Actor, readings_of, spoken
from bot.rehearsal.voice import Clip
from bot.simulation.turns import role_of
from tests.written_calls import COMMON, MESSAGE
from tests.written_members import members_file


def clip(line: Line) -> Clip:
    """Silence, with what would be pronounced as its text."""
    return Clip(line.pieces[0].spoken, np.zeros(8, np.int16), 0.0)


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("03の5512の3488です", "ゼロサン、ゴーゴーイチニー、サンヨンハチハチです"),
        ("〇三の五五一二です", "ゼロサン、ゴーゴーイチニーです"),
        ("十二月二日の十一時", "十二月二日の十一時"),
        ("和田です", "ワダです"),
        ("SKの件", "エスケーの件"),
    ],
)
def test_a_line_is_pronounced_as_people_say_it(text: str, sound: str) -> None:
    assert spoken(text, [("和田", "ワダ")]) == sound


def test_the_caller_knows_how_it_and_its_partner_are_called(tmp_path: Path) -> None:
    script = load_members(members_file(tmp_path), COMMON)["hinode"]
    known = readings_of(role_of(MESSAGE), script)
    assert known["和田"] == "ワダ"
    assert known["三宅"] == "ミヤケ"


def test_the_caller_goes_by_the_words_alone() -> None:
    actor = Actor(role_of(MESSAGE), clip, {"和田": "ワダ"})
    heard = []
    for words in (
        "お電話ありがとうございます。ひので写真館でございます。",
        "額縁の和田のワダ様でいらっしゃいますね。",
        "少々お待ちくださいませ。",
        "あいにく三宅は、出張のため席を外しております。三宅から折り返しお電話を差し上げましょうか。",
        "恐れ入りますが、お電話番号をお願いいたします。",
        "復唱いたします。03-5512-3489。以上でよろしいでしょうか。",
        "お電話ありがとうございました。失礼いたします。",
    ):
        reply, said = actor.answer(words)
        heard.append((said.text if said else "", reply.over))
    assert heard == [
        ("額縁のワダのワダですが、三宅店長はいらっしゃいますか", False),
        ("はい", False),
        ("", False),
        ("あ、出張ですか。それでは折り返しお電話をいただけますか", False),
        ("ゼロサン、ゴーゴーイチニー、サンヨンハチハチです", False),
        ("いえ、違います。ゼロサン、ゴーゴーイチニー、サンヨンハチハチです", False),
        ("よろしくお願いします", True),
    ]


def test_a_folder_without_calls_is_refused(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["rehearse", "--dialogues", str(tmp_path), "--fast", "--limit", "1"])
    assert run.exit_code != 0
    assert "dialogues.jsonl" in str(run.exception)
