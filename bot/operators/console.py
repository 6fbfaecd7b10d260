"""One operator's console, as the server sees it: news and sound on their way to a browser, orders and sound from it.

Rule: nobody ever waits for a console. News goes into a bounded queue; where that overflows all of it is dropped and
the console gets one fresh snapshot instead. Sound that a console does not fetch in time is dropped, the oldest first.
Leaves out the wire (`bot/web`), and who may do what (`bot/operators/board`).
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from bot.operators.messages import News, Order, Snapshot

NEWS_LIMIT = 200
"""Pieces of news that may wait: some seconds of a busy day; who is further behind is shown how things stand now."""

SOUND_LIMIT = 15
"""Frames that may wait: 0.3 s. Later sound would only make the conversation late."""


@dataclass(frozen=True, slots=True)
class OperatorIdentity:
    """Who joins, as the accounts have it."""

    key: str
    """Login name."""
    name: str
    """As colleagues read it: 佐藤."""
    companies: frozenset[str] | None = None
    """`Script.key` of those this operator serves; None: all."""
    voice_calls: int = 1
    """How many calls at once by voice."""
    text_calls: int = 3
    """And by text."""


class Exchange(Protocol):
    """What a console is plugged into."""

    def order(self, console: Console, order: Order) -> None: ...

    def voice(self, console: Console, pcm: bytes) -> None: ...

    def leave(self, console: Console) -> None: ...

    def snapshot(self, operator: str) -> Snapshot: ...


class Console:
    """Made by `Switchboard.join`; used by one socket, on the event loop of the calls."""

    def __init__(self, operator: OperatorIdentity, exchange: Exchange) -> None:
        self.operator = operator
        self._exchange = exchange
        self._news: deque[News] = deque()
        self._sound: deque[bytes] = deque()
        self._behind = False
        self._over = False
        self._ready = asyncio.Event()

    async def receive(self) -> News | bytes | None:
        """The next news, or 20 ms of sound (16-bit mono at 16 kHz); None: this console is over, because `leave` was
        called or the same operator has joined elsewhere."""
        while True:
            if self._over:
                return None
            if self._behind:
                self._behind = False
                return self._exchange.snapshot(self.operator.key)
            if self._sound:
                return self._sound.popleft()
            if self._news:
                return self._news.popleft()
            self._ready.clear()
            await self._ready.wait()

    def order(self, order: Order) -> None:
        """Carry out what the operator wants; what cannot be done comes back as `Refused`."""
        if not self._over:
            self._exchange.order(self, order)

    def voice(self, pcm: bytes) -> None:
        """The operator's sound, as it comes; it goes to the one call that is taken by voice."""
        if not self._over:
            self._exchange.voice(self, pcm)

    def leave(self) -> None:
        """The browser is gone; a call that it had is kept for its return for a moment."""
        if not self._over:
            self.close()
            self._exchange.leave(self)

    # For the switchboard:

    def tell(self, news: News) -> None:
        """Queue news."""
        if len(self._news) >= NEWS_LIMIT:
            self._news.clear()
            self._behind = True
        if not self._behind:
            self._news.append(news)
        self._ready.set()

    def play(self, pcm: bytes) -> None:
        """Queue sound."""
        if len(self._sound) >= SOUND_LIMIT:
            self._sound.popleft()
        self._sound.append(pcm)
        self._ready.set()

    def close(self) -> None:
        """Nothing more comes."""
        self._over = True
        self._ready.set()
