"""The dialect of the /phone page, on literal messages."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.lines import Audio, Closed, Key, LineError, Marked, Ring
from voice.lines.browser import MAX_MESSAGE, BrowserWire

START = '{"event":"start","called":"smile-seiko","caller":"09012345678"}'


def started() -> BrowserWire:
    wire = BrowserWire("b1", "t1")
    wire.read(START)
    return wire


def test_a_call() -> None:
    wire = BrowserWire("b1", "t1")
    assert wire.read(START) == Ring("smile-seiko", "09012345678", "browser", "b1", 16_000)
    assert wire.read(b"\x01\x00\xff\x7f") == Audio(b"\x01\x00\xff\x7f")
    assert wire.read(b"") is None
    assert wire.read('{"event":"key","digit":"#"}') == Key("#")
    assert wire.read('{"event":"mark","name":"m1"}') == Marked("m1")
    assert wire.read('{"event":"somethingNew"}') is None
    assert wire.read('{"event":"hangup"}') == Closed("caller")


def test_the_caller_may_be_left_out() -> None:
    ring = BrowserWire("b1").read('{"event":"start","called":""}')
    assert ring == Ring("", "", "browser", "b1", 16_000)


def test_what_we_send() -> None:
    wire = started()
    assert json.loads(wire.welcome() or "") == {"event": "ready", "call": "b1", "ticket": "t1"}
    assert wire.play(b"\x01\x00") == b"\x01\x00"
    assert json.loads(wire.mark("m1")) == {"event": "mark", "name": "m1"}
    assert json.loads(wire.clear()) == {"event": "clear"}
    assert json.loads(wire.farewell("us") or "") == {"event": "closed", "why": "us"}


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (b"\x00\x00", "sound before start"),
        ('{"event":"key","digit":"1"}', "'key' before start"),
        ("{", "not JSON"),
        ("[" * 60_000, "not JSON"),
        ("null", "not a JSON object"),
        ("{}", "event is missing"),
        ('{"event":"start"}', "called is missing"),
        ('{"event":"start","called":"../secret"}', "called is '../secret'"),
        ('{"event":"start","called":"x","caller":"taro"}', "caller is 'taro'"),
        ('{"event":"start","called":1}', "called is not a string"),
        (b"\x00" * (MAX_MESSAGE + 1), "at most 65536"),
    ],
)
def test_a_bad_beginning_is_named(message: str | bytes, why: str) -> None:
    with pytest.raises(LineError) as caught:
        BrowserWire("b1").read(message)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (b"\x00\x00\x00", "sound of 3 bytes"),
        (START, "a second start"),
        ('{"event":"key","digit":"12"}', "digit is '12'"),
        ('{"event":"key","digit":""}', "digit is ''"),
        ('{"event":"mark"}', "name is missing"),
    ],
)
def test_a_bad_message_is_named(message: str | bytes, why: str) -> None:
    with pytest.raises(LineError) as caught:
        started().read(message)
    assert why in str(caught.value)


@given(st.text() | st.binary() | st.dictionaries(
    st.sampled_from(["event", "digit", "name", "called"]), st.sampled_from(["key", "mark", "start", "1"]) | st.none()
).map(json.dumps))  # fmt: skip
def test_whatever_comes_is_told_or_a_line_error(message: str | bytes) -> None:
    with contextlib.suppress(LineError):
        started().read(message)
