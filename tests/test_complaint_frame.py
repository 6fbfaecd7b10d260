"""Complaints: heard out, apologised for without admitting anything, handed over or reported; abuse has its rule."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue import abuse
from bot.dialogue.events import Heard, Spoken
from bot.dialogue.state import FrameName, Outcome, Phase, State
from bot.dialogue.step import step
from nlu.hearing import Hearing
from nlu.meaning import Meaning, Reason, Slot, Slots
from nlu.reasons import trouble
from nlu.reasons.trouble import Trouble
from tests.dialogues import BEGAN, meanings
from tests.grave import ADMITS, ARGUES, COMPANIES, EVENING, KAEDE, SMILE, call, ours, said

PUMP = "先週納めてもらったポンプがもう動かないんですよ"

ANGRY = (
    "御社の責任だと認めてください",
    "交換してもらえるんですよね",
    "返金してください",
    "壊れたのはそちらのミスでしょう",
    "いつ直るんですか",
    "どうしてくれるんですか",
    "昨日からです",
    "もう三回目ですよ",
)


def test_no_wording_of_any_company_admits_a_fault_or_promises_what_only_it_can() -> None:
    for script in COMPANIES:
        for key, variants in script.wording.items():
            for text in variants:
                assert not ADMITS.search(text), (script.key, key)
                assert not ARGUES.search(text), (script.key, key)


@given(st.lists(st.sampled_from((*ANGRY, PUMP)), min_size=1, max_size=6), st.lists(meanings, max_size=6))
@settings(max_examples=80, deadline=None)
def test_whatever_is_demanded_no_fault_is_admitted(words: list[str], wild: list[Meaning]) -> None:
    state, _ = step(SMILE, State(), BEGAN)
    plain = [Meaning(reason=Reason.COMPLAINT, purpose=each, confidence=0.9) for each in words]
    for meaning in (*plain, *wild):
        state, _ = step(SMILE, state, Spoken(state.at + 1))
        heard = Heard(state.at + 1, Hearing.of(meaning.purpose), meaning, (0.0, 1.0))
        state, actions = step(SMILE, state, heard)
        for phrase in said(actions):
            assert not ADMITS.search(phrase.text)
            assert not ARGUES.search(phrase.text)


def test_the_trouble_is_named_and_apologised_for_once() -> None:
    playing = call(SMILE, PUMP, "先月もです", "清栄工業の白鳥です", "はい")
    first, *others = ours(playing)[1:]
    assert "ポンプ" in first
    assert "申し訳ございません" in first
    assert not any("申し訳ございません" in turn for turn in others)


def test_at_most_two_questions_are_put_about_it() -> None:
    playing = call(SMILE, "苦情です", "ちょっとね", "うーん", "それがね", "清栄工業の白鳥です")
    assert sum(topic in ("complaint_what", "complaint_when") for topic in playing.state.asked) <= 2


def test_a_complaint_is_urgent_and_owes_a_call_back() -> None:
    playing = call(SMILE, PUMP, "全部です", "清栄工業の白鳥です", "はい", "0532の61の4470です", "はい")
    assert playing.state.outcome is Outcome.MESSAGE
    assert playing.state.facts.callback_promised
    assert playing.state.facts.at_once
    assert "折り返しご連絡" in ours(playing)[-1]


def test_whoever_wants_no_answer_is_not_asked_for_a_number() -> None:
    playing = call(SMILE, PUMP, "返事はいりません 伝えてくれればいいです", "清栄工業の白鳥です", "はい")
    assert playing.state.outcome is Outcome.MESSAGE
    assert not playing.state.facts.callback_promised
    assert "折り返し" not in ours(playing)[-1]


def test_a_promise_that_is_demanded_is_not_given_but_answered() -> None:
    playing = call(SMILE, PUMP, "交換してもらえるんですよね")
    assert "確かめたうえで" in ours(playing)[-1]


def test_it_is_handed_over_where_the_company_says_so_but_not_twice() -> None:
    playing = call(KAEDE, "給湯器が壊れたんです", "お湯が出ません", "江藤です", "はい", transfers=["応答なし"])
    assert playing.lines.count("[転送 41 応答なし]") == 1
    playing.hear("人に代わってください")
    assert sum(line.startswith("[転送") for line in playing.lines) == 1
    assert playing.state.facts.callback_promised


def test_it_is_not_handed_over_when_nobody_is_there() -> None:
    playing = call(KAEDE, "給湯器が壊れたんです", "お湯が出ません", "江藤です", "はい", at=EVENING)
    assert not any(line.startswith("[転送") for line in playing.lines)


def test_a_pause_in_the_account_is_waited_for_longer_than_one_in_any_answer() -> None:
    playing = call(SMILE, PUMP)
    state, _ = step(SMILE, playing.state, Spoken(playing.state.at + 3))
    assert state.deadline is not None
    assert state.deadline - state.at > SMILE.patience.answer + 3


@pytest.mark.parametrize(
    ("words", "kind", "thing"),
    [
        ("届いたポンプが動かないんですが", Trouble.BROKEN, "ポンプ"),
        ("先週の部品が割れていました", Trouble.BROKEN, "部品"),
        ("カタログがまだ届かないんですが", Trouble.MISSING, "カタログ"),
        ("二時間も待たされました", Trouble.WAITED, ""),
        ("受付の人の態度がひどいんです", Trouble.MANNER, ""),
        ("担当者が間違えたんですよ", Trouble.WRONG, ""),
        ("ちょっと言いたいことがあって", Trouble.GENERAL, ""),
    ],
)
def test_what_troubles_somebody_is_told_by_words(words: str, kind: Trouble, thing: str) -> None:
    assert trouble.kind(words) is kind
    assert trouble.thing(words, 1.0) == thing


def test_a_thing_that_was_badly_heard_is_not_named() -> None:
    assert trouble.thing("届いたポンプが動かないんですが", 0.4) == ""


@pytest.mark.parametrize("words", ["ばかやろう", "死ねよ", "ぶっ殺すぞ", "ふざけんな", "てめえ何やってんだ"])
def test_insults_and_threats_are_abuse(words: str) -> None:
    assert abuse.is_abusive(words)


@pytest.mark.parametrize(
    "words",
    [
        "いい加減にしてください 先週から三回も電話しているんですよ",
        "ふざけるなという気持ちにもなりますよ 部品が届かないんですから",
        "馬鹿にされた気がします",
        "死ぬほど困っています",
        "ゴミの収集日はいつですか",
        "くずかごが壊れています",
        "いえ、社会福祉協議会のクズシマです",
        "ブスジマと申します",
    ],
)
def test_anger_about_a_matter_is_no_abuse(words: str) -> None:
    assert not abuse.is_abusive(words)


def test_a_name_is_no_insult() -> None:
    name = Slot("クズ", "くず", 0.6)
    assert abuse.is_abusive("いえ、くずが")
    assert not abuse.is_abusive("いえ、くずが", Slots(caller_name=name))


def test_abuse_is_answered_calmly_then_warned_of_then_ended_and_reported() -> None:
    playing = call(SMILE, PUMP, "ばかやろう", "死ねよ", "この役立たずが")
    calm, warning, end = ours(playing)[-3:]
    assert "難しく" not in calm
    assert "難しく" in warning
    assert playing.state.phase is Phase.CLOSING
    assert playing.state.outcome is Outcome.MESSAGE
    assert abuse.CUT_SHORT in playing.state.facts.details
    assert "ありがとうございました" in end


def test_after_an_insult_the_question_that_stood_is_put_again() -> None:
    playing = call(SMILE, "見積もりをお願いします")
    before = playing.state.question
    playing.hear("ばかやろう")
    assert playing.state.question == before
    assert FrameName.COMPLAINT not in playing.state.frames
    playing.hear("スマイル企画の江川です")
    assert playing.state.facts.caller_name is not None


def test_every_turn_of_an_abusive_call_stays_polite() -> None:
    playing = call(KAEDE, "ばかやろう", "死ねよ", "くそ野郎", "てめえ")
    for turn in ours(playing):
        assert any(turn.rstrip("。").endswith(end) for end in ("ます", "ません", "せ", "か", "した"))
