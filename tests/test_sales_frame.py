"""Sales calls: refused briefly, with nothing given away; doubted callers are asked; others are never refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.company.load import load_script
from bot.company.rules import SalesPolicy, SalesRules
from bot.dialogue import hours
from bot.dialogue.events import Recalled
from bot.dialogue.sales import wanted
from bot.dialogue.state import FrameName, Outcome, Phase, State
from nlu.expected import Ask, Expected
from nlu.meaning import Answer, Meaning, Reason, Sales, SalesOutcome
from tests.dialogues import SCRIPTS, SMILE, call, ours

TSUBAKI = load_script(SCRIPTS / "tsubaki")
WEDNESDAY = datetime(2026, 11, 25, 11, 0, tzinfo=hours.TOKYO).timestamp()

PITCHES = (
    "コピー機をお使いの企業様に入れ替えのご案内をしております 総務のご担当者様はいらっしゃいますか",
    "光回線の料金がお安くなるご案内なのですが",
    "マンション経営のご案内でお電話いたしました",
    "ホームページの制作を格安で承っております 新規のご提案でお電話しました",
)
INSISTENCE = (
    "そこをなんとか",
    "ご担当者様のお名前だけでも教えていただけませんか",
    "資料だけでもお送りしたいので メールアドレスをいただけますか",
    "では何時ごろならいらっしゃいますか",
    "人間に代わってください",
    "あなたのお名前は",
    "ほんの一分でけっこうなんです",
    "責任者を出してください",
    "かけ直しますので ご都合のいい時間を教えてください",
    "なぜですか",
)


@given(st.sampled_from(PITCHES), st.lists(st.sampled_from(INSISTENCE), max_size=5))
@settings(max_examples=40, deadline=None)
def test_a_refused_caller_learns_nothing_and_is_answered_twice_at_most(pitch: str, insistence: list[str]) -> None:
    playing = call(SMILE, pitch, *insistence)
    refused = ours(playing)[1:]
    assert "お断り" in refused[0]
    said = "".join(refused)
    for person in SMILE.staff:
        assert person.family.text not in said
        assert person.family.kana not in said
        assert not (person.may_tell.email and person.may_tell.email in said)
    assert not re.search(r"@|[0-9〇一二三四五六七八九十]+時|明日|折り返し|申し伝え|お待ち|おつなぎいたします", said)
    answers = [line for line in refused if "お電話ありがとうございました" not in line]
    assert len(answers) <= 3
    assert len(set(answers)) == len(answers)
    assert playing.state.facts.reason is Reason.SALES
    if len(insistence) >= 3:
        assert playing.state.outcome is Outcome.REFUSED
        assert playing.state.phase is Phase.CLOSING


@pytest.mark.parametrize("leave", ["わかりました 失礼します", "そうですか", "では改めます 失礼いたします", "はい"])
def test_who_takes_leave_is_not_argued_with(leave: str) -> None:
    playing = call(SMILE, PITCHES[1], leave)
    assert playing.state.outcome is Outcome.REFUSED
    assert len(ours(playing)) == 3


def test_silence_after_the_refusal_ends_the_call() -> None:
    playing = call(SMILE, PITCHES[0])
    playing.silence(60)
    assert playing.state.outcome is Outcome.REFUSED
    assert playing.lines[-1] == "[終話]"
    assert "もしもし" not in "".join(ours(playing)[1:])


def test_what_is_said_after_the_good_bye_is_not_taken_on() -> None:
    playing = call(SMILE, PITCHES[0], "失礼します")
    before = len(ours(playing))
    playing.hear("じゃあ資料だけ送っておきますね")
    assert len(ours(playing)) == before


def test_a_customer_mistaken_for_a_seller_is_asked_his_pardon() -> None:
    playing = call(SMILE, PITCHES[3], "いえ 営業じゃないんです 先週注文いただいた機械の納品日の件です")
    assert "失礼いたしました" in ours(playing)[-1]
    assert FrameName.SALES not in playing.state.frames
    assert playing.state.facts.sales_suspected
    assert playing.state.facts.reason is not Reason.SALES


@pytest.mark.parametrize(
    "words",
    [
        "先日ご注文いただいたベアリングの納品日の件で 石田様お願いします",
        "三光銀行笑顔が丘支店の木村です 経理の西川様お願いします",
        "税務署の者ですが 経理の方をお願いします",
        "宅配便なんですが 荷物のお届けで今玄関前におります",
        "求人を見て応募のお電話をしました",
        "昨日納品された部品が割れていたんですが",
    ],
)
def test_customers_authorities_couriers_and_applicants_are_never_refused(words: str) -> None:
    playing = call(SMILE, words)
    assert FrameName.SALES not in playing.state.frames
    assert "お断り" not in "".join(ours(playing))


def test_a_doubted_seller_is_asked_and_then_refused() -> None:
    playing = call(SMILE, "先日お送りした資料の件でお電話しました")
    assert "以前から" in ours(playing)[-1]
    assert playing.state.expected is not None
    assert "資料の件" in playing.state.expected.before
    playing.hear("いえ 初めてなんですが 新しい複合機のご案内の資料でして")
    assert "お断り" in ours(playing)[-1]


def test_a_doubted_caller_who_does_not_sell_goes_on_as_any_other() -> None:
    playing = call(SMILE, "先日お送りした資料の件でお電話しました", "はい 御社にご注文いただいた歯車の図面です")
    assert FrameName.SALES not in playing.state.frames
    assert not playing.state.facts.sales_suspected
    assert "御社名" in ours(playing)[-1]


def test_a_caller_who_stays_in_doubt_is_a_message_marked() -> None:
    playing = call(SMILE, "先日お送りした資料の件でお電話しました")
    playing.noise()
    playing.noise()
    questions = ours(playing)[1:3]
    assert questions[0].removeprefix("恐れ入りますが、") != questions[1]
    assert playing.state.facts.sales_suspected
    assert "御社名" in ours(playing)[-1]


def test_the_lists_of_the_script_are_believed() -> None:
    denied = call(TSUBAKI, "もしもし 店長さんいますか", at=WEDNESDAY, shown="0300007788")
    assert "お断り" in ours(denied)[-1]
    allowed = call(TSUBAKI, "新しいシャンプーのご案内なのですが", at=WEDNESDAY, shown="0421116050")
    assert "お断り" not in "".join(ours(allowed))
    named = call(TSUBAKI, "カモメ化粧品の田中です 新しいシャンプーのご案内でお電話しました", at=WEDNESDAY)
    assert "お断り" not in "".join(ours(named))


def test_what_was_recalled_goes_before_the_lists_of_the_script() -> None:
    playing = call(TSUBAKI, at=WEDNESDAY, shown="0300007788")
    playing.state = replace(playing.state, recalled=Recalled(WEDNESDAY, "allow"))
    playing.hear("店長さんいますか")
    assert "お断り" not in "".join(ours(playing))


def test_a_company_that_wants_its_sales_calls_gets_them() -> None:
    rules = replace(SMILE.rules, sales=SalesRules(SalesPolicy.PUT_THROUGH))
    playing = call(replace(SMILE, rules=rules), PITCHES[1])
    assert "御社名" in ours(playing)[-1]


@pytest.mark.parametrize(("answer", "doubted"), [(None, True), (Answer.UNKNOWN, True), (Answer.YES, False)])
def test_a_pitch_in_place_of_an_answer_to_an_offer_is_asked_about(answer: Answer | None, doubted: bool) -> None:
    state = State(phase=Phase.TALKING, expected=Expected(Ask.OFFER), frames=(FrameName.PERSON,))
    sounds = Sales(SalesOutcome.DOUBTFUL, 0.7)
    pitch = Meaning(reason=Reason.SALES, confidence=0.95, answer=answer, sales=sounds)
    assert wanted(SMILE, state, pitch) is doubted
    assert not wanted(SMILE, state, replace(pitch, reason=Reason.MESSAGE))
    assert not wanted(SMILE, replace(state, asked=("sales_cleared",)), pitch)


def test_once_a_number_was_taken_nobody_is_refused() -> None:
    playing = call(SMILE, "折り返しお電話をください 山田製作所の山田です", "はい", "0312345678です", "はい")
    playing.hear(PITCHES[1])
    assert "お断り" not in "".join(ours(playing))
    assert playing.state.outcome is Outcome.MESSAGE


WORD = (
    "では、お電話があったことだけ店長様にお伝えいただけますか",
    "それでは一言お伝えいただければ結構です",
    "そうですか、電話があったとだけ伝えておいてください",
    "じゃあ伝言だけお願いします",
)


@pytest.mark.parametrize("pitch", [PITCHES[0], *PITCHES[2:]])
@pytest.mark.parametrize("word", WORD)
def test_that_a_seller_called_is_passed_on_where_the_company_has_such_calls_reported(pitch: str, word: str) -> None:
    reports = replace(SMILE, rules=replace(SMILE.rules, sales=SalesRules(SalesPolicy.REPORT)))
    playing = call(reports, pitch, word)
    assert playing.state.phase is Phase.CLOSING
    assert playing.state.outcome is Outcome.MESSAGE
    assert playing.state.facts.reason is Reason.SALES
    assert playing.state.facts.sales_suspected
    assert not playing.state.facts.callback_promised
    assert "申し伝えます" in ours(playing)[-1]
    assert "番号" not in "".join(ours(playing))


@pytest.mark.parametrize("word", WORD)
def test_nothing_is_passed_on_of_a_seller_where_the_company_wants_none(word: str) -> None:
    playing = call(SMILE, PITCHES[0], word)
    assert playing.state.outcome is not Outcome.MESSAGE
    assert "申し伝え" not in "".join(ours(playing))
