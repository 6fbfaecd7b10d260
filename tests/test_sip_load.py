"""The SIP line under what a busy or hostile network does: twenty calls at once, noise, repetitions, many calls."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.broken_sip import broken
from tests.sip import Listener, Office, loud, office, run, share, tone
from tests.sip_caller import caller
from tests.sipp import HERTZ, Load, place
from voice.lines import Closed

AT_ONCE = 20
SHORT_CALLS = 1000 if "DENWABAN_SOAK" in os.environ else 100


class Answering:
    """Takes every call, says a tone of its own, and listens to the end."""

    def __init__(self, ours: Office, hertz: int) -> None:
        self.calls: list[Listener] = []
        self._ours = ours
        self._say = tone(hertz, 1.0).tobytes()
        self._ended: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        while True:
            rung = await self._ours.rungs.get()
            self._ended.append(asyncio.create_task(self._take(await self._ours.take(rung))))

    async def _take(self, call: Listener) -> None:
        self.calls.append(call)
        call.line.play(self._say)
        await call.hears(Closed)

    async def ended(self) -> None:
        await asyncio.gather(*self._ended)


@asynccontextmanager
async def answering(ours: Office, hertz: int) -> AsyncIterator[Answering]:
    made = Answering(ours, hertz)
    running = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        running.cancel()


@pytest.mark.parametrize(("echo", "hertz"), [(False, HERTZ), (True, 600)], ids=["its own tone", "ours given back"])
def test_twenty_calls_at_once_with_sound(tmp_path: Path, echo: bool, hertz: int) -> None:
    async def test() -> None:
        async with office() as ours, answering(ours, 600) as answered:
            done = await place(tmp_path / "sipp", ours.address, Load(AT_ONCE, AT_ONCE, echo=echo))
            assert (done.status, done.right, done.wrong) == (0, AT_ONCE, 0)
            await answered.ended()
            assert len(answered.calls) == AT_ONCE
            for call in answered.calls:
                assert call.of(Closed) == [Closed("caller")]
                heard = loud(call.samples)
                assert len(heard) > 4000
                assert share(heard, hertz) > 0.9

    run(test)


def left(agent: int) -> tuple[int, int, int]:
    """Open descriptors of the agent and of ours, and our tasks."""
    theirs, ours = (len(os.listdir(f"/proc/{process}/fd")) for process in (agent, os.getpid()))
    return theirs, ours, len(asyncio.all_tasks())


def test_many_short_calls_leave_nothing_behind(tmp_path: Path) -> None:
    async def test() -> None:
        async with office() as ours, answering(ours, 600) as answered:
            await place(tmp_path / "first", ours.address, Load(5, 5, 0.1))
            await answered.ended()
            agent = ours.trunk.process_id
            assert agent is not None
            before = left(agent)
            done = await place(tmp_path / "all", ours.address, Load(SHORT_CALLS, 20, 0.2, 40))
            assert (done.status, done.right) == (0, SHORT_CALLS)
            await answered.ended()
            assert len(answered.calls) == 5 + SHORT_CALLS
            assert all(call.of(Closed) == [Closed("caller")] for call in answered.calls)
            async with asyncio.timeout(30):
                while any(now > then for now, then in zip(left(agent), before, strict=True)):
                    await asyncio.sleep(0.05)  # the last sockets are closed a moment after the call
            assert ours.trunk.process_id == agent

    run(test)


def test_noise_ends_no_call_and_the_next_one_is_clean(tmp_path: Path) -> None:
    async def test() -> None:
        async with office() as ours, caller(ours.address, call_id="1@live") as live:
            calling = asyncio.create_task(live.call())
            standing = await ours.answered()
            assert await calling == 200
            async with caller(ours.address, call_id="2@noise") as noise:
                for packet in broken(ours.address, 200):
                    noise.send(packet)
                    await asyncio.sleep(0)
            talking = asyncio.create_task(live.talk(tone(HERTZ, 1.0), 1.0))
            await standing.until(lambda: share(loud(standing.samples), HERTZ) > 0.9)
            await talking
            async with caller(ours.address, call_id="3@clean") as theirs:
                calling = asyncio.create_task(theirs.call())
                while (rung := await ours.rung()).rang.call_id != theirs.call_id:
                    rung.refuse(486)  # changed where it does not matter
                call = await ours.take(rung)
                assert await calling == 200
                assert await theirs.hang_up() == 200
                assert await call.hears(Closed) == Closed("caller")
            assert not standing.of(Closed)
            assert await live.hang_up() == 200
            assert await standing.hears(Closed) == Closed("caller")

    run(test)


def test_what_comes_twice_counts_once() -> None:
    async def test() -> None:
        async with office() as ours, caller(ours.address) as theirs:
            invite = theirs.request("INVITE", (), theirs.offer())
            theirs.send(invite)
            first = asyncio.create_task(theirs.status())
            call = await ours.answered()
            assert await first == 200
            theirs.send(invite)  # as if our 200 had come too late
            theirs.send(theirs.request("ACK"))
            bye = theirs.request("BYE")
            for _ in range(3):
                theirs.send(bye)
            assert await theirs.status("BYE") == 200
            assert await call.hears(Closed) == Closed("caller")
            assert ours.rungs.empty()

    run(test)


def test_our_200_and_our_bye_are_said_again_until_they_are_heard() -> None:
    async def test() -> None:
        async with office() as ours, caller(ours.address) as theirs:
            theirs.send(theirs.request("INVITE", (), theirs.offer()))
            rung = await ours.rung()
            taking = asyncio.create_task(ours.take(rung))
            answers = 0
            while answers < 2:  # it is not acknowledged
                answers += (await theirs.message()).first.startswith("SIP/2.0 200")
            assert await theirs.status() == 200
            call = await taking
            call.line.hang_up()
            heard: list[bytes] = []
            async with asyncio.timeout(30):
                while len(heard) < 2:  # it is not answered
                    packet = await theirs.sip.packets.get()
                    heard += [packet] if packet.startswith(b"BYE ") else []
            assert heard[0] == heard[1]
            theirs.sip.packets.put_nowait(heard[0])
            await theirs.until("BYE")
            await rung.gone()

    run(test)
