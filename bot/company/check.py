"""`denwaban check`: is a company's script right, is it wise, and does it do what its golden calls say?

Errors are what `bot/company/load` refuses, a company that nobody can be reached at, and a golden call that comes out
otherwise than written. Warnings are traps: allowed, but callers or staff fall into them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.company.check_bookings import traps
from bot.company.keigo import forbidden_words, wording_slips
from bot.company.load import COMMON, FILES, ScriptError, load_script
from bot.company.script import Name, Script, Staff
from bot.golden import play, rewrite
from nlu import phone
from nlu.identity import email
from nlu.kana import canonical
from nlu.words import reading, readings

SCRIPT, STAFF, KNOWLEDGE, RESERVATIONS = FILES

ANSWER_NOW = re.compile(
    r"窓口|お客様(相談|サポート|センター)|カスタマー|サービスセンター|コールセンター|ヘルプデスク|緊急|救急|ホットライン|24時間|相談(室|センター)"
)
"""Names that make callers expect the answer itself, on the spot, where only a message is taken."""


LONGEST_EXTENSION = 6
"""Digits; what is longer is a telephone number."""


class Level(StrEnum):
    """How grave a finding is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, or to think over."""

    level: Level
    file: str
    key: str
    """Where in the file; "" = the file as a whole."""
    message: str
    remedy: str


def check(folder: Path, rings: bool = False) -> list[Finding]:
    """All findings about one company, errors first; `rings`: a line is set up by which numbers can be rung."""
    try:
        script = load_script(folder)
    except ScriptError as error:
        return [Finding(Level.ERROR, each.file, each.key, each.found, each.remedy) for each in error.problems]
    found = [*_traps(script), *_route(script, rings)]
    traps = [replace(trap, file=str(folder / trap.file)) for trap in found]
    findings = [*traps, *_golden(script, folder)]
    return sorted(findings, key=lambda finding: finding.level is not Level.ERROR)


def rewrite_calls(folder: Path) -> None:
    """Write into a company's golden calls how they go now, for review. Raises `ScriptError`."""
    script = load_script(folder)
    for path in sorted(folder.glob("calls/*.txt")):
        rewrite(script, path)


def _golden(script: Script, folder: Path) -> Iterator[Finding]:
    """One finding a golden call that comes out otherwise, with the differences as they are."""
    for path in sorted(folder.glob("calls/*.txt")):
        try:
            differences = play(script, path)
        except ScriptError as error:
            differences = [str(error)]
        if differences:
            remedy = "mend the script, or the call if it is the call that is wrong"
            yield Finding(Level.ERROR, str(path), "", "\n".join(["comes out otherwise", *differences]), remedy)


def _traps(script: Script) -> Iterator[Finding]:
    """Findings with the bare name of the file."""
    yield from _reach(script)
    yield from _names(script)
    yield from _greetings(script)
    yield from _hours(script)
    yield from _family_readings(script)
    yield from _homophones(script)
    yield from _told(script)
    yield from _extensions(script)
    yield from _manners(script)
    if script.rules.reservations:
        for each in traps(script.rules.reservations):
            yield _warn(RESERVATIONS, *each)


def _warn(file: str, key: str, message: str, remedy: str) -> Finding:
    return Finding(Level.WARNING, file, key, message, remedy)


def _manners(script: Script) -> Iterator[Finding]:
    """Slips of politeness, and words that the company does not want said."""
    for where, slip in wording_slips(script):
        yield _warn(_file(where), where, f"found {slip.found}", f"better: {slip.instead}")
    for where, word in forbidden_words(script):
        remedy = "word it otherwise, or take it off call.forbidden"
        yield Finding(Level.ERROR, _file(where), where, f"would say {word}, which the company forbids", remedy)


def _file(where: str) -> str:
    return SCRIPT if where.startswith("wording") else KNOWLEDGE


def _reach(script: Script) -> Iterator[Finding]:
    """Can anybody be reached at all, and by whom?"""
    if not script.recipients:
        if not any(each.extension for each in script.staff) and not script.human.extension:
            remedy = "add report.recipients, or members of staff with an extension"
            yield Finding(Level.ERROR, SCRIPT, "", "nobody can be reached: no recipient, no extension", remedy)
        else:
            remedy = "add the addresses that reports are mailed to"
            yield _warn(SCRIPT, "report.recipients", "messages that are taken reach nobody by mail", remedy)
    if not script.staff:
        yield _warn(SCRIPT, "", "there are no members of staff", "write staff.toml, or nobody can be asked for by name")
    for number in script.numbers:
        if not phone.known(number):
            yield _warn(SCRIPT, "company.numbers", f"{number} is not in the number plan", "look for a slip of the pen")
    if not script.numbers:
        yield _warn(SCRIPT, "company.numbers", "no called number leads here", "add the numbers that callers dial")


