"""A call as an operator reads it, live or over: its transcript, earlier calls of its caller, the sound of what was
captured, the calls that have ended.

Rule: everything comes from the journal and the store, so that it is there after a crash and for every console alike;
whatever is asked for is bounded. Blocking: reads the store. Leaves out who may ask (`bot/access`), and changes
(`bot/operators/notes`).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from soundfile import LibsndfileError
from sqlalchemy import Connection

from bot.company.script import Script
from bot.dialogue.actions import Recall, Say
from bot.dialogue.events import Heard, OperatorSaid
from bot.dialogue.hours import local
from bot.dialogue.state import Captured, Facts, State
from bot.ended import CLIP_SECONDS, PAD_SECONDS, WAV_HEADER_BYTES, state_so_far
from bot.journal import Step, from_row
from bot.operators.lookups import StaffNow, staff_now
from bot.recall import absences, family_sound, is_same
from bot.reporting.fields import WEEKDAYS, clean, phone, staff_name
from bot.reporting.report import REASONS
from bot.store import Call, Store, ended_calls, find_call, find_clip, kept_script, read_rows
from bot.store.notes import noted_calls, read_added
from bot.store.remembered import FollowUpRow, Remembered, earlier_calls, find_remembered
from nlu.meaning import Reason
from voice.record import Side, clip_so_far

log = logging.getLogger(__name__)

EARLIER_SECONDS = 90 * 86400.0
"""How far back an operator is shown calls of the same caller: a quarter of a year, as a business remembers."""
EARLIER_CALLS = 20
DONE_SECONDS = 86400.0
DONE_CALLS = 100
_SPOKEN = (Say.__name__, Heard.__name__, OperatorSaid.__name__)
CLIP_FIELDS = ("caller_name", "company", "number", "extension", "staff", "department", "purpose")
"""Fields of `Facts` that were said aloud."""

OUTCOMES = {
    "message": "伝言",
    "transferred": "取り次ぎ",
    "recorded": "録音",
    "abandoned": "途中で切れた",
    "reserved": "予約",
    "answered": "回答済み",
    "given_up": "予約取りやめ",
    "refused": "営業(お断り)",
    "wrong_number": "間違い電話",
    "fax": "ファクス",
    "nothing": "無言",
    "taken_over": "オペレーターが応対",
}
"""By `Outcome`, in a word or two."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call and the script it is held under."""

    call: Call
    script: Script

    @property
    def live(self) -> bool:
        return self.call.ended is None


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was said in a call."""

    n: int
    """From 0."""
    at: float
    who: str
    """客, 受付, or the operator's name."""
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class EarlierCard:
    """An earlier call by the same caller."""

    call_id: str
    at: float
    when: str
    who: str
    number: str
    reason: str
    staff: str
    summary: str
    promised: bool
    """A call back was promised; `settled`: it was made."""
    settled: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    calls: tuple[EarlierCard, ...]


@dataclass(frozen=True, slots=True)
class DoneCard:
    """A call that has ended."""

    call_id: str
    company: str
    company_name: str
    at: float
    when: str
    caller: str
    number: str
    reason: str
    outcome: str
    noted: bool
    """An operator has added something to it."""


@dataclass(frozen=True, slots=True)
class Done:
    calls: tuple[DoneCard, ...]


