"""Questions: answered from the company's entries in its own words, handed over or promised a call back beyond them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.company.load import load_script
from bot.dialogue import hours
from bot.dialogue.state import FrameName, Outcome, Phase
from tests.dialogues import BEGAN, SCRIPTS, SMILE, call, ours

TSUBAKI = load_script(SCRIPTS / "tsubaki")
WEDNESDAY = datetime(2026, 11, 25, 11, 0, tzinfo=hours.TOKYO).timestamp()

ASKED = ("駐車場はありますか", "何時まで開いていますか", "一個から買えますか", "荷物の受け取りは何時までですか")
DEEPER = (
    "車高の高いトラックなんですけど 大丈夫ですか",
    "六二〇三のベアリングはいくらですか",
    "納期はどのくらいかかりますか",
    "明日までに千個そろえてもらえますか",
)


@given(st.lists(st.sampled_from(ASKED + DEEPER), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_prices_dates_and_places_come_from_nowhere_but_the_script(asked: list[str]) -> None:
    playing = call(SMILE, *asked)
    said = "".join(ours(playing)[1:]).replace("「朝日のア」", "")
    for entry in SMILE.knowledge.entries:
        said = said.replace(entry.answer, "")
    assert not any(sign in said for sign in ("円", "時", "日", "曜", "個", "台", "駅"))


@given(st.lists(st.sampled_from(ASKED), min_size=1, max_size=8))
@settings(max_examples=30, deadline=None)
def test_no_question_of_ours_comes_a_third_time_in_the_same_words(asked: list[str]) -> None:
    playing = call(SMILE, *asked)
    questions = [line.rsplit("。", 2)[-2] for line in ours(playing) if line.endswith("か。")]
    assert all(questions.count(words) <= 2 for words in questions)


def test_whose_questions_were_all_answered_is_not_asked_for_a_name() -> None:
    playing = call(SMILE, ASKED[0], ASKED[1], "いえ それだけです")
    assert SMILE.knowledge.entries[2].answer in ours(playing)[1]
    assert SMILE.knowledge.entries[0].answer in ours(playing)[2]
    assert "お名前" not in "".join(ours(playing))
    assert playing.state.outcome is Outcome.ANSWERED
    assert len(playing.state.facts.answered) == 2


@pytest.mark.parametrize("deeper", DEEPER)
def test_what_goes_deeper_than_the_entry_is_not_guessed(deeper: str) -> None:
    playing = call(SMILE, ASKED[0], deeper)
    assert "わかりかねます" in ours(playing)[-1]
    assert "折り返し" in ours(playing)[-1]
    assert len(playing.state.facts.unanswered) == 1
    playing.hear("お願いします")
    assert "お名前" in ours(playing)[-1]
    assert playing.state.facts.callback_promised


def test_who_wants_no_call_back_is_asked_neither_name_nor_number_and_the_question_is_kept() -> None:
    playing = call(SMILE, DEEPER[1], "いえ 結構です", "大丈夫です")
    assert "お名前" not in "".join(ours(playing))
    assert playing.state.facts.unanswered == (DEEPER[1],)
    assert not playing.state.facts.callback_promised
    assert playing.state.outcome is Outcome.MESSAGE


def test_a_name_instead_of_a_yes_is_a_yes() -> None:
    playing = call(SMILE, DEEPER[1], "川島と申しますが")
    assert playing.state.facts.callback_promised
    assert "御社名" in ours(playing)[-1] or "カワシマ" in ours(playing)[-1] or "川島" in ours(playing)[-1]


def test_a_question_within_a_message_is_answered_and_the_message_goes_on() -> None:
    playing = call(SMILE, "見積もりのことで伝言をお願いしたいんですが", "その前に 駐車場はありますか")
    words = ours(playing)[-1]
    assert SMILE.knowledge.entries[2].answer in words
    assert words.endswith("それでは、恐れ入りますが、御社名とお名前をお願いいたします。")
    assert playing.state.frames[-1] is FrameName.MESSAGE
    assert "ほかに" not in words


def test_that_message_is_reported_though_the_question_was_answered() -> None:
    playing = call(
        SMILE, "見積もりのことで伝言をお願いしたいんですが", "その前に 駐車場はありますか", "山田製作所の山田です"
    )
    playing.hear("はい")
    playing.hear("0312345678です")
    playing.hear("はい")
    assert playing.state.phase is Phase.CLOSING
    assert playing.state.outcome is Outcome.MESSAGE
    assert "それでは、それでは" not in ours(playing)[-1]


def test_what_is_beyond_the_script_goes_to_a_person_where_the_company_wants_that() -> None:
    playing = call(TSUBAKI, "ペットを連れて行ってもいいですか", at=WEDNESDAY)
    assert "お名前" in ours(playing)[-1]
    playing.hear("田中です")
    playing.hear("はい")
    assert playing.lines[-1] == "[転送 1 応答]"
    closed = call(TSUBAKI, "ペットを連れて行ってもいいですか", at=BEGAN.at)
    assert "折り返し" in ours(closed)[-1]


def test_a_company_that_answers_nothing_takes_a_message() -> None:
    silent = replace(SMILE, rules=replace(SMILE.rules, answers=False))
    playing = call(silent, ASKED[0])
    assert "御社名" in ours(playing)[-1]
    assert not playing.state.facts.answered


def test_who_hangs_up_with_the_answer_was_answered() -> None:
    playing = call(SMILE, ASKED[0])
    playing.finish()
    assert playing.state.phase is Phase.TALKING
    playing.silence(60)
    assert playing.state.outcome is Outcome.ANSWERED
    assert "もしもし" not in "".join(ours(playing))


def test_who_asks_what_we_answer_is_never_taken_for_a_seller() -> None:
    playing = call(SMILE, "どんな部品を扱っていますか")
    assert FrameName.SALES not in playing.state.frames
    assert SMILE.knowledge.entries[4].answer in ours(playing)[-1]


def test_a_late_request_is_passed_on_and_not_granted() -> None:
    playing = call(SMILE, "見積もりの件で伝言をお願いします 山田製作所の山田です", "はい", "0312345678です", "はい")
    assert playing.state.phase is Phase.CLOSING
    playing.hear("それと 石田さんの携帯の番号を教えてもらえますか")
    assert "かしこまりました" not in ours(playing)[-1]


@pytest.mark.parametrize(
    ("first", "then", "entry"),
    [
        ("駐車場はありますか", "あと、お休みは何曜日でしたっけ", 1),
        ("駐車場はありますか", "すみません、定休日はいつでしたっけ", 1),
        ("場所はどこですか", "何時まででしたっけ、お店", 0),
        ("お休みはいつですか", "子どもは何歳からでしたっけ", 3),
    ],
)
def test_what_is_asked_as_if_it_had_been_told_is_answered_and_not_the_last_answer_again(
    first: str, then: str, entry: int
) -> None:
    playing = call(TSUBAKI, first, then, at=WEDNESDAY)
    assert TSUBAKI.knowledge.entries[entry].answer in ours(playing)[-1]


@pytest.mark.parametrize("again", ["え、何曜日っておっしゃいました", "すみません、もう一度お願いします"])
def test_an_answer_that_was_just_told_is_said_again(again: str) -> None:
    playing = call(TSUBAKI, "お休みはいつですか", again, at=WEDNESDAY)
    assert ours(playing)[-1] == ours(playing)[-2]
