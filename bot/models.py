"""`denwaban models`: which models for dictation there are, fetching one, and whether those here are sound.

Which engine is used is a setting (DENWABAN_DICTATION), as is where the models lie (DENWABAN_MODELS); this file brings
the two to the engines' own terms.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from voice.engines.dictation import Choice

app = typer.Typer(help="Models for dictation that are not part of the package.", no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True)

UNSOUND = 1
"""Exit status: a model is not what it should be."""


def choice(settings: Settings) -> Choice:
    """Which dictation engine is to be used, as the settings say."""
    from voice.engines.dictation import Choice

    return Choice(settings.dictation.partition("+")[0], settings.models_dir)


def second_choice(settings: Settings) -> Choice | None:
    """Which engine hears again after a call; None = none does."""
    from voice.engines.dictation import Choice

    again = settings.dictation.partition("+")[2]
    return Choice(again, settings.models_dir) if again else None


@app.command("list")
def list_models() -> None:
    """The models that are known or here, and which engine is used."""
    from voice.engines.dictation import chosen
    from voice.engines.models import catalogue, here, measured

    settings = read_settings(os.environ)
    figures = {(row.engine, row.model): f"{row.content_words:.3f}" for row in measured()}
    about = {model.name: model for model in catalogue()}
    local = {model.name: model.engine for model in here(settings.models_dir)}
    table = Table("model", "engine", "here", "content words", "licence", box=None)
    table.add_row("(in the package)", "domain", "yes", figures.get(("domain", ""), "not measured"), "")
    for name, engine in ({model.name: model.engine for model in catalogue()} | local).items():
        licence = about[name].licence if name in about else "?"
        row = (name, engine, "yes" if name in local else "no", figures.get((engine, name), "not measured"), licence)
        table.add_row(*map(Text, row))
    console.print(table)
    for name, model in about.items():
        console.print(
            Text(f"{name}: {model.about}." + ("" if name in local else f" Get it: denwaban models fetch {name}"))
        )
    console.print(Text(f"Models lie in {settings.models_dir.absolute()}."))
    used = chosen(choice(settings))
    own = f" with {used.model.name}" if used.model else ""
    console.print(Text(f"Dictation ({settings.dictation}): {used.engine}{own}; {used.why}."))


@app.command("fetch")
def fetch_model(
    name: Annotated[str, typer.Argument(help="As `denwaban models list` shows it.")],
    source: Annotated[
        str, typer.Option("--from", help="Another address of its archive, or the archive as a file.")
    ] = "",
) -> None:
    """Bring a model here and check it; one that was cut off goes on."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from voice.engines.fetch import fetch
    from voice.engines.models import known

    model, folder = known(name), read_settings(os.environ).models_dir
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(model.name, total=model.megabytes * 1e6)

        def told(here: int, total: int) -> None:
            progress.update(task, completed=here, total=total or None)

        where = fetch(model, folder, told, source)
    console.print(Text(f"{name} is in {where.absolute()}, every file with its right sum. Licence: {model.licence}."))
    console.print(Text(f"To use it: DENWABAN_DICTATION={model.engine}"))


@app.command("check")
def check_models() -> None:
    """Are the files of the models here the right ones?"""
    from voice.engines.models import catalogue, engine_of

    folder = read_settings(os.environ).models_dir
    known = {model.name: model for model in catalogue()}
    found = sorted(path for path in folder.iterdir() if _is_model(path)) if folder.is_dir() else []
    if not found:
        console.print(Text(f"No models lie in {folder.absolute()}."))
    bad = 0
    for path in found:
        wrong = _wrong(path, known.get(path.name) is not None)
        bad += bool(wrong)
        engine = engine_of(path) or "no engine's"
        said = "; ".join(wrong) or (
            "every file is the right one" if path.name in known else "files are there; no sums known"
        )
        remedy = f" → denwaban models fetch {path.name}" if wrong and path.name in known else ""
        console.print(Text(f"{path.name} ({engine}): {said}{remedy}", style="red" if wrong else ""))
    if bad:
        raise typer.Exit(UNSOUND)


def _is_model(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")


def _wrong(path: Path, is_known: bool) -> tuple[str, ...]:
    from voice.engines.models import engine_of, faults, known

    if is_known:
        return faults(known(path.name), path)
    return () if engine_of(path) else ("it has the files of no engine's model",)
