"""The only door to the telephone: what a line is, as seen by everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable


class LineError(Exception):
    """The telephone side misbehaved; the text says how."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Who calls whom, as the line tells it."""

    called: str
    """Digits of the number that was called, or a company's key; "" unknown."""
    caller: str
    """Digits of the caller's number; "" withheld or unknown."""
    line: str
    """"twilio", "browser", "loopback" …"""
    line_call_id: str
    rate_hz: int
    """Of both directions' audio: 8000 or 16000."""
    forwarded_from: str = ""
    forwarded_why: str = ""
    """Why it was passed on: "no_answer", "busy", "always"; "" = it was not, or unknown."""
    withheld: bool = False
    """The caller keeps the number back on purpose; False with no `caller`: the network does not know it."""
    codec: str = ""
    """Of the wire: "PCMU", "PCMA", "opus", "L16" …"""


@dataclass(frozen=True, slots=True)
class Audio:
    """The caller's sound: 16-bit mono PCM at the line's rate, as long as the wire had it (20 ms as a rule)."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """A push button: 0-9 * #."""

    digit: str


@dataclass(frozen=True, slots=True)
class ToneHeard:
    """A machine's tone on the line."""

    kind: str
    """"fax": the calling tone of a fax machine."""


@dataclass(frozen=True, slots=True)
class OnHold:
    """The caller's telephone holds us: it hears nothing of us, and its music is not let in; `on` False: no longer. Told
    by lines that know."""

    on: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """All that was played before this mark has been heard, or was thrown away by `clear`."""

    name: str


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """A transfer came to its end."""

    connected: bool
    why: str = ""
    """"answered", "no_answer", "busy", "failed", "unsupported" …"""


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the caller's sound came through; told once, before `Closed`, by lines that can tell."""

    packets: int
    """That should have come."""
    lost: int
    jitter_ms: float
    """Mean, as RFC 3550 reckons it."""
    mos: float
    """Mean opinion score, 1 to 4.5, by the E-model (ITU-T G.107)."""
    clipped: float = 0.0
    """Share of the caller's sound that is overdriven, 0..1."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The line is gone; nothing follows."""

    why: str
    """"caller" (hung up), "us", "lost", or a LineError's text"""


@dataclass(frozen=True, slots=True)
class SecondSound:
    """What is heard from a second telephone, as `Audio`; while it rings, the tone of its ringing."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class SecondStood:
    """What became of a second telephone that was dialled."""

    state: str
    """"answered"; else there is none any more: "busy", "no_answer", "failed", "gone" (it had answered, and hung up)."""


SecondNews = SecondSound | SecondStood
Incoming = Audio | Key | ToneHeard | OnHold | Marked | TransferEnded | Quality | SecondNews | Closed


class Line(Protocol):
    """One call on the telephone. Orders are accepted at once and never block on the network's speed."""

    @property
    def ring(self) -> Ring: ...

    async def receive(self) -> Incoming:
        """The next thing that happened; after `Closed` it must not be called again."""
        ...

    def play(self, pcm: bytes) -> None:
        """Send sound (16-bit mono at the line's rate); the caller of `play` paces it."""
        ...

    def mark(self, name: str) -> None:
        """Ask for `Marked(name)` once all that was played before has been heard."""
        ...

    def clear(self) -> None:
        """Throw away what was sent and not yet heard; pending marks come back."""
        ...

    def transfer(self, to: str, ring_seconds: float) -> None:
        """Put the caller through to an extension or number; the outcome is a `TransferEnded`."""
        ...

    def hang_up(self) -> None:
        """End the call; `Closed("us")` follows."""
        ...


@dataclass(frozen=True, slots=True)
class NotReached:
    """A call of ours came to nobody."""

    why: Literal["busy", "no_answer", "failed", "down"]
    """As `SecondStood.state`; "down": the line itself is, and nobody's telephone rang."""


class Outward(Protocol):
    """A telephone line by which we can ring somebody up."""

    async def place(self, to: str, ring_seconds: float) -> Line | NotReached:
        """Ring an extension or number; the call once it is answered. Cancelled, it rings no longer."""
        ...


@runtime_checkable
class Second(Protocol):
    """A line that can ring a second telephone beside its call. Somebody of ours speaks with who answers there, while
    the caller hears what `Line.play` sends; `Line.transfer` to the same number then joins the two."""

    def dial(self, to: str, ring_seconds: float) -> None:
        """Ring it, in place of one that was dialled before; `SecondStood` tells what becomes of it."""
        ...

    def speak(self, pcm: bytes) -> None:
        """Sound for whoever answered there, at the line's rate; paced by who speaks."""
        ...

    def drop(self) -> None:
        """Leave it; nothing more is told of it."""
        ...
