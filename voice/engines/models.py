"""Models that are not part of the package: which are known, which lie here, and whether their files are the right ones.

Rule: a model is a folder under the models' folder, recognised by its files; a known one must have the files that
`data/models.toml` lists, with their SHA-256 sums. Reads only: how models come here is in `fetch`.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from voice.engines import EngineError

ENGINES = ("domain", "vosk", "whisper")
CATALOGUE = Path(__file__).parent / "data" / "models.toml"

_VOSK = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
_VOSK_GRAPHS = (("graph/HCLr.fst", "graph/Gr.fst"), ("graph/HCLG.fst",))
"""One that takes grammars while it runs, and one that is fixed."""
_WHISPER = ("model.bin", "config.json", "tokenizer.json")


class Model(NamedTuple):
    """A model that is known."""

    name: str
    """Of its folder too."""
    engine: str
    about: str
    licence: str
    address: str
    """Of the archive, on the site of those who made it; "" = it must be brought by hand."""
    megabytes: int
    """The archive, about."""
    files: Mapping[str, str]
    """Path within the model's folder to SHA-256 in hexadecimal."""


class Measured(NamedTuple):
    """What the bench found on the telephone band."""

    engine: str
    model: str
    """`Model.name`; "" = the one in the package."""
    content_words: float
    """Of the content words that were said, how many were written: 0..1."""
    character_error: float
    core_seconds: float
    """Per second of sound."""
    source: str

    @property
    def rank(self) -> tuple[float, float]:
        """Greater is better: content words, and of equals the cheaper."""
        return self.content_words, -self.core_seconds


class Local(NamedTuple):
    """A model that is here."""

    name: str
    engine: str
    folder: Path | None
    """None = part of the package."""


def _data() -> dict[str, list[dict[str, object]]]:
    data: dict[str, list[dict[str, object]]] = tomllib.loads(CATALOGUE.read_text("utf-8"))
    return data


@cache
def catalogue() -> tuple[Model, ...]:
    """The models known, best known first."""
    return tuple(Model(**row) for row in _data()["models"])  # type: ignore[arg-type]


@cache
def measured() -> tuple[Measured, ...]:
    """The figures by which `auto` chooses."""
    return tuple(Measured(**row) for row in _data()["measured"])  # type: ignore[arg-type]


def known(name: str) -> Model:
    """The model of that name. Raises EngineError."""
    for model in catalogue():
        if model.name == name:
            return model
    raise EngineError(f"No model is known as {name}; known: {', '.join(model.name for model in catalogue())}.")


def engine_of(folder: Path) -> str:
    """Whose model lies in a folder, "" = nobody's."""

    def has(names: tuple[str, ...]) -> bool:
        return all((folder / name).is_file() for name in names)

    if has(_VOSK) and any(map(has, _VOSK_GRAPHS)):
        return "vosk"
    return "whisper" if has(_WHISPER) else ""


def here(models: Path | None) -> tuple[Local, ...]:
    """The models under a folder: known ones first, in the catalogue's order, then the others by name."""
    if models is None or not models.is_dir():
        return ()
    order = [model.name for model in catalogue()]
    folders = sorted(folder for folder in models.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    folders.sort(key=lambda folder: order.index(folder.name) if folder.name in order else len(order))
    return tuple(Local(folder.name, engine, folder) for folder in folders if (engine := engine_of(folder)))


def find(engine: str, models: Path | None, name: str = "") -> Path:
    """The folder of an engine's model, the first that is here unless one is named. Raises EngineError."""
    for local in here(models):
        if local.engine == engine and name in ("", local.name) and local.folder is not None:
            return local.folder
    wanted = f"no model {name}" if name else "no model"
    where = str(models.absolute()) if models else "no folder was given"
    raise EngineError(f"The dictation engine {engine} has {wanted} (looked in: {where}): {_remedy(engine)}.")


def _remedy(engine: str) -> str:
    """What to do where an engine has no model."""
    fetched = [model.name for model in catalogue() if model.engine == engine and model.address]
    if fetched:
        return f"run `denwaban models fetch {fetched[0]}`, or set DENWABAN_MODELS to the folder that holds it"
    return "put a folder with its files there, or set DENWABAN_MODELS to the folder that holds one"


def sum_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def faults(model: Model, folder: Path) -> tuple[str, ...]:
    """What is wrong with the files of a model, a line each; empty = nothing. Raises OSError."""
    found = []
    for name, wanted in model.files.items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name} is missing")
        elif sum_of(path) != wanted:
            found.append(f"{name} is not the file it should be (its SHA-256 differs)")
    return tuple(found)
