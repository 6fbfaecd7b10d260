"""From a company's folder of TOML to a checked `Script`, or a `ScriptError` that names all that is wrong.

The rule: nothing is guessed and nothing is passed over in silence; an unknown key is an error, for it is
most often a known one misspelt. What is allowed but unwise is for `bot/company/check`. How the files are spelled
is in `bot/company/written`, how they are read in `bot/company/source`.
"""

from __future__ import annotations

import difflib
import string
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from bot.company.load_rules import closed_days, recipients, rules
from bot.company.script import Absence, Entry, Hours, Human, Knowledge, MayTell, Name, Patience, Routine, Script, Staff
from bot.company.source import Problem, ScriptError, Source
from bot.company.written import (
    WrittenCommon,
    WrittenCompany,
    WrittenEntry,
    WrittenKnowledge,
    WrittenScript,
    WrittenStaff,
    WrittenStaffFile,
    WrittenTold,
)
from bot.company.written_rules import WrittenReservations
from bot.dialogue.wording import PLACES
from nlu.kana import is_kana
from nlu.vocabulary import Person, Vocabulary
from nlu.words import reading

__all__ = ["COMMON", "Problem", "ScriptError", "load_all", "load_script", "vocabulary"]

COMMON = "common.toml"
FILES = ("script.toml", "staff.toml", "knowledge.toml", "reservations.toml")
"""Of a company; only the first must exist."""

Texts = Mapping[str, tuple[str, ...]]


def load_script(folder: Path, common: Path | None = None) -> Script:
    """The script of one company; `common` defaults to common.toml beside the folder. Raises `ScriptError`."""
    source = Source()
    paths = [folder / name for name in FILES]
    script = source.read(paths[0], WrittenScript)
    staff = source.read_if_there(paths[1], WrittenStaffFile, WrittenStaffFile())
    knowledge = source.read_if_there(paths[2], WrittenKnowledge, WrittenKnowledge())
    booking = source.read_if_there(paths[3], WrittenReservations, None)
    base_path = common or folder.parent / COMMON
    base = source.read(base_path, WrittenCommon)
    _strangers(source, folder, paths)
    if script is None or staff is None or knowledge is None or base is None:
        raise ScriptError(source.problems)
    wording = _wording(source, base_path, base.wording, paths[0], script.wording)
    departments = _departments(script)
    people = _staff(source, paths[1], staff.staff, [name.text for name in departments])
    spoken = _spoken(source, paths[0], script.company)
    patience = _patience(source, paths[0], base, script.call.patience)
    treated = rules(source, paths, script, booking)
    if source.problems:
        raise ScriptError(source.problems)
    return Script(
        key=folder.resolve().name,
        version=source.digest.hexdigest(),
        company=Name(script.company.name, script.company.reading),
        spoken=spoken,
        numbers=script.company.numbers,
        hours=_hours(script),
        wording=wording,
        area_code=script.company.area_code,
        departments=departments,
        staff=people,
        knowledge=_knowledge(knowledge),
        ask=tuple(script.call.ask),
        human=Human(script.human.extension, script.human.ring_seconds),
        patience=patience,
        transfer_ring_seconds=script.call.transfer_ring_seconds,
        recipients=recipients(script.report),
        rules=treated,
    )


def _strangers(source: Source, folder: Path, paths: list[Path]) -> None:
    for path in sorted(set(folder.glob("*.toml")) - set(paths)):
        source.add(path, "", "is no file of a script", f"name it one of {', '.join(FILES)}, or move it away")


def _departments(script: WrittenScript) -> tuple[Name, ...]:
    return tuple(Name(each.name, each.reading) for each in script.department)


