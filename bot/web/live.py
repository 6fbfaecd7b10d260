"""Which sockets carry a call right now, so that a stop can wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class LiveCalls:
    """Counts calls; after `stop` no new one is taken."""

    def __init__(self) -> None:
        self.stopping = False
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    def __len__(self) -> int:
        return self._count

    @contextmanager
    def one(self) -> Iterator[None]:
        """Around a call."""
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    def stop(self) -> None:
        self.stopping = True

    async def over(self) -> None:
        """Returns when no call is live."""
        await self._none.wait()
