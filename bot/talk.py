"""`denwaban talk`: be the caller, in text, and see what the receptionist thinks.

What is typed is what the caller says; lines in brackets are those of golden calls ([沈黙 6], [切断] …), and
an empty line is silence until something is due. After each turn: what was understood and from which words, what is
known by now and how surely, which goals are open. The whole can be kept as a golden call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.company.load import ScriptError, load_script
from bot.dialogue.state import Captured, Facts, Phase, State
from bot.golden import Playing, begin, enter, moment_of, report_line
from bot.practice import practice_desk
from nlu.meaning import Meaning

ENOUGH_SILENCE = 60.0
"""Seconds: no deadline lies further off."""


def talk(folder: Path, at: datetime, caller: str, record: Path | None, console: Console) -> None:
    """Lead one call with the company of `folder`, as if at `at` (local). Raises ScriptError."""
    script = load_script(folder)
    head = f"@ {at:%Y-%m-%d %H:%M}" + (f"  from {caller}" if caller else "")
    with practice_desk(script, moment_of([head], folder)) as desk:
        playing = begin(script, [head], folder, desk)
        _converse(playing, folder, console)
    report = report_line(script, playing.state)
    console.print(Text(report, style="bold green"))
    if record is not None:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(
            "\n".join(["# ここに、この通話で何を確かめるのかを書く", *playing.lines, report]) + "\n", "utf-8"
        )
        console.print(Text(f"kept as {record}; `denwaban check {folder}` plays it"))


def _converse(playing: Playing, folder: Path, console: Console) -> None:
    shown = _show(playing, 1, console)
    while playing.state.phase is not Phase.ENDED:
        try:
            line = console.input(Text("客> ", style="bold")).strip()
        except (EOFError, KeyboardInterrupt):
            line = "[切断]"
        _enter(playing, line, folder, console)
        shown = _show(playing, shown, console)
        console.print(thoughts(playing))


def _enter(playing: Playing, line: str, folder: Path, console: Console) -> None:
    if not line:
        until = playing.state.deadline
        playing.finish()
        until = playing.state.deadline or until
        seconds = min(ENOUGH_SILENCE, max(0.0, (until or 0.0) - playing.state.at))
        enter(playing, f"[沈黙 {seconds:g}]", folder)
        return
    try:
        enter(playing, line if line.startswith(("[", "応対>", "入力>")) else f"客> {line}", folder)
    except ScriptError as error:
        console.print(Text(str(error), style="red"))


def _show(playing: Playing, shown: int, console: Console) -> int:
    """Print our side's new lines; how many lines there are now."""
    for line in playing.lines[shown:]:
        if not line.startswith("客>"):
            console.print(Text(line, style="cyan"))
    return len(playing.lines)


def thoughts(playing: Playing) -> Table:
    """What was understood last, and what is known by now."""
    table = Table(box=None, show_header=False, style="dim")
    for label, text in (*_meaning(playing.meant), *_state(playing.state)):
        table.add_row(Text(label, style="bold dim"), Text(text, style="dim"))
    return table


def _meaning(meaning: Meaning) -> Iterator[tuple[str, str]]:
    if meaning.reason:
        others = "".join(f"  ({reason} {share:.2f})" for reason, share in meaning.runners_up)
        yield "reason", f"{meaning.reason} {meaning.confidence:.2f}{others}"
    if meaning.answer:
        yield "answer", f"{meaning.answer} {meaning.correction}"
    if meaning.sales:
        yield "sales", f"{meaning.sales.outcome} {meaning.sales.probability:.2f}  {'…'.join(meaning.sales.grounds)}"
    if meaning.known:
        yield "script", f"{meaning.known.kind} {meaning.known.entry} {meaning.known.probability:.2f}"
    if meaning.wants:
        yield "wants", " ".join(meaning.wants)
    if meaning.moment:
        yield "time", f"{meaning.moment.start} {meaning.moment.end} {meaning.moment.doubt}"
    yield from (("ground", ground) for ground in meaning.grounds)


def _state(state: State) -> Iterator[tuple[str, str]]:
    yield "goals", " > ".join(state.frames) or "none"
    if state.expected:
        yield "expects", state.expected.ask
    for field in fields(Facts):
        value = getattr(state.facts, field.name)
        if isinstance(value, Captured):
            others = f"  or {'、'.join(value.alternatives)}" if value.alternatives else ""
            yield field.name, f"{value.value or value.text}  {value.status} {value.confidence:.2f}{others}"
        elif value:
            yield field.name, str(value)
