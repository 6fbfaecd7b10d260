"""Where a call rings and who gets it, with real consoles on virtual time: clicks, hang-ups, lost and slow consoles."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from bot.dialogue.actions import Say
from bot.dialogue.events import HandedBack, NobodyTook, OperatorSaid, OperatorsRung, TakenOver
from bot.dialogue.state import Phase
from bot.dialogue.step import step
from bot.journal import replay
from bot.operators.messages import (
    EndCall,
    HoldCall,
    Mode,
    Rang,
    Refused,
    RingStopped,
    Snapshot,
    Take,
    Taken,
)
from tests.at_console import (
    A_PERSON,
    MINATO,
    SATO,
    SUZUKI,
    AtConsole,
    a_call,
    at_console,
    with_both_ears,
)
from tests.desk import Caller, Desk, at_the_desk, of

ASKS = "お困りのことをお聞かせください。"
TELLS = "給湯器のお湯が出なくて困っています。"


def test_nobody_answers_and_the_caller_is_not_left_in_silence(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        await suzuki.told(Rang)
        rang = suzuki.when(Rang)
        await suzuki.told(RingStopped)
        lasted.append(suzuki.when(RingStopped) - rang)
        quiet.append(np.diff([at for at in caller.loud if at >= rang]).max())
        await caller.answer("山本です")
        await caller.hear_out()
        caller.far.hang_up()

    lasted: list[float] = []
    quiet: list[float] = []

    async def test(desk: Desk) -> None:
        call_id = await a_call(desk, part)
        journal = desk.journal(call_id)
        assert [each.why for each in of(NobodyTook, journal)] == ["no_answer"]
        assert abs(lasted[0] - 30.0) < 0.1
        assert quiet[0] < 5.0
        apology = next(say for say in of(Say, journal) if "お待たせして申し訳ございません" in say.text)
        assert "折り返しご連絡" in apology.text
        assert len(of(OperatorsRung, journal)) == 1

    at_the_desk(tmp_path, test, MINATO)


def test_a_caller_who_hangs_up_stops_the_ringing_at_once(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        await suzuki.told(Rang)
        await asyncio.sleep(3.0)
        gone = suzuki.now()
        caller.far.hang_up()
        stopped = await suzuki.told(RingStopped)
        assert stopped.why == "caller"
        assert suzuki.when(RingStopped) - gone < 0.1

    async def test(desk: Desk) -> None:
        await a_call(desk, part)
        assert desk.house.switchboard.board.calls == {}

    at_the_desk(tmp_path, test, MINATO)


def test_of_two_who_click_at_once_one_has_it_and_the_other_is_told(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        ears = with_both_ears(desk)

        async def plays(caller: Caller) -> None:
            await caller.answer(A_PERSON)
            rang = await sato.told(Rang)
            for each in (sato, suzuki):
                each.order(Take(rang.call_id, Mode.VOICE))
            await suzuki.told(Refused)
            caller.far.hang_up()

        async with (
            at_console(desk.house.switchboard, SATO, desk.now, ears) as sato,
            at_console(desk.house.switchboard, SUZUKI, desk.now, ears) as suzuki,
        ):
            call_id, _ = await desk.call(plays, called="minato")
        assert sato.all(Taken)
        assert not suzuki.all(Taken)
        assert suzuki.all(Refused)[0].why == "佐藤さんが先に応答しました。"
        assert [each.operator for each in of(TakenOver, desk.journal(call_id))] == ["sato"]

    at_the_desk(tmp_path, test, MINATO)


def test_a_lost_operator_is_waited_for_and_has_the_caller_again(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        call_id = await suzuki.takes(Mode.VOICE)
        await suzuki.speak(ASKS)
        suzuki.console.leave()
        await asyncio.sleep(5.0)
        tone.append(sum(at > caller.now() - 4.0 for at in caller.loud))
        async with at_console(at[0].house.switchboard, SUZUKI, suzuki.now, suzuki.ears) as back:
            assert (await back.told(Taken)).call_id == call_id
            assert isinstance(back.news[0][1], Snapshot)
            await back.speak(ASKS)
            back.order(EndCall(call_id))
            await caller.over.wait()

    async def test(desk: Desk) -> None:
        at.append(desk)
        call_id = await a_call(desk, part)
        journal = desk.journal(call_id)
        assert len(of(TakenOver, journal)) == 1
        assert 10 < tone[0] < 150  # the hold tone: two notes, and silence
        assert len(of(OperatorSaid, journal)) == 2
        assert of(HandedBack, journal)[0].instruction == "hang_up"

    at: list[Desk] = []
    tone: list[int] = []
    at_the_desk(tmp_path, test, MINATO)


def test_a_lost_operator_who_stays_away_leaves_the_caller_to_the_receptionist(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        await suzuki.takes(Mode.VOICE)
        suzuki.console.leave()
        await asyncio.sleep(45.0)  # ten seconds for the return, half a minute at the other
        await caller.answer("山本です")
        await caller.hear_out()
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        call_id = await a_call(desk, part)
        journal = desk.journal(call_id)
        assert of(NobodyTook, journal)
        state = replay(step, MINATO, desk.entries(call_id))
        assert state.facts.callback_promised
        assert state.phase is Phase.ENDED

    at_the_desk(tmp_path, test, MINATO)


def test_a_console_that_fetches_nothing_holds_nobody_up_and_is_shown_how_things_stand(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        call_id = await suzuki.takes(Mode.TEXT)
        lazy = at[0].house.switchboard.join(SATO)
        for number in range(150):
            suzuki.order(HoldCall(call_id, on=number % 2 == 0))
        await asyncio.sleep(0.1)
        first = await lazy.receive()
        assert isinstance(first, Snapshot)
        assert [each.call_id for each in first.calls] == [call_id]
        suzuki.order(EndCall(call_id))
        await caller.over.wait()
        lazy.leave()

    at: list[Desk] = []

    async def test(desk: Desk) -> None:
        at.append(desk)
        await a_call(desk, part)

    at_the_desk(tmp_path, test, MINATO)
