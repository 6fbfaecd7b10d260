"""Whole calls scored: dialogues.jsonl played in text by a simulated caller against the companies of members.json.

Each line is one call: its caller speaks, understanding and the dialogue answer, and the end is judged. Calls of an odd
number are for reading and tuning, the others only measured (`nlu.train.split`). Sound has no part in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.booking.bookings import Books
from bot.company.load import vocabulary
from bot.company.member_list import MEMBERS
from bot.company.members import load_members
from bot.company.schedule import AT_DESK, presence
from bot.company.script import Script
from bot.desk import Desk
from bot.dialogue import hours
from bot.dialogue.events import Began, Digit, HungUp
from bot.dialogue.state import Phase, State
from bot.golden import Playing, report_line
from bot.simulation import caller as simulated_caller
from bot.simulation import judge as judge_dialogues
from bot.simulation.turns import Memory, Reply, Role, role_of
from bot.store import Store, open_store
from nlu.score.lines import FolderError, check, read_rows
from nlu.score.rates import Rate, counted
from nlu.train import split

DIALOGUES = "dialogues.jsonl"
CEILING = 40
"""What a caller says in one call at most; one that says more has got into a loop."""
SILENCE_SECONDS = 12.0
"""How long a caller that has nothing to say is silent."""

Row = Mapping[str, Any]
_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "id": str, "company": str, "now": str, "caller_id": str, "caller": dict, "turns": list, "expect": dict,
}  # fmt: skip
_EXPECTED: Mapping[str, type | tuple[type, ...]] = {
    "reason": str, "outcome": str, "report": bool, "caller_name": str, "company": str, "number": str, "staff": str,
    "urgent": bool, "start": str, "party": int, "must_say": list, "must_not_say": list,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scored:
    """One call, played and judged."""

    id: str
    wrong: tuple[str, ...]
    """What is not as expected; empty where the call passes."""
    transcript: tuple[str, ...]
    reason: str
    outcome: str

    @property
    def passed(self) -> bool:
        return not self.wrong


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it went."""

    lines: tuple[str, ...]
    state: State
    looped: bool
    """It was cut off at the ceiling."""

    @property
    def replies(self) -> tuple[str, ...]:
        """What the receptionist said, turn by turn."""
        return tuple(line.removeprefix("受付> ") for line in self.lines if line.startswith("受付> "))


def score_dialogues(folder: Path, common: Path, kept: str = "all") -> list[Scored]:
    """Every call of the folder, or of its development or held-out half. Raises `FolderError` and `ScriptError`."""
    rows = read_dialogues(folder)
    scripts = load_members(folder / MEMBERS, common)
    for row in rows:
        if row["company"] not in scripts:
            raise FolderError(f'{folder / DIALOGUES}, {row["id"]}: {MEMBERS} has no company "{row["company"]}"')
    with tempfile.TemporaryDirectory(prefix="denwaban-") as place:
        store = open_store(Path(place) / "bookings.sqlite")
        try:
            return [scored(scripts[row["company"]], row, store) for row in chosen(rows, kept)]
        finally:
            store.close()


def chosen(rows: Sequence[Row], kept: str) -> list[Row]:
    """All of them, or those of the development ("dev") or held-out ("held-out") half."""
    return [row for row in rows if kept == "all" or split.dialogue_held_out(row["id"]) is (kept == "held-out")]


def read_dialogues(folder: Path) -> list[Row]:
    """The calls of a folder, checked."""
    path = folder / DIALOGUES
    rows: list[Row] = []
    for number, row in read_rows(path):
        where = f"{path}, line {number}"
        check(row, _FIELDS, where)
        check(row["expect"], _EXPECTED, f"{where}, expect")
        if not row["turns"] or not all(isinstance(turn, str) and turn for turn in row["turns"]):
            raise FolderError(f'{where}: "turns" is not a list of what the caller says')
        try:
            datetime.fromisoformat(row["now"])
        except ValueError as error:
            raise FolderError(f'{where}: "now" is no moment such as 2026-11-24T14:10: {row["now"]!r}') from error
        rows.append(row)
    return rows


