"""Numbers as carriers write them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from voice.lines import Ring
from voice.lines.asterisk import FORMATS, facts_of
from voice.lines.jambonz import call_facts
from voice.lines.numbers import dialled, international, is_extension, is_withheld
from voice.lines.plivo import PlivoXml
from voice.lines.streams import Facts, ring
from voice.lines.twiml import Twiml


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("+81312345678", "0312345678"),
        ("+81 90-1234-5678", "09012345678"),
        ("0312345678", "0312345678"),
        ("+14158675310", "01014158675310"),
        ("+266696687", ""),
        ("+86282452253", ""),
        ("anonymous", ""),
        ("Restricted", ""),
        ("client:taro", ""),
        ("sip:0312345678@example.jp", ""),
        ("", ""),
        ("０３１２３４５６７８", ""),
    ],
)
def test_numbers_become_what_can_be_dialled_in_japan(number: str, digits: str) -> None:
    assert dialled(number) == digits


@pytest.mark.parametrize("number", ["", "Unavailable", "+86282452253", "unknown", "+8656696", "+819012345678"])
def test_a_number_that_is_not_known_is_not_kept_back(number: str) -> None:
    assert not is_withheld(number)


@pytest.mark.parametrize(
    ("digits", "number"),
    [
        ("0312345678", "+81312345678"),
        ("09012345678", "+819012345678"),
        ("0120444555", "+81120444555"),
        ("01014158675310", "+14158675310"),
        ("+14158675310", "+14158675310"),
        ("101", ""),
        ("110", ""),
        ("00", ""),
        ("operators", ""),
        ("", ""),
    ],
)
def test_numbers_go_out_in_the_worlds_notation(digits: str, number: str) -> None:
    assert international(digits) == number


def test_short_numbers_are_extensions() -> None:
    assert is_extension("101")
    assert is_extension("*55")
    assert not is_extension("0312345678")
    assert not is_extension("+81312345678")
    assert not is_extension("operators")


def carried(facts: Facts) -> Ring:
    return ring(facts, "x", "c1", "PCMU")


def over_jambonz(caller: str, why: str) -> Ring:
    sip = {"headers": {"Diversion": f"<sip:0120444555@carrier.jp>;reason={why}"}}
    return carried(call_facts({"from": caller, "to": "0312345678", "sip": sip}))


def over_asterisk(caller: str, why: str) -> Ring:
    reasons = {"no-answer": "no_answer", "user-busy": "user_busy", "unconditional": "unconditional"}
    told = {"from": caller, "to": "0312345678", "forwarded": "0120444555", "why": reasons[why]}
    return facts_of(told).ring("c1", FORMATS["ulaw"])


def over_twiml(caller: str, why: str) -> Ring:
    diversion = f"<sip:0120444555@carrier.jp>;reason={why}"
    return carried(Twiml().facts({"From": caller, "To": "+81312345678", "SipHeader_Diversion": diversion}))


def over_plivo(caller: str, why: str) -> Ring:
    diversion = f"<sip:0120444555@carrier.jp>;reason={why}"
    return carried(PlivoXml().facts({"From": caller, "To": "81312345678", "SIP-H-Diversion": diversion}))


@pytest.mark.parametrize("over", [over_twiml, over_plivo, over_jambonz, over_asterisk])
@pytest.mark.parametrize(
    ("caller", "digits", "withheld"),
    [
        ("+819012345678", "09012345678", False),
        ("+14158675310", "01014158675310", False),
        ("anonymous", "", True),
        ("Restricted", "", True),
        ("+266696687", "", True),
        ("Unavailable", "", False),
        ("+86282452253", "", False),
        ("", "", False),
    ],
)
@pytest.mark.parametrize(
    ("why", "means"), [("no-answer", "no_answer"), ("user-busy", "busy"), ("unconditional", "always")]
)
def test_every_dialect_tells_who_calls_and_why_it_was_passed_on(
    over: Callable[[str, str], Ring], caller: str, digits: str, withheld: bool, why: str, means: str
) -> None:
    told = over(caller, why)
    assert (told.called, told.caller, told.withheld) == ("0312345678", digits, withheld)
    assert (told.forwarded_from, told.forwarded_why) == ("0120444555", means)
