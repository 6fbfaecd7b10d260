"""A rehearsal before the reader's eyes: the conversation as it goes, latencies, the mailed report, the verdict.

And the same as one JSON object. Leaves out all judgement: it is handed in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.rehearsal.fast import Rehearsed
from bot.rehearsal.plan import Plan
from bot.rehearsal.play import Spoke


@dataclass(frozen=True, slots=True)
class Result:
    """One call, judged."""

    plan: Plan
    seed: int
    fast: bool
    rehearsed: Rehearsed
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures

    @property
    def latencies(self) -> list[float]:
        """Milliseconds of every answer, in order; of a call on virtual time none."""
        turns = () if self.fast else self.rehearsed.played.turns
        return [turn.latency_ms for turn in turns if turn.latency_ms is not None]

    @property
    def cut_offs(self) -> int:
        """Replies inside a pause from which the caller meant to go on."""
        return sum(turn.cut_off for turn in self.rehearsed.played.turns)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that so large a share of all does not exceed (nearest rank); None of nothing."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else None


def as_json(result: Result) -> dict[str, Any]:
    """One object a call."""
    latencies, account = result.latencies, result.rehearsed.account
    summary = {
        "p50": percentile(latencies, 0.5),
        "p95": percentile(latencies, 0.95),
        "max": max(latencies, default=None),
    }
    rounded = {name: None if value is None else round(value) for name, value in summary.items()}
    return {
        "call": result.plan.name,
        "title": result.plan.written.title,
        "seed": result.seed,
        "passed": result.passed,
        "failures": list(result.failures),
        "latency_ms": rounded if latencies else None,
        "false_cut_offs": result.cut_offs,
        "turns": [_turn(asdict(turn), result.fast) for turn in result.rehearsed.played.turns],
        "report": asdict(account) if account else None,
        "recording": str(result.rehearsed.played.recording),
    }


def _turn(turn: dict[str, Any], fast: bool) -> dict[str, Any]:
    """Times mean nothing on virtual time."""
    if fast:
        turn["latency_ms"] = None
    whole = {"latency_ms", "stopped_ms"}
    return {key: round(value) if key in whole and value is not None else value for key, value in turn.items()}


class Screen:
    """Prints calls to a console."""

    def __init__(self, console: Console, fast: bool) -> None:
        self._console = console
        self._fast = fast

    def begin(self, plan: Plan, seed: int) -> None:
        """The call is placed."""
        self._console.print()
        self._console.rule(Text(f"{plan.name}  {plan.written.title}  (seed {seed})", style="bold"), align="left")

    def spoke(self, said: Spoke) -> None:
        """Somebody speaks."""
        ours = said.who == "receptionist"
        line = Text("受付  " if ours else "  客  ", style="bold cyan" if ours else "bold yellow")
        line.append(said.text or "……", style="" if ours else "yellow")
        if said.note:
            line.append(f"  ({said.note})", style="dim")
        if said.latency_ms is not None and not self._fast:
            line.append(f"  {said.latency_ms / 1000:.2f} 秒", style="green" if said.latency_ms < 1200 else "red")
        self._console.print(line)

    def end(self, result: Result) -> None:
        """The report and the verdict."""
        account = result.rehearsed.account
        if account is not None and account.text:
            self._console.print(Panel(Text(account.text.rstrip()), title=Text(account.subject), title_align="left"))
        self._console.print(_summary(result))
        self._console.print(Text(f"  録音 {result.rehearsed.played.recording}", style="dim"))
        for failure in result.failures:
            self._console.print(Text(f"  ✗ {failure}", style="red"))
        verdict = Text("  合格", style="bold green") if result.passed else Text("  不合格", style="bold red")
        self._console.print(verdict)


def _summary(result: Result) -> Text:
    latencies = result.latencies
    line = Text(f"  {result.rehearsed.played.seconds:.0f} 秒の通話、{len(result.rehearsed.played.turns)} 回の発話")
    if latencies:
        middle, high = percentile(latencies, 0.5) or 0.0, percentile(latencies, 0.95) or 0.0
        line.append(f"  応答まで 中央値 {middle / 1000:.2f} 秒、95% {high / 1000:.2f} 秒", style="bold")
    if result.cut_offs:
        line.append(f"  話の途中で応じたこと {result.cut_offs} 回", style="yellow")
    return line
