"""The desk: answers what the mind asks of the world in a call, schedules, callers and bookings, as events.

Rule: every question has its answer at once, from what is kept here; none of them waits for anybody else's machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.dialogue.actions import Action, Book, CancelBooking, FindBooking, Hold, Look, Recall
from bot.dialogue.events import Event, Recalled
from bot.schedule import found
from bot.script import Script

Question = Look | Recall | Hold | Book | FindBooking | CancelBooking
"""The actions that ask for something."""

READING = Look | Recall | FindBooking
"""Those that change nothing, so that they can be asked on a guess."""


class Books(Protocol):
    """The bookings of one company."""

    def answer(self, asked: Hold | Book | FindBooking | CancelBooking, call_id: str, at: float) -> Event:
        """What came of it; `at` in epoch seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What one call can ask."""

    script: Script
    call_id: str = ""
    books: Books | None = None
    """None: the company takes no bookings."""
    remember: Callable[[Recall, float], Recalled] | None = None
    """None: nothing is known of any caller."""

    def answer(self, asked: Action, at: float) -> Event | None:
        """The answer to an action that asks for something; None for any other."""
        match asked:
            case Look():
                person = self.script.person(asked.staff)
                return found(self.script, person, at) if person else None
            case Recall():
                return self.remember(asked, at) if self.remember else Recalled(at)
            case Hold() | Book() | FindBooking() | CancelBooking():
                return self.books.answer(asked, self.call_id, at) if self.books else None
            case _:
                return None
