"""Starting to listen, and stopping without cutting anybody off."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import closing
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bot.clock import VirtualLoop
from bot.settings import Settings, SettingsError
from bot.web.app import create_app
from bot.web.live import PROMISE_SECONDS, LiveCalls
from bot.web.server import listen
from tests.website import FORM, SILENCE, START, VIEWS, echo, get, nobody, post, run, send, website
from voice.lines import Closed, Line


def test_a_stop_lets_the_live_call_end_and_takes_no_new_one() -> None:
    async def test() -> None:
        async with website(echo) as site, connect(f"{site.ws}/twilio/media") as phone:
            await send(phone, START, SILENCE)
            await phone.recv()
            assert len(site.calls) == 1
            site.stop.ask()
            while not site.calls.stopping:
                await asyncio.sleep(0)
            with pytest.raises(InvalidStatus) as refused:
                await connect(f"{site.ws}/twilio/media")
            assert refused.value.response.status_code == 503
            assert (await get(site, "/healthz")).status_code == 503
            assert "busy" in (await post(site, FORM)).text
            await send(phone, SILENCE)
            assert json.loads(await phone.recv())["event"] == "mark"
            assert json.loads(await phone.recv())["event"] == "media"
            assert not site.running.done()
            await send(phone, {"event": "stop", "streamSid": "MZ1"})
            await site.running

    run(test)


def test_a_call_that_its_carrier_was_told_to_bring_is_taken_after_a_stop() -> None:
    async def test() -> None:
        async with website(echo) as site:
            assert "<Stream" in (await post(site, FORM)).text
            site.stop.ask()
            while not site.calls.stopping:
                await asyncio.sleep(0)
            async with connect(f"{site.ws}/twilio/media") as phone:
                with pytest.raises(InvalidStatus):
                    await connect(f"{site.ws}/twilio/media")
                await send(phone, START, SILENCE)
                assert json.loads(await phone.recv())["event"] == "media"
                assert not site.running.done()
                await send(phone, {"event": "stop", "streamSid": "MZ1"})
                await site.running

    run(test)


def test_a_promised_call_that_never_comes_holds_nobody_up_for_long() -> None:
    loop = VirtualLoop()
    calls = LiveCalls()

    async def test() -> float:
        calls.promise()
        calls.stop()
        await calls.over()
        return loop.time()

    with closing(loop):
        began = loop.time()
        assert loop.run_until_complete(test()) - began == pytest.approx(PROMISE_SECONDS)
    assert not calls.redeem()


def test_a_second_stop_ends_the_live_call_as_lost() -> None:
    told: list[object] = []

    async def serve(line: Line) -> None:
        while not isinstance(item := await line.receive(), Closed):
            pass
        told.append(item)

    async def test() -> None:
        async with website(serve) as site, connect(f"{site.ws}/twilio/media") as phone:
            await send(phone, START, SILENCE)
            while not len(site.calls):
                await asyncio.sleep(0)
            site.stop.ask()
            site.stop.ask()
            await site.running

    run(test)
    assert told == [Closed("lost")]


def test_a_port_in_use_is_told_with_the_remedy() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} on 127.0.0.1 is in use.*DENWABAN_PORT") as caught:
            listen("127.0.0.1", port)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_a_host_that_is_not_ours_is_told(host: str) -> None:
    with pytest.raises(SettingsError, match="DENWABAN_HOST"):
        listen(host, 0)


def test_the_server_needs_a_secret() -> None:
    with pytest.raises(ValueError, match="with_secret"):
        create_app(Settings(), nobody, VIEWS, LiveCalls())


PROGRAM = """
import asyncio, sys
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.live import PROMISE_SECONDS, LiveCalls
from bot.web.server import Stop, address, listen, run_web
from tests.website import VIEWS, echo

async def main():
    calls, listener = LiveCalls(), listen("127.0.0.1", 0)
    print(address(listener), flush=True)
    await run_web(create_app(Settings(secret="s" * 32), echo, VIEWS, calls), listener, calls, Stop())

asyncio.run(main())
print("ended", flush=True)
"""


async def is_open(url: str) -> bool:
    """Whether calls are taken."""
    try:
        async with connect(f"{url}/twilio/media"):
            return True
    except InvalidStatus as refused:
        return refused.response.status_code != 503


def test_a_terminated_server_waits_for_its_call() -> None:
    async def test() -> None:
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parent.parent
        )
        assert server.stdout is not None
        try:
            url = (await server.stdout.readline()).decode().strip().replace("http", "ws", 1)
            async with connect(f"{url}/twilio/media") as phone:
                await send(phone, START, SILENCE)
                await phone.recv()
                server.send_signal(signal.SIGTERM)
                while await is_open(url):  # until the signal has arrived
                    pass
                await send(phone, SILENCE)
                assert json.loads(await phone.recv())["event"] == "mark"
                await send(phone, {"event": "stop", "streamSid": "MZ1"})
            assert (await server.stdout.readline()).decode().strip() == "ended"
            assert await server.wait() == 0
        finally:
            if server.returncode is None:
                os.kill(server.pid, signal.SIGKILL)
                await server.wait()

    run(test)
