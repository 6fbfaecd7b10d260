"""A carrier that asks our webhooks what to do with a call, and streams it over a socket: what differs between them.

Rule: pure; requests come in as their form, headers and address, answers go out as text. `bot/web/carriers` has the
routes, `voice/lines/rest` the orders to a carrier's own interface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from voice.lines.streams import Facts, Seconds
from voice.lines.wire import Wire

Dialled = Literal["answered", "busy", "no_answer", "failed", "gone"]
"""How the ringing of somebody else ended; "gone": the caller hung up meanwhile."""

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """What came to a webhook, or opened a socket."""

    url: str
    """As the carrier dialled it: under the public origin."""
    form: tuple[tuple[str, str], ...]
    """Everything that was posted, in order."""
    headers: Mapping[str, str]
    """Names in small letters."""

    @property
    def fields(self) -> Form:
        return dict(self.form)


@dataclass(frozen=True, slots=True)
class Ringing:
    """Somebody is to be rung."""

    to: str
    """+81… or a SIP URI."""
    seconds: int
    caller_id: str
    """Number that is shown there; "" = the caller's."""
    answered_url: str
    """Told when it is answered."""
    ended_url: str
    """Asked what to do next when nobody answered, or the conversation is over."""


class Markup(Protocol):
    """What a carrier's webhooks post, and the markup that answers them."""

    def facts(self, form: Form) -> Facts: ...

    def connect(self, stream_url: str, facts: Facts) -> str:
        """Answer: connect the call, both ways, to our socket."""
        ...

    def dial(self, ringing: Ringing) -> str: ...

    def busy(self) -> str:
        """Answer: refuse the call as busy."""
        ...

    def end(self) -> str:
        """Answer: end the call."""
        ...

    def dialled(self, form: Form) -> Dialled:
        """What came to `Ringing.ended_url`."""
        ...

    def answered(self, form: Form) -> bool:
        """What came to `Ringing.answered_url`."""
        ...


class Carrier(Protocol):
    """One carrier's webhooks and streams."""

    @property
    def name(self) -> str:
        """`Ring.line`, and the first part of our addresses."""
        ...

    @property
    def key(self) -> str:
        """Must stand in the path behind the name, for carriers that do not sign; "" = none is wanted."""
        ...

    @property
    def signs_sockets(self) -> bool:
        """False: the address of each socket is told to the carrier only, and works once."""
        ...

    @property
    def markup(self) -> Markup: ...

    def wire(self, now: Seconds, facts: Facts | None) -> Wire:
        """For one stream; `facts` are the webhook's, None: the stream tells them."""
        ...

    def is_genuine(self, request: Request) -> bool:
        """Whether the carrier has signed this."""
        ...
