"""Measures rehearsed calls: how soon the receptionist answers, what a call costs, how often it comes out right.

Run `python -m tests.bench.calls [--live N] [--seeds N]`. Real-time calls over a real websocket give the latencies, the
false cut-offs, the server's CPU and memory; calls on virtual time give the statistics. Every shipped call is placed;
those that need a transfer only on virtual time. Writes `calls.json` beside this file.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.rehearsal.fast import rehearse_fast
from bot.rehearsal.judge import failures
from bot.rehearsal.live import own_server, rehearse_live
from bot.rehearsal.plan import Plan, load_plan
from bot.rehearsal.show import Result, percentile
from nlu.kana import canonical

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"
TICKS = os.sysconf("SC_CLK_TCK")
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Use:
    """What a server and its engine processes have used so far."""

    cpu_seconds: float
    memory: dict[str, float]
    """Resident MiB: "server", "engines"."""


def family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from family(int(child))


def used(pid: int) -> Use:
    """Of the server process `pid` now."""
    cpu, memory = 0.0, Counter[str]()
    for each in family(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        cpu += (int(fields[11]) + int(fields[12])) / TICKS
        resident = int(Path(f"/proc/{each}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        memory["server" if each == pid else "engines"] += resident
    return Use(cpu, {name: round(size / MEBIBYTE, 1) for name, size in memory.items()})


async def live(calls: Sequence[tuple[Plan, int]], folder: Path) -> dict[str, Any]:
    """Calls one after the other in real time; the first warms the server up and is not counted."""
    results: list[Result] = []
    costs: list[float] = []
    async with own_server(SCRIPTS, folder / "server") as (url, pid):
        await rehearse_live(*calls[0], url, folder, lambda _said: None)
        idle = used(pid)
        before, highest = idle, idle.memory["server"]
        for plan, seed in calls:
            rehearsed = await rehearse_live(plan, seed, url, folder, lambda _said: None)
            found = tuple(failures(plan, rehearsed.played, rehearsed.account))
            results.append(Result(plan, seed, False, rehearsed, found))
            after = used(pid)
            costs.append(after.cpu_seconds - before.cpu_seconds)
            before, highest = after, max(highest, after.memory["server"])
            print(f"  {plan.name} seed {seed}: {'passed' if not found else '; '.join(found)}", flush=True)
    latencies = [each for result in results for each in result.latencies]
    seconds = sum(result.rehearsed.played.seconds for result in results)
    return {
        "calls": len(results),
        "passed": sum(result.passed for result in results),
        "answers": len(latencies),
        "latency_ms": {"p50": percentile(latencies, 0.5), "p95": percentile(latencies, 0.95), "max": max(latencies)},
        "false_cut_offs": sum(result.cut_offs for result in results),
        "cpu_seconds_a_call": round(sum(costs) / len(costs), 2),
        "cpu_seconds_a_second_of_call": round(sum(costs) / seconds, 3),
        "memory_mib_before": idle.memory,
        "memory_mib_after": before.memory,
        "memory_mib_a_call": round((before.memory["server"] - idle.memory["server"]) / len(results), 2),
        "memory_mib_highest_between_calls": highest,
        "load_average": os.getloadavg()[0],
    }


def fast(calls: Sequence[tuple[Plan, int]], folder: Path) -> dict[str, Any]:
    """The same on virtual time, over the seeds: which calls pass, which fields are right."""
    right, asked, passed, placed = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    cut_offs = 0
    for plan, seed in calls:
        rehearsed = rehearse_fast(plan, seed, Path(tempfile.mkdtemp(dir=folder)), lambda _said: None)
        found = tuple(failures(plan, rehearsed.played, rehearsed.account))
        result = Result(plan, seed, True, rehearsed, found)
        print(f"  {plan.name} seed {seed}: {'passed' if not found else '; '.join(found)}", flush=True)
        placed[plan.name] += 1
        passed[plan.name] += result.passed
        cut_offs += result.cut_offs
        for field, is_right in fields(result):
            asked[field] += 1
            right[field] += is_right
    return {
        "calls": placed.total(),
        "passed": passed.total(),
        "passed_by_call": {name: f"{passed[name]}/{placed[name]}" for name in sorted(placed)},
        "right": {field: f"{right[field]}/{asked[field]}" for field in sorted(asked)},
        "false_cut_offs": cut_offs,
    }


def fields(result: Result) -> Iterator[tuple[str, bool]]:
    """Each field that the plan expects, and whether the report has it right."""
    expects, account = result.plan.written.expects, result.rehearsed.account
    facts = account.facts if account else {}
    wanted = {"name": expects.name, "company": expects.company, "staff": expects.staff}
    for field, value in wanted.items():
        if value is not None:
            yield field, field in facts and canonical(facts[field].value) == canonical(value)
    if expects.number:
        yield "number", "number" in facts and facts["number"].value.replace("-", "") == "".join(expects.number)
    if expects.urgent is not None:
        yield "urgent", account is not None and account.urgent is expects.urgent
    yield "outcome", account is not None and account.outcome == expects.outcome


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure rehearsed calls.")
    parser.add_argument("--live", type=int, default=8, help="so many calls in real time")
    parser.add_argument("--seeds", type=int, default=3, help="so many variations of each call on virtual time")
    chosen = parser.parse_args()
    plans = [load_plan(path) for path in sorted(SCRIPTS.glob("*/rehearsals/*.toml"))]
    spoken = [plan for plan in plans if not plan.written.telephone.transfers and plan.written.manners.silent < 99]
    with tempfile.TemporaryDirectory() as kept:
        calls = [(spoken[number % len(spoken)], 1 + number // len(spoken)) for number in range(chosen.live)]
        measured = {"live": asyncio.run(live(calls, Path(kept)))} if calls else {}
        variations = [(plan, seed) for plan in plans for seed in range(1, chosen.seeds + 1)]
        if variations:
            measured["fast"] = fast(variations, Path(kept))
    print(json.dumps(measured, ensure_ascii=False, indent=1))
    path = Path(__file__).parent / "calls.json"
    path.write_text(json.dumps(measured, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
