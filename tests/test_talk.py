"""Being the caller in text: what is shown, and the golden call that is kept of it."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from bot.__main__ import app
from bot.company.load import load_script
from bot.golden import play

SMILE = Path(__file__).parent.parent / "scripts" / "smile"
TYPED = "スマイル企画の江川ですが 図面の件で栗本さんいますか\nはい\n\nまたかけ直します\n[切断]\n"


def talked(*options: str) -> str:
    result = CliRunner().invoke(app, ["talk", str(SMILE), "--at", "2026-11-24 14:10:00", *options], input=TYPED)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_receptionist_answers_and_its_thoughts_are_shown() -> None:
    shown = talked()
    assert "あいにく栗本は、出張のため席を外しております。" in shown
    assert "caller_name" in shown
    assert "staff kurimoto" in shown
    assert "報告: 氏名 エガワ(確認済み)" in shown


def test_what_was_talked_is_a_golden_call(tmp_path: Path) -> None:
    kept = tmp_path / "calls" / "mine.txt"
    talked("--record", str(kept))
    assert play(load_script(SMILE), kept) == []


def test_a_line_that_a_golden_call_does_not_know_is_told_and_changes_nothing() -> None:
    typed = "[歌う]\n[切断]\n"
    result = CliRunner().invoke(app, ["talk", str(SMILE), "--at", "2026-11-24 14:10:00"], input=typed)
    assert result.exit_code == 0
    assert "a golden call knows no line '[歌う]'" in result.output.replace("\n", " ")
