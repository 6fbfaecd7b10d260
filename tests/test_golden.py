"""Every company's golden calls go as written, and the player sees where one does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.company.load import ScriptError, load_script
from bot.golden import play, rewrite
from tests.dialogues import SCRIPTS, SMILE

CALLS = sorted(SCRIPTS.glob("*/calls/*.txt"))


@pytest.mark.parametrize("path", CALLS, ids=[f"{path.parent.parent.name}-{path.stem}" for path in CALLS])
def test_a_golden_call_goes_as_written(path: Path) -> None:
    assert play(load_script(path.parent.parent), path) == []


def test_there_are_golden_calls_for_every_company() -> None:
    assert {path.parent.parent for path in CALLS} == {path.parent for path in SCRIPTS.glob("*/script.toml")}


def test_there_are_enough_of_them_and_each_says_what_is_reported() -> None:
    companies = {path.parent.parent.name for path in CALLS}
    assert len(CALLS) >= 80
    assert len(companies) >= 4
    assert not [path for path in CALLS if "\n報告: " not in path.read_text("utf-8")]


def test_a_call_that_goes_otherwise_is_shown_as_a_difference(tmp_path: Path) -> None:
    path = tmp_path / "call.txt"
    path.write_text("@ 2026-11-24 14:10\n受付> もしもし\n[切断]\n報告: 発話なし\n", "utf-8")
    difference = play(SMILE, path)
    assert "-受付> もしもし" in difference
    assert "+受付> お電話ありがとうございます。スマイル精工でございます。" in difference
    rewrite(SMILE, path)
    assert play(SMILE, path) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "an empty file"),
        ("客> もしもし\n", "客> もしもし"),
        ("@ 2026-11-24 14:10\n[踊る]\n", "[踊る]"),
        ("@ 2026-11-24 14:10\n客: もしもし\n", "客: もしもし"),
    ],
)
def test_a_line_that_cannot_be_played_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "call.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(ScriptError) as refused:
        play(SMILE, path)
    assert str(path) in str(refused.value)
    assert named in str(refused.value)
