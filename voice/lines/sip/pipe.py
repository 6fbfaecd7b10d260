"""What the call process and the SIP agent's process say to one another, and how it goes over their pipe.

A frame is one byte of kind, four of the call's number, four of length (network order), then the body: bare PCM for
sound, a JSON list of the message's other fields for the rest. The kind is the place in `MESSAGES`.
Rule: what is not such a frame is a LineError, for then one of both is broken.
Leaves out: the pipe itself.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

from voice.lines import LineError

MAX_BODY = 1 << 20
_HEAD = struct.Struct("!BII")
OURS = 1 << 31
"""From here on the call process numbers the calls that we place; below, the agent those that rang."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Take the call that rang."""

    call: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not take it; `code` is SIP's."""

    call: int
    code: int


@dataclass(frozen=True, slots=True)
class Play:
    call: int
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    call: int
    name: str


@dataclass(frozen=True, slots=True)
class Clear:
    call: int


@dataclass(frozen=True, slots=True)
class Transfer:
    call: int
    uri: str
    ring_seconds: float


@dataclass(frozen=True, slots=True)
class Place:
    """Ring a telephone in a call of our own; `call` is a number that no call which rang has (`OURS`)."""

    call: int
    uri: str
    ring_seconds: float


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring a second telephone beside this call; a `Transfer` to the same joins the two."""

    call: int
    uri: str
    ring_seconds: float


@dataclass(frozen=True, slots=True)
class Speak:
    """20 ms for the second telephone."""

    call: int
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Drop:
    """Leave the second telephone."""

    call: int


@dataclass(frozen=True, slots=True)
class HangUp:
    call: int


@dataclass(frozen=True, slots=True)
class Drain:
    """Be no longer registered; calls go on. `call` is 0."""

    call: int = 0


@dataclass(frozen=True, slots=True)
class Stood:
    """How the account stands. `call` is 0."""

    call: int
    state: str
    """"ready", "starting" or "failed" """
    detail: str
    """SIP's own words for why it failed."""


@dataclass(frozen=True, slots=True)
class Rang:
    """A call is there, and rings."""

    call: int
    called: tuple[str, ...]
    """As `Facts.called`."""
    caller: str
    withheld: bool
    forwarded_from: str
    forwarded_why: str
    call_id: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Sound goes both ways from now on."""

    call: int
    codec: str
    rate_hz: int


@dataclass(frozen=True, slots=True)
class Sound:
    """20 ms of the caller's."""

    call: int
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Pressed:
    call: int
    digit: str


@dataclass(frozen=True, slots=True)
class Holds:
    """The far end has put us on hold, or is back."""

    call: int
    on: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """A mark: all before it was sent, or thrown away."""

    call: int
    name: str


@dataclass(frozen=True, slots=True)
class TransferOver:
    call: int
    connected: bool
    why: str


@dataclass(frozen=True, slots=True)
class Overheard:
    """20 ms from the second telephone, at the rate of the call."""

    call: int
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of the second telephone; `state` as in `SecondStood`."""

    call: int
    state: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How well the caller's sound came through."""

    call: int
    packets: int
    lost: int
    jitter_ms: float
    mos: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The line is gone for the call process; a bridge may go on here. Of a call of ours that was not answered, `why`
    says why, as `SecondStood.state`."""

    call: int
    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing is left of the call; its number is not used again."""

    call: int


Order = Answer | Refuse | Play | Mark | Clear | Transfer | Place | Dial | Speak | Drop | HangUp | Drain
Heard = Sound | Pressed | Holds | Overheard | Reply
Told = Stood | Rang | Answered | Heard | Reached | TransferOver | Counted | Ended | Gone
Message = Order | Told
MESSAGES: tuple[type[Message], ...] = (
    *(Answer, Refuse, Play, Mark, Clear, Transfer, HangUp, Drain),
    *(Stood, Rang, Answered, Sound, Pressed, Reached, TransferOver, Counted, Ended, Gone),
    *(Dial, Speak, Drop, Overheard, Reply, Holds, Place),
)
_BARE = (Play, Speak, Sound, Overheard)
"""Whose body is sound."""
_KINDS = {each: kind for kind, each in enumerate(MESSAGES)}


def encode(message: Message) -> bytes:
    """One frame."""
    if isinstance(message, _BARE):
        body = message.pcm
    else:
        rest = [getattr(message, field.name) for field in fields(message)[1:]]
        body = json.dumps(rest, separators=(",", ":")).encode() if rest else b""
    return _HEAD.pack(_KINDS[type(message)], message.call, len(body)) + body


class Decoder:
    """Bytes as they come to messages."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, chunk: bytes) -> Iterator[Message]:
        """Messages that are whole now. Raises LineError."""
        self._held += chunk
        start = 0
        try:
            while start + _HEAD.size <= len(self._held):
                kind, call, length = _HEAD.unpack_from(self._held, start)
                if kind >= len(MESSAGES) or length > MAX_BODY:
                    raise LineError(f"a frame of kind {kind} and {length} bytes")
                if start + _HEAD.size + length > len(self._held):
                    break
                body = bytes(self._held[start + _HEAD.size : start + _HEAD.size + length])
                start += _HEAD.size + length
                yield _message(MESSAGES[kind], call, body)
        finally:
            del self._held[:start]


def _message(kind: type[Message], call: int, body: bytes) -> Message:
    made: Callable[..., Message] = kind
    if kind in _BARE:
        return made(call, body)
    try:
        rest = json.loads(body) if body else []
        return made(call, *(tuple(each) if isinstance(each, list) else each for each in rest))
    except (ValueError, TypeError) as error:
        raise LineError(f"a broken frame of kind {kind.__name__}") from error
