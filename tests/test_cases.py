"""Callers who tell their own case (一人, 四人家族, 軽 …): no entry of another case is told, one that fits is."""

from __future__ import annotations

import pytest

from nlu.knowledge.cases import of_another_case
from nlu.knowledge.retrieval import find
from nlu.knowledge.topics import script, take_apart
from nlu.vocabulary import Entry

MOVES = (
    Entry(
        ("単身の引っ越しはいくらですか", "一人暮らしの料金は"), "お一人のお引っ越しは、市内で三万円からでございます。"
    ),
    Entry(("家族の引っ越しはいくらですか",), "ご家族のお引っ越しは、八万円からでございます。"),
    Entry(("箱はもらえますか",), "箱は無料でお届けいたします。"),
)
CLEANING = (
    Entry(
        ("一人暮らしの部屋の掃除はいくらですか", "単身の部屋の掃除の料金は"), "一人暮らしのお部屋は、一万二千円です。"
    ),
    Entry(("家族の家の掃除はいくらですか", "一軒家の掃除の料金は"), "ご家族のお宅の掃除は、一回三万円からです。"),
)
CARS = (
    Entry(("軽自動車を借りるといくらですか", "軽の一日の料金は"), "軽自動車は、一日四千五百円でございます。"),
    Entry(("普通車を借りるといくらですか", "乗用車の一日の料金は"), "普通車は、一日六千五百円でございます。"),
)
LICENCES = (
    Entry(("新規の申請はいくらですか", "新しく許可を取る費用は"), "新規の許可の申請は、十二万円でございます。"),
    Entry(("更新の費用はいくらですか", "許可の更新の料金は"), "許可の更新は、六万円でございます。"),
)
SHAVES = (
    Entry(("男性の顔そりはいくらですか",), "男性のお顔そりは、二千円でございます。"),
    Entry(("女性の顔そりはいくらですか",), "女性のお顔そりは、三千円でございます。"),
)
DOGS = (
    Entry(("小型犬のカットはいくらですか",), "小型犬のカットは、五千円からでございます。"),
    Entry(("大型犬のシャンプーはいくらですか",), "大型犬のシャンプーは、九千円からでございます。"),
    Entry(("猫のシャンプーはいくらですか",), "猫のシャンプーは、六千円からでございます。"),
)
BEYOND = ("値引きの約束", "責任の判断")


@pytest.mark.parametrize(
    ("entries", "question", "entry"),
    [
        (MOVES, "来月五人家族で市内で引っ越すんですが、だいたいいくらぐらいからですか", 1),
        (MOVES, "一人なんですけど、市内で引っ越すといくらですか", 0),
        (CLEANING, "家内と二人暮らしですが、掃除を頼むと料金はどれくらいになりますか", 1),
        (CLEANING, "単身赴任でワンルームなんですけど、掃除っていくらですか", 0),
        (CARS, "一日借りたいんですけど、軽じゃなくて普通のやつで、いくらになります", 1),
        (CARS, "小さい軽で十分なんですけど、一日いくらで借りられますか", 0),
        (LICENCES, "うちはもう許可を持ってて更新なんですけど、費用はいくらでしょうか", 1),
        (SHAVES, "女なんですけど、顔そりっておいくらですか", 1),
        (SHAVES, "男なんですけど、顔そりっておいくらですか", 0),
        (DOGS, "うちは猫なんですが、シャンプーっておいくらですか", 2),
    ],
)
def test_the_entry_of_the_callers_case_is_told(entries: tuple[Entry, ...], question: str, entry: int) -> None:
    found = find(question, entries, BEYOND)
    assert (found.kind, found.entry) == ("entry", entry)


@pytest.mark.parametrize(
    ("entries", "question"),
    [
        (CARS, "大型車を一日借りるといくらですか"),
        (DOGS, "中型犬なんですけど、シャンプーはいくらになりますか"),
        (MOVES[:1], "四人家族で市内の引っ越しだと、おいくらになりますか"),
    ],
)
def test_where_no_entry_is_of_the_callers_case_none_is_told(entries: tuple[Entry, ...], question: str) -> None:
    assert find(question, entries, BEYOND).kind in ("none", "beyond")


@pytest.mark.parametrize(
    ("entry", "question"),
    [
        (Entry(("何時までですか",), "平日の九時から六時まででございます。"), "土曜は何時までですか"),
        (Entry(("食べ放題はいくらですか",), "お一人様三千円、小学生は半額でございます。"), "大人一人いくらですか"),
        (
            Entry(("車検はいくらですか", "軽の車検の料金は"), "軽が二万円、普通車が三万円です。"),
            "普通車の車検はいくらですか",
        ),
        (Entry(("一泊いくらですか",), "お一人様一万円からでございます。"), "家族四人で泊まるといくらですか"),
    ],
)
def test_an_entry_that_holds_for_the_caller_too_stays(entry: Entry, question: str) -> None:
    assert not of_another_case(take_apart(question), script((entry,), ()))
