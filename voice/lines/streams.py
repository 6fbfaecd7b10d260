"""What carriers that stream a call as JSON over a socket have in common: Twilio's protocol and those made after it.

Rule: a `Dialect` turns one text frame into one of few messages or a LineError that says what is wrong with it, and
passes over events of a kind we do not know, since carriers add some. `StreamWire` adds the order in which messages may
come, the sound's coding, and what was lost on the way. What the carrier's webhook said of the call (`Facts`) goes
before what the stream says itself.
Leaves out: one-way streams, the socket, the webhook (`bot/web`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from voice.g711 import alaw_decode, alaw_encode, ulaw_decode, ulaw_encode
from voice.lines import Audio, Closed, Incoming, Key, LineError, Marked, Quality, Ring
from voice.lines.inflow import Inflow
from voice.lines.numbers import dialled, is_withheld
from voice.lines.objects import Body, count, part, sound, text
from voice.lines.sip.headers import SipMessage
from voice.lines.sip.headers import facts as headers_say

RATE_HZ = 8000
KEYS = tuple("0123456789*#")
_COMPANY_KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}")

Seconds = Callable[[], float]
"""Now, from any beginning."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Who calls whom, as the carrier writes it."""

    called: str = ""
    caller: str = ""
    forwarded_from: str = ""
    forwarded_why: str = ""
    """As `Ring.forwarded_why`."""
    call_id: str = ""
    """By which the carrier's own interface knows the call."""


@dataclass(frozen=True, slots=True)
class Start:
    """The stream begins."""

    stream_id: str
    call_id: str
    codec: str = "PCMU"
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True)
class Media:
    """The caller's sound."""

    stream_id: str
    payload: bytes
    at_ms: int | None = None
    """When it was said, from the stream's beginning; None: the carrier does not tell."""
    chunk: int | None = None
    """Counted by the carrier, from 1; None: it does not."""


@dataclass(frozen=True, slots=True)
class Dtmf:
    """A push button, as the carrier names it."""

    stream_id: str
    digit: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of ours came back."""

    stream_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The caller hung up, or the call was taken elsewhere."""

    stream_id: str


@dataclass(frozen=True, slots=True)
class Other:
    """Something that is none of our business: an event of another kind, or our own sound come back."""

    event: str


Message = Start | Media | Dtmf | Mark | Stop | Other


def usual(event: str, body: Body, stream_id: str, counts: bool = True) -> Message:
    """All but the start, as most write it; `counts`: the chunks' numbers tell their order. Raises LineError."""
    match event:
        case "media":
            media = part(body, "media")
            if media.get("track", "inbound") != "inbound":
                return Other("media")
            chunk = count(media, "chunk") if counts else None
            return Media(stream_id, sound(media, "media"), count(media, "timestamp"), chunk)
        case "dtmf":
            return Dtmf(stream_id, text(part(body, "dtmf"), "digit", "dtmf"))
        case "mark":
            return Mark(stream_id, text(part(body, "mark"), "name", "mark"))
        case "stop":
            return Stop(stream_id)
    return Other(event)


class Dialect(Protocol):
    """How one carrier writes it. A stream's name may be "" in messages of carriers that leave it out."""

    @property
    def line(self) -> str:
        """`Ring.line`"""
        ...

    @property
    def forgets_marks(self) -> bool:
        """Whether marks that `clear` overtakes may never come back."""
        ...

    def parse(self, message: str) -> Message:
        """Raises LineError."""
        ...

    def media(self, stream_id: str, payload: bytes) -> str:
        """Sound for the caller, coded, any length, without a header."""
        ...

    def mark(self, stream_id: str, name: str) -> str:
        """Comes back once the sound before it was played or cleared."""
        ...

    def clear(self, stream_id: str) -> str:
        """Empties the carrier's buffer."""
        ...


@dataclass(frozen=True, slots=True)
class Codec:
    """G.711, one of both laws."""

    name: str
    encode: Callable[[bytes], bytes]
    decode: Callable[[bytes], bytes]


CODECS: Mapping[str, Codec] = {
    "PCMU": Codec("PCMU", ulaw_encode, ulaw_decode),
    "PCMA": Codec("PCMA", alaw_encode, alaw_decode),
}


