"""What is kept of the matter beside an offer: whatever is told, and nothing of a mere yes or no."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Answer, Meaning
from nlu.understand import understand
from nlu.vocabulary import Vocabulary

NOW = datetime(2026, 12, 9, 10, 30)
OFFERED = Expected(Ask.OFFER, said="古賀から折り返しお電話を差し上げましょうか。")


def answered(text: str) -> Meaning:
    return understand(Hearing.of(text), OFFERED, NOW, Vocabulary())


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("お昼は出かけるので、二時から三時の間にお電話いただけますか", "二時から三時の間"),
        ("では午前中にお電話をいただけますでしょうか", "午前中"),
        ("打ち合わせを木曜の二時から、ああ違う、金曜の二時に変えてくださいと言っておいてください", "金曜の二時"),
        ("検査の結果は異状なしでしたと伝えてもらえますか", "異状なし"),
    ],
)
def test_what_is_told_beside_an_offer_is_kept(said: str, kept: str) -> None:
    assert kept in answered(said).purpose


@pytest.mark.parametrize(
    "said", ["はい、お願いします", "いえ、結構です", "メールアドレスを教えてください", "またかけ直します"]
)
def test_an_answer_is_no_matter(said: str) -> None:
    assert answered(said).purpose == ""


def test_a_slip_put_right_in_what_is_told_declines_nothing() -> None:
    assert (
        answered("打ち合わせを木曜から、ああ違う、金曜の二時に変えてくださいと言っておいてください").answer
        is not Answer.NO
    )
    assert answered("いえ、金曜の二時に変えてくださいと言っておいてもらえれば結構です").answer is Answer.NO


def test_whom_the_caller_wants_to_be_called_by_is_taken_beside_the_name() -> None:
    said = Hearing.of("じゃあ院長先生から電話をください、熊代です")
    staff = understand(said, Expected(Ask.NAME), NOW, Vocabulary()).slots.staff
    assert staff is not None
    assert staff.text == "院長"
