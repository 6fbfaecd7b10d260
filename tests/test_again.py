"""What was heard of a name or company before is what is listened for when it is said again; what was denied is not."""

from __future__ import annotations

import pytest

from nlu.expected import Ask, Expected
from nlu.grammars.again import again, sounds_like, spelt
from nlu.grammars.asked import grammars_for
from nlu.grammars.networks import network
from nlu.kana import canonical
from nlu.vocabulary import Vocabulary
from tests.readings import readings, value

READ_BACK = Expected(Ask.CONFIRM_CALLER, name="カトウ", company="チョンブンシャ")


@pytest.mark.parametrize(
    ("said", "name", "company"),
    [
        ("イエサトーデス", "サトー", ""),
        ("チガイマスサトーデス", "サトー", ""),
        ("イエショウブンシャデス", "", "ショーブンシャ"),
        ("イエショウブンシャノカトウデス", "カトー", "ショーブンシャ"),
        ("イエチョンブンシャノサトーデス", "サトー", "チョンブンシャ"),
        ("ハイチョンブンシャノカトウデス", "カトー", "チョンブンシャ"),
    ],
)
def test_a_correction_is_heard_with_what_was_read_back(said: str, name: str, company: str) -> None:
    net = again(READ_BACK)
    assert readings(net, said), "not accepted"
    assert canonical(value(net, said, "company")) == company
    assert canonical(value(net, said, "surname")) == name


def test_what_was_read_back_is_not_what_a_no_is_followed_by() -> None:
    net = again(Expected(Ask.CONFIRM_CALLER, name="イトウ"))
    assert not any(("イトウ", "surname") in way for way in readings(net, "イエイトーデス"))
    assert value(net, "ハイイトーデス", "surname") == "イトー"


def test_what_was_denied_before_is_dearer_than_its_neighbours() -> None:
    asked = Expected(Ask.NAME, heard=("イトウ", "イドウ"), denied=("イトウ",))
    costs = {arc.text: arc.cost for arc in again(asked).arcs if arc.label == "surname" and len(arc.text) > 2}
    assert costs["イトウ"] > costs["エトウ"]


def test_a_company_in_no_list_is_the_morae_heard_with_some_of_them_changed() -> None:
    net = network("test", sounds_like("ホシドラヨーチエン", "company"))
    for said in ("ホシドラヨオチエン", "ホシゾラヨオチエン", "ホシゾラヨオチエイン", "ホシゾラヨオエン"):
        assert readings(net, said), said


@pytest.mark.parametrize(
    ("heard", "said", "company"),
    [
        ("チュウオセイコ", "チュウオオセーコー", "チュウオオ精工"),
        ("コンワションカイ", "コンワショーカイ", "コンワ商会"),
        ("コンワショウカイ", "コンワショーカイ", "コンワ商会"),
        ("コンワカトウ", "コンワカトウ", "コンワカトウ"),
    ],
)
def test_the_end_of_a_company_may_be_a_word_of_trade(heard: str, said: str, company: str) -> None:
    assert value(network("test", sounds_like(heard, "company")), said, "company") == company


def test_of_a_name_no_end_is_a_word_of_trade() -> None:
    assert not readings(network("test", sounds_like("コンワションカイ", "surname")), "コンワショーカイ")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("サトウ", "サトウ"),
        ("サクラノサトーキョーノトウエノノウデス", "サトウ"),
        ("カニテンテントーダ", "not accepted"),
        ("ショーシンブンノシタニテンテン", "not accepted"),
    ],
)
def test_a_name_spelt_is_one_of_those_that_it_may_have_been(said: str, name: str) -> None:
    assert value(spelt(Expected(Ask.KANA, heard=("カトウ",), denied=("カトウ",))), said, "kana") == name


@pytest.mark.parametrize(
    ("expected", "kinds"),
    [
        (READ_BACK, ["again", "who"]),
        (Expected(Ask.NAME), ["who"]),
        (Expected(Ask.NAME, heard=("カトウ",)), ["again", "who"]),
        (Expected(Ask.COMPANY, companies=("チョンブンシャ",)), ["again", "who"]),
        (Expected(Ask.KANA), ["spelt", "kana"]),
        (Expected(Ask.KANA, heard=("カトウ",)), ["spelt", "spelt", "kana"]),
    ],
)
def test_what_was_heard_before_chooses_the_grammars(expected: Expected, kinds: list[str]) -> None:
    assert [net.name.split("-")[0] for net in grammars_for(expected, Vocabulary())] == kinds


def test_the_same_is_made_of_the_same() -> None:
    assert again(READ_BACK).name == again(READ_BACK).name
