"""The end of a call, one way for all: after the good-bye, and at the next start for calls whose process died.

Rule: `finish` makes the state from the journal, the report from the state, and ends the call in one transaction with
its letters, its clips and what is owed after it: all or nothing, and once, however often it is tried or killed.
Whatever goes wrong on the way (a recording that cannot be read, an entry of a newer version, a bug in the mind) costs
its own part of the report and is said in it, never the report.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.background import InThread, surely
from bot.dialogue.state import Outcome
from bot.ended import Ended, clips_of, ended_as
from bot.journal import RETRY_SECONDS, Journal, Step
from bot.operators.amended import corrected
from bot.recall import remembered
from bot.reporting.addressees import addressees, matter_of
from bot.reporting.letter import Enclosed, LetterKind, letter_to
from bot.reporting.links import Links
from bot.reporting.outbox import Outbox
from bot.reporting.report import has_report, in_digest, owes_callback
from bot.store import (
    Store,
    end_call,
    find_call,
    keep_clips,
    kept_script,
    read_rows,
    unfinished_calls,
    write_rows,
)
from bot.store.desk import keep_questions
from bot.store.letters import enqueue
from bot.store.notes import Added, mark_added_told, read_added
from bot.store.remembered import CALLBACK, URGENT, FollowUpRow, owe, remember

log = logging.getLogger(__name__)


def _nothing() -> None:
    """Nobody waits for the ends of calls."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What ending a call needs beside its journal."""

    store: Store
    step: Step
    links: Links | None = None
    """None: clips are attached."""
    rings: bool = False
    """A line can ring the numbers of an urgent route."""
    tell: Callable[[], None] = _nothing
    """Called when a call was closed, in the loop's own thread: something may be owed after it."""


def finish(closing: Closing, call_id: str, now: float) -> bool:
    """End a call: report it and close its record. False where it had been ended before, or there is no such call.

    Blocking. All that was appended to its journal is on the disk, and its recorder is closed; a call whose journal has
    no `HungUp` gets one with why="crash". Raises DBAPIError where the store refuses (try again), ValueError where the
    call's script is of a shape that this version does not know.
    """
    with closing.store.read() as connection:
        call = find_call(connection, call_id)
        script = kept_script(connection, call.script_version) if call else None
        rows, added = read_rows(connection, call_id), read_added(connection, call_id)
    if call is None or script is None or call.ended is not None:
        return False
    ended = ended_as(closing.step, call, script, rows)
    clips, owed = clips_of(ended), owed_after(ended, now)
    enclosed = Enclosed(
        [clip.name for clip in clips], [row.kind for row in owed], closing.links, added, not closing.rings
    )
    letters = [letter_to(each, LetterKind.REPORT, ended, enclosed, now) for each in _readers(ended, now)]
    with closing.store.write() as connection:
        if not end_call(connection, ended.call):
            return False
        write_rows(connection, [ended.last] if ended.last else [])
        keep_clips(connection, call_id, clips)
        enqueue(connection, letters)
        if letters:
            mark_added_told(connection, added, now)
        owe(connection, owed)
        _remember(connection, ended, added, now)
    return True


def _readers(ended: Ended, now: float) -> tuple[str, ...]:
    if not has_report(ended.script, ended.happened, ended.state):
        return ()
    return addressees(ended.script.recipients, matter_of(ended.script, ended.state.facts, now))


def owed_after(ended: Ended, now: float) -> list[FollowUpRow]:
    """What must be marked by somebody, and when it is told again until then."""
    rules, state = ended.script.rules.follow_up, ended.state
    over = state.outcome in (Outcome.TRANSFERRED, Outcome.TAKEN_OVER, Outcome.REFUSED, Outcome.WRONG_NUMBER)
    owed = []
    if rules.route and state.facts.at_once and not over and has_report(ended.script, ended.happened, state):
        owed.append(FollowUpRow(ended.call.id, URGENT, now))
    if owes_callback(state):
        due = (ended.call.ended or now) + rules.callback_minutes * 60.0 if rules.callback_minutes else None
        owed.append(FollowUpRow(ended.call.id, CALLBACK, due))
    return owed


def _remember(connection: Connection, ended: Ended, added: Added, now: float) -> None:
    untold = in_digest(ended.script, ended.happened, ended.state)
    state = corrected(ended.script, ended.state, added.latest)
    remember(connection, remembered(ended.call, ended.happened, state, now, untold))
    keep_questions(connection, ended.call.company, ended.call.id, ended.state.facts.unanswered, now)


async def close_call(
    closing: Closing, journal: Journal, outbox: Outbox, call_id: str, now: Callable[[], float], in_thread: InThread
) -> None:
    """`finish` a call that has just ended, and wake the outbox; keeps at it while the store refuses."""
    while not await journal.durable():
        await asyncio.sleep(RETRY_SECONDS)
    await surely(in_thread, f"call {call_id} cannot be closed yet", finish, closing, call_id, now())
    journal.forget(call_id)
    outbox.wake()
    closing.tell()


def recover_calls(closing: Closing, now: float) -> list[str]:
    """Finish the calls that dead processes left, oldest first; their ids. Before this process takes its first call."""
    finished = []
    with closing.store.read() as connection:
        calls = unfinished_calls(connection)
    for call in calls:
        if not closing.store.dead(call.seat):
            continue
        try:
            if finish(closing, call.id, now):
                finished.append(call.id)
        except (DBAPIError, ValueError) as error:
            why = type(error).__name__
            log.error(
                "call %s, cut off by a crash, cannot be reported yet (%s): it is kept for the next start", call.id, why
            )
    return finished
