"""What a company decides about its calls: how its receptionist treats each kind of them, as frozen types.

Words, lists and names of behaviours only, like all of a script; `bot.company.script.Script` holds one of each. Times
are the company's own (Asia/Tokyo). Extensions and numbers are digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from nlu.meaning import Reason


@dataclass(frozen=True, slots=True)
class Name:
    """A name with its reading."""

    text: str
    kana: str
    """Katakana."""


@dataclass(frozen=True, slots=True)
class Span:
    """Hours within one day, start included, end not."""

    start: time
    end: time


class SalesPolicy(StrEnum):
    """What becomes of a call that is certainly sales."""

    REFUSE = "refuse"
    """Declined; a line in the daily digest."""
    REPORT = "report"
    """Declined; and reported like a message."""
    PUT_THROUGH = "put_through"
    """Treated like any other call."""


@dataclass(frozen=True, slots=True)
class SalesRules:
    """[sales]"""

    policy: SalesPolicy = SalesPolicy.REFUSE
    allow: tuple[str, ...] = ()
    """Callers that are never sales: numbers (digits) and company names as written or in katakana."""
    deny: tuple[str, ...] = ()
    """Callers that always are."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What a booking occupies: a room, a chair, a doctor, a counter."""

    key: str
    name: Name
    capacity: int = 1
    """Places in it at any one moment: seats, or 1 where one booking fills it."""


@dataclass(frozen=True, slots=True)
class Service:
    """One thing that can be booked."""

    key: str
    name: Name
    minutes: int
    """How long it occupies its resource."""
    resources: tuple[str, ...]
    """Keys of those that will do, the preferred first; one of them is taken."""
    per_person: bool = False
    """True: a booking takes a place for each person of its party; False: one place."""
    said: tuple[str, ...] = ()
    """Other words by which callers ask for it."""


@dataclass(frozen=True, slots=True)
class BookingQuestion:
    """A question of the company's own that a booking must answer."""

    key: str
    question: str
    """As it is spoken: 初めての方でいらっしゃいますか。"""
    label: str
    """As the report calls it: 初診・再診."""
    said: tuple[str, ...] = ()
    """Words that answer it before it is asked: 初めて, 再診."""


@dataclass(frozen=True, slots=True)
class Block:
    """A time already taken, or kept free, by other means than this receptionist."""

    start: str
    """ISO local: 2026-11-27T19:00."""
    end: str
    resource: str = ""
    """"" = all of them."""


@dataclass(frozen=True, slots=True)
class KnownBooking:
    """A booking that the company brings along."""

    name: str
    """Katakana."""
    number: str
    start: str
    """ISO local."""
    party: int = 1
    service: str = ""
    """"" = the first."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """[calendar]: where the company itself sees its bookings."""

    url: str = ""
    """Of a CalDAV collection that is kept in step with the bookings; "" = none."""
    user: str = ""
    """Its password is a setting of the server: DENWABAN_CALDAV_PASSWORD_ and the company's key."""
    feed: str = "1"
    """Changed by a company that wants the links to its feed to end."""


@dataclass(frozen=True, slots=True)
class ReservationRules:
    """reservations.toml"""

    services: tuple[Service, ...]
    resources: tuple[Resource, ...]
    week: tuple[tuple[Span, ...], ...]
    """When bookings may begin and end, seven days, Monday first."""
    closed_on_holidays: bool = True
    closed_dates: tuple[date, ...] = ()
    closed_yearly: tuple[tuple[int, int], ...] = ()
    """(month, day), closed every year."""
    slot_minutes: int = 30
    """Bookings begin at multiples of it from the opening of each span."""
    lead_minutes: int = 0
    """How long before its start a booking must be made."""
    days_ahead: int = 60
    party_max: int = 1
    need: tuple[str, ...] = ("name", "number")
    """What a booking must hold beside its time: "name", "number", "party", "purpose"."""
    questions: tuple[BookingQuestion, ...] = ()
    change_until_days: int = 0
    """Days before a booking's own until which it may be changed or cancelled here; later ones go to a person."""
    cancel_note: str = ""
    """Said before a cancellation: 宴会は、前日から取り消し料をいただいております。"""
    blocks: tuple[Block, ...] = ()
    known: tuple[KnownBooking, ...] = ()
    calendar: Calendar = Calendar()


