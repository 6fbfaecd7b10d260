"""Whole calls that an operator takes, on virtual time: real speech through a real codec, both ways."""

from __future__ import annotations

import asyncio
import email
from email import policy
from pathlib import Path

import numpy as np

from bot.dialogue.actions import Say
from bot.dialogue.events import HandedBack, OperatorSaid, TakenOver
from bot.dialogue.state import Outcome
from bot.dialogue.step import step
from bot.journal import replay
from bot.operators.messages import (
    CallChanged,
    EndCall,
    GiveBack,
    HoldCall,
    Instruction,
    JoinCaller,
    Listen,
    Mode,
    PassOn,
    Rang,
    Refused,
    Snapshot,
    Speak,
    Take,
    Taken,
    Where,
)
from tests.at_console import (
    A_PERSON,
    MINATO,
    OPERATOR_HZ,
    SATO,
    SUZUKI,
    AtConsole,
    a_call,
    at_16k,
    at_console,
    callers,
    channel,
    likeness,
    speech,
    with_both_ears,
)
from tests.desk import Caller, Desk, at_the_desk, of
from voice.lines.loopback import Answer, FarEnd
from voice.record import Side

ASKS = "お困りのことをお聞かせください。"
TELLS = "給湯器のお湯が出なくて困っています。"


