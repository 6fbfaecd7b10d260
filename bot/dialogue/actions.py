"""What the receptionist can do. A closed set, imperative; the shell in `bot/call` carries them out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of our words, spoken in one breath."""

    text: str
    """As it is written in the journal: 江川様でいらっしゃいますね。"""
    reading: str = ""
    """As it is to be read aloud where that differs: エガワ様でいらっしゃいますね。 "" = as written."""
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """Speak. Replaces whatever is still being said."""

    phrases: tuple[Phrase, ...]
    protected: bool = False
    """True: the caller's voice does not stop it (a good-bye, a word before a transfer)."""

    @property
    def text(self) -> str:
        return "".join(phrase.text for phrase in self.phrases)


@dataclass(frozen=True, slots=True)
class Beep:
    """The tone after which a message is recorded."""


@dataclass(frozen=True, slots=True)
class Look:
    """Ask where a member of staff is; `Found` answers."""

    staff: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Put the caller through once the words before it have been heard; `Transferred` answers."""

    to: str
    """Extension or number."""
    ring_seconds: float


@dataclass(frozen=True, slots=True)
class HandOver:
    """Ring at the operators' consoles. `OperatorsRung` answers, and later `TakenOver` or `NobodyTook`; or at once the
    latter."""

    group: str
    """`Group.key`"""
    why: str
    """Why a person is needed: a `bot.company.rules.Why`."""
    ring_seconds: float
    """Of the ringing, at each where they are rung in turn."""
    operators: tuple[str, ...] = ()
    """Login names, in the order of the ringing; () = all who serve the company, the longest idle first."""
    in_turn: bool = False


@dataclass(frozen=True, slots=True)
class CallOff:
    """Stop the ringing, or take the caller back from an operator's hold: the caller does not want to wait."""


@dataclass(frozen=True, slots=True)
class Recall:
    """Ask what is known of this caller; `Recalled` answers."""

    number: str
    """Digits; "" = withheld and not told."""
    name: str = ""
    """Katakana."""
    company: str = ""
    """Katakana."""
    company_text: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Find a place for a booking and keep it while the call lasts, in place of one kept before; `Held` answers."""

    service: str
    """`Service.key`"""
    start: str
    """ISO local: "2026-11-27T19:00", or "2026-11-27" where only the day is wanted."""
    end: str = ""
    """Of the span that will do, where one was said."""
    party: int = 1
    moving: str = ""
    """The booking that this one is to replace: its own place counts as free."""


@dataclass(frozen=True, slots=True)
class Book:
    """Make the booking that is held, or move the one that it replaces; `Booked` answers."""

    hold: str
    name: str
    """Katakana."""
    number: str
    note: str = ""
    """What else the booking must hold: 初診、肩の痛み."""


@dataclass(frozen=True, slots=True)
class FindBooking:
    """Look for bookings of this caller that lie ahead; `BookingsFound` answers."""

    name: str
    number: str
    """Digits; "" = not known."""
    start: str = ""
    """What was said of its time: a day, or a day and hour."""


@dataclass(frozen=True, slots=True)
class CancelBooking:
    """Give a booking up; `Booked` answers."""

    booking: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call once the words before it have been heard."""


Action = Say | Beep | Look | Recall | Hold | Book | FindBooking | CancelBooking | Transfer | HandOver | CallOff | HangUp
