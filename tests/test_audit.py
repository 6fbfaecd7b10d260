"""The record of who did what is kept for the days that were said, and no longer."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.access.audit import DAY_SECONDS, ENTRIES_AT_ONCE, keep_pruned
from bot.store import Store, open_store
from bot.store.audit import AuditEntry, add_entry, list_entries

NOW = 1_800_000_000.0
DAYS = 30


def left(store: Store) -> list[str]:
    with store.read() as connection:
        return [each.who for each in list_entries(connection, limit=10 * ENTRIES_AT_ONCE)]


def test_what_is_old_enough_is_deleted_and_nothing_else(tmp_path: Path) -> None:
    store = open_store(tmp_path / "denwaban.db")
    with store.write() as connection:
        for number in range(ENTRIES_AT_ONCE + 5):
            add_entry(connection, AuditEntry(NOW - DAYS * DAY_SECONDS - 1.0 - number, "old", "", "call_seen"))
        for age in (DAYS * DAY_SECONDS, 0.0):
            add_entry(connection, AuditEntry(NOW - age, "young", "", "call_seen"))

    async def test() -> None:
        pruning = asyncio.create_task(keep_pruned(store, DAYS, lambda: NOW))
        async with asyncio.timeout(60):
            while "old" in await asyncio.to_thread(left, store):
                await asyncio.sleep(0.01)
        pruning.cancel()

    asyncio.run(test())
    assert left(store) == ["young", "young"]
    store.close()
