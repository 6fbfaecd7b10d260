"""Which words name a company, and how they sound."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nlu.clauses import clauses, final_chunks
from nlu.identity.callers import introduced
from nlu.identity.companies import PRIVATE, company_answer, company_in, company_slot
from nlu.identity.trades import is_kind_only
from nlu.meaning import Slot


def company(phrase: str, sure: bool = False) -> Slot | None:
    found = company_in(final_chunks(phrase), sure)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("written", "kana"),
    [
        ("株式会社スマイル企画", "スマイルキカク"),
        ("スマイル企画株式会社", "スマイルキカク"),
        ("江川商事", "エガワショウジ"),
        ("NDK工業", "エヌディーケーコウギョウ"),
        ("はやて運輸", "ハヤテウンユ"),
    ],
)
def test_the_legal_form_stays_in_the_text_only(written: str, kana: str) -> None:
    slot = company_slot(written)
    assert slot is not None
    assert (slot.value, slot.text) == (kana, written)


def test_a_legal_form_alone_is_no_company() -> None:
    assert company_slot("株式会社") is None


def test_the_department_and_the_role_are_not_the_company() -> None:
    found = company("スマイル企画の営業部の主任")
    assert found is not None
    assert found.text == "スマイル企画"


@pytest.mark.parametrize(
    ("said", "kana"),
    [
        ("扶桑化学総務部の三枝です", "フソウカガク"),
        ("東亜建設営業二課の中村と申します", "トウアケンセツ"),
        ("三和物産名古屋支店の川口と申します", "サンワブッサン"),
    ],
)
def test_a_department_or_a_branch_run_together_with_the_company_is_left_out(said: str, kana: str) -> None:
    found = introduced(said).company
    assert found is not None
    assert found.value == kana


@pytest.mark.parametrize("phrase", ["不動産屋", "残り二社", "保険会社", "経理", "見積もりの件", "明日の三時", "大阪"])
def test_what_names_no_company(phrase: str) -> None:
    assert company(phrase) is None


def test_the_trade_in_front_is_left_out() -> None:
    assert is_kind_only("リース会社")
    found = company("リース会社の東京総合リース")
    assert found is not None
    assert found.text == "東京総合リース"


def test_a_public_body_counts() -> None:
    found = company("税務署")
    assert found is not None
    assert found.value == "ゼイムショ"


def test_the_particle_may_be_part_of_a_name() -> None:
    found = company("ひだまりの家", sure=True)
    assert found is not None
    assert found.value == "ヒダマリノイエ"


@pytest.mark.parametrize(
    "said", ["個人です", "会社には勤めていません", "学生です", "裏に住んどる者や", "向かいの家の者ですけど"]
)
def test_a_private_person_has_none(said: str) -> None:
    assert company_answer(said) == PRIVATE


def test_a_company_is_no_private_person() -> None:
    assert company_answer("スマイル企画です") is None


def test_speech_without_commas_falls_into_clauses() -> None:
    def texts() -> Iterator[str]:
        yield from (clause.text for clause in clauses("スマイル企画の江川ですが営業の栗本さんいらっしゃいますか"))

    assert list(texts()) == ["スマイル企画の江川ですが", "営業の栗本さんいらっしゃいますか"]
