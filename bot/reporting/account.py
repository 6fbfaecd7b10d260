"""A call as its journal and its letters tell it: the words that were said, and what was reported.

For those who look at a call from outside: the pages, and rehearsals. Blocking: reads the store. Leaves out
who may ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.company.script import Script
from bot.dialogue.actions import Say
from bot.dialogue.events import Heard, OperatorSaid
from bot.dialogue.state import Captured, State
from bot.journal import Step, from_row, replay
from bot.store import Store, find_call_by_line, kept_script, read_rows
from bot.store.letters import list_letters
from nlu import phone


@dataclass(frozen=True, slots=True)
class Words:
    """One thing that was said in a call."""

    n: int
    """Its number in the call's journal; grows."""
    at: float
    """Seconds since the epoch."""
    who: str
    """"receptionist" (an operator in our place, too) or "caller"."""
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One captured value as the report has it."""

    value: str
    """Katakana, a number in groups, a family name, the caller's words."""
    status: str
    """"confirmed" or "heard"."""


@dataclass(frozen=True, slots=True)
class Account:
    """What came of a call."""

    call_id: str
    outcome: str
    """An `Outcome`."""
    facts: Mapping[str, Fact]
    """name, company, number, staff, purpose: those that were captured."""
    urgent: bool
    callback_promised: bool
    told: tuple[str, ...]
    seconds: float
    subject: str
    """Of the report's mail; "" where none was written."""
    text: str


def words_said(store: Store, line_call_id: str, after: int) -> list[Words]:
    """What was said in a call after number `after` of its journal; empty for a call that is not known."""
    with store.read() as connection:
        call = find_call_by_line(connection, line_call_id)
        entries = [from_row(row) for row in read_rows(connection, call.id) if row.n > after] if call else []
    words = []
    for entry in entries:
        if isinstance(entry.what, Say) or (isinstance(entry.what, OperatorSaid) and not entry.what.typed):
            words.append(Words(entry.n, entry.at, "receptionist", entry.what.text))
        elif isinstance(entry.what, Heard):
            words.append(Words(entry.n, entry.at, "caller", entry.what.hearing.text))
    return words


def account_of(store: Store, step: Step, line_call_id: str) -> Account | None:
    """What came of a call; None while it goes on, or where it is not known."""
    with store.read() as connection:
        call = find_call_by_line(connection, line_call_id)
        if call is None or call.ended is None:
            return None
        script = kept_script(connection, call.script_version)
        rows, letters = read_rows(connection, call.id), list_letters(connection, call.id)
    if script is None:
        return None
    state = replay(step, script, map(from_row, rows))
    letter = next((each.letter for each in letters if each.letter.kind == "report"), None)
    return Account(
        call_id=call.id,
        outcome=call.outcome,
        facts=_facts(script, state),
        urgent=state.facts.urgent,
        callback_promised=state.facts.callback_promised,
        told=state.facts.told,
        seconds=call.ended - call.began,
        subject=letter.subject if letter else "",
        text=letter.text if letter else "",
    )


def _facts(script: Script, state: State) -> dict[str, Fact]:
    facts = state.facts
    person = script.person(facts.staff.value) if facts.staff else None
    shown = {
        "name": (facts.caller_name, _plain(facts.caller_name)),
        "company": (facts.company, _plain(facts.company)),
        "number": (facts.number, _number(facts.number)),
        "staff": (facts.staff, person.family.text if person else _plain(facts.staff)),
        "purpose": (facts.purpose, _plain(facts.purpose)),
    }
    return {key: Fact(value, str(item.status)) for key, (item, value) in shown.items() if item is not None}


def _plain(item: Captured | None) -> str:
    return "" if item is None else item.value or item.text


def _number(item: Captured | None) -> str:
    """In the caller's own groups where the number plan does not know it, as the report has it."""
    if item is None or not item.value:
        return _plain(item)
    own = item.text if item.text.replace("-", "") == item.value and "-" in item.text else ""
    return own or phone.written(phone.groups(item.value))
