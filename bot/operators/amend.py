"""What operators added to a call reaches whom its report went to.

Rule: nothing that was added is left untold. Before a call's end it goes into the report; a report that waits to be sent
is written anew; where it was sent, a second letter says what was put right, with both values. That happens when the
operator asks for it, and else by itself once nothing more was added for a while, after a restart as well. Words and the
mark that they were told are one transaction.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy.exc import DBAPIError

from bot.clock import Now
from bot.ended import BUGS, Ended, ended_as
from bot.journal import Step
from bot.reporting.addressees import addressees, matter_of
from bot.reporting.letter import Enclosed, LetterKind, letter_to
from bot.reporting.links import Links
from bot.store import Store, find_call, kept_script, list_clips, read_rows
from bot.store.letters import Queued, enqueue, list_letters, rewrite
from bot.store.notes import mark_added_told, read_added, untold_calls
from bot.store.remembered import list_owed
from bot.store.rings import list_rings

log = logging.getLogger(__name__)

QUIET_SECONDS = 300.0
"""After the last thing that was added: an operator writes several, and the company wants one letter."""
LOOK_SECONDS = 15.0
"""How often to look whether something has been quiet so long."""

_KINDS = (LetterKind.AMENDMENT, LetterKind.ADDENDUM)


@dataclass(frozen=True, slots=True)
class _Written:
    """A call and all that its letters are made from."""

    ended: Ended
    enclosed: Enclosed
    letters: list[Queued]


class Amendments:
    """Tells companies what was added to their calls."""

    def __init__(self, store: Store, step: Step, links: Links | None, posted: Callable[[], None], now: Now) -> None:
        """`posted` is called in the loop's own thread when there are new letters."""
        self._store = store
        self._step = step
        self._links = links
        self._posted = posted
        self._now = now
        self._broken: set[str] = set()
        """Calls at which a fault of the program was met: the others are seen to."""

    async def run(self) -> None:
        """Tell what has been quiet for a while, until cancelled."""
        refused = False
        while True:
            try:
                if await asyncio.to_thread(self.sweep):
                    self._posted()
                refused = False
            except DBAPIError as error:
                if not refused:
                    log.error("operators' notes wait for the store (%s): free disk space or unlock it", error.orig)
                refused = True
            await asyncio.sleep(LOOK_SECONDS)

    async def tell_now(self, call_id: str) -> int:
        """Tell what was added to this call; how many letters tell of it, new or written anew."""
        told = await asyncio.to_thread(self.tell, call_id)
        if told:
            self._posted()
        return told

    def sweep(self) -> int:
        """Tell whatever has been quiet long enough; how many letters. Blocking."""
        with self._store.read() as connection:
            calls = untold_calls(connection, self._now() - QUIET_SECONDS)
        return sum(self._surely(call_id) for call_id in calls if call_id not in self._broken)

    def _surely(self, call_id: str) -> int:
        try:
            return self.tell(call_id)
        except BUGS as bug:
            self._broken.add(call_id)
            log.error(
                "call %s: a fault of the program (%s): nobody is told what was added", call_id, type(bug).__name__
            )
            return 0

    def tell(self, call_id: str) -> int:
        """As `tell_now`. Blocking. 0 while the call goes on: its report will tell."""
        now = self._now()
        written = self._read(call_id)
        if written is None or not written.enclosed.added.untold:
            return 0
        known = dict.fromkeys(each.letter.recipient for each in written.letters if _is_report(each))
        ended = written.ended
        readers = known or addressees(ended.script.recipients, matter_of(ended.script, ended.state.facts, now))
        kind = LetterKind.AMENDMENT if written.enclosed.added.untold.corrections else LetterKind.ADDENDUM
        number = 1 + len({each.letter.kind for each in written.letters if each.letter.kind.startswith(_KINDS)})
        told = 0
        with self._store.write() as connection:
            for reader in readers:
                report = letter_to(reader, LetterKind.REPORT, ended, written.enclosed, now)
                if reader in known and not rewrite(connection, report, now):
                    later = letter_to(reader, kind, ended, written.enclosed, now)
                    enqueue(connection, [replace(later, kind=f"{kind.value}-{number}")])
                elif reader not in known:
                    enqueue(connection, [report])
                told += 1
            mark_added_told(connection, written.enclosed.added, now)
        return told

    def _read(self, call_id: str) -> _Written | None:
        with self._store.read() as connection:
            call = find_call(connection, call_id)
            if call is None or call.ended is None:
                return None
            try:
                script = kept_script(connection, call.script_version)
            except ValueError:
                log.error("call %s: its script is of an unknown shape, nobody is told what was added", call_id)
                return None
            clips = [clip.name for clip in list_clips(connection, call_id)]
            owed, rung = list_owed(connection, call_id), list_rings(connection, call_id)
            enclosed = Enclosed(clips, owed, self._links, read_added(connection, call_id), rung=rung)
            rows, letters = read_rows(connection, call_id), list_letters(connection, call_id)
        return None if script is None else _Written(ended_as(self._step, call, script, rows), enclosed, letters)


def _is_report(queued: Queued) -> bool:
    return queued.letter.kind == LetterKind.REPORT.value
