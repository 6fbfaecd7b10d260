"""What the trace of SIP messages tells of each call, by its Call-ID, for as long as anybody asks.

Rule: what strangers send may fill this up to `MOST` calls and no further; a call that lives is never forgotten.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from voice.lines.sip.trace import Traced, codec, media_networks, media_port, read_trace, wants_nothing

MOST = 2000
PATIENCE_SECONDS = 0.3
"""The trace comes by another thread than the stack's events do."""


@dataclass(slots=True)
class Dialog:
    """One call as it was negotiated."""

    invite: Traced | None = None
    """The first that came."""
    codec: str = ""
    port: int = 0
    """Our own, of the sound."""
    networks: frozenset[str] = frozenset()
    """Where the far end's sound comes from."""
    nowhere: bool = False
    """The far end has named no address for our sound, which is a hold that the stack does not tell."""
    refer_status: int = 0
    """The answer to our last REFER; 0 = none yet."""
    invited: asyncio.Event = field(default_factory=asyncio.Event)
    agreed: asyncio.Event = field(default_factory=asyncio.Event)
    """Both sides have said what they want."""
    changed: Callable[[], None] | None = None
    """Called when the far end's sound comes from somewhere else, or ours is to go nowhere, or is not any more."""


class Dialogs:
    """Fed with the trace; asked by Call-ID."""

    def __init__(self) -> None:
        self._dialogs: OrderedDict[str, Dialog] = OrderedDict()
        self._kept: set[str] = set()

    @property
    def size(self) -> int:
        """How many calls are remembered."""
        return len(self._dialogs)

    def of(self, call_id: str) -> Dialog:
        if call_id not in self._dialogs:
            self._dialogs[call_id] = Dialog()
            for old in list(self._dialogs)[: max(0, len(self._dialogs) - MOST)]:
                if old not in self._kept:
                    del self._dialogs[old]
        return self._dialogs[call_id]

    def keep(self, call_id: str) -> Dialog:
        """It is a call that lives."""
        self._kept.add(call_id)
        return self.of(call_id)

    def forget(self, call_id: str) -> None:
        self._kept.discard(call_id)
        self._dialogs.pop(call_id, None)

    def feed(self, line: str) -> None:
        """A line of the trace."""
        traced = read_trace(line)
        if traced is None or traced.method not in ("INVITE", "ACK", "UPDATE", "REFER"):
            return
        call_id = traced.message.one("call-id")
        is_invite = traced.method == "INVITE" and not traced.status
        if call_id not in self._dialogs and not is_invite:
            return
        dialog = self.of(call_id)
        if traced.method == "REFER":
            dialog.refer_status = dialog.refer_status if traced.sent else traced.status
            return
        if is_invite and not traced.sent and dialog.invite is None:
            dialog.invite = traced
            dialog.invited.set()
        if traced.message.body and traced.status < 300:
            _negotiate(dialog, traced)


def _negotiate(dialog: Dialog, traced: Traced) -> None:
    sdp = traced.message.body
    if traced.status or traced.method == "ACK":
        dialog.codec = codec(sdp) or dialog.codec
    if traced.sent:
        dialog.port = media_port(sdp) or dialog.port
    else:
        fresh, nowhere = media_networks(sdp), wants_nothing(sdp)
        if not fresh <= dialog.networks or nowhere != dialog.nowhere:
            dialog.networks |= fresh
            dialog.nowhere = nowhere
            if dialog.changed is not None:
                dialog.changed()
    if dialog.port and dialog.networks and dialog.codec:
        dialog.agreed.set()


async def within(event: asyncio.Event) -> bool:
    """Whether it came in time."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await event.wait()
    except TimeoutError:
        return False
    return True
