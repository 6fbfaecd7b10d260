"""Who pauses within a number or a spelt name and goes on over our next words is heard as one who did not pause."""

from __future__ import annotations

import pytest

from bot.golden import Playing
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.understand import understand
from nlu.vocabulary import Vocabulary
from tests.test_understand import NOW
from tests.test_who import after

OPENING = "青葉商事のサトウと申します。営業部の栗本さんに伝言をお願いします"
NUMBER_ASKED = (OPENING, "はい", "見積書の件です")
SPELLING_ASKED = (OPENING, "いえ、サドウです", "いえ、サノです")


def told(before: tuple[str, ...], *pieces: str) -> Playing:
    """A call in which the answer comes in pieces, each over the first of our words to the one before."""
    playing = after(*before)
    for number, piece in enumerate(pieces):
        if number:
            playing.interrupt(3)
        playing.hear(piece)
    return playing


@pytest.mark.parametrize(
    ("pieces", "number"),
    [
        (("090の1111の", "2222です"), "09011112222"),
        (("090の1111の222", "2です"), "09011112222"),
        (("03", "1234の5678です"), "0312345678"),
        (("03の", "1234の", "5678です"), "0312345678"),
        (("03の1234の", "いえ、1235の5678です"), "0312355678"),
    ],
)
def test_a_number_said_in_pieces_is_one_number(pieces: tuple[str, ...], number: str) -> None:
    playing = told(NUMBER_ASKED, *pieces)
    assert playing.state.facts.number is not None
    assert playing.state.facts.number.value == number
    assert playing.state.expected is not None
    assert playing.state.expected.ask is Ask.CONFIRM_NUMBER


def test_a_spelt_name_said_in_pieces_is_one_name() -> None:
    name = told(SPELLING_ASKED, "サ、ワ", "ム、ラ、です").state.facts.caller_name
    assert name is not None
    assert name.value == "サワムラ"


def test_ten_digits_of_a_mobile_telephone_want_one_more() -> None:
    playing = after(*NUMBER_ASKED, "090の1111の222です")
    assert "続けて" in playing.lines[-1]
    playing.hear("2です")
    assert playing.state.facts.number is not None
    assert playing.state.facts.number.value == "09011112222"


def test_once_our_question_was_heard_an_answer_begins_anew() -> None:
    playing = after(*NUMBER_ASKED, "03の1234です")
    assert playing.state.expected is not None
    assert playing.state.expected.begun == ""
    playing.hear("03の1234の5678です")
    assert playing.state.facts.number is not None
    assert playing.state.facts.number.value == "0312345678"


def test_other_answers_are_not_put_together() -> None:
    playing = told((OPENING,), "いえ、違います", "はい、そうです")
    assert playing.state.expected is not None
    assert playing.state.expected.begun == ""


def test_the_rest_of_an_answer_is_read_with_its_beginning() -> None:
    found = understand(Hearing.of("5678です"), Expected(Ask.NUMBER, begun="03の1234"), NOW, Vocabulary()).slots.number
    assert found is not None
    assert found.value == "0312345678"
