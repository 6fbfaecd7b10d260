"""What is read off the SIP messages themselves, since the stack's events do not tell it: where a call's sound comes
from, its codec, every header, and whether a REFER was refused; and the refusal of a call in our own words.

Rule: pure; a message that cannot be read says nothing.

Source: RFC 3261 (17.2.1, 18.2.2: an answer's headers and where it goes), RFC 3581 (rport), RFC 4566 (SDP).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from voice.lines.sip.headers import SipMessage, read_message

REASONS: Mapping[int, str] = {
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    503: "Service Unavailable",
}
RETRY_SECONDS = 30
"""Of a 503: a trunk tries its other ways until then."""
_STATIC = {"0": "PCMU", "8": "PCMA", "9": "G722"}
"""Payload types that need no rtpmap (RFC 3551)."""
_LINE = re.compile(r"(RX|TX) \w+ ([\d.]+):(\d+) -> ([\d.]+):(\d+)\n(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Traced:
    """One message as it went over the wire."""

    sent: bool
    """By us."""
    source: tuple[str, int]
    message: SipMessage

    @property
    def method(self) -> str:
        """Of the request, or of the request that is answered."""
        return self.message.one("cseq").partition(" ")[2].strip().upper()

    @property
    def status(self) -> int:
        """Of an answer; 0 = it is a request."""
        found = re.match(r"SIP/2\.0 ([1-6][0-9]{2})", self.message.first, re.ASCII)
        return int(found[1]) if found else 0


def read_trace(line: str) -> Traced | None:
    """A line of the stack's trace: `RX UDP 192.0.2.7:5060 -> 192.0.2.5:5060`, then the message."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    return Traced(found[1] == "TX", (found[2], int(found[3])), read_message(found[6]))


def codec(sdp: str) -> str:
    """The codec that an answer took, as the wire calls it: "PCMU", "opus" …; "" = there is none."""
    media = re.search(r"^m=audio \d+ \S+ (\d+)", sdp, re.MULTILINE | re.ASCII)
    if media is None:
        return ""
    named = re.search(rf"^a=rtpmap:{media[1]} ([\w-]+)/", sdp, re.MULTILINE | re.ASCII)
    return named[1] if named else _STATIC.get(media[1], "")


def media_port(sdp: str) -> int:
    """Where the side that wrote this wants the sound; 0 = nowhere."""
    media = re.search(r"^m=audio (\d{1,5}) ", sdp, re.MULTILINE | re.ASCII)
    return int(media[1]) if media and int(media[1]) < 65536 else 0


def media_networks(sdp: str) -> frozenset[str]:
    """The addresses from which that side sends its sound, as networks."""
    found = re.findall(r"^c=IN IP4 (\d{1,3}(?:\.\d{1,3}){3})", sdp, re.MULTILINE | re.ASCII)
    return frozenset(
        f"{each}/32" for each in found if all(int(part) < 256 for part in each.split(".")) and each != "0.0.0.0"
    )


def wants_nothing(sdp: str) -> bool:
    """Whether that side wants no sound now: a hold as it was told before RFC 3264."""
    return re.search(r"^c=IN IP4 0\.0\.0\.0\s*$", sdp, re.MULTILINE | re.ASCII) is not None


def refusal(invite: Traced, code: int, tag: str) -> bytes:
    """The answer that refuses a call."""
    host, port = invite.source
    lines = [f"SIP/2.0 {code} {REASONS[code]}"]
    for place, via in enumerate(invite.message.all("via")):
        if place == 0:
            via = re.sub(r";rport(?=;|,|$)", f";received={host};rport={port}", via, count=1)
        lines.append(f"Via: {via}")
    lines.append(f"From: {invite.message.one('from')}")
    lines.append(f"To: {invite.message.one('to')};tag={tag}")
    lines += [f"Call-ID: {invite.message.one('call-id')}", f"CSeq: {invite.message.one('cseq')}"]
    if code == 503:
        lines.append(f"Retry-After: {RETRY_SECONDS}")
    return "\r\n".join([*lines, "Content-Length: 0", "", ""]).encode("utf-8", "surrogateescape")
