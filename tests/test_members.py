"""A members.json as script files: everything of it comes through, and what does not fit is said."""

from __future__ import annotations

import copy
import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import app
from bot.company.load import ScriptError, load_script
from bot.company.member_list import read_members
from bot.company.members import load_members, write_members
from bot.company.rules import Block, KnownBooking, Name, Resource, SalesPolicy, Span
from bot.company.schedule import found
from bot.company.script import Script
from bot.company.toml import Table, written
from bot.dialogue.hours import TOKYO
from nlu.meaning import Reason
from tests.written_members import MEMBERS, members_file

COMMON = Path(__file__).parent.parent / "scripts" / "common.toml"
MORNING, AFTERNOON = Span(time(9), time(12)), Span(time(13), time(18))


@pytest.fixture
def hinode(tmp_path: Path) -> Script:
    return load_members(members_file(tmp_path), COMMON)["hinode"]


def test_the_company_is_spoken_of_without_its_legal_form(hinode: Script) -> None:
    assert hinode.key == "hinode"
    assert hinode.company == Name("有限会社ひので写真館", "ユウゲンガイシャヒノデシャシンカン")
    assert hinode.spoken == Name("ひので写真館", "ヒノデシャシンカン")
    assert hinode.rules.sales.policy is SalesPolicy.REPORT
    assert hinode.human.extension
    assert hinode.rules.hand_over == (Reason.OPERATOR, Reason.QUESTION), "what is beyond the answers is handed over"


def test_hours_and_closed_days_come_through(hinode: Script) -> None:
    assert hinode.hours.week == ((MORNING, AFTERNOON),) * 6 + ((),)
    assert hinode.hours.closed_on_holidays
    assert hinode.hours.closed_dates == (date(2026, 12, 1),)


def test_staff_have_keys_and_extensions_of_their_own(hinode: Script) -> None:
    assert [person.key for person in hinode.staff] == ["miyake", "miyake_2", "kozuka"]
    assert len({person.extension for person in hinode.staff} | {hinode.human.extension}) == 4
    first = hinode.staff[0]
    assert (first.family, first.given) == (Name("三宅", "ミヤケ"), Name("薫", "カオル"))
    assert (first.department, first.title, first.may_tell.state, first.may_tell.email) == ("撮影部", "店長", True, "")
    assert hinode.departments == (Name("撮影部", "サツエイブ"),)


def test_an_address_may_be_told_only_while_its_entry_holds(hinode: Script) -> None:
    def there(day: int, hour: int) -> tuple[str, str, str]:
        event = found(hinode, hinode.staff[0], datetime(2026, 11, day, hour, tzinfo=TOKYO).timestamp())
        return event.state, event.email, event.mobile

    assert there(24, 14) == ("出張", "miyake@hinode.example", "09011110042")
    assert there(26, 14) == ("会議", "", "")
    assert there(27, 14) == ("在席", "", "")


def test_back_is_when_the_entry_says(hinode: Script) -> None:
    at = datetime(2026, 11, 24, 14, tzinfo=TOKYO).timestamp()
    assert found(hinode, hinode.staff[0], at).back == datetime(2026, 11, 25, 9, tzinfo=TOKYO).timestamp()


def test_answers_and_what_is_beyond_them_come_through(hinode: Script) -> None:
    assert [entry.answer for entry in hinode.knowledge.entries] == [each["a"] for each in MEMBERS["hinode"]["faq"]]
    assert hinode.knowledge.entries[0].questions[1] == "焼き増しの料金を教えてください"
    assert hinode.knowledge.beyond == ("ほかのお客様の写真のこと",)


def test_bookings_come_through(hinode: Script) -> None:
    rules = hinode.rules.reservations
    assert rules is not None
    assert rules.week == ((MORNING,), (), (MORNING,), (), (), (), ())
    assert rules.closed_on_holidays
    assert rules.closed_dates == (date(2026, 11, 30),)
    assert (rules.slot_minutes, rules.days_ahead, rules.party_max, rules.change_until_days) == (30, 45, 8, 2)
    assert rules.need == ("name", "number", "party", "purpose")
    assert [resource.capacity for resource in rules.resources] == [8, 3]
    assert rules.resources[0] == Resource("room1", Name("大スタジオ", "ダイスタジオ"), 8)
    (service,) = rules.services
    assert (service.name.text, service.minutes, service.resources, service.per_person) == (
        "撮影",
        60,
        ("room1", "room2"),
        True,
    )
    assert rules.blocks == (Block("2026-12-02T09:00", "2026-12-02T10:00"),)
    assert rules.known == (KnownBooking("ノムラ", "0312340000", "2026-12-02T10:00", 2),)
    assert [each.label for each in rules.questions] == ["着物か洋服か", "撮影の目的"]
    assert rules.questions[0].question.startswith("着物か洋服か、")
    assert rules.questions[1].question.startswith("撮影の目的を、")
    assert "前日から半額、当日は全額" in rules.cancel_note


