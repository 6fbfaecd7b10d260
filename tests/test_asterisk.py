"""chan_websocket on literal messages, as Asterisk's documentation and its driver write them."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_socket_line import Peer, listen, on_virtual_time
from voice.lines import Audio, Closed, Key, Line, LineError, Marked, Ring
from voice.lines.asterisk import AsteriskWire, command, facts_of, parse
from voice.lines.socket import Limits, carry

CONNECTION = "e226e283-c90a-4ea9-9e37-389000b9ef47"
CHANNEL = "1764000000.42"
START = (
    f"MEDIA_START connection_id:{CONNECTION} channel:WebSocket/denwaban/0x7f32c000 channel_id:{CHANNEL} "
    "format:ulaw optimal_frame_size:160 ptime:20"
)
OLD_START = f"MEDIA_START connection_id:{CONNECTION} channel:WebSocket/connectionid format:ulaw optimal_frame_size:160"
"""As 20.16 to 20.17 write it."""
JSON_START = (
    '{"event":"MEDIA_START","connection_id":"' + CONNECTION + '","channel":"WebSocket/INCOMING/0x7f32c000",'
    '"channel_id":"' + CHANNEL + '","format":"slin16","optimal_frame_size":640,"ptime":20,"channel_variables":'
    '{"DENWABAN_TO":"0312345678","DENWABAN_FROM":"+819012345678","MEDIA_WEBSOCKET_OPTIMAL_FRAME_SIZE":"640"}}'
)
CALLED = {"to": "0312345678", "from": "09012345678"}
LOUD = b"\x84\x82"
"""The loudest sample that mu-law knows (code 00)."""


def started(start: str = START, **told: str) -> AsteriskWire:
    wire = AsteriskWire({**CALLED, **told})
    assert isinstance(wire.read(start), Ring)
    return wire


def as_json(name: str, **values: object) -> str:
    return json.dumps({"event": name, "channel_id": CHANNEL, **values}, separators=(",", ":"))


def test_a_call_in_plain_text() -> None:
    wire = AsteriskWire({"to": "0312345678", "from": "+819012345678", "forwarded": "0120444555", "why": "cfnr"})
    assert wire.read(START) == Ring(
        "0312345678", "09012345678", "asterisk", CHANNEL, 8000, "0120444555", "no_answer", codec="PCMU"
    )
    assert wire.read(b"\x00" * 160) == Audio(LOUD * 160)
    assert wire.read(f"DTMF_END digit:5 channel_id:{CHANNEL}") == Key("5")
    assert wire.read("DTMF_END digit:#") == Key("#")  # as older versions write it
    assert wire.read(f"DTMF_END digit:A channel_id:{CHANNEL}") is None
    assert wire.play(LOUD * 160) == ("START_MEDIA_BUFFERING", b"\x00" * 160)
    assert wire.play(LOUD * 160) == (b"\x00" * 160,)
    assert wire.mark("greeting") == ("STOP_MEDIA_BUFFERING 1",)
    assert wire.read("MEDIA_BUFFERING_COMPLETED 1") == Marked("greeting")
    assert wire.clear() == ("FLUSH_MEDIA", "CONTINUE_MEDIA")
    assert wire.farewell("us") == "HANGUP"


def test_a_call_in_json_is_answered_in_json() -> None:
    wire = AsteriskWire()
    assert wire.read(JSON_START) == Ring(
        "0312345678", "09012345678", "asterisk", CHANNEL, 16_000, codec="L16"
    )  # from the channel's variables
    assert wire.read(b"\x01\x02" * 320) == Audio(b"\x01\x02" * 320)
    assert wire.read(as_json("DTMF_END", digit="5")) == Key("5")
    assert wire.play(b"\x01\x02" * 320) == ('{"command":"START_MEDIA_BUFFERING"}', b"\x01\x02" * 320)
    assert wire.mark("greeting") == ('{"command":"STOP_MEDIA_BUFFERING","correlation_id":"1"}',)
    assert wire.read(as_json("MEDIA_BUFFERING_COMPLETED", correlation_id="1")) == Marked("greeting")
    assert wire.clear() == ('{"command":"FLUSH_MEDIA"}', '{"command":"CONTINUE_MEDIA"}')
    assert wire.farewell("us") == '{"command":"HANGUP"}'


@pytest.mark.parametrize(
    ("name", "rate", "codec", "wire", "heard"),
    [
        ("ulaw", 8000, "PCMU", b"\x00" * 160, LOUD * 160),
        ("alaw", 8000, "PCMA", b"\xd5" * 160, b"\x08\x00" * 160),
        ("slin", 8000, "L16", b"\x01\x80" * 160, b"\x01\x80" * 160),
        ("slin16", 16_000, "L16", b"\x01\x80" * 320, b"\x01\x80" * 320),
    ],
)
def test_the_formats_that_are_spoken(name: str, rate: int, codec: str, wire: bytes, heard: bytes) -> None:
    line = AsteriskWire()
    ring = line.read(
        START.replace("format:ulaw optimal_frame_size:160", f"format:{name} optimal_frame_size:{len(wire)}")
    )
    assert isinstance(ring, Ring)
    assert (ring.rate_hz, ring.codec) == (rate, codec)
    assert line.read(wire) == Audio(heard)
    assert line.play(heard) == ("START_MEDIA_BUFFERING", wire)


def test_a_version_that_tells_less_begins_as_well() -> None:
    ring = AsteriskWire(CALLED).read(OLD_START)
    assert isinstance(ring, Ring)
    assert ring.line_call_id == CONNECTION


def test_sound_that_overtakes_the_start_is_no_harm() -> None:
    wire = AsteriskWire(CALLED)
    assert wire.read(b"\xff" * 160) is None
    assert isinstance(wire.read(START), Ring)
    assert wire.read(b"\xff" * 160) == Audio(bytes(320))


def test_what_flush_forgets_comes_back_from_us_once() -> None:
    wire = started()
    wire.play(LOUD * 160)
    wire.mark("a")
    wire.play(LOUD * 160)
    wire.mark("b")
    assert wire.clear() == ("FLUSH_MEDIA", "CONTINUE_MEDIA")
    assert wire.forgotten() == (Marked("a"), Marked("b"))
    assert wire.forgotten() == ()
    assert wire.read("MEDIA_BUFFERING_COMPLETED 1") is None  # it was under way when we flushed
    assert wire.play(LOUD * 160) == ("START_MEDIA_BUFFERING", b"\x00" * 160)  # FLUSH ended the buffering
    assert wire.mark("c") == ("STOP_MEDIA_BUFFERING 3",)
    assert wire.read("MEDIA_BUFFERING_COMPLETED 3") == Marked("c")
    assert wire.read("MEDIA_BUFFERING_COMPLETED 3") is None
    assert wire.read("MEDIA_BUFFERING_COMPLETED") is None


def test_a_tail_that_fills_no_frame_lies_within_buffering() -> None:
    wire = started()
    assert wire.play(LOUD * 170) == ("START_MEDIA_BUFFERING", b"\x00" * 170)
    assert wire.mark("end") == ("STOP_MEDIA_BUFFERING 1",)
    assert wire.mark("alone") == ("START_MEDIA_BUFFERING", "STOP_MEDIA_BUFFERING 2")


def test_no_message_is_longer_than_asterisk_takes() -> None:
    wire = started()
    first, *parts = wire.play(LOUD * 200_001)
    assert first == "START_MEDIA_BUFFERING"
    assert [len(part) for part in parts] == [65_440, 65_440, 65_440, 3681]  # 409 frames are the most below 65,500
    assert b"".join(part for part in parts if isinstance(part, bytes)) == b"\x00" * 200_001


@given(st.text(max_size=300), st.sampled_from([START, JSON_START]))
def test_no_command_is_longer_than_asterisk_reads(name: str, start: str) -> None:
    wire = started(start)
    orders = (*wire.play(b"\x00" * 640), *wire.mark(name), *wire.clear(), wire.farewell("us") or "")
    for order in orders:
        assert isinstance(order, bytes) or len(order.encode()) <= 128


def test_a_command_that_would_be_passed_over_is_a_bug_of_ours() -> None:
    assert len(command("text", "MARK_MEDIA", "x" * 117)) == 128
    with pytest.raises(ValueError, match="129 bytes"):
        command("text", "MARK_MEDIA", "x" * 118)


def test_a_full_queue_holds_sound_back_until_it_has_room() -> None:
    wire = started()
    assert wire.read("MEDIA_XOFF") is None
    assert wire.full
    assert wire.read("MEDIA_XON") is None
    assert not wire.full
    wire = started(JSON_START)
    assert wire.read(as_json("MEDIA_XOFF")) is None
    assert wire.full
    assert wire.read(as_json("MEDIA_XON")) is None
    assert not wire.full


def test_a_channel_dialled_without_answering_is_answered() -> None:
    assert started(answer="1").welcome() == "ANSWER"
    assert started(JSON_START, answer="1").welcome() == '{"command":"ANSWER"}'
    assert started().welcome() is None


def test_complaints_are_kept_and_nothing_else_is_made_of_them() -> None:
    wire = started()
    for _ in range(20):
        assert wire.read(f"ERROR channel_id:{CHANNEL} error_text:FLUSH_MEDIA not supported in passthrough mode") is None
    assert wire.errors == ["'FLUSH_MEDIA not supported in passthrough mode'"] * 5
    wire = started(JSON_START)
    wire.read(as_json("ERROR", error_text="Unable to parse JSON command"))
    assert wire.errors == ["'Unable to parse JSON command'"]


@pytest.mark.parametrize(
    "message",
    [
        "QUEUE_DRAINED",
        f"STATUS channel_id:{CHANNEL} queue_length:43 xon_level:800 xoff_level:900 queue_full:false bulk_media:true "
        "media_paused:false",
        "SOMETHING_NEW with:more",
        '{"event":"QUEUE_DRAINED","channel_id":"1"}',
        '{"event":"STATUS","channel_id":"1","queue_length":43,"queue_full":false}',
        b"",
    ],
)
def test_what_is_none_of_our_business_is_passed_over(message: str | bytes) -> None:
    assert started().read(message) is None


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("", "not an event of chan_websocket: ''"),
        ("hello", "not an event of chan_websocket: 'hello'"),
        ("{", "not JSON"),
        ('{"event":' + "[" * 60_000, "not JSON"),
        ("{}", "an event without a name"),
        ('{"event":1}', "an event without a name"),
        (START.replace("ulaw", "opus"), "format 'opus': dial with c(ulaw)"),
        (START.replace("format:ulaw ", ""), "format '': dial with c(ulaw)"),
        (START.replace("size:160", "size:0"), "optimal_frame_size '0' with ulaw: 160 is 20 ms; dial without p"),
        (START.replace(CONNECTION, "../etc?"), "MEDIA_START's connection_id is '../etc?'"),
        ("MEDIA_START format:ulaw", "MEDIA_START's connection_id is ''"),
        (" " * 65_537, "at most 65536"),
    ],
)
def test_a_bad_message_is_named(message: str, why: str) -> None:
    with pytest.raises(LineError) as caught:
        AsteriskWire().read(message)
    assert why in str(caught.value)
    assert len(str(caught.value)) < 200


def test_messages_out_of_order_are_named() -> None:
    with pytest.raises(LineError, match="a second MEDIA_START"):
        started().read(START)
    with pytest.raises(LineError, match="sound of 3 bytes; samples have 2"):
        started(JSON_START).read(b"\x00\x00\x00")


@given(st.text() | st.binary() | st.text(max_size=60).map("MEDIA_START ".__add__) | st.dictionaries(
    st.sampled_from(["event", "format", "connection_id", "optimal_frame_size", "digit", "channel_variables"]),
    st.none() | st.text() | st.floats() | st.integers() | st.sampled_from(["MEDIA_START", "ulaw", "ERROR", "x"]),
).map(json.dumps))  # fmt: skip
def test_whatever_comes_is_something_or_a_line_error(message: str | bytes) -> None:
    wire = AsteriskWire()
    with contextlib.suppress(LineError):
        wire.read(message)
    wire = started()
    with contextlib.suppress(LineError):
        wire.read(message)
    with contextlib.suppress(LineError):
        parse(message if isinstance(message, str) else "")


@pytest.mark.parametrize(
    ("given", "withheld", "caller"),
    [
        ({"from": "09012345678", "pres": "allowed_not_screened"}, False, "09012345678"),
        ({"from": "09012345678", "pres": "prohib_passed_screen"}, True, ""),
        ({"from": "anonymous", "pres": "unavailable"}, True, ""),
        ({"from": "", "pres": "unavailable"}, False, ""),
    ],
)
def test_who_keeps_the_number_back_is_not_who_has_none(given: dict[str, str], withheld: bool, caller: str) -> None:
    ring = AsteriskWire(given).read(START)
    assert isinstance(ring, Ring)
    assert (ring.withheld, ring.caller) == (withheld, caller)


@pytest.mark.parametrize(
    ("why", "means"),
    [("cfb", "busy"), ("USER_BUSY", "busy"), ("cfnr", "no_answer"), ("no_answer", "no_answer"),
     ("cfu", "always"), ("unconditional", "always"), ("unknown", ""), ("", "")],
)  # fmt: skip
def test_why_a_call_was_passed_on(why: str, means: str) -> None:
    ring = AsteriskWire({"forwarded": "0312345678", "why": why}).read(START)
    assert isinstance(ring, Ring)
    assert (ring.forwarded_from, ring.forwarded_why) == ("0312345678", means)


def test_variables_are_told_with_or_without_the_marks_of_inheritance() -> None:
    facts = facts_of({"__DENWABAN_TO": "smile", "_DENWABAN_CHANNEL": "1764000000.41", "to": " 0312345678 "})
    assert (facts.to, facts.channel) == ("0312345678", "1764000000.41")
    assert facts_of({"channel": "../../x y"}).channel == ""


def test_marks_lost_by_flush_reach_the_call_and_sound_waits_while_the_queue_is_full() -> None:
    """Over the line itself: commands overtake sound that waits, and what waits is sent when there is room."""

    async def call() -> tuple[list[object], list[str | bytes], Closed]:
        peer, told = Peer(), list[object]()

        async def serve(line: Line) -> None:
            line.play(LOUD * 160)
            line.mark("a")
            await asyncio.sleep(1)
            peer.say("MEDIA_XOFF", b"\xff" * 160)
            told.append(await line.receive())  # the caller's sound: the queue is known to be full
            line.play(LOUD * 160)
            line.mark("b")
            line.clear()
            told.extend([await line.receive(), await line.receive()])
            line.play(LOUD * 160)
            line.mark("c")
            await asyncio.sleep(1)
            peer.say("MEDIA_XON", "MEDIA_BUFFERING_COMPLETED 3")
            told.append(await line.receive())
            peer.say(None)
            told.extend(await listen(line))

        peer.say(START)
        closed = await carry(peer, AsteriskWire(CALLED), serve, Limits())
        return told, peer.sent, closed

    told, sent, closed = on_virtual_time(call)
    assert told == [Audio(bytes(320)), Marked("a"), Marked("b"), Marked("c"), Closed("caller")]
    assert sent == [
        "START_MEDIA_BUFFERING", b"\x00" * 160, "STOP_MEDIA_BUFFERING 1",
        "STOP_MEDIA_BUFFERING 2", "FLUSH_MEDIA", "CONTINUE_MEDIA",
        "START_MEDIA_BUFFERING", b"\x00" * 160, "STOP_MEDIA_BUFFERING 3",
    ]  # fmt: skip
    assert closed == Closed("caller")


def test_a_queue_that_never_empties_loses_the_line_and_not_our_memory() -> None:
    async def call() -> Closed:
        peer = Peer()

        async def serve(line: Line) -> None:
            peer.say("MEDIA_XOFF", b"\xff" * 160)
            await line.receive()
            for _ in range(600):
                line.play(LOUD * 160)
            assert await line.receive() == Closed("lost")

        peer.say(START)
        return await carry(peer, AsteriskWire(CALLED), serve)

    assert on_virtual_time(call) == Closed("lost")
