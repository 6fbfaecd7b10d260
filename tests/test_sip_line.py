"""The SIP line of the server: registered or not, opened or refused, and which calls it takes."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.lines.opened import open_lines
from bot.lines.state import LineState
from bot.settings import Settings, SettingsError, read_settings
from bot.web.live import LiveCalls
from tests.baresip import PATIENCE_SECONDS, free_ports
from tests.served import ROOT
from tests.sip import run
from tests.sip_caller import Caller, caller
from tests.sip_registrar import registrar
from voice.lines import Closed, Line, LineError, Ring

CALLED = "0312345678"


def sip(url: str, port: int, **more: str) -> Settings:
    listen = {"DENWABAN_SIP_URL": url, "DENWABAN_SIP_LISTEN": f"127.0.0.1:{port}"}
    return read_settings(listen | {f"DENWABAN_{name}": value for name, value in more.items()})


class Desk:
    """Takes calls, and hears them to their end."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[Line] = asyncio.Queue()

    async def serve(self, line: Line) -> None:
        if line.ring.caller == "0000000000":
            raise LineError("a caller nobody wants")
        self.lines.put_nowait(line)
        while not isinstance(await line.receive(), Closed):
            pass


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():
            await asyncio.sleep(0.02)  # a state is looked at


@asynccontextmanager
async def opened(
    settings: Settings, calls: LiveCalls, desk: Desk
) -> AsyncIterator[tuple[Callable[[], LineState], tuple[str, int]]]:
    """The line's state, and where it listens."""

    def knows(ring: Ring) -> bool:
        return ring.called == CALLED

    async with open_lines(settings, desk.serve, calls, knows) as lines:
        assert settings.lines.sip is not None
        await until(lambda: lines.states()[0].state != "starting")
        yield lambda: lines.states()[0], ("127.0.0.1", settings.lines.sip.listen_port)


def test_it_registers_and_says_good_bye_when_the_server_stops() -> None:
    async def test() -> None:
        (port,) = free_ports(1)
        calls = LiveCalls()
        async with registrar("200", "p@ss w") as (pbx, at):
            settings = sip(f"sip:200:p%40ss%20w@127.0.0.1:{at}", port)
            async with opened(settings, calls, Desk()) as (state, _):
                await pbx.until(lambda: pbx.registered)
                assert pbx.registered[0] == 300
                assert f"127.0.0.1:{port}" in pbx.contact
                await until(lambda: state().state == "ready")
                assert state().detail == f"200@127.0.0.1:{at} に登録済み(UDP 127.0.0.1:{port} で受けます)"
                calls.stop()
                await pbx.until(lambda: pbx.registered[-1] == 0)
                assert state().state == "draining"
            assert pbx.refused == 0

    run(test)


def test_a_wrong_password_is_told_without_showing_it() -> None:
    async def test() -> None:
        (port,) = free_ports(1)
        async with registrar("200", "right") as (pbx, at):
            settings = sip(f"sip:200:hush@127.0.0.1:{at}", port)
            async with opened(settings, LiveCalls(), Desk()) as (state, _):
                await until(lambda: state().state == "failed")
                told = state().detail
            assert "401" in told
            assert "DENWABAN_SIP_URL" in told
            assert "hush" not in told
            assert not pbx.registered

    run(test)


async def status_of(theirs: Caller, called: str = CALLED, *headers: str) -> int:
    return await theirs.call(*headers, called=called)


def test_which_calls_are_taken() -> None:
    async def test() -> None:
        (port,) = free_ports(1)
        calls, desk = LiveCalls(most=1, sentence=False), Desk()
        turned_away: list[Ring] = []
        calls.turned_away = turned_away.append
        async with opened(sip("sip:127.0.0.1:5099", port), calls, desk) as (state, at):
            assert state().state == "ready"
            async with caller(at, call_id="1") as first, caller(at, call_id="2") as second:
                assert await status_of(second, "0399990000") == 404
                assert await status_of(first) == 200
                line = await desk.lines.get()
                assert len(calls) == 1
                async with caller(at, call_id="3") as third:
                    assert await status_of(third) == 486
                assert [ring.caller for ring in turned_away] == ["0987654321"]
                calls.stop()
                async with caller(at, call_id="4") as fourth:
                    assert await status_of(fourth) == 503
                line.hang_up()
                await first.until("BYE")
                await calls.over()

    run(test)


def test_the_number_that_passed_a_call_on_finds_the_company_too() -> None:
    async def test() -> None:
        (port,) = free_ports(1)
        desk = Desk()
        async with opened(sip("sip:127.0.0.1:5099", port), LiveCalls(), desk) as (_, at), caller(at) as theirs:
            diversion = f"Diversion: <sip:{CALLED}@pbx.example>;reason=user-busy"
            assert await status_of(theirs, "0399990000", diversion) == 200
            ring = (await desk.lines.get()).ring
            assert (ring.called, ring.forwarded_from, ring.forwarded_why) == (CALLED, CALLED, "busy")
            assert await theirs.hang_up() == 200

    run(test)


def test_a_call_that_nobody_lives_is_hung_up() -> None:
    async def test() -> None:
        (port,) = free_ports(1)
        calls = LiveCalls()
        async with opened(sip("sip:127.0.0.1:5099", port), calls, Desk()) as (_, at), caller(at) as theirs:
            assert await status_of(theirs, CALLED, "From: <sip:0000000000@x>;tag=c1") == 200
            await theirs.until("BYE")
            await calls.over()

    run(test)


def refused(settings: Settings, why: str) -> None:
    async def test() -> None:
        with pytest.raises(SettingsError, match=why) as caught:
            async with opened(settings, LiveCalls(), Desk()):
                pass
        assert "\n" not in str(caught.value)

    run(test)


def test_a_taken_port_is_told_at_once() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        refused(sip("sip:127.0.0.1:5099", other.getsockname()[1]), "DENWABAN_SIP_LISTEN.*in use")


def test_an_address_that_the_trunk_cannot_reach_is_told_at_once() -> None:
    refused(sip("sip:192.0.2.7", free_ports(1)[0]), "DENWABAN_SIP_LISTEN.*that 192.0.2.7 reaches")


def test_where_the_stack_is_not_installed_the_extra_is_named() -> None:
    program = (
        "import asyncio, sys\n"
        "sys.modules['baresip'] = None\n"
        "from bot.settings import SettingsError\n"
        "from tests.test_sip_line import Desk, LiveCalls, opened, sip\n"
        "async def main():\n"
        "    async with opened(sip('sip:127.0.0.1:5099', 5999), LiveCalls(), Desk()):\n"
        "        pass\n"
        "try:\n"
        "    asyncio.run(main())\n"
        "except SettingsError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert "pip install 'denwaban[sip]'" in done.stdout, done.stderr
