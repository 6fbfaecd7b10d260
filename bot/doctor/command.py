"""`denwaban doctor`: why does no call arrive?"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.doctor.finding import Finding, Level, bad

if TYPE_CHECKING:
    from bot.settings import Settings

console = Console(highlight=False, soft_wrap=True)

FAILED = 1
"""Exit status: calls or reports do not arrive."""
_COLOURS = {Level.GOOD: "green", Level.DOUBT: "yellow", Level.BAD: "bold red"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False) -> None:
    """Say why no call arrives: lines, ports, public address, certificate, scripts, sound, mail."""
    found = []
    for finding in examine():
        found.append(finding)
        if not as_json:
            _show(finding)
    worst = _worst(found)
    if as_json:
        told = [
            {"key": each.key, "level": each.level.name.lower(), "text": each.text, "remedy": each.remedy}
            for each in found
        ]
        typer.echo(json.dumps({"worst": worst.name.lower(), "findings": told}, ensure_ascii=False, indent=1))
    else:
        _sum_up(found)
    if worst is Level.BAD:
        raise typer.Exit(FAILED)


def examine() -> Iterator[Finding]:
    """Everything, one after the other; what takes long comes late."""
    from bot import clock
    from bot.doctor import calls, here, lines, reach
    from bot.settings import SettingsError, read_settings, with_secret
    from bot.web.pages import LINES_TICKET
    from bot.web.tickets import Tickets

    try:
        settings = with_secret(read_settings(os.environ))
    except SettingsError as error:
        yield bad("settings", f"設定に誤りがあります: {error}", "書かれたとおりに直してください")
        return
    now, ticket = clock.wall(), Tickets(settings.secret).issue(LINES_TICKET)
    finding, running = reach.server(settings, ticket)
    yield finding
    yield from here.scripts(settings)
    yield from lines.lines(settings, running)
    yield here.disk(settings.var_dir)
    latest = 0.0
    if calls.has_store(settings):
        latest, past = _of_store(settings, now)
        yield from past
    yield here.clock(now, latest)
    yield from here.engines(settings)
    yield here.mail(settings)
    if settings.public_origin:
        yield from reach.public(settings, ticket, now)
    twilio = settings.lines.carriers.get("twilio")
    if twilio is not None and running is not None:
        yield from reach.signed(settings.public_origin, running.where, twilio.key)
        if settings.public_origin.startswith("https://"):
            yield from reach.signed(settings.public_origin, settings.public_origin, twilio.key)


def _of_store(settings: Settings, now: float) -> tuple[float, list[Finding]]:
    """When the newest call began, and what calls and letters tell."""
    from alembic.util.exc import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    from bot.doctor import calls
    from bot.store import store_for

    try:
        store = store_for(settings)
        try:
            past, latest = calls.past_calls(store)
            return latest, [*calls.judged(past), calls.letters(store, now)]
        finally:
            store.close()
    except (OSError, ImportError, SQLAlchemyError, CommandError) as error:
        remedy = "DENWABAN_DATABASE_URL か DENWABAN_VAR_DIR をご確認ください"
        return 0.0, [bad("store", f"通話の記録が読めません({type(error).__name__})", remedy)]


def _worst(found: list[Finding]) -> Level:
    return max((each.level for each in found), key=list(Level).index)


def _show(finding: Finding) -> None:
    console.print(Text.assemble((finding.level.value, _COLOURS[finding.level]), f" {finding.text}"))
    if finding.remedy:
        console.print(Text(f"   → {finding.remedy}", style="dim"))


def _sum_up(found: list[Finding]) -> None:
    bads, doubts = (sum(each.level is level for each in found) for level in (Level.BAD, Level.DOUBT))
    if bads:
        console.print(Text(f"\n× が {bads} 件あります。上から順に直してください。", style="bold red"))
    elif doubts:
        console.print(Text(f"\n電話は受けられます。△ が {doubts} 件あります。", style="bold yellow"))
    else:
        console.print(Text("\n電話を受ける準備は整っています。", style="bold green"))
