"""The same rehearsed call over chan_websocket and AudioSocket as over loopback, with the same report.

On virtual time, through the web server and real sockets; with DENWABAN_SOAK also with the real server in a
process of its own, in real time, which wants a machine that has little else to do.
"""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import pytest

from bot.rehearsal.fast import Rehearsed, by_loopback, rehearse_fast
from bot.rehearsal.judge import failures
from bot.rehearsal.live import Way, own_server, rehearse_live
from bot.rehearsal.plan import Plan, load_plan
from tests.asterisk_lines import audiosocket_way, by_audiosocket, by_websocket, websocket_way
from tests.asterisk_site import SECRET

SCRIPTS = Path(__file__).parent.parent / "scripts"
PLAN = SCRIPTS / "hanamizuki" / "rehearsals" / "change.toml"


def report(plan: Plan, rehearsed: Rehearsed) -> tuple[object, ...]:
    """What came of the call."""
    account = rehearsed.account
    assert failures(plan, rehearsed.played, account) == []
    assert account is not None
    return account.outcome, account.urgent, account.callback_promised, dict(account.facts)


def test_the_same_call_comes_to_the_same_report_on_every_line(tmp_path: Path) -> None:
    plan = load_plan(PLAN)
    ways = {"loopback": by_loopback, "websocket": by_websocket, "audiosocket": by_audiosocket}
    reports = {
        name: report(plan, rehearse_fast(plan, 1, tmp_path / name, lambda _said: None, way))
        for name, way in ways.items()
    }
    assert reports["websocket"] == reports["audiosocket"] == reports["loopback"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.skipif("DENWABAN_SOAK" not in os.environ, reason="minutes in real time: set DENWABAN_SOAK")
def test_the_real_server_takes_both(tmp_path: Path) -> None:
    plan, port, reports = load_plan(PLAN), free_port(), dict[str, tuple[object, ...]]()

    async def place(name: str, way: Way, url: str) -> None:
        rehearsed = await rehearse_live(plan, 1, url, tmp_path / name, lambda _said: None, way)
        reports[name] = report(plan, rehearsed)

    async def test() -> None:
        given = {"ASTERISK_SECRET": SECRET, "AUDIOSOCKET": f"127.0.0.1:{port}"}
        async with own_server(SCRIPTS, tmp_path / "server", given=given) as (url, _):
            await place("websocket", websocket_way(), url)
            await place("audiosocket", audiosocket_way(port), url)

    asyncio.run(test())
    assert reports["websocket"] == reports["audiosocket"]
