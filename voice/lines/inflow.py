"""The caller's sound as a stream of messages brings it: put in order, and told to `voice/quality`.

Rule: a message that comes too early waits for those before it, a few messages long at most; one that comes too late is
thrown away. Over TCP nothing is lost between the carrier and us: what is missing here was missing there.
Left out: filling the gaps (`voice/conceal`).
"""

from __future__ import annotations

from collections.abc import Callable

from voice.lines import Quality
from voice.quality import BARE, Arrivals

MOST_WAITING = 3
"""Messages: 60 ms; a caller who waits longer for an answer notices it."""
MOST_LATE = 25
"""Of a call. Whoever is late more often does not count, and is heard as it comes."""
_BYTES_PER_MS = 8
"""G.711."""
_MOST_AT_ONCE = 50
"""Packets of one message: a second. A longer one counts as no more."""
_PACKET_MS = 20
_PACKET_BYTES = _PACKET_MS * _BYTES_PER_MS


class Inflow:
    """Of one stream of G.711."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._arrivals = Arrivals(1000)
        self._any = False
        self._packets = 0
        """Of 20 ms each, that have come or should have."""
        self._due_ms: int | None = None
        """Where the last message's sound ended."""
        self._chunk: int | None = None
        """The last that was handed on."""
        self._late = 0
        self._waiting: dict[int, bytes] = {}

    def came(self, payload: bytes, at_ms: int | None, chunk: int | None) -> bytes:
        """What can be heard now, in order. `at_ms` tells of gaps, `chunk` of order; None: the carrier does not say."""
        if not payload:
            return b""
        self._any = True
        if chunk is not None:
            self._arrivals.arrived(chunk, chunk * _PACKET_MS if at_ms is None else at_ms, self._now())
            return self._in_order(payload, chunk)
        if at_ms is not None and self._due_ms is not None:
            self._packets += max(0, round((at_ms - self._due_ms) / _PACKET_MS))
        count = min(_MOST_AT_ONCE, max(1, round(len(payload) / _PACKET_BYTES)))
        for number in range(self._packets, self._packets + count):
            said_ms = number * _PACKET_MS if at_ms is None else at_ms + (number - self._packets) * _PACKET_MS
            self._arrivals.arrived(number & 0xFFFF, said_ms, self._now())
        self._packets += count
        self._due_ms = None if at_ms is None else at_ms + len(payload) // _BYTES_PER_MS
        return payload

    def quality(self) -> Quality | None:
        """So far; None: no sound has come."""
        return self._arrivals.quality(BARE) if self._any else None

    def _in_order(self, payload: bytes, chunk: int) -> bytes:
        if self._chunk is None:
            self._chunk = chunk - 1
        if chunk <= self._chunk:
            self._late += 1
            return payload if self._late > MOST_LATE else b""
        self._waiting[chunk] = payload
        heard = self._next()
        if len(self._waiting) > MOST_WAITING:
            self._chunk = min(self._waiting) - 1
            heard += self._next()
        return heard

    def _next(self) -> bytes:
        heard = b""
        while self._chunk is not None and self._chunk + 1 in self._waiting:
            self._chunk += 1
            heard += self._waiting.pop(self._chunk)
        return heard
