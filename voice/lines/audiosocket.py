"""Asterisk's AudioSocket: frames of a kind, a length and a payload over bare TCP; who is expected, and what they mean.

Rule: the first frame names a UUID, and nothing else is told of the call: whoever dials registers the UUID with what is
known before (`Awaited`), and a UUID that nobody registered is refused unless there is a company that takes all such
calls. Each is taken once. To Asterisk go only frames of 20 ms and the end: it knows nothing else, and takes an empty
one for an error. Reads may be split anywhere.
Leaves out: the socket and the clock (`voice/lines/audiosocket_tcp`), transfers (`voice/lines/ari`).

Source: Asterisk's documentation of AudioSocket, and the behaviour of its receiver where that says less.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from voice.lines import Audio, Closed, Incoming, Key, LineError, Marked, Quality, Ring
from voice.lines.asterisk import FORMATS, CallFacts, Format

HEADER_BYTES = 3
HANGUP, UUID, DTMF, SOUND, ERROR = 0x00, 0x01, 0x03, 0x10, 0xFF
SOUND_KINDS = range(0x10, 0x19)
"""Signed linear at 8, 12, 16, 24, 32, 44.1, 48, 96 and 192 kHz."""
KIND_OF = {"slin": 0x10, "slin16": 0x12}
"""Of those, the two that are spoken here, by Asterisk's names."""
AWAITED_SECONDS = 60.0
"""Between the registration of a call and its coming: the dialplan's next line, or a telephone that rings."""
AWAITED_MOST = 1000


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame."""

    kind: int
    payload: bytes = b""


def write(frame: Frame) -> bytes:
    """Header and payload together, as they must be sent; the length is big-endian."""
    return struct.pack(">BH", frame.kind, len(frame.payload)) + frame.payload


@dataclass(slots=True)
class Reader:
    """Bytes as they come to frames."""

    _rest: bytes = b""

    def take(self, data: bytes) -> list[Frame]:
        """The frames that are whole now."""
        self._rest += data
        frames = []
        while len(self._rest) >= HEADER_BYTES:
            kind, size = struct.unpack_from(">BH", self._rest)
            if len(self._rest) < HEADER_BYTES + size:
                break
            frames.append(Frame(kind, self._rest[HEADER_BYTES : HEADER_BYTES + size]))
            self._rest = self._rest[HEADER_BYTES + size :]
        return frames

    @property
    def whole(self) -> bool:
        """Nothing of a frame is missing."""
        return not self._rest


class Awaited:
    """Calls that were announced and have not come yet, by UUID."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._calls: dict[str, tuple[float, CallFacts]] = {}

    def register(self, name: str, facts: CallFacts) -> str:
        """The call's UUID as we write it. Raises LineError."""
        try:
            key = str(uuid.UUID(name))
        except ValueError as error:
            raise LineError(f"{ascii(name)[:60]} is no UUID: take one from the dialplan's UUID()") from error
        if facts.format not in ("", *KIND_OF):
            raise LineError(f"format is {ascii(facts.format)[:60]}; AudioSocket carries slin or slin16 here")
        self._forget()
        if key not in self._calls and len(self._calls) >= AWAITED_MOST:
            raise LineError(f"{AWAITED_MOST} calls were announced and have not come")
        self._calls[key] = (self._now() + AWAITED_SECONDS, facts)
        return key

    def take(self, key: str) -> CallFacts | None:
        """What was registered, once; None: nothing, or too long ago."""
        self._forget()
        found = self._calls.pop(key, None)
        return found[1] if found else None

    def _forget(self) -> None:
        now = self._now()
        for key in [key for key, (until, _) in self._calls.items() if until < now]:
            del self._calls[key]


@dataclass(slots=True)
class AudioSocketWire:
    """One connection: the UUID, then sound and keys until the end. Marks are text between us and our own clock."""

    take: Callable[[str], CallFacts | None]
    """`Awaited.take`."""
    company: str = ""
    """Takes calls that nobody registered; "" = they are refused."""
    facts: CallFacts = field(default_factory=CallFacts)
    _format: Format = FORMATS["slin"]
    _kind: int = SOUND
    _begun: bool = False
    _tail: bytes = b""
    """Of what was played: less than a frame."""

    def read(self, message: str | bytes) -> Ring | Incoming | None:
        """What a whole frame means to the call; None: nothing. Raises LineError."""
        if isinstance(message, str):
            return Marked(message)
        kind, payload = message[0], message[HEADER_BYTES:]
        if kind == UUID:
            return self._ring(payload)
        if kind == HANGUP:
            return Closed("caller")
        if not self._begun:
            raise LineError(f"a frame of kind 0x{kind:02x} before the UUID")
        match kind:
            case _ if kind in SOUND_KINDS:
                return self._sound(kind, payload)
            case 0x03:
                digit = payload.decode("latin-1")
                return Key(digit) if digit in tuple("0123456789*#") else None
            case 0xFF if payload[:1] in (b"", b"\x01"):
                return Closed("caller")  # 0x01: the caller hung up
            case 0xFF:
                raise LineError(f"Asterisk reports the error 0x{payload.hex()[:16]}")
        return None

    def _ring(self, payload: bytes) -> Ring:
        if self._begun:
            raise LineError("a second UUID on one connection")
        if len(payload) != 16:
            raise LineError(f"a UUID of {len(payload)} bytes; it has 16")
        key = str(uuid.UUID(bytes=payload))
        facts = self.take(key)
        if facts is None and not self.company:
            raise LineError(f"{key} was not registered: register each call before it is dialled")
        self.facts = facts or CallFacts(to=self.company)
        if not self.facts.to:
            self.facts = replace(self.facts, to=self.company)
        name = self.facts.format or "slin"
        self._format, self._kind, self._begun = FORMATS[name], KIND_OF[name], True
        return self.facts.ring(key, self._format, "audiosocket")

    def _sound(self, kind: int, payload: bytes) -> Audio | None:
        if kind != self._kind:
            raise LineError(f"sound of kind 0x{kind:02x} where 0x{self._kind:02x} was expected: register its format")
        if len(payload) % 2:
            raise LineError(f"sound of {len(payload)} bytes; samples have 2")
        return Audio(payload) if payload else None

    @property
    def silence(self) -> bytes:
        """A frame of it, as it is sent while nothing is said."""
        return write(Frame(self._kind, bytes(self._frame_bytes)))

    @property
    def _frame_bytes(self) -> int:
        return self._format.rate_hz // 50 * 2

    def welcome(self) -> str | None:
        return None

    def play(self, pcm: bytes) -> tuple[bytes, ...]:
        """Frames of 20 ms; what fills none waits for more sound, or for a mark."""
        sound, size = self._tail + pcm, self._frame_bytes
        whole = len(sound) // size * size
        self._tail = sound[whole:]
        return tuple(write(Frame(self._kind, sound[at : at + size])) for at in range(0, whole, size))

    def mark(self, name: str) -> tuple[str | bytes, ...]:
        tail, self._tail = self._tail, b""
        last = (write(Frame(self._kind, tail.ljust(self._frame_bytes, b"\0"))),) if tail else ()
        return (*last, name)

    def clear(self) -> tuple[str | bytes, ...]:
        """Nothing is sent: what is not yet with Asterisk is thrown away here, and what is cannot be taken back."""
        self._tail = b""
        return ()

    def farewell(self, why: str) -> bytes | None:
        return None if why == "caller" else write(Frame(HANGUP))

    def quality(self) -> Quality | None:
        return None
