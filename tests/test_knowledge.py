"""Questions to a script: what it answers, what it must leave to a human, and what it does not know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.knowledge import ANSWER_FROM, BEYOND_FROM, Found, find
from nlu.meaning import Entry
from nlu.topics import kinds, names, take_apart

ENTRIES = (
    Entry(("駐車場はありますか", "車はどこに停めればいいですか"), "店の裏に五台分の駐車場がございます。"),
    Entry(("営業時間を教えてください", "何時まで開いてますか"), "午前九時から午後七時まで開いております。"),
    Entry(("定休日はいつですか", "日曜はやってますか"), "日曜と祝日はお休みでございます。"),
    Entry(
        ("支払いにカードは使えますか", "電子マネーは使えますか"), "クレジットカードと電子マネーをお使いいただけます。"
    ),
    Entry(("自転車の修理はいくらですか", "パンクを直せますか"), "パンクの修理は千二百円からでございます。"),
    Entry(("家まで取りに来てもらえますか", "出張修理はありますか"), "市内は無料で引き取りに伺います。"),
)
BEYOND = ("修理代の値引きの約束", "預かっている自転車の修理の進み具合", "事故の責任の判断")


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("車で行くんですが、停めるところはありますか", 0),
        ("えーと、夕方は何時までやってはりますか", 1),
        ("日曜日に行きたいんやけど、開いてます", 2),
        ("クレジットカードで払えますか", 3),
        ("タイヤがパンクしたんですけど、直すのにいくらかかりますか", 4),
    ],
)
def test_answers_what_the_script_settles(question: str, entry: int) -> None:
    found = find(question, ENTRIES, BEYOND)
    assert (found.kind, found.entry) == ("entry", entry)
    assert found.probability >= ANSWER_FROM
    assert found.grounds


@pytest.mark.parametrize(
    "question",
    [
        "もうちょっと安くしてもらえますよね",
        "先週預けた自転車、もう直りましたか",
        "ぶつかってきたのは向こうだから、相手が悪いですよね",
    ],
)
def test_hands_over_what_is_beyond_the_script(question: str) -> None:
    found = find(question, ENTRIES, BEYOND)
    assert found.kind == "beyond"
    assert found.entry is None
    assert found.probability >= BEYOND_FROM


@pytest.mark.parametrize(
    "question",
    [
        "お正月は何日から開いてますか",
        "電動アシストの充電器だけ買えますか",
        "アルバイトは募集してますか",
        "子ども用のヘルメットはいくらですか",
    ],
)
def test_leaves_what_the_script_does_not_know(question: str) -> None:
    assert find(question, ENTRIES, BEYOND).kind != "entry"


def test_the_same_question_depends_on_the_script() -> None:
    question = "車で行くんですが、停めるところはありますか"
    assert find(question, ENTRIES[1:], BEYOND).kind == "none"


def test_without_entries_or_topics() -> None:
    assert find("何時までですか", (), ()).kind == "none"
    assert find("安くしてもらえますよね", (), BEYOND).kind == "beyond"
    assert find("安くしてもらえますよね", ENTRIES, ()).kind == "none"
    assert find("", ENTRIES, BEYOND) == Found("none", None, 1.0, ())


def test_notions_join_what_is_called_differently() -> None:
    parking = names().index("parking")
    assert parking in take_apart("車はどこに停めたらいいですか").notions
    assert parking in take_apart("駐車場はありますか").notions
    assert parking not in take_apart("何時まで開いてますか").notions


def test_kinds_of_fact() -> None:
    price, clock = kinds().index("price"), kinds().index("clock")
    assert price in take_apart("それ、なんぼですか").asks
    assert price in take_apart("千二百円でございます").gives
    assert clock in take_apart("夜は何時までですか").asks
    assert clock in take_apart("午後七時まででございます").gives
    assert take_apart("飲み放題は何分ですか").wants == {"分"}


def test_circumstances_are_asides() -> None:
    words = {word.surface: word.aside for word in take_apart("母が入院してるんですけど、駐車場はありますか").words}
    assert words["母"]
    assert not words["駐車"]


@given(st.text(max_size=400))
def test_any_text_is_taken(text: str) -> None:
    found = find(text, ENTRIES, BEYOND)
    assert found.kind in ("entry", "beyond", "none")
    assert 0.0 <= found.probability <= 1.0 + 1e-6
    assert (found.entry is not None) == (found.kind == "entry")


@given(
    st.lists(
        st.builds(Entry, st.lists(st.text(max_size=12), min_size=1, max_size=3).map(tuple), st.text(max_size=20)),
        max_size=4,
    )
)
def test_any_script_is_taken(entries: list[Entry]) -> None:
    assert find("何時まで開いてますか", tuple(entries), ()).kind in ("entry", "none")
