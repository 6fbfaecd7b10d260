"""Who asks for a role: a matter that is between the caller and the company passes, a topic alone is asked about."""

from __future__ import annotations

import pytest

from bot.dialogue.state import Outcome
from bot.golden import Playing
from nlu.reasons.dealings import names_dealing
from tests.dialogues import SMILE, call

TOPICS = ("資料の件", "求人の件", "ご挨拶", "先日の件", "ご案内の件", "経費のこと", "電気料金のお知らせ")
DEALINGS = ("請求書の件", "明日の打ち合わせの件", "納品した歯車の件", "見積書の件", "図面のこと", "お約束の時間の件")
ROLES = ("社長様", "ご担当者様", "責任者の方", "代表の方")


def asked_for(role: str, matter: str) -> Playing:
    return call(SMILE, f"青葉商事の早川と申します。{matter}で{role}をお願いします", "はい")


@pytest.mark.parametrize("matter", TOPICS)
def test_a_topic_is_no_dealing(matter: str) -> None:
    assert not names_dealing(matter)


@pytest.mark.parametrize("matter", DEALINGS)
def test_an_order_an_invoice_or_a_visit_is_one(matter: str) -> None:
    assert names_dealing(matter)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("matter", TOPICS[:4])
def test_a_stranger_who_asks_for_a_role_with_a_topic_is_asked_what_it_is_about(role: str, matter: str) -> None:
    playing = asked_for(role, matter)
    assert not any(line.startswith("[転送") for line in playing.lines)
    assert "用件" in playing.lines[-1] or "詳しく" in playing.lines[-1] or "以前から" in playing.lines[-1]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("matter", DEALINGS[:4])
def test_a_supplier_with_a_dealing_is_not_asked_again(role: str, matter: str) -> None:
    playing = asked_for(role, matter)
    assert "詳しく" not in playing.lines[-1]
    assert playing.state.outcome is not Outcome.REFUSED


def test_a_pitch_after_the_question_is_refused() -> None:
    playing = asked_for("社長様", "資料の件")
    playing.hear("今でしたら無料でお試しいただけまして、毎月の電気料金がお安くなるご案内です")
    assert "お断り" in playing.lines[-1]


def test_a_dealing_after_the_question_is_served() -> None:
    playing = asked_for("社長様", "先日の件")
    playing.hear("先週お伺いして打ち合わせをした工事の日程の件です")
    assert "お断り" not in "".join(playing.lines)
    assert playing.state.facts.purpose is not None
