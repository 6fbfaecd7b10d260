"""What a company tells its desk at the command line, and what its callers are then told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import clock
from bot.__main__ import app
from bot.booking.feed import PATH, SUFFIX, FeedLinks, FeedName
from bot.company.load import load_script
from bot.company.rules import Recipient
from bot.company.schedule import AT_DESK, found
from bot.company.script import Script, Staff
from bot.dialogue.actions import Recall
from bot.dialogue.hours import is_open, local
from bot.recall import absences, recall
from bot.store import Store, open_store
from bot.store.desk import list_callers, list_questions, told_absences
from bot.store.remembered import CALLBACK, find_follow_up
from tests.followed import ENDED, FACTS, Desk

ROOT = Path(__file__).parent.parent
SMILE = load_script(ROOT / "scripts" / "smile")
TOMORROW = local(clock.wall()) + timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "denwaban.db")
    yield opened
    opened.close()


def denwaban(folder: Path, *words: str, **more: str) -> Result:
    environ = {"DENWABAN_VAR_DIR": str(folder), "DENWABAN_SCRIPTS_DIR": str(ROOT / "scripts"), "COLUMNS": "200"} | more
    return CliRunner().invoke(app, list(words), env=environ)


def person(key: str) -> Staff:
    staff = SMILE.person(key)
    assert staff is not None
    return staff


def state_of(store: Store, key: str, at: float, script: Script = SMILE) -> str:
    return found(script, person(key), at, absences(store, script, at, key).get(key, ())).state


@pytest.mark.parametrize("who", ["tamura", "田村", "田村直樹", "田村 直樹", "タムラ", "タムラ ナオキ", "たむら"])
def test_somebody_is_away_until_told(tmp_path: Path, store: Store, who: str) -> None:
    until = TOMORROW.replace(hour=17, minute=30, second=0, microsecond=0)
    told = denwaban(tmp_path, "away", who, "出張", "--until", f"{until:%Y-%m-%d %H:%M}", "--company", "smile")
    assert (told.exit_code, told.exception) == (0, None)
    assert "田村 直樹" in told.output
    assert state_of(store, "tamura", until.timestamp() - 1.0) == "出張"
    assert state_of(store, "tamura", until.timestamp()) != "出張"
    assert state_of(store, "nishikawa", until.timestamp() - 1.0) != "出張"
    back = denwaban(tmp_path, "here", who, "--company", "smile")
    assert back.exit_code == 0
    assert state_of(store, "tamura", until.timestamp() - 1.0) != "出張"


def test_whole_days_and_a_later_return(tmp_path: Path, store: Store) -> None:
    day, back = f"{TOMORROW:%Y-%m-%d}", f"{TOMORROW + timedelta(days=9):%Y-%m-%d} 13:00"
    denwaban(tmp_path, "away", "tamura", "休み", "--from", day, "--until", day, "--back", back, "--company", "smile")
    with store.read() as connection:
        (entry,) = told_absences(connection, "smile", clock.wall())
    assert (f"{local(entry.starts):%Y-%m-%d %H:%M}", entry.ends - entry.starts) == (f"{day} 00:00", 86400.0)
    assert entry.back is not None
    assert f"{local(entry.back):%Y-%m-%d %H:%M}" == back
    # the return is kept as it was told, opening hours or not
    there = found(SMILE, person("tamura"), entry.ends + 60.0, absences(store, SMILE, entry.ends)["tamura"])
    assert (there.state, there.back) == ("休み", entry.back)


def test_here_goes_before_what_the_script_says_while_the_company_is_open(tmp_path: Path, store: Store) -> None:
    assert denwaban(tmp_path, "here", "栗本", "--company", "smile").exit_code == 0
    now = clock.wall()
    assert (state_of(store, "kurimoto", now) == AT_DESK) is is_open(SMILE.hours, local(now))
    assert state_of(store, "kurimoto", now + 86400.0) == "出張"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("away", "佐藤", "出張", "--company", "smile"), ("佐藤 美咲", "佐藤 浩二", "sato_koji")),
        (("away", "栗本", "出張"), ("smile: kurimoto", "smile_quiet: kurimoto")),
        (("here", "山田", "--company", "smile"), ("Nobody is called 山田", "大野 誠")),
        (("away", "大野", "出張", "--company", "smiles"), ("no company smiles",)),
        (("away", "大野", "出張", "--company", "smile", "--until", "2020-01-01"), ("--until must lie ahead",)),
        (("away", "大野", "出張", "--company", "smile", "--until", "あした"), ("--until: write",)),
        (("callers", "allow", "0312345678"), ("--company", "hanamizuki")),
        (("callers", "forget", "0312345678", "--company", "smile"), ("is on no list",)),
        (("unanswered", "--resolve", "7"), ("no open question 7",)),
        (("done", "nothing"), ("no call nothing",)),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    tmp_path: Path, store: Store, words: tuple[str, ...], told: tuple[str, ...]
) -> None:
    answer = denwaban(tmp_path, *words)
    assert answer.exit_code == 2
    for part in told:
        assert part in answer.output
    with store.read() as connection:
        assert not told_absences(connection, "smile", 0.0)
        assert not list_callers(connection)


def test_callers_are_listed_moved_and_forgotten(tmp_path: Path, store: Store) -> None:
    def kind(asked: Recall) -> str:
        return recall(store, SMILE, asked, clock.wall()).listed

    number, company = Recall("0312345678"), Recall("", company="ヒカリツウシン")
    denwaban(tmp_path, "callers", "deny", "03-1234-5678", "--company", "smile", "--note", "毎週かけてくる")
    denwaban(tmp_path, "callers", "allow", "ヒカリ通信", "--company", "smile")
    assert (kind(number), kind(company)) == ("deny", "allow")
    listed = denwaban(tmp_path, "callers", "list", "smile").output
    for cell in ("03-1234-5678", "deny", "毎週かけてくる", "ヒカリ通信", "allow"):
        assert cell in listed
    assert "03-1234-5678" not in denwaban(tmp_path, "callers", "list", "tsubaki").output
    denwaban(tmp_path, "callers", "allow", "0312345678", "--company", "smile")
    assert kind(number) == "allow"
    denwaban(tmp_path, "callers", "forget", "03-1234-5678", "--company", "smile")
    denwaban(tmp_path, "callers", "forget", "株式会社ヒカリ通信", "--company", "smile")
    assert (kind(number), kind(company)) == ("", "")


def test_open_questions_are_listed_until_resolved(tmp_path: Path, store: Store) -> None:
    asked = replace(FACTS, unanswered=("駐車場に屋根はありますか", "犬を連れて行けますか"))
    script = replace(SMILE, recipients=(Recipient("a@smilecorp.example"),))
    Desk(store, script, asked, lambda: ENDED).end()
    listed = denwaban(tmp_path, "unanswered", "smile").output
    assert "駐車場に屋根はありますか" in listed
    assert "call-1" in listed
    with store.read() as connection:
        first, second = list_questions(connection, "smile")
    after = denwaban(tmp_path, "unanswered", "smile", "--resolve", str(first.id)).output
    assert (first.question in after, second.question in after) == (False, True)
    assert "No open questions" in denwaban(tmp_path, "unanswered", "tsubaki").output


def test_a_call_is_marked_as_rung_back(tmp_path: Path, store: Store) -> None:
    Desk(store, SMILE, FACTS, lambda: ENDED).end()
    assert "Nothing is owed" in denwaban(tmp_path, "done", "call-1", "--take").output
    assert "折り返し済み" in denwaban(tmp_path, "done", "call-1").output
    assert "Nothing is owed" in denwaban(tmp_path, "done", "call-1").output
    with store.read() as connection:
        row = find_follow_up(connection, "call-1", CALLBACK)
    assert row is not None
    assert row.settled is not None


def test_the_links_of_the_calendars_are_shown(tmp_path: Path) -> None:
    origin = {"DENWABAN_PUBLIC_ORIGIN": "https://phone.example.jp", "DENWABAN_SECRET": "s" * 32}
    every = denwaban(tmp_path, "calendar", **origin)
    assert (every.exit_code, every.exception) == (0, None)
    shown = dict(line.split(": ") for line in every.output.splitlines())
    assert {"ryuunoya", "hidamari"} <= set(shown)
    assert "smile" not in shown
    one = denwaban(tmp_path, "calendar", "hidamari", **origin)
    assert one.output == f"hidamari: {shown['hidamari']}\n"
    address = re.fullmatch(rf"https://phone\.example\.jp{PATH}(\S+){re.escape(SUFFIX)}", shown["hidamari"])
    assert address is not None
    assert FeedLinks("", "s" * 32).open(address[1]) == FeedName("hidamari", "1")


@pytest.mark.parametrize(
    ("company", "origin", "why"),
    [
        ("hidamari", "", "DENWABAN_PUBLIC_ORIGIN"),
        ("smile", "https://phone.example.jp", "smile takes no reservations"),
        ("nobody", "https://phone.example.jp", "no company nobody"),
    ],
)
def test_no_link_without_an_address_and_bookings(tmp_path: Path, company: str, origin: str, why: str) -> None:
    told = denwaban(tmp_path, "calendar", company, DENWABAN_PUBLIC_ORIGIN=origin)
    assert told.exit_code == 2
    assert why in told.output
