"""Datagrams that are no sound SIP: what scanners, broken boxes and accidents send to a SIP port.

Rule: the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

INVITE = (
    "INVITE sip:{called}@{host}:{port} SIP/2.0\r\n"
    "Via: SIP/2.0/UDP {host}:9;branch=z9hG4bK-{number};rport\r\n"
    "From: <sip:broken@{host}>;tag=b{number}\r\n"
    "To: <sip:{called}@{host}>\r\n"
    "Call-ID: {number}@broken\r\n"
    "CSeq: 1 INVITE\r\n"
    "Max-Forwards: 70\r\n"
    "{contact}"
    "Content-Type: application/sdp\r\n"
    "Content-Length: {length}\r\n"
    "\r\n"
    "{sdp}"
)
SDP = "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
SOUND = "Contact: <sip:broken@{host}:9>\r\n"
MARKED = "@broken"
"""In the Call-ID of each that still has one."""


def invite(to: tuple[str, int], number: int, contact: str = SOUND) -> bytes:
    host, port = to
    sdp, place = SDP.format(host=host), contact.format(host=host)
    given = {"called": "0312345678", "host": host, "port": port, "number": number, "contact": place}
    return INVITE.format(length=len(sdp), sdp=sdp, **given).encode()


def broken(to: tuple[str, int], count: int, seed: int = 1) -> Iterator[bytes]:
    """Noise, messages cut short, with bytes changed, INVITEs without a Contact, and with one that is nobody's."""
    chance = random.Random(seed)
    for number in range(count):
        match number % 5:
            case 0:
                yield chance.randbytes(chance.randint(0, 1400))
            case 1:
                whole = invite(to, number)
                yield whole[: chance.randrange(1, len(whole) - 200)]
            case 2:
                changed = bytearray(invite(to, number))
                for _ in range(chance.randint(3, 30)):
                    changed[chance.randrange(len(changed))] = chance.randrange(256)
                yield bytes(changed)
            case 3:
                yield invite(to, number, contact="")
            case _:
                yield invite(to, number, contact="Contact: *\r\n")
