"""Words that lead over to what is told go; those that may be the answer stay."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.leads import LEAST, without_lead
from nlu.meaning import Answer
from nlu.understand import understand
from nlu.vocabulary import Person, Vocabulary

NOW = datetime(2026, 11, 24, 14, 10)
STAFF = Vocabulary(staff=(Person("koga", "古賀", "コガ"), Person("oohashi", "大橋", "オオハシ", title="課長")))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ちなみに駐車場はありますか", "駐車場はありますか"),
        ("あとですね、先日届いた歯車のことで", "先日届いた歯車のことで"),
        ("そうですか。それなら見積もりをお願いします", "見積もりをお願いします"),
        ("はい、ところで明日の納品のことですが", "はい、明日の納品のことですが"),
        ("では結構です", "では結構です"),
        ("あと五分で着きますのでよろしく", "あと五分で着きますのでよろしく"),
        ("いや、先日届いた歯車のことで", "いや、先日届いた歯車のことで"),
    ],
)
def test_a_lead_goes_where_enough_is_left(text: str, left: str) -> None:
    assert without_lead(text) == left


def test_a_denial_goes_where_it_denies_nothing() -> None:
    assert without_lead("いや、先日届いた歯車のことで", denying=True) == "先日届いた歯車のことで"


@given(st.text(alphabet="ではじゃあいやちなみに、。古賀さん", max_size=30), st.booleans())
def test_what_is_left_is_the_end_of_what_was_said(text: str, denying: bool) -> None:
    left = without_lead(text, denying=denying)
    assert text.endswith(left[-LEAST:])
    assert left == text or len(left) >= LEAST


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("では古賀さんをお願いします", "koga"),
        ("でしたら大橋課長はいらっしゃいますか", "oohashi"),
        ("じゃあ大橋課長でもいいや", "oohashi"),
        ("だったら古賀さんに代わってもらえますか", "koga"),
    ],
)
def test_somebody_else_is_found_behind_a_lead(words: str, key: str) -> None:
    meaning = understand(Hearing.of(words), Expected(Ask.OFFER), NOW, STAFF)
    assert meaning.slots.staff is not None
    assert (meaning.slots.staff.value, meaning.called) == (key, True)


@pytest.mark.parametrize("ask", [Ask.MORE, Ask.OFFER, Ask.NUMBER])
def test_a_denial_before_a_request_to_wait_is_none(ask: Ask) -> None:
    meaning = understand(Hearing.of("いや、ちょっと待ってください"), Expected(ask), NOW, STAFF)
    assert meaning.answer is Answer.HOLD
