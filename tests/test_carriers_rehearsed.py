"""The same call over every carrier, from its webhook on: what each end hears, in real time; and, with DENWABAN_SOAK, a
whole rehearsed call on virtual time with the same report as over loopback (a minute of work for each carrier)."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import numpy as np
import pytest

from bot.rehearsal.fast import Rehearsed, by_loopback, rehearse_fast
from bot.rehearsal.judge import failures
from bot.rehearsal.plan import Plan, load_plan
from tests.carrier_fars import WAYS
from voice.lines import Audio, Closed, Incoming, Key, Line, Marked, Quality, Ring

PLAN = Path(__file__).parent.parent / "scripts" / "hanamizuki" / "rehearsals" / "change.toml"
LOUD = (np.sin(np.arange(160) / 3) * 12_000).astype("<i2").tobytes()


def power(pcm: bytes | None) -> float:
    return 0.0 if pcm is None else float(np.abs(np.frombuffer(pcm, "<i2").astype(float)).mean())


@pytest.mark.parametrize("name", WAYS)
def test_both_ends_hear_each_other_and_marks_come_back(name: str) -> None:
    plan, told, rings = load_plan(PLAN), list[Incoming](), list[Ring]()

    async def serve(line: Line) -> None:
        rings.append(line.ring)
        line.play(LOUD * 10)
        line.mark("played")
        while not isinstance(came := await line.receive(), Closed):
            told.append(came)
            if came == Marked("played"):
                line.play(LOUD * 500)
                line.mark("cleared")
                line.clear()
        told.append(came)

    async def test() -> None:
        async with asyncio.timeout(60), WAYS[name](plan, serve) as (far, call_id):
            frames = [await far.receive() for _ in range(10)]
            assert min(power(frame) for frame in frames) > 5000
            far.send(LOUD)
            far.send(LOUD)
            far.press("5")
            while Key("5") not in told or Marked("cleared") not in told:
                await asyncio.sleep(0.01)
            far.hang_up()
            while not told or not isinstance(told[-1], Closed):
                await asyncio.sleep(0.01)
            assert rings[0].line_call_id == call_id

    asyncio.run(test())
    assert (rings[0].line, rings[0].called, rings[0].rate_hz) == (name, plan.company, 8000)
    heard = [each for each in told if isinstance(each, Audio)]
    assert [power(each.pcm) > 5000 for each in heard] == [True, True]
    assert told.count(Marked("cleared")) == 1
    assert told[-1] == Closed("caller")
    measured = [(each.packets, each.lost) for each in told if isinstance(each, Quality)]
    assert measured == ([] if name == "jambonz" else [(2, 0)])


def report(plan: Plan, rehearsed: Rehearsed) -> tuple[object, ...]:
    """What came of the call."""
    account = rehearsed.account
    assert failures(plan, rehearsed.played, account) == []
    assert account is not None
    return account.outcome, account.urgent, account.callback_promised, dict(account.facts)


@pytest.mark.skipif("DENWABAN_SOAK" not in os.environ, reason="minutes of work: set DENWABAN_SOAK")
def test_the_same_call_comes_to_the_same_report_over_every_carrier(tmp_path: Path) -> None:
    plan = load_plan(PLAN)
    ways = {"loopback": by_loopback, **WAYS}
    reports = {
        name: report(plan, rehearse_fast(plan, 1, tmp_path / name, lambda _said: None, way))
        for name, way in ways.items()
    }
    for name, found in reports.items():
        assert found == reports["loopback"], name
