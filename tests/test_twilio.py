"""Media Streams on literal messages, as Twilio's documentation gives them."""

from __future__ import annotations

import contextlib
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.lines import Audio, Closed, Key, LineError, Marked, Ring
from voice.lines.carrier import Request, Ringing
from voice.lines.numbers import dialled, international, is_extension, is_withheld
from voice.lines.objects import MAX_MESSAGE_CHARS
from voice.lines.streams import Dtmf, Facts, Mark, Media, Other, Start, Stop, StreamWire
from voice.lines.twilio import MediaStreams, Twilio, is_signed, signature

STREAM = "MZXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
CALL = "CAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
CONNECTED = '{"event":"connected","protocol":"Call","version":"1.0.0"}'
START = (
    '{"event":"start","sequenceNumber":"1","start":{"accountSid":"ACXX","streamSid":"' + STREAM + '","callSid":"'
    + CALL
    + '","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},'
    '"customParameters":{"to":"+81312345678","from":"+819012345678"}},"streamSid":"' + STREAM + '"}'
)  # fmt: skip
MEDIA = (
    '{"event":"media","sequenceNumber":"3","media":{"track":"inbound","chunk":"1","timestamp":"5",'
    '"payload":"/38AgP8="},"streamSid":"' + STREAM + '"}'
)  # the bytes ff 7f 00 80 ff
DTMF = '{"event":"dtmf","streamSid":"' + STREAM + '","sequenceNumber":"5","dtmf":{"track":"inbound_track","digit":"1"}}'
MARK = '{"event":"mark","sequenceNumber":"4","streamSid":"' + STREAM + '","mark":{"name":"my label"}}'
STOP = (
    '{"event":"stop","sequenceNumber":"5","streamSid":"' + STREAM + '","stop":{"accountSid":"ACXX","callSid":"CAXX"}}'
)


parse = MediaStreams().parse


