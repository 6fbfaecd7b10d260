"""Rules on the first words, on waits, on names and digits, and on our own people: etiquette R1, R3, R7, R8, R11.

The others are in `tests/test_etiquette.py` and `tests/test_etiquette_calls.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.call import GREETING_DELAY_SECONDS
from bot.company.keigo import slips
from bot.company.script import Script
from bot.dialogue.greeting import greeting
from bot.dialogue.state import State
from bot.dialogue.wording import phrases
from nlu.expected import Ask, Expected
from nlu.identity.callers import answered
from nlu.phone import find_number, spoken
from tests.dialogues import BEGAN, SMILE, call, ours
from tests.golden_calls import CALLS, Golden, every_call
from tests.grave import KAEDE

WORD = ("伝言をお願いします", "渡辺です", "はい", "契約の更新の件です", "0312345678です", "はい")
RINGS = re.compile(r"\[(?:転送|呼出) ")


def test_r1_we_answer_at_once_but_let_the_first_mora_be_heard() -> None:
    assert 0.3 <= GREETING_DELAY_SECONDS <= 0.5


@pytest.mark.parametrize(
    ("why", "waited", "sorry"), [("no_answer", 15.0, True), ("no_answer", 5.0, False), ("busy", 15.0, False)]
)
def test_r1_whoever_has_waited_three_rings_is_begged_pardon(why: str, waited: float, sorry: bool) -> None:
    script = replace(SMILE, rules=replace(SMILE.rules, forwarded_after_seconds=waited))
    said = "".join(phrase.text for phrase in phrases(script, State(), greeting(script, replace(BEGAN, diverted=why))))
    assert said.startswith("大変お待たせいたしました。") is sorry


@every_call
def test_r3_a_wait_is_announced_before_it(golden: Golden) -> None:
    for before, line in zip(golden.lines, golden.lines[1:], strict=False):
        if RINGS.match(line) and before.startswith("受付>"):
            assert "お待ち" in before, before


def test_r3_there_are_waits_to_look_at() -> None:
    assert sum(bool(RINGS.match(line)) for golden in CALLS for line in golden.lines) > 10


@every_call
def test_r7_whoever_spells_a_name_is_asked_by_everyday_words(golden: Golden) -> None:
    for turn in golden.ours:
        assert "一文字ずつ区切って" not in turn or "「朝日のア」のように" in turn


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("朝日のア、さくらのサ、東京のト、うさぎのウ", "アサトウ"),
        ("タバコのタ、マッチのマ、切手のキ", "タマキ"),
        ("タ、マ、キ、です", "タマキ"),
    ],
)
def test_r7_and_may_answer_in_them(said: str, name: str) -> None:
    found = answered(said, Expected(Ask.KANA)).name
    assert found is not None
    assert found.value == name


def test_r7_characters_are_asked_for_where_the_company_wants_them() -> None:
    assert any("漢字" in turn for turn in ours(call(KAEDE, *WORD)))
    assert not any("漢字" in turn for turn in ours(call(SMILE, *WORD)))


def test_r8_digits_are_read_as_they_cannot_be_mistaken() -> None:
    assert spoken(("0123", "456", "789")).replace("、", "").replace("ー", "") == "ゼロイチニサンヨンゴロクナナハチキュ"


@pytest.mark.parametrize(
    "said",
    [
        "ゼロ、ヨン、ニ、の、ゴ、ゴ、ゴ、の、イチ、ナナ、ヨン、キュウ",
        "レイ、シ、ニ、の、ゴ、ゴ、ゴ、の、イチ、シチ、シ、ク",
        "マル、ヨン、ニ、の、ゴ、ゴ、ゴ、の、イチ、シチ、ヨン、ク",
    ],
)
def test_r8_callers_may_say_them_in_any_way(said: str) -> None:
    found = find_number(said)
    assert found is not None
    assert found.digits == "0425551749"


@every_call
def test_r11_our_own_people_have_no_honorific_and_humble_verbs(golden: Golden) -> None:
    callers = {*re.findall(r"[ァ-ヴー]{2,}(?=様)", "".join(golden.ours))}
    families = tuple(each for person in golden.script.staff for each in (person.family.text, person.family.kana))
    for turn in golden.ours:
        assert list(slips(turn, tuple(each for each in families if each not in callers))) == []


@pytest.mark.parametrize("script", [SMILE, KAEDE], ids=lambda script: script.key)
def test_r11_however_the_caller_speaks_of_them(script: Script) -> None:
    for person in script.staff:
        for wish in (
            f"{person.family.text}様はいらっしゃいますか",
            f"{person.family.text}さんは今日お戻りになりますか",
        ):
            said = "".join(ours(call(script, wish, "東都商事の江川です", "はい", "納品の件です")))
            assert not re.search(
                rf"{person.family.text}(?:様|さん|殿)|(?:いらっしゃい|おられ|戻られ)(?:ます|ません)。", said
            )
