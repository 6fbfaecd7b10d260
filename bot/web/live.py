"""Which calls are live, how many there may be, and how they end when the server is stopped.

Rule: a line asks `refuses` before it answers, is inside `one` while its connection lives, and whoever lives the call
holds a `place`. A call over the limit is answered by a sentence or refused as busy, by policy; in either case somebody
is told who it was. After `stop` no new call is taken, but for those whose sound was already asked for (`promise`);
after `dismiss` those that still go on take leave.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from voice.lines import Ring

Refusal = Literal["", "full", "stopping"]
"""Why a line must not answer; "" = it may."""

MOST_CALLS = 20
"""Unless told otherwise."""
TOLD_SHARE = 2
"""Calls over the limit that may hear the sentence at a time: one for each so many of the limit, and one more. Each
lasts ten seconds and needs no recogniser."""

PROMISE_SECONDS = 10.0
"""For a carrier that was told to bring a call's sound to bring it; they do it within one."""


def _nobody(ring: Ring) -> None:
    """Nobody is told."""


class LiveCalls:
    """Counts the calls of all lines together."""

    def __init__(self, most: int = MOST_CALLS, sentence: bool = True) -> None:
        """`most` at once; `sentence`: calls beyond are answered and told so, else they are refused as busy."""
        self.stopping = False
        self.stopped = asyncio.Event()
        """Set with `stopping`, for lines that say good-bye to their exchange then."""
        self.dismissed = asyncio.Event()
        """Set: calls that still go on take leave of their callers."""
        self.most = most
        self.sentence = sentence
        self.turned_away: Callable[[Ring], None] = _nobody
        """A caller who was refused as "full" is kept and reported."""
        self._count = 0
        self._places = 0
        self._promised: deque[asyncio.TimerHandle] = deque()
        self._none = asyncio.Event()
        self._none.set()

    def __len__(self) -> int:
        return self._count

    @property
    def full(self) -> bool:
        """Whether one more call would be one too many."""
        return self._places >= self.most

    @property
    def refusal(self) -> Refusal:
        """Asked by a line before it answers. A call that will only be told that all are busy is not refused."""
        if self.stopping:
            return "stopping"
        told = self.most // TOLD_SHARE + 1 if self.sentence else 0
        return "full" if self._count >= self.most + told else ""

    def refuses(self, ring: Ring) -> Refusal:
        """Asked instead by a line that knows who calls: who is refused for want of room is kept."""
        refusal = self.refusal
        if refusal == "full":
            self.turned_away(ring)
        return refusal

    @contextmanager
    def one(self) -> Iterator[None]:
        """Around a call's connection, from its first message to its last."""
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            self._told()

    def promise(self) -> None:
        """A line was told to bring a call's sound: should we be stopped before it comes, that call is still taken."""
        self._promised.append(asyncio.get_running_loop().call_later(PROMISE_SECONDS, self.redeem))
        self._none.clear()

    def redeem(self) -> bool:
        """One that was promised is here, or comes no more; False: none was."""
        if not self._promised:
            return False
        self._promised.popleft().cancel()
        self._told()
        return True

    def _told(self) -> None:
        if not self._count and not self._promised:
            self._none.set()

    @contextmanager
    def place(self) -> Iterator[bool]:
        """Around the living of a call: True where there is a place for it, False where it is to be told so."""
        free = self._places < self.most
        self._places += free
        try:
            yield free
        finally:
            self._places -= free

    def stop(self) -> None:
        """Take no new call."""
        self.stopping = True
        self.stopped.set()

    def dismiss(self) -> None:
        """Let the calls that still go on come to their end."""
        self.stop()
        self.dismissed.set()

    async def over(self) -> None:
        """Returns when no call is live, nor one promised."""
        await self._none.wait()
