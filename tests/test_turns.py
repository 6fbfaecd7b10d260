"""Whether the caller has finished, and what is only a nod."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.expected import Ask, Expected
from nlu.turns import backchannel, finished

NUMBER = Expected(Ask.NUMBER)
CONFIRM = Expected(Ask.CONFIRM_CALLER, name="エガワ")
OPENING = Expected(Ask.OPENING)


@pytest.mark.parametrize(
    ("expected", "whole"),
    [
        (Expected(Ask.CALLER), "スマイル企画の江川と申します"),
        (OPENING, "営業の栗本さんをお願いします"),
        (OPENING, "栗本さんはいらっしゃいますか"),
        (OPENING, "エイギョウノクリモトサンヲオネガイシマス"),
        (CONFIRM, "はい"),
        (CONFIRM, "はい、そうです"),
        (CONFIRM, "いえ、エガミです"),
        (NUMBER, "〇九〇の三三一二の四四八〇です"),
        (NUMBER, "ゼロサンイチニーサンヨンゴーロクナナハチ"),
        (NUMBER, "今かけている番号でお願いします"),
        (Expected(Ask.NUMBER, number="0903312"), "四四八〇です"),
        (Expected(Ask.CONFIRM_NUMBER, number="0312345678"), "いえ、最後は九です"),
        (None, "折り返しお電話をください"),
    ],
)
def test_a_whole_turn(expected: Expected | None, whole: str) -> None:
    assert finished(whole, expected) >= 0.8


@pytest.mark.parametrize("name", ["スマイル企画の江川と申します", "お世話になっております、スマイル企画の江川です。"])
def test_who_has_only_said_who_he_is_goes_on_to_say_what_he_wants(name: str) -> None:
    assert finished(name, OPENING) < 0.5
    assert finished(name + "営業の栗本さんをお願いします", OPENING) >= 0.8


@pytest.mark.parametrize(
    ("expected", "part"),
    [
        (OPENING, "スマイル企画の江川と申しますが"),
        (OPENING, "営業の栗本さんは"),
        (OPENING, "見積もりの件なんですけど"),
        (OPENING, "えーと"),
        (OPENING, "栗本さんに、あの"),
        (OPENING, "お世話になっております"),
        (OPENING, "先日お電話をいただいたので"),
        (NUMBER, "〇九〇の"),
        (NUMBER, "〇九〇の三三一二"),
        (NUMBER, "ゼロサンイチニーサンヨン"),
        (NUMBER, "はい、ええと"),
        (None, "明日の"),
    ],
)
def test_an_open_turn(expected: Expected | None, part: str) -> None:
    assert finished(part, expected) <= 0.35


def test_no_words_tell_nothing() -> None:
    assert finished("", NUMBER) == 0.5
    assert finished(" 、", None) == 0.5


@pytest.mark.parametrize(
    "nod", ["はい", "うん", "ええ", "へえ", "ハイ", "はい、はい", "あー", "そうですか", "そうです"]
)
def test_nods(nod: str) -> None:
    assert backchannel(nod)


@pytest.mark.parametrize("words", ["", "はい、違います", "いえ", "待ってください", "もういいです", "ハイバラデス"])
def test_more_than_a_nod(words: str) -> None:
    assert not backchannel(words)


@given(st.lists(st.sampled_from("〇一二三四五六七八九"), min_size=1, max_size=9).map("".join))
def test_digits_short_of_a_number_keep_the_turn(said: str) -> None:
    assert finished(f"〇{said[:-1]}", NUMBER) < 0.5


@given(
    st.sampled_from([None, *(Expected(ask) for ask in Ask)]),
    st.text(alphabet="はいえーとの一〇ですますがけど、。?ハイ", max_size=16),
)
def test_always_a_share(expected: Expected | None, text: str) -> None:
    assert 0.0 <= finished(text, expected) <= 1.0
    backchannel(text)