@dataclass(frozen=True, slots=True)
class Occasion:
    """A stretch of days with a greeting or announcement of its own."""

    first: date
    last: date
    greeting: str = ""
    """In place of the usual one; {company} is filled."""
    announcement: str = ""
    """After the greeting."""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Vip:
    """A caller who is treated differently, known by number or by name."""

    name: Name
    number: str = ""
    company: str = ""
    """Katakana; with it a name counts only together with the company."""
    greeting: str = ""
    """In place of the usual words once we know who it is."""
    put_through: bool = False
    """To the person asked for even in a meeting, if there is an extension."""
    tell_mobile: bool = False
    operator: bool = False
    """Handed over to a person as soon as it is known who calls."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One key of the keypad menu."""

    key: str
    """0-9 * #."""
    text: Name
    """営業部へのご用件."""
    department: str = ""
    reason: Reason | None = None
    extension: str = ""


class Why(StrEnum):
    """Why a call needs a person."""

    BEYOND = "beyond"
    """A question goes beyond the script."""
    ASKED = "asked"
    """The caller wants a person."""
    COMPLAINT = "complaint"
    MISSES = "misses"
    """We do not understand the caller."""
    VIP = "vip"
    MATTER = "matter"
    """The company wants calls of that reason handed over."""


@dataclass(frozen=True, slots=True)
class Group:
    """Who takes calls that need a person, by reason: a telephone, or operators at their consoles, or both."""

    key: str
    extension: str
    """Rung where no operator is at a console; "" = none."""
    reasons: tuple[Reason, ...] = ()
    """() = every reason that no other group has."""
    ring_seconds: float = 20.0
    console: bool = False
    """True: rings at consoles first."""
    operators: tuple[str, ...] = ()
    """Login names of those who are rung, in this order; () = all who serve the company, the longest idle first."""
    in_turn: bool = False
    """True: one after the other; False: at all of them at once."""
    hours: Span | None = None
    """Of every day, in which calls are taken; None = while the company is open."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where reports go; every one that fits gets it."""

    address: str
    departments: tuple[str, ...] = ()
    """() = any."""
    reasons: tuple[Reason, ...] = ()
    hours: Span | None = None
    """Of the day; None = always."""
    urgent_only: bool = False


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One address of the urgent route."""

    address: str
    """Mail address; or digits, dialled where the line can dial out."""
    wait_minutes: float
    """Until the next is tried, if nobody has marked it taken."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """[report]: what becomes of an urgent call and of a promised call-back."""

    route: tuple[RouteStep, ...] = ()
    callback_minutes: float = 0.0
    """After which a call-back that nobody marked 折り返し済み is reported again; 0 = never."""
    callback_recipients: tuple[str, ...] = ()
    """To whom then, one after the other; () = the usual recipients again."""
    digest_at: time = time(18, 0)
    """When the day's refused calls are reported in one mail."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What is said of ourselves."""

    receptionist: Name | None = None
    """The name by which the receptionist goes; None = none is given."""
    bureau: str = ""
    """Named if asked, only where the company says so; "" = never."""


@dataclass(frozen=True, slots=True)
class Listening:
    """What of a caller's voice, words apart, is kept and reported."""

    manner: bool = True
    """How loud, high and quick each utterance is, and whether the voice was raised."""
    sex: bool = True
    """A guess from the pitch, told as one."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All of them."""

    sales: SalesRules = SalesRules()
    answers: bool = True
    """[questions] answers = "script": questions are answered from the knowledge; "none": all become messages."""
    reservations: ReservationRules | None = None
    occasions: tuple[Occasion, ...] = ()
    vips: tuple[Vip, ...] = ()
    menu: tuple[MenuItem, ...] = ()
    groups: tuple[Group, ...] = ()
    hand_over: tuple[Reason, ...] = (Reason.OPERATOR,)
    """Reasons that go to a person at once while one is on duty."""
    after_misses: bool = False
    """Whoever we do not understand goes to a person, too."""
    supervisor: str = ""
    """Extension for 責任者を出せ; "" = an urgent message."""
    forbidden: tuple[str, ...] = ()
    """Words that our sentences must never hold."""
    categories: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(category of a message, words that make it one), for the report."""
    ask_kanji: bool = False
    """Ask how a caller's name is written."""
    pace: float = 1.0
    """Of our speech; 1 = as usual, 0.8 slower."""
    fax: str = ""
    """Told to a fax machine's owner; "" = none."""
    forwarded_after_seconds: float = 0.0
    """How long a forwarded call rang at the company before it came to us; from ten on we apologise for the wait."""
    follow_up: FollowUp = FollowUp()
    disclosure: Disclosure = Disclosure()
    listening: Listening = Listening()
