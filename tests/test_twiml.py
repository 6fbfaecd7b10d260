"""Twilio's webhooks: what they post and how it is signed, and what we answer."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

import pytest

from voice.lines.carrier import Request, Ringing
from voice.lines.streams import Facts
from voice.lines.twilio import Twilio, is_signed, signature

CALL = "CAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"


def read_xml(text: str) -> ET.Element:
    root = ET.fromstring(text)
    assert root.tag == "Response"
    return root


def test_the_webhooks_answer_connects_both_ways_and_escapes() -> None:
    facts = Facts("+81312345678", '"<&', forwarded_why="busy")
    stream = read_xml(Twilio().markup.connect("wss://phone.example.jp/twilio/media", facts)).find("./Connect/Stream")
    assert stream is not None
    assert stream.attrib == {"url": "wss://phone.example.jp/twilio/media"}
    assert [parameter.attrib for parameter in stream] == [
        {"name": "to", "value": "+81312345678"},
        {"name": "from", "value": '"<&'},
        {"name": "why", "value": "busy"},
    ]


def test_somebody_is_rung_and_both_ends_of_it_are_told() -> None:
    ringing = Ringing("+81398765432", 20, "+81312345678", "https://p.jp/answered?a&b", "https://p.jp/ended")
    dial = read_xml(Twilio().markup.dial(ringing)).find("./Dial")
    assert dial is not None
    assert dial.attrib == {
        "timeout": "20",
        "action": "https://p.jp/ended",
        "method": "POST",
        "callerId": "+81312345678",
    }
    (number,) = dial
    assert (number.tag, number.text) == ("Number", "+81398765432")
    assert number.attrib == {"statusCallback": "https://p.jp/answered?a&b", "statusCallbackEvent": "answered"}
    (sip,) = read_xml(Twilio().markup.dial(Ringing("sip:101@pbx.example.jp", 20, "", "https://a", "https://e")))[0]
    assert (sip.tag, sip.text) == ("Sip", "sip:101@pbx.example.jp")


def test_calls_are_refused_and_ended() -> None:
    assert [(verb.tag, verb.attrib) for verb in read_xml(Twilio().markup.busy())] == [("Reject", {"reason": "busy"})]
    assert [verb.tag for verb in read_xml(Twilio().markup.end())] == ["Hangup"]


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ({"DialCallStatus": "completed", "CallStatus": "completed"}, "answered"),
        ({"DialCallStatus": "answered"}, "answered"),
        ({"DialCallStatus": "no-answer", "CallStatus": "in-progress"}, "no_answer"),
        ({"DialCallStatus": "busy", "CallStatus": "in-progress"}, "busy"),
        ({"DialCallStatus": "failed", "CallStatus": "in-progress"}, "failed"),
        ({"DialCallStatus": "canceled", "CallStatus": "completed"}, "gone"),
        ({}, "failed"),
    ],
)
def test_what_became_of_the_ringing(form: dict[str, str], found: str) -> None:
    assert Twilio().markup.dialled(form) == found


def test_the_webhooks_form_says_who_calls_whom_and_why_it_was_passed_on() -> None:
    form = {"To": "+81312345678", "From": "+819012345678", "CallSid": CALL, "StirVerstat": "TN-Validation-Passed-A"}
    assert Twilio().markup.facts(form) == Facts("+81312345678", "+819012345678", call_id=CALL)
    assert Twilio().markup.facts({**form, "ForwardedFrom": "+81120444555"}).forwarded_from == "+81120444555"
    passed_on = Twilio().markup.facts({**form, "SipHeader_Diversion": "<sip:+81120444555@carrier.jp>;reason=user-busy"})
    assert (passed_on.forwarded_from, passed_on.forwarded_why) == ("0120444555", "busy")


DOCUMENTED = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
"""The worked example in Twilio's page on the security of its requests."""


def test_the_signature_of_twilios_own_example() -> None:
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, DOCUMENTED.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert is_signed("12345", url, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", reversed(DOCUMENTED.items()))


@pytest.mark.parametrize("given", ["", "RSOYDt4T1cUTdK1PDd93/VVr8B9=", "署名", "\udcff"])
def test_any_other_signature_is_refused(given: str) -> None:
    assert not is_signed("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", given, DOCUMENTED.items())


def test_every_part_of_a_request_is_signed() -> None:
    good = signature("12345", "wss://phone.example.jp/twilio/media")
    assert is_signed("12345", "wss://phone.example.jp/twilio/media", good)
    assert not is_signed("12345", "https://phone.example.jp/twilio/media", good)
    assert not is_signed("12346", "wss://phone.example.jp/twilio/media", good)
    assert not is_signed("12345", "wss://phone.example.jp/twilio/media", good, [("To", "1")])


def asked(url: str, form: Iterable[tuple[str, str]] = (), **headers: str) -> Request:
    return Request(url, tuple(form), {"x-twilio-signature": headers.get("signature", "")})


def test_a_socket_may_be_signed_with_a_slash_and_a_request_with_its_port() -> None:
    carrier = Twilio("secret")
    for url in ("wss://p.example.jp/twilio/media", "wss://p.example.jp/twilio/media/"):
        good = signature("secret", url)
        assert carrier.is_genuine(asked("wss://p.example.jp/twilio/media", signature=good))
    for url in ("https://p.example.jp/twilio/voice", "https://p.example.jp:443/twilio/voice"):
        good = signature("secret", url, [("To", "1")])
        assert carrier.is_genuine(asked("https://p.example.jp/twilio/voice", [("To", "1")], signature=good))
    other = signature("secret", "https://p.example.jp:444/twilio/voice", [("To", "1")])
    assert not carrier.is_genuine(asked("https://p.example.jp/twilio/voice", [("To", "1")], signature=other))
    assert not carrier.is_genuine(asked("https://p.example.jp/twilio/voice", [("To", "1")]))
