"""The switchboard: which calls are live, who is at a console, and what the two have to do with one another.

The async shell of `bot/operators/board`, which decides. Rule: orders and news pass at once and in order, on the loop
of the calls; there is one timer, the board's next deadline.
"""

from __future__ import annotations

from bot.clock import Now
from bot.operators.console import Console, OperatorIdentity
from bot.operators.messages import Order, Snapshot


class Switchboard:
    """One process's."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._consoles: dict[str, Console] = {}

    def join(self, operator: OperatorIdentity) -> Console:
        """Plug a console in; its first news is a `Snapshot`. One that the same operator had before is over."""
        before = self._consoles.get(operator.key)
        if before is not None:
            before.close()
        console = self._consoles[operator.key] = Console(operator, self)
        console.tell(self.snapshot(operator.key))
        return console

    def order(self, console: Console, order: Order) -> None:
        """An order of that console's."""

    def voice(self, console: Console, pcm: bytes) -> None:
        """Sound of that console's operator."""

    def leave(self, console: Console) -> None:
        """The console is gone."""
        if self._consoles.get(console.operator.key) is console:
            del self._consoles[console.operator.key]

    def snapshot(self, operator: str) -> Snapshot:
        """All that this operator may see."""
        return Snapshot(operator, (), (), ())
