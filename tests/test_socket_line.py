"""A call over a socket whose far side the test plays, on virtual time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from bot.clock import run_virtual
from voice.lines import Audio, Closed, Key, Line, LineError, Marked, Quality, TransferEnded
from voice.lines.browser import BrowserWire
from voice.lines.socket import Limits, Serve, carry

T = TypeVar("T")
START = '{"event":"start","called":"smile","caller":""}'
FRAME = b"\x01\x00" * 320


class Peer:
    """Both directions of a socket in memory; `taking` False: a peer that reads nothing any more."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[str | bytes | ConnectionError | None] = asyncio.Queue()
        self.sent: list[str | bytes] = []
        self.closed: tuple[str, bool] | None = None
        self.taking = asyncio.Event()
        self.taking.set()

    async def receive(self) -> str | bytes | None:
        message = await self.incoming.get()
        if isinstance(message, ConnectionError):
            raise message
        return message

    async def send(self, message: str | bytes) -> None:
        await self.taking.wait()
        self.sent.append(message)

    async def close(self, why: str, refused: bool) -> None:
        await self.taking.wait()
        self.closed = (why, refused)

    def events(self) -> list[str]:
        """What the peer was sent, short."""
        return ["sound" if isinstance(item, bytes) else json.loads(item)["event"] for item in self.sent]

    def say(self, *messages: str | bytes | None) -> None:
        for message in messages:
            self.incoming.put_nowait(message)


