"""Media Streams on literal messages, as Twilio's documentation gives them."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.lines import Audio, Closed, Key, LineError, Marked, Ring
from voice.lines.objects import MAX_MESSAGE_CHARS
from voice.lines.streams import Dtmf, Facts, Mark, Media, Other, Start, Stop, StreamWire
from voice.lines.twilio import MediaStreams

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


def test_a_company_may_be_called_by_its_key() -> None:
    ring = fresh().read(START.replace("+81312345678", "smile-seiko"))
    assert isinstance(ring, Ring)
    assert ring.called == "smile-seiko"


def test_a_stream_without_parameters_calls_nobody_in_particular() -> None:
    ring = fresh().read(START.replace(',"customParameters":{"to":"+81312345678","from":"+819012345678"}', ""))
    assert isinstance(ring, Ring)
    assert (ring.called, ring.caller) == ("", "")


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
