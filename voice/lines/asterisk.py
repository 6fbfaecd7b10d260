"""Asterisk's chan_websocket: sound as binary frames, commands and events as text, read and written; no socket here.

Rule: the first text decides the dialect: an Asterisk that begins with JSON is answered in JSON, any other in plain
text, since each understands only its own. Commands stay under 128 bytes and messages under 65,500, for a longer command
is passed over in silence and a longer message ends the call. Marks are the ends of buffering, which every version tells
of and which carry the rest of a frame; what FLUSH_MEDIA throws away comes back from here, because Asterisk forgets it.
Leaves out: the socket and who may open it (`bot/web/asterisk`), transfers (`voice/lines/ari`), codecs without a frame.

Source: Asterisk's documentation of the WebSocket channel driver, and the driver's own behaviour where the two differ.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from voice.g711 import alaw_decode, alaw_encode, ulaw_decode, ulaw_encode
from voice.lines import Audio, Incoming, Key, LineError, Marked, Quality, Ring
from voice.lines.numbers import dialled, is_withheld

SUBPROTOCOL = "media"
MAX_COMMAND_BYTES = 128
"""Of a text message to Asterisk; a longer one is passed over."""
MAX_MESSAGE_BYTES = 65_500
"""Of any message to Asterisk; after a longer one the socket is closed and the call hung up."""
MAX_TEXT_CHARS = 65_536
"""Of a text message from Asterisk: MEDIA_START in JSON carries all variables of the channel."""
ERRORS_KEPT = 5
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:/;@-]{1,128}")
_COMPANY_KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_WHY: Mapping[str, str] = {
    "cfnr": "no_answer",
    "no_answer": "no_answer",
    "cfb": "busy",
    "user_busy": "busy",
    "cfu": "always",
    "unconditional": "always",
}
"""Asterisk's REDIRECTING(reason), in both spellings, as `Ring.forwarded_why`."""

Dialect = Literal["text", "json"]


@dataclass(frozen=True, slots=True)
class Format:
    """How sound is written on the wire."""

    name: str
    """As `Ring.codec`."""
    rate_hz: int
    encode: Callable[[bytes], bytes]
    decode: Callable[[bytes], bytes]
    sample_bytes: int


FORMATS: Mapping[str, Format] = {
    "ulaw": Format("PCMU", 8000, ulaw_encode, ulaw_decode, 1),
    "alaw": Format("PCMA", 8000, alaw_encode, alaw_decode, 1),
    "slin": Format("L16", 8000, bytes, bytes, 2),
    "slin16": Format("L16", 16_000, bytes, bytes, 2),
}
"""By Asterisk's names."""


@dataclass(frozen=True, slots=True)
class Event:
    """One text message of Asterisk's."""

    name: str
    """MEDIA_START, DTMF_END …"""
    values: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    """Of the channel: JSON only, and only with MEDIA_START."""


def parse(message: str) -> tuple[Dialect, Event]:
    """One text message, in whichever dialect it is. Raises LineError."""
    if len(message) > MAX_TEXT_CHARS:
        raise LineError(f"message of {len(message)} characters; at most {MAX_TEXT_CHARS} are taken")
    if message.lstrip().startswith("{"):
        return "json", _json_event(message)
    name, _, rest = message.strip().partition(" ")
    if not re.fullmatch(r"[A-Z_]{1,64}", name):
        raise LineError(f"not an event of chan_websocket: {_shown(message)}")
    if name in ("MEDIA_BUFFERING_COMPLETED", "MEDIA_MARK_PROCESSED"):
        return "text", Event(name, {"correlation_id": rest} if rest else {})
    if name == "ERROR":
        return "text", Event(name, {"error_text": rest.partition("error_text:")[2] or rest})
    return "text", Event(name, dict(_pair(word) for word in rest.split()))