@pytest.mark.parametrize(
    ("until", "days"), [("前日まで。当日は電話で受ける", 0), ("前日の午後六時まで", 1), ("3日前まで", 3), ("", 0)]
)
def test_until_when_a_booking_can_be_changed(tmp_path: Path, until: str, days: int) -> None:
    members = copy.deepcopy(MEMBERS)
    members["hinode"]["reservations"]["change_until"] = until
    rules = load_members(members_file(tmp_path, members), COMMON)["hinode"].rules.reservations
    assert rules is not None
    assert rules.change_until_days == days


def test_the_company_s_own_answer_says_what_a_cancellation_costs(tmp_path: Path) -> None:
    members = copy.deepcopy(MEMBERS)
    members["hinode"]["faq"].append({"q": ["キャンセル料はかかりますか"], "a": "前日から半額を頂戴しております。"})
    rules = load_members(members_file(tmp_path, members), COMMON)["hinode"].rules.reservations
    assert rules is not None
    assert rules.cancel_note == "前日から半額を頂戴しております。"


def test_a_cancellation_that_costs_nothing_is_said_to(tmp_path: Path) -> None:
    members = copy.deepcopy(MEMBERS)
    members["hinode"]["reservations"]["cancel_fee"] = "なし"
    rules = load_members(members_file(tmp_path, members), COMMON)["hinode"].rules.reservations
    assert rules is not None
    assert rules.cancel_note == "お取り消しの料金は、かかりません。"


def test_a_company_that_takes_no_bookings_asks_for_the_caller_s_company(tmp_path: Path, hinode: Script) -> None:
    members = copy.deepcopy(MEMBERS)
    members["hinode"] |= {"reservations": None, "name": "さくら堂", "reading": "さくらどう", "sales": "refuse"}
    script = load_members(members_file(tmp_path, members), COMMON)["hinode"]
    assert script.rules.reservations is None
    assert (script.company, script.spoken) == (Name("さくら堂", "サクラドウ"), Name("さくら堂", "サクラドウ"))
    assert "company" in script.ask
    assert "company" not in hinode.ask


def test_the_command_writes_files_that_load(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = CliRunner().invoke(app, ["members", str(members_file(tmp_path)), str(out)])
    assert run.exit_code == 0, run.output
    assert "有限会社ひので写真館" in run.output
    assert sorted(path.name for path in (out / "hinode").iterdir()) == [
        "knowledge.toml",
        "reservations.toml",
        "script.toml",
        "staff.toml",
    ]
    assert load_script(out / "hinode").staff[0].family.text == "三宅"
    text = (out / "hinode" / "script.toml").read_text("utf-8")
    assert "# 業種: 写真の撮影と焼き増し" in text
    assert "# 営業時間: 平日と土曜の午前九時から" in text


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"staff": [{"name": "三宅 薫"}]}, "hinode.staff.0.reading"),
        ({"open": {"mon": ["09:00"]}}, "hinode.open.mon.0"),
        ({"name": None}, "hinode.name"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    members = {"hinode": MEMBERS["hinode"] | change}
    with pytest.raises(ScriptError) as error:
        read_members(members_file(tmp_path, members))
    assert complaint in str(error.value)
    assert "members.json" in str(error.value)


def test_a_name_that_cannot_be_loaded_is_refused(tmp_path: Path) -> None:
    members = copy.deepcopy(MEMBERS)
    members["hinode"]["staff"][0]["reading"] = "ミヤケカオル"
    with pytest.raises(ScriptError, match="write family and given name alike"):
        write_and_load(members_file(tmp_path, members), tmp_path / "out")


def write_and_load(file: Path, out: Path) -> Script:
    (folder,) = write_members(read_members(file), out, COMMON)
    return load_script(folder)


texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
plain = texts | st.integers() | st.booleans() | st.lists(texts, max_size=3)
rows = st.lists(st.dictionaries(texts, plain, max_size=3), max_size=2)
tables = st.dictionaries(texts, plain | rows | st.dictionaries(texts, plain | rows, max_size=3), max_size=4)


@given(tables)
def test_toml_reads_back_what_was_written(table: Table) -> None:
    assert tomllib.loads(written(table)) == table


def test_a_comment_stands_at_the_head() -> None:
    assert written({"a": 1}, "一\n二") == "# 一\n# 二\n\na = 1\n"
