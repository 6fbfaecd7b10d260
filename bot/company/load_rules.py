"""From the sections of a script that say how calls are treated to checked `Rules`.

Like `bot/company/load`: nothing is guessed, and every fault is noted in the `Source` with its remedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.company.fields import WEEK, Moment
from bot.company.rules import (
    Block,
    BookingQuestion,
    Calendar,
    Disclosure,
    FollowUp,
    Group,
    KnownBooking,
    Listening,
    MenuItem,
    Name,
    Occasion,
    Recipient,
    ReservationRules,
    Resource,
    RouteStep,
    Rules,
    SalesPolicy,
    SalesRules,
    Service,
    Vip,
)
from bot.company.source import Source
from bot.company.written import WrittenScript
from bot.company.written_rules import WrittenGroup, WrittenReceptionist, WrittenReport, WrittenReservations

MINUTE = "%Y-%m-%dT%H:%M"

EMERGENCY = frozenset({"110", "118", "119"})
"""Police, coast guard, fire brigade: no machine may ring them."""

STEP_MINUTES = 5
"""What bookings are counted in (`bot/booking/slots`): one begun between two such times would keep more than its own."""


def rules(
    source: Source, paths: Sequence[Path], script: WrittenScript, reservations: WrittenReservations | None
) -> Rules:
    """How that company's calls are treated; `paths` as in `bot.company.load.FILES`. Faults are noted in `source`."""
    path = paths[0]
    _departments(source, path, script)
    report, call = script.report, script.call
    return Rules(
        sales=SalesRules(SalesPolicy(script.sales.policy), script.sales.allow, script.sales.deny),
        answers=script.questions.answers == "script",
        reservations=reservation_rules(source, paths[3], reservations) if reservations else None,
        occasions=_occasions(script),
        vips=_vips(script),
        menu=tuple(
            MenuItem(each.key, Name(each.name, each.reading), each.department, each.reason, each.extension)
            for each in script.menu
        ),
        groups=_groups(source, path, script.group),
        hand_over=script.human.hand_over,
        after_misses=script.human.after_misses,
        supervisor=script.complaints.supervisor,
        forbidden=call.forbidden,
        categories=tuple((each.name, each.words) for each in script.category),
        ask_kanji=call.ask_kanji,
        pace=call.pace,
        fax=call.fax,
        forwarded_after_seconds=call.forwarded_after_seconds,
        follow_up=_follow_up(source, path, report),
        disclosure=_disclosure(source, path, script.receptionist),
        listening=Listening(script.listening.manner, script.listening.sex and script.listening.manner),
    )


def _occasions(script: WrittenScript) -> tuple[Occasion, ...]:
    return tuple(
        Occasion(each.first.at.date(), _last(each.until), each.greeting, each.announcement, each.closed)
        for each in script.occasion
    )


def closed_days(script: WrittenScript) -> set[date]:
    """The days of occasions on which the company is closed."""
    closed = [(each.first.at.date(), _last(each.until)) for each in script.occasion if each.closed]
    return {first + timedelta(days=n) for first, last in closed for n in range((last - first).days + 1)}


def _vips(script: WrittenScript) -> tuple[Vip, ...]:
    return tuple(
        Vip(Name(v.name, v.reading), v.number, v.company or "", v.greeting, v.put_through, v.tell_mobile, v.operator)
        for v in script.vip
    )


def _groups(source: Source, path: Path, written: Sequence[WrittenGroup]) -> tuple[Group, ...]:
    """Each rings somewhere, and no two have one key."""
    for number, each in enumerate(written, 1):
        where = f"group[{each.key}]"
        if not each.extension and not each.console:
            source.add(path, where, "rings nowhere", "write its extension, or console = true for operators")
        if each.operators and not each.console:
            remedy = "add console = true: operators are rung at their consoles"
            source.add(path, f"{where}.operators", "names operators who are rung nowhere", remedy)
        if each.key in (other.key for other in written[: number - 1]):
            source.add(path, f"{where}.key", f"{each.key!r} stands twice", "give each group a key of its own")
    return tuple(
        Group(
            each.key,
            each.extension,
            each.reasons,
            each.ring_seconds,
            each.console,
            each.operators,
            each.order == "in turn",
            each.hours,
        )
        for each in written
    )


def recipients(report: WrittenReport) -> tuple[Recipient, ...]:
    """Those who get every report, and those who get some."""
    everything = tuple(Recipient(address) for address in report.recipients)
    some = tuple(
        Recipient(each.address, each.departments, each.reasons, each.hours, each.urgent_only)
        for each in report.recipient
    )
    return everything + some


def reservation_rules(source: Source, path: Path, written: WrittenReservations) -> ReservationRules:
    """What can be booked, and when; faults are noted in `source`."""
    known = {each.key for each in written.resource}
    for service in written.service:
        where = f"service[{service.key}].resources"
        for key in service.resources:
            if key not in known:
                source.add(path, where, f"found {key!r}", f"name a [[resource]]; those are {', '.join(sorted(known))}")
        if not service.resources:
            source.add(path, where, "is empty", "name the resource that the service occupies")
    keys = {each.key for each in written.service}
    for booking in written.booking:
        if booking.service and booking.service not in keys:
            source.add(path, "booking.service", f"found {booking.service!r}", f"those are {', '.join(sorted(keys))}")
    for block in written.block:
        if block.resource and block.resource not in known:
            source.add(path, "block.resource", f"found {block.resource!r}", f"those are {', '.join(sorted(known))}")
    _off_step(source, path, written)
    _twice(source, path, written)
    if not written.service:
        source.add(path, "service", "is empty", "write one [[service]] at least, or remove the file")
    return _reservations(written)


