"""Plivo: the messages of its audio streams, its XML, signatures, and orders to its REST interface; pure.

Rule: a mark is called a checkpoint and comes back as `playedStream` without the stream's name, or never where it was
cleared; the call lives only as long as its <Stream> says so, and what follows that element ends it.

Source: Plivo's documentation of audio streaming, <Stream>, <Dial>, the Call resource and signatures (version 3).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape, quoteattr

from voice.lines import LineError
from voice.lines.carrier import Dialled, Form, Request, Ringing
from voice.lines.objects import Body, coded, compact, identifier, optional, part, read_object, shown, text
from voice.lines.rest import Account, Order
from voice.lines.streams import RATE_HZ, Facts, Mark, Message, Seconds, Start, StreamWire, diverted, usual
from voice.lines.twiml import response
from voice.lines.wire import Wire

_HEADER = "SIP-H-"
"""Before the name of a SIP header in the webhook's form."""


@dataclass(frozen=True, slots=True)
class PlivoStreams:
    """The messages."""

    line: str = "plivo"
    forgets_marks: bool = True

    def parse(self, message: str) -> Message:
        body = read_object(message)
        event = text(body, "event", "message")
        stream_id = optional(body, "streamId")
        match event:
            case "start":
                return _start(body)
            case "playedStream":
                return Mark(stream_id, text(body, "name", "playedStream"))
        return usual(event, body, stream_id)

    def media(self, stream_id: str, payload: bytes) -> str:
        form = {"contentType": "audio/x-mulaw", "sampleRate": RATE_HZ}
        return compact({"event": "playAudio", "media": {**form, "payload": coded(payload)}})

    def mark(self, stream_id: str, name: str) -> str:
        return compact({"event": "checkpoint", "streamId": stream_id, "name": name})

    def clear(self, stream_id: str) -> str:
        return compact({"event": "clearAudio", "streamId": stream_id})


def _start(body: Body) -> Start:
    start = part(body, "start")
    form = start.get("mediaFormat", {})
    encoding = form.get("encoding", "audio/x-mulaw") if isinstance(form, dict) else form
    rate_hz = form.get("sampleRate", RATE_HZ) if isinstance(form, dict) else RATE_HZ
    if (encoding, str(rate_hz)) != ("audio/x-mulaw", str(RATE_HZ)):
        raise LineError(f"start.mediaFormat is {shown(form)}; audio/x-mulaw at {RATE_HZ} is spoken here")
    call_id = identifier(start, "callId", "start")
    return Start(identifier(start, "streamId", "start"), call_id, "PCMU", Facts(call_id=call_id))


def signature(token: str, url: str, nonce: str, form: Iterable[tuple[str, str]]) -> str:
    """Base64 of HMAC-SHA256 over the URL with its query sorted, the sorted POST parameters, a dot and the nonce."""
    parts = urlsplit(url)
    query = "&".join(f"{key}={value}" for key, value in sorted(parse_qsl(parts.query, keep_blank_values=True)))
    posted = "".join(key + value for key, value in sorted(form))
    signed = f"{parts.scheme}://{parts.netloc}{parts.path}"
    if query or posted:
        signed += f"?{query}"
    if query and posted:
        signed += "."
    return base64.b64encode(
        hmac.new(token.encode(), f"{signed}{posted}.{nonce}".encode(), hashlib.sha256).digest()
    ).decode("ascii")


_STATES: Mapping[str, Dialled] = {
    "completed": "answered",
    "busy": "busy",
    "no-answer": "no_answer",
    "timeout": "no_answer",
    "cancel": "gone",
}


@dataclass(frozen=True, slots=True)
class PlivoXml:
    """A `Markup`."""

    def facts(self, form: Form) -> Facts:
        headers = {name.removeprefix(_HEADER): value for name, value in form.items() if name.startswith(_HEADER)}
        number, why = diverted(headers)
        called, caller = _number(form.get("To", "")), _number(form.get("From", ""))
        return Facts(called, caller, _number(form.get("ForwardedFrom", "")) or number, why, form.get("CallUUID", ""))

    def connect(self, stream_url: str, facts: Facts) -> str:
        """Kept alive, or Plivo would not wait for the stream; then it is over."""
        attributes = 'bidirectional="true" keepCallAlive="true" contentType="audio/x-mulaw;rate=8000"'
        return response(f"<Stream {attributes}>{escape(stream_url)}</Stream><Hangup/>")

    def dial(self, ringing: Ringing) -> str:
        caller = f" callerId={quoteattr(ringing.caller_id)}" if ringing.caller_id else ""
        noun = "User" if ringing.to.startswith(("sip:", "sips:")) else "Number"
        told = f'callbackUrl={quoteattr(ringing.answered_url)} callbackMethod="POST"'
        ended = f'action={quoteattr(ringing.ended_url)} method="POST" redirect="true"'
        dial = f'<Dial timeout="{ringing.seconds}" {ended} {told}{caller}>'
        return response(f"{dial}<{noun}>{escape(ringing.to)}</{noun}></Dial>")

    def busy(self) -> str:
        return response('<Hangup reason="busy"/>')

    def end(self) -> str:
        return response("<Hangup/>")

    def dialled(self, form: Form) -> Dialled:
        found = _STATES.get(form.get("DialStatus", ""), "failed")
        gone = found != "answered" and form.get("CallStatus") == "completed"
        return "gone" if gone else found

    def answered(self, form: Form) -> bool:
        return form.get("DialAction") in ("answer", "connected")


@dataclass(frozen=True, slots=True)
class Plivo:
    """The carrier."""

    token: str = field(repr=False)
    name: str = "plivo"
    key: str = ""
    signs_sockets: bool = False
    markup: PlivoXml = field(default_factory=PlivoXml)

    def wire(self, now: Seconds, facts: Facts | None) -> Wire:
        return StreamWire(PlivoStreams(), now, facts)

    def is_genuine(self, request: Request) -> bool:
        """More than one signature stands there while a token is being exchanged."""
        nonce = request.headers.get("x-plivo-signature-v3-nonce", "")
        given = request.headers.get("x-plivo-signature-v3", "").split(",")
        wanted = signature(self.token, request.url, nonce, request.form).encode()
        found = [hmac.compare_digest(wanted, each.strip().encode("utf-8", "replace")) for each in given]
        return bool(nonce) and any(found)


def _number(found: str) -> str:
    """Plivo writes numbers of the world without the plus."""
    return (
        f"+{found}" if found.isascii() and found.isdigit() and len(found) > 10 and not found.startswith("0") else found
    )


def plivo_account(api: str, auth_id: str, token: str) -> Account:
    """The REST interface under `api` (https://api.plivo.com)."""
    calls = f"{api}/v1/Account/{auth_id}/Call/{{}}/"
    redirect = Order("POST", {"legs": "aleg", "aleg_url": "{}", "aleg_method": "POST"})
    return Account((auth_id, token), calls, Order("DELETE"), redirect)
