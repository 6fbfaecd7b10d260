"""What a round with a company's calendar has to do, from what the store has and what the calendar was found to hold.

Pure. The store decides what a booking is; nothing that the calendar says against it is passed over in silence. A
booking whose entry was given another time there follows it, if the store has room; one whose entry was deleted stays,
as a slip of the hand must not cost a caller the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.booking.events import Occurrence
from bot.booking.feed import title_of
from bot.company.rules import ReservationRules
from bot.dialogue.hours import local
from bot.store.bookings import CANCELLED, Reservation
from bot.store.calendars import Clash, Copy

DELETED, EDITED, FOLLOWED = "deleted", "edited", "followed"
_WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of ours as it stands in the calendar."""

    href: str
    etag: str
    start: float
    until: float
    takes: bool
    """False: it was cancelled there, or no longer takes its time."""


@dataclass(frozen=True, slots=True)
class Put:
    """Write a booking's entry."""

    reservation: Reservation
    href: str = ""
    """"" = there is none yet."""
    etag: str = ""

    @property
    def key(self) -> str:
        return self.reservation.key


@dataclass(frozen=True, slots=True)
class Delete:
    """Take a cancelled booking's entry away."""

    key: str
    href: str = ""
    """"" = it is gone, and only we do not know yet."""
    etag: str = ""


Todo = Put | Delete


@dataclass(slots=True)
class Plan:
    """What there is to do."""

    todo: list[Todo] = field(default_factory=list)
    adopted: list[Copy] = field(default_factory=list)
    """Entries that are right as they are."""
    moved: list[tuple[Reservation, Known]] = field(default_factory=list)
    """Bookings whose entry was given another time there: `follow` or `put_back` is to be said of each."""
    disputed: list[tuple[Reservation, str]] = field(default_factory=list)
    """Bookings whose entry was changed there, and how: `DELETED`, `EDITED`, or `FOLLOWED` where the booking was too."""

    def follow(self, booking: Reservation, known: Known) -> None:
        """The store has changed the booking as its entry was."""
        self.adopted.append(Copy(booking.key, booking.version, known.etag))
        self.disputed.append((booking, FOLLOWED))

    def put_back(self, booking: Reservation, known: Known) -> None:
        """The booking stays as it is."""
        self.disputed.append((booking, EDITED))
        self.todo.append(Put(booking, known.href, known.etag))

    def clashes(self, rules: ReservationRules, now: float) -> Iterator[Clash]:
        """What the company is to be told of the disputed ones."""
        for each, how in self.disputed:
            what = f"{_when(each.spot.start)}のご予約({title_of(each, rules)})"
            if how == FOLLOWED:
                text = f"カレンダーで動かされたご予約を、{what}に改めました。お客様へのご連絡をご確認ください。"
            else:
                done = "削除" if how == DELETED else "変更"
                text = f"{what}が、カレンダーで{done}されていました。お受けしたままとし、元にお戻ししました。"
            # once for each version: what was told of an earlier time is told again of a later one
            yield Clash(each.key, f"{how} {each.version}", each.company, text, now)


def plan(bookings: Iterable[Reservation], copies: Mapping[str, Copy], ours: Mapping[str, Known]) -> Plan:
    """`ours`: our entries as they stand in the calendar, by booking; all of `bookings` would be among them."""
    result = Plan()
    for booking in bookings:
        copy, known = copies.get(booking.key), ours.get(booking.key)
        if booking.state == CANCELLED:
            if known is not None:
                result.todo.append(Delete(booking.key, known.href, known.etag))
            elif copy is not None:
                result.todo.append(Delete(booking.key))
        elif known is None:
            if copy is not None:
                result.disputed.append((booking, DELETED))
            result.todo.append(Put(booking))
        else:
            _stands(result, booking, copy, known)
    return result


def _stands(result: Plan, booking: Reservation, copy: Copy | None, known: Known) -> None:
    """A booking whose entry is there: is it as it should be?"""
    current = copy is not None and copy.version == booking.version
    if current and copy is not None and copy.etag == known.etag:
        return
    right = known.takes and (known.start, known.until) == (
        float(int(booking.spot.start)),
        float(int(booking.spot.until)),
    )
    if right and (current or copy is None):
        # a note or a reminder that somebody added there is theirs to keep
        result.adopted.append(Copy(booking.key, booking.version, known.etag))
        return
    if not current:
        result.todo.append(Put(booking, known.href, known.etag))
    elif known.takes:
        result.moved.append((booking, known))
    else:
        result.put_back(booking, known)


def clashes(
    bookings: Sequence[Reservation], others: Iterable[Occurrence], rules: ReservationRules, now: float
) -> Iterator[Clash]:
    """Events of others that lie over bookings."""
    for other in others:
        for each in bookings:
            over = other.start < each.spot.until and each.spot.start < other.until
            if each.state != CANCELLED and over and other.resource in ("", each.spot.resource):
                yield Clash(each.key, f"{other.uid} {int(other.start)}", each.company, _over(each, other, rules), now)


def _over(booking: Reservation, other: Occurrence, rules: ReservationRules) -> str:
    """Whoever was first keeps the time; but a caller who was told yes must hear it from a person."""
    text = (
        f"カレンダーの予定「{other.summary or '無題'}」({_when(other.start)}から)が、"
        f"{_when(booking.spot.start)}のご予約({title_of(booking, rules)})と重なっています。"
    )
    if 0.0 < other.made < booking.made:
        number = f"(電話番号 {booking.number})" if booking.number else ""
        return f"{text}カレンダーの予定が先でした。お客様{number}へのご連絡をお願いします。"
    return f"{text}先にお受けしたご予約を、そのまま残しています。"


def _when(at: float) -> str:
    moment = local(at)
    return f"{moment.month}月{moment.day}日({_WEEKDAYS[moment.weekday()]}){moment.hour}時{moment.minute:02}分"
