"""What a call over a socket is made of: the socket, the dialect spoken over it, and what is done beside it.

Rule: a `Wire` is pure and belongs to one call; a `Socket` and a `Remote` do the waiting, and tell a peer's misbehaviour
by ConnectionError and LineError only. `voice/lines/socket.py` puts them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from voice.lines import Closed, Incoming, Marked, Quality, Ring, TransferEnded

Messages = str | bytes | tuple[str | bytes, ...]
"""What one order becomes: one message, or several in their order."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a peer may fall behind."""

    first_seconds: float = 10.0
    """From the socket's opening to the call's first message: Twilio sends it at once, a person's page after a click."""
    idle_seconds: float = 15.0
    """Without any message. A telephone sends sound all the time, silence too; a tunnel in the road is shorter."""
    close_seconds: float = 3.0
    """For the last words and the closing itself."""
    remote_seconds: float = 10.0
    """For the end of the call beyond the socket."""
    outbox: int = 500
    """Messages not yet taken by the network: ten seconds of sound."""
    inbox: int = 500
    """Messages not yet taken by the call."""


class Socket(Protocol):
    """A message socket that has been accepted."""

    async def receive(self) -> str | bytes | None:
        """The next message; None: the peer said good-bye. Raises ConnectionError: it is gone without."""
        ...

    async def send(self, message: str | bytes) -> None:
        """Raises ConnectionError once the peer has gone."""
        ...

    async def close(self, why: str, refused: bool) -> None:
        """`refused`: something was wrong with what the peer sent or wanted."""
        ...


class Wire(Protocol):
    """One dialect, for one call."""

    def read(self, message: str | bytes) -> Ring | Incoming | None: ...

    def welcome(self) -> str | None: ...

    def play(self, pcm: bytes) -> Messages: ...

    def mark(self, name: str) -> Messages: ...

    def clear(self) -> Messages: ...

    def farewell(self, why: str) -> str | bytes | None: ...

    def quality(self) -> Quality | None:
        """How the caller's sound has come so far, by what it counts; None: this dialect does not count."""
        ...


@runtime_checkable
class Queueing(Protocol):
    """Also kept by a `Wire` whose far side tells when it can take no more sound, and forgets marks when cleared."""

    @property
    def full(self) -> bool:
        """Sound must wait; commands need not."""
        ...

    def forgotten(self) -> Sequence[Marked]:
        """The marks that the last `clear` has cost: nobody else gives them back."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a transfer."""

    told: TransferEnded | Closed
    """`Closed`: the caller was gone before anybody answered."""
    back: tuple[Socket, Wire] | None = None
    """Where the caller is with us again over another socket, whose first message was read; None: over the same."""


class Remote(Protocol):
    """What a wire cannot do, done beside it (by REST, by a management interface); for one call."""

    async def transfer(self, ring: Ring, to: str, ring_seconds: float) -> Outcome:
        """Returns once it is known what became of it, which it bounds itself. Raises LineError: it was not begun."""
        ...

    async def hang_up(self, ring: Ring) -> None:
        """The call ends on the far side too; it may have ended already. Raises LineError."""
        ...