def command(dialect: Dialect, name: str, correlation_id: str = "") -> str:
    """One order to Asterisk. Raises ValueError for one that it would pass over."""
    if dialect == "json":
        body = {"command": name, "correlation_id": correlation_id} if correlation_id else {"command": name}
        made = json.dumps(body, separators=(",", ":"))
    else:
        made = f"{name} {correlation_id}".rstrip()
    if len(made.encode()) > MAX_COMMAND_BYTES:
        raise ValueError(f"a command of {len(made.encode())} bytes: Asterisk takes {MAX_COMMAND_BYTES}")
    return made


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the dialplan tells of a call, by the names of its parameters; the strings are Asterisk's own."""

    to: str = ""
    """Number that was called, or a company's key."""
    caller: str = ""
    forwarded: str = ""
    why: str = ""
    """REDIRECTING(reason)."""
    presentation: str = ""
    """CALLERID(pres): beginning with "prohib" where the caller keeps the number back."""
    channel: str = ""
    """Unique id of the caller's own channel; "" unknown."""
    answer: bool = False
    """The channel was dialled with `n` and waits for our ANSWER."""
    onward: bool = False
    """The dialplan goes on after our end, and asks where the caller is to be put through."""
    format: str = ""
    """Of the sound, by Asterisk's name; for AudioSocket, which does not tell it in time. "" = slin."""

    def ring(self, line_call_id: str, form: Format, line: str = "asterisk") -> Ring:
        withheld = self.presentation.startswith("prohib")
        return Ring(
            called=self.to if _COMPANY_KEY.fullmatch(self.to) else dialled(self.to),
            caller="" if withheld else dialled(self.caller),
            line=line,
            line_call_id=line_call_id,
            rate_hz=form.rate_hz,
            forwarded_from=dialled(self.forwarded),
            forwarded_why=_WHY.get(self.why, ""),
            withheld=withheld or is_withheld(self.caller),
            codec=form.name,
        )


def facts_of(given: Mapping[str, str]) -> CallFacts:
    """From the parameters that `v(…)` adds to the URI, a form's fields, or a channel's variables (DENWABAN_TO …)."""
    names = {name.lstrip("_").upper().removeprefix("DENWABAN_"): value.strip() for name, value in given.items()}
    channel = names.get("CHANNEL", "")
    return CallFacts(
        to=names.get("TO", ""),
        caller=names.get("FROM", ""),
        forwarded=names.get("FORWARDED", ""),
        why=names.get("WHY", "").lower(),
        presentation=names.get("PRES", "").lower(),
        channel=channel if _IDENTIFIER.fullmatch(channel) else "",
        answer=names.get("ANSWER", "") == "1",
        onward=names.get("ONWARD", "") == "1",
        format=names.get("FORMAT", "").lower(),
    )


