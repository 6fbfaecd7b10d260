"""The one place that reads the clock, and the loop whose clock jumps.

Everything else is handed `now()`. On a `VirtualLoop` time stands still while code runs and jumps to the next
timer when all wait: a call of a minute takes as long as its computing, and always goes the same way. While
another process or thread is waited for nothing would wait on the loop, so engines run inline there.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

Now = Callable[[], float]
"""Seconds since the epoch."""


def wall() -> float:
    """The wall clock, seconds since the epoch."""
    return time.time()


def steady() -> float:
    """Seconds on a clock that never goes back, for measuring how long something took."""
    return time.perf_counter()


class _Jumping(selectors.SelectSelector):
    """Waits for nothing: moves the virtual clock on by what it was asked to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everything waits and no timer is set: this call would hang for ever")
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is computed, not lived."""

    def __init__(self, start: float = 0.0) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)
        self._start = start

    def time(self) -> float:
        return self._jumping.now

    def now(self) -> float:
        """Virtual seconds since the epoch."""
        return self._start + self._jumping.now


Run = Callable[[Callable[[Now], Coroutine[Any, Any, T]], float], T]
"""Runs `main(now)`, time beginning at those seconds since the epoch."""


def run_paced(main: Callable[[Now], Coroutine[Any, Any, T]], start: float) -> T:
    """Run `main(now)` at time's own pace, from a `start` that may lie anywhere: with parts that no loop can hurry."""
    began = steady()
    return asyncio.run(main(lambda: start + steady() - began))


def run_virtual(main: Callable[[Now], Coroutine[Any, Any, T]], start: float) -> T:
    """Run `main(now)` on virtual time that begins at `start`, seconds since the epoch."""
    loop = VirtualLoop(start)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main(loop.now))
