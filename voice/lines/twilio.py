"""Twilio Media Streams: JSON text frames with mu-law sound, read and written; nothing here touches a socket.

Rule: whatever a peer sends becomes a message or a LineError that says what is wrong with it; an event of a kind we do
not know is passed over, since the vendor adds some. Numbers on this wire are strings. `TwilioWire` adds the order in
which messages may come; `bot/web` holds the socket, the webhook and the account's secrets.
Leaves out: the one-way `<Start><Stream>` fork, and Twilio's REST interface (so a transfer is unsupported here).

Source: Twilio's documentation of Media Streams' WebSocket messages, TwiML <Stream> and request signing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from voice.g711 import ulaw_decode, ulaw_encode
from voice.lines import Audio, Closed, Incoming, Key, LineError, Marked, Quality, Ring

RATE_HZ = 8000
MAX_MESSAGE_CHARS = 65_536
"""A frame of 20 ms makes about 350; a second of sound 11,000."""
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_COMPANY_KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_NOT_NUMBERS = {"266696687", "7378742833", "2562533", "8656696", "8566696", "86282452253"}
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN (and as misspelt by some networks), UNAVAILABLE, as a telephone's keys spell
them: what a withheld number may look like."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The socket speaks this dialect; no stream yet."""


@dataclass(frozen=True, slots=True)
class Start:
    """The stream begins."""

    stream_sid: str
    call_sid: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    """What our TwiML gave as <Parameter>."""


@dataclass(frozen=True, slots=True)
class Media:
    """The caller's sound."""

    stream_sid: str
    payload: bytes
    """Mu-law at 8 kHz, usually 160 bytes."""


@dataclass(frozen=True, slots=True)
class Dtmf:
    """A push button, `digit` as Twilio names it."""

    stream_sid: str
    digit: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of ours came back."""

    stream_sid: str
    name: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The caller hung up, or the call was taken elsewhere."""

    stream_sid: str


@dataclass(frozen=True, slots=True)
class Other:
    """Something that is none of our business: another event, or our own sound come back."""

    event: str


Message = Connected | Start | Media | Dtmf | Mark | Stop | Other


def parse(message: str) -> Message:
    """One text frame. Raises LineError."""
    if len(message) > MAX_MESSAGE_CHARS:
        raise LineError(f"message of {len(message)} characters; at most {MAX_MESSAGE_CHARS} are taken")
    try:
        body = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON: {_shown(message)}") from error
    if not isinstance(body, dict):
        raise LineError(f"not a JSON object: {_shown(message)}")
    event = _text(body, "event", "message")
    match event:
        case "connected":
            return Connected()
        case "start":
            return _start(body)
        case "media":
            return _media(body)
        case "dtmf":
            return Dtmf(_sid(body, event), _text(_part(body, "dtmf"), "digit", "dtmf"))
        case "mark":
            return Mark(_sid(body, event), _text(_part(body, "mark"), "name", "mark"))
        case "stop":
            return Stop(_sid(body, event))
        case _:
            return Other(event)


def media(stream_sid: str, payload: bytes) -> str:
    """Mu-law sound for the caller, any length, without a header."""
    sound = {"payload": base64.b64encode(payload).decode("ascii")}
    return _compact({"event": "media", "streamSid": stream_sid, "media": sound})


def mark(stream_sid: str, name: str) -> str:
    """Comes back once the sound before it was played or cleared."""
    return _compact({"event": "mark", "streamSid": stream_sid, "mark": {"name": name}})


def clear(stream_sid: str) -> str:
    """Empties Twilio's buffer; marks in it come back."""
    return _compact({"event": "clear", "streamSid": stream_sid})


def twiml(stream_url: str, parameters: Mapping[str, str]) -> str:
    """The answer to the webhook: connect the call, both ways, to `stream_url` (wss, no query: Twilio drops it)."""
    given = "".join(f"<Parameter name={quoteattr(key)} value={quoteattr(value)}/>" for key, value in parameters.items())
    stream = f"<Stream url={quoteattr(stream_url)}>{given}</Stream>"
    return f'<?xml version="1.0" encoding="UTF-8"?><Response><Connect>{stream}</Connect></Response>'


