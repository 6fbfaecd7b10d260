"""What `denwaban check` finds: errors, traps, golden calls that come out otherwise; and the command itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.company.check import Finding, Level, check
from bot.company.load import load_script

DATA = Path(__file__).parent / "data"
SCRIPTS = Path(__file__).parent.parent / "scripts"

GOLDEN = """\
# 名乗って、切られる
@ 2026-11-24 14:10  from 0312345678
受付> お電話ありがとうございます。青葉工業でございます。
[切断]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The good company, to be spoilt."""
    shutil.copytree(DATA / "good_script", tmp_path / "scripts")
    return tmp_path / "scripts" / "acme"


def spoil(folder: Path, file: str, old: str, new: str) -> list[Finding]:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return check(folder)


def add(folder: Path, file: str, text: str) -> list[Finding]:
    with (folder / file).open("a", encoding="utf-8") as out:
        out.write(text)
    return check(folder)


def person(key: str, name: str, reading: str, more: str = "") -> str:
    return f'\n[[staff]]\nkey = "{key}"\nname = "{name}"\nreading = "{reading}"\n{more}\n'


def test_a_good_script_gives_nothing_to_say(folder: Path) -> None:
    assert check(folder) == []


def test_a_number_on_the_urgent_route_is_passed_over(folder: Path) -> None:
    route = '\n[[report.urgent]]\nmail = "{0}"\nwait_minutes = 5\n[[report.urgent]]\nnumber = "{1}"\nwait_minutes = 5\n'
    findings = add(folder, "script.toml", route.format("eigyo@aoba.example", "090-1111-2222"))
    (finding,) = [each for each in findings if each.key.startswith("report.urgent")]
    assert (finding.level, finding.key) == (Level.WARNING, "report.urgent[2].number")
    assert "09011112222 is passed over" in finding.message
    assert not [each for each in check(folder, rings=True) if each.key.startswith("report.urgent")]


@pytest.mark.parametrize(
    ("number", "level", "found"),
    [
        ("119", Level.ERROR, "which no machine may ring"),
        ("090-1111-222", Level.WARNING, "is not in the number plan"),
        ("11", None, ""),
    ],
)
def test_what_may_not_or_cannot_be_rung(folder: Path, number: str, level: Level | None, found: str) -> None:
    add(folder, "script.toml", f'\n[[report.urgent]]\nnumber = "{number}"\nwait_minutes = 5\n')
    findings = [each for each in check(folder, rings=True) if each.key.startswith("report.urgent")]
    assert [each.level for each in findings] == ([level] if level else [])
    assert all(found in each.message for each in findings)


def test_a_route_to_the_company_itself_is_an_error(folder: Path) -> None:
    own = load_script(folder).numbers[0]
    add(folder, "script.toml", f'\n[[report.urgent]]\nnumber = "{own}"\nwait_minutes = 5\n')
    (finding,) = [each for each in check(folder, rings=True) if each.key.startswith("report.urgent")]
    assert finding.level is Level.ERROR
    assert "the receptionist would ring itself" in finding.message


def test_what_cannot_be_loaded_is_an_error(folder: Path) -> None:
    (finding,) = spoil(folder, "staff.toml", 'reading = "オオノ"', 'reading = "おおの"')
    assert finding.level is Level.ERROR
    assert (Path(finding.file).name, finding.key) == ("staff.toml", "staff[ono].reading")
    assert "オオノ" in finding.remedy


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("お客様窓口", "オキャクサママドグチ"),
        ("カスタマーサービスセンター", "カスタマーサービスセンター"),
        ("緊急連絡先", "キンキュウレンラクサキ"),
    ],
)
def test_names_that_promise_an_answer_on_the_spot(folder: Path, name: str, reading: str) -> None:
    (finding,) = add(folder, "script.toml", f'\n[[department]]\nname = "{name}"\nreading = "{reading}"\n')
    assert (finding.level, finding.key) == (Level.WARNING, "department[2].name")
    assert name in finding.message


def test_plain_departments_promise_nothing(folder: Path) -> None:
    for name, reading in (("サポート課", "サポートカ"), ("総務部", "ソウムブ"), ("技術課", "ギジュツカ")):
        assert add(folder, "script.toml", f'\n[[department]]\nname = "{name}"\nreading = "{reading}"\n') == []


def test_a_reading_that_contradicts_the_dictionary(folder: Path) -> None:
    (finding,) = spoil(folder, "staff.toml", "クリモト ケンジ", "タムラ ケンジ")
    assert (finding.level, finding.key) == (Level.WARNING, "staff[kurimoto].reading")
    assert "クリモト" in finding.message
    (finding,) = spoil(folder, "script.toml", '"アオバコウギョウ"', '"アオバセイコウ"')[:1]
    assert finding.key == "company.spoken_reading"


def test_rarer_readings_are_no_contradiction(folder: Path) -> None:
    for number, (name, reading) in enumerate(
        (("河野", "カワノ"), ("河野", "コウノ"), ("菅野", "スガノ"), ("角田", "カクタ"))
    ):
        found = add(folder, "staff.toml", person(f"person{number}", name, reading))
        assert [finding for finding in found if "dictionary" in finding.message] == []


def test_two_of_one_sound_and_how_they_are_told_apart(folder: Path) -> None:
    (finding,) = add(folder, "staff.toml", person("ohno", "大野 誠", "オオノ マコト", 'department = "営業部"'))
    assert (finding.level, finding.key) == (Level.WARNING, "staff[ohno].reading")
    assert "cannot be told apart" in finding.message  # one has neither department nor given name
    found = add(folder, "staff.toml", person("koji", "栗本 浩二", "クリモト コウジ", 'department = "営業部"'))
    assert ["コウジ" in each.remedy for each in found if each.key == "staff[koji].reading"] == [True]
    found = add(folder, "staff.toml", person("same", "栗本 健二", "クリモト ケンジ", 'department = "営業部"'))
    same = [each for each in found if each.key == "staff[same].reading"]
    assert any("cannot be told apart" in each.message for each in same)


def test_departments_tell_people_apart(folder: Path) -> None:
    add(folder, "script.toml", '\n[[department]]\nname = "総務部"\nreading = "ソウムブ"\n')
    (finding,) = add(folder, "staff.toml", person("other", "栗本 賢治", "クリモト ケンジ", 'department = "総務部"'))
    assert "営業部 or 総務部" in finding.remedy


def test_an_address_that_cannot_be_read_aloud(folder: Path) -> None:
    (finding,) = spoil(folder, "staff.toml", "kurimoto@aoba.example", "k%%m+x@aoba.example")
    assert (finding.level, finding.key) == (Level.WARNING, "staff[kurimoto].may_tell.email")


def test_numbers_outside_the_plan(folder: Path) -> None:
    (finding,) = spoil(folder, "staff.toml", "090-1111-2233", "090-1111-223")
    assert finding.key == "staff[kurimoto].may_tell.mobile"
    found = spoil(folder, "script.toml", "042-111-2244", "042-111-22445")
    assert "company.numbers" in {each.key for each in found}


def test_one_extension_of_two(folder: Path) -> None:
    (finding,) = add(folder, "staff.toml", person("tamura", "田村 直樹", "タムラ ナオキ", 'extension = "21"'))
    assert finding.key == "staff[tamura].extension"
    assert "kurimoto" in finding.message


def test_greetings_name_the_company(folder: Path) -> None:
    own = 'greeting_closed = "営業時間外でございます。"'
    (finding,) = spoil(folder, "script.toml", 'ask_name = "恐れ入ります、お名前をどうぞ。"', own)
    assert (finding.level, finding.key) == (Level.WARNING, "wording.greeting_closed")


def test_a_missing_closed_greeting_is_an_error(folder: Path) -> None:
    common = folder.parent / "common.toml"
    lines = common.read_text("utf-8").splitlines(keepends=True)
    common.write_text("".join(line for line in lines if not line.startswith("greeting_closed")), "utf-8")
    (finding,) = check(folder)
    assert (finding.level, finding.key) == (Level.ERROR, "wording.greeting_closed")


def test_a_company_that_reaches_nobody(folder: Path) -> None:
    (finding,) = spoil(folder, "script.toml", '"denwa@aoba.example"', "")
    assert (finding.level, finding.key) == (Level.WARNING, "report.recipients")
    spoil(folder, "script.toml", 'extension = "9"', 'extension = ""')
    errors = [each for each in spoil(folder, "staff.toml", 'extension = "21"', "") if each.level is Level.ERROR]
    assert ["nobody can be reached" in each.message for each in errors] == [True]


def test_a_company_that_never_opens(folder: Path) -> None:
    hours = 'weekdays = "08:30-17:30"\nwed = ["9:00-12:00", "13:00-17:00"]\n'
    (finding,) = spoil(folder, "script.toml", hours, "")
    assert (finding.level, finding.key) == (Level.WARNING, "hours")


def test_golden_calls_are_played(folder: Path) -> None:
    (folder / "calls").mkdir()
    call = folder / "calls" / "greeting.txt"
    call.write_text(GOLDEN, "utf-8")
    assert check(folder) == []
    call.write_text(GOLDEN.replace("青葉工業", "若葉工業"), "utf-8")
    (finding,) = check(folder)
    assert (finding.level, finding.file) == (Level.ERROR, str(call))
    assert "若葉工業" in finding.message
    call.write_text("受付> はい\n", "utf-8")
    (finding,) = check(folder)
    assert finding.level is Level.ERROR


def test_golden_calls_can_be_rewritten(folder: Path) -> None:
    (folder / "calls").mkdir()
    call = folder / "calls" / "greeting.txt"
    call.write_text(GOLDEN.replace("青葉工業", "若葉工業"), "utf-8")
    assert CliRunner().invoke(app, ["check", "--rewrite", str(folder)]).exit_code == 0
    assert call.read_text("utf-8") == GOLDEN


def test_errors_come_first(folder: Path) -> None:
    (folder / "calls").mkdir()
    (folder / "calls" / "bad.txt").write_text(GOLDEN.replace("青葉", "若葉"), "utf-8")
    levels = [finding.level for finding in spoil(folder, "staff.toml", "クリモト ケンジ", "タムラ ケンジ")]
    assert levels == [Level.ERROR, Level.WARNING]


def test_the_command_prints_findings_and_fails_on_errors(folder: Path) -> None:
    runner = CliRunner()
    good = runner.invoke(app, ["check", str(folder)])
    assert (good.exit_code, "0 errors, 0 warnings" in good.output) == (0, True)
    spoil(folder, "staff.toml", 'reading = "オオノ"', 'reading = "おおの"')
    bad = runner.invoke(app, ["check", str(folder)])
    assert bad.exit_code == 1
    assert "staff[ono].reading" in bad.output
    assert "オオノ" in bad.output


def test_the_example_companies_are_without_fault() -> None:
    for folder in sorted(path.parent for path in SCRIPTS.glob("*/script.toml")):
        assert [finding for finding in check(folder) if finding.level is Level.ERROR] == []
