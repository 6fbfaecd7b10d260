"""A department is called to the telephone: at the opening, beside any question, in another goal, after the good-bye."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Meaning, Reason
from nlu.understand import understand
from nlu.vocabulary import Vocabulary
from tests.dialogues import SMILE, call, ours

DEPARTMENTS = Vocabulary(
    departments=(("営業部", "エイギョウブ"), ("総務", "ソウム"), ("工場", "コウジョウ"), ("配車課", "ハイシャカ"))
)


def meant(words: str, ask: Ask) -> Meaning:
    return understand(Hearing.of(words), Expected(ask, said="お電話番号は"), datetime(2026, 11, 24, 10, 0), DEPARTMENTS)


@pytest.mark.parametrize("ask", [Ask.OPENING, Ask.NUMBER, Ask.OFFER, Ask.MORE, Ask.CLOSING])
@pytest.mark.parametrize(
    ("words", "department"),
    [
        ("じゃあ営業の人に代わって", "営業"),
        ("やっぱり営業部の方とお話しできますか", "営業部"),
        ("工場の人と話したいんだけど", "工場"),
        ("総務につないでください", "総務"),
        ("だったら配車課に回して", "配車課"),
        ("すみませんが総務さんをお願いします", "総務"),
        ("工場の方いらっしゃいますか", "工場"),
    ],
)
def test_somebody_of_a_department_is_called_for_at_any_time(words: str, department: str, ask: Ask) -> None:
    meaning = meant(words, ask)
    assert meaning.reason is Reason.PERSON
    assert meaning.slots.department is not None
    assert meaning.slots.department.text == department


@pytest.mark.parametrize("ask", [Ask.NUMBER, Ask.MORE, Ask.CLOSING])
@pytest.mark.parametrize(
    "words",
    [
        "営業時間を教えてください",
        "工場の場所はどこですか",
        "営業の方からお電話をいただいたんです",
        "総務の件なんですけど",
    ],
)
def test_a_department_that_is_only_spoken_of_is_not_called(words: str, ask: Ask) -> None:
    assert meant(words, ask).reason is not Reason.PERSON


@pytest.mark.parametrize(
    "words", ["保守をお願いすると、月にどれくらいかかりますか", "配送をお願いできる地域はどこですか"]
)
def test_nor_is_one_whose_work_is_asked_about(words: str) -> None:
    company = Vocabulary(departments=(("保守", "ホシュ"), ("配送", "ハイソウ")))
    meaning = understand(Hearing.of(words), Expected(Ask.OPENING), datetime(2026, 11, 24, 10, 0), company)
    assert meaning.reason is Reason.QUESTION


LEFT = ("みなと商店の根岸です 紙の厚さを変えたいので伝言お願いします", "はい", "03の1234の5678です", "はい")


def test_after_the_good_bye_the_department_is_put_through() -> None:
    playing = call(SMILE, *LEFT)
    assert "失礼いたします" in ours(playing)[-1]
    playing.hear("やっぱり営業の方とお話しできますか")
    assert any(line.startswith("[転送") for line in playing.lines)


def test_beside_the_question_for_the_number_too() -> None:
    playing = call(SMILE, *LEFT[:2], "営業の人に代わってもらえませんか", "注文したカタログの紙の厚さです")
    assert any(line.startswith("[転送") for line in playing.lines)
