"""The front door: what an utterance means, given what was asked."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing, Reading, Word
from nlu.meaning import Answer, Meaning, Reason, Slots
from nlu.understand import understand
from nlu.vocabulary import Person, Vocabulary

NOW = datetime(2026, 11, 24, 14, 10)
STAFF = Vocabulary(
    staff=(
        Person("kurimoto", "栗本", "クリモト", "賢治", "ケンジ", "営業部", "主任"),
        Person("sato-sales", "佐藤", "サトウ", "健", "ケン", "営業部"),
        Person("sato-books", "佐藤", "サトウ", "香", "カオリ", "経理課"),
    ),
    departments=(("営業部", "エイギョウブ"), ("経理課", "ケイリカ")),
)
READ_BACK = Expected(Ask.CONFIRM_CALLER, name="エガワ", company="スマイルキカク")


def meant(said: str, ask: Ask | Expected = Ask.OPENING) -> Meaning:
    expected = Expected(ask) if isinstance(ask, Ask) else ask
    return understand(Hearing.of(said), expected, NOW, STAFF)


def values(slots: Slots) -> dict[str, str]:
    return {name: slot["value"] for name, slot in asdict(slots).items() if slot is not None}


@pytest.mark.parametrize(
    "said",
    [
        "営業の栗本さんいらっしゃいますか スマイル企画の江川ですが",
        "スマイル企画の江川と申しますが、営業の栗本さんいらっしゃいますか",
        "スマイル企画の江川と申しますが営業の栗本さんいらっしゃいますか",
    ],
)
def test_caller_and_staff_are_kept_apart(said: str) -> None:
    meaning = meant(said)
    assert meaning.reason is Reason.PERSON
    assert meaning.purpose == ""
    assert values(meaning.slots) == {
        "caller_name": "エガワ", "company": "スマイルキカク", "staff": "kurimoto", "department": "営業",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "name", "company"),
    [
        ("スマイル企画の江川です", "エガワ", "スマイルキカク"),
        ("江川と申します、スマイル企画の", "エガワ", "スマイルキカク"),
        ("株式会社スマイル企画、江川だけど", "エガワ", "スマイルキカク"),
        ("江川の妻です", "エガワ", None),
        ("個人なんですけど、江川です", "エガワ", ""),
    ],
)
def test_company_and_name_in_any_order(said: str, name: str, company: str | None) -> None:
    found = values(meant(said, Ask.CALLER).slots)
    assert (found.get("caller_name"), found.get("company")) == (name, company)


def test_a_private_person_is_said_to_be_one() -> None:
    company = meant("個人です", Ask.COMPANY).slots.company
    assert company is not None
    assert (company.value, company.text) == ("", "個人")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("エガミ、いえ、エガワです", "エガワ"),
        ("エガミじゃなくてエガワです", "エガワ"),
        ("エガワです、エガミではありません", "エガワ"),
        ("江戸の江に川です", "エガワ"),
        ("菅野と書いてスガノです", "スガノ"),
        ("ゲンダです、源の田", "ゲンダ"),
    ],
)
def test_the_last_word_on_a_name_counts(said: str, name: str) -> None:
    assert values(meant(said, Ask.NAME).slots)["caller_name"] == name


def test_a_corrected_name_leaves_the_company_alone() -> None:
    meaning = meant("サイトウではなくサイドウです", replace(READ_BACK, name="サイトウ"))
    assert meaning.answer is Answer.CORRECT
    assert values(meaning.slots) == {"caller_name": "サイドウ"}


@pytest.mark.parametrize(
    "said", ["会社はスマイル工業です", "スマイル企画じゃなくてスマイル工業です", "スマイルキガクです"]
)
def test_a_corrected_company_leaves_the_name_alone(said: str) -> None:
    meaning = meant(said, READ_BACK)
    assert meaning.answer is Answer.CORRECT
    assert set(values(meaning.slots)) == {"company"}


@pytest.mark.parametrize("said", ["はい", "はい、そうです", "はい、スマイル企画の江川です", "ええ、江川です"])
def test_the_same_name_again_is_a_yes(said: str) -> None:
    assert meant(said, READ_BACK).answer is Answer.YES


def test_a_bare_denial_has_no_value() -> None:
    meaning = meant("いえ、違います", READ_BACK)
    assert meaning.answer is Answer.NO
    assert values(meaning.slots) == {}


def test_a_corrected_digit_changes_the_number() -> None:
    meaning = meant("いえ、最後は八です", Expected(Ask.CONFIRM_NUMBER, number="03-1234-5677"))
    assert meaning.answer is Answer.CORRECT
    assert values(meaning.slots)["number"] == "0312345678"


def test_a_number_comes_in_the_callers_groups() -> None:
    number = meant("ゼロ一二の三四五六の七八九〇です", Ask.NUMBER).slots.number
    assert number is not None
    assert (number.value, number.text) == ("0123456789"[:3] + "34567890", "012-3456-7890")


def test_digits_of_an_earlier_turn_are_kept() -> None:
    meaning = meant("五六七八です", Expected(Ask.NUMBER, number="031234"))
    assert values(meaning.slots)["number"] == "0312345678"


@pytest.mark.parametrize(
    ("said", "ask", "answer"),
    [
        ("番号はご存じのはずです", Ask.NUMBER, Answer.KNOWN),
        ("この番号でお願いします", Ask.NUMBER, Answer.CALLER_ID),
        ("もう一度お願いします", Ask.CONFIRM_NUMBER, Answer.REPEAT),
        ("ちょっと待ってください", Ask.NAME, Answer.HOLD),
        ("はい、お願いします", Ask.OFFER, Answer.YES),
    ],
)
def test_how_a_question_is_taken(said: str, ask: Ask, answer: Answer) -> None:
    assert meant(said, ask).answer is answer


@pytest.mark.parametrize("ask", [Ask.NAME, Ask.NUMBER, Ask.CONFIRM_CALLER, Ask.OPENING, Ask.OFFER])
def test_a_human_can_be_asked_for_at_any_time(ask: Ask) -> None:
    assert meant("人間のオペレーターに代わってください", ask).reason is Reason.OPERATOR


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("はい、書きました", Answer.YES),
        ("kurimoto@smilecorp.com ですね", Answer.YES),
        ("もう一度お願いします", Answer.REPEAT),
    ],
)
def test_an_address_that_was_read_out_is_taken(said: str, answer: Answer) -> None:
    assert meant(said, Expected(Ask.ECHO, email="kurimoto@smilecorp.com")).answer is answer


def test_the_department_tells_two_of_one_name_apart() -> None:
    meaning = meant("経理のほうです", Expected(Ask.STAFF, name="サトウ"))
    assert values(meaning.slots)["staff"] == "sato-books"


def test_what_was_not_asked_counts_too() -> None:
    found = values(meant("江川です、番号は〇三の一二三四の五六七八です", Ask.NAME).slots)
    assert found == {"caller_name": "エガワ", "number": "0312345678"}


def test_an_urgent_matter() -> None:
    meaning = meant("至急栗本さんに連絡を取りたいんですが")
    assert meaning.urgent
    assert values(meaning.slots)["staff"] == "kurimoto"


def test_the_matter_is_kept_in_the_callers_words() -> None:
    meaning = meant("スマイル企画の江川です。新しい図面の納期について教えてください")
    assert meaning.purpose == "新しい図面の納期について教えてください"


def test_the_grammar_is_believed_for_what_was_asked() -> None:
    heard = Hearing(
        (
            Reading("映画はです", source="dictation", confidence=0.7),
            Reading(
                "エガワ です",
                "エガワデス",
                "who",
                0.8,
                (Word("エガワ", "エガワ", "surname", 0.8), Word("です", "デス")),
            ),
        )
    )
    name = understand(heard, Expected(Ask.NAME), NOW, STAFF).slots.caller_name
    assert name is not None
    assert (name.value, name.confidence) == ("エガワ", 0.8)


def test_a_grammar_that_heard_little_is_not_believed() -> None:
    heard = Hearing(
        (
            Reading("江川です", source="dictation", confidence=0.9),
            Reading("カトウ", "カトウ", "who", 0.1, (Word("カトウ", "カトウ", "surname", 0.1),)),
        )
    )
    assert values(understand(heard, Expected(Ask.NAME), NOW, STAFF).slots)["caller_name"] == "エガワ"


def test_labels_tell_caller_from_staff() -> None:
    words = (
        Word("スマイルキカク", "スマイルキカク", "company"),
        Word("の", "ノ"),
        Word("エガワ", "エガワ", "surname"),
        Word("です", "デス"),
        Word("栗本", "クリモト", "staff"),
        Word("さん", "サン", "title"),
    )
    text = "".join(word.text for word in words)
    heard = Hearing((Reading(text, "".join(word.kana for word in words), "opening", 0.9, words),))
    found = values(understand(heard, Expected(Ask.OPENING), NOW, STAFF).slots)
    assert found == {"caller_name": "エガワ", "company": "スマイルキカク", "staff": "kurimoto"}


def test_nothing_heard_means_nothing() -> None:
    assert understand(Hearing(()), Expected(Ask.NAME), NOW, STAFF).reason is None
    assert values(meant("", Ask.NAME).slots) == {}


def test_each_part_has_its_grounds() -> None:
    meaning = meant("スマイル企画の江川です。至急、栗本さんをお願いします")
    for word in ("caller_name", "company", "staff", "reason", "urgent"):
        assert any(line.startswith(word) for line in meaning.grounds), word


WORDS = (
    "江川", "サイドウ", "です", "の", "さん", "様", "じゃなくて", "、",
    "。", "株式会社", "企画", "営業", "ゼロ三", "はい", "いえ", "と申します",
    "個人", "一", "ア",
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(WORDS),
        max_size=9,
    ),
    st.sampled_from(list(Ask)),
)
def test_any_words_to_any_question(words: list[str], ask: Ask) -> None:
    expected = Expected(ask, name="エガワ", company="スマイルキカク", number="0312345678", email="a@example.com")
    meaning = understand(Hearing.of("".join(words)), expected, NOW, STAFF)
    assert 0.0 <= meaning.confidence <= 1.0
    json.dumps(asdict(meaning))
    assert meaning == understand(Hearing.of("".join(words)), expected, NOW, STAFF)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.sampled_from([1, 1, 1, 40]), st.sampled_from(list(Ask)))
def test_no_text_of_any_length_or_script_makes_it_fall_over(text: str, times: int, ask: Ask) -> None:
    expected = Expected(ask, name="エガワ", number="0312345678", said="どのようなご用件でしょうか", before=text)
    assert 0.0 <= understand(Hearing.of(text * times), expected, NOW, STAFF).confidence <= 1.0
