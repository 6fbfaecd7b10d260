"""Traps in reservations.toml: what may be written so, but leaves callers without the booking that they ask for.

Pure; whether the file can be read at all is `bot/company/load_rules`' business.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from bot.booking.slots import moment
from bot.company.rules import KnownBooking, ReservationRules, Service, Span
from bot.dialogue.hours import openings

MINUTES_A_DAY = 24 * 60


class Trap(NamedTuple):
    """One of them."""

    key: str
    """Where in the file."""
    message: str
    remedy: str


def traps(rules: ReservationRules) -> Iterator[Trap]:
    """All that are found."""
    if not any(rules.week):
        yield Trap("open", "bookings are never open", "write the hours of at least one day")
    if rules.lead_minutes >= rules.days_ahead * MINUTES_A_DAY:
        message = f"nothing can be booked {rules.lead_minutes} minutes ahead and within {rules.days_ahead} days"
        yield Trap("lead_minutes", message, "make days_ahead larger, or lead_minutes smaller")
    yield from _too_long(rules)
    yield from _parties(rules)
    yield from _unused(rules)
    yield from _known(rules)


def _too_long(rules: ReservationRules) -> Iterator[Trap]:
    """Services that end in no span."""
    longest = max((_minutes(span) for span in chain.from_iterable(rules.week)), default=0)
    for each in rules.services:
        if 0 < longest < each.minutes:
            message = f"{each.minutes} minutes fit into no opening: the longest has {longest}"
            yield Trap(f"service[{each.key}].minutes", message, "open longer at a stretch, or make it shorter")


def _minutes(span: Span) -> int:
    return (span.end.hour - span.start.hour) * 60 + span.end.minute - span.start.minute


def _parties(rules: ReservationRules) -> Iterator[Trap]:
    """How many may come, and whether that is asked."""
    most = max((_most(rules, each) for each in rules.services), default=0)
    if 0 < most < rules.party_max:
        message = f"{rules.party_max} may come together, but no service has places for more than {most}"
        yield Trap("party_max", message, f"write {most}, or raise the capacity of a resource")
    seated = any(each.per_person and _most(rules, each) > 1 for each in rules.services)
    if "party" not in rules.need and rules.party_max > 1 and seated:
        message = "how many come is not asked, though each takes a place: whoever does not say it is one"
        yield Trap("need", message, 'add "party" to need')


def _most(rules: ReservationRules, service: Service) -> int:
    """The largest party that the service has places for."""
    if not service.per_person:
        return rules.party_max
    return max((each.capacity for each in rules.resources if each.key in service.resources), default=0)


def _unused(rules: ReservationRules) -> Iterator[Trap]:
    used = {key for each in rules.services for key in each.resources}
    for resource in rules.resources:
        if resource.key not in used:
            message = "is occupied by no service, so nothing is ever booked there"
            yield Trap(f"resource[{resource.key}]", message, "name it under resources of a [[service]]")


def _known(rules: ReservationRules) -> Iterator[Trap]:
    """Bookings that the company brings along."""
    for number, each in enumerate(rules.known, 1):
        if not each.number:
            message = "has no number: whoever rings about it is not known as the one who booked"
            yield Trap(f"booking[{number}].number", message, "add the number that was left with the booking")
        if not _within(rules, each):
            message = f"{each.start.replace('T', ' ')} lies outside the hours of [open]"
            remedy = "look for a slip of the pen in the day or the time; it stands as it is written"
            yield Trap(f"booking[{number}].at", message, remedy)


def _within(rules: ReservationRules, known: KnownBooking) -> bool:
    """Does it lie, from start to end, in one span of its day?"""
    service = next((each for each in rules.services if each.key == known.service), rules.services[0])
    start = moment(known.start)
    end = start + timedelta(minutes=service.minutes)
    return any(
        span.start <= start.time() and (end.date(), end.time()) <= (start.date(), span.end)
        for span in openings(rules, start.date())
    )
