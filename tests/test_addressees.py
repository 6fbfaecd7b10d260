"""Every report reaches those whom it concerns, and somebody always."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.company.rules import Name, Recipient, Span
from bot.dialogue.state import Captured, Facts
from bot.reporting.addressees import Matter, addressees, matter_of
from nlu.meaning import Reason
from tests.records import BEGAN, SCRIPT

SALES_DEPARTMENT = Recipient("eigyo@x.example", departments=("営業部",))
ORDERS = Recipient("orders@x.example", reasons=(Reason.QUESTION, Reason.MESSAGE))
NIGHT = Recipient("night@x.example", hours=Span(time(20), time(8)))
DAY = Recipient("day@x.example", hours=Span(time(9), time(18)))
BOSS = Recipient("boss@x.example", urgent_only=True)
ALL = Recipient("all@x.example")
MATTER = Matter("", None, False, BEGAN)


@pytest.mark.parametrize(
    ("recipients", "matter", "expected"),
    [
        ((ALL, SALES_DEPARTMENT), MATTER, "all"),
        ((ALL, SALES_DEPARTMENT), Matter("営業部", None, False, BEGAN), "all eigyo"),
        ((SALES_DEPARTMENT, ORDERS), Matter("総務部", Reason.QUESTION, False, BEGAN), "orders"),
        ((ORDERS, DAY), Matter("", Reason.SALES, False, BEGAN), "day"),
        ((DAY, NIGHT), MATTER, "day"),
        ((DAY, NIGHT), Matter("", None, False, BEGAN + 8 * 3600.0), "night"),
        ((DAY, NIGHT), Matter("", None, False, BEGAN + 16 * 3600.0), "night"),
        ((ALL, BOSS), MATTER, "all"),
        ((ALL, BOSS), Matter("", None, True, BEGAN), "all boss"),
        ((BOSS, ORDERS, NIGHT), MATTER, "orders"),
        ((BOSS,), MATTER, "boss"),
        ((ALL, ALL), MATTER, "all"),
        ((), MATTER, ""),
    ],
)
def test_who_gets_it(recipients: tuple[Recipient, ...], matter: Matter, expected: str) -> None:
    assert addressees(recipients, matter) == tuple(f"{name}@x.example" for name in expected.split())


def test_the_department_of_whoever_was_asked_for_goes_before_one_that_was_named() -> None:
    facts = Facts(staff=Captured("kurimoto"), department=Captured("総務部"), reason=Reason.PERSON, urgent=True)
    assert matter_of(SCRIPT, facts, 5.0) == Matter("営業部", Reason.PERSON, True, 5.0)
    assert matter_of(SCRIPT, Facts(department=Captured("総務部")), 5.0).department == "総務部"
    assert matter_of(SCRIPT, Facts(staff=Captured("ヤマダ")), 5.0).department == ""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("営業", "営業部"),
        ("営業課", "営業部"),
        ("営業部", "営業部"),
        ("総務", "総務課"),
        ("経理", "経理"),
        ("技術", "技術"),
    ],
)
def test_a_department_is_known_by_what_callers_call_it(said: str, meant: str) -> None:
    names = (Name("営業部", ""), Name("総務課", ""), Name("技術部", ""), Name("技術課", ""))
    script = replace(SCRIPT, departments=names)
    assert matter_of(script, Facts(department=Captured(said)), 5.0).department == meant


CHOICES = st.lists(st.sampled_from((SALES_DEPARTMENT, ORDERS, NIGHT, DAY, BOSS, ALL)), min_size=1)
MATTERS = st.builds(
    Matter,
    st.sampled_from(("", "営業部", "総務部")),
    st.sampled_from((None, *Reason)),
    st.booleans(),
    st.floats(BEGAN, BEGAN + 86400.0),
)


@given(CHOICES, MATTERS)
def test_nothing_is_lost_and_nothing_is_sent_twice(recipients: list[Recipient], matter: Matter) -> None:
    told = addressees(recipients, matter)
    assert told
    assert len(set(told)) == len(told)
    if BOSS.address in told and not matter.urgent:
        assert set(recipients) == {BOSS}
