"""Telnyx: the messages of its media streams, and orders to its REST interface; nothing here touches a socket.

Rule: as Twilio in most things, but names have underscores, the sound may be of either law, order is not promised (so
the chunks' numbers count), and our messages do not name the stream. Requests are known by a key in our address: the
signature (Ed25519) would want a library for this alone, and sockets are not signed at all.

Source: Telnyx's documentation of media streaming over WebSockets, TeXML <Stream>, and TeXML's REST commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voice.lines import LineError
from voice.lines.carrier import Request
from voice.lines.objects import Body, coded, compact, identifier, optional, part, read_object, shown, text
from voice.lines.rest import Account, Order
from voice.lines.streams import RATE_HZ, Facts, Message, Seconds, Start, StreamWire, usual
from voice.lines.twiml import Twiml
from voice.lines.wire import Wire

TEXML = Twiml(' bidirectionalMode="rtp" bidirectionalCodec="PCMU" codec="PCMU"')
"""Without the mode nothing that we send is heard."""
_CODECS: Mapping[str, str] = {"PCMU": "PCMU", "PCMA": "PCMA", "audio/x-mulaw": "PCMU", "audio/x-alaw": "PCMA"}


@dataclass(frozen=True, slots=True)
class TelnyxStreams:
    """The messages."""

    line: str = "telnyx"
    forgets_marks: bool = True

    def parse(self, message: str) -> Message:
        body = read_object(message)
        event = text(body, "event", "message")
        return _start(body) if event == "start" else usual(event, body, optional(body, "stream_id"))

    def media(self, stream_id: str, payload: bytes) -> str:
        return compact({"event": "media", "media": {"payload": coded(payload)}})

    def mark(self, stream_id: str, name: str) -> str:
        return compact({"event": "mark", "mark": {"name": name}})

    def clear(self, stream_id: str) -> str:
        return compact({"event": "clear"})


def _start(body: Body) -> Start:
    start = part(body, "start")
    form = part(start, "media_format")
    codec = _CODECS.get(str(form.get("encoding")))
    if codec is None:
        raise LineError(f"start.media_format.encoding is {shown(form.get('encoding'))}; PCMU and PCMA are spoken here")
    if str(form.get("sample_rate")) != str(RATE_HZ):
        raise LineError(f"start.media_format.sample_rate is {shown(form.get('sample_rate'))}; {RATE_HZ} is spoken here")
    call_id = identifier(start, "call_control_id", "start")
    facts = Facts(optional(start, "to"), optional(start, "from"), call_id=call_id)
    return Start(identifier(body, "stream_id", "start"), call_id, codec, facts)


@dataclass(frozen=True, slots=True)
class Telnyx:
    """The carrier."""

    key: str = field(repr=False)
    name: str = "telnyx"
    signs_sockets: bool = False
    markup: Twiml = TEXML

    def wire(self, now: Seconds, facts: Facts | None) -> Wire:
        return StreamWire(TelnyxStreams(), now, facts)

    def is_genuine(self, request: Request) -> bool:
        """The key has been looked at."""
        return True


def telnyx_account(api: str, account: str, api_key: str) -> Account:
    """The REST interface under `api` (https://api.telnyx.com)."""
    calls = f"{api}/v2/texml/Accounts/{account}/Calls/{{}}"
    redirect = Order("POST", {"Url": "{}", "Method": "POST"})
    return Account(api_key, calls, Order("POST", {"Status": "completed"}), redirect)
