"""A question that an entry writes down itself is answered by it, however politely it is put."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.knowledge.own_question import own_question
from nlu.knowledge.retrieval import find
from nlu.knowledge.topics import script, take_apart
from nlu.vocabulary import Entry

CUT = Entry(("カットはいくらですか", "白髪染めの値段はいくらですか"), "カットは五千五百円でございます。")
HOURS = Entry(("営業時間を教えてください", "何時まで開いていますか"), "午前十時から午後七時まででございます。")
DRESS = Entry(("着付けはできますか",), "着付けを承っております。")
LUGGAGE = Entry(("荷物を預かってもらえますか",), "お荷物は、フロントでお預かりいたします。")
ENTRIES = (CUT, HOURS, DRESS, LUGGAGE)
BEYOND = ("髪や頭皮の症状についての相談", "値引きの約束")


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("カットはいくらですか", 0),
        ("カットの料金はおいくらですか", 0),
        ("すみません、営業時間を教えてもらえますか", 1),
        ("えーと、何時まで開いていますか", 1),
        ("着付けってできますでしょうか", 2),
    ],
)
def test_its_own_question_is_answered(question: str, entry: int) -> None:
    found = find(question, ENTRIES, BEYOND)
    assert (found.kind, found.entry) == ("entry", entry)


@pytest.mark.parametrize(
    "question",
    [
        "子どものカットはいくらですか",
        "カットだけならいくらですか",
        "カットは何分かかりますか",
        "荷物を三日預かってもらえますか",
        "次の日も荷物を預かってもらえますか",
        "チェックアウトの後に荷物を預かってもらえますか",
        "",
    ],
)
def test_a_word_a_fact_a_figure_or_a_limit_more_is_another_question(question: str) -> None:
    assert own_question(take_apart(question), script(ENTRIES, BEYOND)) is None


def test_a_question_of_two_entries_is_of_none() -> None:
    assert own_question(take_apart("着付けはできますか"), script((DRESS, HOURS, DRESS), ())) is None


def test_nobody_elses_matters_are_told_even_if_written() -> None:
    own = Entry(("店員さんのシフトを教えてください",), "毎週月曜に出ております。")
    assert find("店員さんのシフトを教えてください", (own, HOURS), BEYOND).kind == "beyond"


@settings(deadline=None)
@given(st.sampled_from([way for entry in ENTRIES for way in entry.questions]))
def test_every_way_to_ask_is_its_entrys(way: str) -> None:
    entry = next(i for i, entry in enumerate(ENTRIES) if way in entry.questions)
    assert own_question(take_apart(f"あの、{way}。"), script(ENTRIES, BEYOND)) == entry


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_compared(question: str, way: str) -> None:
    assert own_question(take_apart(question), script((Entry((way,), ""), HOURS), ())) in (None, 0, 1)
