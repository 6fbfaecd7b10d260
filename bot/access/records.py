"""Calls as those who have an account read them: a list, and one call whole, with its report, words and clips.

Rule: what is asked for is bounded, and comes from the store alone; the report is the one that readers of mails get,
with what operators have put right since. Blocking: reads the store. Leaves out who may ask (`bot/web/calls`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.ended import ended_as
from bot.operators.amended import amended
from bot.operators.casefile import OUTCOMES, Case, CaseFiles, moment, reason_label, who
from bot.reporting.fields import clean, phone
from bot.reporting.rendering import sections
from bot.store import Call, calls_before, find_clip, list_clips, read_rows
from bot.store.notes import read_added
from bot.store.remembered import find_remembered

PAGE_CALLS = 50
"""Of a list at a time."""


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call in a list."""

    call_id: str
    company: str
    """`Script.key`"""
    company_name: str
    began: float
    """Seconds since the epoch."""
    when: str
    """11月24日(火) 14:10"""
    seconds: float | None
    """How long it took; None: it goes on."""
    number: str
    """As the line showed it, in groups; "" = withheld."""
    caller: str
    """Company and name; "" = not known."""
    reason: str
    """In Japanese; "" = not known."""
    purpose: str
    outcome: str
    """In Japanese, a word or two."""


@dataclass(frozen=True, slots=True)
class CallList:
    """Calls, the latest first."""

    calls: tuple[CallLine, ...]
    before: float | None
    """Ask for those that began before then to go on; None: these were the last."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One captured value."""

    label: str
    value: str
    mark: str
    """確認済み …; "" = nothing to confirm."""
    notes: tuple[str, ...]
    dial: str
    """Digits to be dialled by a touch; "" = none."""


@dataclass(frozen=True, slots=True)
class Section:
    """Some lines under a heading."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaidLine:
    """Something that was said."""

    at: float
    who: str
    """客, 受付, or an operator's name."""
    text: str


@dataclass(frozen=True, slots=True)
class ClipLine:
    """A piece of sound that was kept."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class CallSheet:
    """One call, whole."""

    call: CallLine
    urgent: bool
    fields: tuple[ReportLine, ...]
    """Empty while the call goes on, as the sections are."""
    sections: tuple[Section, ...]
    said: tuple[SaidLine, ...]
    clips: tuple[ClipLine, ...]


class Records:
    """Reads calls."""

    def __init__(self, files: CaseFiles) -> None:
        self.files = files

    def list(self, companies: Collection[str] | None, before: float, limit: int = PAGE_CALLS) -> CallList:
        """Calls of these companies (None: of all) that began before then."""
        with self.files.store.read() as connection:
            found = calls_before(connection, companies, before, limit + 1)
            shown = tuple(self._line(connection, call) for call in found[:limit])
        return CallList(shown, shown[-1].began if len(found) > limit else None)

    def sheet(self, case: Case) -> CallSheet:
        """All of it."""
        call = case.call
        with self.files.store.read() as connection:
            line, rows = self._line(connection, call), read_rows(connection, call.id)
            added = read_added(connection, call.id)
            clips = tuple(ClipLine(clip.name, clip.label) for clip in list_clips(connection, call.id))
        words = tuple(SaidLine(each.at, each.who, each.text) for each in self.files.said(case).lines)
        if case.live:
            return CallSheet(line, False, (), (), words, clips)
        ended = ended_as(self.files.step, call, case.script, rows)
        report = amended(ended, (), ended.trouble, added)
        fields = tuple(ReportLine(each.label, each.value, each.mark, each.notes, each.dial) for each in report.fields)
        below = tuple(Section(heading, tuple(lines)) for heading, lines in sections(report))
        return CallSheet(line, report.urgent, fields, below, words, clips)

    def clip(self, case: Case, name: str) -> bytes | None:
        """A piece of its sound, as a WAV file; None where there is none of that name."""
        with self.files.store.read() as connection:
            clip = find_clip(connection, case.call.id, name)
        return clip.content if clip else None

    def _line(self, connection: Connection, call: Call) -> CallLine:
        script, told = self.files.scripts.get(call.company), find_remembered(connection, call.id)
        return CallLine(
            call_id=call.id,
            company=call.company,
            company_name=script.spoken.text if script else call.company,
            began=call.began,
            when=moment(call.began),
            seconds=None if call.ended is None else call.ended - call.began,
            number=phone(call.caller),
            caller=who(told) if told else "",
            reason=reason_label(told.reason) if told else "",
            purpose=clean(told.purpose) if told else "",
            outcome=OUTCOMES.get(call.outcome, ""),
        )
