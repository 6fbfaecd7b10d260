"""A matter that is only named, a question that is none by its form, and words that say nothing."""

from __future__ import annotations

import pytest

from nlu.expected import Ask, Expected
from nlu.meaning import Reason, Slots
from nlu.normalize import normalize
from nlu.reasons.judge import judge
from nlu.reasons.matter import why


def reason(said: str, asked: Ask) -> Reason | None:
    return why(normalize(said), Slots(), Expected(asked), None)[0].reason


@pytest.mark.parametrize("said", ["バザーの協賛のお願い", "夏祭りの寄付のお願いです", "敬老会の件です"])
def test_who_names_a_matter_and_nobody_asks_for_nobody(said: str) -> None:
    assert reason(said, Ask.PURPOSE) is not Reason.PERSON


@pytest.mark.parametrize("said", ["その日しかだめなんです", "あ 月曜は休みですか じゃあ十二月一日"])
def test_an_answer_is_a_question_only_where_it_is_put_as_one(said: str) -> None:
    assert reason(said, Ask.WHEN) is not Reason.QUESTION


def test_a_question_put_instead_of_an_answer_stays_one() -> None:
    assert reason("駐車場は何台分ありますか", Ask.WHEN) is Reason.QUESTION


@pytest.mark.parametrize("said", ["わかりました", "そうですか、なるほど、承知いたしました", "はい、了解です"])
def test_who_only_understands_tells_no_reason(said: str) -> None:
    assert judge(normalize(said), Slots()).reason is None


@pytest.mark.parametrize(
    "said", ["ちょっとそれなんですけど、あれのあれで", "あの、それがこうで", "あっちのこれなんですが"]
)
def test_of_words_that_only_point_little_is_sure(said: str) -> None:
    assert judge(normalize(said), Slots()).confidence <= 0.5


def test_who_asks_who_speaks_is_understood_though_he_names_nothing() -> None:
    assert judge("もしもし、どちら様ですか", Slots()).confidence > 0.9
