"""Reservations: a place is found and held while the call lasts, booked, moved, found again, or given up.

Rule: what a call asks (`Hold Book FindBooking CancelBooking`) is answered in one transaction by one event. A hold is a
call's own, one at a time, and ends with the call, with its process or after `HOLD_SECONDS`; only `Book` makes a booking
of it. A booking that is moved keeps its old place until the new one is its own. Nothing is ever booked twice because
the database cannot write it down twice (`bot/store/bookings`). Blocking; the moment is handed in. Left out: what is
said of it all, and whose identity is believed.
"""

from __future__ import annotations

import hashlib
import logging
import re
import uuid
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.booking import slots
from bot.booking.slots import Diary, Want, Wish, iso, moment
from bot.company.rules import KnownBooking, ReservationRules, Service
from bot.dialogue.actions import Book, CancelBooking, FindBooking, Hold
from bot.dialogue.events import Booked, Booking, BookingsFound, Held
from bot.dialogue.hours import local
from bot.store import Store
from bot.store import bookings as rows
from bot.store.bookings import BOOKED, CANCELLED, Claim, Reservation, Spot
from bot.store.calendars import busy_between
from nlu.kana import canonical

log = logging.getLogger(__name__)

HOLD_SECONDS = 1800.0
"""The longest that a place is kept for a call: longer than any call in which one is booked."""

TRIES = 5
"""For a store that is locked by others: each waits `bot.store.opening.BUSY_MS`."""

AROUND = timedelta(days=7)
"""Days on both sides of a wish among which the nearest free starts are looked for first."""

LISTED = 60
"""Free starts told of days that were asked for without a time, at most."""

Asked = Hold | Book | FindBooking | CancelBooking
Answer = Held | Booked | BookingsFound


@dataclass(frozen=True, slots=True)
class _At:
    """A transaction, and what it is about."""

    connection: Connection
    call_id: str
    now: float


