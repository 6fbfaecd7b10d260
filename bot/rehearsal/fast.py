"""A whole call in one process on virtual time: the same mind, ear and mouth over the loopback line.

Rule: nothing waits for anything but the loop's own timers: engines work inline, the journal is written by whoever asks,
no thread is started. The line is mu-law at 8 kHz, as the telephone's. Latencies of such a call mean nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.booking.bookings import Books
from bot.call import run_call
from bot.clock import Now, Run, run_paced, run_virtual
from bot.company.load import load_script
from bot.dialogue.step import step
from bot.house import House
from bot.journal import Journal
from bot.recovery import Closing
from bot.rehearsal.book import book_of
from bot.rehearsal.far import Far
from bot.rehearsal.plan import Plan
from bot.rehearsal.play import Played, Player, Spoke
from bot.rehearsal.voice import voiced
from bot.reporting.account import Account, Words, account_of, words_said
from bot.reporting.mail import FileSender
from bot.reporting.outbox import Outbox
from bot.store import Store, open_store
from voice.engines.inline import Engines, Inline
from voice.lines import Line, Ring
from voice.lines.loopback import Answer, FarEnd, LoopbackLine, loopback
from voice.lines.socket import Serve

DEFAULT_AT = 1_795_497_000.0
"""2026-11-24 14:10 in Tokyo, a Tuesday: for a plan that names no moment."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A call and what came of it."""

    played: Played
    account: Account | None
    """None: the receptionist never came to an end with it."""


@cache
def _made() -> Engines:
    """One ear and one mouth for all calls of this process."""
    return Engines()


@cache
def engines() -> Inline:
    """At work where virtual time stands still."""
    return Inline(_made())


@cache
def _beside() -> Inline:
    return Inline(_made(), asyncio.to_thread)


@dataclass(frozen=True, slots=True)
class Pace:
    """How time goes in a call."""

    run: Run[Rehearsed]
    engines: Callable[[], Inline]


VIRTUAL = Pace(run_virtual, engines)
REAL = Pace(run_paced, _beside)
"""For a wire whose packets another process paces."""


async def at_once(function: Callable[..., Any], /, *arguments: Any) -> Any:
    """In the place of a thread."""
    return function(*arguments)


FastWay = Callable[[Plan, Serve], AbstractAsyncContextManager[tuple[Far, str]]]
"""Places the plan's call with whoever serves it, until it is over: the caller's telephone, and `Ring.line_call_id`."""


@asynccontextmanager
async def by_loopback(plan: Plan, serve: Serve) -> AsyncIterator[tuple[Far, str]]:
    """Over no wire at all."""
    line, far = _lines(plan)
    async with asyncio.TaskGroup() as answering:
        answering.create_task(_served(serve, line))
        yield far, line.ring.line_call_id


async def _served(serve: Serve, line: Line) -> None:
    """A task is made of a coroutine, and `serve` may be any awaitable's."""
    await serve(line)


def rehearse_fast(
    plan: Plan, seed: int, folder: Path, tell: Callable[[Spoke], None], way: FastWay = by_loopback
) -> Rehearsed:
    """One call, as fast as it can be computed; `folder` takes its journal, mail and recording. `way` may lead over real
    sockets, as long as both ends are in this process."""
    caller = voiced(plan, book_of(plan, seed), seed)
    player = Player(plan, caller, seed, folder / f"{plan.path.stem}-{seed}.flac", tell)
    store = open_store(folder / "denwaban.db")
    try:
        return call_with(plan, player, store, folder, way)
    finally:
        store.close()


def call_with(
    plan: Plan,
    player: Player,
    store: Store,
    folder: Path,
    way: FastWay = by_loopback,
    pace: Pace = VIRTUAL,
) -> Rehearsed:
    """The plan's company called by that player."""
    at = plan.written.at.at.timestamp() if plan.written.at else DEFAULT_AT
    both = pace.engines()
    return pace.run(lambda now: _rehearse(plan, player, _house(plan, store, folder, both, now), way), at)


async def _rehearse(plan: Plan, player: Player, house: House, way: FastWay) -> Rehearsed:
    store = house.closing.store

    async def serve(line: Line) -> None:
        await run_call(line, house)

    async with way(plan, serve) as (far, line_call_id):

        async def read(after: int) -> Sequence[Words]:
            house.journal.flush()
            return words_said(store, line_call_id, after)

        played = await player.play(far, read)
    await house.outbox.deliver()
    return Rehearsed(played, account_of(store, step, line_call_id))


def _house(plan: Plan, store: Store, folder: Path, both: Inline, now: Now) -> House:
    script = load_script(plan.path.resolve().parent.parent)
    mail = FileSender(folder / "mail", at_once)
    outbox = Outbox(store, mail, "denwaban@localhost", now, at_once)
    journal, closing = Journal(store, own_thread=False), Closing(store, step)
    scripts = {script.key: script}
    house = House(scripts, both, both, journal, closing, outbox, now, at_once, folder / "recordings")
    rules = script.rules.reservations
    if rules is None:
        return house
    books = Books(store, script.key, rules)
    books.start(now())
    return replace(house, books={script.key: books})


def _lines(plan: Plan) -> tuple[LoopbackLine, FarEnd]:
    telephone, caller = plan.written.telephone, plan.written.caller
    ring = Ring(plan.company, caller.presents, "loopback", "rehearsal", 8000)
    return loopback(ring, answers=[Answer(why, 4.0) for why in telephone.transfers])
