"""What the receptionist has just asked, and what was said and heard of it before: all that an answer hangs on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ask(StrEnum):
    """What the receptionist has just asked: it chooses the grammar and how the answer is read."""

    OPENING = "opening"
    """Greeting said; anything may come."""
    CALLER = "caller"
    """Company and name."""
    NAME = "name"
    COMPANY = "company"
    NUMBER = "number"
    STAFF = "staff"
    """Whom of the company the caller wants."""
    PURPOSE = "purpose"
    """What it is about: free speech."""
    CONFIRM_CALLER = "confirm_caller"
    """Name and company were read back."""
    CONFIRM_NUMBER = "confirm_number"
    """The number was read back."""
    CALLER_ID = "caller_id"
    """"Is the number you are calling from all right?\""""
    OFFER = "offer"
    """A yes/no offer: a call back, an address, a message."""
    ECHO = "echo"
    """An e-mail address or number of ours was read out; the caller repeats or acknowledges it."""
    KANA = "kana"
    """The name again, kana by kana."""
    PROBE = "probe"
    """What it is about, asked because the opening may be a sales call's."""
    WHEN = "when"
    """Day and time of a booking."""
    PARTY = "party"
    """For how many persons."""
    DETAIL = "detail"
    """Something that a booking or a report must hold: free speech, kept as it is said."""
    MORE = "more"
    """Whether there is anything else: no, or another matter."""
    CLOSING = "closing"
    """Good-bye is being said; only a late wish or correction matters."""
    RECORD = "record"
    """The caller speaks a message after the tone: it is kept as sound, and as text if it can be."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What was asked, and the values that were read back with it ("" where none)."""

    ask: Ask
    name: str = ""
    """The caller's, katakana; for `Ask.STAFF` that of the person asked for."""
    company: str = ""
    """Katakana."""
    number: str = ""
    """Digits; for `Ask.NUMBER` the digits given so far in earlier turns."""
    email: str = ""
    said: str = ""
    """The question in the receptionist's words; "" where only its kind is known."""
    before: str = ""
    """What the caller has told of the matter so far, in his words."""
    heard: tuple[str, ...] = ()
    """As what the caller's name was heard before in this call, katakana, the latest first."""
    rivals: tuple[str, ...] = ()
    """What else it may have been by those hearings, the likeliest first."""
    companies: tuple[str, ...] = ()
    """As what the company was heard."""
    numbers: tuple[str, ...] = ()
    """As what the number was heard, digits, the latest first."""
    denied: tuple[str, ...] = ()
    """What the caller has said no to."""
    begun: str = ""
    """Words with which the answer began, where the caller went on before our next ones were heard."""
    day: str = ""
    """The day that is being spoken of, an ISO date: 次の日 is counted from it."""
    about: int | None = None
    """The entry that was told last, where it is asked whether there is anything else."""
