"""Bookings as iCalendar (RFC 5545): one entry each, and the feed that a company's own calendar subscribes to.

Rule: an entry is made from the booking alone, so that the same booking is the same text wherever it goes; its UID is
the booking's key, its SEQUENCE the booking's version. Feeds name callers, so their links are signed: a token names the
company and the word that its script calls the feed by, and ends when either the secret or that word is changed. A
subscription must not die of age. Pure. Left out: the route, and calendars that are written to (`bot/booking/caldav`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event
from itsdangerous import BadData, URLSafeSerializer

from bot.company.rules import ReservationRules
from bot.store.bookings import CANCELLED, Reservation

PATH = "/calendar/"
"""Where the feeds live; token and `SUFFIX` follow."""
SUFFIX = ".ics"

OURS = "@denwaban"
"""What the UIDs of our entries end with."""

KEPT_SECONDS = 30 * 86400.0
"""How long a booking that is over stays in the feed."""

REFRESH = timedelta(minutes=15)
"""How often a subscriber is asked to look again; most look less often."""


@dataclass(frozen=True, slots=True)
class FeedName:
    """One company's feed."""

    company: str
    """`Script.key`"""
    word: str
    """`Calendar.feed`"""


class FeedLinks:
    """Makes and opens the links to feeds, under one public origin."""

    def __init__(self, origin: str, secret: str) -> None:
        """`origin`: https://… without a path."""
        self._origin = origin
        # Its own salt: a token signed for another purpose with the same secret opens no feed.
        self._signed: Any = URLSafeSerializer(secret, "calendar", signer_kwargs={"digest_method": hashlib.sha256})

    def feed(self, name: FeedName) -> str:
        """The address to subscribe to."""
        token: str = self._signed.dumps([name.company, name.word])
        return f"{self._origin}{PATH}{token}{SUFFIX}"

    def open(self, token: str) -> FeedName | None:
        """What a token names; None where it is forged or broken."""
        try:
            company, word = self._signed.loads(token)
        except (BadData, TypeError, ValueError):
            return None
        return FeedName(str(company), str(word))


def uid_of(key: str) -> str:
    """The UID of a booking's entry."""
    return f"{key}{OURS}"


def key_of(uid: str) -> str:
    """The booking of that entry; "" where it is none of ours."""
    return uid.removesuffix(OURS) if uid.endswith(OURS) else ""


def feed(title: str, bookings: Iterable[Reservation], rules: ReservationRules) -> bytes:
    """A whole calendar of these bookings."""
    calendar = _calendar()
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", "Asia/Tokyo")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    for booking in bookings:
        calendar.add_component(_entry(booking, rules))
    return bytes(calendar.to_ical())


def alone(booking: Reservation, rules: ReservationRules) -> bytes:
    """A calendar of one booking, as it is put into a collection."""
    calendar = _calendar()
    calendar.add_component(_entry(booking, rules))
    return bytes(calendar.to_ical())


def title_of(booking: Reservation, rules: ReservationRules) -> str:
    """カット エガワ様 2名"""
    service = next((each.name.text for each in rules.services if each.key == booking.service), "")
    party = f"{booking.party}名" if rules.party_max > 1 else ""
    return " ".join(filter(None, (service, f"{booking.name or 'お名前未確認の'}様", party)))


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//denwaban//bookings//JA")
    calendar.add("version", "2.0")
    return calendar


def _entry(booking: Reservation, rules: ReservationRules) -> Event:
    place = next((each.name.text for each in rules.resources if each.key == booking.spot.resource), "")
    told = (f"電話番号: {booking.number}" if booking.number else "電話番号: 伺えておりません", booking.note)
    entry = Event()
    entry.add("uid", uid_of(booking.key))
    entry.add("sequence", booking.version)
    entry.add("dtstamp", _utc(booking.changed))
    entry.add("created", _utc(booking.made))
    entry.add("last-modified", _utc(booking.changed))
    entry.add("dtstart", _utc(booking.spot.start))
    entry.add("dtend", _utc(booking.spot.until))
    entry.add("summary", title_of(booking, rules))
    entry.add("description", "\n".join(filter(None, told)))
    entry.add("location", place)
    entry.add("status", "CANCELLED" if booking.state == CANCELLED else "CONFIRMED")
    entry.add("class", "PRIVATE")
    return entry


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)
