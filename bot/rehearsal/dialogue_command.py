"""`denwaban rehearse --dialogues DIR`: written calls through the whole audio path, shown and counted.

The calls have moments of their own, so that schedules hold: they are placed in one process, on virtual time.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from bot.company.load import COMMON, ScriptError
from bot.company.member_list import MEMBERS, read_members
from bot.company.members import write_members
from bot.rehearsal.dialogue import Spoken, rehearse_dialogue
from bot.rehearsal.play import Spoke
from bot.settings import read_settings
from bot.simulation.score import DIALOGUES, chosen, rate, read_dialogues
from nlu.score.lines import FolderError

FAILED = 1
"""Exit status: a call did not come to what is expected of it."""


def command(
    dialogues: Annotated[Path, typer.Option(help=f"A folder with {DIALOGUES} and {MEMBERS}.")],
    _fast: Annotated[bool, typer.Option("--fast", help="On virtual time: these calls know no other.")] = True,
    limit: Annotated[int, typer.Option(min=0, help="Only so many of the calls; 0 = all.")] = 0,
    seed: Annotated[int, typer.Option(help="Which voice and which line the callers have.")] = 1,
    split: Annotated[str, typer.Option(help="all, dev or held-out, by the numbers of the calls.")] = "all",
    as_objects: Annotated[bool, typer.Option("--json", help="One JSON object a call, and one for all.")] = False,
) -> None:
    """Place the calls of a dialogues.jsonl with a simulated caller's voice, and judge them."""
    settings = read_settings(os.environ)
    try:
        rows = chosen(read_dialogues(dialogues), split)
    except FolderError as error:
        raise ScriptError(str(error)) from error
    home = settings.var_dir / "rehearsals"
    home.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="dialogues-", dir=home))
    root = folder / "scripts"
    write_members(read_members(dialogues / MEMBERS), root, settings.scripts_dir / COMMON)
    console = Console(highlight=False, soft_wrap=True)
    results = []
    for row in rows[:limit] if limit else rows:
        place = folder / row["id"]
        place.mkdir()
        results.append(rehearse_dialogue(root, row, seed, place, _unheard))
        _tell(results[-1], console, as_objects)
    _sum_up(results, console, as_objects)
    if not all(each.scored.passed for each in results):
        raise typer.Exit(FAILED)


def _unheard(_said: Spoke) -> None:
    """Nobody watches: a call is shown once it is over."""


def _tell(spoken: Spoken, console: Console, as_objects: bool) -> None:
    scored, played = spoken.scored, spoken.rehearsed.played
    if as_objects:
        told = {"id": scored.id, "passed": scored.passed, "wrong": list(scored.wrong)}
        told |= {"seconds": round(played.seconds, 1), "transcript": list(scored.transcript)}
        typer.echo(json.dumps(told | {"recording": str(played.recording)}, ensure_ascii=False))
        return
    console.print()
    console.rule(Text(scored.id, style="bold"), align="left")
    for line in scored.transcript:
        console.print(Text(line, style="" if line.startswith("受付") else "yellow" if line.startswith("客") else "dim"))
    console.print(Text(f"  録音 {played.recording}", style="dim"))
    for each in scored.wrong:
        console.print(Text(f"  ✗ {each}", style="red"))
    console.print(Text("  合格", style="bold green") if scored.passed else Text("  不合格", style="bold red"))


def _sum_up(results: list[Spoken], console: Console, as_objects: bool) -> None:
    """How many ended right, and what went wrong how often."""
    share = rate([each.scored for each in results])
    why = Counter(field for each in results for field in {words.split(":")[0] for words in each.scored.wrong})
    passed = sum(each.scored.passed for each in results)
    if as_objects:
        whole: dict[str, Any] = {"n": len(results), "passed": passed, "wrong": dict(why.most_common())}
        typer.echo(json.dumps(whole | {"interval": [round(share.low, 4), round(share.high, 4)]}))
        return
    console.print()
    console.print(Text(f"{passed} of {len(results)} ended right ({share.low:.0%} to {share.high:.0%})", style="bold"))
    for field, count in why.most_common():
        console.print(Text(f"  {field}: {count}"))
