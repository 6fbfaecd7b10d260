"""The rules of good reception, each as a rule over any wording, not as a string: etiquette by its numbers R1 to R18."""

from __future__ import annotations

import re

import pytest

from bot.company.load import load_script
from bot.company.script import Script
from tests.dialogues import BEGAN, SCRIPTS, SMILE, ours
from tests.dialogues import call as spoken_call

COMPANIES = tuple(load_script(path.parent) for path in sorted(SCRIPTS.glob("*/script.toml")))

PITCHES = (
    "光回線の料金がお安くなるご案内なのですが",
    "コピー機をお使いの企業様に入れ替えのご案内をしております 総務のご担当者様はいらっしゃいますか",
)


def call(script: Script, *words: str, at: float = BEGAN.at) -> list[str]:
    """What we say in a call in which the caller says these."""
    return ours(spoken_call(script, *words, at=at))


def test_r14_nothing_is_refused_flatly_and_whatever_we_cannot_tell_comes_with_another_way() -> None:
    flat = re.compile(r"分かりません|わかりません|知りません|存じません|できません(?:が|。|$)|無理|だめ")
    for script in COMPANIES:
        for key, variants in script.wording.items():
            said = [re.sub(r"(?:出る|承る|お調べする|お取りする)ことができません", "", text) for text in variants]
            assert not any(flat.search(text) for text in said), (script.key, key)
    unknown = call(SMILE, "六二〇三のベアリングはいくらですか")[-1]
    assert "わかりかねます" in unknown
    assert "折り返し" in unknown


@pytest.mark.parametrize("pitch", PITCHES)
@pytest.mark.parametrize(
    "wish", ["ご担当者様のお名前だけでも", "メールアドレスをいただけますか", "何時ごろならいらっしゃいますか"]
)
def test_r17_sales_are_refused_without_a_lie_a_name_an_address_or_a_better_time(pitch: str, wish: str) -> None:
    words = "".join(call(SMILE, pitch, wish, wish, wish)[1:])
    assert "申しつかって" in words
    assert not re.search(
        r"席を外して|外出|出張|会議|おりません|不在|改めて|後ほど|[0-9一二三四五六七八九十]時|@|アットマーク", words
    )
    assert not any(person.family.text in words for person in SMILE.staff)


@pytest.mark.parametrize(
    "words",
    [
        "いつもお世話になっております 三和鋼材の岡田です 先週ご注文いただいたばね鋼の納品日の件で 石田様をお願いします",
        "三光銀行笑顔が丘支店の木村と申します 経理の西川様いらっしゃいますか",
        "税務署の者ですが 経理の方をお願いします",
        "宅配便なんですが 今玄関の前に着いてまして 荷物のお届けです",
        "求人を見て応募のお電話をしました",
    ],
)
def test_r17_customers_banks_authorities_couriers_and_applicants_are_no_sales(words: str) -> None:
    assert "申しつかって" not in "".join(call(SMILE, words))


@pytest.mark.parametrize("question", ["これって機械ですか", "AIですか", "人間ですか", "自動音声ですか", "録音ですか"])
@pytest.mark.parametrize("script", COMPANIES, ids=lambda script: script.key)
def test_r18_what_we_are_is_said_when_asked(script: Script, question: str) -> None:
    answer = call(script, question)[-1]
    assert "自動応答でございます" in answer
    assert not re.search(r"いいえ|人間でございます|ございません", answer)


def test_r18_a_person_is_offered_while_there_is_one() -> None:
    assert "お取り次ぎ" in call(SMILE, "これって機械ですか")[-1]
    closed = call(SMILE, "これって機械ですか", at=BEGAN.at + 6 * 3600)[-1]
    assert "自動応答" in closed
    assert "お取り次ぎ" not in closed


def test_r18_even_a_refused_caller_is_told() -> None:
    assert "自動応答でございます" in call(SMILE, "光回線の料金がお安くなるご案内なのですが", "これって機械ですか")[-1]
