"""What the headers of an INVITE say of a call: literal headers in the forms of the RFCs and of Japan's networks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.lines.sip.headers import Facts, facts, number, read_message

OURS = "sip:0312345678@192.0.2.5:5060"


def invite(
    *headers: str, uri: str = OURS, to: str = f"<{OURS}>", caller: str = "<sip:0987654321@ntt.example>"
) -> Facts:
    lines = [f"INVITE {uri} SIP/2.0", f"From: {caller};tag=1928301774", f"To: {to}", "Call-ID: a84b4c76e66710"]
    return facts(read_message("\r\n".join([*lines, *headers, "Contact: <sip:x@192.0.2.9>", "", "v=0\r\n"])))


def test_a_plain_call() -> None:
    assert invite() == Facts(called=("0312345678",), caller="0987654321", call_id="a84b4c76e66710")


@pytest.mark.parametrize(
    ("uri", "digits"),
    [
        ("sip:+81312345678@ims.example;user=phone", "0312345678"),
        ("sip:81312345678@trunk.example", "0312345678"),
        ("tel:+81-3-1234-5678", "0312345678"),
        ("tel:0312345678;phone-context=+81", "0312345678"),
        ("tel:312345678;phone-context=+81", "0312345678"),
        ("sips:0312345678:secret@host", "0312345678"),
        ("sip:%2B81312345678@host", "0312345678"),
        ("sip:0312345678;npdi;rn=0398@host", "0312345678"),
        ("sip:+14155550123@host", "01014155550123"),
        ("sip:09012345678@host", "09012345678"),
        ("sip:819012345678@host", "09012345678"),
        ("sip:200@pbx", "200"),
        ("sip:0120444555@host", "0120444555"),
        ("sip:anonymous@anonymous.invalid", ""),
        ("sip:192.0.2.5", ""),
        ("sip:smile@192.0.2.5", ""),
        ("sip:１２３@host", ""),
        ("mailto:0312345678@host", ""),
        ("", ""),
    ],
)
def test_numbers(uri: str, digits: str) -> None:
    assert number(uri) == digits


def test_the_networks_word_goes_before_what_the_caller_wrote() -> None:
    assert invite("P-Asserted-Identity: <tel:+81678901234>").caller == "0678901234"
    assert invite('P-Asserted-Identity: "Egawa, K" <sip:+81678901234@ims.example>, <tel:+81678901234>').caller == (
        "0678901234"
    )
    assert invite("P-Asserted-Identity: <sip:unknown@host>", "P-Asserted-Identity: <tel:0611112222>").caller == (
        "0611112222"
    )
    assert invite("Remote-Party-ID: <sip:0611112222@host>;party=calling;screen=yes;privacy=off").caller == "0611112222"
    assert invite("Remote-Party-ID: <sip:0611112222@host>;party=called").caller == "0987654321"


@pytest.mark.parametrize(
    "headers",
    [
        ("Privacy: id", "P-Asserted-Identity: <sip:+81678901234@ims.example>"),
        ("Privacy: user;id;critical", "P-Asserted-Identity: <tel:+81678901234>"),
        ("Remote-Party-ID: <sip:0611112222@host>;party=calling;privacy=full",),
    ],
)
def test_a_number_that_is_kept_back_is_not_told(headers: tuple[str, ...]) -> None:
    told = invite(*headers)
    assert (told.caller, told.withheld) == ("", True)


@pytest.mark.parametrize(
    ("caller", "withheld"),
    [
        ('"Anonymous" <sip:anonymous@anonymous.invalid>', True),
        ("sip:anonymous@anonymous.invalid", False),
        ('"Unavailable" <sip:anonymous@anonymous.invalid>', False),
        ('"Coin line/payphone" <sip:anonymous@anonymous.invalid>', False),
        ('"Interaction with other service" <sip:anonymous@anonymous.invalid>', False),
    ],
)
def test_why_a_number_is_missing(caller: str, withheld: bool) -> None:
    told = invite(caller=caller)
    assert (told.caller, told.withheld) == ("", withheld)


def test_privacy_none_hides_nothing() -> None:
    assert invite("Privacy: none").caller == "0987654321"


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("no-answer", "no_answer"),
        ("user-busy", "busy"),
        ("unconditional", "always"),
        ("time-of-day", "always"),
        ("deflection", ""),
        ('"no-answer"', "no_answer"),
    ],
)
def test_why_it_was_passed_on(reason: str, why: str) -> None:
    told = invite(f"Diversion: <sip:+81355551234@pbx.example>;reason={reason};counter=1;privacy=off")
    assert (told.forwarded_from, told.forwarded_why) == ("0355551234", why)
    assert told.called == ("0312345678", "0355551234")


def test_of_several_the_last_who_passed_it_on_counts() -> None:
    told = invite(
        "Diversion: <tel:+81311112222>;reason=no-answer;counter=1, <tel:+81333334444>;reason=unconditional;counter=1"
    )
    assert (told.forwarded_from, told.forwarded_why) == ("0311112222", "no_answer")
    assert told.called == ("0312345678", "0311112222", "0333334444")
    lines = invite("Diversion: <tel:0311112222>;reason=user-busy", "Diversion: <tel:0333334444>;reason=no-answer")
    assert (lines.forwarded_from, lines.forwarded_why) == ("0311112222", "busy")


def test_history_with_its_cause_in_the_address_that_it_was_passed_on_to() -> None:
    told = invite(
        "History-Info: <sip:+81355551234@pbx.example>;index=1,",
        " <sip:0312345678@192.0.2.5;cause=408>;index=1.1",
    )
    assert (told.forwarded_from, told.forwarded_why) == ("0355551234", "no_answer")


def test_history_with_its_cause_as_a_reason() -> None:
    told = invite(
        "History-Info: <sip:+81355551234@pbx.example?Reason=SIP%3Bcause%3D486%3Btext%3D%22Busy%22>;index=1",
        "History-Info: <sip:0312345678@192.0.2.5>;index=1.1",
    )
    assert (told.forwarded_from, told.forwarded_why) == ("0355551234", "busy")


def test_a_history_without_a_cause_tells_nothing() -> None:
    told = invite("History-Info: <sip:+81355551234@pbx.example>;index=1, <sip:0312345678@192.0.2.5>;index=1.1")
    assert (told.forwarded_from, told.forwarded_why) == ("", "")


def test_a_diversion_goes_before_a_history() -> None:
    told = invite(
        "History-Info: <sip:0300000000@pbx>;index=1, <sip:0312345678@192.0.2.5;cause=302>;index=1.1",
        "Diversion: <sip:0355551234@pbx>;reason=no-answer",
    )
    assert (told.forwarded_from, told.forwarded_why) == ("0355551234", "no_answer")


def test_who_was_called() -> None:
    account = "sip:bot-7f@192.0.2.5:5060"
    assert invite(uri=account, to="<sip:0312345678@ntt.example>").called == ("bot-7f", "0312345678")
    assert invite("P-Called-Party-ID: <tel:+81399998888>", uri=account).called == ("0399998888", "bot-7f", "0312345678")
    assert invite(uri="sip:smile@192.0.2.5", to="sip:smile@192.0.2.5").called == ("smile",)


def test_compact_and_folded_headers() -> None:
    message = read_message(
        'INVITE sip:200@host SIP/2.0\nf: "A \\" B"\n <sip:0987654321@h>;tag=1\nt: <sip:200@host>\ni: 7@x\n\nv=0\n'
    )
    assert facts(message) == Facts(called=("200",), caller="0987654321", call_id="7@x")
    assert message.body == "v=0\n"


@given(
    st.text(st.sampled_from('INVITE sip:+81@<>;,"=\\?%\r\n\t: Diversion-History-Info:Privacy;cause=408'), max_size=300)
)
def test_no_text_breaks_it(text: str) -> None:
    facts(read_message(text))


NAMES = ("From", "To", "Diversion", "History-Info", "P-Asserted-Identity", "Privacy", "Remote-Party-ID")


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=60)), max_size=8), st.text(max_size=40))
def test_no_header_breaks_it(headers: list[tuple[str, str]], uri: str) -> None:
    told = facts(read_message("\r\n".join([f"INVITE {uri} SIP/2.0", *(f"{name}: {value}" for name, value in headers)])))
    for digits in (told.caller, told.forwarded_from):
        assert digits == "" or (digits.isascii() and digits.isdigit())
    assert not (told.withheld and told.caller)
