"""A company's script as it is written: the shape of its TOML files.

Every field says what it wants (`bot/company/fields`); the sections that say how calls are treated are in
`bot/company/written_rules`. What one field says of another (a department that does not exist) is checked in
`bot/company/load`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool
from pydantic.dataclasses import dataclass

from bot.company.fields import CONFIG, Hour, Kana, MaybeEmail, Number, Seconds, Texts, Weekdays, When, Words
from bot.company.written_rules import (
    WrittenCategory,
    WrittenComplaints,
    WrittenGroup,
    WrittenHours,
    WrittenListening,
    WrittenMenuItem,
    WrittenOccasion,
    WrittenQuestions,
    WrittenReceptionist,
    WrittenReport,
    WrittenSales,
    WrittenVip,
)
from nlu.meaning import Reason

Item = Literal["company", "name", "number", "purpose"]


@dataclass(frozen=True, config=CONFIG)
class WrittenCompany:
    """[company]"""

    name: Words
    reading: Kana
    numbers: tuple[Number, ...]
    spoken: Words | None = None
    spoken_reading: Kana | None = None
    area_code: Number = ""


@dataclass(frozen=True, config=CONFIG)
class WrittenCall:
    """[call]: how a call is led."""

    ask: tuple[Item, ...] = ("company", "name", "number", "purpose")
    patience: str = "normal"
    transfer_ring_seconds: Seconds = 20.0
    ask_kanji: StrictBool = False
    pace: Annotated[float, Field(ge=0.6, le=1.4)] = 1.0
    forwarded_after_seconds: Annotated[float, Field(ge=0, le=120)] = 0.0
    forbidden: Texts = ()
    fax: Number = ""


@dataclass(frozen=True, config=CONFIG)
class WrittenHuman:
    """[human]: who takes a caller that insists on a person."""

    extension: Number = ""
    ring_seconds: Seconds = 20.0
    hand_over: tuple[Reason, ...] = (Reason.OPERATOR,)
    after_misses: StrictBool = False


@dataclass(frozen=True, config=CONFIG)
class WrittenDepartment:
    """[[department]]"""

    name: Words
    reading: Kana


@dataclass(frozen=True, config=CONFIG)
class WrittenScript:
    """script.toml"""

    company: WrittenCompany
    hours: WrittenHours
    call: WrittenCall = WrittenCall()
    human: WrittenHuman = WrittenHuman()
    report: WrittenReport = WrittenReport()
    sales: WrittenSales = WrittenSales()
    questions: WrittenQuestions = WrittenQuestions()
    complaints: WrittenComplaints = WrittenComplaints()
    receptionist: WrittenReceptionist = WrittenReceptionist()
    listening: WrittenListening = WrittenListening()
    occasion: tuple[WrittenOccasion, ...] = ()
    vip: tuple[WrittenVip, ...] = ()
    menu: tuple[WrittenMenuItem, ...] = ()
    group: tuple[WrittenGroup, ...] = ()
    category: tuple[WrittenCategory, ...] = ()
    department: tuple[WrittenDepartment, ...] = ()
    wording: dict[str, Texts] = Field(default_factory=dict)


@dataclass(frozen=True, config=CONFIG)
class WrittenMayTell:
    """`may_tell` of a member of staff."""

    state: StrictBool = False
    back: StrictBool = True
    email: MaybeEmail = ""
    mobile: Number = ""


@dataclass(frozen=True, config=CONFIG)
class WrittenTold:
    """`may_tell` of one dated entry."""

    email: MaybeEmail = ""
    mobile: Number = ""


@dataclass(frozen=True, config=CONFIG)
class WrittenEntry:
    """[[staff.schedule]]: dated (from, until), weekly (weekdays, hours), or counted from now."""

    state: Words
    start: When | None = Field(default=None, alias="from")
    until: When | None = None
    back: When | None = None
    weekdays: Weekdays = ()
    hours: Hour | None = None
    back_in_business_days: Annotated[int, Field(strict=True, ge=1, le=60)] | None = None
    may_tell: WrittenTold = WrittenTold()


@dataclass(frozen=True, config=CONFIG)
class WrittenStaff:
    """[[staff]]"""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Words
    reading: Kana
    department: str = ""
    title: str = ""
    extension: Number = ""
    may_tell: WrittenMayTell = WrittenMayTell()
    schedule: tuple[WrittenEntry, ...] = ()


@dataclass(frozen=True, config=CONFIG)
class WrittenStaffFile:
    """staff.toml"""

    staff: tuple[WrittenStaff, ...] = ()


@dataclass(frozen=True, config=CONFIG)
class WrittenAnswer:
    """[[entry]] of knowledge.toml"""

    questions: Texts
    answer: Words
    reading: str = ""


@dataclass(frozen=True, config=CONFIG)
class WrittenKnowledge:
    """knowledge.toml"""

    entry: tuple[WrittenAnswer, ...] = ()
    beyond: Texts = ()


@dataclass(frozen=True, config=CONFIG)
class WrittenPatience:
    """[patience.<word>] of common.toml: seconds of silence, see `bot.company.script.Patience`."""

    answer: Seconds
    readback: Seconds
    closing: Seconds
    recording: Seconds


@dataclass(frozen=True, config=CONFIG)
class WrittenCommon:
    """common.toml"""

    patience: dict[str, WrittenPatience]
    wording: dict[str, Texts] = Field(default_factory=dict)
