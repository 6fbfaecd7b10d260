"""What an operator's console and the switchboard say to one another: two closed sets, JSON on the wire (`bot/web`).

Orders are imperative and come from a browser: whatever they hold is checked. News is past tense; a console that falls
behind gets a fresh `Snapshot` in place of what it missed. An operator's voice is not among them: it goes as binary
frames (16-bit mono PCM at 16 kHz, 20 ms) over the same socket, of the one call that is taken by voice or listened to.
Seconds are since the epoch; keys of operators are their login names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Presence(StrEnum):
    """Whether calls ring at an operator."""

    ON_DUTY = "on_duty"
    BUSY = "busy"
    """At the console, and nothing rings: chosen, or because the capacity is used up."""
    BREAK = "break"
    OFF = "off"


class Mode(StrEnum):
    """How an operator speaks with a caller."""

    VOICE = "voice"
    TEXT = "text"
    """What is typed is spoken in the receptionist's voice; several calls at once."""


class Where(StrEnum):
    """Who has the caller."""

    RECEPTIONIST = "receptionist"
    RINGING = "ringing"
    """The caller waits for an operator."""
    OPERATOR = "operator"
    HELD = "held"
    """An operator has the call, and the caller hears the hold tone."""
    RETURNING = "returning"
    """The operator's connection was lost; it is kept for a moment."""
    TRANSFERRED = "transferred"
    """Another telephone has it; we only know that it goes on."""


class Instruction(StrEnum):
    """What the receptionist is to do with a call that an operator gives back."""

    TAKE_MESSAGE = "take_message"
    """Take what is missing (name, number, matter) and close."""
    TAKE_NUMBER = "take_number"
    CLOSE = "close"
    """Say good-bye."""


# Orders: console → switchboard.


@dataclass(frozen=True, slots=True)
class SetPresence:
    presence: Presence


@dataclass(frozen=True, slots=True)
class Take:
    """Take a call, ringing or not: the first who clicks has it."""

    call_id: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Decline:
    call_id: str


@dataclass(frozen=True, slots=True)
class Listen:
    """Hear both sides; the caller notices nothing. `on` False: stop."""

    call_id: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Speak:
    """Say this to the caller in the receptionist's voice."""

    call_id: str
    text: str


@dataclass(frozen=True, slots=True)
class HoldCall:
    call_id: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class PassOn:
    """Put the call through to another operator (key) or telephone (digits)."""

    call_id: str
    to: str
    warm: bool
    """True: we speak with who answers there first, while the caller is on hold; then `JoinCaller` or
    `HoldCall(on=False)`."""


@dataclass(frozen=True, slots=True)
class JoinCaller:
    """End of a warm transfer: who was spoken with first has the caller, we leave."""

    call_id: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    call_id: str
    instruction: Instruction
    note: str = ""
    """For the report."""


@dataclass(frozen=True, slots=True)
class EndCall:
    call_id: str


Order = SetPresence | Take | Decline | Listen | Speak | HoldCall | PassOn | JoinCaller | GiveBack | EndCall


# News: switchboard → console.


@dataclass(frozen=True, slots=True)
class FieldCard:
    """One thing that was captured."""

    name: str
    """As in `Facts`: caller_name, company, number, staff, purpose …"""
    label: str
    """氏名, 会社, 番号 …"""
    text: str
    status: str
    """確認済み, 聞き取りのみ, 未聴取: as the report says it."""
    confidence: float
    """0 to 1."""
    span: tuple[float, float] = (0.0, 0.0)
    """Where it was said, seconds since the call began: its clip. (0, 0) = nowhere."""


@dataclass(frozen=True, slots=True)
class CallCard:
    """A live call as the list and the call view show it."""

    call_id: str
    company: str
    """`Script.key`"""
    company_name: str
    began: float
    where: Where
    operator: str
    """Key of who has it, or had it last; "" nobody."""
    mode: Mode | None
    number: str
    """As the line showed it; "" withheld or unknown."""
    caller: str
    """Name and company as far as they are known; "" not yet."""
    reason: str
    """In Japanese, as the report has it; "" not known yet."""
    summary: str
    """One line: who wants what."""
    marks: tuple[str, ...]
    """至急, 苦情, 再入電2回, 営業の疑い, VIP …"""
    fields: tuple[FieldCard, ...]
    greeting: str
    """How this company's calls are answered."""
    waiting_since: float | None = None
    """When it began to ring at operators, or was put on hold."""
    consulting: str = ""
    """Key of the operator whom its own operator asks first, or speaks with, the caller being on hold."""
    dials: bool = False
    """Its line can ring a telephone for its operator to speak with first."""
    telephone: str = ""
    """The number of one that its operator rings, or speaks with, in groups."""
    reached: bool = False
    """Somebody has answered there."""


@dataclass(frozen=True, slots=True)
class OperatorCard:
    key: str
    name: str
    presence: Presence
    calls: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that this operator may see."""

    me: str
    operators: tuple[OperatorCard, ...]
    calls: tuple[CallCard, ...]
    ringing: tuple[str, ...]
    """Ids of calls that ring at this operator."""


@dataclass(frozen=True, slots=True)
class CallChanged:
    call: CallCard


@dataclass(frozen=True, slots=True)
class CallEnded:
    call_id: str
    why: str


@dataclass(frozen=True, slots=True)
class OperatorChanged:
    operator: OperatorCard


@dataclass(frozen=True, slots=True)
class Rang:
    """A call rings here."""

    call_id: str
    reason: str
    """Why a person is needed, in Japanese."""
    until: float


@dataclass(frozen=True, slots=True)
class RingStopped:
    call_id: str
    why: str
    """"taken", "caller" (hung up), "no_answer", "declined", "passed" (it rings elsewhere now)"""
    by: str = ""
    """Name of who took it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The call is this operator's."""

    call_id: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Refused:
    """An order could not be carried out."""

    call_id: str
    why: str
    """In Japanese, to be shown: 佐藤さんが先に応答しました。"""


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the transcript, or its beginning."""

    call_id: str
    n: int
    """Lines count from 0 in a call; a partial line is replaced by later ones of the same number."""
    at: float
    who: str
    """客, 受付, or the operator's name."""
    text: str
    partial: bool = False


News = Snapshot | CallChanged | CallEnded | OperatorChanged | Rang | RingStopped | Taken | Refused | Said
