"""Name and company are put right, asked for in another way, and let stand as heard: never for ever."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.company.load import vocabulary
from bot.desk import Desk
from bot.dialogue.events import Began, Heard
from bot.dialogue.state import Status
from bot.golden import Playing
from bot.listen import hearing_of
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing, Reading, Word
from nlu.meaning import Answer, Meaning
from nlu.understand import understand
from tests.dialogues import SMILE, TUESDAY_AFTERNOON
from tests.test_understand import NOW
from voice.engines import Transcript

OPENING = "青葉商事のカドウと申します。伝言をお願いしたいのですが"


def after(*said: str) -> Playing:
    """A call in which the caller has said this; "" for what nobody could make out."""
    playing = Playing(SMILE, vocabulary(SMILE), Desk(SMILE))
    playing.feed(Began(TUESDAY_AFTERNOON, SMILE.numbers[0], "", "test"))
    for words in said:
        if words:
            playing.hear(words)
        else:
            playing.finish()
            playing.feed(Heard(playing.state.at + 1.0, Hearing(()), Meaning(), (0.0, 1.0)))
    return playing


def read_backs(playing: Playing) -> list[str]:
    """What was asked about the caller's name and company."""
    return [line for line in playing.lines if line.startswith("受付>") and "様で" in line]


@pytest.mark.parametrize(
    "denials",
    [
        (
            "いえ、サドウです",
            "いえ、サノです",
            "サ、ガ、ラ",
            "いえ、タドウです",
            "いえ、カトウです",
            "いえ、サトウです",
        ),
        ("いえ、違います",) * 6,
        ("いえ、ミナミ商事です", "いえ、ミナト商事です", "ミナモ商事です", "いえ、ミナモト商事です", "いえ、違います"),
        ("",) * 6,
    ],
)
def test_nobody_is_read_back_or_asked_for_ever(denials: tuple[str, ...]) -> None:
    playing = after(OPENING, *denials)
    asked = Counter(line.split("。")[-2] for line in playing.lines if line.startswith("受付>"))
    assert max(asked.values()) <= 2
    assert len(read_backs(playing)) <= 4
    name = playing.state.facts.caller_name
    assert name is None or name.status is Status.HEARD


def test_a_name_put_right_twice_is_spelt() -> None:
    playing = after(OPENING, "いえ、サドウです", "いえ、サノです")
    assert playing.state.expected is not None
    assert playing.state.expected.ask is Ask.KANA
    assert {"カドウ", "サドウ"} <= {*playing.state.expected.heard}
    assert {"カドウ", "サドウ"} <= {*playing.state.expected.denied}


def test_a_spelt_name_is_read_back_and_stands_by_a_yes() -> None:
    playing = after(OPENING, "いえ、サドウです", "いえ、サノです", "さくらのサ、東京のト、うさぎのウ、です", "はい")
    name = playing.state.facts.caller_name
    assert name is not None
    assert (name.value, name.status) == ("サトウ", Status.CONFIRMED)


def test_a_name_spelt_stands_though_it_was_taken_for_denied() -> None:
    playing = after(OPENING, "いえ、サノです", "いえ、サドウです", "カ、ド、ウ、です")
    name = playing.state.facts.caller_name
    assert name is not None
    assert name.value == "カドウ"


@pytest.mark.parametrize(("confidence", "name"), [(0.45, ""), (0.7, "サトウ")])
def test_a_name_nobody_asked_for_is_asked_for_where_it_was_hardly_heard(confidence: float, name: str) -> None:
    heard_so = (said_bare("opening", "サトウ", confidence), Reading("もしもし見積の件で", "", "dictation", 0.9))
    found = understand(Hearing(heard_so), Expected(Ask.OPENING), NOW, vocabulary(SMILE)).slots.caller_name
    assert (found.value if found else "") == name


def test_a_company_put_right_twice_is_asked_for_by_itself() -> None:
    playing = after(OPENING, "いえ、ミナト商事です", "いえ、ミナモ商事です")
    assert playing.state.expected is not None
    assert playing.state.expected.ask is Ask.COMPANY
    assert "ミナトショウジ" in playing.state.expected.companies


def test_an_answer_to_something_else_is_no_doubt() -> None:
    playing = after(OPENING, "090の1111の2222です")
    assert not any(topic.startswith("doubt:") for topic in playing.state.asked)


def heard(*transcripts: Transcript, expected: Expected) -> Hearing:
    return hearing_of(transcripts, expected)


def test_a_name_said_again_is_made_out_as_far_as_it_can_be() -> None:
    vague = Transcript("again-1", "いいえサトウです", "イイエサトウデス", 0.2, False)
    assert heard(vague, expected=Expected(Ask.NAME)).text == ""
    assert heard(vague, expected=Expected(Ask.CONFIRM_CALLER, heard=("カトウ",))).text == "いいえサトウです"


def said_again(source: str, name: str, confidence: float) -> Reading:
    """What one grammar made of a correction."""
    words = (Word("いいえ", "イイエ", "answer", 0.9), Word(name, name, "surname", confidence), Word("です", "デス"))
    return Reading(f"いいえ{name}です", f"イイエ{name}デス", source, confidence, words)


