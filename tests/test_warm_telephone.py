"""An operator speaks first with somebody at a telephone number: on the board, in the mind, and over SIP with a real
caller and a real telephone at that number."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pytest

from bot.call import run_call
from bot.company.load import vocabulary
from bot.dialogue.actions import Transfer
from bot.dialogue.events import HandedBack, PutOnHold, TakenOver, Transferred
from bot.dialogue.state import Outcome, Phase, State
from bot.dialogue.step import step
from bot.journal import from_row
from bot.lines.answered import Ears
from bot.operators import board
from bot.operators.aside import Aside
from bot.operators.messages import HoldCall, JoinCaller, PassOn, Refused, Take, Where
from bot.operators.relay import Circle, Relay
from bot.store import read_rows
from tests.baresip import Phone, phone
from tests.desk import Caller, speaking, voice
from tests.dialogues import BEGAN
from tests.operators_desk import MINATO, Office, Seat, run
from tests.operators_desk import office as operators
from tests.room import SATO, TEXT, VOICE, Room, events, news, where
from tests.sip import loud, office, share, tone
from tests.tones import busy, to_pcm
from voice.audio import Sound
from voice.engines import DICTATION, Grammar, Transcript
from voice.lines import Ring, SecondSound, SecondStood
from voice.lines.loopback import loopback

NUMBER, SHOWN = "0398765432", "03-9876-5432"
THERE = PassOn("a", NUMBER, warm=True)
CALLERS, NUMBERS, OPERATORS = 600, 800, 1000

T = TypeVar("T")


def held(dials: bool = True) -> Room:
    """佐藤 has a call by voice."""
    room = Room(SATO)
    room.call(dials=dials)
    room.order("sato", Take("a", VOICE))
    return room


def test_a_line_that_cannot_dial_says_so_and_what_to_do_instead() -> None:
    (refused,) = news(held(dials=False).order("sato", THERE), "sato")
    assert isinstance(refused, Refused)
    assert "「すぐにつなぐ」をお選びください" in refused.why


def test_the_operator_speaks_first_and_leaves_the_caller_there() -> None:
    room = held()
    assert events(room.order("sato", THERE)) == [PutOnHold(room.now, True, NUMBER)]
    assert where(room) is Where.HELD
    (early,) = news(room.order("sato", JoinCaller("a")), "sato")
    assert early == Refused("a", "まだ、どなたも応答していません。")
    assert not room.do(board.replied, "a", "answered")
    assert events(room.order("sato", JoinCaller("a"))) == [HandedBack(room.now, "佐藤", "join", "", NUMBER)]
    assert where(room) is Where.TRANSFERRED


@pytest.mark.parametrize("state", board.NOT_REACHED)
def test_where_nobody_is_reached_the_operator_reads_why_and_has_the_caller_on_hold(state: str) -> None:
    room = held()
    room.order("sato", THERE)
    effects = room.do(board.replied, "a", state)
    assert events(effects) == [PutOnHold(room.now, True)]
    assert news(effects, "sato") == [Refused("a", f"{SHOWN}{board.NOT_REACHED[state]}お客様は保留のままです。")]
    assert events(room.order("sato", THERE)) == [PutOnHold(room.now, True, NUMBER)]  # once more


def test_whatever_ends_the_talk_leaves_the_telephone() -> None:
    back = held()
    back.order("sato", THERE)
    assert events(back.order("sato", HoldCall("a", on=False))) == [PutOnHold(back.now, False)]
    lost = held()
    lost.order("sato", THERE)
    assert events(lost.do(board.left, "sato")) == [PutOnHold(lost.now, True)]
    given_up = held()  # the caller does not want to wait any longer
    given_up.order("sato", THERE)
    assert "折り返しをご希望" in str(news(given_up.do(board.called_off, "a"), "sato"))
    for room in (back, lost, given_up):
        assert not room.do(board.replied, "a", "answered")
        assert not room.board.calls["a"].telephone


def test_in_writing_nobody_speaks_first() -> None:
    room = Room(SATO)
    room.call(dials=True)
    room.order("sato", Take("a", TEXT))
    (refused,) = news(room.order("sato", THERE), "sato")
    assert "音声の応対に切り替えて" in str(refused)


def with_an_operator() -> State:
    state, _ = step(MINATO, State(), replace(BEGAN, called="minato"))
    state, _ = step(MINATO, state, TakenOver(state.at + 5.0, "sato", "佐藤", "voice"))
    state, _ = step(MINATO, state, PutOnHold(state.at + 5.0, True, NUMBER))
    return state


def test_the_mind_joins_without_a_word_and_gives_the_caller_back_where_that_fails() -> None:
    state = with_an_operator()
    assert (state.calling, state.waits is not None) == (NUMBER, True)
    state, actions = step(MINATO, state, HandedBack(state.at + 9.0, "佐藤", "join", "", NUMBER))
    assert [type(each) for each in actions] == [Transfer]
    assert state.phase is Phase.TRANSFERRING
    assert step(MINATO, state, Transferred(state.at, True, "answered"))[0].outcome is Outcome.TRANSFERRED
    failed, _ = step(MINATO, state, Transferred(state.at, False, "failed"))
    assert (failed.phase, failed.calling) == (Phase.OPERATOR, "")


def test_the_mind_leaves_the_telephone_with_the_hold() -> None:
    state = with_an_operator()
    assert step(MINATO, state, PutOnHold(state.at + 3.0, True))[0].calling == ""
    assert step(MINATO, state, PutOnHold(state.at + 3.0, False))[0].calling == ""
    assert step(MINATO, state, HandedBack(state.at + 3.0, "佐藤", "close"))[0].calling == ""


@dataclass
class Dialled:
    """A `Second` that keeps what it was told to do."""

    told: list[str] = field(default_factory=list)
    spoken: bytes = b""

    def dial(self, to: str, ring_seconds: float) -> None:
        self.told.append(to)

    def speak(self, pcm: bytes) -> None:
        self.spoken += pcm

    def drop(self) -> None:
        self.told.append("drop")


class Hears:
    """A recogniser that hears these words in any speech."""

    def __init__(self, words: str) -> None:
        self._words = words

    async def transcribe(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        return tuple(Transcript(each.name, self._words, "", 0.9, each is DICTATION) for each in grammars)

    async def guess(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        return await self.transcribe(sound, band_hz, grammars)

    async def follow(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        return await self.transcribe(sound, band_hz, grammars)


NOT_USED = "おかけになった電話番号は、現在使われておりません。"


@pytest.mark.parametrize("heard", ["tone", "words"])
def test_a_busy_tone_ends_it_and_an_announcement_is_told(heard: str) -> None:
    async def test() -> None:
        line, replied, warned, played = Dialled(), list[str](), list[str](), list[bytes]()
        relay = Relay(8000, lambda: None)
        relay.circle = Circle(consoles=(("sato", played.append),), aside="sato")
        async with asyncio.TaskGroup() as tasks:
            aside = Aside(line, relay, replied.append, warned.append)
            aside.call(NUMBER)
            aside.stood(SecondStood("answered"), Ears(Hears(NOT_USED), vocabulary(MINATO), tasks))
            sound = to_pcm(busy(6)) if heard == "tone" else voice(NOT_USED) + bytes(16_000 * 2)
            for start in range(0, len(sound) - 320, 320):
                aside.sounded(SecondSound(sound[start : start + 320]))
                await asyncio.sleep(0)
            async with asyncio.timeout(60):
                while not (warned or "busy" in replied):
                    await asyncio.sleep(0.01)
            aside.end()
        assert len(b"".join(played)) > 2 * len(sound) - 2000  # the operator hears it too
        if heard == "tone":
            assert (replied, line.told) == (["answered", "busy"], [NUMBER, "drop"])
        else:
            assert warned == ["相手の番号は、現在使われていないという案内が流れています。"]
            assert (replied, line.told) == (["answered"], [NUMBER])

    asyncio.run(test())


@dataclass
class Held:
    """A call over SIP that 佐藤 has by voice, and a telephone at whatever number is dialled."""

    at: Office
    sato: Seat
    call_id: str
    caller: Phone
    staff: Phone

    async def speaks(self, frames: int = 75) -> None:
        """佐藤's voice: a tone."""
        for frame in tone(OPERATORS, frames / 50, 16_000).reshape(-1, 320):
            await self.sato.socket.send(frame.tobytes())
            await asyncio.sleep(0.02)

    async def wants(self) -> None:
        await self.sato.order("PassOn", call_id=self.call_id, to=NUMBER, warm=True)
        await self.sato.until("CallChanged", call__telephone=SHOWN, call__reached=False, call__where="held")
        await self.staff.until("CALL_INCOMING")

    def of(self, kind: type[T]) -> list[T]:
        with self.at.store.read() as connection:
            entries = [from_row(row).what for row in read_rows(connection, self.call_id)]
        return [each for each in entries if isinstance(each, kind)]


