"""All that is known of a call at one moment. What replaying the journal gives; frozen through and through."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.dialogue.actions import Phrase
from bot.dialogue.booking_draft import Draft
from bot.dialogue.events import Began, Booked, BookingsFound, Found, HandedBack, Held, Recalled
from nlu.expected import Expected
from nlu.grammars.together import Told
from nlu.meaning import Reason


class Status(StrEnum):
    """How sure we may be of a captured value. Not captured at all is None in `Facts`."""

    CONFIRMED = "confirmed"
    """The caller said yes to it."""
    HEARD = "heard"
    """Heard only."""


@dataclass(frozen=True, slots=True)
class Captured:
    """One thing the caller told us."""

    value: str
    """Canonical: katakana, digits, a staff key, the caller's words."""
    text: str = ""
    """As written or grouped: 株式会社スマイル企画, 012-3456-7890; "" = like `value`."""
    status: Status = Status.HEARD
    confidence: float = 1.0
    alternatives: tuple[str, ...] = ()
    span: tuple[float, float] = (0.0, 0.0)
    """Where it was said, seconds since the call began: its clip in the recording."""


class BookingAction(StrEnum):
    """What is done about a booking."""

    NEW = "new"
    CHANGE = "change"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class BookingFact:
    """A booking that was made, moved or given up in this call."""

    action: BookingAction
    key: str
    """Of the store."""
    service: str
    """`Service.key`"""
    start: str
    """ISO local; of a cancelled one that which it had."""
    party: int = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report is made of."""

    caller_name: Captured | None = None
    company: Captured | None = None
    """value "" with text "個人": a private person."""
    number: Captured | None = None
    """value "" with text: why there is none (the caller's refusal, "ご存知")."""
    extension: Captured | None = None
    staff: Captured | None = None
    """value: `Staff.key`, or the words for whom no one of that name was found."""
    department: Captured | None = None
    purpose: Captured | None = None
    """The gist, in the caller's words."""
    reason: Reason | None = None
    urgent: bool = False
    """The caller is in a hurry: said so, or in plain need."""
    pressing: bool = False
    """It is to be seen at once, whether or not the caller hurries: a complaint, an authority, somebody at the door."""
    callback_promised: bool = False
    told: tuple[str, ...] = ()
    """What the caller was told that the member should know: "メールアドレス kurimoto@…"."""
    booking: BookingFact | None = None
    answered: tuple[str, ...] = ()
    """Questions that the script answered, in the caller's words."""
    unanswered: tuple[str, ...] = ()
    """Questions that went beyond it, in the caller's words."""
    details: tuple[tuple[str, str], ...] = ()
    """What else was told that has a name: ("事件番号", "令和八年…"), ("初診・再診", "初診")."""
    sales_suspected: bool = False
    """It looked like sales, and was taken as a message nevertheless."""
    chases: int = 0
    """How many calls of the last days this one follows up."""
    category: str = ""
    """The company's own category of the message."""

    @property
    def at_once(self) -> bool:
        """Whether somebody must see it at once."""
        return self.urgent or self.pressing

    def get(self, name: str) -> Captured | None:
        """The captured item of that field."""
        item: Captured | None = getattr(self, name)
        return item

    def put(self, name: str, item: Captured | None) -> Facts:
        """The same facts with another item in that field."""
        changed: dict[str, Any] = {name: item}
        return replace(self, **changed)


class Outcome(StrEnum):
    """How the call ended, as the member is told."""

    MESSAGE = "message"
    TRANSFERRED = "transferred"
    RECORDED = "recorded"
    """Taken as sound because we could not understand."""
    ABANDONED = "abandoned"
    """The caller left before all was said; what was captured is reported."""
    RESERVED = "reserved"
    """A booking was made, changed or cancelled."""
    ANSWERED = "answered"
    """A question was answered from the script, and nothing more was wanted."""
    GIVEN_UP = "given_up"
    """The caller wanted no booking after all, or left the one there is as it was."""
    REFUSED = "refused"
    """A sales call was declined: no report of its own, a line in the daily digest."""
    WRONG_NUMBER = "wrong_number"
    FAX = "fax"
    """A machine called."""
    NOTHING = "nothing"
    """Nobody said a word."""
    TAKEN_OVER = "taken_over"
    """An operator dealt with it."""
    TURNED_AWAY = "turned_away"
    """All lines were taken: the caller was told so, or heard the busy tone."""


@dataclass(frozen=True, slots=True)
class HandingOver:
    """An operator was asked for, or is being rung at."""

    group: str
    """`Group.key`"""
    why: str
    """A `bot.company.rules.Why`."""
    key: str
    """Wording said before another telephone is tried instead."""
    until: float | None = None
    """When the caller has waited long enough; None: it does not ring yet."""


@dataclass(frozen=True, slots=True)
class Attended:
    """One operator's part in a call."""

    operator: str
    """Login name."""
    name: str
    mode: str
    """"voice" or "text"."""
    began: float
    ended: float | None = None
    """None: has the call."""
    instruction: str = ""
    """With which it was given back; see `HandedBack`."""
    note: str = ""
    """For the report."""
    to: str = ""
    """Digits to which the caller was put through."""


class FrameName(StrEnum):
    """The goals a call can have; each is one file."""

    MESSAGE = "message"
    PERSON = "person"
    SALES = "sales"
    QUESTION = "question"
    RESERVATION = "reservation"
    COMPLAINT = "complaint"
    OFFICIAL = "official"
    CHASE = "chase"
    WRONG_NUMBER = "wrong_number"
    DELIVERY = "delivery"
    APPLICATION = "application"


class Phase(StrEnum):
    """How far the call is."""

    RINGING = "ringing"
    TALKING = "talking"
    TRANSFERRING = "transferring"
    HANDING_OVER = "handing_over"
    """It rings at the operators, and the caller waits."""
    OPERATOR = "operator"
    """An operator has the caller."""
    RECORDING = "recording"
    CLOSING = "closing"
    """Good-bye said or being said; the caller hangs up first."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class State:
    """The receptionist's whole mind in one call."""

    at: float = 0.0
    """Of the last event, seconds since the epoch."""
    phase: Phase = Phase.RINGING
    began: Began | None = None
    frames: tuple[FrameName, ...] = ()
    """The goals, the current one last."""
    facts: Facts = field(default_factory=Facts)
    expected: Expected | None = None
    """What the caller was last asked: the ear's grammar and the endpointer's patience follow it."""
    deadline: float | None = None
    """When `Due` shall come if nothing else does, seconds since the epoch."""
    said: tuple[Phrase, ...] = ()
    """The last thing said, for "もう一度"."""
    question: tuple[Phrase, ...] = ()
    """The last question in it, to be put again after an aside."""
    waiting: bool = False
    """The caller asked us to wait."""
    speaking: bool = False
    cut: bool = False
    """The caller spoke into our last words; nothing was understood since."""
    unheard: bool = False
    """And that was before the question in them could be heard."""
    unheard_before: int = 0
    """How often in a row our words were cut off so."""
    unsaid: State | None = None
    """As it was before the last words were chosen: whoever did not hear them is still there."""
    held: float | None = None
    """Since when the caller's telephone holds us."""
    silences: int = 0
    """How often in a row the present question met silence."""
    breaks: int = 0
    """How often in this call something of ours failed."""
    turns: int = 0
    """How often the caller was heard."""
    words: str = ""
    """What the caller said last."""
    told: str = ""
    """All that the caller has told of the matter so far, in his words: what comes is judged together with it."""
    presence: Found | None = None
    """Where the person asked for is."""
    colleague: Found | None = None
    """Where somebody is who may stand in."""
    recalled: Recalled | None = None
    """What the company's lists and the calls of the last days say of this caller."""
    looking: str = ""
    """What we have asked the shell and wait for: "staff", "colleague", "caller", "booking", "operator"; "" = none."""
    handing: HandingOver | None = None
    """On the way to an operator."""
    attended: tuple[Attended, ...] = ()
    """Who of the operators has had the call, the present one last."""
    waits: float | None = None
    """Since when an operator who has the call has let the caller wait."""
    calling: str = ""
    """Digits of the telephone with whose owner that operator speaks meanwhile, or wants to; "" none."""
    spoken_waits: int = 0
    """How often we have spoken to a caller who waits, since the wait began."""
    typed: tuple[str, ...] = ()
    """What an operator has typed and we have still to say."""
    leaves: HandedBack | None = None
    """With what the operator gives the call back once all that was typed has been said."""
    doubted: tuple[int, str] | None = None
    """The entry of the script that a question was most likely for, and the question, until the caller has said yes."""
    answer: Held | BookingsFound | Booked | None = None
    """The last answer about bookings."""
    draft: Draft | None = None
    """The booking that is being made, changed or given up."""
    ring_seconds: float = 0.0
    """How long the telephone rings to which the caller is being put through."""
    asked: tuple[str, ...] = ()
    """Topics of all questions, offers and announcements so far, in order: how often each was put
    decides how it is put next, and nothing is announced twice."""
    pending: tuple[str | Phrase, ...] = ()
    """Wording keys, or words as they stand, to be said before the next question, in the same breath."""
    rejected: tuple[str, ...] = ()
    """Values the caller said no to: never to be read back again."""
    hearings: tuple[Told, ...] = ()
    """What the caller's name may have been each time that it was heard."""
    refused: tuple[str, ...] = ()
    """Names that the caller said no to when they were read back by themselves: it cannot have meant anything else."""
    digits: str = ""
    """Push buttons so far."""
    number_so_far: str = ""
    """The first part of a number that is being said in pieces, digits."""
    outcome: Outcome | None = None
