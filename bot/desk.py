"""The desk: answers what the mind asks of the world in a call, schedules, callers and bookings, as events.

Rule: every question has its answer at once, from what is kept here; none of them waits for anybody else's machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bot.company.schedule import found
from bot.company.script import Absence, Script
from bot.dialogue.actions import Action, Book, CancelBooking, FindBooking, Hold, Look, Recall
from bot.dialogue.events import Event, Recalled
from bot.recall import absences, recall
from bot.store import Store

Question = Look | Recall | Hold | Book | FindBooking | CancelBooking
"""The actions that ask for something."""


class Books(Protocol):
    """The bookings of one company."""

    def answer(self, asked: Hold | Book | FindBooking | CancelBooking, call_id: str, at: float) -> Event:
        """What came of it; `at` in epoch seconds."""
        ...

    def release(self, call_id: str) -> None:
        """The call is over: what it still holds is free again. Raises DBAPIError where that cannot be written."""
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
    told: Callable[[str, float], Sequence[Absence]] | None = None
    """What the company has told us since of a member of staff's whereabouts, by `Staff.key`; None: nothing."""

    def answer(self, asked: Action, at: float) -> Event | None:
        """The answer to an action that asks for something; None for any other."""
        match asked:
            case Look():
                person = self.script.person(asked.staff)
                told = self.told(asked.staff, at) if self.told else ()
                return found(self.script, person, at, told) if person else None
            case Recall():
                return self.remember(asked, at) if self.remember else Recalled(at)
            case Hold() | Book() | FindBooking() | CancelBooking():
                return self.books.answer(asked, self.call_id, at) if self.books else None
            case _:
                return None


def desk_of(store: Store, script: Script, call_id: str, books: Books | None = None) -> Desk:
    """The desk of one call, as the store knows the company."""

    def told(staff: str, at: float) -> Sequence[Absence]:
        return absences(store, script, at, staff).get(staff, ())

    return Desk(script, call_id, books, partial(recall, store, script), told)
