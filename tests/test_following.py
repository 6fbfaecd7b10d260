"""Questions that follow an answer: what names no thing of its own is about what was told; nothing is guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.company import script as company
from bot.company.load import load_script
from nlu.knowledge.following import behind_remark, following, names_nothing
from nlu.vocabulary import Entry
from tests.dialogues import SCRIPTS, call, ours

ENTRIES = (
    Entry(
        ("オイル交換はいくらですか", "オイル交換はできますか"), "オイル交換は三千円からで、およそ三十分でございます。"
    ),
    Entry(("車検はいくらですか",), "車検の基本料は、軽自動車が二万円、普通車が二万五千円からでございます。"),
    Entry(("車検は何日かかりますか",), "車検は、朝お預かりして翌日の夕方のお渡しでございます。"),
    Entry(("エアコンも外してもらえますか",), "エアコンの取り外しは九千円、取り付けは一万五千円でございます。"),
    Entry(("代車はありますか",), "代車は無料でお貸ししております。"),
    Entry(("洗車はいくらですか",), "洗車は千五百円でございます。"),
    Entry(("箱はもらえますか",), "箱は五十枚まで無料でお届けいたします。"),
    Entry(("鍵の交換はいくらですか",), "鍵の交換は、一万六千円からでございます。"),
    Entry(("家賃の引き落としはいつですか", "家賃は何日に落ちますか"), "家賃の引き落としは、毎月二十七日でございます。"),
    Entry(("タイヤ交換はいくらですか",), "タイヤの履き替えは四本で三千円、およそ四十分でございます。"),
    Entry(("保証はありますか",), "工事の保証は、終わった日から二年でございます。"),
    Entry(("タイヤを預かってもらえますか",), "タイヤのお預かりは、半年で六千円でございます。"),
)
BEYOND = ("値引きの約束", "故障の原因の判断")


@pytest.mark.parametrize(
    ("about", "question", "entry"),
    [
        (0, "時間はどれくらい見とけばいいですかね", 0),
        (0, "どのくらい待ちますか", 0),
        (0, "お値段はおいくらになります", 0),
        (2, "で、いくらぐらいしますか", 1),
        (1, "何日ぐらいかかるんですか", 2),
        (3, "取り付けだといくらですか", 3),
        (4, "お金はかかりますか", 4),
        (9, "時間はどれくらい見とけばいいですかね", 9),
    ],
)
def test_a_question_without_a_thing_is_about_what_was_told(about: int, question: str, entry: int) -> None:
    found = following(question, about, ENTRIES, BEYOND)
    assert found is not None
    assert (found.kind, found.entry) == ("entry", entry)


@pytest.mark.parametrize(
    ("about", "question"),
    [
        (5, "時間はどのくらいかかりますか"),
        (7, "何日かかりますか"),
        (3, "何分ぐらいで終わります"),
        (10, "どれぐらい時間がかかりますか"),
        (11, "時間はどのくらいかかりますか"),
    ],
)
def test_what_was_told_without_such_a_fact_is_not_told_for_it(about: int, question: str) -> None:
    found = following(question, about, ENTRIES, BEYOND)
    assert found is not None
    assert found.kind != "entry"


@pytest.mark.parametrize(
    ("about", "question"),
    [(6, "六十枚だといくらですか"), (0, "駐車場はありますか"), (5, "もう少し安くなりませんか"), (99, "いくらですか")],
)
def test_what_names_a_thing_or_is_beyond_stands_by_itself(about: int, question: str) -> None:
    assert following(question, about, ENTRIES, BEYOND) is None


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("六歳です、じゃあ、乗れますね。あと、いくらですか", "いくらですか"),
        ("そうなんですね、わかりました。で、時間はどれくらいかかりますか", "時間はどれくらいかかりますか"),
        ("へえ。それと、おいくらになります", "おいくらになります"),
        ("じゃあ先に壁を塗ろうかね、そっちはいくらですか", "じゃあ先に壁を塗ろうかね、そっちはいくらですか"),
        ("なるほど、窓も換えますね。いくらですか", "なるほど、窓も換えますね。いくらですか"),
        ("車検です、いくらですか", "車検です、いくらですか"),
        ("軽なんですけど、いくらですか", "軽なんですけど、いくらですか"),
        ("わかりました。猫だといくらですか", "わかりました。猫だといくらですか"),
    ],
)
def test_a_remark_before_a_question_is_left_out(said: str, question: str) -> None:
    assert behind_remark(said, "ポニーには何歳から乗れますか") == question


RIDES = (
    Entry(("何歳から乗れますか", "子どもでも乗れますか"), "引き馬は三歳から、体験騎乗は小学生からお乗りいただけます。"),
    Entry(("料金を教えてください",), "引き馬はお一人千円、体験騎乗はお一人五千円でございます。"),
    Entry(("写真は撮ってもらえますか",), "写真は一枚八百円でお撮りしております。"),
    Entry(("雨でもやっていますか",), "引き馬は雨天中止、レストランは休まず営業しております。"),
    Entry(("送り迎えはありますか",), "送迎は駅から毎時一本ございます。"),
)


@pytest.mark.parametrize(("about", "entry"), [(0, 1), (2, 2), (3, None), (4, None)])
def test_the_price_of_the_things_that_were_told_of_is_found(about: int, entry: int | None) -> None:
    """A price is told only where it is told of every thing that the answer spoke of."""
    found = following("七歳です、じゃあ平気ですね。あと、いくらですか", about, RIDES, BEYOND)
    assert found is not None
    assert (found.kind, found.entry) == (("entry", entry) if entry is not None else ("none", None))


def test_a_kind_of_fact_is_no_thing() -> None:
    assert names_nothing("時間はどれくらい見とけばいいですかね")
    assert not names_nothing("猫だといくらですか")


def test_in_a_call_the_answer_given_last_is_told_for_what_it_holds_besides() -> None:
    script = load_script(SCRIPTS / "tsubaki")
    told = tuple(company.Entry(entry.questions, entry.answer) for entry in ENTRIES)
    script = replace(script, knowledge=replace(script.knowledge, entries=told))
    playing = call(script, "オイル交換っておいくらですか", "時間はどれくらい見とけばいいですかね")
    assert all("およそ三十分" in line for line in ours(playing)[-2:])
    playing = call(script, "洗車はいくらですか", "時間はどのくらいかかりますか")
    assert "わかりかねます" in ours(playing)[-1]
