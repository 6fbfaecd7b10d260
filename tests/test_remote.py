"""What is done beside a wire: calls put through and ended, and a line that outlives its socket; on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.test_socket_line import FRAME, START, Peer, listen, on_virtual_time
from voice.lines import Audio, Closed, Incoming, Line, LineError, Marked, Quality, Ring, TransferEnded
from voice.lines.browser import BrowserWire
from voice.lines.socket import Limits, Outcome, carry, first_ring

NOT_ANSWERED = TransferEnded(connected=False, why="no_answer")
ANSWERED = TransferEnded(connected=True, why="answered")


class Beside:
    """A remote that does what the test says."""

    def __init__(self, outcome: Callable[[], Awaitable[Outcome]]) -> None:
        self.asked: list[tuple[str, str, float]] = []
        self.ended: list[str] = []
        self._outcome = outcome

    async def transfer(self, ring: Ring, to: str, ring_seconds: float) -> Outcome:
        self.asked.append((ring.line_call_id, to, ring_seconds))
        return await self._outcome()

    async def hang_up(self, ring: Ring) -> None:
        self.ended.append(ring.line_call_id)


class Counting:
    """A wire whose quality is known: the page's, and one packet a frame."""

    def __init__(self, lost: int) -> None:
        self._wire = BrowserWire("b1")
        self._lost = lost
        self._packets = 0

    def read(self, message: str | bytes) -> Ring | Incoming | None:
        self._packets += isinstance(message, bytes)
        return self._wire.read(message)

    def welcome(self) -> str | None:
        return self._wire.welcome()

    def play(self, pcm: bytes) -> bytes:
        return self._wire.play(pcm)

    def mark(self, name: str) -> str:
        return self._wire.mark(name)

    def clear(self) -> str:
        return self._wire.clear()

    def farewell(self, why: str) -> str | None:
        return self._wire.farewell(why)

    def quality(self) -> Quality | None:
        return Quality(self._packets, self._lost, 4.0 * self._packets, 4.0)


def put_through(outcome: Outcome) -> tuple[list[object], Beside, Peer]:
    """A call that asks for 101 once; what it was told."""

    async def call() -> tuple[list[object], Beside, Peer]:
        peer, told = Peer(), list[object]()

        async def decided() -> Outcome:
            peer.say(None)  # the socket ends as soon as the far side is told
            await asyncio.sleep(20)
            return outcome

        async def serve(line: Line) -> None:
            line.mark("before")
            line.transfer("101", 20.0)
            line.transfer("102", 20.0)
            told.extend(await listen(line))

        remote = Beside(decided)
        peer.say(START)
        await carry(peer, BrowserWire("b1"), serve, Limits(idle_seconds=15), remote)
        return told, remote, peer

    return on_virtual_time(call)


def test_whoever_answers_has_the_call_and_it_is_not_ended() -> None:
    told, remote, _ = put_through(Outcome(ANSWERED))
    assert remote.asked == [("b1", "101", 20.0)]
    assert told == [Marked("before"), ANSWERED, Closed("us")]
    assert remote.ended == []


def test_a_caller_who_hangs_up_while_it_rings() -> None:
    told, remote, _ = put_through(Outcome(Closed("caller")))
    assert told == [Marked("before"), Closed("caller")]
    assert remote.ended == []


def test_an_unknown_outcome_ends_the_line_and_leaves_the_caller_in_peace() -> None:
    told, remote, _ = put_through(Outcome(Closed("lost")))
    assert told == [Marked("before"), Closed("lost")]
    assert remote.ended == []


def test_nobody_answers_and_the_caller_does_not_come_back() -> None:
    told, _, _ = put_through(Outcome(NOT_ANSWERED))
    assert told == [Marked("before"), NOT_ANSWERED, Closed("caller")]