class Clock:
    """Seconds as the test says."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def fresh() -> StreamWire:
    return StreamWire(MediaStreams(), Clock())


def started() -> StreamWire:
    wire = fresh()
    assert wire.read(CONNECTED) is None
    assert isinstance(wire.read(START), Ring)
    return wire


def test_every_message_of_the_documentation() -> None:
    assert parse(CONNECTED) == Other("connected")
    assert parse(START) == Start(STREAM, CALL, "PCMU", Facts("+81312345678", "+819012345678", call_id=CALL))
    assert parse(MEDIA) == Media(STREAM, b"\xff\x7f\x00\x80\xff", at_ms=5)
    assert parse(DTMF) == Dtmf(STREAM, "1")
    assert parse(MARK) == Mark(STREAM, "my label")
    assert parse(STOP) == Stop(STREAM)


def test_what_is_none_of_our_business_is_passed_over() -> None:
    assert parse('{"event":"somethingNew","streamSid":7}') == Other("somethingNew")
    assert parse(MEDIA.replace('"inbound"', '"outbound"')) == Other("media")


def test_a_call_is_told_as_the_line_protocol_wants() -> None:
    wire = fresh()
    assert wire.read(CONNECTED) is None
    assert wire.read(START) == Ring(
        called="0312345678", caller="09012345678", line="twilio", line_call_id=CALL, rate_hz=8000, codec="PCMU"
    )
    # mu-law ff and 7f are zero, 00 and 80 the loudest
    assert wire.read(MEDIA) == Audio(b"\x00\x00\x00\x00\x84\x82\x7c\x7d\x00\x00")
    assert wire.read(DTMF) == Key("1")
    assert wire.read(MARK) == Marked("my label")
    assert wire.read(STOP) == Closed("caller")


def test_the_stream_may_start_without_connected() -> None:
    assert isinstance(fresh().read(START), Ring)


def test_silent_things_are_not_told() -> None:
    wire = started()
    assert wire.read(MEDIA.replace("/38AgP8=", "")) is None
    assert wire.read(DTMF.replace('"digit":"1"', '"digit":"A"')) is None


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("", "not JSON"),
        ("hello", "not JSON"),
        ("[" * 60_000, "not JSON"),
        ('{"event":"media","chunk":' + "9" * 10_000 + "}", "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "message.event is missing"),
        ('{"event":1}', "message.event is not a string"),
        ('{"event":"start","streamSid":"MZ1"}', "start is missing"),
        (START.replace("audio/x-mulaw", "audio/l16"), "start.mediaFormat.encoding is 'audio/l16'"),
        (START.replace("8000", "16000"), "start.mediaFormat.sampleRate is 16000"),
        (START.replace('"channels":1', '"channels":2'), "start.mediaFormat.channels is 2"),
        (START.replace('"callSid"', '"callsid"'), "start.callSid is missing"),
        (START.replace(CALL, "../etc"), "start.callSid is '../etc'"),
        (START.replace('{"to":"+81312345678","from":"+819012345678"}', "[1]"), "customParameters"),
        ('{"event":"media","streamSid":"MZ1"}', "media is missing"),
        ('{"event":"media","streamSid":"MZ1","media":"AAAA"}', "media is 'AAAA', not an object"),
        ('{"event":"media","streamSid":"MZ1","media":{}}', "media.payload is missing"),
        ('{"event":"media","streamSid":"MZ1","media":{"payload":"AAA"}}', "media.payload is not base64"),
        ('{"event":"media","streamSid":"MZ1","media":{"payload":"あ"}}', "media.payload is not base64"),
        ('{"event":"media","media":{"payload":"AAAA"}}', "media.streamSid is missing"),
        ('{"event":"mark","streamSid":"MZ1"}', "mark is missing"),
        ('{"event":"dtmf","streamSid":"MZ1","dtmf":{}}', "dtmf.digit is missing"),
        ('{"event":"stop"}', "stop.streamSid is missing"),
        (" " * (MAX_MESSAGE_CHARS + 1), "at most 65536"),
    ],
)
def test_a_bad_message_is_named(message: str, why: str) -> None:
    with pytest.raises(LineError) as caught:
        parse(message)
    assert why in str(caught.value)
    assert len(str(caught.value)) < 200


def test_messages_out_of_order_are_named() -> None:
    with pytest.raises(LineError, match="media before start"):
        fresh().read(MEDIA)
    with pytest.raises(LineError, match="stop before start"):
        fresh().read(STOP)
    with pytest.raises(LineError, match="second start"):
        started().read(START)
    with pytest.raises(LineError, match="stream MZOTHER on stream MZXX"):
        started().read(MEDIA.replace(STREAM, "MZOTHER"))
    with pytest.raises(LineError, match="binary"):
        started().read(b"\xff" * 160)


@given(st.text() | st.recursive(st.none() | st.text() | st.floats(), lambda inner: st.dictionaries(
    st.sampled_from(["event", "media", "start", "mark", "dtmf", "streamSid", "payload", "mediaFormat", "name"]),
    inner | st.sampled_from(["media", "start", "mark", "dtmf", "stop", STREAM, "AAAA"]),
)).map(json.dumps))  # fmt: skip
def test_whatever_comes_is_a_message_or_a_line_error(message: str) -> None:
    with contextlib.suppress(LineError):
        parse(message)


def test_what_we_send() -> None:
    wire = started()
    assert json.loads(wire.play(b"\x00\x00\x84\x82\x7c\x7d")) == {
        "event": "media",
        "streamSid": STREAM,
        "media": {"payload": "/wCA"},
    }
    assert json.loads(wire.mark("a7")) == {"event": "mark", "streamSid": STREAM, "mark": {"name": "a7"}}
    assert json.loads(wire.clear()) == {"event": "clear", "streamSid": STREAM}


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


def test_a_company_may_be_called_by_its_key() -> None:
    ring = fresh().read(START.replace("+81312345678", "smile-seiko"))
    assert isinstance(ring, Ring)
    assert ring.called == "smile-seiko"


def test_a_stream_without_parameters_calls_nobody_in_particular() -> None:
    ring = fresh().read(START.replace(',"customParameters":{"to":"+81312345678","from":"+819012345678"}', ""))
    assert isinstance(ring, Ring)
    assert (ring.called, ring.caller) == ("", "")


def read_xml(text: str) -> ET.Element:
    root = ET.fromstring(text)
    assert root.tag == "Response"
    return root


def test_the_webhooks_answer_connects_both_ways_and_escapes() -> None:
    facts = Facts("+81312345678", '"<&', forwarded_why="busy")
    stream = read_xml(Twilio().connect("wss://phone.example.jp/twilio/media", facts)).find("./Connect/Stream")
    assert stream is not None
    assert stream.attrib == {"url": "wss://phone.example.jp/twilio/media"}
    assert [parameter.attrib for parameter in stream] == [
        {"name": "to", "value": "+81312345678"},
        {"name": "from", "value": '"<&'},
        {"name": "why", "value": "busy"},
    ]


def test_somebody_is_rung_and_both_ends_of_it_are_told() -> None:
    ringing = Ringing("+81398765432", 20, "+81312345678", "https://p.jp/answered?a&b", "https://p.jp/ended")
    dial = read_xml(Twilio().dial(ringing)).find("./Dial")
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
    (sip,) = read_xml(Twilio().dial(Ringing("sip:101@pbx.example.jp", 20, "", "https://a", "https://e")))[0]
    assert (sip.tag, sip.text) == ("Sip", "sip:101@pbx.example.jp")


def test_calls_are_refused_and_ended() -> None:
    assert [(verb.tag, verb.attrib) for verb in read_xml(Twilio().busy())] == [("Reject", {"reason": "busy"})]
    assert [verb.tag for verb in read_xml(Twilio().end())] == ["Hangup"]


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
    assert Twilio().dialled(form) == found


def test_the_webhooks_form_says_who_calls_whom_and_why_it_was_passed_on() -> None:
    form = {"To": "+81312345678", "From": "+819012345678", "CallSid": CALL, "StirVerstat": "TN-Validation-Passed-A"}
    assert Twilio().facts(form) == Facts("+81312345678", "+819012345678", call_id=CALL)
    assert Twilio().facts({**form, "ForwardedFrom": "+81120444555"}).forwarded_from == "+81120444555"
    passed_on = Twilio().facts({**form, "SipHeader_Diversion": "<sip:+81120444555@carrier.jp>;reason=user-busy"})
    assert (passed_on.forwarded_from, passed_on.forwarded_why) == ("0120444555", "busy")


def test_a_call_that_was_passed_on_says_so_and_why() -> None:
    given = '"to":"+81312345678","forwarded":"+81120444555","why":"no_answer"'
    ring = fresh().read(START.replace('"to":"+81312345678","from":"+819012345678"', given))
    assert isinstance(ring, Ring)
    assert (ring.forwarded_from, ring.forwarded_why, ring.withheld) == ("0120444555", "no_answer", False)


@pytest.mark.parametrize("number", ["Anonymous", "anonymous", "+266696687", "Restricted", "+7378742833", "anonymous@x"])
def test_a_number_that_is_kept_back_is_told_as_such(number: str) -> None:
    ring = fresh().read(START.replace("+819012345678", number))
    assert isinstance(ring, Ring)
    assert (ring.caller, ring.withheld) == ("", True)


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


def said(at_ms: int, frames: int = 1) -> str:
    payload = "/" * (216 * frames - 1) + "8="  # 160 bytes, ff each, and a little that ends the coding well
    return MEDIA.replace('"timestamp":"5"', f'"timestamp":"{at_ms}"').replace("/38AgP8=", payload)


def test_gaps_in_what_was_said_are_counted() -> None:
    clock = Clock()
    wire = StreamWire(MediaStreams(), clock)
    wire.read(START)
    assert wire.quality() is None
    for at_ms in (0, 20, 40, 100, 121, 141):
        clock.at = 1.0 + at_ms / 1000
        wire.read(said(at_ms))
    told = wire.quality()
    assert told is not None
    assert (told.packets, told.lost) == (8, 2)
    assert told.jitter_ms < 1.0
    assert 1.0 < told.mos < 4.4


def test_sound_that_comes_unevenly_has_jitter() -> None:
    clock = Clock()
    wire = StreamWire(MediaStreams(), clock)
    wire.read(START)
    for number in range(50):
        clock.at = number * 0.02 + (0.03 if number % 2 else 0.0)
        wire.read(said(number * 20))
    told = wire.quality()
    assert told is not None
    assert (told.packets, told.lost) == (50, 0)
    assert 10.0 < told.jitter_ms < 31.0


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
