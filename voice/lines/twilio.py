"""Twilio: Media Streams' messages, signatures, and orders to its REST interface; nothing here touches a socket.

Rule: numbers on this wire are strings; whatever a peer sends becomes a message or a LineError (`voice/lines/streams`).
SignalWire speaks the same under other names and addresses (`voice/lines/signalwire`), Telnyx nearly the same.
Leaves out: what its webhooks say and are answered (`voice/lines/twiml`).

Source: Twilio's documentation of Media Streams' WebSocket messages, the Calls resource and request signing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from voice.lines import LineError
from voice.lines.carrier import Request
from voice.lines.objects import Body, coded, compact, identifier, part, read_object, shown, text, texts
from voice.lines.rest import Account, Order
from voice.lines.streams import RATE_HZ, Facts, Message, Seconds, Start, StreamWire, usual
from voice.lines.twiml import Twiml
from voice.lines.wire import Wire

TWIML = Twiml()


@dataclass(frozen=True, slots=True)
class MediaStreams:
    """The messages; `line` is "signalwire" for that carrier."""

    line: str = "twilio"
    forgets_marks: bool = False

    def parse(self, message: str) -> Message:
        body = read_object(message)
        event = text(body, "event", "message")
        if event == "start":
            return _start(body)
        named = event in ("media", "dtmf", "mark", "stop")
        return usual(event, body, identifier(body, "streamSid", event) if named else "", counts=False)

    def media(self, stream_id: str, payload: bytes) -> str:
        return compact({"event": "media", "streamSid": stream_id, "media": {"payload": coded(payload)}})

    def mark(self, stream_id: str, name: str) -> str:
        return compact({"event": "mark", "streamSid": stream_id, "mark": {"name": name}})

    def clear(self, stream_id: str) -> str:
        return compact({"event": "clear", "streamSid": stream_id})


def _start(body: Body) -> Start:
    start = part(body, "start")
    wanted = {"encoding": "audio/x-mulaw", "sampleRate": str(RATE_HZ), "channels": "1"}
    form = part(start, "mediaFormat")
    for key, value in wanted.items():
        if str(form.get(key)) != value:
            raise LineError(f"start.mediaFormat.{key} is {shown(form.get(key))}; only {value} is spoken here")
    given = texts(start, "customParameters", "start")
    call_id = identifier(start, "callSid", "start")
    called, caller, passed_on, why = (given.get(name, "") for name in ("to", "from", "forwarded", "why"))
    facts = Facts(called, caller, passed_on, why, call_id)
    stream_id = identifier(body if "streamSid" in body else start, "streamSid", "start")
    return Start(stream_id, call_id, "PCMU", facts)


def signature(token: str, url: str, form: Iterable[tuple[str, str]] = ()) -> str:
    """Base64 of HMAC-SHA1 over the URL as dialled and the sorted POST parameters."""
    signed = url + "".join(key + value for key, value in sorted(set(form)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode("ascii")


def is_signed(token: str, url: str, given: str, form: Iterable[tuple[str, str]] = ()) -> bool:
    """Whether `given` is the signature of this request; compared in constant time."""
    return hmac.compare_digest(signature(token, url, form).encode(), given.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Twilio:
    """The carrier, or one that does as it does."""

    token: str = field(default="", repr=False)
    """Requests are signed with it; "" = signatures are not checked."""
    name: str = "twilio"
    key: str = ""
    signs_sockets: bool = True
    header: str = "x-twilio-signature"
    markup: Twiml = TWIML

    def wire(self, now: Seconds, facts: Facts | None) -> Wire:
        return StreamWire(MediaStreams(self.name), now, facts)

    def is_genuine(self, request: Request) -> bool:
        """Some of Twilio's edges sign a socket's address with a slash behind it, and some carriers a port."""
        if not self.token:
            return True
        given = request.headers.get(self.header, "")
        signed = [is_signed(self.token, url, given, request.form) for url in _spellings(request.url)]
        return any(signed)


def _spellings(url: str) -> Sequence[str]:
    parts = urlsplit(url)
    if parts.scheme in ("ws", "wss"):
        return url, f"{url}/"
    port = {"https": 443, "http": 80}.get(parts.scheme)
    return (url, url.replace(parts.netloc, f"{parts.netloc}:{port}", 1)) if port and not parts.port else (url,)


def account(api: str, sid: str, token: str) -> Account:
    """The REST interface under `api` (https://api.twilio.com)."""
    calls = f"{api}/2010-04-01/Accounts/{sid}/Calls/{{}}.json"
    return Account(
        (sid, token), calls, Order("POST", {"Status": "completed"}), Order("POST", {"Url": "{}", "Method": "POST"})
    )
