"""What an utterance means: why somebody calls, how a question was answered, what values were told.

All are frozen and hold only plain values: a `Meaning` goes to the journal as JSON and comes back unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

PLAIN = 0.6
"""Confidence from which a reason counts where none was asked for: in an answer to something else, or beside one."""
SURE = 0.8
"""Confidence from which a reason turns a call that began otherwise, or stands against words that speak for another."""


class Reason(StrEnum):
    """Why somebody calls; exactly one an utterance."""

    PERSON = "person"
    CALLBACK = "callback"
    MESSAGE = "message"
    SALES = "sales"
    RESERVATION_NEW = "reservation_new"
    RESERVATION_CHANGE = "reservation_change"
    RESERVATION_CANCEL = "reservation_cancel"
    QUESTION = "question"
    COMPLAINT = "complaint"
    CHASE = "chase"
    OFFICIAL = "official"
    OPERATOR = "operator"
    IDENTITY = "identity"
    WRONG_NUMBER = "wrong_number"
    APPLICATION = "application"
    DELIVERY = "delivery"
    OTHER = "other"


class Answer(StrEnum):
    """How the caller took the question, apart from any value in it."""

    YES = "yes"
    NO = "no"
    """Denied, without the right value."""
    CORRECT = "correct"
    """Denied or changed, and the right value is in the slots."""
    REPEAT = "repeat"
    """Wants to hear it again."""
    HOLD = "hold"
    """Wants us to wait."""
    UNKNOWN = "unknown"
    """Does not know, or does not answer the question."""
    REFUSE = "refuse"
    """Will not give what was asked."""
    KNOWN = "known"
    """"You have my number.\""""
    CALLER_ID = "caller_id"
    """"The number I am calling from.\""""
    LATER = "later"
    """Will give it later, or will call again."""


class Want(StrEnum):
    """What a caller wants who cannot have the person asked for."""

    CALLBACK = "callback"
    AGAIN = "again"
    """To call again himself."""
    MOBILE = "mobile"
    EMAIL = "email"
    WAY = "way"
    """Any way to reach the person."""
    OTHER = "other"
    """Somebody else who can help."""
    MESSAGE = "message"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Slot:
    """One value found in an utterance."""

    value: str
    """Canonical: katakana for names and companies, digits for numbers, a key or katakana for staff."""
    text: str = ""
    """The words it comes from; of a number its digits, groups joined by "-", of a company its legal form too."""
    confidence: float = 1.0
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slots:
    """The values of an utterance; only those that it contains."""

    caller_name: Slot | None = None
    company: Slot | None = None
    """`value` "" with text "個人" where the caller says that there is no company."""
    staff: Slot | None = None
    """`value`: a `Person.key` of the vocabulary where one was meant beyond doubt, else katakana or a
    role; `alternatives`: keys of all that fit, where more than one does."""
    department: Slot | None = None
    number: Slot | None = None
    extension: Slot | None = None
    email: Slot | None = None
    when: Slot | None = None
    party: Slot | None = None


class SalesOutcome(StrEnum):
    """What the receptionist does about a call that may be sales."""

    CERTAIN = "certain"
    """Refuse."""
    DOUBTFUL = "doubtful"
    """Ask what it is about, and judge by opening and answer together."""
    NOT_SALES = "not_sales"


@dataclass(frozen=True, slots=True)
class Sales:
    """Whether somebody calls to sell."""

    outcome: SalesOutcome
    probability: float
    """0..1, calibrated."""
    grounds: tuple[str, ...] = ()
    """The words that speak for it and against it, strongest first."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the script has for a question."""

    kind: str
    """"entry", "maybe" (likely this entry: to be asked back first), "beyond" (for a human to answer) or "none"."""
    entry: int | None
    """Index into `Vocabulary.entries`; None unless `kind` is "entry" or "maybe"."""
    probability: float
    """That `kind`, and the entry, are right; 0..1."""
    grounds: tuple[str, ...] = ()
    """Which words of question and script met, "question = script", the weightiest first."""
    several: tuple[tuple[str, str, int | None], ...] = ()
    """Of several questions in one breath the words, kind and entry of each; the first is this one."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a day and hour, or a span of either, in the company's own time."""

    start: str
    """ISO 8601: "2026-11-22" or "2026-11-22T15:00"."""
    end: str = ""
    """End of a span, in the form of `start`; "" where none was meant."""
    doubt: str = ""
    """Why it had better be asked about: "past", "no such day", "weekday differs", "night", or "" if it is plausible."""
    text: str = ""
    """The words that it comes from."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one utterance means, given what was asked."""

    reason: Reason | None = None
    """None where the utterance gives no reason (an answer to a question)."""
    answer: Answer | None = None
    slots: Slots = field(default_factory=Slots)
    urgent: bool = False
    purpose: str = ""
    """What it is about, in the caller's words without greeting and self-introduction; "" if nothing."""
    confidence: float = 0.0
    """0..1, of the reason or answer that was chosen."""
    grounds: tuple[str, ...] = ()
    """From which words each part comes, "part: words"."""
    runners_up: tuple[tuple[Reason, float], ...] = ()
    sales: Sales | None = None
    """Judged where a reason was looked for, else None."""
    moment: Moment | None = None
    """The time wanted, where one was said."""
    known: Known | None = None
    """Looked for where something was asked, else None."""
    wants: tuple[Want, ...] = ()
    """What would do instead of the person asked for, in the order said."""
    called: bool = False
    """Whether whoever is in `slots.staff` is to do something or to be told, and is not only spoken of."""
    correction: str = ""
    """With `Answer.CORRECT` the right value: katakana, digits (a telephone number in full), else as said; or ""."""

    @property
    def bare(self) -> bool:
        """No more than a yes, or nothing at all; a reason that is no other one says nothing."""
        reason = self.reason not in (None, Reason.OTHER)
        said_more = reason or self.urgent or self.purpose or self.slots != Slots()
        return not said_more and self.answer in (Answer.YES, None)
