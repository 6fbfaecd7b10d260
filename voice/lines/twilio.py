"""Twilio: Media Streams' messages, TwiML, signatures, and orders to its REST interface; nothing here touches a socket.

Rule: numbers on this wire are strings; whatever a peer sends becomes a message or a LineError (`voice/lines/streams`).
SignalWire speaks the same under other names and addresses (`voice/lines/signalwire`), Telnyx nearly the same.
Leaves out: the one-way `<Start><Stream>` fork.

Source: Twilio's documentation of Media Streams' WebSocket messages, TwiML <Connect>, <Stream>, <Dial>, <Reject>, the
Calls resource and request signing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from voice.lines import LineError
from voice.lines.carrier import Dialled, Form, Request, Ringing
from voice.lines.objects import Body, coded, compact, count, identifier, part, read_object, shown, sound, text, texts
from voice.lines.rest import Account, Order
from voice.lines.streams import (
    RATE_HZ,
    Dtmf,
    Facts,
    Mark,
    Media,
    Message,
    Other,
    Seconds,
    Start,
    Stop,
    StreamWire,
    diverted,
)
from voice.lines.wire import Wire

_HEADER = "SipHeader_"
"""Before the name of a SIP header in the webhook's form."""


@dataclass(frozen=True, slots=True)
class MediaStreams:
    """The messages; `line` is "signalwire" for that carrier."""

    line: str = "twilio"
    forgets_marks: bool = False

    def parse(self, message: str) -> Message:
        body = read_object(message)
        event = text(body, "event", "message")
        match event:
            case "start":
                return _start(body)
            case "media":
                return _media(body)
            case "dtmf":
                return Dtmf(_sid(body, event), text(part(body, "dtmf"), "digit", "dtmf"))
            case "mark":
                return Mark(_sid(body, event), text(part(body, "mark"), "name", "mark"))
            case "stop":
                return Stop(_sid(body, event))
            case _:
                return Other(event)

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
    return Start(_sid(start if "streamSid" not in body else body, "start"), call_id, "PCMU", facts)


def _media(body: Body) -> Message:
    media = part(body, "media")
    if media.get("track", "inbound") != "inbound":
        return Other("media")
    return Media(_sid(body, "media"), sound(media, "media"), count(media, "timestamp"))


def _sid(body: Body, where: str) -> str:
    return identifier(body, "streamSid", where)


def connect_verb(stream_url: str, facts: Facts, more: str = "") -> str:
    """<Connect> both ways to `stream_url` (wss, no query: Twilio drops it); `more`: further attributes of <Stream>."""
    told = {"to": facts.called, "from": facts.caller, "forwarded": facts.forwarded_from, "why": facts.forwarded_why}
    pairs = ((quoteattr(key), quoteattr(value)) for key, value in told.items() if value)
    given = "".join(f"<Parameter name={key} value={value}/>" for key, value in pairs)
    return f"<Connect><Stream url={quoteattr(stream_url)}{more}>{given}</Stream></Connect>"


def dial_verb(ringing: Ringing) -> str:
    """<Dial>, which tells when it is answered, and asks what comes next."""
    caller = f" callerId={quoteattr(ringing.caller_id)}" if ringing.caller_id else ""
    noun = "Sip" if ringing.to.startswith(("sip:", "sips:")) else "Number"
    told = f'statusCallback={quoteattr(ringing.answered_url)} statusCallbackEvent="answered"'
    dial = f'<Dial timeout="{ringing.seconds}" action={quoteattr(ringing.ended_url)} method="POST"{caller}>'
    return f"{dial}<{noun} {told}>{escape(ringing.to)}</{noun}></Dial>"


def response(verbs: str) -> str:
    """The whole answer."""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'


def form_facts(form: Form) -> Facts:
    """Who calls whom, from the webhook's form."""
    headers = {name.removeprefix(_HEADER): value for name, value in form.items() if name.startswith(_HEADER)}
    number, why = diverted(headers)
    passed_on = form.get("ForwardedFrom", "") or number
    return Facts(form.get("To", ""), form.get("From", ""), passed_on, why, form.get("CallSid", ""))


def form_dialled(form: Form) -> Dialled:
    """What <Dial> came to."""
    found = _STATES.get(form.get("DialCallStatus", ""), "failed")
    gone = found != "answered" and form.get("CallStatus") in ("completed", "canceled")
    return "gone" if gone else found


_STATES: Mapping[str, Dialled] = {
    "completed": "answered",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no_answer",
}


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

    def wire(self, now: Seconds, facts: Facts | None) -> Wire:
        return StreamWire(MediaStreams(self.name), now, facts)

    def is_genuine(self, request: Request) -> bool:
        """Some of Twilio's edges sign a socket's address with a slash behind it, and some carriers a port."""
        if not self.token:
            return True
        given = request.headers.get(self.header, "")
        signed = [is_signed(self.token, url, given, request.form) for url in _spellings(request.url)]
        return any(signed)

    def facts(self, form: Form) -> Facts:
        return form_facts(form)

    def connect(self, stream_url: str, facts: Facts) -> str:
        return response(connect_verb(stream_url, facts))

    def dial(self, ringing: Ringing) -> str:
        return response(dial_verb(ringing))

    def busy(self) -> str:
        return response('<Reject reason="busy"/>')

    def end(self) -> str:
        return response("<Hangup/>")

    def dialled(self, form: Form) -> Dialled:
        return form_dialled(form)

    def answered(self, form: Form) -> bool:
        return form.get("CallStatus") in ("in-progress", "answered")


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
