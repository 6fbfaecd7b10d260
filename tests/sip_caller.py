"""A SIP caller of our own, one message at a time: for what a well-behaved telephone does not send, and to look at each
packet. It knows one call, UDP and mu-law."""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from voice.g711 import ulaw_decode, ulaw_encode
from voice.lines.sip.headers import SipMessage, read_message

PATIENCE_SECONDS = 30.0
SDP = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na={direction}\r\n"
)


@dataclass
class Port(asyncio.DatagramProtocol):
    """A UDP socket's packets as they come."""

    transport: asyncio.DatagramTransport | None = None
    packets: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    times: list[float] = field(default_factory=list)
    """Loop time of each packet."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self.times.append(asyncio.get_running_loop().time())
        self.packets.put_nowait(data)

    def send(self, packet: bytes, to: tuple[str, int]) -> None:
        assert self.transport is not None
        self.transport.sendto(packet, to)

    @property
    def address(self) -> tuple[str, int]:
        assert self.transport is not None
        host, port = self.transport.get_extra_info("sockname")[:2]
        return host, port


@dataclass
class Caller:
    """One call to `server`."""

    server: tuple[str, int]
    sip: Port
    rtp: Port
    called: str = "0312345678"
    call_id: str = "1@caller"
    to_tag: str = ""
    target: str = ""
    """Where the call's later requests go; "" = where the first went."""
    routes: list[str] = field(default_factory=list)
    """Of the proxies that want to be on their way."""
    sequence: int = 0
    media: tuple[str, int] = ("", 0)
    answers: dict[str, str] = field(default_factory=dict)
    """What requests are answered with, by method; 200 OK unless told otherwise."""
    requests: list[SipMessage] = field(default_factory=list)
    _sent: int = 0

    def request(self, method: str, headers: Sequence[str] = (), body: str = "", contact: bool = True) -> bytes:
        host, port = self.sip.address
        if method not in ("ACK", "CANCEL"):
            self.sequence += 1
        tag = f";tag={self.to_tag}" if self.to_tag else ""
        lines = [
            f"{method} {self.target or f'sip:{self.called}@{self.server[0]}:{self.server[1]}'} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK-{self.call_id}-{self.sequence};rport",
            f"To: <sip:{self.called}@{self.server[0]}>{tag}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.sequence} {method}",
            "Max-Forwards: 70",
            *(f"Route: {route}" for route in self.routes),
            *headers,
        ]
        if not any(line.startswith("From:") for line in headers):
            lines.append(f"From: <sip:0987654321@{host}:{port}>;tag=c1")
        if contact:
            lines.append(f"Contact: <sip:caller@{host}:{port}>")
        if body:
            lines.append("Content-Type: application/sdp")
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()

    def offer(self, direction: str = "sendrecv") -> str:
        host, port = self.rtp.address
        return SDP.format(host=host, port=port, direction=direction)

    def send(self, packet: bytes) -> None:
        self.sip.send(packet, self.server)

    async def message(self) -> SipMessage:
        """The next one; a request is answered first."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            text = (await self.sip.packets.get()).decode()
        message = read_message(text)
        if not message.first.startswith("SIP/2.0"):
            self.requests.append(message)
            self.respond(message)
        return message

    def respond(self, request: SipMessage) -> None:
        status = self.answers.get(request.first.partition(" ")[0], "200 OK")
        names = {"via": "Via", "from": "From", "to": "To", "call-id": "Call-ID", "cseq": "CSeq"}
        kept = [f"{names[name]}: {value}" for name, value in request.headers if name in names]
        self.send("\r\n".join([f"SIP/2.0 {status}", *kept, "Content-Length: 0", "", ""]).encode())

    async def status(self, method: str = "INVITE") -> int:
        """Of the next final answer to that request, acknowledged if it is to be."""
        while True:
            message = await self.message()
            code = int(message.first.split()[1]) if message.first.startswith("SIP/2.0") else 0
            if code < 200 or not message.one("cseq").endswith(method):
                continue
            self.to_tag = (re.findall(r";tag=([^;>]+)", message.one("to")) or [""])[0]
            if method == "INVITE":
                if code < 300:
                    self.routes = list(reversed(message.all("record-route")))
                    self.target = (re.findall(r"<([^>]+)>", message.one("contact")) or [""])[0]
                self.send(self.request("ACK"))
                port, host = re.search(r"m=audio (\d+)", message.body), re.search(r"c=IN IP4 (\S+)", message.body)
                self.media = (host[1], int(port[1])) if host and port else self.media
            return code

    async def call(self, *headers: str, called: str = "0312345678") -> int:
        """Dial; the status."""
        self.called = called
        self.send(self.request("INVITE", headers, self.offer()))
        return await self.status()

    async def hang_up(self) -> int:
        self.send(self.request("BYE"))
        return await self.status("BYE")

    async def until(self, method: str) -> SipMessage:
        """A request of theirs."""
        while True:
            found = [each for each in self.requests if each.first.startswith(method)]
            if found:
                return found[-1]
            await self.message()

    def say(self, pcm: bytes) -> None:
        """One frame, 20 ms."""
        self._sent += 1
        head = struct.pack("!BBHII", 0x80, 0, self._sent & 0xFFFF, self._sent * 160, 0x1234)
        self.rtp.send(head + ulaw_encode(pcm), self.media)

    async def talk(self, samples: npt.NDArray[np.int16], seconds: float) -> None:
        """Say this over and over at a telephone's pace."""
        loop = asyncio.get_running_loop()
        due, frames = loop.time(), np.resize(samples, int(seconds * 50) * 160).reshape(-1, 160)
        for frame in frames:
            self.say(frame.astype("<i2").tobytes())
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))

    def heard(self) -> npt.NDArray[np.int16]:
        """All that came since the last time."""
        payloads = []
        while not self.rtp.packets.empty():
            packet = self.rtp.packets.get_nowait()
            if packet[1] & 0x7F == 0:
                payloads.append(ulaw_decode(packet[12:]))
        return np.frombuffer(b"".join(payloads), "<i2")


@asynccontextmanager
async def caller(server: tuple[str, int], host: str = "127.0.0.1", call_id: str = "1@caller") -> AsyncIterator[Caller]:
    loop = asyncio.get_running_loop()
    ports = [await loop.create_datagram_endpoint(Port, local_addr=(host, 0)) for _ in range(2)]
    try:
        yield Caller(server, ports[0][1], ports[1][1], call_id=call_id)
    finally:
        for transport, _ in ports:
            transport.close()
