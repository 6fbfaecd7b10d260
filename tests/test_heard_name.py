"""A caller's name that is heard again and again: weighed over all hearings, read back by itself, never as denied."""

from __future__ import annotations

import pytest

from bot.company.load import vocabulary
from bot.desk import Desk
from bot.dialogue.events import Began, Heard
from bot.dialogue.state import Status
from bot.golden import Playing
from nlu.expected import Ask, Expected
from nlu.grammars.together import Told
from nlu.hearing import Hearing, Reading, Word
from nlu.understand import understand
from tests.dialogues import SMILE, TUESDAY_AFTERNOON
from tests.test_understand import NOW

NO = Word("いいえ", "イイエ", "answer", 0.9)
OF, IS = Word("の", "ノ"), Word("です", "デス")


def reading(source: str, name: str, company: str = "", *, rivals: tuple[str, ...] = (), no: bool = True) -> Reading:
    """What one grammar made of a caller who tells who he is, and what else it may have been."""
    firm = (Word(company, company, "company", 0.9), OF) if company else ()
    words = (*((NO,) if no else ()), *firm, Word(name, name, "surname", 0.9), IS)
    text = "".join(word.text for word in words)
    others = tuple(text.replace(f"{name}です", f"{other}です") for other in rivals)
    return Reading(text, "".join(word.kana for word in words), source, 0.9, words, others)


def playing() -> Playing:
    call = Playing(SMILE, vocabulary(SMILE), Desk(SMILE))
    call.feed(Began(TUESDAY_AFTERNOON, SMILE.numbers[0], "", "test"))
    return call


def say(call: Playing, *readings: Reading) -> None:
    """The caller is heard so."""
    call.finish()
    assert call.state.expected is not None
    hearing = Hearing(readings)
    meaning = understand(hearing, call.state.expected, NOW, vocabulary(SMILE))
    call.feed(Heard(call.state.at + 1.0, hearing, meaning, (0.0, 1.0)))


def after_both_were_wrong() -> Playing:
    call = playing()
    call.hear("伝言をお願いしたいのですが")
    say(call, reading("who", "タカナシ", "アオキショウジ", rivals=("タキザワ",), no=False))
    assert call.lines[-1].endswith("アオキショウジのタカナシ様でいらっしゃいますね。")
    say(call, reading("who", "タキガワ", "アオバショウジ", rivals=("タキザワ",)))
    return call


def test_a_name_is_read_back_by_itself_where_it_was_denied_with_the_company() -> None:
    call = after_both_were_wrong()
    assert call.lines[-1] == "受付> 失礼いたしました。タキザワ様でいらっしゃいますね。"
    call.hear("はい")
    name, company = call.state.facts.caller_name, call.state.facts.company
    assert name is not None
    assert company is not None
    assert (name.value, name.status) == ("タキザワ", Status.CONFIRMED)
    assert company.status is Status.HEARD
    assert call.lines[-1] == "受付> アオバショウジのタキザワ様でいらっしゃいますね。"


def test_what_is_told_after_the_name_was_confirmed_is_the_company() -> None:
    call = after_both_were_wrong()
    call.hear("はい")
    say(call, reading("who", "アキラタ", "アオヤマショウジ"))
    name, company = call.state.facts.caller_name, call.state.facts.company
    assert name is not None
    assert company is not None
    assert (name.value, company.value) == ("タキザワ", "アオヤマショウジ")


def test_a_name_denied_by_itself_is_never_read_back_again() -> None:
    call = after_both_were_wrong()
    for _ in range(4):
        say(call, reading("who", "タキザワ", rivals=("タキガワ",)))
    assert sum("タキザワ様で" in line for line in call.lines) == 1
    assert "タキザワ" in call.state.refused


def test_of_a_name_denied_to_the_last_the_next_likeliest_is_reported() -> None:
    call = after_both_were_wrong()
    say(call, reading("who", "タキガワ", rivals=("タキカワ",)))
    say(call, Reading("タキイです", "タキイデス", "spelt", 0.9, (), ("タキモトです",)))
    say(call, reading("who", "タキシタ", rivals=("タキカワ",)))
    assert call.state.expected is not None
    assert call.state.expected.ask is Ask.CONFIRM_CALLER
    read = call.state.expected.name
    call.hear("いえ、違います")
    name = call.state.facts.caller_name
    assert name is not None
    assert name.status is Status.HEARD
    assert read in call.state.refused
    assert name.value not in call.state.refused


