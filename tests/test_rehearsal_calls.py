"""Whole rehearsed calls: through codec, band, noise, ear and mouth on virtual time, and one over a real socket."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import soundfile
from typer.testing import CliRunner

from bot.__main__ import app
from bot.rehearsal.fast import Rehearsed, rehearse_fast
from bot.rehearsal.judge import failures
from bot.rehearsal.live import own_server, rehearse_live
from bot.rehearsal.plan import load_plan
from bot.rehearsal.play import Spoke
from voice.lines import LineError

SCRIPTS = Path(__file__).parent.parent / "scripts"


def placed(call: str, folder: Path, seed: int = 1) -> tuple[Rehearsed, list[str], list[Spoke]]:
    """A call of the examples on virtual time: what came of it, why it failed, who said what."""
    company, name = call.split("/")
    plan, said = load_plan(SCRIPTS / company / "rehearsals" / f"{name}.toml"), list[Spoke]()
    rehearsed = rehearse_fast(plan, seed, folder, said.append)
    return rehearsed, failures(plan, rehearsed.played, rehearsed.account), said


MUFFLED = pytest.mark.xfail(
    strict=False, reason="the ear takes some muffled words for others and believes them: 大丈夫です for ご存じです"
)


@pytest.mark.parametrize(
    "call",
    [
        "smile/urgent",
        "smile_quiet/urgent",
        "smile/nobody_answers",
        pytest.param("smile/mumbler", marks=MUFFLED),
        "hanamizuki/change",
    ],
)
def test_a_rehearsed_call_comes_to_what_it_expects(call: str, tmp_path: Path) -> None:
    rehearsed, why, said = placed(call, tmp_path)
    assert why == []
    assert {each.who for each in said} == {"receptionist", "caller"}
    with soundfile.SoundFile(rehearsed.played.recording) as recording:
        assert recording.channels == 2
        assert recording.frames / recording.samplerate == pytest.approx(rehearsed.played.seconds, abs=1.0)
    mails = list((tmp_path / "mail").glob("*.eml"))
    assert bool(mails) == bool(rehearsed.account and rehearsed.account.text)


def test_the_same_seed_is_the_same_call(tmp_path: Path) -> None:
    one, other = (placed("hanamizuki/nobody", tmp_path / name)[0] for name in ("one", "other"))
    assert one.played.turns == other.played.turns
    assert one.played.seconds == other.played.seconds


def test_the_command_tells_one_object_a_call_and_fails_with_the_call(tmp_path: Path) -> None:
    good = SCRIPTS / "hanamizuki" / "rehearsals" / "nobody.toml"
    company = tmp_path / "scripts" / "hanamizuki"
    company.parent.mkdir()
    (tmp_path / "scripts" / "common.toml").symlink_to(SCRIPTS / "common.toml")
    company.mkdir()
    for file in ("script.toml", "staff.toml", "knowledge.toml"):
        (company / file).symlink_to(SCRIPTS / "hanamizuki" / file)
    (company / "rehearsals").mkdir()
    bad = company / "rehearsals" / "nobody.toml"
    bad.write_text(good.read_text("utf-8").replace('outcome = "nothing"', 'outcome = "message"'), "utf-8")
    environ = {"DENWABAN_VAR_DIR": str(tmp_path / "var")}
    told = [CliRunner().invoke(app, ["rehearse", "--fast", "--json", str(path)], env=environ) for path in (good, bad)]
    assert [each.exit_code for each in told] == [0, 1]
    passed, failed = (json.loads(each.stdout) for each in told)
    assert (passed["call"], passed["passed"], passed["latency_ms"]) == ("hanamizuki/nobody", True, None)
    assert failed["failures"] == ["outcome: expected message, reported nothing"]
    assert Path(passed["recording"]).is_file()


def test_a_real_call_over_a_socket_is_timed_and_reported(tmp_path: Path) -> None:
    """What is heard of it is judged on virtual time above: in real time a busy machine may come too late for a word."""
    plan = load_plan(SCRIPTS / "hanamizuki" / "rehearsals" / "change.toml")

    async def call() -> Rehearsed:
        async with own_server(SCRIPTS, tmp_path / "server", warm=False) as (url, _):
            return await rehearse_live(plan, 1, url, tmp_path, lambda _said: None)

    rehearsed = asyncio.run(call())
    assert rehearsed.account is not None
    assert rehearsed.account.text
    latencies = [turn.latency_ms for turn in rehearsed.played.turns if turn.latency_ms is not None]
    assert len(latencies) >= 3
    assert min(latencies) > 0
    assert list((tmp_path / "server" / "mail").glob("*.eml"))


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    plan = load_plan(SCRIPTS / "hanamizuki" / "rehearsals" / "nobody.toml")
    for url, told in (("http://127.0.0.1:9", "does not answer"), ("127.0.0.1", "is no address of a server")):
        with pytest.raises(LineError, match=told):
            asyncio.run(rehearse_live(plan, 1, url, tmp_path, lambda _said: None))


def test_a_transfer_needs_a_line_that_can(tmp_path: Path) -> None:
    path = SCRIPTS / "smile" / "rehearsals" / "put_through.toml"
    told = CliRunner().invoke(app, ["rehearse", str(path)], env={"DENWABAN_VAR_DIR": str(tmp_path)})
    assert told.exit_code != 0
    assert "add --fast" in str(told.exception)