class Books:
    """The bookings of one company."""

    def __init__(
        self, store: Store, company: str, rules: ReservationRules, changed: Callable[[], None] = lambda: None
    ) -> None:
        """`company`: `Script.key`. `changed` is called after bookings have changed, in the thread that answers."""
        self._store = store
        self._company = company
        self._rules = rules
        self._changed = changed
        self._blocks = tuple(map(slots.busy, rules.blocks))
        self._capacity = {resource.key: resource.capacity for resource in rules.resources}

    def start(self, at: float) -> None:
        """Before this process's first call: give up what calls of dead processes held, and `bring`."""
        with self._store.write() as connection:
            rows.release_lapsed(connection, self._company, at - HOLD_SECONDS, self._store.dead)
        self.bring(at)

    def bring(self, at: float) -> None:
        """Write down the bookings that the script brings along and that lie ahead, each once: whatever becomes of one
        later, the store knows, and it does not come back. To be called for each new version of the script."""
        with self._store.write() as connection:
            rows.lock_diary(connection, self._company)
            there = rows.seeds(connection, self._company)
            for seed, known in _seeds(self._rules).items():
                if seed not in there and moment(known.start).timestamp() > at:
                    self._bring(_At(connection, "", at), seed, known)
        self._changed()

    def answer(self, asked: Asked, call_id: str, at: float) -> Answer:
        """What came of an action of that call; where the store refuses, that nothing did."""
        why: object = ""
        for _ in range(TRIES):
            try:
                return self._answer(asked, call_id, at)
            except OperationalError as error:
                why = error.orig
        log.error("bookings of %s cannot be used (%s): free disk space or unlock the database", self._company, why)
        match asked:
            case Hold():
                return Held(at, "", why="unknown", asked=asked.start)
            case FindBooking():
                return BookingsFound(at, ())
            case Book() | CancelBooking():
                return Booked(at, False)

    def release(self, call_id: str) -> None:
        """The call is over: give up what it still holds. Where the store refuses, `HOLD_SECONDS` will."""
        try:
            with self._store.write() as connection:
                rows.release_holds(connection, call_id)
        except OperationalError as error:
            log.warning("a place of %s is kept until its hold lapses (%s)", self._company, error.orig)

    def _answer(self, action: Asked, call_id: str, at: float) -> Answer:
        if isinstance(action, FindBooking):
            with self._store.read() as connection:
                return self._find(_At(connection, call_id, at), action)
        answer: Held | Booked
        with self._store.write() as connection:
            rows.lock_diary(connection, self._company)
            here = _At(connection, call_id, at)
            match action:
                case Hold():
                    answer = self._hold(here, action)
                case Book():
                    answer = self._book(here, action)
                case CancelBooking():
                    answer = self._cancel(here, action)
        if isinstance(answer, Booked) and answer.done:
            self._changed()
        return answer

    def _hold(self, here: _At, action: Hold) -> Held:
        rows.release_holds(here.connection, here.call_id)
        rows.release_lapsed(here.connection, self._company, here.now - HOLD_SECONDS, self._gone)
        if action.moving and self._open(here, action.moving) is None:
            return Held(here.now, "", why="unknown", asked=action.start)
        want, wish = Want(self._service(action.service), action.party), Wish.of(action.start, action.end)
        diary = self._diary(here, (wish.first - AROUND, wish.last + AROUND), action.moving)
        if wish.bare:
            return self._offer(here, diary, want, wish, action)
        for start in slots.free_starts(diary, want, wish.first, wish.last):
            claim = self._claim(here, diary, want, start, action.moving)
            if claim is not None:
                return Held(here.now, claim.key, iso(start), asked=action.start)
        return self._offer(here, diary, want, wish, action)

    def _claim(self, here: _At, diary: Diary, want: Want, start: datetime, moving: str) -> Claim | None:
        resource = slots.room(diary, want, start)
        if resource is None:
            return None
        key, spot = uuid.uuid4().hex, _spot(want, start, resource.key)
        if not rows.take(here.connection, rows.Owner(self._company, key, moving), spot, resource.capacity):
            return None
        claim = Claim(
            key=key,
            company=self._company,
            call_id=here.call_id,
            seat=self._store.seat,
            service=want.service.key,
            spot=spot,
            party=want.party,
            moving=moving,
            held=here.now,
        )
        rows.keep_claim(here.connection, claim)
        return claim

    def _offer(self, here: _At, diary: Diary, want: Want, wish: Wish, action: Hold) -> Held:
        """No place is held: what is free instead, and why."""
        free = tuple(islice(slots.free_starts(diary, want, wish.first, wish.last), LISTED)) if wish.bare else ()
        why = "" if free else slots.why_none(diary, want, wish.first, wish.last)
        if not free and why != "too many":
            around = slots.free_starts(diary, want, wish.first - AROUND, wish.last + AROUND)
            free = slots.nearest(around, wish)
            if len(free) < slots.NEAREST:
                whole = (local(here.now), local(here.now) + timedelta(days=self._rules.days_ahead + 1))
                diary = self._diary(here, whole, action.moving)
                free = slots.nearest(slots.free_starts(diary, want, *whole), wish)
        return Held(here.now, "", free=tuple(map(iso, free)), why=why, asked=action.start)

    def _book(self, here: _At, action: Book) -> Booked:
        claim = rows.find_claim(here.connection, action.hold, here.call_id)
        if claim is None:
            made = rows.find_by_hold(here.connection, action.hold, here.call_id)
            return Booked(here.now, True, made.key) if made else Booked(here.now, False)
        if claim.moving:
            return self._move(here, action, claim)
        who = (action.name, _digits(action.number), action.note)
        reservation = Reservation(
            uuid.uuid4().hex, self._company, claim.service, claim.spot, claim.party, *who, here.now, here.now
        )
        reservation = replace(reservation, call_id=here.call_id, hold=claim.key)
        rows.keep_reservation(here.connection, reservation)
        rows.hand_over(here.connection, claim.key, reservation.key)
        rows.release_holds(here.connection, here.call_id)
        return Booked(here.now, True, reservation.key)

    def _move(self, here: _At, action: Book, claim: Claim) -> Booked:
        """The booking gives up its old place and gets the new one, both or neither."""
        old = self._open(here, claim.moving)
        if old is None:
            return Booked(here.now, False)
        capacity = self._capacity.get(claim.spot.resource, 0)
        owner = rows.Owner(self._company, old.key)
        if not rows.swap(here.connection, owner, (claim.key, old.key), claim.spot, capacity):
            return Booked(here.now, False)
        new = replace(old, service=claim.service, spot=claim.spot, party=claim.party, note=action.note or old.note)
        new = replace(new, name=action.name or old.name, number=_digits(action.number) or old.number, hold=claim.key)
        rows.change_reservation(here.connection, _changed(new, here))
        rows.release_holds(here.connection, here.call_id)
        return Booked(here.now, True, old.key)

    def _cancel(self, here: _At, action: CancelBooking) -> Booked:
        found = rows.find_reservation(here.connection, self._company, action.booking)
        if found is not None and found.state == CANCELLED:
            return Booked(here.now, True, found.key)
        if found is None or not self._changeable(found, here.now):
            return Booked(here.now, False)
        rows.let_go(here.connection, (found.key,))
        rows.change_reservation(here.connection, _changed(replace(found, state=CANCELLED), here))
        return Booked(here.now, True, found.key)

    def _find(self, here: _At, action: FindBooking) -> BookingsFound:
        ahead = [
            each
            for each in rows.list_reservations(here.connection, self._company, here.now)
            if each.spot.start > here.now and _agrees(each, action.name, _digits(action.number))
        ]
        timed = [each for each in ahead if _begins(each, action.start)]
        # Whoever gave both name and number may be wrong about the day; whoever gave one of them may be somebody else.
        known = timed or (ahead if action.name and action.number else [])
        return BookingsFound(here.now, tuple(self._shown(each, here.now) for each in known))

    def _shown(self, found: Reservation, at: float) -> Booking:
        start = iso(local(found.spot.start))
        who = (found.party, found.name, found.number)
        return Booking(found.key, found.service, start, *who, changeable=self._changeable(found, at))

    def _open(self, here: _At, key: str) -> Reservation | None:
        """That booking, if it may still be changed."""
        found = rows.find_reservation(here.connection, self._company, key)
        fits = found is not None and found.state == BOOKED and self._changeable(found, here.now)
        return found if fits else None

    def _changeable(self, found: Reservation, at: float) -> bool:
        days = (local(found.spot.start).date() - local(at).date()).days
        return found.spot.start > at and days >= self._rules.change_until_days

    def _gone(self, seat: str) -> bool:
        return seat != self._store.seat and self._store.dead(seat)

    def _service(self, key: str) -> Service:
        return next((each for each in self._rules.services if each.key == key), self._rules.services[0])

    def _diary(self, here: _At, days: tuple[datetime, datetime], moving: str) -> Diary:
        """What is taken from the one moment to the other, and so long after that whatever starts by then has ended."""
        since = days[0].timestamp()
        until = (days[1] + timedelta(minutes=max(each.minutes for each in self._rules.services))).timestamp()
        taken = rows.taken(here.connection, self._company, slots.cells(since, until), moving)
        elsewhere = busy_between(here.connection, self._company, since, until)
        return Diary(self._rules, local(here.now), taken, (*self._blocks, *elsewhere))

    def _bring(self, here: _At, seed: str, known: KnownBooking) -> None:
        """A booking of the company's own making stands even where our rules would not have let it."""
        want, start = Want(self._service(known.service), known.party), moment(known.start)
        diary = self._diary(here, (start, start), "")
        resource = slots.room(replace(diary, busy=()), want, start)
        if resource is None:
            log.warning("%s brings along a booking on %s for which there is no room", self._company, known.start)
        spot = _spot(want, start, resource.key if resource else want.service.resources[0])
        who = (known.party, known.name, _digits(known.number), "")
        key = uuid.uuid4().hex
        reservation = Reservation(key, self._company, want.service.key, spot, *who, here.now, here.now, seed=seed)
        rows.keep_reservation(here.connection, reservation)
        rows.take(here.connection, rows.Owner(self._company, key), spot, resource.capacity if resource else None)