@pytest.mark.parametrize(
    ("near", "general", "name"),
    [
        (("サトウ", 0.9), ("アダチ", 0.8), "サトウ"),
        (("サトウ", 0.6), ("アダチ", 0.8), "アダチ"),
        (("サトウ", 0.6), ("カトウ", 0.8), "サトウ"),
    ],
)
def test_the_surer_hearing_of_a_correction_counts_but_not_for_what_was_denied(
    near: tuple[str, float], general: tuple[str, float], name: str
) -> None:
    hearing = Hearing((said_again("again", *near), said_again("who", *general)))
    expected = Expected(Ask.CONFIRM_CALLER, name="ゴトウ", heard=("ゴトウ", "カトウ"), denied=("カトウ",))
    found = understand(hearing, expected, NOW, vocabulary(SMILE)).slots.caller_name
    assert found is not None
    assert found.value == name


def said_bare(source: str, name: str, confidence: float) -> Reading:
    """What one grammar made of a name without anything before it."""
    return Reading(f"{name}です", f"{name}デス", source, confidence, (Word(name, name, "surname", confidence),))


@pytest.mark.parametrize(
    ("general", "answer"),
    [(("コレトウ", 0.6), Answer.CORRECT), (("コネトン", 0.6), Answer.YES), (("コレトウ", 0.2), Answer.CORRECT)],
)
def test_a_name_without_a_yes_is_taken_from_the_ear_that_leans_on_nothing(
    general: tuple[str, float], answer: Answer
) -> None:
    hearing = Hearing((said_bare("again", "コネトン", 0.98), said_bare("who", *general)))
    expected = Expected(Ask.CONFIRM_CALLER, name="コネトン", said="コネトン様でいらっしゃいますね。")
    assert understand(hearing, expected, NOW, vocabulary(SMILE)).answer is answer


@pytest.mark.parametrize(("dictated", "answer"), [("コネトンデス", Answer.YES), ("コレトオデス", None)])
def test_a_name_without_a_yes_that_one_ear_alone_has_heard_is_no_yes(dictated: str, answer: Answer | None) -> None:
    hearing = Hearing((said_bare("again", "コネトン", 0.98), Reading("これとです", dictated, "dictation", 0.5)))
    expected = Expected(Ask.CONFIRM_CALLER, name="コネトン", said="コネトン様でいらっしゃいますね。")
    assert understand(hearing, expected, NOW, vocabulary(SMILE)).answer is answer


@pytest.mark.parametrize(
    ("dictated", "yes"), [("これとです", False), ("ここんです", False), ("はいそうです", True), ("そうです", True)]
)
@pytest.mark.parametrize("ask", [Ask.CONFIRM_CALLER, Ask.CONFIRM_NUMBER])
def test_what_is_hardly_a_yes_confirms_nothing(ask: Ask, dictated: str, yes: bool) -> None:
    hearing = Hearing((Reading(dictated, "", "dictation", 0.5),))
    read = "サトウ様でいらっしゃいますね。" if ask is Ask.CONFIRM_CALLER else "以上でよろしいでしょうか。"
    expected = Expected(ask, name="サトウ", company="デリヤサケテン", number="03-1234-5678", said=read)
    assert (understand(hearing, expected, NOW, vocabulary(SMILE)).answer is Answer.YES) is yes


def test_another_name_without_a_yes_is_a_correction() -> None:
    words = (Word("ショウブンシャ", "ショウブンシャ", "company", 0.6), Word("です", "デス"))
    reading = Reading("ショウブンシャです", "ショウブンシャデス", "again", 0.6, words)
    expected = Expected(
        Ask.CONFIRM_CALLER, name="カトウ", company="チョンブンシャ", said="カトウ様でいらっしゃいますね。"
    )
    assert understand(Hearing((reading,)), expected, NOW, vocabulary(SMILE)).answer is Answer.CORRECT


def test_what_else_a_name_may_be_is_remembered_for_the_next_hearing() -> None:
    words = (Word("イヨダ", "イヨダ", "surname", 0.6), Word("です", "デス"))
    alternatives = ("キヨダです", "シオダです", "もう一度です")
    hearing = Hearing((Reading("イヨダです", "イヨダデス", "who", 0.6, words, alternatives),))
    found = understand(hearing, Expected(Ask.NAME), NOW, vocabulary(SMILE)).slots.caller_name
    assert found is not None
    assert (found.value, found.alternatives) == ("イヨダ", ("キヨダ", "シオダ"))


def test_a_no_with_the_same_name_is_a_no_where_it_was_heard() -> None:
    expected = Expected(Ask.CONFIRM_CALLER, name="イワサキ", said="イワサキ様でいらっしゃいますね。")
    hearing = Hearing((said_again("again", "イワサキ", 0.85),))
    assert understand(hearing, expected, NOW, vocabulary(SMILE)).answer is Answer.NO
