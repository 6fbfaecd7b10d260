"""Telephones on an urgent route, on virtual time: who has which number does a part when it is rung."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.company.rules import FollowUp, Recipient, RouteStep
from bot.company.script import Script
from bot.dialogue.state import Captured, Outcome, Status
from bot.house import House
from bot.journal import Journal
from bot.recovery import Closing
from bot.reporting.follow_up import FollowUps, Sources
from bot.reporting.mail import FileSender
from bot.reporting.outbox import Outbox
from bot.ringing.ringer import Ringer
from bot.store.rings import Ring as Rung
from bot.store.rings import list_rings
from tests.desk import Caller, Part, Tones, Words, on_the_telephone, speaking
from tests.dialogues import SMILE
from tests.followed import ENDED, LINKS, URGENTLY, A, B, Desk, at_once, mind
from tests.records import CALL
from voice.lines import Line, NotReached, Outward, Ring
from voice.lines.loopback import loopback

FACTS = replace(
    URGENTLY,
    caller_name=Captured("エガワ", "江川", Status.CONFIRMED),
    company=Captured("スマイルキカク", "スマイル企画", Status.CONFIRMED),
    number=Captured("0312345678", "", Status.CONFIRMED),
    purpose=Captured("納品の件で、今日中にご連絡がほしいとのことです"),
    staff=Captured("kurimoto", "栗本さん", Status.CONFIRMED),
    callback_promised=True,
)
ONE, TWO = "09011112222", "09033334444"


def routed(*steps: tuple[str, float]) -> Script:
    """A company whose urgent calls go there."""
    route = tuple(RouteStep(address, minutes) for address, minutes in steps)
    rules = replace(SMILE.rules, follow_up=FollowUp(route=route))
    return replace(SMILE, rules=rules, recipients=(Recipient(A), Recipient(B)))


@dataclass
class Telephones:
    """An `Outward`."""

    ear: Words
    desk: Desk
    parts: Mapping[str, Part | NotReached]
    down: bool = False
    rung: list[tuple[str, float]] = field(default_factory=list)
    """(number, minutes after the call's end)"""
    going_on: int = 0
    most: int = 0
    """That went on at once."""
    _held: set[asyncio.Task[None]] = field(default_factory=set)

    async def place(self, to: str, ring_seconds: float) -> Line | NotReached:
        if self.down:
            return NotReached("down")
        self.rung.append((to, round((self.desk.now() - ENDED) / 60.0, 1)))
        part = self.parts[to]
        await asyncio.sleep(ring_seconds if part == NotReached("no_answer") else 4.0)
        if isinstance(part, NotReached):
            return part
        line, far = loopback(Ring(to, "", "loopback", "", 8000))
        caller = Caller(far, self.desk.now, self.ear)
        speaking.set(caller)
        held = asyncio.create_task(self._hold(caller, part))
        self._held.add(held)
        return line

    async def _hold(self, caller: Caller, part: Part) -> None:
        self.going_on += 1
        self.most = max(self.most, self.going_on)
        async with on_the_telephone(caller, part) as playing:
            await asyncio.wait({playing})
            await caller.over.wait()
        self.going_on -= 1


@dataclass
class Route:
    """A call that has ended, and who is told of it."""

    desk: Desk
    telephones: Telephones
    mouth: Tones
    house: House
    sources: Sources
    restarts: int = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The server's part, from a start to a stop."""

        def posted() -> None:
            ringer.wake()

        follow_ups = FollowUps(self.sources, posted, self.desk.now, at_once)
        ringer = Ringer(self.sources, follow_ups.wake, self.desk.now, at_once)
        following = asyncio.create_task(follow_ups.run())
        async with ringer.at_work(self.telephones, self.house):
            yield
        following.cancel()
        await asyncio.wait({following})

    async def minutes(self, count: float) -> None:
        async with self.running():
            await asyncio.sleep(count * 60.0)

    def rings(self) -> list[Rung]:
        with self.desk.store.read() as connection:
            return list_rings(connection, CALL.id)

    def outcomes(self) -> list[str]:
        return [each.outcome for each in self.rings()]


def on_route(
    desk: Desk, folder: Path, parts: Mapping[str, Part | NotReached], test: Callable[[Route], Awaitable[None]]
) -> Callable[[], Awaitable[Route]]:
    """Runs `test` after the call has ended."""

    async def run() -> Route:
        ear, mouth = Words(), Tones()
        journal = Journal(desk.store, own_thread=False)
        outbox = Outbox(desk.store, FileSender(folder / "mail", at_once), A, desk.now, at_once)
        step = mind(desk.facts, Outcome.MESSAGE)
        scripts, closing = {desk.script.key: desk.script}, Closing(desk.store, step, rings=True)
        house = House(scripts, ear, mouth, journal, closing, outbox, desk.now, at_once, folder / "recordings")
        telephones = Telephones(ear, desk, parts)
        _: Outward = telephones
        route = Route(desk, telephones, mouth, house, Sources(desk.store, step, scripts, LINKS, rings=True))
        await test(route)
        return route

    return run
