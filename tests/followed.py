"""A call that has ended, and what follows it, on virtual time; the mind comes to the end that a test names."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.clock import Now, run_virtual
from bot.company.rules import FollowUp, Recipient, Rules
from bot.company.script import Script
from bot.dialogue.actions import Action
from bot.dialogue.events import Event, HungUp
from bot.dialogue.state import Captured, Facts, Outcome, State
from bot.journal import Journal
from bot.recovery import Closing, finish
from bot.reporting.follow_up import FollowUps, Sources
from bot.reporting.links import Links
from bot.store import Store
from bot.store.letters import list_letters
from bot.store.remembered import find_follow_up
from nlu.meaning import Reason
from tests.records import BEGAN, CALL, SCRIPT, talk

ENDED = BEGAN + 60.0
LINKS = Links("https://phone.example.jp", "s" * 32, 86400.0)
A, B, C = "a@smilecorp.example", "b@smilecorp.example", "c@smilecorp.example"
FACTS = Facts(
    caller_name=Captured("エガワ", "江川"),
    number=Captured("0312345678"),
    reason=Reason.PERSON,
    purpose=Captured("見積もりの件"),
    callback_promised=True,
)
URGENTLY = replace(FACTS, urgent=True, callback_promised=False)


async def at_once(function: Callable[..., Any], /, *arguments: Any) -> Any:
    """On virtual time nothing waits for a thread."""
    return function(*arguments)


def company(**follow_up: object) -> Script:
    rules = Rules(follow_up=FollowUp(**follow_up))  # type: ignore[arg-type]
    return replace(SCRIPT, rules=rules, recipients=(Recipient(A), Recipient(B)))


def mind(facts: Facts, outcome: Outcome) -> Callable[[Script, State, Event], tuple[State, tuple[Action, ...]]]:
    """One that comes to the same end whatever is said."""
    return lambda script, state, event: (State(facts=facts, outcome=outcome), ())


@dataclass
class Desk:
    """A store in which a call ends, and what follows it, on virtual time."""

    store: Store
    script: Script
    facts: Facts
    now: Now
    outcome: Outcome = Outcome.MESSAGE
    links: Links | None = LINKS
    posted: list[float] = field(default_factory=list)

    def end(self, call_id: str = CALL.id, caller: str = CALL.caller) -> None:
        """The call ends, and its report is written."""
        journal = Journal(self.store, own_thread=False)
        journal.begin(replace(CALL, id=call_id, script_version=self.script.version, caller=caller), self.script)
        for event in (*talk(), HungUp(ENDED, "caller")):
            journal.append(call_id, event.at, event)
        assert journal.flush()
        step = mind(self.facts, self.outcome)
        assert finish(Closing(self.store, step, self.links), call_id, self.now())

    def follow_ups(self, *scripts: Script) -> FollowUps:
        scripts = scripts or (self.script,)
        sources = Sources(self.store, mind(self.facts, self.outcome), {each.key: each for each in scripts}, self.links)
        return FollowUps(sources, lambda: self.posted.append(self.now()), self.now, at_once)

    def told(self) -> list[tuple[str, str, float]]:
        """(kind, recipient, minutes after the call) of each letter but the reports."""
        with self.store.read() as connection:
            letters = [queued.letter for queued in list_letters(connection)]
        return [
            (letter.kind, letter.recipient, round((letter.created - ENDED) / 60.0, 1))
            for letter in letters
            if letter.kind != "report"
        ]

    def owed(self, kind: str) -> tuple[str, bool]:
        with self.store.read() as connection:
            row = find_follow_up(connection, CALL.id, kind)
        assert row is not None
        return row.taken_by, row.settled is not None


def follow(
    store: Store, script: Script, facts: Facts, test: Callable[[Desk], Awaitable[None]], links: Links | None = LINKS
) -> Desk:
    """Run `test` from the moment the call has ended; then nothing is awaited any more."""

    async def main(now: Now) -> Desk:
        desk = Desk(store, script, facts, now, links=links)
        desk.end()
        await test(desk)
        return desk

    return run_virtual(main, ENDED)


async def hours(desk: Desk, count: float) -> None:
    """The loop beside the outbox, for that long."""
    running = asyncio.create_task(desk.follow_ups().run())
    await asyncio.sleep(count * 3600.0)
    running.cancel()
    await asyncio.wait({running})
