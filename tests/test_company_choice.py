"""The learned choice of the company: among which words, and that it may differ from the rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.expected import Ask
from nlu.identity.callers import introduced
from nlu.identity.company_choice import chosen, likeliest, weights
from nlu.identity.company_spans import spans


@pytest.mark.parametrize(
    "said",
    [
        "先ほどお電話いただいた北浜セキュリティの営業所です、折り返しお電話しました",
        "検診の日程の件で、南台小学校の教務の倉持と申します",
    ],
)
def test_a_company_far_from_any_name_is_found(said: str) -> None:
    found = introduced(said).company
    assert found is not None
    assert found.text in ("北浜セキュリティ", "南台小学校")


@pytest.mark.parametrize("said", ["営業の方をお願いします", "明日の三時に予約したいのですが", "ゼロ三の一二三四です"])
def test_where_none_is_said_none_is_found(said: str) -> None:
    assert introduced(said).company is None


@pytest.mark.parametrize("company", ["あそびびと", "てのひら", "まちづくり", "かねよし"])
def test_a_company_in_hiragana_stands_before_a_name_that_is_told(company: str) -> None:
    found = introduced(f"お世話になっております、{company}の三上と申します")
    assert (found.company.text if found.company else "", found.name.text if found.name else "") == (company, "三上")


@pytest.mark.parametrize("whose", ["いもうと", "となり", "むすめ", "ともだち"])
def test_whose_relative_or_neighbour_somebody_is_is_no_company(whose: str) -> None:
    assert introduced(f"{whose}の三上と申します").company is None


def test_the_probabilities_of_all_stretches_make_one() -> None:
    found = spans("スマイル企画の江川です", "opening", "", private=False)
    assert found[0].text == ""
    assert np.isclose(weights().shares(found).sum(), 1.0, atol=1e-5)
    assert likeliest(found, weights())[0] == "スマイル企画"


@given(st.text(max_size=80), st.sampled_from([Ask.OPENING, Ask.COMPANY]))
def test_any_text_is_read(text: str, ask: Ask) -> None:
    found = chosen(text, ask, None)
    assert found is None or found.text
