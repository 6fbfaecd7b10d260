"""Names from spelling to katakana, and names spelt out."""

from __future__ import annotations

import pytest

from nlu.names import family_of, given_readings, looks_like_name, name_slot, readings, split_name, surname_readings
from nlu.spelling import describes_characters, kana_by_kana, spelt_characters, spelt_kana


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