def ring(facts: Facts, line: str, call_id: str, codec: str) -> Ring:
    """The call as everybody else sees it."""
    return Ring(
        called=facts.called if _COMPANY_KEY.fullmatch(facts.called) else dialled(facts.called),
        caller=dialled(facts.caller),
        line=line,
        line_call_id=call_id,
        rate_hz=RATE_HZ,
        forwarded_from=dialled(facts.forwarded_from),
        forwarded_why=facts.forwarded_why if facts.forwarded_why in ("no_answer", "busy", "always") else "",
        withheld=is_withheld(facts.caller),
        codec=codec,
    )


def diverted(headers: Mapping[str, str]) -> tuple[str, str]:
    """From where and why, from SIP headers that a carrier passes on, by their names; ("", "") = they do not say."""
    told = headers_say(SipMessage("", tuple((name.lower(), value) for name, value in headers.items()), ""))
    return told.forwarded_from, told.forwarded_why


class Marks:
    """On their way at a carrier that may forget those that are cleared; each comes back once."""

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}
        self._given_back: set[str] = set()

    def ordered(self, name: str) -> None:
        self._waiting[name] = None

    def came(self, name: str) -> Marked | None:
        """None: it was given back already."""
        self._waiting.pop(name, None)
        if name in self._given_back:
            self._given_back.remove(name)
            return None
        return Marked(name)

    def forgotten(self) -> Sequence[Marked]:
        """All that wait, given back."""
        lost = tuple(Marked(name) for name in self._waiting)
        self._given_back.update(self._waiting)
        self._waiting.clear()
        return lost


class StreamWire:
    """One stream's order of messages: start, then the rest until stop. A `Wire`."""

    def __init__(self, dialect: Dialect, now: Seconds, facts: Facts | None = None) -> None:
        self.stream_id = ""
        self._dialect = dialect
        self._facts = facts
        self._codec = CODECS["PCMU"]
        self._marks = Marks()
        self._inflow = Inflow(now)

    def read(self, message: str | bytes) -> Ring | Incoming | None:
        """What a message means to the call; None: nothing. Raises LineError."""
        if isinstance(message, bytes):
            raise LineError("a binary frame; this carrier's messages are JSON text")
        parsed = self._dialect.parse(message)
        match parsed:
            case Other():
                return None
            case Start():
                return self._ring(parsed)
        if not self.stream_id:
            raise LineError(f"{type(parsed).__name__.lower()} before start")
        if parsed.stream_id not in ("", self.stream_id):
            raise LineError(f"a message for stream {parsed.stream_id} on stream {self.stream_id}")
        match parsed:
            case Media():
                return self._audio(parsed)
            case Dtmf():
                return Key(parsed.digit) if parsed.digit in KEYS else None
            case Mark():
                return self._marks.came(parsed.name)
            case Stop():
                return Closed("caller")

    def _ring(self, start: Start) -> Ring:
        if self.stream_id:
            raise LineError("a second start on one stream")
        self.stream_id = start.stream_id
        self._codec = CODECS[start.codec]
        return ring(self._facts or start.facts, self._dialect.line, start.call_id, start.codec)

    def _audio(self, media: Media) -> Audio | None:
        payload = self._inflow.came(media.payload, media.at_ms, media.chunk)
        return Audio(self._codec.decode(payload)) if payload else None

    def welcome(self) -> str | None:
        return None

    def play(self, pcm: bytes) -> str:
        return self._dialect.media(self.stream_id, self._codec.encode(pcm))

    def mark(self, name: str) -> str:
        if self._dialect.forgets_marks:
            self._marks.ordered(name)
        return self._dialect.mark(self.stream_id, name)

    def clear(self) -> str:
        return self._dialect.clear(self.stream_id)

    @property
    def full(self) -> bool:
        """These carriers' buffers hold minutes."""
        return False

    def forgotten(self) -> Sequence[Marked]:
        return self._marks.forgotten()

    def farewell(self, why: str) -> str | None:
        """None: closing the socket ends the stream."""
        return None

    def quality(self) -> Quality | None:
        return self._inflow.quality()
