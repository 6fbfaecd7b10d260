"""The words that closed questions are answered in, and that open ones are left open."""

from __future__ import annotations

import pytest

from nlu.expected import Ask
from nlu.grammars.hints import NUMBERS, hints_for
from nlu.phone import find_number
from voice.engines.dictation import dictated, hinted, hints_of
from voice.engines.vocabulary import fitted


@pytest.mark.parametrize("ask", [Ask.OPENING, Ask.PURPOSE, Ask.OFFER, Ask.RECORD, Ask.CALLER])
def test_open_questions_are_left_open(ask: Ask) -> None:
    assert hints_for(ask) == ()


def test_a_number_can_be_said_in_the_hinted_words_and_is_understood() -> None:
    said = ["番号", "は", "ゼロ", "三", "の", "五", "六", "七", "八", "の", "一", "二", "三", "四", "です"]
    words = {word for phrase in NUMBERS for word in phrase.split()}
    assert set(said) <= words
    found = find_number("".join(said))
    assert found
    assert found.digits == "0356781234"


def test_hints_are_cut_into_the_words_of_a_list_and_others_are_told() -> None:
    found = fitted(NUMBERS, {"はい", "違い", "ます", "一", "二", "番号", "は"}.__contains__)
    assert {"はい", "違い ます", "一", "番号 は"} <= set(found.phrases)
    assert "ゼロ" in found.left_out


def test_hints_travel_in_the_place_of_free_dictation() -> None:
    grammar = hinted(hints_for(Ask.NUMBER))
    assert dictated(grammar)
    assert hints_of(grammar) == tuple(dict.fromkeys(NUMBERS))
    assert dictated(hinted(hints_for(Ask.OPENING)))