def test_the_caller_comes_back_over_another_socket() -> None:
    async def call() -> tuple[list[object], Peer, Peer, Beside]:
        first, second, told = Peer(), Peer(), list[object]()

        async def decided() -> Outcome:
            first.say(FRAME, FRAME, None)
            await asyncio.sleep(20)
            second.say(START, FRAME)
            wire = Counting(lost=1)
            assert await first_ring(second, wire)
            return Outcome(NOT_ANSWERED, (second, wire))

        async def serve(line: Line) -> None:
            line.transfer("101", 20.0)
            await asyncio.sleep(10)
            line.play(FRAME)  # nobody hears it
            line.mark("unheard")
            while (last := await line.receive()) != NOT_ANSWERED:
                told.append(last)
            line.play(FRAME)
            line.mark("heard")
            told.append(await line.receive())
            line.hang_up()
            told.extend(await listen(line))

        remote = Beside(decided)
        first.say(START)
        closed = await carry(first, Counting(lost=0), serve, Limits(idle_seconds=15), remote)
        assert closed == Closed("us")
        return told, first, second, remote

    told, first, second, remote = on_virtual_time(call)
    assert told == [
        *(Audio(FRAME), Audio(FRAME), Marked("unheard"), Audio(FRAME)),
        *(Quality(packets=3, lost=1, jitter_ms=20 / 3, mos=4.0), Closed("us")),
    ]
    assert first.events() == ["ready"]
    assert second.events() == ["ready", "sound", "mark", "closed"]
    assert second.closed == ("us", False)
    assert remote.ended == ["b1"]


def test_nobody_answers_while_the_socket_stays() -> None:
    async def call() -> tuple[list[object], Peer]:
        peer, told = Peer(), list[object]()

        async def decided() -> Outcome:
            peer.say(FRAME)
            await asyncio.sleep(5)
            return Outcome(NOT_ANSWERED)

        async def serve(line: Line) -> None:
            line.transfer("101", 5.0)
            told.extend([await line.receive(), await line.receive()])
            line.play(FRAME)
            line.hang_up()

        peer.say(START)
        await carry(peer, BrowserWire("b1"), serve, None, Beside(decided))
        return told, peer

    told, peer = on_virtual_time(call)
    assert told == [Audio(FRAME), NOT_ANSWERED]
    assert peer.events() == ["ready", "sound", "closed"]


def test_a_transfer_that_cannot_be_begun_has_failed(caplog: pytest.LogCaptureFixture) -> None:
    async def call() -> tuple[list[object], Beside]:
        peer, told = Peer(), list[object]()

        async def decided() -> Outcome:
            raise LineError("it answered 400: the number is not in service")

        async def serve(line: Line) -> None:
            line.transfer("101", 5.0)
            told.append(await line.receive())

        remote = Beside(decided)
        peer.say(START)
        await carry(peer, BrowserWire("b1"), serve, None, remote)
        return told, remote

    told, remote = on_virtual_time(call)
    assert told == [TransferEnded(connected=False, why="failed")]
    assert remote.ended == ["b1"]
    assert "browser call b1 was not put through: it answered 400" in caplog.text


@pytest.mark.parametrize(("never", "why"), [(True, "no answer"), (False, "it answered 500")])
def test_a_call_that_cannot_be_ended_is_over_for_us(never: bool, why: str, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        async def transfer(self, ring: Ring, to: str, ring_seconds: float) -> Outcome:
            raise AssertionError("nothing was to be put through")

        async def hang_up(self, ring: Ring) -> None:
            if never:
                await asyncio.Event().wait()
            raise LineError("it answered 500")

    async def call() -> float:
        async def serve(line: Line) -> None:
            line.hang_up()

        peer = Peer()
        peer.say(START)
        await carry(peer, BrowserWire("b1"), serve, Limits(remote_seconds=10), Broken())
        return asyncio.get_running_loop().time()

    assert on_virtual_time(call) == pytest.approx(10.0 if never else 0.0)
    assert f"browser call b1 could not be ended: {why}" in caplog.text


def test_the_call_may_end_while_it_rings() -> None:
    async def call() -> tuple[Closed, Beside]:
        peer = Peer()

        async def decided() -> Outcome:
            await asyncio.Event().wait()
            raise AssertionError

        async def serve(line: Line) -> None:
            line.transfer("101", 20.0)
            await asyncio.sleep(3)

        remote = Beside(decided)
        peer.say(START)
        return await carry(peer, BrowserWire("b1"), serve, None, remote), remote

    closed, remote = on_virtual_time(call)
    assert closed == Closed("us")
    assert remote.ended == ["b1"]