@asynccontextmanager
async def held_over_sip(folder: Path) -> AsyncIterator[Held]:
    async with (
        phone(folder / "staff") as staff,
        phone(folder / "caller") as caller,
        operators(folder) as at,
        office(transfer=f"sip:phone@127.0.0.1:{staff.sip_port}") as ours,
        at.seat("sato") as sato,
    ):
        speaking.set(Caller(loopback(Ring("minato", "", "loopback", "", 8000))[1], at.house.now, at.ear))
        await caller.order("dial", ours.uri("minato"))
        line = await (await ours.rung()).answer("minato")
        assert line is not None
        living = asyncio.create_task(run_call(line, at.house))
        try:
            while not (calls := at.house.switchboard.board.calls):
                await asyncio.wait({living}, timeout=0.01)
            (call_id,) = calls
            await sato.order("Take", call_id=call_id, mode="voice")
            await sato.until("Taken", call_id=call_id)
            yield Held(at, sato, call_id, caller, staff)
        finally:
            line.hang_up()
            await living


async def hears(who: Phone, hertz: float) -> None:
    """Waits until that is what has come there lately."""
    async with asyncio.timeout(60):
        while share(loud(who.heard().samples())[-4000:], hertz) < 0.9:
            await asyncio.sleep(0.1)  # it writes down what it hears


