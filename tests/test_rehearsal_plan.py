"""Rehearsals as they are written: what is read, and how faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.company.load import load_script
from bot.company.source import ScriptError
from bot.rehearsal.book import book_of
from bot.rehearsal.plan import load_plan, load_plans, root_of

SCRIPTS = Path(__file__).parent.parent / "scripts"
SHIPPED = sorted(SCRIPTS.glob("*/rehearsals/*.toml"))
GOOD = """
title = "伝言"
at = "2026-11-24 14:10"
[caller]
name = "江川"
reading = "エガワ"
number = "012-3456-7890"
opening = ["江川と申します。"]
[expects]
outcome = "message"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "scripts" / "smile" / "rehearsals" / "call.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_a_plan_is_read(tmp_path: Path) -> None:
    plan = load_plan(written(tmp_path, GOOD))
    assert plan.name == "smile/call"
    assert plan.written.caller.number == ("012", "3456", "7890")
    assert plan.written.at is not None
    assert plan.written.at.at.timestamp() == 1795497000.0
    assert root_of([plan]) == (tmp_path / "scripts").resolve()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'number = "012-3456-7890"',
            "number = 123456789",
            "caller.number: found 123456789: write the number as it is",
        ),
        ('outcome = "message"', 'outcome = "fine"', "expects.outcome: found 'fine': it must be 'message'"),
        (
            'reading = "エガワ"',
            'reading = "えがわ"',
            "caller.reading: found 'えがわ': write the reading in katakana: \"エガワ\"",
        ),
        ('reading = "エガワ"', "", 'caller.reading: is missing: add reading = "…"'),
        ("[expects]", "[manners]\nhesitate = true\n[expects]", "manners.hesitate: is no known key: write hesitates"),
        ("[expects]", "[manners]\nsilent = true\n[expects]", "manners.silent"),
        ("[expects]", '[replies]\npurpos = "用件"\n[expects]', "replies.purpos: is no known key: known here are"),
        ('name = "江川"', 'name = "江川"\ncompany = "青葉商事"', "caller.company_reading: is missing"),
        ("[expects]", "[manners]\nrepeats_wrongly = true\n[expects]", "caller.address: is missing"),
        ('outcome = "message"', 'outcome = "transferred"', "telephone.transfers: nobody answers"),
        ('title = "伝言"', 'title = "伝言"\nseeds = 3', "seeds: found 3: write a list of whole numbers"),
        ("[caller]", "[caller", "call.toml"),
    ],
)
def test_a_fault_is_told_with_file_key_and_remedy(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ScriptError) as failed:
        load_plan(path)
    assert str(path) in str(failed.value)
    assert told in str(failed.value)


def test_a_missing_file_is_told_with_the_others(tmp_path: Path) -> None:
    bad = written(tmp_path, GOOD.replace("エガワ", "えがわ"))
    with pytest.raises(ScriptError) as failed:
        load_plans([tmp_path / "none.toml", bad])
    assert "none.toml: cannot be read" in str(failed.value)
    assert "caller.reading" in str(failed.value)


def test_calls_of_several_folders_are_refused(tmp_path: Path) -> None:
    plans = [load_plan(written(tmp_path / name, GOOD)) for name in ("one", "two")]
    with pytest.raises(ScriptError, match="one scripts folder at a time"):
        root_of(plans)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_the_shipped_calls_fit_their_companies(path: Path) -> None:
    plan = load_plan(path)
    script = load_script(SCRIPTS / plan.company)
    wanted = plan.written.expects.staff
    assert wanted is None or wanted in {person.family.text for person in script.staff}
    told = [person.may_tell.email for person in script.staff]
    assert plan.written.caller.address in ("", *told)
    assert book_of(plan, plan.written.seeds[0])["opening"].text


def test_the_manners_and_endings_of_the_issue_are_all_rehearsed() -> None:
    plans = [load_plan(path).written for path in SHIPPED]
    for manner in (
        "hesitates",
        "corrects_itself",
        "interrupts",
        "mumbles",
        "silent",
        "repeats_wrongly",
        "backchannels",
    ):
        assert any(getattr(plan.manners, manner) for plan in plans), manner
    assert {plan.expects.outcome for plan in plans} >= {"message", "transferred", "recorded", "nothing"}
    assert {bool(plan.caller.presents) for plan in plans} == {True, False}
