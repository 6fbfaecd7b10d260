"""The operator's socket: who may open it, what may come over it, and whole calls taken over it, in real time."""

from __future__ import annotations

import asyncio
import socket as sockets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import InvalidStatus

from bot.access.audit import Deed
from bot.dialogue.events import OperatorSaid
from bot.journal import events, from_row
from bot.operators.console import NEWS_LIMIT
from bot.store import read_rows
from bot.store.audit import list_entries
from bot.web.operator_socket import Allowance
from tests.operators_desk import LIMIT_SECONDS, Office, Seat, office, run

FRAME = (8000 * np.sin(2 * np.pi * 1000 * np.arange(320) / 16_000)).astype("<i2").tobytes()
"""20 ms of a tone that nobody else makes."""


def test_an_allowance_is_used_up_and_comes_back() -> None:
    allowance = Allowance(2.0, 10.0)
    assert [allowance.take(5.0) for _ in range(3)] == [True, True, False]
    assert [allowance.take(5.05), allowance.take(5.15), allowance.take(100.0)] == [False, True, True]


def test_who_may_open_it(tmp_path: Path) -> None:
    async def test() -> None:
        async with office(tmp_path) as at:
            async with at.seat("") as nobody, at.seat("ono") as member:
                assert (await nobody.closed(), await member.closed()) == (4401, 4403)
                assert nobody.news == member.news == []
            for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
                with pytest.raises(InvalidStatus) as refused:
                    async with at.seat("sato", **headers):
                        pass
                assert refused.value.response.status_code == 403
            async with at.seat("sato") as first:
                snapshot = await first.until("Snapshot")
                assert (snapshot["me"], snapshot["calls"]) == ("sato", [])
                async with at.seat("sato") as second:
                    await second.until("Snapshot")
                    assert await first.closed() == 4409
                    await second.until("Alive")
                    await second.order("SetPresence", presence="break")
                    await second.until("OperatorChanged")

    run(test)


def test_a_session_that_is_over_and_a_page_that_falls_silent_are_left(tmp_path: Path) -> None:
    async def logs_out(at: Office) -> int:
        async with at.seat("sato") as sato, at.browser("sato") as elsewhere:
            await sato.until("Snapshot")
            csrf = elsewhere.headers["X-CSRF-Token"]
            await elsewhere.post("/logout", data={"csrf": csrf})
            return await sato.closed()

    async def falls_silent(at: Office) -> int:
        async with at.seat("suzuki") as suzuki:
            await suzuki.order("Alive")
            return await suzuki.closed()

    async def test() -> None:
        async with office(tmp_path) as at:
            codes = await asyncio.gather(logs_out(at), falls_silent(at))
            assert [*codes] == [4401, 1001]

    run(test)


def test_nonsense_is_answered_and_too_much_of_it_ends_the_conversation(tmp_path: Path) -> None:
    async def test() -> None:
        async with office(tmp_path) as at:
            async with at.seat("sato") as sato:
                for text in ("{", "5", '{"kind":"Explode"}', '{"kind":"Take"}'):
                    await sato.socket.send(text)
                await sato.order("SetPresence", presence="break")
                await sato.until(
                    "OperatorChanged", operator={"key": "sato", "name": "佐藤", "presence": "break", "calls": 0}
                )
                assert len([each for each in sato.news if each["kind"] == "Refused"]) == 4
                for _ in range(5):
                    await sato.socket.send("{")
                assert await sato.closed() == 1008
            async with at.seat("sato") as sato:
                for _ in range(70):
                    await sato.socket.send(b"x" * 639)
                assert await sato.closed() == 1008
            async with at.seat("sato") as sato:
                for _ in range(60):
                    await sato.order("Take", call_id="nothing", mode="text")
                await sato.until(
                    "Refused", call_id="", why="操作が多すぎます。少し間をおいて、もう一度お試しください。"
                )
                assert sato.code == 0

    run(test)


