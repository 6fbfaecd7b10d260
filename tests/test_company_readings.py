"""How company names sound, and which company an answer names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.expected import Ask, Expected
from nlu.identity.callers import answered
from nlu.identity.company_answers import said_company
from nlu.identity.company_readings import company_readings
from nlu.kana import canonical, is_kana
from nlu.normalize import normalize

_DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[list[str]]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("written", "kana"), rows("company_readings.tsv"))
def test_a_company_name_is_read(written: str, kana: str) -> None:
    assert canonical(kana) in map(canonical, company_readings(written))


def test_the_likeliest_reading_comes_first_nearly_always() -> None:
    pairs = rows("company_readings.tsv")
    right = sum(canonical(company_readings(written)[0]) == canonical(kana) for written, kana in pairs)
    assert right >= 0.97 * len(pairs)


@pytest.mark.parametrize(("text", "company"), rows("company_answers.tsv"))
def test_an_answer_names_its_company(text: str, company: str) -> None:
    found = answered(normalize(text), Expected(Ask.COMPANY)).company
    assert canonical(found.value if found else "") == canonical(company.strip("-"))


def test_the_branch_is_not_the_company() -> None:
    found = said_company("みなと銀行新宿支店です")
    assert found is not None
    assert found.text == "みなと銀行"


def test_a_told_reading_goes_before_the_usual_one() -> None:
    found = answered("寿産業です、ことぶきです", Expected(Ask.COMPANY)).company
    assert found is not None
    assert found.value == "コトブキサンギョウ"


@given(st.text(max_size=60))
def test_whatever_is_said_is_read_or_left(text: str) -> None:
    assert all(kana for kana in company_readings(text))
    said_company(text)


@given(st.text(alphabet="株式会社のですは、東西南北山川田中光明三和銀行アイスーあいう", max_size=40))
def test_whatever_is_made_of_company_words_gives_kana_or_nothing(text: str) -> None:
    found = answered(text, Expected(Ask.COMPANY)).company
    assert found is None or found.value == "" or is_kana(found.value)
