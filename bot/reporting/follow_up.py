"""What happens after a call until somebody has marked it: reminders, the urgent route, and the day's digest.

Rule: what is owed, its next step and when that is due stand in the store; a step and its letters are one transaction,
and a step that was taken or settled in the meantime is not taken again. So nothing is lost or doubled however often
this process dies, and what fell due meanwhile is done at the next start. A number on the urgent route is written down
to be rung (`bot/ringing`); where no line can ring anybody it is passed over at once, and the report says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.exc import DBAPIError

from bot.background import RETRY_SECONDS, InThread, rest
from bot.company.rules import RouteStep
from bot.company.script import Script
from bot.ended import BUGS, Ended, ended_as
from bot.journal import Step
from bot.reporting.addressees import addressees, matter_of
from bot.reporting.digest import digest, last_digest, next_digest
from bot.reporting.letter import Enclosed, LetterKind, is_number, letter_to
from bot.reporting.links import Links
from bot.store import Store, find_call, kept_script, list_clips, read_rows
from bot.store.calendars import mark_told
from bot.store.letters import Letter, enqueue
from bot.store.notes import read_added
from bot.store.remembered import (
    URGENT,
    FollowUpRow,
    due_follow_ups,
    list_owed,
    mark_digested,
    next_follow_up,
    put_off,
    step_on,
)
from bot.store.rings import NewRing, list_rings, owe_rings

log = logging.getLogger(__name__)

LOOK_SECONDS = 30.0
"""How often to look without being woken: another process may have ended a call, or a command marked one."""
"""After the store has refused."""
PUT_OFF_SECONDS = 600.0
"""After a fault of our own: the others are seen to meanwhile."""
DIGEST_GRACE_SECONDS = 60.0
"""Between a digest's hour and its making: a call that ended just before is on the disk by then."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What follow-ups are made from."""

    store: Store
    step: Step
    scripts: Mapping[str, Script]
    """Those in force, by key; a call of a company that has none any more follows the script it was held under."""
    links: Links | None = None
    rings: bool = False
    """A line can ring the numbers of an urgent route."""


@dataclass(frozen=True, slots=True)
class _Next:
    """What one step does."""

    letters: Sequence[Letter]
    due: float | None
    """Of the step after it; None: there is none."""
    rings: Sequence[NewRing] = ()


class FollowUps:
    """Does what is due, and knows when to look again."""

    def __init__(
        self,
        sources: Sources,
        posted: Callable[[], None],
        now: Callable[[], float],
        in_thread: InThread = asyncio.to_thread,
    ) -> None:
        """`posted` is called in the loop's own thread when there are new letters, or numbers to ring."""
        self._sources = sources
        self._posted = posted
        self._now = now
        self._in_thread = in_thread
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """A call has ended; called in the loop's own thread."""
        self._woken.set()

    async def run(self) -> None:
        """Follow up until cancelled."""
        refused = False
        while True:
            wait = RETRY_SECONDS
            try:
                soonest = await self.look()
                wait = min(LOOK_SECONDS, max(0.0, soonest - self._now()))
                refused = False
            except DBAPIError as error:
                if not refused:
                    log.error("follow-ups wait for the store (%s): free disk space or unlock the database", error.orig)
                refused = True
            await rest(self._woken, wait)

    async def look(self) -> float:
        """Do all that is due; gives the time when something is next. Raises DBAPIError where the store refuses."""
        now = self._now()
        if await self._in_thread(_all_due, self._sources, now):
            self._posted()
        soonest: float = await self._in_thread(_soonest, self._sources, now)
        return soonest


def _all_due(sources: Sources, now: float) -> bool:
    """Whether letters were written, or numbers to be rung."""
    posted = False
    while rows := _due(sources, now):
        for row in rows:
            posted |= _take(sources, row, now)
    for script in sources.scripts.values():
        posted |= _digest(sources, script, now)
    return posted


def _due(sources: Sources, now: float) -> list[FollowUpRow]:
    with sources.store.read() as connection:
        return due_follow_ups(connection, now)


