"""What a live call holds of the company's places: nobody else gets it meanwhile, and it is free however it ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.booking.bookings import Books
from bot.company.load import load_script
from bot.dialogue.actions import Hold
from bot.dialogue.events import Held, HungUp
from tests.desk import Caller, Desk, at_the_desk, of
from tests.dialogues import SCRIPTS

RYUUNOYA = load_script(SCRIPTS / "ryuunoya")
RULES = RYUUNOYA.rules.reservations
ALL_SEATS = Hold("seats", "2026-11-28T19:00", party=20)
"""All that the hall has that evening."""


def asked(books: Books, at: float) -> Held:
    """What another call is answered that wants the same."""
    answer = books.answer(ALL_SEATS, "another", at)
    assert isinstance(answer, Held)
    return answer


async def hangs_up(caller: Caller) -> None:
    caller.far.hang_up()


async def meets_a_fault(caller: Caller) -> None:
    caller.ear.bug = KeyError("a fault of ours")
    await caller.say("山田です。")
    await caller.over.wait()


@pytest.mark.parametrize(("breaks", "why"), [(hangs_up, "caller"), (meets_a_fault, "fault")])
def test_a_place_is_held_while_the_call_lasts_and_free_once_it_breaks(
    tmp_path: Path, breaks: Callable[[Caller], Awaitable[None]], why: str
) -> None:
    async def test(desk: Desk) -> None:
        assert RULES is not None
        books = Books(desk.store, RYUUNOYA.key, RULES)
        desk.house = replace(desk.house, books={RYUUNOYA.key: books})
        meanwhile: list[Held] = []

        async def part(caller: Caller) -> None:
            await caller.answer("土曜日の夜七時に二十名で席の予約をお願いします。")
            await caller.hear_out()
            meanwhile.append(asked(books, desk.now()))
            await breaks(caller)

        call_id, _ = await desk.call(part, called=RYUUNOYA.key)
        journal = desk.journal(call_id)
        (held,) = of(Held, journal)
        assert held.hold
        assert [each.why for each in meanwhile] == ["full"]
        assert of(HungUp, journal)[0].why == why
        assert asked(books, desk.now()).hold

    at_the_desk(tmp_path, test, RYUUNOYA)
