"""Media Streams on literal messages, as Twilio's documentation gives them."""

from __future__ import annotations

import contextlib
import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.lines import Audio, Closed, Key, LineError, Marked, Ring
from voice.lines.twilio import (
    MAX_MESSAGE_CHARS,
    Connected,
    Dtmf,
    Mark,
    Media,
    Other,
    Start,
    Stop,
    TwilioWire,
    dialled,
    is_signed,
    parse,
    signature,
    twiml,
)

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


def started() -> TwilioWire:
    wire = TwilioWire()
    assert wire.read(CONNECTED) is None
    assert isinstance(wire.read(START), Ring)
    return wire


def test_every_message_of_the_documentation() -> None:
    assert parse(CONNECTED) == Connected()
    assert parse(START) == Start(STREAM, CALL, {"to": "+81312345678", "from": "+819012345678"})
    assert parse(MEDIA) == Media(STREAM, b"\xff\x7f\x00\x80\xff")
    assert parse(DTMF) == Dtmf(STREAM, "1")
    assert parse(MARK) == Mark(STREAM, "my label")
    assert parse(STOP) == Stop(STREAM)


def test_what_is_none_of_our_business_is_passed_over() -> None:
    assert parse('{"event":"somethingNew","streamSid":7}') == Other("somethingNew")
    assert parse(MEDIA.replace('"inbound"', '"outbound"')) == Other("media")


def test_a_call_is_told_as_the_line_protocol_wants() -> None:
    wire = TwilioWire()
    assert wire.read(CONNECTED) is None
    assert wire.read(START) == Ring(
        called="0312345678", caller="09012345678", line="twilio", line_call_id=CALL, rate_hz=8000
    )
    # mu-law ff and 7f are zero, 00 and 80 the loudest
    assert wire.read(MEDIA) == Audio(b"\x00\x00\x00\x00\x84\x82\x7c\x7d\x00\x00")
    assert wire.read(DTMF) == Key("1")
    assert wire.read(MARK) == Marked("my label")
    assert wire.read(STOP) == Closed("caller")


def test_the_stream_may_start_without_connected() -> None:
    assert isinstance(TwilioWire().read(START), Ring)


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
        TwilioWire().read(MEDIA)
    with pytest.raises(LineError, match="stop before start"):
        TwilioWire().read(STOP)
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
    ring = TwilioWire().read(START.replace("+81312345678", "smile-seiko"))
    assert isinstance(ring, Ring)
    assert ring.called == "smile-seiko"


def test_a_stream_without_parameters_calls_nobody_in_particular() -> None:
    ring = TwilioWire().read(START.replace(',"customParameters":{"to":"+81312345678","from":"+819012345678"}', ""))
    assert isinstance(ring, Ring)
    assert (ring.called, ring.caller) == ("", "")


def test_the_webhooks_answer_connects_both_ways_and_escapes() -> None:
    root = ET.fromstring(twiml("wss://phone.example.jp/twilio/media", {"to": "+81312345678", "from": '"<&'}))
    stream = root.find("./Connect/Stream")
    assert root.tag == "Response"
    assert stream is not None
    assert stream.attrib == {"url": "wss://phone.example.jp/twilio/media"}
    assert [parameter.attrib for parameter in stream] == [
        {"name": "to", "value": "+81312345678"},
        {"name": "from", "value": '"<&'},
    ]


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
