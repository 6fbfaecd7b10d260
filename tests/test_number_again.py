"""A number denied is heard anew by what it was, asked for by push buttons, and let stand as heard: never for ever."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bot.company.load import vocabulary
from bot.dialogue.actions import Say
from bot.dialogue.events import Digit
from bot.dialogue.moves import record
from bot.dialogue.number_again import in_another_way
from bot.dialogue.state import Status
from nlu.expected import Ask, Expected
from nlu.grammars.asked import grammars_for
from nlu.grammars.renumber import renumber
from nlu.hearing import Hearing, Reading, Word
from nlu.meaning import Answer
from nlu.understand import understand
from nlu.vocabulary import Vocabulary
from tests.dialogues import SMILE
from tests.readings import readings, value
from tests.test_understand import NOW
from tests.test_who import after

OPENING = "青葉商事のサトウと申します。見積書の件で折り返しをお願いします"
HEARD = Expected(Ask.CONFIRM_NUMBER, number="0641194992", numbers=("0641194992",))
KANA = ("ゼロ", "イチ", "ニイ", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュウ")
SOUNDS = dict(zip("0123456789", KANA, strict=True))


def aloud(digits: str) -> str:
    return "".join("ノ" if digit == "-" else SOUNDS[digit] for digit in digits)


@pytest.mark.parametrize("number", ["06-4119-4993", "06-4211-9499", "0641184992", "0644119492"])
def test_a_number_said_again_is_near_to_what_was_heard(number: str) -> None:
    net = renumber(HEARD)
    assert net is not None
    for said in (f"イエチガイマス{aloud(number)}デス", f"{aloud(number)}ニナリマス"):
        assert value(net, said, "digit") == number.replace("-", "")


@pytest.mark.parametrize("number", ["06-4119-499", "4992", "06-4119-499234"])
def test_what_is_no_whole_number_is_left_to_the_grammar_of_numbers(number: str) -> None:
    net = renumber(HEARD)
    assert net is not None
    assert not readings(net, f"{aloud(number)}デス")


def test_what_was_denied_costs_more_than_a_neighbour() -> None:
    told = renumber(Expected(Ask.NUMBER, numbers=("0641194992",), denied=("0641194992",)))
    free = renumber(Expected(Ask.NUMBER, numbers=("0641194992",)))
    assert told is not None
    assert free is not None
    assert sum(arc.cost for arc in told.arcs) > sum(arc.cost for arc in free.arcs)


def test_a_yes_and_a_no_are_heard_beside_it() -> None:
    net = renumber(HEARD)
    assert net is not None
    assert value(net, "ハイソーデス", "answer") == "はいそうです"
    assert readings(net, "イエチガイマス")


def test_of_too_few_digits_nothing_is_made() -> None:
    assert renumber(Expected(Ask.NUMBER, numbers=("064",))) is None
    assert renumber(Expected(Ask.NUMBER)) is None


def test_what_was_heard_before_chooses_the_grammars() -> None:
    kinds = [net.name.split("-")[0] for net in grammars_for(HEARD, Vocabulary())]
    assert kinds == ["renumber", "number"]
    assert [net.name.split("-")[0] for net in grammars_for(Expected(Ask.NUMBER), Vocabulary())] == ["number"]


def said_number(source: str, digits: str, confidence: float) -> Reading:
    words = tuple(Word(digit, SOUNDS[digit], "digit", confidence) for digit in digits)
    return Reading(f"いえ{digits}です", f"イエ{aloud(digits)}デス", source, confidence, words)


@pytest.mark.parametrize(
    ("near", "general", "number"),
    [
        (("0642119499", 0.9), ("0641194992", 0.95), "0642119499"),
        (("0642119499", 0.5), ("0312345678", 0.9), "0312345678"),
        (("0642119499", 0.9), ("0312345678", 0.5), "0642119499"),
    ],
)
def test_the_surer_hearing_counts_but_not_for_what_was_denied(
    near: tuple[str, float], general: tuple[str, float], number: str
) -> None:
    expected = Expected(Ask.NUMBER, numbers=("0641194992",), denied=("0641194992",))
    hearing = Hearing((said_number("renumber", *near), said_number("number", *general)))
    found = understand(hearing, expected, NOW, vocabulary(SMILE)).slots.number
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("はい50612です", None),
        ("はい0671です", Answer.YES),
        ("はい、そうです", Answer.YES),
        ("はい、08082210671です", Answer.YES),
    ],
)
def test_a_yes_with_digits_that_were_not_read_back_is_none(words: str, answer: Answer | None) -> None:
    expected = Expected(Ask.CONFIRM_NUMBER, number="080-8221-0671")
    assert understand(Hearing.of(words), expected, NOW, vocabulary(SMILE)).answer is answer


def test_a_number_denied_twice_is_asked_for_by_buttons() -> None:
    playing = after(OPENING, "はい", "06-4119-4992です", "いえ、06-4119-4993です", "いえ、06-4118-4992です")
    assert "ボタン" in playing.lines[-1]
    assert playing.state.expected is not None
    assert {"0641194992", "0641194993"} <= {*playing.state.expected.numbers}
    assert {"0641194992", "0641194993"} <= {*playing.state.expected.denied}
    for digit in "0642119499#":
        playing.feed(Digit(playing.state.at + 0.3, digit))
    playing.hear("はい")
    number = playing.state.facts.number
    assert number is not None
    assert (number.value, number.status) == ("0642119499", Status.CONFIRMED)


@pytest.mark.parametrize(
    "denials",
    [tuple(f"いえ、06-4119-499{last}です" for last in range(9)), ("いえ、違います", "06-4119-4991です") * 5],
)
def test_nobody_is_read_back_a_number_for_ever(denials: tuple[str, ...]) -> None:
    playing = after(OPENING, "はい", "06-4119-4999です", *denials)
    read = [line for line in playing.lines if line.startswith("受付>") and "復唱" in line]
    assert max(Counter(line.removeprefix("受付> 失礼いたしました。") for line in read).values()) <= 2
    assert len(read) <= 5
    number = playing.state.facts.number
    assert number is None or number.status is Status.HEARD


def test_a_number_read_back_twice_in_vain_is_asked_for_by_buttons_be_it_the_same() -> None:
    state = after(OPENING, "はい", "0422-24-1655です").state
    assert in_another_way(SMILE, state) is None
    move = in_another_way(SMILE, replace(state, asked=(*state.asked, "confirm:0422241655")))
    assert move is not None
    assert move[0].facts.number is None
    assert any("ボタン" in action.text for action in move[1] if isinstance(action, Say))


def test_a_number_told_again_after_a_no_is_meant() -> None:
    playing = after(OPENING, "はい", "0422-24-1655です", "いえ、違います", "0422-24-1655です")
    assert "0422-24-1655でよろしければ" in playing.lines[-1]
    playing.hear("はい")
    number = playing.state.facts.number
    assert number is not None
    assert (number.value, number.status) == ("0422241655", Status.CONFIRMED)


@pytest.mark.parametrize(
    ("recorded", "value", "others"),
    [
        ("090-9821-2487", "09098212487", ("09098212488",)),
        ("ゼロ九ゼロ987124882", "09098212488", ("090987124882",)),
    ],
)
def test_a_recorded_number_has_what_was_read_back_beside_it(recorded: str, value: str, others: tuple[str, ...]) -> None:
    playing = after(OPENING, "はい", "090-9821-2488です", "いえ、違います")
    playing.state, _ = record(SMILE, playing.state)
    playing.hear(f"{recorded}のリモン見積もりの件でお電話しました")
    number = playing.state.facts.number
    assert number is not None
    assert (number.value, number.status, number.alternatives) == (value, Status.HEARD, others)


def test_the_sound_of_buttons_is_no_answer() -> None:
    number = "0422-24-1655です"
    playing = after(OPENING, "はい", number, "いえ、違います", number, "いえ、違います", number)
    assert "ボタン" in playing.lines[-1]
    for digit in "042224":
        playing.feed(Digit(playing.state.at + 0.3, digit))
    before = playing.lines[:]
    playing.hear("ざあ")
    assert playing.lines == [*before, "客> ざあ"]
    for digit in "1655#":
        playing.feed(Digit(playing.state.at + 0.3, digit))
    found = playing.state.facts.number
    assert found is not None
    assert (found.value, found.status) == ("0422241655", Status.CONFIRMED)


@pytest.mark.parametrize(("confidence", "answer"), [(0.23, None), (0.5, Answer.NO)])
def test_noise_is_neither_yes_nor_no(confidence: float, answer: Answer | None) -> None:
    words = (Word("いや", "イヤ", "answer", confidence),)
    hearing = Hearing((Reading("いや", "イヤ", "number", confidence, words),))
    expected = Expected(Ask.CONFIRM_NUMBER, number="0422241655")
    assert understand(hearing, expected, NOW, vocabulary(SMILE)).answer is answer