@dataclass(slots=True)
class AsteriskWire:
    """One media socket's order of messages: MEDIA_START, then the rest until it closes."""

    told: Mapping[str, str] = field(default_factory=dict)
    """What is known of the call besides its MEDIA_START: parameters of the URI, or what was registered."""
    dialect: Dialect = "text"
    full: bool = False
    """Asterisk's queue is: sound must wait until MEDIA_XON."""
    errors: list[str] = field(default_factory=list)
    """What Asterisk complained of; the first few."""
    facts: CallFacts = field(default_factory=CallFacts)
    """Known once the call has begun."""
    channel_id: str = ""
    """Of the media channel."""
    frame_bytes: int = 0
    """optimal_frame_size; 0 before MEDIA_START."""
    _format: Format = FORMATS["ulaw"]
    _buffering: bool = False
    _marks: dict[str, str] = field(default_factory=dict)
    """Names of marks that are on their way, by the short id Asterisk knows them by."""
    _marked: int = 0

    def read(self, message: str | bytes) -> Ring | Incoming | None:
        """What a message means to the call; None: nothing. Raises LineError."""
        if isinstance(message, bytes):
            return self._sound(message)
        dialect, event = parse(message)
        match event.name:
            case "MEDIA_START":
                return self._start(dialect, event)
            case "DTMF_END":
                digit = event.values.get("digit", "")
                return Key(digit) if digit in tuple("0123456789*#") else None
            case "MEDIA_XOFF":
                self.full = True
            case "MEDIA_XON":
                self.full = False
            case "MEDIA_BUFFERING_COMPLETED" | "MEDIA_MARK_PROCESSED":
                name = self._marks.pop(event.values.get("correlation_id", ""), None)
                return None if name is None else Marked(name)
            case "ERROR" if len(self.errors) < ERRORS_KEPT:
                self.errors.append(_shown(event.values.get("error_text", "")))
        return None  # STATUS, QUEUE_DRAINED and what later versions add are none of our business

    def _sound(self, message: bytes) -> Audio | None:
        if not self.frame_bytes or not message:
            return None  # sound may overtake MEDIA_START; until then its format is not known
        if len(message) % self._format.sample_bytes:
            raise LineError(f"sound of {len(message)} bytes; samples have {self._format.sample_bytes}")
        return Audio(self._format.decode(message))

    def _start(self, dialect: Dialect, event: Event) -> Ring:
        if self.frame_bytes:
            raise LineError("a second MEDIA_START on one socket")
        values = event.values
        spoken = values.get("format", "")
        if spoken not in FORMATS:
            raise LineError(f"format {_shown(spoken)}: dial with c(ulaw), c(alaw), c(slin) or c(slin16)")
        form = FORMATS[spoken]
        wanted = form.rate_hz // 50 * form.sample_bytes
        if values.get("optimal_frame_size", str(wanted)) != str(wanted):
            size = _shown(values["optimal_frame_size"])
            raise LineError(f"optimal_frame_size {size} with {spoken}: {wanted} is 20 ms; dial without p")
        connection, channel = values.get("connection_id", ""), values.get("channel_id", "")
        call_id = channel or connection
        for name, value in (("connection_id", connection), ("channel_id", call_id)):
            if not _IDENTIFIER.fullmatch(value):
                raise LineError(f"MEDIA_START's {name} is {_shown(value)}, not an identifier")
        self.dialect, self._format, self.frame_bytes, self.channel_id = dialect, form, wanted, channel
        self.facts = facts_of({**event.variables, **self.told})
        named = self.told.get("call", "")
        return self.facts.ring(named if _IDENTIFIER.fullmatch(named) else call_id, form)

    def welcome(self) -> str | None:
        return command(self.dialect, "ANSWER") if self.facts.answer else None

    def play(self, pcm: bytes) -> tuple[str | bytes, ...]:
        """Sound of any length, in messages that Asterisk takes."""
        coded = self._format.encode(pcm)
        most = MAX_MESSAGE_BYTES // self.frame_bytes * self.frame_bytes
        parts = tuple(coded[at : at + most] for at in range(0, len(coded), most))
        return (*self._begun(), *parts)

    def mark(self, name: str) -> tuple[str | bytes, ...]:
        """The end of buffering: the rest of a frame is filled up with silence, and its end comes back to us."""
        self._marked += 1
        short = str(self._marked)
        self._marks[short] = name
        begun = self._begun()
        self._buffering = False
        return (*begun, command(self.dialect, "STOP_MEDIA_BUFFERING", short))

    def clear(self) -> tuple[str | bytes, ...]:
        """FLUSH_MEDIA does not lift a pause in every version, so CONTINUE_MEDIA follows."""
        self._buffering = False
        return command(self.dialect, "FLUSH_MEDIA"), command(self.dialect, "CONTINUE_MEDIA")

    def forgotten(self) -> tuple[Marked, ...]:
        """The marks that were on their way when `clear` was ordered: nobody else gives them back."""
        lost = tuple(Marked(name) for name in self._marks.values())
        self._marks.clear()
        return lost

    def farewell(self, why: str) -> str | None:
        """Hang the channel up; nothing can be said before the dialect is known, and nothing is there to be ended."""
        return command(self.dialect, "HANGUP") if self.frame_bytes and why != "caller" else None

    def quality(self) -> Quality | None:
        return None

    def _begun(self) -> tuple[str, ...]:
        if self._buffering:
            return ()
        self._buffering = True
        return (command(self.dialect, "START_MEDIA_BUFFERING"),)


def _json_event(message: str) -> Event:
    try:
        body = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON: {_shown(message)}") from error
    name = body.get("event")
    if not isinstance(name, str):
        raise LineError(f"an event without a name: {_shown(message)}")
    values = {key: _plain(value) for key, value in body.items() if isinstance(value, str | int)}
    given = body.get("channel_variables")
    variables = given if isinstance(given, dict) else {}
    return Event(name, values, {key: value for key, value in variables.items() if isinstance(value, str)})


def _plain(value: str | int) -> str:
    """A number in JSON as the other dialect writes it; one too long to be written is none of Asterisk's."""
    return value if isinstance(value, str) else str(value) if abs(value) < 10**18 else ""


def _pair(word: str) -> tuple[str, str]:
    key, _, value = word.partition(":")
    return key, value


def _shown(value: str) -> str:
    """Short and printable: it goes into a log line and a close frame."""
    return ascii(value)[:60]