def load_all(root: Path) -> tuple[dict[str, Script], dict[str, ScriptError]]:
    """Every company under `root`, by key: those that stand, and those that cannot be used.

    A broken company leaves the others alone. A number that two companies claim stays with the first by
    name. Raises `ScriptError` where nothing at all can be loaded: no folder, no company, no common.toml.
    """
    folders = sorted(path.parent for path in root.glob("*/script.toml"))
    if not folders:
        raise ScriptError([Problem(str(root), "", "holds no company", "make a folder in it with a script.toml")])
    source = Source()
    if source.read(root / COMMON, WrittenCommon) is None:
        raise ScriptError(source.problems)
    scripts: dict[str, Script] = {}
    errors: dict[str, ScriptError] = {}
    owners: dict[str, str] = {}
    for folder in folders:
        try:
            script = load_script(folder)
            _claim(folder, script, owners)
        except ScriptError as error:
            errors[folder.name] = error
        else:
            scripts[script.key] = script
    return scripts, errors


def vocabulary(script: Script) -> Vocabulary:
    """What the script adds to the language that is understood on its calls."""
    people = tuple(
        Person(
            each.key, each.family.text, each.family.kana, each.given.text, each.given.kana, each.department, each.title
        )
        for each in script.staff
    )
    departments = tuple((name.text, name.kana) for name in script.departments)
    entries = tuple(each.asked for each in script.knowledge.entries)
    return Vocabulary(
        script.spoken.text,
        script.spoken.kana,
        people,
        departments,
        script.area_code,
        entries if script.rules.answers else (),
        script.knowledge.beyond if script.rules.answers else (),
        _offered(script),
    )


def _offered(script: Script) -> tuple[tuple[str, str], ...]:
    """What can be booked, by all its names, with their readings."""
    rules = script.rules.reservations
    if rules is None:
        return ()
    called = [each.name for each in rules.services] + [each.name for each in rules.resources]
    names = [(name.text, name.kana) for name in called]
    names += [(word, reading(word)) for service in rules.services for word in service.said]
    return tuple(dict.fromkeys((text, kana) for text, kana in names if kana and is_kana(kana)))


def _claim(folder: Path, script: Script, owners: dict[str, str]) -> None:
    """Note the script's called numbers as taken; raises `ScriptError` where another company has one."""
    taken = [number for number in script.numbers if number in owners]
    if taken:
        raise ScriptError(
            Problem(
                str(folder / FILES[0]),
                "company.numbers",
                f"{number} belongs to {owners[number]} already",
                "give each called number to one company only",
            )
            for number in taken
        )
    owners.update(dict.fromkeys(script.numbers, script.key))


def _spoken(source: Source, path: Path, company: WrittenCompany) -> Name:
    if company.spoken is None or company.spoken_reading is None:
        if company.spoken != company.spoken_reading:
            source.add(path, "company.spoken", "stands without its reading", "write both spoken and spoken_reading")
        return Name(company.name, company.reading)
    return Name(company.spoken, company.spoken_reading)


def _patience(source: Source, path: Path, base: WrittenCommon, word: str) -> Patience:
    if word not in base.patience:
        source.add(path, "call.patience", f"found {word!r}", f"write one of {', '.join(base.patience)}")
        return Patience()
    preset = base.patience[word]
    return Patience(preset.answer, preset.readback, preset.closing, preset.recording)


def _hours(script: WrittenScript) -> Hours:
    hours = script.hours
    dates = sorted({day for closed in hours.closed for day in closed.dates} | closed_days(script))
    yearly = sorted({day for closed in hours.closed for day in closed.yearly})
    return Hours(hours.week(), hours.closed_on_holidays, tuple[date, ...](dates), tuple(yearly))


def _knowledge(knowledge: WrittenKnowledge) -> Knowledge:
    entries = tuple(Entry(each.questions, each.answer, each.reading) for each in knowledge.entry)
    return Knowledge(entries, knowledge.beyond)