def test_over_sip_the_operator_speaks_first_then_the_caller_has_that_telephone(tmp_path: Path) -> None:
    async def test() -> None:
        async with held_over_sip(tmp_path) as on:
            await on.caller.say(Sound(tone(CALLERS, 50.0).tobytes(), 8000))
            await on.wants()
            await on.sato.hear(len(on.sato.sound) + 50)
            assert share(loud(lately(on.sato, 50), 16_000), 400, 16_000) > 0.5  # it rings
            await on.staff.order("accept")
            await on.sato.until("CallChanged", call__telephone=SHOWN, call__reached=True)
            await on.staff.say(Sound(tone(NUMBERS, 50.0).tobytes(), 8000))
            await asyncio.gather(on.speaks(150), hears(on.staff, OPERATORS))
            assert share(loud(lately(on.sato, 25), 16_000), NUMBERS, 16_000) > 0.9
            for hertz in (NUMBERS, OPERATORS):
                assert share(loud(on.caller.heard().samples())[-4000:], hertz) < 0.1
            await on.sato.order("JoinCaller", call_id=on.call_id)
            await asyncio.gather(hears(on.staff, CALLERS), hears(on.caller, NUMBERS))
            await on.sato.until("CallEnded", call_id=on.call_id)
            assert [each.instruction for each in on.of(HandedBack)] == ["join"]
            assert [each.connected for each in on.of(Transferred)] == [True]

    run(test)


def test_over_sip_a_busy_telephone_comes_back_as_a_word_and_the_caller_with_it(tmp_path: Path) -> None:
    async def test() -> None:
        async with held_over_sip(tmp_path) as on:
            await on.wants()
            await on.staff.order("hangup")
            await on.sato.until("Refused", why=f"{SHOWN}は話し中でした。お客様は保留のままです。")
            await on.sato.until("CallChanged", call__telephone="", call__where="held")
            await on.sato.order("HoldCall", call_id=on.call_id, on=False)
            await asyncio.gather(on.speaks(200), hears(on.caller, OPERATORS))
            assert [each.calling for each in on.of(PutOnHold)] == [NUMBER, "", ""]

    run(test)


def lately(seat: Seat, frames: int) -> npt.NDArray[np.int16]:
    """The last that came to a console."""
    return np.frombuffer(b"".join(seat.sound[-frames:]), "<i2")
