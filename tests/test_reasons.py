"""Why somebody calls, whether it is urgent, and the gist."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.meaning import Reason, Slot, Slots
from nlu.reasons.gist import gist
from nlu.reasons.judge import judge
from nlu.reasons.urgency import urgency


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("明日の夜七時に四人で予約をお願いします", Reason.RESERVATION_NEW),
        ("予約をキャンセルしたいんですが", Reason.RESERVATION_CANCEL),
        ("予約の時間を変更したいんですが", Reason.RESERVATION_CHANGE),
        ("先ほどお電話をいただいたので折り返しております", Reason.CALLBACK),
        ("人間のオペレーターに代わってください", Reason.OPERATOR),
        ("すみません、番号を間違えました", Reason.WRONG_NUMBER),
        ("アルバイトに応募したいのですが", Reason.APPLICATION),
        ("電気料金が安くなるプランのご案内です", Reason.SALES),
        ("駐車場はありますか", Reason.QUESTION),
        ("明日は十時に伺いますとお伝えください", Reason.MESSAGE),
    ],
)
def test_a_plain_matter_is_understood(said: str, reason: Reason) -> None:
    assert judge(said, Slots()).reason is reason


def test_asking_for_somebody_by_name_is_a_reason() -> None:
    slots = Slots(staff=Slot("kurimoto", "栗本"))
    assert judge("栗本さんはいらっしゃいますか", slots).reason is Reason.PERSON


@pytest.mark.parametrize("said", ["はい", "江川です", "もしもし", ""])
def test_nothing_said_is_no_reason(said: str) -> None:
    assert judge(said, Slots()).reason is None


def test_confidence_is_a_share() -> None:
    judged = judge("予約をキャンセルしたいんですが", Slots())
    shares = [judged.confidence, *(share for _, share in judged.runners_up)]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1.01


def test_what_was_said_is_told() -> None:
    assert "キャンセル" in judge("予約をキャンセルしたいんですが", Slots()).words


def test_little_that_tells_is_judged_with_little_confidence() -> None:
    plain, vague = (
        judge("番号を間違えました、失礼しました", Slots()),
        judge("ちょっとそれなんですけど、あれのあれで", Slots()),
    )
    assert vague.confidence < 0.6 < plain.confidence
    assert vague.runners_up


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_is_too_strange(said: str) -> None:
    judged = judge(said, Slots())
    assert 0.0 <= judged.confidence <= 1.0
    assert (judged.reason is None) <= (judged.words == "")


@pytest.mark.parametrize(
    "said",
    [
        "至急お願いします",
        "急ぎで連絡がほしい",
        "ラインが止まってるんです",
        "今すぐ来てください",
        "早く誰か来てください",
        "建物から煙が出ています",
        "申請の書類なんですが、今日が締め切りなんです",
        "あと十分で式が始まってしまうんです",
        "救急で運ばれたんです、すぐそちらに行けばいいですか",
    ],
)
def test_urgent(said: str) -> None:
    assert urgency(said)[0]


@pytest.mark.parametrize(
    "said",
    [
        "急ぎではないです",
        "お急ぎのところすみません",
        "火災保険の件です",
        "禁煙の席をお願いします",
        "去年父が倒れまして",
        "火災報知器の点検の件でお電話しました",
        "来週の土曜に一時間ほど停電します",
        "すぐ連絡しますと言われて待ってるんですが",
        "夏に倒れる人が減る作業着です",
        "はい、お願いします",
    ],
)
def test_not_urgent(said: str) -> None:
    assert not urgency(said)[0]


def test_the_gist_leaves_greeting_and_introduction_out() -> None:
    said = "いつもお世話になっております、スマイル企画の江川です。先日の見積もりの件で確認したいことがあります"
    begin = said.index("スマイル")
    assert gist(said, ((begin, said.index("。")),), ()) == "先日の見積もりの件で確認したいことがあります"


def test_nothing_is_left_of_a_call_for_somebody() -> None:
    said = "栗本さんいらっしゃいますか"
    assert gist(said, (), ((0, 4),)) == ""


def test_the_matter_of_a_call_for_somebody_is_kept() -> None:
    said = "見積もりの件で栗本さんをお願いします"
    assert gist(said, (), ((said.index("栗本"), said.index("を")),)) == "見積もりの件"
