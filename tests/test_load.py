"""A company's TOML as a script, and what is said of TOML that is not one.

Each file under data/bad_scripts is `case.file.toml` and takes the place of that file of the good company; its
lines `#! key: words` say which keys must be named, and words that the message must hold.
"""

from __future__ import annotations

import shutil
from datetime import date, datetime, time
from pathlib import Path

import pytest

from bot.company.load import ScriptError, load_all, load_script, vocabulary
from bot.company.rules import Calendar, Recipient
from bot.company.script import Absence, Name, Routine, Span
from bot.dialogue.hours import TOKYO
from nlu.vocabulary import Person

DATA = Path(__file__).parent / "data"
GOOD = DATA / "good_script"
BAD = sorted((DATA / "bad_scripts").glob("*.toml"))
SCRIPTS = Path(__file__).parent.parent / "scripts"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of scripts with the one good company."""
    shutil.copytree(GOOD, tmp_path / "scripts")
    return tmp_path / "scripts"


def test_a_script_says_what_its_files_say() -> None:
    script = load_script(GOOD / "acme")
    assert script.key == "acme"
    assert script.company == Name("青葉工業株式会社", "アオバコウギョウカブシキガイシャ")
    assert script.spoken == Name("青葉工業", "アオバコウギョウ")
    assert script.numbers == ("0421112233", "0421112244")
    assert script.departments == (Name("営業部", "エイギョウブ"),)
    assert (script.ask, script.transfer_ring_seconds, script.human.extension) == (("name", "number"), 15.0, "9")
    assert (script.patience.answer, script.patience.closing) == (4.5, 6.0)
    assert script.recipients == (Recipient("denwa@aoba.example"),)
    assert script.knowledge.entries[0].questions == ("営業時間は", "何時までですか")
    assert script.knowledge.beyond == ("価格",)


def test_hours_are_seven_days() -> None:
    hours = load_script(GOOD / "acme").hours
    usual = (Span(time(8, 30), time(17, 30)),)
    wednesday = (Span(time(9), time(12)), Span(time(13), time(17)))
    assert hours.week == (usual, usual, wednesday, usual, usual, (), ())
    assert hours.closed_on_holidays
    assert hours.closed_dates == (date(2026, 11, 27), date(2026, 11, 30))
    assert hours.closed_yearly == ((1, 1), (1, 2), (1, 3), (12, 29), (12, 30), (12, 31))


def test_staff_come_with_readings_and_schedules() -> None:
    kurimoto, ono = load_script(GOOD / "acme").staff
    assert (kurimoto.family, kurimoto.given) == (Name("栗本", "クリモト"), Name("賢治", "ケンジ"))
    assert (kurimoto.department, kurimoto.title, kurimoto.extension) == ("営業部", "主任", "21")
    tell = kurimoto.may_tell
    assert (tell.state, tell.back, tell.email, tell.mobile) == (True, True, "kurimoto@aoba.example", "09011112233")
    start, end = datetime(2026, 11, 24, 13, tzinfo=TOKYO), datetime(2026, 11, 26, tzinfo=TOKYO)
    assert kurimoto.schedule == (Absence(start, end, "出張", datetime(2026, 11, 26, 10, tzinfo=TOKYO)),)
    assert kurimoto.routine == (Routine("会議", (0, 1, 4), Span(time(10), time(11))),)
    assert ono.given == Name("", "")
    assert ono.routine == (Routine("休み", back_in_business_days=2),)
    assert (ono.may_tell.state, ono.may_tell.email) == (False, "")


def test_own_wording_goes_before_the_common_one() -> None:
    wording = load_script(GOOD / "acme").wording
    assert wording["ask_name"] == ("恐れ入ります、お名前をどうぞ。",)
    assert wording["greeting_open"] == ("お電話ありがとうございます。{company}でございます。",)


def test_the_version_is_that_of_every_byte(root: Path) -> None:
    before = load_script(root / "acme").version
    assert load_script(root / "acme").version == before == load_script(GOOD / "acme").version
    versions = {before}
    for name in ("acme/script.toml", "acme/staff.toml", "acme/knowledge.toml", "common.toml"):
        with (root / name).open("a", encoding="utf-8") as file:
            file.write("# \n")
        versions.add(load_script(root / "acme").version)
    assert len(versions) == 5


def test_staff_and_knowledge_may_be_left_out(root: Path) -> None:
    (root / "acme" / "staff.toml").unlink()
    (root / "acme" / "knowledge.toml").unlink()
    script = load_script(root / "acme")
    assert (script.staff, script.knowledge.entries) == ((), ())


BOOKINGS = """
[open]
weekdays = "09:00-23:59"
[[resource]]
key = "room"
name = "個室"
reading = "コシツ"
[[service]]
key = "talk"
name = "ご相談"
reading = "ゴソウダン"
minutes = 30
resources = ["room"]
[calendar]
"""


def calendar_of(root: Path, lines: str) -> Calendar:
    (root / "acme" / "reservations.toml").write_text(BOOKINGS + lines, "utf-8")
    rules = load_script(root / "acme").rules.reservations
    assert rules is not None
    return rules.calendar


def test_bookings_name_the_companys_calendar(root: Path) -> None:
    assert calendar_of(root, "") == Calendar("", "", "1")
    written = 'url = "https://calendar.aoba.example/x/"\nuser = "aoba"\nfeed = "2027"\n'
    assert calendar_of(root, written) == Calendar("https://calendar.aoba.example/x/", "aoba", "2027")
    for host in ("127.0.0.1:5232", "localhost", "[::1]:80"):
        assert calendar_of(root, f'url = "http://{host}/x/"').url == f"http://{host}/x/"


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("http://calendar.aoba.example/x/", "https://"),
        ("http://127.0.0.1.aoba.example/x/", "https://"),
        ("calendar.aoba.example/x/", "https://"),
        ("https:///x/", "https://"),
        ("https://[x/", "https://"),
        ("https://aoba:himitsu@calendar.aoba.example/x/", "DENWABAN_CALDAV_PASSWORD_"),
    ],
)
def test_a_calendar_that_would_be_read_by_others_is_refused(root: Path, url: str, remedy: str) -> None:
    with pytest.raises(ScriptError) as caught:
        calendar_of(root, f'url = "{url}"')
    (problem,) = caught.value.problems
    assert problem.key == "calendar.url"
    assert remedy in problem.remedy


def test_vocabulary_is_what_callers_may_name() -> None:
    words = vocabulary(load_script(GOOD / "acme"))
    assert (words.company, words.company_kana, words.area_code) == ("青葉工業", "アオバコウギョウ", "042")
    assert words.departments == (("営業部", "エイギョウブ"),)
    assert words.staff[0] == Person("kurimoto", "栗本", "クリモト", "賢治", "ケンジ", "営業部", "主任")


def wanted(path: Path) -> dict[str, str]:
    lines = [line.removeprefix("#! ") for line in path.read_text("utf-8").splitlines() if line.startswith("#! ")]
    return {line.split(":")[0]: line.split(":", 1)[1].strip() for line in lines}


@pytest.mark.parametrize("bad", BAD, ids=lambda path: path.stem)
def test_errors_name_file_key_find_and_remedy(bad: Path, root: Path) -> None:
    name = bad.name.split(".", 1)[1]
    target = root / name if name == "common.toml" else root / "acme" / name
    shutil.copy(bad, target)
    with pytest.raises(ScriptError) as caught:
        load_script(root / "acme")
    problems = {problem.key: problem for problem in caught.value.problems}
    assert set(problems) == set(wanted(bad))
    for key, words in wanted(bad).items():
        problem = problems[key]
        assert problem.file == str(target)
        assert problem.found
        assert problem.remedy
        assert words in str(problem)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.problems)
    jargon = ("Input should", "validation", "pydantic", "Traceback", "written", "tuple", "dataclass")
    assert not [word for word in jargon if word in str(caught.value)]


def test_bad_scripts_are_there() -> None:
    assert len(BAD) >= 15


def test_all_files_are_read_before_complaining(root: Path) -> None:
    (root / "acme" / "script.toml").write_text("[company\n", "utf-8")
    (root / "acme" / "staff.toml").write_bytes("[[staff]]\nname = '栗本'".encode("shift_jis"))
    (root / "acme" / "stuff.toml").write_text("", "utf-8")
    (root / "common.toml").unlink()
    with pytest.raises(ScriptError) as caught:
        load_script(root / "acme")
    found = {Path(problem.file).name: f"{problem.found} {problem.remedy}" for problem in caught.value.problems}
    assert set(found) == {"script.toml", "staff.toml", "stuff.toml", "common.toml"}
    assert "UTF-8" in found["staff.toml"]
    assert "line 1" in found["script.toml"]


def test_a_folder_without_a_script_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"script\.toml"):
        load_script(tmp_path / "nobody", GOOD / "common.toml")


def test_a_broken_company_leaves_the_others_alone(root: Path) -> None:
    shutil.copytree(root / "acme", root / "broken")
    (root / "broken" / "staff.toml").write_text("[[staff]]\n", "utf-8")
    scripts, errors = load_all(root)
    assert set(scripts) == {"acme"}
    assert set(errors) == {"broken"}
    assert "staff[1].key" in str(errors["broken"])


def test_a_called_number_has_one_company(root: Path) -> None:
    shutil.copytree(root / "acme", root / "beta")
    scripts, errors = load_all(root)
    assert set(scripts) == {"acme"}
    assert {problem.key for problem in errors["beta"].problems} == {"company.numbers"}
    assert "0421112233 belongs to acme" in str(errors["beta"])


def test_nothing_to_load_is_an_error(tmp_path: Path, root: Path) -> None:
    with pytest.raises(ScriptError, match="holds no company"):
        load_all(tmp_path / "nothing")
    (root / "common.toml").write_text("[patience]\nshort = 1\n", "utf-8")
    with pytest.raises(ScriptError, match="patience"):
        load_all(root)


def test_the_example_companies_stand() -> None:
    scripts, errors = load_all(SCRIPTS)
    assert not errors
    assert {"smile", "smile_quiet", "hanamizuki"} <= set(scripts)
    kurimoto = scripts["smile"].person("kurimoto")
    assert kurimoto is not None
    assert kurimoto.may_tell.email
    assert kurimoto.routine
    quiet = scripts["smile_quiet"].person("kurimoto")
    assert quiet is not None
    assert (quiet.may_tell.email, quiet.routine, quiet.schedule) == ("", (), ())
    assert scripts["hanamizuki"].ask == ("name", "number", "purpose")