def signature(token: str, url: str, parameters: Iterable[tuple[str, str]] = ()) -> str:
    """X-Twilio-Signature: base64 of HMAC-SHA1 over the URL as dialled and the sorted POST parameters."""
    signed = url + "".join(key + value for key, value in sorted(set(parameters)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode("ascii")


def is_signed(token: str, url: str, given: str, parameters: Iterable[tuple[str, str]] = ()) -> bool:
    """Whether `given` is Twilio's signature of this request; compared in constant time."""
    return hmac.compare_digest(signature(token, url, parameters).encode(), given.encode("utf-8", "replace"))


def dialled(number: str) -> str:
    """A number as digits that can be dialled in Japan: +81312345678 is 0312345678, +1… is 0101…; "" if it is none."""
    number = number.strip()
    digits = "".join(sign for sign in number if sign in "0123456789")
    if digits in _NOT_NUMBERS or not re.fullmatch(r"\+?[0-9() .-]{3,40}", number):
        return ""
    if not number.startswith("+"):
        return digits
    return "0" + digits[2:] if digits.startswith("81") else "010" + digits


@dataclass(slots=True)
class TwilioWire:
    """One stream's order of messages: connected, start, then the rest until stop."""

    stream_sid: str = ""

    def read(self, message: str | bytes) -> Ring | Incoming | None:
        """What a message means to the call; None: nothing. Raises LineError."""
        if isinstance(message, bytes):
            raise LineError("a binary frame; Media Streams are JSON text")
        parsed = parse(message)
        match parsed:
            case Connected() | Other():
                return None
            case Start():
                return self._ring(parsed)
        if not self.stream_sid:
            raise LineError(f"{type(parsed).__name__.lower()} before start")
        if parsed.stream_sid != self.stream_sid:
            raise LineError(f"a message for stream {parsed.stream_sid} on stream {self.stream_sid}")
        match parsed:
            case Media():
                return Audio(ulaw_decode(parsed.payload)) if parsed.payload else None
            case Dtmf():
                return Key(parsed.digit) if parsed.digit in tuple("0123456789*#") else None
            case Mark():
                return Marked(parsed.name)
            case Stop():
                return Closed("caller")

    def _ring(self, start: Start) -> Ring:
        if self.stream_sid:
            raise LineError("a second start on one stream")
        self.stream_sid = start.stream_sid
        called = start.parameters.get("to", "")
        return Ring(
            called=called if _COMPANY_KEY.fullmatch(called) else dialled(called),
            caller=dialled(start.parameters.get("from", "")),
            line="twilio",
            line_call_id=start.call_sid,
            rate_hz=RATE_HZ,
            forwarded_from=dialled(start.parameters.get("forwarded", "")),
        )

    def welcome(self) -> str | None:
        return None

    def play(self, pcm: bytes) -> str:
        return media(self.stream_sid, ulaw_encode(pcm))

    def mark(self, name: str) -> str:
        return mark(self.stream_sid, name)

    def clear(self) -> str:
        return clear(self.stream_sid)

    def farewell(self, why: str) -> str | None:
        """None: closing the socket ends the call."""
        return None

    def quality(self) -> Quality | None:
        return None


def _start(body: Mapping[str, object]) -> Start:
    start = _part(body, "start")
    wanted = {"encoding": "audio/x-mulaw", "sampleRate": str(RATE_HZ), "channels": "1"}
    sound = _part(start, "mediaFormat")
    for key, value in wanted.items():
        if str(sound.get(key)) != value:
            raise LineError(f"start.mediaFormat.{key} is {_shown(sound.get(key))}; only {value} is spoken here")
    given = start.get("customParameters") or {}
    if not isinstance(given, dict):
        raise LineError(f"start.customParameters is {_shown(given)}, not an object")
    parameters = {key: value for key, value in given.items() if isinstance(value, str)}
    call_sid = _text(start, "callSid", "start")
    if not _IDENTIFIER.fullmatch(call_sid):
        raise LineError(f"start.callSid is {_shown(call_sid)}, not an identifier")
    return Start(_sid(start if "streamSid" not in body else body, "start"), call_sid, parameters)


def _media(body: Mapping[str, object]) -> Message:
    sound = _part(body, "media")
    if sound.get("track", "inbound") != "inbound":
        return Other("media")
    payload = _text(sound, "payload", "media")
    try:
        return Media(_sid(body, "media"), base64.b64decode(payload, validate=True))
    except ValueError as error:
        raise LineError(f"media.payload is not base64: {_shown(payload)}") from error


def _sid(body: Mapping[str, object], where: str) -> str:
    sid = _text(body, "streamSid", where)
    if not _IDENTIFIER.fullmatch(sid):
        raise LineError(f"{where}.streamSid is {_shown(sid)}, not an identifier")
    return sid


def _part(body: Mapping[str, object], key: str) -> Mapping[str, object]:
    part = body.get(key)
    if not isinstance(part, dict):
        raise LineError(f"{key} is missing" if part is None else f"{key} is {_shown(part)}, not an object")
    return part


def _text(body: Mapping[str, object], key: str, where: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        raise LineError(f"{where}.{key} is missing" if value is None else f"{where}.{key} is not a string")
    return value


def _shown(value: object) -> str:
    """Short and printable: it goes into a log line and a close frame."""
    return ascii(value)[:60]


def _compact(body: Mapping[str, object]) -> str:
    return json.dumps(body, separators=(",", ":"))
