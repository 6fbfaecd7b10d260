"""All that calls share, opened in order and closed in order: store, letters, engines, bookings and their calendars.

Rule: what calls of a dead process left behind is settled before the first new one; what is opened is closed by the
block that opened it, in reverse. Left out: the web server, and what is told to the one who runs it (`bot/serve`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from bot import clock
from bot.booking.bookings import Books
from bot.booking.caldav import CalendarSync, collection_for
from bot.company.script import Script
from bot.dialogue.step import step
from bot.house import House
from bot.journal import Journal
from bot.models import choice, second_choice
from bot.recovery import Closing, recover_calls
from bot.reporting.follow_up import FollowUps, Sources
from bot.reporting.links import links_for
from bot.reporting.mail import sender_for
from bot.reporting.outbox import Outbox
from bot.ringing.ringer import Ringer
from bot.settings import Settings, SettingsError
from bot.store import Store, store_for
from bot.warmup import first_words
from voice.engines.workers import Deadlines, EnginePool

log = logging.getLogger(__name__)

FAREWELL_SECONDS = 10.0
"""For the last reports when the server is stopped."""

SLOWLY = Deadlines(job=60.0, search=45.0)
"""Of the second pass: nobody waits on the line, only a report does."""

Changed = Callable[[], None]
"""Called when bookings have changed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A house whose calls may be answered."""

    house: House
    store: Store
    pool: EnginePool
    ringer: Ringer


@asynccontextmanager
async def open_house(settings: Settings, scripts: dict[str, Script]) -> AsyncIterator[Opened]:
    """All that calls share, open; unfinished calls of a dead process are reported before the first new one."""
    async with AsyncExitStack() as opened:
        store = _open_store(settings)
        opened.callback(store.close)
        journal = Journal(store)
        opened.callback(journal.close)
        outbox = Outbox(store, sender_for(settings), settings.mail_from, clock.wall)
        links = links_for(settings)
        rings = settings.lines.sip is not None
        sources = Sources(store, step, scripts, links, rings)
        ringer = Ringer(sources, lambda: follow_ups.wake(), clock.wall, asyncio.to_thread)

        def posted() -> None:
            outbox.wake()
            ringer.wake()

        follow_ups = FollowUps(sources, posted, clock.wall)
        ending = Closing(store, step, links, rings, follow_ups.wake)
        if recovered := await asyncio.to_thread(recover_calls, ending, clock.wall()):
            log.warning(
                "%d calls were cut off when the last process ended; their reports are on their way", len(recovered)
            )
        pool = EnginePool(settings.workers, dictation=choice(settings))
        await opened.enter_async_context(pool)
        second = EnginePool(1, SLOWLY, again) if (again := second_choice(settings)) else None
        if second is not None:
            await opened.enter_async_context(second)
        delivering = asyncio.create_task(outbox.run())
        opened.push_async_callback(end, delivering)
        opened.push_async_callback(_deliver_last, outbox)
        following = asyncio.create_task(follow_ups.run())
        opened.push_async_callback(end, following)
        calendars = keep_calendars(opened, settings, store, scripts)
        books = await asyncio.to_thread(open_books, store, scripts, clock.wall(), calendars)
        recordings = settings.var_dir / "recordings"
        engines, work = (pool, pool), (clock.wall, asyncio.to_thread)
        house = House(scripts, *engines, journal, ending, outbox, *work, recordings, books, second=second)
        await first_words(house)
        yield Opened(house, store, pool, ringer)


def keep_calendars(
    opened: AsyncExitStack, settings: Settings, store: Store, scripts: Mapping[str, Script]
) -> dict[str, Changed]:
    """From now on the companies' own calendars are kept in step; how each is told of a change, by `Script.key`."""
    changed: dict[str, Changed] = {}
    for key, script in scripts.items():
        rules = script.rules.reservations
        collection = collection_for(settings, key, rules) if rules else None
        if rules is None or collection is None:
            continue
        opened.push_async_callback(collection.close)
        sync = CalendarSync(store, key, rules, collection, clock.wall)
        opened.push_async_callback(end, asyncio.create_task(sync.run()))
        changed[key] = sync.wake
    return changed


def open_books(
    store: Store, scripts: Mapping[str, Script], at: float, changed: Mapping[str, Changed] | None = None
) -> dict[str, Books]:
    """The bookings of the companies that take any; what calls of a dead process held is free again."""
    books: dict[str, Books] = {}
    for key, script in scripts.items():
        if script.rules.reservations is not None:
            books[key] = Books(store, key, script.rules.reservations, (changed or {}).get(key, _nobody))
            books[key].start(at)
    return books


def _nobody() -> None:
    """No calendar is to be told."""


def _open_store(settings: Settings) -> Store:
    try:
        return store_for(settings)
    except (OSError, ImportError, SQLAlchemyError, CommandError) as error:
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        where = "DENWABAN_DATABASE_URL" if settings.database_url else f"the database in {settings.var_dir}"
        raise SettingsError(
            f"{where} cannot be used ({why}): name one that this user may write, or a folder by DENWABAN_VAR_DIR"
        ) from error


async def _deliver_last(outbox: Outbox) -> None:
    """What the last calls brought about goes out now if it can; else it is in the store for the next start."""
    try:
        async with asyncio.timeout(FAREWELL_SECONDS):
            await outbox.deliver()
    except (TimeoutError, SQLAlchemyError):
        log.warning("some reports could not be delivered before the end; they go out at the next start")


async def end(task: asyncio.Task[None]) -> None:
    """Cancel it, and wait until it is over."""
    task.cancel()
    await asyncio.wait({task})
