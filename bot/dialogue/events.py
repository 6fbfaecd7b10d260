"""What can happen in a call. A closed set: `step` matches every one of them.

Past tense; each carries `at`, seconds since the epoch. They are journaled as JSON and replayed, so they
hold plain values only.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlu.hearing import Hearing
from nlu.meaning import Meaning


@dataclass(frozen=True, slots=True)
class Began:
    """The line was answered."""

    at: float
    called: str
    caller: str
    """Digits, "" where withheld."""
    line: str
    diverted: str = ""
    """Why the company's own line passed the call on: "no_answer", "busy", "always"; "" = it was not, or unknown."""
    withheld: bool = False
    """The caller keeps the number back on purpose."""
    codec: str = ""
    """Of the line; "" = it does not say."""
    diverted_from: str = ""
    """Digits of the number that passed it on."""
    full: bool = False
    """All lines are taken: the caller is told so, and nothing else."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The caller said something, and it was understood as `meaning` (which may be: not at all)."""

    at: float
    hearing: Hearing
    meaning: Meaning
    span: tuple[float, float]
    """From when to when it was said, seconds since `Began.at`: where the clip lies in the recording."""
    manner: tuple[tuple[str, float], ...] = ()
    """How it was said: features by their names in `voice.manner.Manner`. Nothing is decided by them; () = not known."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The caller spoke into our words and we fell silent."""

    at: float
    heard: str
    """What of the last `Say` the caller really heard."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The last `Say` was heard to its end."""

    at: float


@dataclass(frozen=True, slots=True)
class Digit:
    """A push button: 0-9 * #."""

    at: float
    digit: str


@dataclass(frozen=True, slots=True)
class Tone:
    """A machine's tone was heard on the line."""

    at: float
    kind: str
    """"fax": the calling tone of a fax machine, 1100 Hz for half a second every three."""


@dataclass(frozen=True, slots=True)
class LineHeld:
    """The caller's telephone has put us on hold; `on` False: the caller is back."""

    at: float
    on: bool


@dataclass(frozen=True, slots=True)
class Due:
    """The state's deadline has come."""

    at: float


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to `Look`: where a member of staff is now."""

    at: float
    staff: str
    """`Staff.key`"""
    state: str
    """"在席", or why away: 出張 外出 会議 休み …"""
    back: float | None
    """When the person is there again, seconds since the epoch; None unknown."""
    email: str = ""
    """May be told to a caller now; "" = none."""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """One call of the last days, by the same number or under the same name."""

    at: float
    number: str
    """Of the call-back; digits."""
    name: str
    """Katakana."""
    company: str = ""
    staff: str = ""
    """`Staff.key` or the words for whom was asked."""
    reason: str = ""
    purpose: str = ""
    promised: bool = False
    """A call-back was promised."""
    settled: bool = False
    """And was marked as made."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """The answer to `Recall`."""

    at: float
    listed: str = ""
    """"allow" or "deny" where the company's lists say so of this caller; "" otherwise."""
    earlier: tuple[EarlierCall, ...] = ()
    """Newest first. Whoever only shares a name with the caller may be among them: nothing is said of a call unless
    number and name both agree."""


@dataclass(frozen=True, slots=True)
class Held:
    """The answer to `Hold`."""

    at: float
    hold: str
    """"" where there is no place."""
    start: str = ""
    """ISO local, of the place that is held."""
    free: tuple[str, ...] = ()
    """The nearest free starts where there is none, nearest first; ISO local."""
    why: str = ""
    """Why there is none: "full", "closed", "past", "too soon", "too far", "too many"; "" where there is one."""
    asked: str = ""
    """`Hold.start`, by which an answer to an older question is told."""


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking, as found."""

    key: str
    service: str
    start: str
    """ISO local."""
    party: int
    name: str
    """Katakana."""
    number: str
    changeable: bool = True
    """False: it is too late to change it here."""


@dataclass(frozen=True, slots=True)
class BookingsFound:
    """The answer to `FindBooking`."""

    at: float
    bookings: tuple[Booking, ...]
    """Those whose name and number both agree, or only one of them where the other was not given."""


@dataclass(frozen=True, slots=True)
class Booked:
    """The answer to `Book` and `CancelBooking`."""

    at: float
    done: bool
    """False: the place was lost, or the store refused; nothing was promised yet."""
    booking: str = ""


@dataclass(frozen=True, slots=True)
class OperatorsRung:
    """`HandOver` found operators, and it rings at them."""

    at: float
    operators: int
    """At how many, at once or one after the other."""
    seconds: float
    """How long the caller is made to wait at most."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """An operator has the call; at any moment, asked for or not, and from another operator as well."""

    at: float
    operator: str
    """Login name."""
    name: str
    """As colleagues call the operator."""
    mode: str
    """"voice", or "text": what is typed is said by us."""


@dataclass(frozen=True, slots=True)
class PutOnHold:
    """The operator who has the call does not speak with the caller now: on hold, gone for a moment, or calling
    somebody else; `on` False: is back."""

    at: float
    on: bool
    calling: str = ""
    """Digits of the telephone with whose owner the operator wants to speak meanwhile; "" none."""


@dataclass(frozen=True, slots=True)
class OperatorSaid:
    """What the operator said to the caller, as heard; or typed, for us to say."""

    at: float
    name: str
    text: str
    typed: bool


@dataclass(frozen=True, slots=True)
class HandedBack:
    """The operator leaves the call to us."""

    at: float
    name: str
    instruction: str
    """"take_message", "take_number", "close", "hang_up" (good-bye was said), "put_through" (to `to`; where nobody
    answers there, the operator has the call again), "join" (the same after the operator spoke with `to`)."""
    note: str = ""
    to: str = ""
    """Digits."""


@dataclass(frozen=True, slots=True)
class NobodyTook:
    """No operator has the caller, and none will."""

    at: float
    why: str
    """"nobody" (on duty), "busy", "declined", "no_answer", "lost" (the operator's connection)."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """A transfer ended: connected (we are out of the call) or not (the caller is back with us)."""

    at: float
    connected: bool
    why: str


@dataclass(frozen=True, slots=True)
class Measured:
    """How well the line carried the caller's sound, told at its end."""

    at: float
    packets: int
    """That should have come."""
    lost: int
    jitter_ms: float
    mos: float
    """Mean opinion score, 1 to 4.5."""
    clipped: float = 0.0
    """Share of it that was overdriven, 0..1."""


@dataclass(frozen=True, slots=True)
class Broke:
    """Something of ours failed that the caller can hear."""

    at: float
    what: str
    """"ear", "mouth", or "house": the program is being stopped and can wait no longer."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over."""

    at: float
    why: str
    """"caller", "us", "lost", "crash" (found unfinished at the next start)."""


@dataclass(frozen=True, slots=True)
class HeardAgain:
    """After the call its recording was heard by an engine that takes its time. Nothing is decided by it."""

    at: float
    field: str
    """Of `Facts`: "purpose"."""
    text: str
    confidence: float


FromOperators = OperatorsRung | TakenOver | PutOnHold | OperatorSaid | HandedBack | NobodyTook
"""What the switchboard tells."""

Event = (
    Began
    | Heard
    | Interrupted
    | Spoken
    | Digit
    | Tone
    | LineHeld
    | Due
    | Found
    | Recalled
    | Held
    | BookingsFound
    | Booked
    | FromOperators
    | Transferred
    | Measured
    | Broke
    | HungUp
    | HeardAgain
)
