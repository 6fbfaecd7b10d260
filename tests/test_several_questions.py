"""Several questions in one breath: each is answered, or it is said that somebody else will answer it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.state import Outcome
from nlu.knowledge.several import questions, several
from nlu.normalize import normalize
from nlu.vocabulary import Entry
from tests.grave import SMILE, call, ours

ENTRIES = (
    Entry(("駐車場はありますか", "車で行けますか"), "建物の地下に、三十台分の駐車場がございます。"),
    Entry(("何時までやっていますか", "営業時間を教えてください"), "午前十時から午後十一時まで開いております。"),
    Entry(("一ゲームいくらですか", "料金を教えてください"), "一ゲームは、大人が六百円、子どもが四百円でございます。"),
    Entry(("靴は借りられますか", "靴はいくらですか"), "靴は三百円でお貸ししております。"),
    Entry(("定休日はいつですか", "休みはありますか"), "年中無休でございます。"),
    Entry(("カードは使えますか", "支払い方法は何がありますか"), "現金とクレジットカードをお使いいただけます。"),
    Entry(("場所はどこですか", "駅から近いですか"), "浜松町駅の北口から、歩いて五分でございます。"),
)
BEYOND = ("値引きの約束", "忘れ物があったかどうか")


@pytest.mark.parametrize(
    ("words", "entries"),
    [
        ("靴って借りられますか、あと駐車場ありますか", (3, 0)),
        ("営業時間と場所を教えてください", (1, 6)),
        ("一ゲームいくらですか、それとカードって使えます", (2, 5)),
        ("お休みはいつですか、それから車で行っても大丈夫ですか", (4, 0)),
        ("料金と、何時までやっているか教えてもらえますか", (2, 1)),
        ("すみません、駅から近いですか、靴は貸してもらえます、あとカードで払えますか", (6, 3, 5)),
        ("子どもを連れて行くんですけど、一ゲームいくらですか、ついでに定休日も教えてください", (2, 4)),
        ("場所はどこでしょうか、夜は何時まで開いてます", (6, 1)),
        ("駐車場はありますか、あと卓球もできますか", (0, None)),
        ("営業時間を教えてください、それから団体の貸し切りってできますか", (1, None)),
    ],
)
def test_each_question_is_looked_for(words: str, entries: tuple[int | None, ...]) -> None:
    assert tuple(each.found.entry for each in several(normalize(words), ENTRIES, BEYOND)) == entries


@pytest.mark.parametrize(
    "words",
    [
        "車で行きたいんですけど、停めるところはありますか",
        "ちょっと聞いてもいいですか、駐車場はありますか",
        "教えてほしいんですけど、靴は借りられますか",
        "この前そちらで投げたじゃないですか、靴っていくらでしたっけ",
        "一ゲームいくらですか、初めてなもので",
        "もしもし、聞こえますか、何時までやっていますか",
        "浜ボウルさんですか、駐車場はありますか",
        "靴下のまま投げて大丈夫ですか、靴を借りたほうがいいんですかね",
        "そのまま行ってもいいですか、それとも車で行ったほうがいいですか",
        "友達と行くんですが、何時までやってますか、夜",
    ],
)
def test_one_question_stays_one(words: str) -> None:
    assert several(normalize(words), ENTRIES, BEYOND) == ()


def test_a_question_that_names_nothing_belongs_to_the_one_before() -> None:
    words = "靴は借りられますか、いくらですか、あと駐車場はありますか"
    assert questions(words) == ("靴は借りられますか、いくらですか", "駐車場はありますか")


def test_all_answers_are_told_in_one_reply() -> None:
    playing = call(SMILE, "駐車場はありますか、あと何時まで開いていますか", "いえ それだけです")
    told = [entry.answer for entry in SMILE.knowledge.entries if entry.answer in ours(playing)[1]]
    assert len(told) == 2
    assert playing.state.outcome is Outcome.ANSWERED
    assert len(playing.state.facts.answered) == 2


def test_what_is_left_is_said_to_be_left_and_taken_on() -> None:
    playing = call(SMILE, "駐車場はありますか、それと工場の見学はできますか")
    assert SMILE.knowledge.entries[2].answer in ours(playing)[1]
    assert "そのほかのお尋ね" in ours(playing)[1]
    assert playing.state.facts.unanswered
    playing.hear("はい お願いします")
    playing.hear("堀口です")
    assert playing.state.facts.callback_promised


def test_what_was_answered_before_is_not_told_again_beside_something_new() -> None:
    playing = call(SMILE, "駐車場はありますか", "駐車場と、何時まで開いているか教えてください")
    assert SMILE.knowledge.entries[2].answer in ours(playing)[1]
    assert SMILE.knowledge.entries[2].answer not in ours(playing)[2]


def test_a_company_that_answers_nothing_is_asked_nothing_less() -> None:
    script = replace(SMILE, rules=replace(SMILE.rules, answers=False))
    playing = call(script, "駐車場はありますか、あと何時まで開いていますか")
    assert not any(entry.answer in line for entry in SMILE.knowledge.entries for line in ours(playing))