def on_virtual_time(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return run_virtual(lambda now: call(), start=0.0)


async def listen(line: Line) -> list[object]:
    """Everything the line tells, Closed the last."""
    told: list[object] = []
    while not told or not isinstance(told[-1], Closed):
        told.append(await line.receive())
    return told


def answered(told: list[object]) -> Serve:
    async def serve(line: Line) -> None:
        told.extend(await listen(line))

    return serve


def place(wire: Peer, serve: Serve, limits: Limits | None = None) -> Coroutine[Any, Any, Closed]:
    return carry(wire, BrowserWire("b1"), serve, limits)


def test_everything_the_peer_does_is_told_in_order() -> None:
    async def call() -> tuple[Closed, list[object], Peer]:
        wire, told = Peer(), list[object]()
        wire.say(
            START, FRAME, '{"event":"key","digit":"7"}', '{"event":"mark","name":"m"}', '{"event":"hangup"}', FRAME
        )
        return await place(wire, answered(told)), told, wire

    closed, told, wire = on_virtual_time(call)
    assert told == [Audio(FRAME), Key("7"), Marked("m"), Closed("caller")]
    assert closed == Closed("caller")
    assert wire.closed == ("caller", False)


def test_orders_reach_the_peer_in_order_and_hanging_up_closes_the_socket() -> None:
    async def call() -> tuple[Closed, Peer, object]:
        wire, last = Peer(), list[object]()

        async def serve(line: Line) -> None:
            line.play(FRAME)
            line.mark("m")
            line.play(b"")
            line.hang_up()
            line.play(FRAME)
            line.mark("late")
            last.append(await line.receive())

        wire.say(START)
        return await place(wire, serve), wire, last

    closed, wire, last = on_virtual_time(call)
    assert wire.events() == ["ready", "sound", "mark", "closed"]
    assert last == [Closed("us")]
    assert closed == Closed("us")
    assert wire.closed == ("us", False)


def test_clear_overtakes_sound_that_was_not_sent_and_keeps_marks() -> None:
    async def call() -> Peer:
        wire = Peer()

        async def serve(line: Line) -> None:
            await asyncio.sleep(1)
            wire.taking.clear()
            for name in "ab":
                line.play(FRAME)
                line.mark(name)
            line.clear()
            line.play(FRAME)
            wire.taking.set()
            await asyncio.sleep(1)

        wire.say(START)
        await place(wire, serve)
        return wire

    assert on_virtual_time(call).events() == ["ready", "mark", "mark", "clear", "sound", "closed"]


def test_a_transfer_is_unsupported() -> None:
    async def call() -> list[object]:
        wire, told = Peer(), list[object]()

        async def serve(line: Line) -> None:
            line.transfer("101", 20.0)
            told.append(await line.receive())

        wire.say(START)
        await place(wire, serve)
        return told

    assert on_virtual_time(call) == [TransferEnded(False, "unsupported")]


@pytest.mark.parametrize(("message", "why"), [(None, "caller"), (ConnectionError("reset"), "lost")])
def test_a_peer_that_leaves(message: ConnectionError | None, why: str) -> None:
    async def call() -> tuple[list[object], Closed]:
        wire, told = Peer(), list[object]()
        wire.say(START)
        wire.incoming.put_nowait(message)
        return told, await place(wire, answered(told))

    told, closed = on_virtual_time(call)
    assert told == [Closed(why)]
    assert closed == Closed(why)


def test_a_peer_that_falls_silent_is_lost() -> None:
    async def call() -> tuple[list[object], float]:
        wire, told = Peer(), list[object]()
        wire.say(START, FRAME)
        await place(wire, answered(told), Limits(idle_seconds=15))
        return told, asyncio.get_running_loop().time()

    told, at = on_virtual_time(call)
    assert told == [Audio(FRAME), Closed("lost")]
    assert at == pytest.approx(15.0)


def test_a_peer_that_takes_nothing_is_lost_and_never_holds_the_call() -> None:
    async def call() -> tuple[list[object], float, Closed]:
        wire, told = Peer(), list[object]()

        async def serve(line: Line) -> None:
            wire.taking.clear()
            for _ in range(1000):
                line.play(FRAME)
                wire.say(FRAME)
                await asyncio.sleep(0.02)
            told.extend(item for item in await listen(line) if not isinstance(item, Audio | Quality))
            told.append(asyncio.get_running_loop().time())

        wire.say(START)
        closed = await place(wire, serve, Limits(outbox=100, close_seconds=3))
        return told, asyncio.get_running_loop().time(), closed

    told, ended, closed = on_virtual_time(call)
    assert told[0] == Closed("lost")
    assert closed == Closed("lost")
    assert isinstance(told[1], float)
    assert ended <= told[1] + 3.0 + 1e-6


def test_a_call_that_takes_nothing_makes_the_peer_wait() -> None:
    async def call() -> tuple[int, int]:
        wire = Peer()
        left = 0

        async def serve(line: Line) -> None:
            nonlocal left
            await asyncio.sleep(1)
            left = wire.incoming.qsize()
            told = await listen(line)
            assert [type(each) for each in told] == [*[Audio] * 100, Quality, Closed]

        wire.say(START, *[FRAME] * 100, '{"event":"hangup"}')
        await place(wire, serve, Limits(inbox=10))
        return left, wire.incoming.qsize()

    left, after = on_virtual_time(call)
    assert left >= 89
    assert after == 0


def test_a_bad_message_ends_the_call_and_says_why() -> None:
    async def call() -> tuple[list[object], Peer]:
        wire, told = Peer(), list[object]()
        wire.say(START, b"\x00")
        await place(wire, answered(told))
        return told, wire

    told, wire = on_virtual_time(call)
    assert told == [Closed("sound of 1 bytes; samples have two")]
    assert wire.closed == ("sound of 1 bytes; samples have two", True)


@pytest.mark.parametrize(
    ("messages", "why"),
    [((b"\x00\x00",), "sound before start"), (("hello",), "not JSON: 'hello'"), ((), "no call within 10 seconds")],
)
def test_a_socket_that_does_not_begin_well_is_refused(messages: tuple[str | bytes, ...], why: str) -> None:
    async def call() -> tuple[Closed, Peer]:
        async def serve(line: Line) -> None:
            raise AssertionError("no call came in")

        wire = Peer()
        wire.say(*messages)
        return await place(wire, serve), wire

    closed, wire = on_virtual_time(call)
    assert closed == Closed(why)
    assert wire.closed == (why, True)


def test_a_socket_that_leaves_before_its_call() -> None:
    async def call(message: ConnectionError | None) -> Closed:
        async def serve(line: Line) -> None:
            raise AssertionError("no call came in")

        wire = Peer()
        wire.incoming.put_nowait(message)
        return await place(wire, serve)

    assert on_virtual_time(lambda: call(None)) == Closed("caller")
    assert on_virtual_time(lambda: call(ConnectionError())) == Closed("lost")


def test_a_call_may_be_refused() -> None:
    async def call() -> Peer:
        async def serve(line: Line) -> None:
            raise LineError(f"nobody here has the number {line.ring.called}")

        wire = Peer()
        wire.say(START)
        assert await place(wire, serve) == Closed("nobody here has the number smile")
        return wire

    wire = on_virtual_time(call)
    assert wire.closed == ("nobody here has the number smile", True)
    assert wire.events()[-1] == "closed"


def test_a_bug_in_a_call_comes_out() -> None:
    async def call() -> None:
        async def serve(line: Line) -> None:
            raise ZeroDivisionError

        wire = Peer()
        wire.say(START)
        await place(wire, serve)

    with pytest.raises(ExceptionGroup) as caught:
        on_virtual_time(call)
    assert caught.group_contains(ZeroDivisionError)


def test_how_the_sound_came_is_told_of_a_peer_that_does_not_count() -> None:
    async def call() -> list[object]:
        wire, told = Peer(), list[object]()

        async def speaks() -> None:
            for number in range(150):
                if number not in (60, 61, 62):
                    wire.say(FRAME)
                await asyncio.sleep(0.02)
            wire.say('{"event":"hangup"}')

        wire.say(START)
        speaking = asyncio.create_task(speaks())
        await place(wire, answered(told))
        await speaking
        return told

    *_, quality, closed = on_virtual_time(call)
    assert isinstance(quality, Quality)
    assert (quality.packets, quality.lost) == (150, 3)
    assert 3.0 < quality.mos < 3.5
    assert closed == Closed("caller")
