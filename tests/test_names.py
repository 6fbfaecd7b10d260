"""Names from spelling to katakana, and names spelt out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.expected import Ask, Expected
from nlu.identity.callers import answered, introduced
from nlu.identity.names import (
    family_of,
    given_readings,
    looks_like_name,
    name_slot,
    readings,
    split_name,
    surname_readings,
)
from nlu.identity.spelling import describes_characters, kana_by_kana, read_as, spelt_characters, spelt_kana
from nlu.kana import canonical
from nlu.normalize import normalize

_DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[list[str]]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("written", "kana"),
    [
        ("江川", "エガワ"),
        ("えがわ", "エガワ"),
        ("エガワ", "エガワ"),
        ("桜井みゆき", "サクライミユキ"),
        ("ジョンソン", "ジョンソン"),
    ],
)
def test_a_name_is_read(written: str, kana: str) -> None:
    assert readings(written)[0] == kana


def test_a_name_of_several_readings_keeps_them_all() -> None:
    slot = name_slot("菅野")
    assert slot is not None
    assert {slot.value, *slot.alternatives} >= {"カンノ", "スガノ"}


def test_kana_needs_no_alternatives() -> None:
    assert readings("スガノ") == ("スガノ",)


def test_an_honorific_is_no_part_of_a_name() -> None:
    assert readings("江川様") == ("エガワ",)


def test_a_full_name_falls_into_family_and_given() -> None:
    assert split_name("熊田しのぶ") == ("熊田", "しのぶ")
    assert family_of("クマダシノブ") == "クマダ"


def test_what_is_no_name_is_told_from_what_is() -> None:
    assert looks_like_name("江川") > looks_like_name("東") > looks_like_name("予約")
    assert looks_like_name("予約") == looks_like_name("見積もり") == 0.0


def test_the_tables_speak_katakana() -> None:
    for kana in surname_readings() | given_readings():
        assert all("ァ" <= letter <= "ー" for letter in kana), kana


@pytest.mark.parametrize(
    ("said", "kana"),
    [
        ("朝日のア、いろはのイ", "アイ"),
        ("エ、ガ、ワ", "エガワ"),
        ("そ、う、ま", "ソウマ"),
        ("桜のサ、為替のカに濁点", "サガ"),
        ("さくらのサ、わにのワ、ぶどうのブ、ン、です", "サワブン"),
        ("朝日のア、ン、ドアのド、うさぎのウ、です。", "アンドウ"),
    ],
)
def test_kana_are_spelt(said: str, kana: str) -> None:
    assert spelt_kana(said) == kana


def test_an_answer_in_kana_needs_no_pauses() -> None:
    assert kana_by_kana("エガワです") == "エガワ"
    assert kana_by_kana("ちょっと待ってください、今見ます") == ""


@pytest.mark.parametrize("said", ["江戸の江に川", "江戸の江に川です", "さんずいの江に三本の川"])
def test_characters_make_a_name(said: str) -> None:
    assert spelt_characters(said)[0] == "エガワ"


def test_talk_of_characters_is_no_name() -> None:
    assert describes_characters("江戸の江に川と書きます")
    assert not describes_characters("スマイル企画の江川です")


@pytest.mark.parametrize(("text", "name"), rows("name_answers.tsv"))
def test_an_answer_names_its_caller(text: str, name: str) -> None:
    found = answered(normalize(text), Expected(Ask.NAME)).name
    assert canonical(found.value if found else "") == canonical(name.strip("-"))


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("東海林と書いてショウジです", "ショウジ"),
        ("角田です、かくだと読みます", "カクダ"),
        ("四月一日と書いてワタヌキなんです", "ワタヌキ"),
        ("漢字で書きます、東です", ""),
    ],
)
def test_a_told_reading_is_found(text: str, kana: str) -> None:
    assert read_as(text) == kana


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from("アイウエオカキクケコサシスセソタチツテトナハマミヤユヨラリルワガジデバパ"),
        min_size=2,
        max_size=8,
    )
)
def test_what_is_spelt_kana_by_kana_comes_back(letters: list[str]) -> None:
    assert spelt_kana("、".join(letters)) == "".join(letters)
    assert kana_by_kana("、".join(letters) + "です") == "".join(letters)


@settings(deadline=None)
@given(st.text(max_size=80), st.sampled_from([Ask.NAME, Ask.CALLER, Ask.COMPANY, Ask.KANA, Ask.CONFIRM_CALLER]))
def test_whatever_is_answered_is_read(text: str, ask: Ask) -> None:
    introduced(text)
    answered(text, Expected(ask, name="エガワ", company="スマイルキカク"))


@pytest.mark.parametrize(("text", "name", "company"), rows("introductions.tsv"))
def test_a_caller_introduces_himself(text: str, name: str, company: str) -> None:
    found = introduced(normalize(text))
    assert canonical(found.name.value if found.name else "") == canonical(name.strip("-"))
    assert canonical(found.company.value if found.company else "") == canonical(company.strip("-"))
