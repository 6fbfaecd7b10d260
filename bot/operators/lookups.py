"""What a company's script has for the operator who speaks in its name: answers, staff, facts, ready phrases. Pure.

Rule: an operator who serves a company may see all of its script; what a caller may be told of it stands beside.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.company.schedule import AT_DESK, presence
from bot.company.script import Absence, Entry, Script, Staff
from bot.dialogue.hours import is_open, next_opening, spans
from bot.reporting.fields import WEEKDAYS, phone
from nlu.knowledge import retrieval as answers

QUERY_CHARACTERS = 200
"""Of a search, at most."""
ENTRIES = 30
"""Shown of a search."""
LIKELY_FROM = 0.5
"""Score from which an entry stands before those that only hold the words searched for."""


@dataclass(frozen=True, slots=True)
class KnowledgeEntry:
    """One answer of the script."""

    question: str
    others: tuple[str, ...]
    """More ways to ask."""
    answer: str
    score: float
    likely: bool
    """The receptionist itself would answer so."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the script has for a search."""

    q: str
    entries: tuple[KnowledgeEntry, ...]
    beyond: tuple[str, ...]
    """Topics that only a person may answer: those that the search names, all without a search."""


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Where a member of staff is now."""

    key: str
    name: str
    reading: str
    department: str
    title: str
    extension: str
    state: str
    """在席 出張 会議 退社 営業時間外 …"""
    back: str
    """When they can be reached again, as it is said; "" at the desk, or unknown."""
    here: bool
    callers_may_know: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaffNow:
    """All of a company's staff."""

    staff: tuple[PersonCard, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A word and what it stands for."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is ready to be said, and what to know of the company first."""

    phrases: tuple[Labelled, ...]
    facts: tuple[Labelled, ...]


def knowledge(script: Script, query: str) -> Knowledge:
    """Answers for a search, those it most likely means first, then those that hold its words; all without one."""
    query = query.strip()[:QUERY_CHARACTERS]
    entries, beyond = script.knowledge.entries, script.knowledge.beyond
    if not query:
        return Knowledge("", tuple(_entry(each, 0.0, False) for each in entries), beyond)
    asked = tuple(each.asked for each in entries)
    found = answers.find(query, asked, beyond)
    words = _plain(query).split()
    shown = []
    for index, score in answers.ranked(query, asked):
        likely = found.kind == "entry" and index == found.entry
        holds = all(word in _plain(" ".join(asked[index].written)) for word in words)
        if likely or holds or score >= LIKELY_FROM:
            shown.append((not likely, not holds, _entry(entries[index], round(score, 3), likely)))
    shown.sort(key=lambda each: each[:2])
    topics = tuple(topic for topic in beyond if any(word in _plain(topic) for word in words) or topic in query)
    if found.kind == "beyond" and not topics:
        topics = beyond
    return Knowledge(query, tuple(entry for _, _, entry in shown[:ENTRIES]), topics)


def _entry(entry: Entry, score: float, likely: bool) -> KnowledgeEntry:
    return KnowledgeEntry(entry.questions[0], entry.questions[1:], entry.answer, score, likely)


def _plain(text: str) -> str:
    """Alike for the eye: width and case do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


def staff_now(script: Script, now: datetime, told: Mapping[str, Sequence[Absence]]) -> StaffNow:
    """Where the staff are; `told`: what was told of them since (`bot.recall.absences`)."""
    return StaffNow(tuple(_person(script, each, now, told.get(each.key, ())) for each in script.staff))


def _person(script: Script, staff: Staff, now: datetime, told: Sequence[Absence]) -> PersonCard:
    there = presence(script, staff, now, told)
    may = staff.may_tell
    known = (
        ("不在の理由", may.state),
        ("戻りの時刻", may.back),
        (f"メール {there.email}", bool(there.email)),
        (f"携帯 {phone(there.mobile)}", bool(there.mobile)),
    )
    return PersonCard(
        key=staff.key,
        name=f"{staff.family.text} {staff.given.text}".strip(),
        reading=f"{staff.family.kana} {staff.given.kana}".strip(),
        department=staff.department,
        title=staff.title,
        extension=staff.extension,
        state=there.state,
        back=spoken_time(there.back, now) if there.back else "",
        here=there.state == AT_DESK,
        callers_may_know=tuple(words for words, holds in known if holds),
    )


def spoken_time(moment: datetime, now: datetime) -> str:
    """15:30 today, else 11月24日(火) 9:00."""
    hour = f"{moment.hour}:{moment:%M}"
    if moment.date() == now.date():
        return hour
    return f"{moment.month}月{moment.day}日({WEEKDAYS[moment.weekday()]}) {hour}"


def phrases(script: Script, now: datetime) -> Phrases:
    """Ready phrases and the company's facts."""
    said = script.wording.get("operator_phrases", ())
    return Phrases(tuple(Labelled(each.rstrip("。"), each) for each in said), tuple(_facts(script, now)))


def _facts(script: Script, now: datetime) -> list[Labelled]:
    open_now = is_open(script.hours, now)
    opening = None if open_now else next_opening(script.hours, now)
    today = "、".join(f"{span.start:%H:%M}〜{span.end:%H:%M}" for span in spans(script.hours, now.date()))
    facts = [
        Labelled("会社名", script.company.text),
        Labelled("読み", script.company.kana),
        Labelled("電話番号", "、".join(map(phone, script.numbers))),
        Labelled("ただいま", "営業中" if open_now else "営業時間外"),
        Labelled("次の営業", spoken_time(opening, now) if opening else ""),
        Labelled("本日", today or "休み"),
        Labelled("営業時間", _week(script)),
        Labelled("部署", "、".join(name.text for name in script.departments)),
        Labelled("人に回すこと", "、".join(script.knowledge.beyond)),
    ]
    return [each for each in facts if each.text]


def _week(script: Script) -> str:
    """月〜金 09:00〜18:00、土 09:00〜12:00"""
    days = ["・".join(f"{span.start:%H:%M}〜{span.end:%H:%M}" for span in day) for day in script.hours.week]
    parts, first = [], 0
    for day in range(1, 8):
        if day == 7 or days[day] != days[first]:
            name = WEEKDAYS[first] if day - first == 1 else f"{WEEKDAYS[first]}〜{WEEKDAYS[day - 1]}"
            parts.append(f"{name} {days[first] or '休み'}")
            first = day
    return "、".join(parts) + ("、祝日 休み" if script.hours.closed_on_holidays else "")
