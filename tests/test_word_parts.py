"""What a word does in a question, and whether an answer gives the asked fact of the thing asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.knowledge.given_facts import COLUMNS, given_facts
from nlu.knowledge.topics import Content, script, take_apart
from nlu.knowledge.word_parts import FOLLOWING, IF, LAST, WANTED
from nlu.vocabulary import Entry

TAKE_AWAY = Entry(
    ("持ち帰りはできますか",),
    "お持ち帰りは、冷凍の餃子と生ラーメンをご用意しております。餃子は二十個で千二百円でございます。",
)
HOURS = Entry(("何時までですか",), "午前九時から午後七時まで開いております。")


def words(text: str) -> dict[str, Content]:
    return {word.surface: word for word in take_apart(text).words}


def test_what_is_wanted_is_told_from_how_things_stand() -> None:
    found = words("母が入院してるんですけど、遺言を作りたいんですが、手数料はいくらですか")
    assert WANTED in found["遺言"].parts
    assert not {WANTED, LAST} & found["母"].parts
    assert LAST in found["手数"].parts
    assert WANTED not in found["手数"].parts


def test_a_condition_is_marked() -> None:
    assert IF in words("当日に取り消したら、お金はかかりますか")["当日"].parts


@pytest.mark.parametrize(
    ("text", "word", "particle"),
    [
        ("遺言を作れますか", "遺言", "を"),
        ("ケーキば持ち込めますか", "ケーキ", "を"),
        ("手数料はいくらですか", "手数", "は"),
        ("祝日から開きますか", "祝日", "から"),
        ("駐車場、あります", "駐車", ""),
    ],
)
def test_what_follows_a_word_follows_its_compound(text: str, word: str, particle: str) -> None:
    assert FOLLOWING.index(particle) in words(text)[word].parts


def test_a_price_belongs_to_what_is_named_beside_it() -> None:
    against = script((TAKE_AWAY, HOURS), ())
    given_, beside, elsewhere, *_ = given_facts(take_apart("餃子はいくらですか"), against)[0]
    assert (given_, elsewhere) == (1.0, 0.0)
    assert beside > 0.5
    given_, beside, elsewhere, *_ = given_facts(take_apart("生ラーメンはいくらですか"), against)[0]
    assert given_ == 1.0
    assert beside == 0.0
    assert elsewhere > 0.5


def test_a_fact_of_the_next_clause_belongs_to_what_has_none_of_its_own() -> None:
    one = Entry(("座敷はありますか",), "座敷がございまして、お一人様五千円でございます。")
    two = Entry(("座敷はありますか",), "座敷がございます。コースは、お一人様五千円でございます。")
    beside, elsewhere = given_facts(take_apart("座敷はいくらですか"), script((one, two), ()))[:, 1:3].T
    assert (beside > 0.5).tolist() == [True, False]
    assert (elsewhere > 0.5).tolist() == [False, True]


def test_no_fact_is_looked_for_where_none_is_asked_for() -> None:
    assert (given_facts(take_apart("餃子は持ち帰れますか"), script((TAKE_AWAY, HOURS), ())) == -1.0).all()


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_read(question: str, answer: str) -> None:
    entries = (Entry((question,), answer), HOURS)
    assert given_facts(take_apart(f"いくら{question}"), script(entries, ())).shape == (2, COLUMNS)
