"""A member company's call script: what its receptionist knows, as checked, frozen types.

Words, lists and names of behaviours only: no expressions, no logic. `bot/company/load` reads it from TOML.
Kana fields are katakana. Times of day are `datetime.time` in the company's own time (Asia/Tokyo).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.company.rules import Name, Recipient, Rules, Span
from nlu.vocabulary import Entry as Asked

__all__ = [
    "Absence",
    "Entry",
    "Hours",
    "Human",
    "Knowledge",
    "MayTell",
    "Name",
    "Patience",
    "Routine",
    "Script",
    "Span",
    "Staff",
]


@dataclass(frozen=True, slots=True)
class Hours:
    """When the company is open."""

    week: tuple[tuple[Span, ...], ...]
    """Seven entries, Monday first."""
    closed_on_holidays: bool = True
    """Japan's public holidays."""
    closed_dates: tuple[date, ...] = ()
    closed_yearly: tuple[tuple[int, int], ...] = ()
    """(month, day), closed every year: 年末年始, お盆."""


@dataclass(frozen=True, slots=True)
class MayTell:
    """What callers may be told of a member of staff; nothing else ever is."""

    state: bool = False
    """Why away (出張, 会議 …); False: only "席を外しております" is said."""
    back: bool = True
    """When back."""
    email: str = ""
    """Told to a caller who needs to reach the person today; "" = never."""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """One entry of a schedule. Outside all entries the person is at the desk during opening hours."""

    start: datetime
    """Aware."""
    until: datetime
    state: str
    """出張 外出 会議 休み 在席 …"""
    back: datetime | None = None
    """When the person can be reached again where that is later than `until`."""
    email: str = ""
    """May be told to a caller in need while this entry holds; "" = only what `Staff.may_tell` has."""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Routine:
    """A standing entry of a schedule: every week, or counted from the moment of the call."""

    state: str
    weekdays: tuple[int, ...] = ()
    """0 = Monday."""
    span: Span | None = None
    """None: the whole day."""
    back_in_business_days: int = 0
    """1 or more: away at any moment, back at the opening of that many business days from today.
    For sample scripts, which must not go stale."""


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of staff."""

    key: str
    family: Name
    given: Name
    department: str = ""
    title: str = ""
    extension: str = ""
    """"" = cannot be put through."""
    may_tell: MayTell = field(default_factory=MayTell)
    schedule: tuple[Absence, ...] = ()
    routine: tuple[Routine, ...] = ()
    """A dated entry of `schedule` goes before these."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One question that may be answered."""

    questions: tuple[str, ...]
    answer: str
    reading: str = ""

    @property
    def asked(self) -> Asked:
        """What a question is looked for in."""
        return Asked(self.questions, self.answer)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the receptionist may answer, and what it must hand over."""

    entries: tuple[Entry, ...] = ()
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Human:
    """The way to a person of the company's own when the caller insists on one."""

    extension: str = ""
    """"" = none: a call-back is offered."""
    ring_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of silence; companies choose a word ("short", "normal", "relaxed"), `bot/company/load` the numbers."""

    answer: float = 6.0
    """After a question, before it is put again."""
    readback: float = 2.5
    """After a read-back of name and company, before going on unconfirmed."""
    closing: float = 8.0
    """After the good-bye, before we hang up ourselves."""
    recording: float = 5.0
    """Of silence that end a recorded message."""


@dataclass(frozen=True, slots=True)
class Script:
    """One company's script, one immutable version."""

    key: str
    """The folder's name under scripts/."""
    version: str
    """Hex SHA-256 over the files it was made from."""
    company: Name
    """As registered: スマイル精工株式会社."""
    spoken: Name
    """As said on the telephone: スマイル精工."""
    numbers: tuple[str, ...]
    """Called numbers that reach this script, digits."""
    hours: Hours
    wording: Mapping[str, tuple[str, ...]]
    """What is said, by key (see scripts/common.toml); variants are taken in turn. `{name}` marks a place."""
    area_code: str = ""
    departments: tuple[Name, ...] = ()
    staff: tuple[Staff, ...] = ()
    knowledge: Knowledge = field(default_factory=Knowledge)
    ask: tuple[str, ...] = ("company", "name", "number", "purpose")
    """What a message must hold."""
    human: Human = field(default_factory=Human)
    patience: Patience = field(default_factory=Patience)
    transfer_ring_seconds: float = 20.0
    recipients: tuple[Recipient, ...] = ()
    """Of the reports."""
    rules: Rules = field(default_factory=Rules)

    def person(self, key: str) -> Staff | None:
        """The member of staff of that key."""
        return next((staff for staff in self.staff if staff.key == key), None)