def test_a_call_is_taken_by_text_and_given_back(tmp_path: Path) -> None:
    async def test() -> None:
        async with office(tmp_path) as at, at.seat("sato") as sato, at.seat("suzuki") as suzuki, at.call() as guest:
            call = guest.call_id
            await sato.until("CallChanged", call__call_id=call, call__where="receptionist", call__number="03-1234-5678")
            await sato.order("Take", call_id=call, mode="text")
            await sato.until("Taken", call_id=call, mode="text")
            await suzuki.until("CallChanged", call__call_id=call, call__operator="sato")
            await sato.order("Speak", call_id=call, text="少々お待ちくださいませ。")
            for seat in (sato, suzuki):
                await seat.until("Said", call_id=call, who="佐藤", text="少々お待ちくださいませ。", partial=False)
            await until(lambda: any("少々お待ち" in words for words in at.mouth.spoken))
            async with at.browser("suzuki") as browser:
                said = (await browser.get(f"/console/calls/{call}/said")).json()["lines"]
                assert [line["text"] for line in said if line["who"] == "佐藤"] == ["少々お待ちくださいませ。"]
                after = (await browser.get(f"/console/calls/{call}/after")).json()
                assert after["call"]["live"]
            await sato.order("GiveBack", call_id=call, instruction="take_number", note="折り返しをご希望")
            await sato.until("CallChanged", call__call_id=call, call__where="receptionist")
        with at.store.read() as connection:
            done = {each.what for each in list_entries(connection, call_id=call)}
            happened = events(from_row(row) for row in read_rows(connection, call))
        (typed,) = [each for each in happened if isinstance(each, OperatorSaid)]
        assert (typed.name, typed.text, typed.typed) == ("佐藤", "少々お待ちくださいませ。", True)
        assert {Deed.CALL_TAKEN, Deed.CALL_SPOKEN, Deed.CALL_GIVEN_BACK, Deed.WORDS_SEEN} <= done

    run(test)


def loud(frames: list[bytes], hz: float, rate_hz: int = 16_000) -> bool:
    """Does that tone sound in it?"""
    samples = np.frombuffer(b"".join(frames), "<i2").astype(float)
    if samples.size < rate_hz // 5:
        return False
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    at = round(hz * samples.size / rate_hz)
    return bool(spectrum[at - 2 : at + 3].max() > 20 * np.median(spectrum))


async def speak(seat: Seat, done: asyncio.Event) -> None:
    """The tone, frame by frame, until told to stop."""
    while not done.is_set():
        await seat.socket.send(FRAME)
        await asyncio.sleep(0.02)


def test_a_call_is_taken_by_voice_and_both_hear_one_another(tmp_path: Path) -> None:
    async def test() -> None:
        async with (
            office(tmp_path) as at,
            at.seat("sato") as sato,
            at.seat("suzuki") as suzuki,
            at.call() as guest,
        ):
            call, caller = guest.call_id, guest.voice
            await sato.until("CallChanged", call__call_id=call)
            await asyncio.gather(
                sato.order("Take", call_id=call, mode="voice"), suzuki.order("Take", call_id=call, mode="voice")
            )
            await sato.until("CallChanged", call__call_id=call, call__where="operator")
            card = [each["call"] for each in sato.news if each["kind"] == "CallChanged"][-1]
            winner, loser = (sato, suzuki) if card["operator"] == "sato" else (suzuki, sato)
            await winner.until("Taken", call_id=call, mode="voice")
            refused = await loser.until("Refused", call_id=call)
            assert "先に" in refused["why"]
            done = asyncio.Event()
            speaking = asyncio.create_task(speak(winner, done))
            saying = asyncio.create_task(caller.say("もしもし"))
            await winner.hear(100)
            await until(lambda: loud(guest.far.heard[-50:], 1000.0, 8000))
            done.set()
            await asyncio.gather(speaking, saying)
            assert all(len(frame) == 640 for frame in winner.sound)
            assert np.abs(np.frombuffer(b"".join(winner.sound), "<i2")).max() > 1000
            assert loser.sound == []
            await loser.order("Listen", call_id=call)
            await loser.hear(20)
            await winner.order("GiveBack", call_id=call, instruction="close", note="")
            await winner.until("CallChanged", call__call_id=call, call__operator=winner.key, call__where="receptionist")

    run(test)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        while not true():
            await asyncio.sleep(0.02)


