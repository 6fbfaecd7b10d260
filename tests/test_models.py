"""Models from elsewhere: fetched over a real connection, cut off and gone on with, checked, put in place."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from voice.engines import EngineError
from voice.engines.dictation import Choice, chosen
from voice.engines.fetch import fetch
from voice.engines.models import Model, catalogue, engine_of, faults, find, here, known, measured

ROOT = Path(__file__).parent.parent
CONTENT = {
    "am/final.mdl": bytes(range(256)) * 3000,
    "conf/mfcc.conf": b"--use-energy=false\n",
    "conf/model.conf": b"--min-active=200\n",
    "graph/Gr.fst": os.urandom(200_000),
    "graph/HCLr.fst": os.urandom(200_000),
    "ivector/online_cmvn.conf": b"",
}


def model(content: dict[str, bytes] | None = None, address: str = "") -> Model:
    files = {name: hashlib.sha256(data).hexdigest() for name, data in (content or CONTENT).items()}
    return Model("small", "vosk", "for tests", "none", address, 1, files)


def archive(content: dict[str, bytes] | None = None, folder: str = "vosk-model-small-0.1/") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name, data in (content or CONTENT).items():
            zipped.writestr(folder + name, data)
    return made.getvalue()


@dataclass
class Site:
    """What a server serves, and how badly."""

    body: bytes
    ranges: bool = True
    cut_after: list[int] = field(default_factory=list)
    """Bytes after which each of the first answers is cut off."""
    status: int = 200
    asked: list[str] = field(default_factory=list)
    """The Range of each request."""
    address: str = ""


@contextmanager
def served(site: Site) -> Iterator[Site]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range", "")
            site.asked.append(asked)
            start = int(re.findall(r"\d+", asked)[0]) if asked and site.ranges else 0
            if site.status != 200:
                self.send_error(site.status)
                return
            if start >= len(site.body):
                self.send_error(416)
                return
            body = site.body[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body)))
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(site.body) - 1}/{len(site.body)}")
            self.end_headers()
            self.wfile.write(body[: site.cut_after.pop(0)] if site.cut_after else body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        site.address = f"http://127.0.0.1:{server.server_port}/small.zip"
        yield site
        server.shutdown()
        thread.join()


def brought(site: Site, models: Path, wanted: Model | None = None) -> list[tuple[int, int]]:
    """Fetches; how it went on."""
    told: list[tuple[int, int]] = []
    folder = fetch(wanted or model(), models, lambda done, total: told.append((done, total)), site.address)
    assert folder == models / "small"
    return told


def left(models: Path) -> set[str]:
    return {path.name for path in models.iterdir() if not path.name.endswith(".lock")}


def test_a_model_is_fetched_checked_and_put_in_place(tmp_path: Path) -> None:
    with served(Site(archive())) as site:
        told = brought(site, tmp_path / "models")
        assert told[-1] == (len(site.body), len(site.body))
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert not faults(model(), tmp_path / "models" / "small")
        assert left(tmp_path / "models") == {"small"}
        assert brought(site, tmp_path / "models") == []
        assert len(site.asked) == 1
    assert engine_of(tmp_path / "models" / "small") == "vosk"


def test_a_connection_that_is_cut_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    with served(Site(archive(), cut_after=[100_000, 5_000])) as site:
        told = brought(site, tmp_path)
    assert site.asked == ["", "bytes=100000-", "bytes=105000-"]
    assert told[-1][0] == len(site.body)
    assert not faults(model(), tmp_path / "small")


def test_a_half_file_of_an_earlier_try_is_gone_on_with(tmp_path: Path) -> None:
    with served(Site(archive(), cut_after=[70_000, 0, 0, 0])) as site:
        with pytest.raises(EngineError, match=r"0\.1 MB are here, and the next try goes on"):
            brought(site, tmp_path)
        assert left(tmp_path) == {".small.zip.part"}
        site.asked.clear()
        brought(site, tmp_path)
    assert site.asked == ["bytes=70000-"]
    assert left(tmp_path) == {"small"}


def test_a_server_without_ranges_starts_anew(tmp_path: Path) -> None:
    with served(Site(archive(), ranges=False, cut_after=[90_000])) as site:
        brought(site, tmp_path)
    assert site.asked == ["", "bytes=90000-"]
    assert not faults(model(), tmp_path / "small")


def test_a_whole_or_too_long_half_file_does_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / ".small.zip.part").write_bytes(archive() + b"more")
    with served(Site(archive())) as site:
        brought(site, tmp_path)
    assert left(tmp_path) == {"small"}


def test_a_wrong_file_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    spoilt = CONTENT | {"graph/Gr.fst": b"other"}
    del spoilt["conf/mfcc.conf"]
    with served(Site(archive(spoilt))) as site, pytest.raises(EngineError) as caught:
        brought(site, tmp_path)
    for part in ("graph/Gr.fst is not the file", "conf/mfcc.conf is missing", "Nothing was installed", "anew"):
        assert part in str(caught.value)
    assert left(tmp_path) == set()


def test_a_spoilt_model_is_replaced_and_kept_where_that_fails(tmp_path: Path) -> None:
    with served(Site(archive())) as site:
        brought(site, tmp_path)
        (tmp_path / "small" / "am" / "final.mdl").write_bytes(b"spoilt")
        (tmp_path / "small" / "note").write_bytes(b"mine")
        site.body = b"no archive"
        with pytest.raises(EngineError, match="cannot be unpacked"):
            brought(site, tmp_path)
        assert (tmp_path / "small" / "am" / "final.mdl").read_bytes() == b"spoilt"
        site.body = archive()
        brought(site, tmp_path)
    assert not faults(model(), tmp_path / "small")
    assert left(tmp_path) == {"small"}


@pytest.mark.parametrize("name", ["../../out", "/out", "..\\out", "C:/out", "small/../../out"])
def test_an_archive_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    models = tmp_path / "deep" / "models"
    made = io.BytesIO(archive())
    with zipfile.ZipFile(made, "a") as zipped:
        zipped.writestr(zipfile.ZipInfo(name), b"out")
    with served(Site(made.getvalue())) as site, pytest.raises(EngineError, match="leads out"):
        brought(site, models)
    assert left(models) == set()
    assert [path.name for path in tmp_path.rglob("*out*")] == []


def test_only_listed_files_are_taken_and_links_are_no_links(tmp_path: Path) -> None:
    made = io.BytesIO(archive({name: data for name, data in CONTENT.items() if name != "conf/model.conf"}))
    with zipfile.ZipFile(made, "a") as zipped:
        link = zipfile.ZipInfo("x/conf/model.conf")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        zipped.writestr(link, CONTENT["conf/model.conf"])
        zipped.writestr("x/run.sh", b"#!/bin/sh")
    with served(Site(made.getvalue())) as site:
        brought(site, tmp_path)
    assert not (tmp_path / "small" / "run.sh").exists()
    assert not (tmp_path / "small" / "conf" / "model.conf").is_symlink()


@pytest.mark.parametrize(("status", "said"), [(404, "may have moved"), (403, "may have moved"), (500, "says 500")])
def test_a_server_that_refuses_is_quoted(tmp_path: Path, status: int, said: str) -> None:
    with served(Site(b"", status=status)) as site, pytest.raises(EngineError, match=said) as caught:
        brought(site, tmp_path)
    assert "--from" in str(caught.value)
    assert len(site.asked) == (3 if status == 500 else 1)


def test_an_archive_that_was_carried_here_is_installed(tmp_path: Path) -> None:
    carried = tmp_path / "carried.zip"
    carried.write_bytes(archive())
    fetch(model(), tmp_path / "models", lambda *_: None, str(carried))
    assert not faults(model(), tmp_path / "models" / "small")
    assert carried.exists()
    with pytest.raises(EngineError, match="nowhere"):
        fetch(model(), tmp_path / "others", lambda *_: None, str(tmp_path / "nowhere.zip"))
    with pytest.raises(EngineError, match="by --from"):
        fetch(model(), tmp_path / "others", lambda *_: None)


def test_the_catalogue_is_whole() -> None:
    assert len({each.name for each in catalogue()}) == len(catalogue())
    japanese = known("vosk-ja-small")
    assert (japanese.engine, len(japanese.files)) == ("vosk", 15)
    assert all(re.fullmatch(r"[0-9a-f]{64}", total) for each in catalogue() for total in each.files.values())
    assert {"graph/Gr.fst", "graph/words.txt", "am/final.mdl"} <= set(japanese.files)
    with pytest.raises(EngineError, match="known: vosk-ja-small"):
        known("vosk-de")


def test_the_japanese_models_text_files_have_their_sums() -> None:
    shared = os.environ.get("DENWABAN_SHARED")
    if not shared or not (Path(shared) / "vosk-ja").is_dir():
        pytest.skip("DENWABAN_SHARED names no folder with the Japanese model's text files")
    folder, files = Path(shared) / "vosk-ja", known("vosk-ja-small").files
    for name in ("conf/mfcc.conf", "conf/model.conf", "graph/phones.txt", "graph/words.txt"):
        assert hashlib.sha256((folder / Path(name).name).read_bytes()).hexdigest() == files[name]


def laid(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


WHISPER = ("model.bin", "config.json", "tokenizer.json")


def test_models_are_known_by_their_files(tmp_path: Path) -> None:
    assert here(None) == here(tmp_path / "nowhere") == ()
    laid(tmp_path / "zzz", *CONTENT)
    laid(tmp_path / "vosk-ja-small", *CONTENT)
    laid(tmp_path / "fixed", "graph/HCLG.fst", *(name for name in CONTENT if "graph" not in name))
    laid(tmp_path / "half", "am/final.mdl", "graph/Gr.fst")
    laid(tmp_path / ".small.new", *CONTENT)
    laid(tmp_path / "base", *WHISPER)
    assert [(local.name, local.engine) for local in here(tmp_path)] == [
        ("vosk-ja-small", "vosk"),
        ("base", "whisper"),
        ("fixed", "vosk"),
        ("zzz", "vosk"),
    ]
    assert find("vosk", tmp_path) == tmp_path / "vosk-ja-small"
    assert find("vosk", tmp_path, "zzz") == tmp_path / "zzz"
    with pytest.raises(EngineError, match="no model base"):
        find("vosk", tmp_path, "base")


def test_auto_takes_the_best_measured_of_those_here(tmp_path: Path) -> None:
    figures = {(row.engine, row.model): row for row in measured()}
    assert chosen(Choice()).engine == "domain"
    laid(tmp_path / "vosk-ja-small", *CONTENT)
    found = chosen(Choice("auto", tmp_path))
    if ("vosk", "vosk-ja-small") not in figures:
        assert found.engine == "domain"
        assert "not measured: vosk-ja-small" in found.why
    assert chosen(Choice("vosk", tmp_path)).model == tmp_path / "vosk-ja-small"
    assert chosen(Choice("domain", tmp_path)).model is None


def test_the_sooner_of_two_equals_ranks_higher() -> None:
    one = measured()[0]
    assert one._replace(core_seconds=one.core_seconds / 2).rank > one.rank
    assert one._replace(content_words=one.content_words + 0.01, core_seconds=9.0).rank > one.rank


def test_an_engine_that_is_not_here_is_told_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="denwaban models fetch vosk-ja-small") as caught:
        chosen(Choice("vosk", tmp_path))
    assert str(tmp_path) in str(caught.value)
    with pytest.raises(EngineError, match="auto, domain, vosk, whisper"):
        chosen(Choice("kaldi"))


def denwaban(*words: str, models: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    plain = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", "COLUMNS": "200", "DENWABAN_MODELS": str(models)}
    command = [sys.executable, "-m", "bot", "models", *words]
    return subprocess.run(command, cwd=ROOT, env=plain | environ, capture_output=True, text=True, timeout=120)


def test_the_command_lists_and_checks(tmp_path: Path) -> None:
    empty = denwaban("list", models=tmp_path)
    assert empty.returncode == 0
    for part in ("vosk-ja-small", "denwaban models fetch vosk-ja-small", "Apache-2.0", "Dictation (auto): domain"):
        assert part in empty.stdout
    assert "No models" in denwaban("check", models=tmp_path).stdout
    laid(tmp_path / "vosk-ja-small", *CONTENT)
    laid(tmp_path / "mine", *CONTENT)
    laid(tmp_path / "odd", "README")
    checked = denwaban("check", models=tmp_path)
    assert checked.returncode == 1
    lines = {line.split(" ")[0]: line for line in checked.stdout.splitlines()}
    assert "am/final.mdl is not the file" in lines["vosk-ja-small"]
    assert "graph/words.txt is missing" in lines["vosk-ja-small"]
    assert "fetch vosk-ja-small" in lines["vosk-ja-small"]
    assert "no sums known" in lines["mine"]
    assert "no engine" in lines["odd"]


def test_the_command_says_what_went_wrong_with_a_fetch(tmp_path: Path) -> None:
    with served(Site(archive())) as site:
        wrong = denwaban("fetch", "vosk-ja-small", "--from", site.address, models=tmp_path)
    assert wrong.returncode == 2
    assert "graph/words.txt is missing" in wrong.stderr
    gone = denwaban("fetch", "vosk-ja-small", "--from", site.address, models=tmp_path)
    assert (gone.returncode, "cannot be fetched" in gone.stderr) == (2, True)
    unknown = denwaban("fetch", "vosk-xx", models=tmp_path)
    assert (unknown.returncode, "No model is known" in unknown.stderr) == (2, True)
    assert "Traceback" not in wrong.stderr + gone.stderr + unknown.stderr
    assert left(tmp_path) == set()
