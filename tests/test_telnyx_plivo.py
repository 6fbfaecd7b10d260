"""Telnyx's and Plivo's messages, literally as their documentation gives them."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.lines import Audio, Closed, Key, LineError, Marked, Ring
from voice.lines.carrier import Request, Ringing
from voice.lines.plivo import Plivo, PlivoStreams
from voice.lines.streams import Facts, StreamWire
from voice.lines.telnyx import Telnyx, TelnyxStreams

STREAM = "32DE0DEA-53CB-4B21-89A4-9E1819C043BC"
CALL = "v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ"
TELNYX_START = (
    '{"event":"start","sequence_number":"1","start":{"user_id":"3E6F995F-85F7-4705-9741-53B116D28237",'
    '"call_control_id":"' + CALL + '","from":"+819012345678","to":"+81312345678",'
    '"media_format":{"encoding":"PCMU","sample_rate":8000,"channels":1}},"stream_id":"' + STREAM + '"}'
)  # fmt: skip
TELNYX_MEDIA = (
    '{"event":"media","sequence_number":"4","media":{"track":"inbound","chunk":"CHUNK","timestamp":"5",'
    '"payload":"/38AgP8="},"stream_id":"' + STREAM + '"}'
)  # fmt: skip
HEARD = b"\x00\x00\x00\x00\x84\x82\x7c\x7d\x00\x00"
"""Mu-law ff 7f 00 80 ff."""


def now() -> float:
    return 0.0


def telnyx() -> StreamWire:
    return StreamWire(TelnyxStreams(), now)


def test_a_telnyx_call() -> None:
    wire = telnyx()
    assert wire.read('{"event":"connected","version":"1.0.0"}') is None
    assert wire.read(TELNYX_START) == Ring("0312345678", "09012345678", "telnyx", CALL, 8000, codec="PCMU")
    assert wire.read(TELNYX_MEDIA.replace("CHUNK", "2")) == Audio(HEARD)
    dtmf = '{"event":"dtmf","stream_id":"' + STREAM + '","occurred_at":"2026-11-22T08:00:00Z","sequence_number":"5",'
    assert wire.read(dtmf + '"dtmf":{"digit":"#"}}') == Key("#")
    mark = '{"event":"mark","sequence_number":"4","stream_id":"' + STREAM + '","mark":{"name":"my label"}}'
    assert wire.read(mark) == Marked("my label")
    error = '{"event":"error","stream_id":"' + STREAM + '","payload":{"code":100003,"title":"malformed_frame"}}'
    assert wire.read(error) is None
    stop = '{"event":"stop","sequence_number":"5","stop":{"user_id":"3E6F","call_control_id":"' + CALL + '"},'
    assert wire.read(stop + '"stream_id":"' + STREAM + '"}') == Closed("caller")


def test_what_telnyx_is_sent() -> None:
    wire = telnyx()
    wire.read(TELNYX_START)
    assert wire.play(b"\x00\x00\x84\x82\x7c\x7d") == '{"event":"media","media":{"payload":"/wCA"}}'
    assert wire.mark("a7") == '{"event":"mark","mark":{"name":"a7"}}'
    assert wire.clear() == '{"event":"clear"}'
    assert wire.forgotten() == (Marked("a7"),)
    assert wire.forgotten() == ()
    late = '{"event":"mark","sequence_number":"4","stream_id":"' + STREAM + '","mark":{"name":"a7"}}'
    assert wire.read(late) is None  # it was given back already


def test_either_law_is_spoken() -> None:
    wire = telnyx()
    ring = wire.read(TELNYX_START.replace("PCMU", "PCMA"))
    assert isinstance(ring, Ring)
    assert ring.codec == "PCMA"
    heard = wire.read(TELNYX_MEDIA.replace("CHUNK", "1").replace("/38AgP8=", "1dU="))
    assert heard == Audio(b"\x08\x00\x08\x00")  # A-law d5 is the smallest step up
    sent = json.loads(wire.play(b"\x08\x00"))
    assert base64.b64decode(sent["media"]["payload"]) == b"\xd5"


def test_what_comes_out_of_order_is_put_in_order() -> None:
    wire = telnyx()
    wire.read(TELNYX_START)

    def comes(chunk: int) -> int:
        """Samples that can be heard with it."""
        payload = base64.b64encode(bytes([0xFF, chunk])).decode()
        told = wire.read(TELNYX_MEDIA.replace("CHUNK", str(chunk)).replace("/38AgP8=", payload))
        return len(told.pcm) // 2 if isinstance(told, Audio) else 0

    assert [comes(chunk) for chunk in (1, 3, 2, 2)] == [2, 0, 4, 0]
    assert [comes(chunk) for chunk in (5, 6, 7, 8)] == [0, 0, 0, 8]  # 4 is given up
    assert comes(4) == 0
    told = wire.quality()
    assert told is not None
    assert (told.packets, told.lost) == (8, 0)


def test_a_lost_chunk_is_counted() -> None:
    wire = telnyx()
    wire.read(TELNYX_START)
    for chunk in (1, 2, 3, 5, 6, 7, 8, 9, 10):
        wire.read(TELNYX_MEDIA.replace("CHUNK", str(chunk)))
    told = wire.quality()
    assert told is not None
    assert (told.packets, told.lost) == (10, 1)


def test_whoever_does_not_count_is_heard_all_the_same() -> None:
    wire = telnyx()
    wire.read(TELNYX_START)
    heard = [wire.read(TELNYX_MEDIA.replace("CHUNK", "1")) for _ in range(60)]
    assert len([each for each in heard if isinstance(each, Audio)]) >= 30


PLIVO_START = (
    '{"sequenceNumber":0,"event":"start","start":{"callId":"bd2a1c9b-0b8c","streamId":"20170ada-f610",'
    '"accountId":"MA1","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000}},'
    '"extra_headers":"{}"}'
)  # fmt: skip
PLIVO_MEDIA = (
    '{"sequenceNumber":1,"streamId":"20170ada-f610","event":"media","media":{"track":"inbound",'
    '"timestamp":"1695281513984","chunk":1,"payload":"/38AgP8="},"extra_headers":"{}"}'
)  # fmt: skip


def plivo(facts: Facts | None = None) -> StreamWire:
    return StreamWire(PlivoStreams(), now, facts)


def test_a_plivo_call() -> None:
    wire = plivo(Facts("+81312345678", "anonymous", "+81120444555", "busy"))
    assert wire.read(PLIVO_START) == Ring(
        called="0312345678",
        caller="",
        line="plivo",
        line_call_id="bd2a1c9b-0b8c",
        rate_hz=8000,
        forwarded_from="0120444555",
        forwarded_why="busy",
        withheld=True,
        codec="PCMU",
    )
    assert wire.read(PLIVO_MEDIA) == Audio(HEARD)
    assert wire.read('{"event":"playedStream","name":"m1"}') == Marked("m1")
    assert wire.read('{"sequenceNumber":2,"event":"clearedAudio","streamId":"20170ada-f610"}') is None
    dtmf = '{"event":"dtmf","sequenceNumber":3,"streamId":"20170ada-f610","dtmf":{"track":"inbound","digit":"2"}}'
    assert wire.read(dtmf) == Key("2")
    assert wire.read('{"event":"stop","streamId":"20170ada-f610"}') == Closed("caller")


def test_what_plivo_is_sent() -> None:
    wire = plivo()
    wire.read(PLIVO_START)
    assert json.loads(wire.play(b"\x00\x00\x84\x82\x7c\x7d")) == {
        "event": "playAudio",
        "media": {"contentType": "audio/x-mulaw", "sampleRate": 8000, "payload": "/wCA"},
    }
    assert wire.mark("m1") == '{"event":"checkpoint","streamId":"20170ada-f610","name":"m1"}'
    assert wire.clear() == '{"event":"clearAudio","streamId":"20170ada-f610"}'
    assert wire.forgotten() == (Marked("m1"),)


@pytest.mark.parametrize(
    ("wire", "message", "why"),
    [
        (telnyx(), TELNYX_START.replace("PCMU", "OPUS"), "start.media_format.encoding is 'OPUS'"),
        (telnyx(), TELNYX_START.replace("8000", "16000"), "start.media_format.sample_rate is 16000"),
        (telnyx(), TELNYX_START.replace("call_control_id", "x"), "start.call_control_id is missing"),
        (telnyx(), TELNYX_START.replace(STREAM, "a/b"), "start.stream_id is 'a/b', not an identifier"),
        (telnyx(), TELNYX_MEDIA, "media before start"),
        (telnyx(), b"\x00", "a binary frame"),
        (plivo(), PLIVO_START.replace("mulaw", "l16"), "start.mediaFormat is"),
        (plivo(), PLIVO_START.replace("callId", "x"), "start.callId is missing"),
        (plivo(), '{"event":"playedStream"}', "playedStream.name is missing"),
        (plivo(), PLIVO_MEDIA.replace("/38AgP8=", "?"), "media.payload is not base64"),
    ],
)
def test_a_bad_message_is_named(wire: StreamWire, message: str | bytes, why: str) -> None:
    with pytest.raises(LineError) as caught:
        wire.read(message)
    assert why in str(caught.value)


WORDS = ["event", "media", "start", "mark", "dtmf", "stop", "payload", "stream_id", "streamId", "chunk", "mediaFormat"]
BODIES = st.recursive(
    st.none() | st.text(max_size=9) | st.floats() | st.integers() | st.sampled_from([*WORDS, "AAAA", "playedStream"]),
    lambda inner: st.dictionaries(st.sampled_from(WORDS), inner, max_size=4) | st.lists(inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(BODIES.map(json.dumps) | st.text(max_size=40), max_size=6), st.booleans(), st.booleans())
def test_whatever_comes_is_something_or_a_line_error(messages: list[str], begun: bool, of_plivo: bool) -> None:
    wire = plivo() if of_plivo else telnyx()
    if begun:
        wire.read(PLIVO_START if of_plivo else TELNYX_START)
    for message in messages:
        with contextlib.suppress(LineError):
            wire.read(message)
    wire.quality()


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 300)), max_size=40))
def test_sound_is_never_told_twice_nor_out_of_order(chunks: list[tuple[int, int]]) -> None:
    wire = telnyx()
    wire.read(TELNYX_START)
    heard = b""
    for chunk, at_ms in chunks[:24]:  # as many late ones as are taken for lateness
        payload = base64.b64encode(bytes([chunk])).decode()
        message = (
            TELNYX_MEDIA.replace("CHUNK", str(chunk)).replace('p":"5"', f'p":"{at_ms}"').replace("/38AgP8=", payload)
        )
        told = wire.read(message)
        heard += told.pcm if isinstance(told, Audio) else b""
    steps = [heard[at : at + 2] for at in range(0, len(heard), 2)]
    assert len(set(steps)) == len(steps)


def test_telnyx_is_told_to_stream_both_ways() -> None:
    stream = ET.fromstring(Telnyx("k" * 20).markup.connect("wss://p.jp/x", Facts())).find("./Connect/Stream")
    assert stream is not None
    assert stream.attrib == {
        "url": "wss://p.jp/x",
        "bidirectionalMode": "rtp",
        "bidirectionalCodec": "PCMU",
        "codec": "PCMU",
    }


def test_plivo_is_told_to_keep_the_call_while_it_streams_and_then_to_end_it() -> None:
    stream, end = ET.fromstring(Plivo("t").markup.connect("wss://p.jp/x", Facts()))
    assert (stream.tag, stream.text) == ("Stream", "wss://p.jp/x")
    assert stream.attrib == {
        "bidirectional": "true",
        "keepCallAlive": "true",
        "contentType": "audio/x-mulaw;rate=8000",
    }
    assert end.tag == "Hangup"


def test_plivo_rings_somebody() -> None:
    (dial,) = ET.fromstring(Plivo("t").markup.dial(Ringing("+81398765432", 15, "", "https://p.jp/a", "https://p.jp/e")))
    assert dial.attrib["action"] == "https://p.jp/e"
    assert dial.attrib["callbackUrl"] == "https://p.jp/a"
    assert dial.attrib["timeout"] == "15"
    assert [(noun.tag, noun.text) for noun in dial] == [("Number", "+81398765432")]


@pytest.mark.parametrize(
    ("url", "form", "signed"),
    [
        ("https://p.jp/plivo/voice", {"To": "1", "From": "2"}, "https://p.jp/plivo/voice?From2To1.n"),
        ("https://p.jp/plivo/voice?b=2&a=1", {"To": "1"}, "https://p.jp/plivo/voice?a=1&b=2.To1.n"),
        ("https://p.jp/plivo/voice", {}, "https://p.jp/plivo/voice.n"),
    ],
)
def test_plivos_signature_covers_address_and_form(url: str, form: dict[str, str], signed: str) -> None:
    good = base64.b64encode(hmac.digest(b"token", signed.encode(), hashlib.sha256)).decode()
    headers = {"x-plivo-signature-v3": f"another, {good}", "x-plivo-signature-v3-nonce": "n"}
    request = Request(url, tuple(form.items()), headers)
    assert Plivo("token").is_genuine(request)
    assert not Plivo("other").is_genuine(request)
    assert not Plivo("token").is_genuine(Request(url, (*form.items(), ("x", "y")), headers))
    assert not Plivo("token").is_genuine(Request(url, tuple(form.items()), {}))
    assert not Plivo("token").is_genuine(Request(url, tuple(form.items()), {**headers, "x-plivo-signature-v3": "署名"}))


def test_plivo_writes_numbers_without_a_plus() -> None:
    facts = Plivo("t").markup.facts(
        {"To": "81312345678", "From": "819012345678", "CallUUID": "u1", "ForwardedFrom": "81120444555"}
    )
    assert facts == Facts("+81312345678", "+819012345678", "+81120444555", "", "u1")
    assert Plivo("t").markup.facts({"To": "0312345678", "From": "anonymous"}) == Facts("0312345678", "anonymous")


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ({"DialStatus": "completed", "CallStatus": "completed"}, "answered"),
        ({"DialStatus": "busy", "CallStatus": "in-progress"}, "busy"),
        ({"DialStatus": "timeout", "CallStatus": "in-progress"}, "no_answer"),
        ({"DialStatus": "failed", "CallStatus": "completed"}, "gone"),
        ({"DialStatus": "cancel"}, "gone"),
    ],
)
def test_what_became_of_plivos_ringing(form: dict[str, str], found: str) -> None:
    assert Plivo("t").markup.dialled(form) == found
