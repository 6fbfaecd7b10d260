"""Questions to a script: what it answers, what it must leave to a human, and what it does not know."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nlu.knowledge.figures import COLUMNS, figures, last_clause
from nlu.knowledge.given_facts import COLUMNS as GIVEN
from nlu.knowledge.likeness import SIDES
from nlu.knowledge.matching import relate
from nlu.knowledge.retrieval import ANSWER_FROM, BEYOND_FROM, MAYBE_FROM, Found, find, private
from nlu.knowledge.topics import kinds, names, script, take_apart
from nlu.knowledge.weighing import LEAVES, last, tree_entries, weights
from nlu.vocabulary import Entry

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
        "隣の市まで取りに来てもらえますか",
    ],
)
def test_leaves_what_the_script_does_not_know(question: str) -> None:
    assert find(question, ENTRIES, BEYOND).kind != "entry"


def test_asks_back_where_an_entry_is_only_likely() -> None:
    found = find("大型のトラックでも停められますか", ENTRIES, BEYOND)
    assert (found.kind, found.entry) == ("maybe", 0)
    assert MAYBE_FROM <= found.probability < ANSWER_FROM
    assert found.grounds


@pytest.mark.parametrize(
    "question",
    [
        "高橋さんの携帯番号を教えてもらえますか",
        "患者の田中さん、今日来てますか",
        "店員さんのシフトを知りたいんですが",
        "主人がそちらに泊まってるはずなんですけど、部屋はどこですか",
        "ほかのお客さんの予約って何時に入ってますか",
        "佐々木くんは今もそちらに通ってますか",
        "誰が予約してるか教えてくれますか",
        "うちの娘の検査結果を教えてください",
        "主人が昨日そちらに来ませんでしたか",
        "もしもし、うちの主人そっち行ってない、木村隆っていうんだけど",
        "主人が今夜そちらに泊まっていないか確かめたいんです",
        "娘がおたくにお邪魔してませんか",
        "うちの人、お店に寄ってないかしら",
        "母が今そちらに着いてるか教えてほしいんです",
    ],
)
def test_tells_nothing_of_somebody_elses_own_matters(question: str) -> None:
    assert private(question)
    assert find(question, ENTRIES, ()).kind == "beyond"


@pytest.mark.parametrize(
    "question",
    [
        "女の先生はいらっしゃいますか",
        "お店の電話番号を教えてください",
        "患者さん用の駐車場はありますか",
        "会員の料金はいくらですか",
        "お姉ちゃんがもう通ってるんですけど、下の子も入会金は払うんですか",
        "母がそちらに通ってるんですけど、送り迎えは何時ごろですか",
        "息子の名前に直すのに、手数料はいくらですか",
        "ほかの人の名前で予約できますか",
        "予約してないんですけど行ってもいいですか",
        "先生に来てもらうことはできますか",
        "主人が今そちらに行ってますので、少し遅れると伝えてください",
        "息子がそちらに通ってないんですけど、見学はできますか",
        "娘と一緒にそちらに行っても大丈夫ですか",
    ],
)
def test_takes_plain_questions_for_what_they_are(question: str) -> None:
    assert not private(question)


def test_figures_count_as_what_they_are_figures_of() -> None:
    assert figures("名刺を50枚と、百枚を三日間で二名に") == {("五〇", "枚"), ("百", "枚"), ("三", "日"), ("二", "人")}
    assert figures("何枚からですか") == frozenset()


def test_another_figure_than_the_entrys_tells_against_it() -> None:
    entries = (Entry(("名刺はいくらですか", "名刺を作りたいのですが"), "名刺は百枚で三千円でございます。"), *ENTRIES)
    one, other = (find(f"名刺は{number}枚でいくらですか", entries, ()) for number in ("百", "五十"))
    assert (one.kind, one.entry) == ("entry", 0)
    assert other.kind != "entry" or other.probability < one.probability


def test_the_last_clause_is_the_question() -> None:
    assert last_clause("来月引っ越すんですけど、荷物は預かってもらえますか") == "荷物は預かってもらえますか"
    assert last_clause("荷物は預かってもらえますか") == "荷物は預かってもらえますか"
    assert last_clause("") == ""


def test_the_same_question_depends_on_the_script() -> None:
    question = "車で行くんですが、停めるところはありますか"
    assert find(question, ENTRIES[1:], BEYOND).kind == "none"


def test_the_grounds_are_words_of_the_question_and_of_the_script() -> None:
    question = "車で行くんですが、停めるところはありますか"
    found = find(question, ENTRIES, BEYOND)
    assert found.entry == 0
    script_text = "".join((*ENTRIES[0].questions, ENTRIES[0].answer))
    for ground in found.grounds:
        asked, written = ground.split(" = ")
        assert asked in question
        assert written in script_text


@pytest.mark.parametrize("question", ["市外まで取りに来てもらえますか", "市外だと取りに来てもらうのはいくらですか"])
def test_gives_no_entry_for_the_other_of_a_pair(question: str) -> None:
    assert find(question, ENTRIES, BEYOND).kind != "entry"


def test_gives_no_entry_past_its_limit() -> None:
    entries = (Entry(("相談料はいくらですか", "相談は無料ですか"), "ご相談は、一時間まで無料でございます。"), *ENTRIES)
    assert find("相談は無料でしてもらえるんですか", entries, BEYOND).entry == 0
    assert find("相談が一時間を超えたらいくらかかりますか", entries, BEYOND).kind != "entry"


def test_the_order_of_the_entries_does_not_matter() -> None:
    for question in ("夕方は何時までやってはりますか", "クレジットカードで払えますか", "お正月は何日から開いてますか"):
        one, other = find(question, ENTRIES, BEYOND), find(question, ENTRIES[::-1], BEYOND[::-1])
        assert one.kind == other.kind
        assert one.probability == pytest.approx(other.probability, abs=1e-3)
        if one.entry is not None:
            assert other.entry == len(ENTRIES) - 1 - one.entry


def test_sentences_are_related_as_wholes() -> None:
    question, against = take_apart("車を置けるところがあるか知りたいんですけど"), script(ENTRIES, BEYOND)
    related = relate(question, against)
    assert related.likest.shape[:2] == (SIDES, len(ENTRIES))
    likeness = (related.likest @ related.sentence).max(0)
    assert likeness.argmax() == 0
    assert likeness.max() <= 1.0 + 1e-5


def test_trees_read_as_they_grew() -> None:
    """Two trees of one fork each: what goes right leaves out the leaf on the left."""
    shape = (LEAVES - 1, 2)
    model: dict[str, NDArray[Any]] = {
        "column": np.zeros(shape, np.uint8),
        "rest": np.full(shape, (1 << LEAVES) - 1, np.uint16),
    }
    model |= {"limit": np.full(shape, np.inf, np.float32), "value": np.zeros((2, LEAVES), np.float32)}
    model |= {"forests": np.ones(1, np.float32), "start": np.zeros(1, np.float32)}
    model["limit"][0], model["rest"][0] = 0.5, ((1 << LEAVES) - 1) & ~1
    model["column"][0] = (0, 1)
    model["value"][:, :2] = ((-2.0, 2.0), (-1.0, 1.0))
    rows = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], np.float32)
    odds = np.array([-3.0, 1.0, -1.0, 3.0])
    assert tree_entries(model, rows) == pytest.approx(1.0 / (1.0 + np.exp(-odds)), abs=1e-5)


def test_a_surer_judgement_never_tells_against_an_entry() -> None:
    """Nor does a figure that the entry names; another figure never tells for it."""
    seen = np.random.default_rng(1).uniform(-9.0, 9.0, (40, 4 + COLUMNS + GIVEN)).astype(np.float32)
    steps = np.linspace(-9.0, 9.0, 50, dtype=np.float32)
    for column, side in ((0, 1), (1, 1), (4, 1), (5, -1), (6, -1), (7, -1)):
        for row in seen:
            rows = np.tile(row, (len(steps), 1))
            rows[:, column] = steps
            sure = [last(weights()["final"], one) for one in rows]
            assert (np.diff(sure) * side >= -1e-6).all()


def test_a_long_story_is_judged_by_its_end() -> None:
    story = "先週からいろいろありまして、" * 2000 + "駐車場はありますか"
    assert find(story, ENTRIES, BEYOND).kind in ("entry", "maybe", "none", "beyond")
    assert find(story, ENTRIES, BEYOND) == find(story[-300:], ENTRIES, BEYOND)


def test_without_entries_or_topics() -> None:
    assert find("何時までですか", (), ()).kind == "none"
    assert find("安くしてもらえますよね", (), BEYOND).kind == "beyond"
    assert find("安くしてもらえますよね", ENTRIES, ()).kind in ("none", "maybe")
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


@settings(deadline=None)
@given(
    st.text(max_size=400) | st.text(alphabet="はいえーと、。あのですか何時円駐車場ー１2ﾊﾟ\u200b\U0001f600", max_size=400)
)
def test_any_text_is_taken(text: str) -> None:
    found = find(text, ENTRIES, BEYOND)
    assert found.kind in ("entry", "maybe", "beyond", "none")
    assert 0.0 <= found.probability <= 1.0 + 1e-6
    assert (found.entry is not None) == (found.kind in ("entry", "maybe"))


@settings(deadline=None)
@given(
    st.lists(
        st.builds(Entry, st.lists(st.text(max_size=12), min_size=1, max_size=3).map(tuple), st.text(max_size=20)),
        max_size=4,
    )
)
def test_any_script_is_taken(entries: list[Entry]) -> None:
    assert find("何時まで開いてますか", tuple(entries), ()).kind in ("entry", "maybe", "none")
    assert find("何時まで開いてますか", tuple(entries), ("", "値引き")).kind in ("entry", "maybe", "beyond", "none")


@pytest.mark.parametrize("question", ["工事は半日で終わりますか", "給湯器の工事は一日がかりですか"])
def test_a_time_that_is_guessed_asks_how_long_it_takes(question: str) -> None:
    plumber = (
        Entry(("給湯器の交換はいくらですか",), "給湯器の取り替えは、本体と工事費込みで十八万円からでございます。"),
        Entry(("保証はありますか",), "工事の保証は、終わった日から二年でございます。"),
        Entry(
            ("工事は何時間かかりますか", "給湯器の工事はどのくらいで終わりますか"),
            "給湯器の工事は、およそ半日で終わります。",
        ),
    )
    found = find(question, plumber, ("ほかの会社の工事の良し悪し", "個別の工事の日取りや到着時刻の確約"))
    assert (found.kind, found.entry) == ("entry", 2)
