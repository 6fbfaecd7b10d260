"""The sections of a script that say how calls are treated, and reservations.toml, as they are written.

See `bot/company/rules` for what each of them means; `bot/company/load_rules` makes the one of the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StrictBool
from pydantic.dataclasses import dataclass

from bot.company.fields import CONFIG, Closure, Day, Email, Hour, Kana, Number, Texts, When, Words, refuse
from bot.company.rules import Span
from nlu.meaning import Reason

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Minutes = Annotated[float, Field(gt=0, le=24 * 60)]
Few = Annotated[int, Field(strict=True, ge=1, le=1000)]
Need = Literal["name", "number", "party", "purpose"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Hosts that are reached without a network."""


def _calendar_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, named = parts.hostname, parts.username is not None
    except ValueError:
        host, named = None, False
    if named:
        raise refuse("write the name under user and the password in DENWABAN_CALDAV_PASSWORD_…, not in the address")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)):
        raise refuse("write the collection's address with https://, for callers' names and a password go there")
    return text


CalendarUrl = Annotated[str, AfterValidator(_calendar_url)]


@dataclass(frozen=True, config=CONFIG)
class WrittenSales:
    """[sales]"""

    policy: Literal["refuse", "report", "put_through"] = "refuse"
    allow: Texts = ()
    deny: Texts = ()


@dataclass(frozen=True, config=CONFIG)
class WrittenQuestions:
    """[questions]"""

    answers: Literal["script", "none"] = "script"


@dataclass(frozen=True, config=CONFIG)
class WrittenComplaints:
    """[complaints]"""

    supervisor: Number = ""


@dataclass(frozen=True, config=CONFIG)
class WrittenReceptionist:
    """[receptionist]"""

    name: Words | None = None
    reading: Kana | None = None
    bureau: str = ""


@dataclass(frozen=True, config=CONFIG)
class WrittenListening:
    """[listening]: what of a caller's voice, words apart, is kept and reported."""

    manner: StrictBool = True
    sex: StrictBool = True


@dataclass(frozen=True, config=CONFIG, kw_only=True)
class WrittenOccasion:
    """[[occasion]]"""

    first: When = Field(alias="from")
    until: When
    greeting: str = ""
    announcement: str = ""
    closed: StrictBool = False


@dataclass(frozen=True, config=CONFIG)
class WrittenVip:
    """[[vip]]"""

    name: Words
    reading: Kana
    number: Number = ""
    company: Kana | None = None
    greeting: str = ""
    put_through: StrictBool = False
    tell_mobile: StrictBool = False
    operator: StrictBool = False


@dataclass(frozen=True, config=CONFIG)
class WrittenMenuItem:
    """[[menu]]"""

    key: Annotated[str, Field(pattern=r"^[0-9*#]$")]
    name: Words
    reading: Kana
    department: str = ""
    reason: Reason | None = None
    extension: Number = ""


@dataclass(frozen=True, config=CONFIG)
class WrittenGroup:
    """[[group]]"""

    key: Key
    extension: Number = ""
    reasons: tuple[Reason, ...] = ()
    ring_seconds: Annotated[float, Field(gt=0, le=60)] = 20.0
    console: StrictBool = False
    operators: Texts = ()
    order: Literal["all", "in turn"] = "all"
    hours: Hour | None = None


@dataclass(frozen=True, config=CONFIG)
class WrittenCategory:
    """[[category]]"""

    name: Words
    words: Texts


@dataclass(frozen=True, config=CONFIG)
class WrittenRecipient:
    """[[report.recipient]]"""

    address: Email
    departments: Texts = ()
    reasons: tuple[Reason, ...] = ()
    hours: Hour | None = None
    urgent_only: StrictBool = False


@dataclass(frozen=True, config=CONFIG)
class WrittenStep:
    """[[report.urgent]]: exactly one of `mail` and `number`."""

    wait_minutes: Minutes
    mail: Email | None = None
    number: Number | None = None


@dataclass(frozen=True, config=CONFIG)
class WrittenReport:
    """[report]: where reports go, and what becomes of those that nobody acts on."""

    recipients: tuple[Email, ...] = ()
    recipient: tuple[WrittenRecipient, ...] = ()
    urgent: tuple[WrittenStep, ...] = ()
    callback_minutes: Annotated[float, Field(ge=0, le=7 * 24 * 60)] = 0.0
    callback_recipients: tuple[Email, ...] = ()
    digest_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "18:00"


@dataclass(frozen=True, config=CONFIG)
class WrittenService:
    """[[service]] of reservations.toml"""

    key: Key
    name: Words
    reading: Kana
    minutes: Annotated[int, Field(strict=True, ge=5, le=24 * 60)]
    resources: tuple[Key, ...]
    per_person: StrictBool = False
    said: Texts = ()


@dataclass(frozen=True, config=CONFIG)
class WrittenResource:
    """[[resource]]"""

    key: Key
    name: Words
    reading: Kana
    capacity: Few = 1


@dataclass(frozen=True, config=CONFIG)
class WrittenBookingQuestion:
    """[[question]]"""

    key: Key
    question: Words
    label: Words
    said: Texts = ()


@dataclass(frozen=True, config=CONFIG, kw_only=True)
class WrittenBlock:
    """[[block]]"""

    start: When = Field(alias="from")
    until: When
    resource: str = ""


@dataclass(frozen=True, config=CONFIG, kw_only=True)
class WrittenKnownBooking:
    """[[booking]]"""

    name: Kana
    number: Number
    start: When = Field(alias="at")
    party: Few = 1
    service: str = ""


@dataclass(frozen=True, config=CONFIG)
class WrittenCalendar:
    """[calendar]"""

    url: CalendarUrl = ""
    user: str = ""
    feed: Words = "1"


@dataclass(frozen=True, config=CONFIG)
class WrittenHours:
    """[hours], and [open] of reservations.toml: `weekdays` is Monday to Friday; a day's own key goes before it."""

    weekdays: Day = ()
    mon: Day | None = None
    tue: Day | None = None
    wed: Day | None = None
    thu: Day | None = None
    fri: Day | None = None
    sat: Day | None = None
    sun: Day | None = None
    closed_on_holidays: StrictBool = True
    closed: tuple[Closure, ...] = ()

    def week(self) -> tuple[tuple[Span, ...], ...]:
        """Seven days, Monday first."""
        days = (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)
        usual: Iterable[tuple[Span, ...]] = (self.weekdays,) * 5 + ((),) * 2
        return tuple(rest if day is None else day for day, rest in zip(days, usual, strict=True))


@dataclass(frozen=True, config=CONFIG)
class WrittenReservations:
    """reservations.toml"""

    service: tuple[WrittenService, ...]
    resource: tuple[WrittenResource, ...]
    open: WrittenHours
    slot_minutes: Annotated[int, Field(strict=True, ge=5, le=240)] = 30
    lead_minutes: Annotated[int, Field(strict=True, ge=0, le=60 * 24 * 30)] = 0
    days_ahead: Annotated[int, Field(strict=True, ge=1, le=400)] = 60
    party_max: Few = 1
    need: tuple[Need, ...] = ("name", "number")
    question: tuple[WrittenBookingQuestion, ...] = ()
    change_until_days: Annotated[int, Field(strict=True, ge=0, le=60)] = 0
    cancel_note: str = ""
    block: tuple[WrittenBlock, ...] = ()
    booking: tuple[WrittenKnownBooking, ...] = ()
    calendar: WrittenCalendar = WrittenCalendar()
