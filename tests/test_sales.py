"""Telling sales calls from the rest, at once and after a probing question."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.meaning import SalesOutcome
from nlu.normalize import normalize
from nlu.reasons.sales import judge_probe, judge_sales, plain_slots
from nlu.train.split import kept

CUES = Path(__file__).parents[1] / "nlu" / "data" / "sales_cues.tsv"


def judged(text: str) -> SalesOutcome:
    return judge_sales(text, plain_slots(text)).outcome


@pytest.mark.parametrize(
    "text",
    [
        "初めてお電話いたします、オフィスの観葉植物のレンタルをしております株式会社リーフポートと申します、無料のお試しのご案内です",
        "電気料金の削減のご提案でお電話しました、今より一割ほどお安くなりますので、ご担当者様いらっしゃいますか",
        "お世話になっております、法人向けの格安スマホをご紹介しております、社長様はお手すきでしょうか",
        "ホームページの制作を月額五千円からやってる会社なんですけど、今だけ初期費用が無料でして",
        "節税になる不動産投資のセミナーを開いておりまして、経営者様限定でご案内しております",
    ],
)
def test_refuses_plain_sales_calls(text: str) -> None:
    assert judged(text) is SalesOutcome.CERTAIN


@pytest.mark.parametrize(
    "text",
    [
        "いつもお世話になっております、御社に軸受を納めさせていただいております北村商会です、納期の件で購買の三上様をお願いします",
        "リース会社の者ですが、今月分のお引き落としができませんでしたので経理の方にお伝えください",
        "そちらの事務所をお貸ししている大家の谷です、更新の書類のことで社長さんいらっしゃいますか",
        "税務署の法人課税部門の者です、申告書のことで確認したいことがございます",
        "部品を三百個作ってほしいんですけど、見積もりをお願いできますか",
        "先日面接をしていただいた高田です、結果のことで人事の方をお願いします",
        "人身事故の件で、保険会社の事故の担当の者ですが、総務の野口様から昨日お電話をいただきました",
        "お荷物のお届けなんですけど、受付に誰もいらっしゃらなくて",
        "明日の夜七時に四人で予約したいんですけど",
    ],
)
def test_does_not_refuse_callers_with_a_tie_or_a_wish(text: str) -> None:
    assert judged(text) is not SalesOutcome.CERTAIN


@pytest.mark.parametrize(
    ("opening", "probe", "sells", "other"),
    [
        (
            "コピー機の件でお電話しました",
            "どのようなことでしょうか",
            "今お使いのものより月々のリース料をお安くできますので、一度ご提案をさせていただきたくて",
            "トナーのご注文をいただいたので、明日の朝お届けに伺います",
        ),
        (
            "社長様はいらっしゃいますか",
            "どのようなご用件でしょうか",
            "経営者様だけにご案内している節税の商品がございまして、お時間を十分ほどいただければと",
            "弟なんですけど、母が入院したのですぐ連絡がほしいんです",
        ),
        (
            "新しく担当になりましたのでご挨拶です",
            "以前からのお取引でしょうか",
            "いえ、お取引はこれからなんですが、この地域の会社様に法人携帯のご案内をしております",
            "はい、毎月資材を納めさせていただいております、前任の山口から引き継ぎました",
        ),
    ],
)
def test_the_answer_to_the_probe_decides(opening: str, probe: str, sells: str, other: str) -> None:
    assert judge_probe(opening, probe, sells).outcome is SalesOutcome.CERTAIN
    assert judge_probe(opening, probe, other).outcome is SalesOutcome.NOT_SALES


def test_pressing_for_the_head_without_a_name_or_a_tie_is_selling() -> None:
    answer = "お会いしてから詳しくご説明いたします、損はさせませんので五分だけお時間を"
    assert judge_probe("代表の方をお願いします", "どのようなご用件でしょうか", answer).outcome is SalesOutcome.CERTAIN


@pytest.mark.parametrize(
    "answer",
    [
        "受付の方には申し上げられませんので、ご本人のいらっしゃる時間を教えてください、またお掛けします",
        "決められる方でないとお話しできない内容なんです、何時ならお戻りですか",
    ],
)
def test_keeping_a_matter_from_the_desk_is_likely_selling_and_not_refused_for_it(answer: str) -> None:
    judged = judge_probe("代表の方をお願いします", "どのようなご用件でしょうか", answer)
    assert judged.probability > 0.5
    assert judged.outcome is not SalesOutcome.CERTAIN


@pytest.mark.parametrize(
    "answer",
    [
        "将棋仲間の杉だよ、今夜の会は休むって言っといて",
        "義理の姉ですが、母が今朝入院しまして、病院の名前を伝えてほしいんです",
        "お宅のトラックにうちの塀をぶつけられたんですけど",
        "大学の後輩の者です、同窓会の返事をまだいただいてなくて",
    ],
)
def test_a_private_tie_is_none(answer: str) -> None:
    assert judge_probe("代表の方をお願いします", "どのようなご用件でしょうか", answer).outcome is SalesOutcome.NOT_SALES


def test_a_bare_wish_for_the_head_is_not_refused_at_once() -> None:
    for text in ("社長様いらっしゃいますか", "ご担当の方をお願いします", "先日お送りした資料の件でお電話しました"):
        assert judged(text) is not SalesOutcome.CERTAIN


def test_what_was_said_before_counts_beside_the_answer() -> None:
    answer = "ええ、そのことで少しだけお話を"
    openings = ("節税になるマンション投資のご案内です", "昨日予約した者ですけど")
    one, other = (judge_probe(opening, "どのようなご用件でしょうか", answer) for opening in openings)
    assert one.probability != other.probability


def test_grounds_show_the_words_for_and_against() -> None:
    text = "電気代が一割お安くなるプランをご紹介しております、無料で診断いたします"
    grounds = judge_sales(text, plain_slots(text)).grounds
    assert any(line.startswith("for ") and line.removeprefix("for ") in normalize(text) for line in grounds)
    text = "いつもの納品の件で購買の三上様をお願いします"
    assert any(line.startswith("against ") for line in judge_sales(text, plain_slots(text)).grounds)


def test_the_stored_weights_fit_the_signs() -> None:
    """Weights that were learnt from other signs than are found now would not even know what they have seen."""
    rows = kept("openings")[::4]
    found = [(row["reason"] == "sales", judged(row["text"])) for row in rows]
    sales = [done for sells, done in found if sells]
    others = [done for sells, done in found if not sells]
    assert sum(done is SalesOutcome.CERTAIN for done in sales) >= 0.9 * len(sales)
    assert sum(done is SalesOutcome.CERTAIN for done in others) <= 0.01 * len(others)


def test_cues_have_one_name_each_and_a_pattern_that_does_not_fit_everything() -> None:
    lines = [line for line in CUES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    names = [line.split("\t")[0] for line in lines]
    assert len(names) == len(set(names))
    for line in lines:
        assert not re.compile(line.split("\t")[1]).search("あ")


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=900), st.text(max_size=60))
def test_any_text_is_judged(text: str, probe: str) -> None:
    opened = judge_sales(text, plain_slots(text))
    answered = judge_probe(text, probe, text)
    assert 0 <= opened.probability <= 1
    assert 0 <= answered.probability <= 1
    assert answered.outcome is not SalesOutcome.DOUBTFUL
    assert judge_sales(text, plain_slots(text)) == opened


def test_a_short_answer_to_an_unsuspicious_opening_is_not_refused() -> None:
    opening = "常盤台小学校の保護者会の者です。来月のバザーのことで近くの会社さんにご協賛をお願いしておりまして"
    judged = judge_probe(opening, "どのようなご用件でしょうか", "バザーの協賛のお願い")
    assert judged.outcome is not SalesOutcome.CERTAIN