def _spot(want: Want, start: datetime, resource: str) -> Spot:
    began = start.timestamp()
    return Spot(resource, began, began + want.service.minutes * 60, want.places)


def _changed(reservation: Reservation, here: _At) -> Reservation:
    return replace(reservation, changed=here.now, version=reservation.version + 1, call_id=here.call_id)


def _seeds(rules: ReservationRules) -> dict[str, KnownBooking]:
    """The bookings that a script brings along, each by what tells it from the others."""
    found: dict[str, KnownBooking] = {}
    for known in rules.known:
        name = "\0".join(map(str, astuple(known)))
        same = sum(each == known for each in found.values())
        found[hashlib.sha256(f"{name}\0{same}".encode()).hexdigest()] = known
    return found


def _digits(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return f"0{digits[2:]}" if number.startswith("+81") else digits


def _agrees(found: Reservation, name: str, number: str) -> bool:
    """Is it that caller's? A family name alone is the beginning of a full name, but only with the number beside it:
    オオキ may begin another's オオキタ."""
    if not name and not number:
        return False
    one, other = canonical(name), canonical(found.name)
    if number:
        alike = not name or (bool(one) and (one.startswith(other) or other.startswith(one)))
        return number == found.number and alike
    family = re.split(r"[\s・]", found.name, maxsplit=1)[0]
    return bool(one) and one in (other, canonical(family))


def _begins(found: Reservation, said: str) -> bool:
    return iso(local(found.spot.start)).startswith(said)
