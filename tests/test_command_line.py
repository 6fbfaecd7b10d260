"""The command line: what it lists and replays, and that it never shows a traceback for what the user can mend."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.company.load import load_script, vocabulary
from bot.company.script import Script
from bot.dialogue.actions import Action
from bot.dialogue.events import Began, Event, Heard, HungUp, Spoken
from bot.dialogue.hours import local
from bot.dialogue.state import State
from bot.dialogue.step import step
from bot.journal import Entry, to_row
from bot.replay import lines, turns
from bot.store import Call, begin_call, end_call, keep_script, open_store, write_rows
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Answer, Meaning
from nlu.understand import understand
from tests.records import BEGAN

ROOT = Path(__file__).parent.parent


def denwaban(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command itself, in a process of its own."""
    here = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"} | environ
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, cwd=ROOT, env=here, capture_output=True, text=True, timeout=120)


@pytest.fixture
def script() -> Script:
    return load_script(ROOT / "scripts" / "smile")


def recorded(script: Script) -> list[Entry]:
    """A short call as the journal holds it."""
    entries: list[Entry] = []
    state, began = State(), Began(BEGAN, script.numbers[0], "0312345678", "loopback")
    hearing = Hearing.of("スマイル企画の江川と申します")
    meaning = understand(hearing, Expected(Ask.OPENING), local(BEGAN + 8), vocabulary(script))
    heard = Heard(BEGAN + 8, hearing, meaning, (5.0, 8.0))
    happened: list[Event] = [began, Spoken(BEGAN + 4), heard, HungUp(BEGAN + 12, "caller")]
    for event in happened:
        state, actions = step(script, state, event)
        what: list[Event | Action] = [event, *actions]
        entries += [Entry("call-1", len(entries) + n, event.at, each) for n, each in enumerate(what)]
    return entries


@pytest.fixture
def var(tmp_path: Path, script: Script) -> Path:
    """A store with one call in it."""
    store = open_store(tmp_path / "denwaban.db")
    call = Call("call-1", "smile", script.version, "loopback", "line-1", script.numbers[0], "0312345678", BEGAN)
    with store.write() as connection:
        keep_script(connection, script, BEGAN)
        begin_call(connection, call)
        write_rows(connection, [to_row(entry) for entry in recorded(script)])
        end_call(connection, replace(call, ended=BEGAN + 12, why="caller", outcome="abandoned"))
    store.close()
    return tmp_path


def test_a_recorded_call_goes_the_same_way_today(script: Script) -> None:
    assert [turn.differs for turn in turns(script, recorded(script))] == [False] * 4


def test_a_replay_shows_what_would_be_otherwise(script: Script) -> None:
    entries = recorded(script)
    changed = [
        replace(each, what=replace(each.what, meaning=Meaning(answer=Answer.NO)))
        if isinstance(each.what, Heard)
        else each
        for each in entries
    ]
    turn = next(turn for turn in turns(script, changed) if isinstance(turn.event, Heard))
    assert turn.differs
    shown = list(lines(turn))
    assert shown[0] == "客> スマイル企画の江川と申します"
    assert any(line.startswith("- ") and "Answer.NO" in line for line in shown)
    assert any(line.startswith("+ ") and "スマイルキカク" in line for line in shown)


def test_calls_are_listed_and_replayed(var: Path) -> None:
    runner, environ = CliRunner(), {"DENWABAN_VAR_DIR": str(var), "COLUMNS": "200"}
    listed = runner.invoke(app, ["calls"], env=environ)
    assert listed.exit_code == 0
    for cell in ("call-1", "smile", "2026-11-24 14:10:00", "0312345678", "abandoned"):
        assert cell in listed.output
    assert "call-1" not in runner.invoke(app, ["calls", "--company", "hanamizuki"], env=environ).output
    replayed = runner.invoke(app, ["replay", "call-1"], env=environ)
    assert replayed.exit_code == 0
    assert "客> スマイル企画の江川と申します" in replayed.output
    assert "0 of its events" in replayed.output
    assert runner.invoke(app, ["replay", "call-2"], env=environ).exit_code == 2


def test_what_the_user_can_mend_is_said_without_a_traceback(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "scripts" / "common.toml").write_text("[wording\n", "utf-8")
    broken = denwaban("serve", DENWABAN_SCRIPTS_DIR=str(tmp_path / "scripts"), DENWABAN_VAR_DIR=str(tmp_path / "var"))
    assert (broken.returncode, "common.toml" in broken.stderr) == (2, True)
    setting = denwaban("calls", DENWABAN_PORT="eighty")
    assert (setting.returncode, "DENWABAN_PORT" in setting.stderr) == (2, True)
    nowhere = denwaban("check", DENWABAN_SCRIPTS_DIR=str(tmp_path / "nowhere"))
    assert (nowhere.returncode, "holds no company" in nowhere.stderr) == (2, True)
    assert "Traceback" not in broken.stderr + setting.stderr + nowhere.stderr