async def report(desk: Desk) -> str:
    (letter,) = await desk.letters()
    message = email.message_from_bytes(letter.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_an_operator_takes_a_call_by_voice_and_gives_it_back(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        call_id = await suzuki.takes(Mode.VOICE)
        await suzuki.speak(ASKS)
        await caller.say(TELLS)
        await asyncio.sleep(2.0)
        suzuki.order(GiveBack(call_id, Instruction.TAKE_NUMBER, "点検の日を決めて折り返す"))
        for words in ("0425550101です", "はい"):
            await caller.answer(words)
        await caller.hear_out()
        heard.append(likeness(suzuki.heard, callers(TELLS)))
        lines.extend(suzuki.lines())
        caller.far.hang_up()

    heard: list[float] = []
    lines: list[tuple[str, str]] = []

    async def test(desk: Desk) -> None:
        call_id = await a_call(desk, part)
        journal = desk.journal(call_id)
        assert [(each.name, each.mode) for each in of(TakenOver, journal)] == [("鈴木", "voice")]
        assert [each.text for each in of(OperatorSaid, journal)] == [ASKS]
        assert [each.instruction for each in of(HandedBack, journal)] == ["take_number"]
        assert heard[0] > 0.8
        assert likeness(channel(desk, call_id, Side.OURS), at_16k(speech(ASKS))) > 0.8
        assert likeness(channel(desk, call_id, Side.CALLER), callers(TELLS)) > 0.8
        state = replay(step, MINATO, desk.entries(call_id))
        assert state.outcome is Outcome.MESSAGE
        assert state.facts.number is not None
        assert state.facts.number.value == "0425550101"
        assert ("鈴木", ASKS) in lines
        assert ("客", TELLS) in lines
        text = await report(desk)
        assert "鈴木が応対しました" in text
        assert "点検の日を決めて折り返す" in text

    at_the_desk(tmp_path, test, MINATO)


def test_what_an_operator_types_is_said_by_the_receptionist(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        call_id = await suzuki.takes(Mode.TEXT)
        await caller.hear_out()
        for text in ("本日の午後三時に伺えます。", "ご都合はいかがでしょうか。"):
            suzuki.order(Speak(call_id, text))
        await caller.answer("三時で大丈夫です")
        await asyncio.sleep(2.0)
        suzuki.order(GiveBack(call_id, Instruction.CLOSE, "三時に訪問"))
        await caller.hear_out()
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        call_id = await a_call(desk, part)
        journal = desk.journal(call_id)
        said = [say.text for say in of(Say, journal)]
        typed = [each.text for each in of(OperatorSaid, journal) if each.typed]
        assert typed == ["本日の午後三時に伺えます。", "ご都合はいかがでしょうか。"]
        assert said[said.index(typed[0]) : said.index(typed[0]) + 2] == typed
        assert all(text in desk.mouth.spoken for text in typed)
        assert "失礼いたします" in said[-1]
        assert replay(step, MINATO, desk.entries(call_id)).outcome is Outcome.TAKEN_OVER

    at_the_desk(tmp_path, test, MINATO)


def test_a_nod_over_typed_words_is_told_to_the_operator(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        call_id = await suzuki.takes(Mode.TEXT)
        await caller.hear_out()
        suzuki.order(Speak(call_id, "本日の午後三時に伺えますが、それでよろしいでしょうか。"))
        await caller.begun()
        await caller.say("はい")
        await caller.hear_out()
        await asyncio.sleep(1.0)
        lines.extend(suzuki.lines())
        suzuki.order(EndCall(call_id))
        await caller.over.wait()

    lines: list[tuple[str, str]] = []

    async def test(desk: Desk) -> None:
        await a_call(desk, part)
        assert ("客", "はい") in lines

    at_the_desk(tmp_path, test, MINATO)


def test_the_receptionist_falls_silent_for_an_operator_who_takes_a_call_in_writing(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        (call,) = (await suzuki.told(Snapshot)).calls
        suzuki.order(Take(call.call_id, Mode.TEXT))
        await suzuki.told(Taken)
        taken = suzuki.now()
        await caller.say(TELLS)
        await asyncio.sleep(2.0)
        later.extend(at for at in caller.loud if at > taken + 0.2)
        suzuki.order(EndCall(call.call_id))
        await caller.over.wait()

    later: list[float] = []

    async def test(desk: Desk) -> None:
        await a_call(desk, part, begins="給湯器の点検の件なんですけれども")
        assert not later

    at_the_desk(tmp_path, test, MINATO)


def test_a_listener_hears_both_and_the_caller_nothing_of_it(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        (call,) = (await suzuki.told(Snapshot)).calls
        suzuki.order(Listen(call.call_id))
        await caller.say(TELLS)
        await caller.hear_out()
        suzuki.order(Listen(call.call_id, on=False))
        await asyncio.sleep(0.1)
        heard.append(likeness(suzuki.heard, callers(TELLS)))
        before = len(suzuki.sound)
        tone = at_16k(b"".join(pcm for _, pcm in suzuki.sound))
        spectrum = np.abs(np.fft.rfft(tone))
        loudest.append(float(np.argmax(spectrum) * OPERATOR_HZ / len(tone)))
        await asyncio.sleep(1.0)
        assert len(suzuki.sound) == before
        caller.far.hang_up()

    heard: list[float] = []
    loudest: list[float] = []

    async def test(desk: Desk) -> None:
        call_id = await a_call(desk, part, begins="給湯器の点検の件なんですけれども")
        assert heard[0] > 0.5
        assert abs(loudest[0] - 440.0) < 5.0  # the receptionist of these tests speaks in that tone
        assert not of(TakenOver, desk.journal(call_id))

    at_the_desk(tmp_path, test, MINATO)


def test_two_operators_speak_first_and_the_caller_hears_neither(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        ears = with_both_ears(desk)
        between = "鈴木さん、山本様です。点検の日を決めたいそうです。"
        mine = "お電話を代わりました。鈴木でございます。"

        async def plays(caller: Caller) -> None:
            await caller.answer(A_PERSON)
            call_id = await sato.takes(Mode.VOICE)
            sato.order(PassOn(call_id, "suzuki", warm=True))
            await suzuki.told(Rang, 2)
            suzuki.order(Take(call_id, Mode.VOICE))
            await suzuki.told(Taken)
            await sato.speak(between)
            assert sato.all(CallChanged)[-1].call.consulting == "suzuki"
            sato.order(JoinCaller(call_id))
            await suzuki.told(Taken, 2)
            await suzuki.speak(mine)
            await caller.say(TELLS)
            await asyncio.sleep(1.0)
            suzuki.order(EndCall(call_id))
            await caller.over.wait()

        async with (
            at_console(desk.house.switchboard, SATO, desk.now, ears) as sato,
            at_console(desk.house.switchboard, SUZUKI, desk.now, ears) as suzuki,
        ):
            call_id, _ = await desk.call(plays, called="minato")
        ours = channel(desk, call_id, Side.OURS)
        assert likeness(suzuki.heard, at_16k(speech(between))) > 0.99
        assert likeness(ours, at_16k(speech(between))) < 0.3
        assert likeness(ours, at_16k(speech(mine))) > 0.8
        assert likeness(suzuki.heard, callers(TELLS)) > 0.8
        assert likeness(sato.heard, callers(TELLS)) < 0.3
        assert [each.operator for each in of(TakenOver, desk.journal(call_id))] == ["sato", "suzuki"]

    at_the_desk(tmp_path, test, MINATO)


def test_an_operator_passes_a_call_on_to_a_telephone_and_has_it_again_where_nobody_answers(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        call_id = await suzuki.takes(Mode.VOICE)
        suzuki.order(PassOn(call_id, "0312345678", warm=False))
        await suzuki.told(Refused)
        await suzuki.speak(ASKS)
        suzuki.order(PassOn(call_id, "0398765432", warm=False))
        await asyncio.sleep(10.0)
        assert isinstance(caller.far, FarEnd)
        assert [to for to, _ in caller.far.transfers] == ["0312345678", "0398765432"]
        assert suzuki.all(CallChanged)[-1].call.where is Where.TRANSFERRED
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        call_id = await a_call(desk, part, answers=(Answer("busy", 1.0), Answer("answered", 1.0)))
        assert likeness(channel(desk, call_id, Side.OURS), at_16k(speech(ASKS))) > 0.8
        assert replay(step, MINATO, desk.entries(call_id)).outcome is Outcome.TRANSFERRED
        assert "03-9876-5432へ転送" in await report(desk)

    at_the_desk(tmp_path, test, MINATO)


def test_on_hold_neither_hears_the_other(tmp_path: Path) -> None:
    async def part(suzuki: AtConsole, caller: Caller) -> None:
        call_id = await suzuki.takes(Mode.VOICE)
        suzuki.order(HoldCall(call_id))
        await asyncio.sleep(0.1)
        before = len(suzuki.sound)
        await suzuki.speak(ASKS)
        await caller.say(TELLS)
        assert len(suzuki.sound) == before
        suzuki.order(HoldCall(call_id, on=False))
        await asyncio.sleep(0.2)
        assert len(suzuki.sound) > before
        suzuki.order(EndCall(call_id))
        await caller.over.wait()

    async def test(desk: Desk) -> None:
        call_id = await a_call(desk, part)
        assert likeness(channel(desk, call_id, Side.OURS), at_16k(speech(ASKS))) < 0.3

    at_the_desk(tmp_path, test, MINATO)