class CaseFiles:
    """Opens calls."""

    def __init__(self, store: Store, scripts: Mapping[str, Script], step: Step) -> None:
        """`scripts`: those in force, by key."""
        self.store = store
        self.scripts = scripts
        self.step = step

    def open(self, call_id: str) -> Case | None:
        """A call; None where there is none, or its script is of a shape that this version does not know."""
        with self.store.read() as connection:
            call = find_call(connection, call_id)
            if call is None:
                return None
            script = self.scripts.get(call.company)
            if script is None or script.version != call.script_version:
                try:
                    script = kept_script(connection, call.script_version)
                except ValueError:
                    log.error("call %s: its script is of an unknown shape and cannot be shown: update this", call_id)
                    script = None
        return None if script is None else Case(call, script)

    def state(self, case: Case) -> State:
        """What is known by now."""
        with self.store.read() as connection:
            rows = read_rows(connection, case.call.id)
        return state_so_far(self.step, case.script, rows)

    def said(self, case: Case) -> Transcript:
        """What was said, as the journal has it."""
        with self.store.read() as connection:
            rows = read_rows(connection, case.call.id)
        lines: list[Line] = []
        typed = ""
        for row in rows:
            if row.kind not in _SPOKEN:
                continue
            try:
                what = from_row(row).what
            except ValueError:  # of another version
                continue
            match what:
                case Say() if what.text != typed:  # else it says what an operator has typed
                    lines.append(Line(len(lines), row.at, "受付", what.text))
                case Heard():
                    lines.append(Line(len(lines), row.at, "客", what.hearing.text))
                case OperatorSaid():
                    lines.append(Line(len(lines), row.at, what.name, what.text))
            typed = what.text if isinstance(what, OperatorSaid) and what.typed else ""
        return Transcript(tuple(lines))

    def staff(self, case: Case, now: datetime) -> StaffNow:
        """Where the company's staff are."""
        return staff_now(case.script, now, absences(self.store, case.script, now.timestamp()))

    def earlier(self, case: Case) -> Earlier:
        """Calls of the last months by the same number or under the same name, newest first; never this one."""
        facts, call = self.state(case).facts, case.call
        name = facts.caller_name.value if facts.caller_name else ""
        number = facts.number.value if facts.number else ""
        since = call.began - EARLIER_SECONDS
        found: dict[str, tuple[Remembered, FollowUpRow | None]] = {}
        with self.store.read() as connection:
            for each in dict.fromkeys((call.caller, number)):
                asked = Recall(each, name)
                for row, owed in earlier_calls(connection, call.company, since, each, family_sound(name)):
                    if row.call_id != call.id and is_same(row, asked):
                        found[row.call_id] = (row, owed)
            newest = sorted(found.values(), key=lambda pair: -pair[0].began)[:EARLIER_CALLS]
            return Earlier(tuple(_earlier(connection, case.script, *pair) for pair in newest))

    def clip(self, case: Case, field: str) -> bytes | None:
        """The sound of a captured value as a WAV file, while the call goes on as well; None where there is none."""
        fact = self._captured(case, field)
        if fact is None or fact.span[1] <= fact.span[0]:
            return None
        start, end = fact.span
        content = b""
        if case.call.recording:
            end = min(end, start + CLIP_SECONDS) + PAD_SECONDS
            try:
                content = clip_so_far(Path(case.call.recording), max(0.0, start - PAD_SECONDS), end, Side.CALLER)
            except (OSError, LibsndfileError, ValueError):
                log.warning("call %s: its recording cannot be read", case.call.id)
        if len(content) > WAV_HEADER_BYTES:
            return content
        with self.store.read() as connection:
            kept = find_clip(connection, case.call.id, f"{field}.wav")
        return kept.content if kept else None

    def _captured(self, case: Case, field: str) -> Captured | None:
        return self.state(case).facts.get(field) if field in CLIP_FIELDS else None

    def done(self, companies: Collection[str] | None, now: float) -> Done:
        """Calls of these companies (None: of all) that have ended in the last day, the latest first."""
        with self.store.read() as connection:
            calls = ended_calls(connection, companies, now - DONE_SECONDS, DONE_CALLS)
            noted = noted_calls(connection, [call.id for call in calls])
            return Done(tuple(self._done(connection, call, call.id in noted) for call in calls))

    def _done(self, connection: Connection, call: Call, noted: bool) -> DoneCard:
        script, told = self.scripts.get(call.company), find_remembered(connection, call.id)
        return DoneCard(
            call_id=call.id,
            company=call.company,
            company_name=script.spoken.text if script else call.company,
            at=call.began,
            when=moment(call.began),
            caller=who(told) if told else "",
            number=phone(call.caller),
            reason=reason_label(told.reason) if told else "",
            outcome=OUTCOMES.get(call.outcome, ""),
            noted=noted,
        )


def spoken_facts(facts: Facts) -> Sequence[str]:
    """Names of the fields that have sound."""
    captured = ((name, facts.get(name)) for name in CLIP_FIELDS)
    return [name for name, fact in captured if fact is not None and fact.span[1] > fact.span[0]]


def moment(at: float) -> str:
    """11月20日(金) 10:12"""
    then = local(at)
    return f"{then.month}月{then.day}日({WEEKDAYS[then.weekday()]}) {then:%H:%M}"


def who(told: Remembered) -> str:
    """Company and name."""
    name = f"{clean(told.name)}様" if told.name else ""
    return f"{clean(told.caller_company_text or told.caller_company)} {name}".strip()


def reason_label(reason: str) -> str:
    """In Japanese; "" where it is none."""
    return REASONS[Reason(reason)] if reason in set(Reason) else ""


def _earlier(connection: Connection, script: Script, told: Remembered, owed: FollowUpRow | None) -> EarlierCard:
    added = read_added(connection, told.call_id)
    return EarlierCard(
        call_id=told.call_id,
        at=told.began,
        when=moment(told.began),
        who=who(told),
        number=phone(told.number or told.shown),
        reason=reason_label(told.reason),
        staff=staff_name(script, told.staff) if told.staff else "",
        summary=clean(told.purpose)[:200],
        promised=owed is not None,
        settled=owed is not None and owed.settled is not None,
        notes=tuple(clean(note.text) for note in added.notes),
    )
