"""A whole call in one process on virtual time: the same mind, ear and mouth over the loopback line.

Rule: nothing waits for anything but the loop's own timers: engines work inline, the journal is written by whoever asks,
no thread is started. The line is mu-law at 8 kHz, as the telephone's. Latencies of such a call mean nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.account import Account, Words, account_of, words_said
from bot.bookings import Books
from bot.call import run_call
from bot.clock import Now, run_virtual
from bot.dialogue.step import step
from bot.house import House
from bot.journal import Journal
from bot.load import load_script
from bot.mail import FileSender
from bot.outbox import Outbox
from bot.recovery import Closing
from bot.rehearsal.book import book_of
from bot.rehearsal.plan import Plan
from bot.rehearsal.play import Played, Player, Spoke
from bot.rehearsal.voice import voiced
from bot.store import Store, open_store
from voice.engines.inline import Inline
from voice.lines import Ring
from voice.lines.loopback import Answer, FarEnd, LoopbackLine, loopback

DEFAULT_AT = 1_795_497_000.0
"""2026-11-24 14:10 in Tokyo, a Tuesday: for a plan that names no moment."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A call and what came of it."""

    played: Played
    account: Account | None
    """None: the receptionist never came to an end with it."""


@cache
def engines() -> Inline:
    """One ear and one mouth for all calls of this process."""
    return Inline()


async def at_once(function: Callable[..., Any], /, *arguments: Any) -> Any:
    """In the place of a thread."""
    return function(*arguments)


def rehearse_fast(plan: Plan, seed: int, folder: Path, tell: Callable[[Spoke], None]) -> Rehearsed:
    """One call, as fast as it can be computed; `folder` takes its journal, mail and recording."""
    caller = voiced(plan, book_of(plan, seed), seed)
    player = Player(plan, caller, seed, folder / f"{plan.path.stem}-{seed}.flac", tell)
    store = open_store(folder / "denwaban.db")
    try:
        return call_with(plan, player, store, folder)
    finally:
        store.close()


def call_with(plan: Plan, player: Player, store: Store, folder: Path) -> Rehearsed:
    """The plan's company called by that player, on virtual time."""
    at = plan.written.at.at.timestamp() if plan.written.at else DEFAULT_AT
    return run_virtual(lambda now: _rehearse(plan, player, store, folder, now), at)


async def _rehearse(plan: Plan, player: Player, store: Store, folder: Path, now: Now) -> Rehearsed:
    house = _house(plan, store, folder, now)
    line, far = _lines(plan)
    answering = asyncio.create_task(run_call(line, house))

    async def read(after: int) -> Sequence[Words]:
        house.journal.flush()
        return words_said(store, line.ring.line_call_id, after)

    played = await player.play(far, read)
    await answering
    await house.outbox.deliver()
    return Rehearsed(played, account_of(store, step, line.ring.line_call_id))


def _house(plan: Plan, store: Store, folder: Path, now: Now) -> House:
    script = load_script(plan.path.resolve().parent.parent)
    mail = FileSender(folder / "mail", at_once)
    outbox = Outbox(store, mail, "denwaban@localhost", now, at_once)
    journal, closing = Journal(store, own_thread=False), Closing(store, step)
    scripts, both = {script.key: script}, engines()
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
