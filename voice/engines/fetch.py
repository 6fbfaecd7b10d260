"""Models come here: the archive is fetched from its maker's site, checked file by file, and put in its place whole.

Rule: a fetch that was cut off goes on where it stopped; of the archive only the files that the catalogue lists are
taken, each must have its sum, and the folder appears in one step, or not at all. No clock, no settings: who calls says
where the models lie and is told how far it has come.
"""

from __future__ import annotations

import fcntl
import http.client
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen
from zipfile import BadZipFile, ZipFile, ZipInfo

from voice.engines import EngineError
from voice.engines.models import Model, faults

PIECE_BYTES = 1 << 16
SILENT_SECONDS = 30.0
"""A server that sends nothing for so long is given up."""
TRIES = 3
"""In a row that bring nothing new."""

Told = Callable[[int, int], None]
"""Bytes that are here, bytes in all (0 = the server does not say)."""


def fetch(model: Model, models: Path, told: Told, source: str = "") -> Path:
    """The folder of a model, brought here unless its files are here and right.

    `source`: another address of the archive, or the archive itself as a file. Raises EngineError.
    """
    folder, part = models / model.name, models / f".{model.name}.zip.part"
    try:
        models.mkdir(parents=True, exist_ok=True)
        with _alone(models / f".{model.name}.lock", model):
            if folder.is_dir() and not faults(model, folder):
                return folder
            archive = Path(source) if source and "://" not in source else part
            if archive is part:
                _download(source or model.address, part, told)
            try:
                _install(model, archive, folder)
            except EngineError:
                part.unlink(missing_ok=True)  # it is a wrong one, and must not be gone on with
                raise
            part.unlink(missing_ok=True)
            return folder
    except OSError as error:
        raise EngineError(f"{model.name} cannot be put into {models}: {error}.") from error


@contextmanager
def _alone(path: Path, model: Model) -> Iterator[None]:
    """Two fetches of one model would write into each other's files."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EngineError(f"{model.name} is being fetched already, by another process: wait for it.") from error
        yield


def _download(address: str, part: Path, told: Told) -> None:
    if urlsplit(address).scheme not in ("http", "https"):
        raise EngineError(
            f"{address!r} cannot be fetched: give an https:// address, or the archive as a file, by --from."
        )
    idle, why = 0, ""
    while idle < TRIES:
        before = _size(part)
        try:
            if _received(address, part, told):
                return
            why = "the connection was cut"
        except HTTPError as error:
            with error:
                _refused(error, address, part)
                why = f"the server says {error.code} {error.reason}"
        except (OSError, http.client.HTTPException) as error:
            why = str(getattr(error, "reason", "") or error) or type(error).__name__
        idle = 0 if _size(part) > before else idle + 1
    here = f"{_size(part) / 1e6:.1f} MB are here, and the next try goes on from there" if _size(part) else ""
    raise EngineError(
        f"{address} cannot be fetched: {why}. {here or 'Nothing has come'}. Look at this machine's way to the "
        f"network (a proxy is named by https_proxy), or fetch the archive elsewhere and give its file by --from."
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _refused(error: HTTPError, address: str, part: Path) -> None:
    """What a server's refusal means: raises EngineError where trying again is of no use."""
    if error.code == 416:  # what is here is as long as the archive, or longer: too long to go on with
        part.unlink(missing_ok=True)
    elif 400 <= error.code < 500 and error.code not in (408, 429):
        raise EngineError(
            f"{address} cannot be fetched: the server says {error.code} {error.reason}. The archive may have moved: "
            "give its new address, or a file, by --from."
        ) from error


def _received(address: str, part: Path, told: Told) -> bool:
    """One answer of the server, added to what is here. False where it ended too early."""
    have = _size(part)
    headers = {"User-Agent": "denwaban", "Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with urlopen(Request(address, headers=headers), timeout=SILENT_SECONDS) as answer:
        span = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range") or "")
        goes_on = answer.status == 206 and span is not None and int(span[1]) == have
        total = int(span[2]) if goes_on and span else int(answer.headers.get("Content-Length") or 0)
        if answer.status == 206 and not goes_on:
            part.unlink(missing_ok=True)  # another piece than was asked for
            return False
        with part.open("ab" if goes_on else "wb") as file:
            while piece := answer.read(PIECE_BYTES):
                file.write(piece)
                told(file.tell(), total)
    return not total or _size(part) == total


def _install(model: Model, archive: Path, folder: Path) -> None:
    fresh, old = folder.with_name(f".{model.name}.new"), folder.with_name(f".{model.name}.old")
    for left in (fresh, old):
        shutil.rmtree(left, ignore_errors=True)
    try:
        _unpack(model, archive, fresh)
        if wrong := faults(model, fresh):
            raise EngineError(
                f"The archive of {model.name} is not the one that is known: {'; '.join(wrong)}. Nothing was installed. "
                "Fetch it anew; if it stays so, its maker has changed it, or somebody on the way."
            )
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _unpack(model: Model, archive: Path, target: Path) -> None:
    """The listed files, and no others."""
    try:
        with ZipFile(archive) as zipped:
            entries = _entries(zipped, model)
            target.mkdir()
            wanted, free = sum(entry.file_size for entry in entries.values()), shutil.disk_usage(target).free
            if wanted > free:
                raise OSError(f"it takes {wanted / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free")
            for name, entry in entries.items():
                path = target / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with zipped.open(entry) as packed, path.open("wb") as file:
                    shutil.copyfileobj(packed, file, PIECE_BYTES)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise EngineError(f"The archive of {model.name} cannot be unpacked ({error}); fetch it anew.") from error


def _entries(zipped: ZipFile, model: Model) -> dict[str, ZipInfo]:
    """By name within the model, whatever folder the archive has them in. Raises EngineError for one that leads out."""
    found = dict[str, ZipInfo]()
    for entry in zipped.infolist():
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
            raise EngineError(
                f"The archive of {model.name} holds {entry.filename!r}, which leads out of its folder: it was tampered "
                "with. Nothing was installed."
            )
        inside = "/".join(path.parts[1:])
        if inside in model.files:
            found[inside] = entry
    return found
