"""What every call of one process shares: the companies, the engines, the records, the clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.background import InThread
from bot.clock import Now
from bot.company.script import Script
from bot.desk import Books, Desk, desk_of
from bot.journal import Journal
from bot.operators.switchboard import Switchboard
from bot.recovery import Closing
from bot.reporting.outbox import Outbox
from bot.speak import Voice
from voice.engines import Recognizer, Synthesizer
from voice.lines import Ring
from voice.mouth import ClipCache

log = logging.getLogger(__name__)

CLIP_CACHE_BYTES = 64 << 20
"""Half an hour of speech at 16 kHz: all fixed prompts of a bureau's companies stay in it."""


@dataclass(frozen=True, slots=True)
class House:
    """Handed to every call."""

    scripts: Mapping[str, Script]
    """By `Script.key`."""
    recognizer: Recognizer
    synthesizer: Synthesizer
    journal: Journal
    closing: Closing
    outbox: Outbox
    now: Now
    in_thread: InThread
    """How blocking work is done: in a thread, or at once on virtual time."""
    recordings: Path
    """Folder of the recordings."""
    books: Mapping[str, Books] = field(default_factory=dict)
    """Of the companies that take bookings, by `Script.key`."""
    dismissed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set: calls that still go on take leave of their callers."""
    clips: ClipCache = field(default_factory=lambda: ClipCache(CLIP_CACHE_BYTES))
    second: Recognizer | None = None
    """Hears a call's matter once more after its end; None = nobody does."""
    switchboard: Switchboard = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "switchboard", Switchboard(self.now))  # once, here: it needs the clock

    def desk(self, script: Script, call_id: str) -> Desk:
        """What a call of that company can ask."""
        return desk_of(self.closing.store, script, call_id, self.books.get(script.key))

    def release(self, script: Script, call_id: str) -> None:
        """The call is over: the place it held and did not book is free again."""
        books = self.books.get(script.key)
        try:
            if books is not None:
                books.release(call_id)
        except DBAPIError as error:
            log.error("call %s: its hold could not be released and lapses by itself (%s)", call_id, error.orig)

    def voice(self, script: Script) -> Voice:
        """The synthesiser at the company's pace, with the clips that all calls share."""
        return Voice(self.synthesizer, self.clips, script.rules.pace)

    def knows(self, ring: Ring) -> bool:
        """Whether the called number belongs to a company."""
        return self.script_for(ring) is not None

    def script_for(self, ring: Ring) -> Script | None:
        """The company whose number was called; a browser or a test may name its key instead."""
        if ring.called in self.scripts:
            return self.scripts[ring.called]
        return next((script for script in self.scripts.values() if ring.called in script.numbers), None)
