"""Traps in reservations.toml, each made out of rules that have none."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from bot.company.check import Level, check
from bot.company.check_bookings import traps
from bot.company.rules import KnownBooking, Name, ReservationRules, Resource, Span
from tests.booked import COLOUR, CUT, INN, ONE, SALON, SEATS

DATA = Path(__file__).parent / "data"
SHORT = (Span(time(10), time(11)), Span(time(14), time(15, 15)))
DOOR = Resource("door", Name("玄関", "ゲンカン"))
TABLE = replace(INN, need=("name", "number", "party"), party_max=8)


def known(start: str, service: str = "cut", number: str = "0586439105") -> ReservationRules:
    return replace(SALON, known=(KnownBooking("キムラ", number, start, 1, service),))


@pytest.mark.parametrize(
    "rules",
    [
        SALON,
        ONE,
        TABLE,
        replace(TABLE, services=(SEATS, replace(CUT, resources=("table",))), party_max=30),
        replace(SALON, known=()),
        replace(SALON, week=(SHORT,) * 7, services=(CUT, replace(COLOUR, minutes=75)), known=()),
        known("2026-11-26T12:00"),
        known("2026-11-26T17:30", "colour"),
    ],
)
def test_what_has_no_trap(rules: ReservationRules) -> None:
    assert list(traps(rules)) == []


@pytest.mark.parametrize(
    ("rules", "key", "said"),
    [
        (replace(ONE, week=((),) * 7), "open", "never open"),
        (replace(ONE, days_ahead=0), "lead_minutes", "within 0 days"),
        (replace(ONE, days_ahead=1, lead_minutes=24 * 60), "lead_minutes", "1440 minutes ahead"),
        (replace(SALON, week=(SHORT,) * 7, known=()), "service[colour].minutes", "the longest has 75"),
        (replace(TABLE, party_max=9), "party_max", "more than 8"),
        (replace(TABLE, need=("name", "number")), "need", "is not asked"),
        (replace(SALON, resources=(*SALON.resources, DOOR)), "resource[door]", "no service"),
        (known("2026-11-26T12:15"), "booking[1].at", "2026-11-26 12:15"),
        (known("2026-11-26T09:45"), "booking[1].at", "outside"),
        (known("2026-11-25T10:00"), "booking[1].at", "outside"),
        (known("2026-12-05T10:00"), "booking[1].at", "outside"),
        (known("2026-11-26T17:45", "colour"), "booking[1].at", "outside"),
        (known("2026-11-26T10:00", number=""), "booking[1].number", "no number"),
    ],
)
def test_each_trap_is_told_by_its_key(rules: ReservationRules, key: str, said: str) -> None:
    (trap,) = traps(rules)
    assert trap.key == key
    assert said in trap.message
    assert trap.remedy


def test_the_command_warns_of_them(tmp_path: Path) -> None:
    shutil.copytree(DATA / "good_script", tmp_path / "scripts")
    folder = tmp_path / "scripts" / "acme"
    (folder / "reservations.toml").write_text(
        """
lead_minutes = 1440
days_ahead = 1
[open]
weekdays = "09:00-17:00"
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
""",
        "utf-8",
    )
    (found,) = (each for each in check(folder) if each.file.endswith("reservations.toml"))
    assert (found.level, found.key) == (Level.WARNING, "lead_minutes")
