"""The command line: `denwaban check`, `run`, `serve`, `rehearse`, `replay`, `calls`, `score`, `score-speech`,
`members`, `models`.

Commands import what they need when they run, so that `check` does not load engines. What the user can
mend (a script, a setting, a model, the telephone side) is said in a sentence, without a traceback.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.access.commands import register as add_access_commands
from bot.company.load import ScriptError
from bot.desk_commands import register as add_desk_commands
from bot.dialogue.hours import local
from bot.doctor.command import register as add_doctor
from bot.models import app as models
from bot.settings import Settings, SettingsError, read_settings
from voice.engines import EngineError
from voice.lines import LineError

if TYPE_CHECKING:
    from bot.company.check import Finding
    from bot.store import Call, Store

app = typer.Typer(
    help="Denwaban (電話番), a telephone receptionist for Japanese companies.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(models, name="models")
console = Console(highlight=False, soft_wrap=True)
complaints = Console(stderr=True, highlight=False, soft_wrap=True)

FAILED = 1
"""Exit status: a check or a rehearsal found something wrong."""
UNUSABLE = 2
"""Exit status: a script, a setting, a model or the line cannot be used."""


@app.command()
def check(
    companies: Annotated[
        list[Path] | None, typer.Argument(help="Folders, as scripts/smile; all if none named.")
    ] = None,
    rewrite: Annotated[bool, typer.Option(help="First write into the golden calls how they go now.")] = False,
) -> None:
    """Validate companies' scripts, warn of traps, and play their golden calls."""
    from bot.company.check import Level, rewrite_calls
    from bot.company.check import check as findings_of

    settings = read_settings(os.environ)
    root, rings = settings.scripts_dir, settings.lines.sip is not None
    folders = companies or sorted(path.parent for path in root.glob("*/script.toml"))
    if not folders:
        raise ScriptError(f"{root} holds no company: make a folder in it with a script.toml")
    failed = False
    for folder in folders:
        if rewrite:
            rewrite_calls(folder)
        findings = findings_of(folder, rings)
        failed |= any(finding.level is Level.ERROR for finding in findings)
        _print_findings(folder, findings)
    if failed:
        raise typer.Exit(FAILED)


def _print_findings(folder: Path, findings: list[Finding]) -> None:
    from bot.company.check import Level

    errors = sum(finding.level is Level.ERROR for finding in findings)
    calls = len(list(folder.glob("calls/*.txt")))
    style = "bold red" if errors else "bold green"
    counts = ((errors, "error"), (len(findings) - errors, "warning"), (calls, "golden call"))
    summary = ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
    console.print(Text.assemble((str(folder), style), f"  {summary}"))
    for finding in findings:
        colour = "red" if finding.level is Level.ERROR else "yellow"
        where = f"{finding.file}: {finding.key}" if finding.key else finding.file
        console.print(Text.assemble("  ", (str(finding.level), colour), f"  {where}\n    {finding.message}"))
        console.print(Text(f"    → {finding.remedy}", style="dim"))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Where to listen; the settings' own if empty.")] = "",
    port: Annotated[int, typer.Option(help="0 = any free one; the settings' own if negative.")] = -1,
) -> None:
    """Answer calls."""
    from bot.serve import serve as serve_calls

    serve_calls(_settings(host, port))


@app.command()
def run(
    host: Annotated[str, typer.Option(help="Where to listen; the settings' own if empty.")] = "",
    port: Annotated[int, typer.Option(help="0 = any free one; the settings' own if negative.")] = -1,
) -> None:
    """Rehearse one call before your eyes, then stay up and answer calls."""
    from bot.serve import demo

    demo(_settings(host, port))


def _settings(host: str, port: int) -> Settings:
    settings = read_settings(os.environ)
    return replace(settings, host=host or settings.host, port=settings.port if port < 0 else port)


@app.command()
def calls(
    company: Annotated[str, typer.Option(help="Only those of this company, by its key.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, the latest first.")] = 20,
) -> None:
    """List the calls in the store."""
    from bot.store import list_calls

    store = _store()
    try:
        with store.read() as connection:
            found = list_calls(connection, company, limit)
    finally:
        store.close()
    if not found:
        console.print("No calls yet.")
        return
    table = Table("call", "company", "began", "seconds", "caller", "outcome", box=None)
    for call in found:
        table.add_row(*map(Text, _call_cells(call)))
    console.print(table)


def _call_cells(call: Call) -> tuple[str, ...]:
    began: datetime = local(call.began)
    seconds = "" if call.ended is None else f"{call.ended - call.began:.0f}"
    return call.id, call.company, f"{began:%Y-%m-%d %H:%M:%S}", seconds, call.caller, call.outcome


@app.command()
def talk(
    company: Annotated[Path, typer.Argument(help="Folder, as scripts/smile.")],
    at: Annotated[datetime | None, typer.Option(help="When the call is; now if not said.")] = None,
    caller: Annotated[str, typer.Option(help="The number that is shown; withheld if empty.")] = "",
    record: Annotated[Path | None, typer.Option(help="Keep it as a golden call, calls/NAME.txt.")] = None,
) -> None:
    """Be the caller, in text, and see what the receptionist understands, knows and expects."""
    from bot.clock import wall
    from bot.talk import talk as talk_to

    try:
        talk_to(company, at or local(wall()), caller, record, console)
    except ScriptError as error:
        complaints.print(Text(str(error), style="red"))
        raise typer.Exit(UNUSABLE) from error


