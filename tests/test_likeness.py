"""A question is compared by its last clause too, and with each sentence of an answer by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.knowledge.likeness import SIDES, likeness, likest, of_entries, of_topics, pieces
from nlu.knowledge.topics import script, take_apart
from nlu.vocabulary import Entry

DRINKS = Entry(
    ("梅酒はありますか", "お酒が飲めない人向けのものはありますか"),
    "梅酒とゆず酒がございます。お酒の入らない甘酒は、一本六百円でございます。",
)
HOURS = Entry(("営業時間を教えてください",), "午前九時から午後六時まででございます。")
AGAINST = script((HOURS, DRINKS), ("値引きの約束",))


def test_an_answer_is_read_by_sentences_and_telling_clauses() -> None:
    assert pieces("梅酒がございます。お酒の入らない甘酒は、一本六百円でございます。") == [
        "梅酒がございます",
        "お酒の入らない甘酒は、一本六百円でございます",
        "お酒の入らない甘酒は",
        "一本六百円でございます",
    ]
    assert pieces("") == [""]


def test_the_circumstances_do_not_count_against_the_last_clause() -> None:
    told = take_apart("来週そちらのほうへ親戚みんなで旅行に行くことになったんですけど、営業時間を教えてください")
    like = likeness(told, AGAINST)
    assert like.end[0] == pytest.approx(1.0, abs=1e-5)
    assert like.whole[0] < like.end[0]


def test_the_second_sentence_of_an_answer_is_found() -> None:
    question = take_apart("甘酒は一本おいくらですか")
    like = likeness(question, AGAINST)
    *_, told, told_late = of_entries(AGAINST, like)[1]
    assert told.argmax() == told_late.argmax() == 1
    assert told[1] > like.whole[AGAINST.ways + 1]
    way, answer, piece = likest(AGAINST, like)[:, 1]
    assert not np.allclose(answer, piece)
    assert piece @ like.ending == pytest.approx(told_late[1], abs=1e-5)
    assert way @ like.sentence == pytest.approx(like.whole[1:3].max(), abs=1e-5)


def test_a_script_without_topics_or_entries_is_compared() -> None:
    question = take_apart("何時までですか")
    assert len(of_topics(script((HOURS,), ()), likeness(question, script((HOURS,), ())))[0]) == 0
    assert likeness(question, script((), ("値引き",))).told.shape == (2, 0)


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_compared(question: str, answer: str) -> None:
    against = script((Entry((question,), answer), HOURS), ())
    like = likeness(take_apart(question), against)
    assert likest(against, like).shape[0] == SIDES
    assert all(len(column) == 2 for each in of_entries(against, like) for column in each)
