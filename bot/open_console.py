"""All that the operators' console needs, opened beside the house: from then on what operators add to calls is told to
whom it concerns, and what they did is forgotten when it is old enough."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.access.audit import keep_pruned
from bot.company.script import Script
from bot.dialogue.step import step
from bot.opened import Opened, end
from bot.operators.amend import Amendments
from bot.operators.casefile import CaseFiles
from bot.operators.notes import Notebook
from bot.web.casework import ConsoleParts


@asynccontextmanager
async def open_console(opened: Opened, scripts: Mapping[str, Script], audit_days: int) -> AsyncIterator[ConsoleParts]:
    """Open until left."""
    house = opened.house
    files = CaseFiles(opened.store, scripts, step)
    amendments = Amendments(opened.store, step, house.closing.links, house.outbox.wake, house.now)
    telling = asyncio.create_task(amendments.run())
    pruning = asyncio.create_task(keep_pruned(opened.store, audit_days, house.now))
    try:
        yield ConsoleParts(house.switchboard, files, Notebook(files, house.now), amendments, house.now)
    finally:
        await end(telling)
        await end(pruning)