@app.command()
def replay(call_id: Annotated[str, typer.Argument(help="As `denwaban calls` lists it.")]) -> None:
    """Run a recorded call through today's code and show what would be otherwise."""
    from bot.journal import from_row
    from bot.replay import lines, turns
    from bot.store import find_call, kept_script, read_rows

    store = _store()
    try:
        with store.read() as connection:
            call = find_call(connection, call_id)
            script = kept_script(connection, call.script_version) if call else None
            rows = read_rows(connection, call_id)
    finally:
        store.close()
    if call is None or script is None:
        complaints.print(Text(f"There is no call {call_id} in the store; `denwaban calls` lists them.", style="red"))
        raise typer.Exit(UNUSABLE)
    changed = 0
    for turn in turns(script, map(from_row, rows)):
        changed += turn.differs
        for line in lines(turn):
            console.print(Text(line, style={"-": "red", "+": "green"}.get(line[0], "")))
    console.print(Text(f"{changed} of its events would go otherwise today.", style="bold"))


def _store() -> Store:
    from bot.store import store_for

    return store_for(read_settings(os.environ))


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    help="Place calls with a simulated caller and judge them (`denwaban rehearse --help`, or with --dialogues DIR).",
)
def rehearse(context: typer.Context) -> None:
    """All arguments go on to `bot.rehearsal.command`, or to `dialogue_command`, which are loaded only now."""
    rehearsal = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    if any(each.split("=")[0] == "--dialogues" for each in context.args):
        from bot.rehearsal.dialogue_command import command as place_dialogues

        rehearsal.command(name="rehearse")(place_dialogues)
    else:
        from bot.rehearsal.command import command

        rehearsal.command(name="rehearse")(command)
    rehearsal(context.args, prog_name="denwaban rehearse")


@app.command()
def score(
    folder: Annotated[Path, typer.Argument(help="Lines with their meaning: openings.jsonl, numbers.jsonl …")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
    predictions: Annotated[
        Path | None, typer.Option(help="Write what every line was taken for, as JSON lines.")
    ] = None,
    heard: Annotated[Path | None, typer.Option(help="JSON lines {id, text, kana}: score what ears heard.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this part, as openings; may be repeated.")] = None,
    split: Annotated[str, typer.Option(help="all, dev or held-out, by the ids of our own lines.")] = "all",
) -> None:
    """Score understanding on a folder of written lines, and the whole receptionist on its calls."""
    from bot.company.load import COMMON
    from bot.score import WORST, Wanted, json_text, scored, show, write_predictions
    from nlu.score.lines import FolderError

    try:
        common = read_settings(os.environ).scripts_dir / COMMON
        results = scored(folder, Wanted(tuple(only or ()), split, heard), common)
    except FolderError as error:
        complaints.print(Text(str(error), style="red"))
        raise typer.Exit(UNUSABLE) from error
    if predictions:
        write_predictions(results, predictions)
    if as_json:
        typer.echo(json_text(results))
    else:
        show(results, console, WORST)


@app.command()
def members(
    file: Annotated[Path, typer.Argument(help="A members.json: companies with their staff, answers and bookings.")],
    out: Annotated[Path, typer.Argument(help="The folder in which each company gets a folder of its own.")],
) -> None:
    """Make script files of the companies of a members.json."""
    from bot.company.load import COMMON, load_script
    from bot.company.member_list import read_members
    from bot.company.members import write_members

    common = read_settings(os.environ).scripts_dir / COMMON
    for folder in write_members(read_members(file), out, common):
        console.print(Text.assemble((str(folder), "bold green"), f"  {load_script(folder).company.text}"))


@app.command("score-speech")
def score_speech(
    folder: Annotated[
        Path, typer.Argument(help="Recordings in audio/, and a transcripts.tsv: file, source, text, kana.")
    ],
    codec: Annotated[str, typer.Option(help="pcmu, pcma, or none: as recorded.")] = "none",
    snr: Annotated[
        float | None, typer.Option(help="Decibels of speech over noise; no noise is added without it.")
    ] = None,
    noise: Annotated[str, typer.Option(help="pink, babble or white.")] = "pink",
    dictation: Annotated[bool, typer.Option(help="Whether the dictation ear writes too; it takes longest.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Score hearing on a folder of recordings."""
    from bot.score_speech import FolderError, scored, show
    from bot.score_speech import json_text as speech_json

    try:
        tallies = scored(folder, (codec, snr, noise), dictation, complaints if complaints.is_terminal else None)
    except FolderError as error:
        complaints.print(Text(str(error), style="red"))
        raise typer.Exit(UNUSABLE) from error
    if as_json:
        typer.echo(speech_json(tallies))
    else:
        show(tallies, console)


add_desk_commands(app)
add_access_commands(app)
add_doctor(app)


def main() -> None:
    """The command `denwaban`."""
    try:
        app()
    except (ScriptError, SettingsError, EngineError, LineError) as error:
        complaints.print(Text(str(error), style="red"))
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
