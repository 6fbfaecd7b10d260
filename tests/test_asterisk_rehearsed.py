"""The same rehearsed call over chan_websocket and AudioSocket as over loopback, with the same report.

On virtual time, through the web server and real sockets; and in real time at the real server in a process of its own:
a short call always, with DENWABAN_SOAK the whole of it, which takes some minutes and wants a machine that has little
else to do: where the ears are starved the caller is recorded instead.
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from bot import clock
from bot.dialogue.actions import Action
from bot.dialogue.events import Began, Digit, Event, HungUp, Measured
from bot.dialogue.step import step
from bot.journal import from_row
from bot.rehearsal.fast import Rehearsed, by_loopback, rehearse_fast
from bot.rehearsal.judge import failures
from bot.rehearsal.live import Way, own_server, rehearse_live
from bot.rehearsal.plan import Plan, load_plan
from bot.reporting.account import account_of
from bot.store import Store, find_call_by_line, open_store, read_rows
from tests.asterisk_lines import audiosocket_way, by_audiosocket, by_websocket, websocket_way
from tests.asterisk_site import SECRET
from tests.desk import Caller, Words, on_the_telephone
from tests.doctored import free_port
from tests.served import environ, one_company, run, serving, until

SCRIPTS = Path(__file__).parent.parent / "scripts"
GREETED = 150
"""Frames of the receptionist's words: three seconds, long enough to tell how the caller's sound comes, too."""
PLAN = SCRIPTS / "hanamizuki" / "rehearsals" / "change.toml"


def report(plan: Plan, rehearsed: Rehearsed) -> tuple[object, ...]:
    """What came of the call."""
    account = rehearsed.account
    assert failures(plan, rehearsed.played, account) == []
    assert account is not None
    return account.outcome, account.urgent, account.callback_promised, dict(account.facts)


def certain(plan: Plan, rehearsed: Rehearsed) -> tuple[object, ...]:
    """What came of a call for sure. Free words that nobody confirmed may be written down in another way where the
    sound was coded in another: the plan's own judge has read them."""
    *rest, facts = report(plan, rehearsed)
    assert isinstance(facts, dict)
    return *rest, {name: fact if fact.status == "confirmed" else fact.status for name, fact in facts.items()}


def test_the_same_call_comes_to_the_same_report_on_every_line(tmp_path: Path) -> None:
    plan = load_plan(PLAN)
    ways = {"loopback": by_loopback, "websocket": by_websocket, "audiosocket": by_audiosocket}
    reports = {
        name: certain(plan, rehearse_fast(plan, 1, tmp_path / name, lambda _said: None, way))
        for name, way in ways.items()
    }
    assert reports["websocket"] == reports["audiosocket"] == reports["loopback"]


def test_the_real_server_takes_both_and_lets_them_end(tmp_path: Path) -> None:
    """Two callers at once, of whom each has been greeted when the server is asked to stop: both are heard out."""
    port = free_port()
    settings = {"DENWABAN_ASTERISK_SECRET": SECRET, "DENWABAN_AUDIOSOCKET": f"127.0.0.1:{port}"}
    ways = (websocket_way(), audiosocket_way(port))

    async def test() -> None:
        async with serving(environ(tmp_path, one_company(tmp_path), **settings)) as server:
            greeted, store = asyncio.Barrier(len(ways)), open_store(tmp_path / "var" / "denwaban.db")

            async def place(way: Way) -> None:
                async def presses_a_key(caller: Caller) -> None:
                    await until(lambda: len(caller.loud) > GREETED)
                    if await greeted.wait() == 0:  # one asks; a second time would cut them off
                        server.process.send_signal(signal.SIGTERM)
                    caller.far.press("5")
                    await until(lambda: Digit in map(type, told(store, way)))
                    caller.far.hang_up()

                async with way.dial(server.url, "smile", "0312345678", way.line_call_id) as far:
                    caller = Caller(far, clock.wall, Words())
                    async with on_the_telephone(caller, presses_a_key) as playing:
                        await playing

            await asyncio.gather(*map(place, ways))
            assert await server.process.wait() == 0
            for way, codec in zip(ways, ("PCMU", "L16"), strict=True):
                began, *_, measured, ended = [each for each in told(store, way) if isinstance(each, Event)]
                assert isinstance(began, Began)
                assert (began.caller, began.codec) == ("0312345678", codec)
                assert isinstance(measured, Measured)
                assert measured.packets >= 50
                assert isinstance(ended, HungUp)
                assert ended.why == "caller"
                assert account_of(store, step, way.line_call_id) is not None
            store.close()

    run(test)
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def told(store: Store, way: Way) -> list[Event | Action]:
    """The journal of a call so far."""
    with store.read() as connection:
        call = find_call_by_line(connection, way.line_call_id)
        return [from_row(row).what for row in read_rows(connection, call.id)] if call else []


@pytest.mark.skipif("DENWABAN_SOAK" not in os.environ, reason="minutes in real time: set DENWABAN_SOAK")
def test_the_real_server_takes_the_whole_call_over_both(tmp_path: Path) -> None:
    plan, port, reports = load_plan(PLAN), free_port(), dict[str, tuple[object, ...]]()

    async def place(name: str, way: Way, url: str) -> None:
        rehearsed = await rehearse_live(plan, 1, url, tmp_path / name, lambda _said: None, way)
        reports[name] = certain(plan, rehearsed)

    async def test() -> None:
        given = {"ASTERISK_SECRET": SECRET, "AUDIOSOCKET": f"127.0.0.1:{port}"}
        async with own_server(SCRIPTS, tmp_path / "server", given=given) as (url, _):
            await place("websocket", websocket_way(), url)
            await place("audiosocket", audiosocket_way(port), url)

    asyncio.run(test())
    assert reports["websocket"] == reports["audiosocket"]
