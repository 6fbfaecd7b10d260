"""A members.json as it is written: companies with their staff, answers and bookings, as frozen types.

The format is that of the data that calls are scored with; keys that it may have beside those here are passed over.
`bot/company/members` makes script files of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from bot.company.source import Problem, ScriptError

MEMBERS = "members.json"
HOLIDAY = "holiday"
"""Among the days on which a company is closed: Japan's public holidays."""

_CONFIG = ConfigDict(extra="ignore")
Week = dict[str, tuple[tuple[str, str], ...]]
"""Spans of a day, "10:00" to "19:00", by weekday "mon" to "sun"."""


@dataclass(frozen=True, config=_CONFIG)
class MemberEntry:
    """One entry of a schedule."""

    start: Annotated[str, Field(alias="from")]
    to: str
    state: str
    back: str = ""
    may_tell: dict[str, str] = Field(default_factory=dict)
    """email, mobile: told to a caller in need while the entry holds."""


@dataclass(frozen=True, config=_CONFIG)
class MemberStaff:
    """One member of staff."""

    name: str
    reading: str
    department: str = ""
    title: str = ""
    schedule: tuple[MemberEntry, ...] = ()


@dataclass(frozen=True, config=_CONFIG)
class MemberAnswer:
    """One question that is answered."""

    q: tuple[str, ...]
    a: str


@dataclass(frozen=True, config=_CONFIG)
class MemberRoom:
    """One room that is booked."""

    name: str
    seats: int = 1


@dataclass(frozen=True, config=_CONFIG)
class MemberSpan:
    """A time already taken."""

    start: Annotated[str, Field(alias="from")]
    to: str


@dataclass(frozen=True, config=_CONFIG)
class MemberBooking:
    """A booking that is there already."""

    caller_name: str
    start: str
    number: str = ""
    party: int = 1


@dataclass(frozen=True, config=_CONFIG)
class MemberBookings:
    """How bookings are taken."""

    kind: str
    unit_minutes: int = 30
    need: tuple[str, ...] = ("caller_name", "number")
    also_ask: tuple[str, ...] = ()
    open: Week = Field(default_factory=dict)
    closed: tuple[str, ...] = ()
    closed_dates: tuple[str, ...] = ()
    full: tuple[MemberSpan, ...] = ()
    existing: tuple[MemberBooking, ...] = ()
    party_max: int = 1
    days_ahead: int = 60
    change_until: str = ""
    cancel_fee: str = ""
    rooms: tuple[MemberRoom, ...] = ()


@dataclass(frozen=True, config=_CONFIG)
class Member:
    """One company of members.json."""

    name: str
    reading: str
    business: str = ""
    hours: str = ""
    open: Week = Field(default_factory=dict)
    closed_on: tuple[str, ...] = ()
    staff: tuple[MemberStaff, ...] = ()
    faq: tuple[MemberAnswer, ...] = ()
    beyond: tuple[str, ...] = ()
    reservations: MemberBookings | None = None
    sales: str = "refuse"


def read_members(path: Path) -> dict[str, Member]:
    """The companies of a members.json by key. Raises `ScriptError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return TypeAdapter(dict[str, Member]).validate_json(text)
    except OSError as error:
        raise ScriptError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ScriptError(f"{path} is not UTF-8: save the file with the encoding UTF-8") from error
    except ValidationError as error:
        faults = [(".".join(map(str, each["loc"])), each["msg"]) for each in error.errors(include_url=False)]
        raise ScriptError([Problem(str(path), key, "does not fit", message) for key, message in faults]) from error
