"""`denwaban rehearse`: place calls, show them, judge them."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.company.load import ScriptError
from bot.rehearsal.fast import Rehearsed, rehearse_fast
from bot.rehearsal.judge import failures
from bot.rehearsal.live import own_server, rehearse_live
from bot.rehearsal.plan import Plan, load_plan, load_plans, root_of
from bot.rehearsal.play import Spoke
from bot.rehearsal.show import Result, Screen, as_json
from bot.settings import Settings, read_settings
from voice.engines import EngineError
from voice.lines import LineError

FAILED = 1
"""Exit status: a call did not come to what its plan expects."""
DEMO = ("smile", "urgent")
"""Company and call that `denwaban run` begins with."""

Calls = Sequence[tuple[Plan, int]]


@dataclass(frozen=True, slots=True)
class Way:
    """How calls are placed and told."""

    screen: Screen | None
    """None: as JSON."""
    folder: Path
    """For recordings and all that a server of our own keeps."""
    url: str = ""
    """Of a server that runs; "" = one of our own."""
    fast: bool = False


def command(
    calls: Annotated[list[Path], typer.Argument(metavar="CALL.toml…", help="As scripts/smile/rehearsals/urgent.toml.")],
    url: Annotated[str, typer.Option(help="Of a running server, http://…; one of its own is started otherwise.")] = "",
    fast: Annotated[bool, typer.Option("--fast", help="In one process, on virtual time; no latencies.")] = False,
    as_objects: Annotated[bool, typer.Option("--json", help="One JSON object a call.")] = False,
    seed: Annotated[int | None, typer.Option(help="One variation, instead of those of the plan.")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="So many variations, from the first seed on.")] = 1,
) -> None:
    """Place calls with a simulated caller, and judge them."""
    plans = load_plans(calls)
    if not fast:
        _refuse_transfers(plans)
    settings = read_settings(os.environ)
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-", dir=_made(settings.var_dir / "rehearsals")))
    screen = None if as_objects else Screen(Console(highlight=False, soft_wrap=True), fast)
    if fast and url:
        raise ScriptError("--fast places its calls within this process: leave out --url")
    way = Way(screen, folder, url, fast)
    results = place(_variations(plans, seed, repeat), way)
    if not all(result.passed for result in results):
        raise typer.Exit(FAILED)


def place(calls: Calls, way: Way) -> list[Result]:
    """All calls, one after the other. Raises LineError, EngineError, ScriptError."""
    if way.fast:
        return [_told(plan, seed, way, _fast(plan, seed, way)) for plan, seed in calls]
    return asyncio.run(_place_live(calls, way))


async def _place_live(calls: Calls, way: Way) -> list[Result]:
    async with AsyncExitStack() as opened:
        url = way.url
        if not url:
            root = root_of([plan for plan, _ in calls])
            url, _ = await opened.enter_async_context(own_server(root, way.folder / "server"))
        results = []
        for plan, seed in calls:
            rehearsed = await rehearse_live(plan, seed, url, way.folder, _begin(plan, seed, way))
            results.append(_told(plan, seed, way, rehearsed))
        return results


async def show(settings: Settings, where: str) -> None:
    """The urgent call to the server at `where`, before the reader's eyes; what keeps it from being shown is told."""
    path = settings.scripts_dir / DEMO[0] / "rehearsals" / f"{DEMO[1]}.toml"
    if not path.exists():
        return  # a bureau that has thrown the samples away rehearses its own calls
    console = Console(highlight=False, soft_wrap=True)
    try:
        plan = load_plan(path)
        way = Way(Screen(console, False), _made(settings.var_dir / "rehearsals"), where)
        seed = plan.written.seeds[0]
        rehearsed = await rehearse_live(plan, seed, where, way.folder, _begin(plan, seed, way))
    except (ScriptError, LineError, EngineError) as error:
        console.print(Text(f"The rehearsal could not be shown: {error}", style="red"))
        return
    _told(plan, seed, way, rehearsed)


def _fast(plan: Plan, seed: int, way: Way) -> Rehearsed:
    folder = Path(tempfile.mkdtemp(prefix=f"{plan.company}-", dir=way.folder))
    return rehearse_fast(plan, seed, folder, _begin(plan, seed, way))


def _begin(plan: Plan, seed: int, way: Way) -> Callable[[Spoke], None]:
    if way.screen is not None:
        way.screen.begin(plan, seed)
        return way.screen.spoke
    return _unheard


def _unheard(_said: Spoke) -> None:
    """Nobody watches."""


def _told(plan: Plan, seed: int, way: Way, rehearsed: Rehearsed) -> Result:
    found = tuple(failures(plan, rehearsed.played, rehearsed.account))
    result = Result(plan, seed, way.fast, rehearsed, found)
    if way.screen is not None:
        way.screen.end(result)
    else:
        typer.echo(json.dumps(as_json(result), ensure_ascii=False))
    return result


def _variations(plans: Sequence[Plan], seed: int | None, repeat: int) -> list[tuple[Plan, int]]:
    chosen = []
    for plan in plans:
        seeds = plan.written.seeds if seed is None else (seed,)
        seeds = tuple(range(seeds[0], seeds[0] + repeat)) if repeat > 1 else seeds[:1]
        chosen += [(plan, each) for each in seeds]
    return chosen


def _refuse_transfers(plans: Sequence[Plan]) -> None:
    for plan in plans:
        if plan.written.telephone.transfers:
            raise ScriptError(f"{plan.path}: telephone.transfers: the media socket cannot transfer: add --fast")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