def test_typed_words_say_what_they_say() -> None:
    call = playing()
    for words in ("青葉商事のカドウと申します。伝言をお願いしたいのですが", "いえ、サドウです"):
        call.hear(words)
    assert call.state.facts.caller_name is not None
    assert call.state.facts.caller_name.value == "サドウ"
    assert call.state.hearings == ()


@pytest.mark.parametrize(
    ("text", "kana", "name"),
    [
        ("もしもし、納品の日の件で伝言をお願いします", "モシモシノーヒンノヒノケンデデンゴンオオネガイシマス", ""),
        ("もしもし、伝言をお願いします", "モシモシデンゴンオオネガイシマス", "ヒノケン"),
        ("日の件と申します。伝言をお願いします", "ヒノケントモオシマスデンゴンオオネガイシマス", "ヒノケン"),
    ],
)
def test_what_was_dictated_as_words_is_no_name(text: str, kana: str, name: str) -> None:
    heard = (Reading(text, kana, "dictation", 0.9), reading("opening", "ヒノケン", "コーヒン", no=False))
    slots = understand(Hearing(heard), Expected(Ask.OPENING), NOW, vocabulary(SMILE)).slots
    assert (slots.caller_name.value if slots.caller_name else "") == name
    assert (slots.company is not None) is bool(name)


def test_one_word_is_not_both_name_and_company() -> None:
    heard = (Reading("タカミカノです", "タカミカノデス", "dictation", 0.7), reading("who", "タカミカノ", no=False))
    slots = understand(Hearing(heard), Expected(Ask.CALLER), NOW, vocabulary(SMILE)).slots
    assert slots.caller_name is not None
    assert slots.company is None


def test_what_every_ear_has_for_a_name_is_kept() -> None:
    ears = (
        reading("again", "タカナキ", "ナカジマ", rivals=("タカナシ",)),
        reading("who", "ササザキ", "ナカシマ", rivals=("ササキ",)),
    )
    found = understand(Hearing(ears), Expected(Ask.CONFIRM_CALLER, name="タカナシ"), NOW, vocabulary(SMILE)).slots
    assert found.caller_name is not None
    assert {found.caller_name.value, *found.caller_name.alternatives} >= {"タカナキ", "ササザキ", "ササキ"}


@pytest.mark.parametrize(
    ("heard", "names"),
    [("タキザワサキザワ", ["タキザワ", "サキザワ"]), ("イナフクイナフク", ["イナフク"]), ("ササ", ["ササ"])],
)
def test_a_name_said_twice_in_one_breath_is_said_once(heard: str, names: list[str]) -> None:
    ears = Hearing((reading("who", heard),))
    found = understand(ears, Expected(Ask.CONFIRM_CALLER, name="タキガワ"), NOW, vocabulary(SMILE)).slots.caller_name
    assert found is not None
    assert [found.value, *found.alternatives] == names


def test_a_company_that_is_asked_for_is_no_hearing_of_the_name() -> None:
    call = playing()
    call.hear("伝言をお願いしたいのですが")
    say(call, reading("who", "イナフク", no=False))
    assert call.state.hearings == (Told(("イナフク",)),)
    say(call, reading("who", "キョウヤ", "ゴフク", no=False))
    assert call.state.hearings == (Told(("イナフク",)),)


def test_what_every_ear_has_for_a_name_that_was_spelt_is_kept() -> None:
    ears = (
        Reading("セキトです", "セキトデス", "spelt", 0.9, (), ("セキです",)),
        Reading("セキトミです", "セキトミデス", "kana", 0.8),
    )
    found = understand(Hearing(ears), Expected(Ask.KANA, heard=("セキヒトミ",)), NOW, vocabulary(SMILE)).slots
    assert found.caller_name is not None
    assert found.caller_name.value == "セキト"
    assert found.caller_name.alternatives[:2] == ("セキトミ", "セキ")


@pytest.mark.parametrize(("other", "agrees"), [("いいえハギハラです", False), ("はいハナです", True)])
def test_a_yes_that_may_be_a_no_agrees_to_nothing(other: str, agrees: bool) -> None:
    yes, name = Word("はい", "ハイ", "answer", 0.9), Word("ハラ", "ハラ", "surname", 0.9)
    call = playing()
    call.hear("原と申します。伝言をお願いしたいのですが")
    call.hear("個人です")
    assert call.lines[-1].endswith("ハラ様でいらっしゃいますね。")
    say(call, Reading("はいハラです", "ハイハラデス", "again", 0.9, (yes, name, IS), (other,)))
    told = call.state.facts.caller_name
    assert told is not None
    assert (told.status is Status.CONFIRMED) is agrees
    assert ("ハラ様で" in call.lines[-1]) is not agrees
