"""What is read off the SIP messages themselves, and the refusal in our own words: literal messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.lines.sip.dialogs import MOST, Dialogs
from voice.lines.sip.trace import codec, media_networks, media_port, read_trace, refusal

INVITE = (
    "RX UDP 192.0.2.7:5062 -> 192.0.2.5:5060\n"
    "INVITE sip:0312345678@192.0.2.5 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK776;rport\r\n"
    "Via: SIP/2.0/UDP 198.51.100.9;branch=z9hG4bK1\r\n"
    "From: <sip:0987654321@ntt.example>;tag=88\r\n"
    "To: <sip:0312345678@192.0.2.5>\r\n"
    "Call-ID: a84b@ntt\r\n"
    "CSeq: 314159 INVITE\r\n"
    "\r\n"
)
OFFER = "v=0\r\nc=IN IP4 198.51.100.20\r\nm=audio 49170 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
ANSWER = (
    "TX UDP 192.0.2.5:5060 -> 192.0.2.7:5062\nSIP/2.0 200 OK\r\nCall-ID: a84b@ntt\r\nCSeq: 314159 INVITE\r\n\r\n"
    "v=0\r\nc=IN IP4 192.0.2.5\r\nm=audio 30012 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n"
)


def test_a_refusal_goes_the_way_the_call_came() -> None:
    traced = read_trace(INVITE)
    assert traced is not None
    assert (traced.sent, traced.source, traced.method, traced.status) == (False, ("192.0.2.7", 5062), "INVITE", 0)
    assert refusal(traced, 503, "9f").decode() == (
        "SIP/2.0 503 Service Unavailable\r\n"
        "Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK776;received=192.0.2.7;rport=5062\r\n"
        "Via: SIP/2.0/UDP 198.51.100.9;branch=z9hG4bK1\r\n"
        "From: <sip:0987654321@ntt.example>;tag=88\r\n"
        "To: <sip:0312345678@192.0.2.5>;tag=9f\r\n"
        "Call-ID: a84b@ntt\r\n"
        "CSeq: 314159 INVITE\r\n"
        "Retry-After: 30\r\n"
        "Content-Length: 0\r\n"
        "\r\n"
    )
    assert b"Retry-After" not in refusal(traced, 404, "9f")


@pytest.mark.parametrize(
    ("sdp", "name"),
    [
        ("m=audio 30012 RTP/AVP 96 101\r\na=rtpmap:101 telephone-event/8000\r\na=rtpmap:96 opus/48000/2\r\n", "opus"),
        ("m=audio 30012 RTP/AVP 8\r\n", "PCMA"),
        ("m=audio 30012 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n", "PCMU"),
        ("m=audio 30012 RTP/AVP 97\r\n", ""),
        ("v=0\r\n", ""),
    ],
)
def test_the_codec_that_was_taken(sdp: str, name: str) -> None:
    assert codec(sdp) == name


def test_where_the_sound_comes_from() -> None:
    assert media_networks(OFFER) == {"198.51.100.20/32"}
    assert media_networks("c=IN IP4 0.0.0.0\r\nc=IN IP4 999.1.1.1\r\nc=IN IP6 ::1\r\nc=IN IP4 host\r\n") == frozenset()
    assert (media_port(OFFER), media_port("m=audio 99999 RTP/AVP 0"), media_port("")) == (49170, 0, 0)


def test_a_dialog_is_what_both_have_said() -> None:
    dialogs, moved = Dialogs(), list[int]()
    dialogs.feed(INVITE + OFFER)
    dialog = dialogs.keep("a84b@ntt")
    dialog.changed = lambda: moved.append(1)
    assert not dialog.agreed.is_set()
    dialogs.feed(ANSWER)
    assert (dialog.codec, dialog.port, set(dialog.networks)) == ("opus", 30012, {"198.51.100.20/32"})
    assert dialog.agreed.is_set()
    again = INVITE.replace("314159", "314160") + OFFER.replace("198.51.100.20", "198.51.100.21")
    dialogs.feed(again)
    assert moved == [1]
    assert dialog.networks == {"198.51.100.20/32", "198.51.100.21/32"}
    assert dialog.invite is not None
    assert dialog.invite.message.one("cseq") == "314159 INVITE"


def test_strangers_calls_are_forgotten_and_live_ones_are_not() -> None:
    dialogs = Dialogs()
    live = dialogs.keep("live")
    for number in range(3 * MOST):
        dialogs.feed(INVITE.replace("a84b@ntt", f"{number}@ntt"))
    assert dialogs.of("live") is live
    assert dialogs.size <= MOST + 1


@given(st.text(max_size=200), st.sampled_from([INVITE, ANSWER, INVITE + OFFER, ""]), st.integers(0, 400))
def test_no_message_breaks_it(text: str, known: str, cut: int) -> None:
    dialogs = Dialogs()
    dialogs.feed(known[:cut] + text + known[cut:])
    dialogs.feed(text)
    for traced in filter(None, map(read_trace, (known[:cut] + text + known[cut:], text))):
        refusal(traced, 486, "1")
    codec(text)
    media_networks(text)
    media_port(text)
