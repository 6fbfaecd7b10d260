"""A company's own calendar by CalDAV (RFC 4791), kept in step with its bookings in both directions.

Rule: calls work from the store alone and never wait for a calendar. Beside them, every minute and at once after a
change, one round reads what the calendar holds and then writes what it lacks (`once`). Events of others are taken as
times that are full. A booking that is moved there moves, if there is room; otherwise the store decides what a booking
is, and an entry of ours that was changed or deleted is put back. The company is told of either, and of an event that
lies over a booking, which stands. A calendar that is away is tried again until it answers. Left out: what such news
looks like in the digest (`bot.store.calendars.untold_clashes`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from xml.etree import ElementTree

import httpx
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.background import InThread, rest
from bot.booking.collection import Collection, Item
from bot.booking.events import Occurrence, read
from bot.booking.feed import alone, uid_of
from bot.booking.plan import Delete, Known, Plan, Put, Todo, clashes, plan
from bot.company.rules import ReservationRules
from bot.settings import Settings
from bot.store import Store
from bot.store.bookings import Owner, Reservation, change_reservation, list_reservations, lock_diary, swap
from bot.store.calendars import (
    Copy,
    Taken,
    drop_copy,
    keep_clashes,
    keep_copy,
    list_busy,
    list_copies,
    replace_busy,
)

log = logging.getLogger(__name__)

ROUND_SECONDS = 60.0
"""Between rounds: what is entered in the calendar counts within a minute."""
LEAST_SECONDS = 5.0
"""Between a round that failed and the next, however many changes ask for one."""
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Told:
    """What the calendar was found to hold."""

    others: tuple[Occurrence, ...]
    ours: dict[str, Known]
    """By booking."""
    unread: int
    """Events that could not be read."""


class CalendarSync:
    """Keeps one company's bookings and its calendar in step."""

    def __init__(
        self,
        store: Store,
        company: str,
        rules: ReservationRules,
        collection: Collection,
        now: Callable[[], float],
        in_thread: InThread = asyncio.to_thread,
    ) -> None:
        """`company`: `Script.key`."""
        self._store = store
        self._company = company
        self._rules = rules
        self._collection = collection
        self._now = now
        self._in_thread = in_thread
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._away = False
        self._unread = 0

    def wake(self) -> None:
        """Bookings have changed: go round at once. From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Go round until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            await self.attempt()
            if self._away:
                await asyncio.sleep(LEAST_SECONDS)
            await rest(self._woken, ROUND_SECONDS)

    async def attempt(self) -> None:
        """One round; what stands in its way is logged, once."""
        try:
            await self.once()
        except (httpx.HTTPError, ElementTree.ParseError, DBAPIError) as error:
            if not self._away:
                log.error(
                    "the calendar of %s is not in step (%s): check url and user under [calendar] in reservations.toml, "
                    "the password in DENWABAN_CALDAV_PASSWORD_…, and that server; calls go on, it is tried again",
                    *(self._company, _why(error)),
                )
            self._away = True
        else:
            if self._away:
                log.info("the calendar of %s is in step again", self._company)
            self._away = False

    async def once(self) -> None:
        """One round. Raises HTTPError or ParseError where the calendar does not do its part, DBAPIError where the
        store does not; what was done by then stays done."""
        now = self._now()
        until: float = await self._in_thread(self._horizon, now)
        items = await self._collection.list(now - DAY, until)
        todo: list[Todo] = await self._in_thread(self._compare, items, now, until)
        refused: httpx.HTTPStatusError | None = None
        for each in todo:
            try:
                await self._do(each)
            except httpx.HTTPStatusError as error:
                refused = error  # of this entry; the others may be welcome
        if refused is not None:
            raise refused

    async def _do(self, todo: Todo) -> None:
        match todo:
            case Put():
                etag = await self._put(todo, alone(todo.reservation, self._rules))
                await self._in_thread(self._kept, Copy(todo.key, todo.reservation.version, etag))
            case Delete():
                if todo.href:
                    await self._collection.delete(todo.href, todo.etag)
                await self._in_thread(self._dropped, todo.key)

    async def _put(self, todo: Put, content: bytes) -> str:
        if todo.href:
            return await self._collection.put(todo.href, content, todo.etag)
        try:
            return await self._collection.put(uid_of(todo.key), content, "")
        except httpx.HTTPStatusError as error:
            if error.response.status_code != httpx.codes.PRECONDITION_FAILED:
                raise
            # ours is there after all: somebody has moved it out of the time that was looked at
            return await self._collection.put(uid_of(todo.key), content, None)

    def _horizon(self, now: float) -> float:
        with self._store.read() as connection:
            ahead = list_reservations(connection, self._company, now)
        return max([now + (self._rules.days_ahead + 1) * DAY, *(each.spot.until + DAY for each in ahead)])

    def _compare(self, items: list[Item], now: float, until: float) -> list[Todo]:
        """Take over what is taken elsewhere; what there is to write."""
        told = self._told(items, now, until)
        if told.unread != self._unread:
            log.warning("%d events of the calendar of %s cannot be read and take no time", told.unread, self._company)
            self._unread = told.unread
        with self._store.write() as connection:
            lock_diary(connection, self._company)
            bookings = list_reservations(connection, self._company, now, cancelled=True)
            keys = {each.key for each in bookings}
            others = [each for each in told.others if each.takes and each.key not in keys]
            taken = frozenset(Taken(each.uid, each.start, each.until, each.resource, each.summary) for each in others)
            if taken != list_busy(connection, self._company):
                replace_busy(connection, self._company, taken, now)
            copies = list_copies(connection, self._company)
            todo = plan(bookings, copies, told.ours)
            for booking, known in todo.moved:
                self._follow(connection, todo, booking, known)
            for copy in todo.adopted:
                keep_copy(connection, copy)
            found = [*clashes(bookings, others, self._rules, now), *todo.clashes(self._rules, now)]
            if new := keep_clashes(connection, found):
                log.warning("%d bookings of %s and its calendar disagree: see the daily digest", new, self._company)
        return list(todo.todo)

    def _follow(self, connection: Connection, todo: Plan, booking: Reservation, known: Known) -> None:
        """The company has moved a booking in its calendar: so it is moved, if there is room."""
        spot = replace(booking.spot, start=known.start, until=known.until)
        capacity = next((each.capacity for each in self._rules.resources if each.key == spot.resource), 0)
        if swap(connection, Owner(self._company, booking.key), (booking.key,), spot, capacity):
            moved = replace(booking, spot=spot, changed=self._now(), version=booking.version + 1)
            change_reservation(connection, moved)
            todo.follow(moved, known)
        else:
            todo.put_back(booking, known)

    def _told(self, items: list[Item], now: float, until: float) -> Told:
        others: list[Occurrence] = []
        ours: dict[str, Known] = {}
        unread = 0
        for item in items:
            try:
                found = read(item.text, self._rules, now - DAY, until)
            except ValueError:
                unread += 1
                continue
            others += found
            for each in found:
                if each.key:
                    ours[each.key] = Known(item.href, item.etag, each.start, each.until, each.takes)
        return Told(tuple(others), ours, unread)

    def _kept(self, copy: Copy) -> None:
        with self._store.write() as connection:
            keep_copy(connection, copy)

    def _dropped(self, booking: str) -> None:
        with self._store.write() as connection:
            drop_copy(connection, booking)


def _why(error: Exception) -> str:
    """What happened, without the addresses that may name people."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"HTTP {error.response.status_code}"
    return str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__


def collection_for(settings: Settings, company: str, rules: ReservationRules) -> Collection | None:
    """The company's calendar; None where it has none, or its password would go over the network in the clear."""
    calendar = rules.calendar
    if not calendar.url:
        return None
    url = httpx.URL(calendar.url)
    if url.scheme != "https" and url.host not in ("127.0.0.1", "localhost", "::1"):
        log.error("the calendar of %s is not used: its url must begin with https://", company)
        return None
    return Collection(calendar.url, calendar.user, settings.caldav_password(company))