def scored(script: Script, row: Row, store: Store) -> Scored:
    """One call, played and held against what it expects; its bookings are its own."""
    role, rules = role_of(row), script.rules.reservations
    books = Books(store, f"{script.key} {row['id']}", rules) if rules else None
    if books:
        books.start(_at(role))
    call = converse(script, role, Desk(script, row["id"], books))
    wrong = judge_dialogues.wrong(row, script, call.state, call.replies)
    if call.looped:
        wrong = [f"loop: {CEILING} turns and no end", *wrong]
    reason = str(call.state.facts.reason or "")
    return Scored(row["id"], tuple(wrong), call.lines, reason, judge_dialogues.outcome_of(call.state))


def converse(script: Script, role: Role, desk: Desk) -> Call:
    """The call from greeting to good-bye."""
    playing = Playing(script, vocabulary(script), desk, takes=partial(_takes, script))
    called = script.numbers[0] if script.numbers else script.key
    playing.feed(Began(_at(role), called, role.shown, "dialogue"))
    memory, reply = Memory(), Reply("greeting", role.lines[0].text)
    for _ in range(CEILING):
        heard = len(playing.lines)
        _speak(playing, reply)
        if _over(playing.state):
            break
        words = "".join(line.removeprefix("受付> ") for line in playing.lines[heard:] if line.startswith("受付> "))
        memory, reply = simulated_caller.answer(role, memory, words, playing.state.expected)
        if reply.over:
            _hang_up(playing, reply.text)
            break
    looped = not _over(playing.state)
    return Call((*playing.lines, report_line(script, playing.state)), playing.state, looped)


def _speak(playing: Playing, reply: Reply) -> None:
    """The caller's words, its push buttons, or its silence."""
    if reply.text:
        playing.hear(reply.text)
    elif reply.press:
        playing.finish()
        playing.lines.append(f"[ボタン {reply.press}]")
        for key in reply.press:
            playing.feed(Digit(playing.state.at, key))
    else:
        playing.silence(SILENCE_SECONDS)


def _at(role: Role) -> float:
    return role.now.replace(tzinfo=hours.TOKYO).timestamp()


def _hang_up(playing: Playing, text: str) -> None:
    """The last words, and the receiver put down; unless they are answered with a question."""
    if text:
        playing.hear(text)
    playing.finish()
    playing.lines.append("[切断]")
    playing.feed(HungUp(playing.state.at, "caller"))


def _over(state: State) -> bool:
    """Ended, or out of our hands."""
    return state.phase is Phase.ENDED or str(state.outcome) == "transferred"


def _takes(script: Script, to: str, at: float) -> bool:
    """Whether an extension answers: one whose owner is at the desk; the company's own if anybody is."""
    moment = hours.local(at)
    there = [staff for staff in script.staff if presence(script, staff, moment).state == AT_DESK]
    own = next((staff for staff in script.staff if staff.extension == to), None)
    return own in there if own else bool(there)


def rate(results: Sequence[Scored]) -> Rate:
    """The share of calls that pass."""
    return counted(sum(each.passed for each in results), len(results))


def as_json(results: Sequence[Scored]) -> dict[str, Any]:
    """n, how many passed, their share with its interval, and every failure."""
    share = rate(results)
    return {
        "n": len(results),
        "passed": sum(each.passed for each in results),
        "pass_rate": None if share.value is None else round(share.value, 4),
        "intervals": {"pass_rate": [round(share.low, 4), round(share.high, 4), share.n]},
        "failures": [
            {"id": each.id, "wrong": list(each.wrong), "transcript": list(each.transcript)}
            for each in results
            if not each.passed
        ],
    }


def predictions(results: Sequence[Scored]) -> list[dict[str, Any]]:
    """Every call with what it came to."""
    return [
        {
            "part": "dialogues", "id": each.id, "right": each.passed, "wrong": list(each.wrong),
            "found": {"reason": each.reason, "outcome": each.outcome}, "transcript": list(each.transcript),
        }
        for each in results
    ]  # fmt: skip