def _wording(source: Source, common_path: Path, common: Texts, path: Path, own: Texts) -> dict[str, tuple[str, ...]]:
    """The common wording with the company's own in its place."""
    for key in sorted(own.keys() - common.keys()):
        near = difflib.get_close_matches(key, common, n=1)
        remedy = f"write {near[0]}" if near else f"take a key of [wording] in {COMMON}"
        source.add(path, f"wording.{key}", "is no known key", remedy)
    for file, texts in ((common_path, common), (path, own)):
        for key, variants in texts.items():
            for text in variants:
                _check_places(source, file, f"wording.{key}", text)
            if not variants:
                source.add(file, f"wording.{key}", "is empty", "write one sentence at least, or leave the key out")
    return {**common, **own}


def _check_places(source: Source, path: Path, key: str, text: str) -> None:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        source.add(path, key, f"found {text!r}", "close every { with a }")
        return
    for _, place, form, conversion in parts:
        if place is not None and (place not in PLACES or form or conversion):
            known = ", ".join(f"{{{name}}}" for name in sorted(PLACES))
            source.add(path, key, f"{{{place}}} is no known place", f"those are {known}")


def _staff(source: Source, path: Path, written: tuple[WrittenStaff, ...], departments: list[str]) -> tuple[Staff, ...]:
    people: list[Staff] = []
    for each in written:
        where = f"staff[{each.key}]"
        if any(person.key == each.key for person in people):
            source.add(
                path, f"{where}.key", f"{each.key!r} stands twice", "give each member of staff a key of their own"
            )
        if each.department and each.department not in departments:
            known = ", ".join(departments) or "none"
            remedy = f"add it as a [[department]] of script.toml; those are {known}"
            source.add(path, f"{where}.department", f"found {each.department!r}", remedy)
        names, kana = each.name.split(), each.reading.split()
        if len(names) > 2 or len(names) != len(kana):
            remedy = 'write family and given name alike in both, as "栗本 賢治" and "クリモト ケンジ"'
            source.add(path, f"{where}.reading", f"found {each.reading!r} for {each.name!r}", remedy)
            continue
        people.append(_person(source, path, each, [Name(*pair) for pair in zip(names, kana, strict=True)]))
    return tuple(people)


def _person(source: Source, path: Path, each: WrittenStaff, names: list[Name]) -> Staff:
    schedule: list[Absence] = []
    routine: list[Routine] = []
    for number, written in enumerate(each.schedule, 1):
        entry = _entry(source, path, f"staff[{each.key}].schedule[{number}]", written)
        if isinstance(entry, Absence):
            schedule.append(entry)
        elif entry is not None:
            routine.append(entry)
    tell = each.may_tell
    return Staff(
        key=each.key,
        family=names[0],
        given=names[1] if len(names) == 2 else Name("", ""),
        department=each.department,
        title=each.title,
        extension=each.extension,
        may_tell=MayTell(tell.state, tell.back, tell.email, tell.mobile),
        schedule=tuple(schedule),
        routine=tuple(routine),
    )


def _entry(source: Source, path: Path, where: str, written: WrittenEntry) -> Absence | Routine | None:
    dated = written.start is not None or written.until is not None
    weekly = bool(written.weekdays)
    counted = written.back_in_business_days is not None
    only_dated = written.back or written.may_tell != WrittenTold()
    if dated + weekly + counted != 1 or (written.hours and not weekly) or (only_dated and not dated):
        remedy = "write from and until (back, may_tell), or weekdays (and hours), or back_in_business_days"
        source.add(path, where, "mixes or lacks the ways to say when", remedy)
        return None
    if not dated:
        return Routine(written.state, written.weekdays, written.hours, written.back_in_business_days or 0)
    if written.start is None or written.until is None:
        source.add(path, where, "has only one of from and until", "write both")
        return None
    back, tell = written.back and written.back.at, written.may_tell
    absence = Absence(written.start.at, written.until.ends, written.state, back, tell.email, tell.mobile)
    if absence.until <= absence.start:
        source.add(path, f"{where}.until", "lies before from", "let until come after from")
    if absence.back is not None and absence.back < absence.until:
        source.add(path, f"{where}.back", "lies before until", "let back be the same as until or later")
    return absence
