"""What a company tells its desk at the command line: `denwaban away`, `here`, `unanswered`, `callers`, `done`; and
what it is told there: `calendar`.

A member of staff is named by key, family name, full name or reading; who cannot be told from a colleague must be named
better. What is told holds from the next call on, whether or not the server runs.
"""

from __future__ import annotations

import os
from datetime import datetime, time
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError
from rich.table import Table
from rich.text import Text

from bot import clock
from bot.company.fields import Moment, When
from bot.company.load import load_all
from bot.company.script import Script, Staff
from bot.dialogue.hours import TOKYO, is_open, local, spans
from bot.settings import read_settings, with_secret
from bot.terminal import console, kept, refused, user_name
from nlu.kana import canonical, is_kana

callers = typer.Typer(help="Callers that are never sales, or always.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="Key, family name, full name or reading: kurimoto, 栗本, クリモト.")]
OneCompany = Annotated[str, typer.Option(help="Key of the company; needed where there are several.")]
AnyCompany = Annotated[str, typer.Argument(help="Key of the company; all if none is named.")]
Caller = Annotated[str, typer.Argument(help="A number, or a company's name as written or in katakana.")]
Note = Annotated[str, typer.Option(help="For whoever reads the list.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (away, here, unanswered, done, calendar):
        app.command()(command)
    app.add_typer(callers, name="callers")


def away(
    who: Who,
    state: Annotated[str, typer.Argument(help="Why: 出張 外出 会議 休み …")],
    until: Annotated[str, typer.Option(help='"2026-11-25 17:30", "17:30" today, or a whole day; today if empty.')] = "",
    since: Annotated[str, typer.Option("--from", help="From when on; now if empty.")] = "",
    back: Annotated[str, typer.Option(help="When to be reached again, where that is later.")] = "",
    company: OneCompany = "",
) -> None:
    """Say that somebody is away; it goes before the schedule in the script."""
    from bot.store.desk import ToldAbsence, tell_absence

    now = clock.wall()
    script, person = _person(who, company)
    starts = _moment("--from", since, now).at.timestamp() if since else now
    ends = _moment("--until", until or f"{local(now):%Y-%m-%d}", now).ends.timestamp()
    again = _moment("--back", back, now).at.timestamp() if back else None
    if ends <= max(now, starts) or (again is not None and again < ends):
        raise refused("--until must lie ahead and behind --from, and --back not before it.")
    with kept() as store, store.write() as connection:
        tell_absence(connection, ToldAbsence(script.key, person.key, state, starts, ends, again, user_name(), now))
    _say_where(script, person, now if starts <= now else starts)


def here(who: Who, company: OneCompany = "") -> None:
    """Say that somebody is back at the desk."""
    from bot.company.schedule import AT_DESK, presence
    from bot.recall import absences
    from bot.store.desk import ToldAbsence, end_absences, tell_absence

    now = clock.wall()
    script, person = _person(who, company)
    with kept() as store:
        with store.write() as connection:
            end_absences(connection, script.key, person.key, now)
        told = absences(store, script, now, person.key).get(person.key, ())
        if is_open(script.hours, local(now)) and presence(script, person, local(now), told).state != AT_DESK:
            # the script itself has them away: for today, what is told goes before it
            last = spans(script.hours, local(now).date())[-1].end
            ends = datetime.combine(local(now).date(), last, TOKYO).timestamp()
            with store.write() as connection:
                tell_absence(
                    connection, ToldAbsence(script.key, person.key, AT_DESK, now, ends, None, user_name(), now)
                )
    _say_where(script, person, now)


def unanswered(
    company: AnyCompany = "",
    resolve: Annotated[int | None, typer.Option(help="Take this one off the list: the script answers it now.")] = None,
) -> None:
    """List what callers asked and the script does not answer."""
    from bot.store.desk import list_questions, resolve_question

    with kept() as store, store.write() as connection:
        if resolve is not None and not resolve_question(connection, resolve, clock.wall()):
            raise refused(f"There is no open question {resolve}.")
        questions = list_questions(connection, company)
    table = Table("no.", "company", "asked", "call", "question", box=None)
    for each in questions:
        cells = (str(each.id), each.company, f"{local(each.at):%Y-%m-%d %H:%M}", each.call_id, each.question)
        table.add_row(*map(Text, cells))
    console.print(table if questions else "No open questions.")


def done(
    call_id: Annotated[str, typer.Argument(help="As the report names it (受付番号).")],
    take: Annotated[bool, typer.Option("--take", help="Only say that you see to an urgent call (対応します).")] = False,
) -> None:
    """Mark a call as rung back (折り返し済み): nobody is told of it again."""
    from bot.access.audit import Deed
    from bot.reporting.marks import mark_done, mark_taken
    from bot.store import find_call
    from bot.store.audit import AuditEntry, add_entry

    with kept() as store, store.write() as connection:
        if find_call(connection, call_id) is None:
            raise refused(f"There is no call {call_id} in the store; `denwaban calls` lists them.")
        settled = (mark_taken if take else mark_done)(connection, call_id, user_name(), clock.wall())
        deed, what = Deed.MARKED.value, "take" if take else "done"
        add_entry(connection, AuditEntry(clock.wall(), user_name(), "command line", deed, call_id, what))
    console.print(
        ("対応します" if take else "折り返し済み") if settled else "Nothing is owed after this call any more."
    )


def calendar(company: AnyCompany = "") -> None:
    """Show the links by which companies see their bookings in calendars of their own."""
    from bot.booking.feeds import feed_link, feed_links

    settings = read_settings(os.environ)
    if not settings.public_origin:
        raise refused(
            "Set DENWABAN_PUBLIC_ORIGIN to the https:// address of this server: calendars fetch bookings there."
        )
    links = feed_links(with_secret(settings))
    shown = [(script.key, link) for script in _scripts(company) if (link := feed_link(links, script))]
    if not shown:
        raise refused(f"{company or 'No company'} takes no reservations: write its reservations.toml first.")
    for key, link in shown:
        console.print(Text(f"{key}: {link}"))


@callers.command()
def allow(caller: Caller, company: OneCompany = "", note: Note = "") -> None:
    """Never take this caller for sales."""
    _list(caller, company, "allow", note)


@callers.command()
def deny(caller: Caller, company: OneCompany = "", note: Note = "") -> None:
    """Always refuse this caller."""
    _list(caller, company, "deny", note)


@callers.command()
def forget(caller: Caller, company: OneCompany = "") -> None:
    """Take a caller off both lists."""
    from bot.recall import caller_key
    from bot.store.desk import unlist_caller

    key = _company(company).key
    with kept() as store, store.write() as connection:
        if not unlist_caller(connection, key, caller_key(caller)):
            raise refused(f"{caller} is on no list of {key}; what its script lists is changed there.")
    console.print(Text(f"{caller} is on no list of {key} any more."))


@callers.command("list")
def list_(company: AnyCompany = "") -> None:
    """Show the lists."""
    from bot.store.desk import list_callers

    with kept() as store, store.read() as connection:
        found = list_callers(connection, company)
    table = Table("company", "list", "caller", "told", "by", "note", box=None)
    for each in found:
        cells = (each.company, each.kind, each.written, f"{local(each.at):%Y-%m-%d %H:%M}", each.told_by, each.note)
        table.add_row(*map(Text, cells))
    console.print(table if found else "The lists are empty; those in the scripts hold beside them.")


def _list(caller: str, company: str, kind: str, note: str) -> None:
    from bot.recall import caller_key
    from bot.store.desk import ListedCaller, list_caller

    key, value = _company(company).key, caller_key(caller)
    if not value:
        raise refused("Write a number, or a company's name.")
    with kept() as store, store.write() as connection:
        list_caller(connection, ListedCaller(key, value, caller, kind, note, user_name(), clock.wall()))
    console.print(Text(f"{key}: {kind} {caller} ({value})"))


def _scripts(company: str) -> list[Script]:
    scripts, errors = load_all(read_settings(os.environ).scripts_dir)
    if company in errors:
        raise errors[company]
    if company and company not in scripts:
        raise refused(f"There is no company {company}; there are {', '.join(scripts)}.")
    return [scripts[company]] if company else list(scripts.values())


def _company(company: str) -> Script:
    scripts = _scripts(company)
    if len(scripts) > 1:
        raise refused(f"Name the company by --company: {', '.join(script.key for script in scripts)}.")
    return scripts[0]


def _person(who: str, company: str) -> tuple[Script, Staff]:
    scripts = _scripts(company)
    people = [(script, staff) for script in scripts for staff in script.staff]
    found = [each for each in people if each[1].key == who] or [each for each in people if _is(each[1], who)]
    if len(found) == 1:
        return found[0]
    listed = "\n".join(f"  {_named(script, staff)}" for script, staff in found or people)
    if found:
        raise refused(f"{who} may be one of these; name the key, and the company by --company:\n{listed}")
    raise refused(f"Nobody is called {who}. There are:\n{listed}")


def _is(staff: Staff, who: str) -> bool:
    """By family name or whole name, written or read."""
    bare = "".join(who.split())
    if is_kana(bare):
        sounds = (staff.family.kana, staff.family.kana + staff.given.kana)
        if canonical(bare) in map(canonical, sounds):
            return True
    return bare in (staff.family.text, staff.family.text + staff.given.text)


def _named(script: Script, staff: Staff) -> str:
    name = f"{staff.family.text} {staff.given.text}".strip()
    return f"{script.key}: {staff.key}  {name}  {staff.department}".rstrip()


def _moment(option: str, written: str, now: float) -> Moment:
    """As in a script, or a time of today."""
    try:
        at = datetime.combine(local(now).date(), time.fromisoformat(written), TOKYO)
        return Moment(at, False)
    except ValueError:
        pass
    try:
        moment: Moment = TypeAdapter(When).validate_python(written)
    except ValidationError as error:
        raise refused(f"{option}: {error.errors()[0]['msg']}") from error
    return moment


def _say_where(script: Script, person: Staff, at: float) -> None:
    """What a caller would be told of now."""
    from bot.company.schedule import presence
    from bot.recall import absences

    with kept() as store:
        told = absences(store, script, at, person.key).get(person.key, ())
    there = presence(script, person, local(at), told)
    back = f", back {there.back:%Y-%m-%d %H:%M}" if there.back else ""
    console.print(Text(f"{_named(script, person)}: {there.state}{back}"))