def test_a_hand_over_rings_at_those_on_duty_and_stops_when_the_caller_hangs_up(tmp_path: Path) -> None:
    async def test() -> None:
        async with office(tmp_path) as at, at.seat("sato") as sato, at.seat("suzuki") as suzuki:
            await suzuki.order("SetPresence", presence="break")
            async with at.call() as guest:
                call, caller = guest.call_id, guest.voice
                await caller.answer("人に代わってもらえますか。")
                rang = await sato.until("Rang", call_id=call)
                assert rang["reason"]
                await suzuki.until("CallChanged", call__call_id=call, call__where="ringing")
            await sato.until("RingStopped", call_id=call, why="caller")
            await sato.until("CallEnded", call_id=call)
            assert not [each for each in suzuki.news if each["kind"] == "Rang"]

    run(test)


def test_an_operator_of_another_company_sees_and_moves_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        async with office(tmp_path) as at, at.seat("mori") as mori, at.seat("sato") as sato, at.call() as guest:
            call = guest.call_id
            await sato.until("CallChanged", call__call_id=call)
            orders: dict[str, dict[str, Any]] = {
                "Take": {"mode": "text"},
                "Decline": {},
                "Listen": {},
                "Speak": {"text": "x"},
                "HoldCall": {},
                "PassOn": {"to": "mori", "warm": False},
                "JoinCaller": {},
                "GiveBack": {"instruction": "close"},
                "EndCall": {},
            }
            for kind, fields in orders.items():
                await mori.order(kind, call_id=call, **fields)
            await until(lambda: sum(each["kind"] == "Refused" for each in mori.news) >= len(orders))
            async with at.browser("mori") as browser:
                for name in ("said", "phrases", "knowledge", "staff", "earlier", "after", "clip/number"):
                    assert (await browser.get(f"/console/calls/{call}/{name}")).status_code == 404
            for each in mori.news:
                assert each["kind"] in ("Snapshot", "Refused", "OperatorChanged", "Alive"), each
                assert not each.get("calls") or each["kind"] == "OperatorChanged"
            await sato.order("Take", call_id=call, mode="text")
            await sato.until("Taken", call_id=call)

    run(test)


def test_a_console_that_does_not_read_holds_nobody_up(tmp_path: Path) -> None:
    async def test() -> None:
        async with office(tmp_path) as at, at.seat("sato") as sato, at.call() as guest:
            call = guest.call_id
            deaf = await deaf_console(at, "suzuki")
            try:
                await sato.until("CallChanged", call__call_id=call)
                await sato.order("Take", call_id=call, mode="voice")
                await sato.until("Taken", call_id=call)
                board = at.house.switchboard
                console = board._consoles["suzuki"]
                lines, heard = 0, len(sato.sound)
                while not console._behind:  # until the way to the browser is full, and the queue behind it
                    for _ in range(20):
                        board.say(call, "客", f"{lines} " + "あ" * 2000)
                        lines += 1
                    last = at.house.switchboard.said(call)
                    assert last
                    await sato.until("Said", n=last[-1].n)
                for _ in range(3 * NEWS_LIMIT):
                    board.say(call, "客", "い" * 2000)
                    await asyncio.sleep(0.001)
                assert len(console._news) <= NEWS_LIMIT
                await sato.hear(heard + 10)
                await sato.until(
                    "OperatorChanged", operator={"key": "suzuki", "name": "鈴木", "presence": "off", "calls": 0}
                )
            finally:
                deaf.close()

    run(test)


async def deaf_console(at: Office, key: str) -> Any:
    """A browser that has opened the console and reads nothing at all."""
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.setblocking(False)
    host, port = at.http.removeprefix("http://").split(":")
    await asyncio.get_running_loop().sock_connect(raw, (host, int(port)))
    key_line = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13"
    request = (
        f"GET /console/line HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {at.http}\r\nConnection: Upgrade\r\n"
        f"Upgrade: websocket\r\n{key_line}\r\nCookie: denwaban={at.token(key)}\r\n\r\n"
    )
    await asyncio.get_running_loop().sock_sendall(raw, request.encode())
    await until(lambda: key in at.house.switchboard._consoles)
    return raw