def _route(script: Script, rings: bool) -> Iterator[Finding]:
    """Steps of the urgent route that nobody will hear of."""
    for number, step in enumerate(script.rules.follow_up.route, 1):
        where, address = f"report.urgent[{number}].number", step.address
        if "@" in address:
            continue
        if address in script.numbers:
            message = f"{address} is the company's own number: the receptionist would ring itself"
            yield Finding(Level.ERROR, SCRIPT, where, message, "write the number of one of your own people")
        elif len(address) > LONGEST_EXTENSION and not phone.known(address):
            yield _warn(SCRIPT, where, f"{address} is not in the number plan", "look for a slip of the pen")
        if not rings:
            message = f"{address} is passed over: no line is set up that can ring it"
            remedy = "set DENWABAN_SIP_URL (other lines ring nobody), or write mail, as that of a mobile telephone"
            yield _warn(SCRIPT, where, message, remedy)


def _names(script: Script) -> Iterator[Finding]:
    """What callers are made to expect by a name, and whether it is read right."""
    named = [("company.name", "company.reading", script.company)]
    if script.spoken != script.company:
        named.append(("company.spoken", "company.spoken_reading", script.spoken))
    for number, department in enumerate(script.departments, 1):
        named.append((f"department[{number}].name", f"department[{number}].reading", department))
    for key, reading_key, name in named:
        promise = ANSWER_NOW.search(name.text)
        if promise:
            remedy = "choose a plain name of a department: callers will expect an answer on the spot"
            yield _warn(SCRIPT, key, f"{name.text!r} holds {promise[0]}", remedy)
        yield from _contradiction(SCRIPT, reading_key, name)


def _family_readings(script: Script) -> Iterator[Finding]:
    """Family names only: given names are read as their parents chose."""
    for each in script.staff:
        yield from _contradiction(STAFF, f"staff[{each.key}].reading", each.family)


def _contradiction(file: str, key: str, name: Name) -> Iterator[Finding]:
    possible = {canonical(kana) for kana in readings(name.text)}
    if canonical(name.kana.replace(" ", "")) not in possible:
        message = f"{name.text} is written to be read {name.kana}, but the dictionary reads {reading(name.text)}"
        yield _warn(file, key, message, "correct it, or leave it if the name is read so")


def _greetings(script: Script) -> Iterator[Finding]:
    for key in ("greeting_morning", "greeting_open", "greeting_closed"):
        variants = script.wording.get(key, ())
        if not variants:
            remedy = f"add it to [wording] here or in {COMMON}"
            yield Finding(Level.ERROR, SCRIPT, f"wording.{key}", "is missing", remedy)
        for text in variants:
            if "{company}" not in text and script.spoken.text not in text:
                remedy = "greet with {company}, so that callers know whom they have reached"
                yield _warn(SCRIPT, f"wording.{key}", f"{text!r} does not name the company", remedy)


def _hours(script: Script) -> Iterator[Finding]:
    if not any(script.hours.week):
        yield _warn(SCRIPT, "hours", "the company is never open", "write the hours of at least one day")


def _homophones(script: Script) -> Iterator[Finding]:
    """Members of staff whose names sound alike."""
    groups: dict[str, list[Staff]] = defaultdict(list)
    for each in script.staff:
        groups[canonical(each.family.kana)].append(each)
    for alike in groups.values():
        for number, each in enumerate(alike):
            for other in alike[:number]:
                yield _alike(other, each)


def _alike(one: Staff, other: Staff) -> Finding:
    """How callers will tell two people of the same family name apart."""
    key = f"staff[{other.key}].reading"
    both = f"{one.key} and {other.key} are both called {other.family.kana}"
    departments = one.department != other.department and one.department and other.department
    given = canonical(one.given.kana) != canonical(other.given.kana) and one.given.kana and other.given.kana
    if departments:
        return _warn(STAFF, key, both, f"callers are asked for the department: {one.department} or {other.department}")
    if given:
        return _warn(STAFF, key, both, f"callers are asked for the given name: {one.given.kana} or {other.given.kana}")
    message = f"{both}, in the same department and by the same given name: they cannot be told apart"
    return _warn(STAFF, key, message, "add a department or given name that differs")


def _told(script: Script) -> Iterator[Finding]:
    """What may be told must be fit to be said aloud."""
    for each in script.staff:
        tell = each.may_tell
        if tell.email and not email.readable(tell.email):
            remedy = "choose an address of letters, digits, dots and hyphens, or leave it out"
            message = f"{tell.email} cannot be read aloud so that a caller can write it down"
            yield _warn(STAFF, f"staff[{each.key}].may_tell.email", message, remedy)
        if tell.mobile and not phone.known(tell.mobile):
            remedy = "look for a slip of the pen: callers would be given a number that does not exist"
            message = f"{tell.mobile} is not in the number plan"
            yield _warn(STAFF, f"staff[{each.key}].may_tell.mobile", message, remedy)


def _extensions(script: Script) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for each in script.staff:
        if each.extension and each.extension in owners:
            message = f"{each.extension} is {owners[each.extension]}'s as well"
            remedy = "leave it if they share a telephone: callers may then reach the other one"
            yield _warn(STAFF, f"staff[{each.key}].extension", message, remedy)
        owners.setdefault(each.extension, each.key)