def _soonest(sources: Sources, now: float) -> float:
    with sources.store.read() as connection:
        owed = next_follow_up(connection, now)
    before = now - DIGEST_GRACE_SECONDS
    digests = [next_digest(script, before) + DIGEST_GRACE_SECONDS for script in sources.scripts.values()]
    return min([now + LOOK_SECONDS, *digests, *([] if owed is None else [owed])])


def _take(sources: Sources, row: FollowUpRow, now: float) -> bool:
    """Take one step, unless another process has."""
    try:
        ended, enclosed = read_call(sources, row.call_id)
        step = _Next((), None) if ended is None else _step(sources, row, ended, enclosed, now)
    except BUGS as bug:
        log.error("call %s: a fault of the program (%s) puts its follow-up off", row.call_id, type(bug).__name__)
        with sources.store.write() as connection:
            put_off(connection, row, now + PUT_OFF_SECONDS)
        return False
    with sources.store.write() as connection:
        if not step_on(connection, row, step.due):
            return False
        enqueue(connection, step.letters)
        owe_rings(connection, step.rings)
    return bool(step.letters or step.rings)


def read_call(sources: Sources, call_id: str) -> tuple[Ended | None, Enclosed]:
    """A call that has ended, and what goes with its letters; None where it, or its script, cannot be read."""
    with sources.store.read() as connection:
        call = find_call(connection, call_id)
        rows = read_rows(connection, call_id)
        clips = [clip.name for clip in list_clips(connection, call_id)]
        owed, added = list_owed(connection, call_id), read_added(connection, call_id)
        rung = list_rings(connection, call_id)
        try:
            script = kept_script(connection, call.script_version) if call else None
        except ValueError:
            log.error("call %s: its script is of an unknown shape, nobody is told again: update this one", call_id)
            script = None
    ended = ended_as(sources.step, call, script, rows) if call and script else None
    return ended, Enclosed(clips, owed, sources.links, added, not sources.rings, rung)


def _step(sources: Sources, row: FollowUpRow, ended: Ended, enclosed: Enclosed, now: float) -> _Next:
    kind, route = _route(sources, row, ended, now)
    if row.step >= len(route):
        if row.kind == URGENT:
            log.warning("urgent call %s: nobody on its route has marked it taken", row.call_id)
        return _Next((), None)
    address, due = route[row.step].address, now + route[row.step].wait_minutes * 60.0
    if is_number(address) and not sources.rings:
        log.warning("urgent call %s: step %d is a number and no line can dial out", row.call_id, row.step + 1)
        return _Next((), now)
    if is_number(address):
        return _Next((), due, [NewRing(row.call_id, row.step, address, now)])
    letter = letter_to(address, kind, ended, enclosed, now)
    before = [step.address for step in route[: row.step]].count(address)
    letter = replace(letter, kind=f"{kind.value}-{before + 1}") if before else letter
    return _Next([letter], due)


def _route(sources: Sources, row: FollowUpRow, ended: Ended, now: float) -> tuple[LetterKind, Sequence[RouteStep]]:
    """Who is told, one after the other."""
    script = sources.scripts.get(ended.call.company, ended.script)
    rules = script.rules.follow_up
    if row.kind == URGENT:
        return LetterKind.URGENT, rules.route
    usual = addressees(script.recipients, matter_of(script, ended.state.facts, ended.call.ended or now))
    told = (rules.callback_recipients or usual) if rules.callback_minutes else ()
    return LetterKind.REMINDER, [RouteStep(address, rules.callback_minutes) for address in told]


def _digest(sources: Sources, script: Script, now: float) -> bool:
    """The digest of the last hour at which one was due, if it was not made."""
    moment = last_digest(script, now - DIGEST_GRACE_SECONDS)
    try:
        with sources.store.read() as connection:
            made = digest(connection, script, sources.links, moment, now)
    except BUGS as bug:
        log.error("company %s: a fault of the program (%s) holds its digest up", script.key, type(bug).__name__)
        return False
    if not made.letters:
        return False
    with sources.store.write() as connection:
        enqueue(connection, made.letters)
        mark_digested(connection, made.call_ids, now)
        mark_told(connection, made.clashes, now)
    return True