def _off_step(source: Source, path: Path, written: WrittenReservations) -> None:
    """Bookings begin at openings and at multiples of the slot from there."""
    if written.slot_minutes % STEP_MINUTES:
        fitting = round(written.slot_minutes / STEP_MINUTES) * STEP_MINUTES
        remedy = f"write a multiple of {STEP_MINUTES}, as {fitting}: others waste room"
        source.add(path, "slot_minutes", f"found {written.slot_minutes}", remedy)
    for key in ("weekdays", *WEEK):
        for span in getattr(written.open, key) or ():
            if span.start.minute % STEP_MINUTES:
                fitting = span.start.minute // STEP_MINUTES * STEP_MINUTES
                remedy = f"open at a multiple of {STEP_MINUTES} minutes, as {span.start:%H}:{fitting:02}"
                source.add(path, f"open.{key}", f"found {span.start:%H:%M}", f"{remedy}: others waste room")


def _twice(source: Source, path: Path, written: WrittenReservations) -> None:
    """Each service, resource and question has a key of its own, each question also a label of its own."""
    named = {
        "service[{}].key": [each.key for each in written.service],
        "resource[{}].key": [each.key for each in written.resource],
        "question[{}].key": [each.key for each in written.question],
        "question[{}].label": [each.label for each in written.question],
    }
    for where, names in named.items():
        for name in sorted({name for name in names if names.count(name) > 1}):
            source.add(path, where.format(name), f"{name!r} stands twice", "give each one of its own")


def _reservations(written: WrittenReservations) -> ReservationRules:
    dates: set[date] = {day for closed in written.open.closed for day in closed.dates}
    return ReservationRules(
        services=tuple(
            Service(each.key, Name(each.name, each.reading), each.minutes, each.resources, each.per_person, each.said)
            for each in written.service
        ),
        resources=tuple(Resource(each.key, Name(each.name, each.reading), each.capacity) for each in written.resource),
        week=written.open.week(),
        closed_on_holidays=written.open.closed_on_holidays,
        closed_dates=tuple(sorted(dates)),
        closed_yearly=tuple(sorted({day for closed in written.open.closed for day in closed.yearly})),
        slot_minutes=written.slot_minutes,
        lead_minutes=written.lead_minutes,
        days_ahead=written.days_ahead,
        party_max=written.party_max,
        need=written.need,
        questions=tuple(BookingQuestion(each.key, each.question, each.label, each.said) for each in written.question),
        change_until_days=written.change_until_days,
        cancel_note=written.cancel_note,
        blocks=tuple(Block(_minute(each.start.at), _minute(each.until.ends), each.resource) for each in written.block),
        known=tuple(
            KnownBooking(each.name, each.number, _minute(each.start.at), each.party, each.service)
            for each in written.booking
        ),
        calendar=Calendar(written.calendar.url, written.calendar.user, written.calendar.feed),
    )


def _minute(moment: datetime) -> str:
    return moment.strftime(MINUTE)


def _last(until: Moment) -> date:
    """The last day of a stretch whose end is given by a day, included, or by a moment."""
    return until.at.date() if until.whole_day else (until.at - timedelta(minutes=1)).date()


def _departments(source: Source, path: Path, script: WrittenScript) -> None:
    """Departments named in passing must exist."""
    known = [each.name for each in script.department]
    named = [(f"menu[{each.key}].department", each.department) for each in script.menu if each.department]
    for number, each in enumerate(script.report.recipient, 1):
        named += [(f"report.recipient[{number}].departments", name) for name in each.departments]
    for key, name in named:
        if name not in known:
            remedy = f"add it as a [[department]]; those are {', '.join(known) or 'none'}"
            source.add(path, key, f"found {name!r}", remedy)


def _follow_up(source: Source, path: Path, report: WrittenReport) -> FollowUp:
    route: list[RouteStep] = []
    for number, each in enumerate(report.urgent, 1):
        address = each.mail or each.number or ""
        if (each.mail is None) == (each.number is None):
            source.add(path, f"report.urgent[{number}]", "names no address or two", "write mail, or number")
        if address in EMERGENCY or (each.number is not None and not address.isdigit()):
            remedy = "write the number of one of your own people, in digits"
            source.add(path, f"report.urgent[{number}].number", f"found {address!r}, which no machine may ring", remedy)
        route.append(RouteStep(address, each.wait_minutes))
    at = time.fromisoformat(report.digest_at)
    return FollowUp(tuple(route), report.callback_minutes, report.callback_recipients, at)


def _disclosure(source: Source, path: Path, written: WrittenReceptionist) -> Disclosure:
    if (written.name is None) != (written.reading is None):
        source.add(path, "receptionist.name", "stands without its reading, or the reading without it", "write both")
    name = Name(written.name, written.reading) if written.name and written.reading else None
    return Disclosure(name, written.bureau)
