"""sipp (Debian's sip-tester) as many telephones at once: each dials, sends sound for a while, hangs up."""

from __future__ import annotations

import asyncio
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.baresip import PATIENCE_SECONDS, free_ports, program
from tests.sip import tone
from voice.g711 import ulaw_encode

SCENARIO = """\
<?xml version="1.0" encoding="UTF-8"?>
<scenario name="call">
<send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:0987654321@[local_ip]:[local_port]>;tag=[pid]-[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:sipp@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio {port} RTP/AVP 0 101
a=rtpmap:101 telephone-event/8000
]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="200" rrs="true" rtd="true"/>
<send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:0987654321@[local_ip]:[local_port]>;tag=[pid]-[call_number]
[last_To:]
[routes]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
{sound}
<pause milliseconds="{milliseconds}"/>
<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:0987654321@[local_ip]:[local_port]>;tag=[pid]-[call_number]
[last_To:]
[routes]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
</scenario>
"""
STREAM = '<nop><action><exec rtp_stream="{path},-1,0,PCMU/8000"/></action></nop>'
HERTZ = 440
"""Of the tone that each says."""


@dataclass(frozen=True)
class Load:
    """How many calls, and how."""

    calls: int
    at_once: int
    seconds: float = 3.0
    """Of one call, once it stands."""
    a_second: int = 20
    echo: bool = False
    """Each gives back what it hears, instead of the tone."""


@dataclass(frozen=True)
class Done:
    """What sipp says of its calls."""

    status: int
    """0 = all went by the scenario."""
    right: int
    wrong: int
    retransmissions: int


async def place(folder: Path, to: tuple[str, int], load: Load) -> Done:
    """All of them, to their end."""
    path = program("sipp", "sip-tester")
    folder.mkdir()
    sound = folder / "tone.ul"
    sound.write_bytes(ulaw_encode(np.resize(tone(HERTZ, 1.0), 8000 * 2).tobytes()))
    port, stream = ("[media_port]", "") if load.echo else ("[rtpstream_audio_port]", STREAM.format(path=sound))
    milliseconds = int(load.seconds * 1000)
    (folder / "call.xml").write_text(SCENARIO.format(port=port, sound=stream, milliseconds=milliseconds))
    ours, media = free_ports(2)
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(path, f"{to[0]}:{to[1]}", "-sf", str(folder / "call.xml"), "-s", "0312345678", "-i", "127.0.0.1"),
            *("-p", str(ours), "-mp", str(media), "-nostdin", "-m", str(load.calls), "-l", str(load.at_once)),
            *("-r", str(load.a_second), "-trace_stat", "-stf", str(folder / "counts.csv"), "-fd", "1"),
            *(["-rtp_echo"] if load.echo else []),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
        )
        try:
            async with asyncio.timeout(2 * PATIENCE_SECONDS + load.calls * load.seconds / load.at_once):
                status = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    with (folder / "counts.csv").open(newline="") as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    return Done(status, int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]), int(last["Retransmissions(C)"]))
