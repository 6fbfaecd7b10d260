"""A name and a company that were heard as one word are told apart, and nothing else is."""

from __future__ import annotations

import pytest

from nlu.expected import Ask, Expected
from nlu.identity.callers import Caller
from nlu.identity.run_together import parted
from nlu.meaning import Slot


def slot(value: str, *others: str) -> Slot | None:
    return Slot(value, value, 0.8, others) if value else None


def values(caller: Caller) -> tuple[str, str]:
    return (caller.name.value if caller.name else ""), (caller.company.value if caller.company else "")


@pytest.mark.parametrize(
    ("name", "company", "expected", "found"),
    [
        ("", "ゼンキンコダンシツノホリヤマ", Expected(Ask.CALLER), ("ホリヤマ", "ゼンキンコダンシツ")),
        ("", "ヒマワリノイエ", Expected(Ask.CALLER), ("", "ヒマワリノイエ")),
        ("", "アオゾラノハナマキ", Expected(Ask.COMPANY), ("", "アオゾラノハナマキ")),
        ("", "アオゾラノハナマキ", Expected(Ask.CONFIRM_CALLER, name="ハナワキ"), ("ハナマキ", "アオゾラ")),
        ("", "アオゾラノハナマキ", Expected(Ask.CONFIRM_CALLER, name="サトウ"), ("", "アオゾラノハナマキ")),
        ("", "アオゾラノイノウエ", Expected(Ask.CALLER), ("イノウエ", "アオゾラ")),
        ("", "サワブサワブン", Expected(Ask.CONFIRM_CALLER, name="カワノ"), ("サワブン", "")),
        ("サカウチサカウチ", "", Expected(Ask.NAME), ("サカウチ", "")),
        ("センダイミソノクドオ", "", Expected(Ask.CONFIRM_CALLER, company="センダイミソ"), ("クドオ", "センダイミソ")),
        ("キマワリノイエノシナワラ", "", Expected(Ask.CALLER), ("シナワラ", "キマワリノイエ")),
        ("タケノウチ", "", Expected(Ask.CONFIRM_CALLER, company="タケ"), ("タケノウチ", "")),
        ("サイノウチ", "", Expected(Ask.CALLER), ("サイノウチ", "")),
    ],
)
def test_names_and_companies(name: str, company: str, expected: Expected, found: tuple[str, str]) -> None:
    assert values(parted(Caller(slot(name), slot(company)), expected, "")) == found


def test_what_is_told_with_a_name_s_ending_is_a_name() -> None:
    caller = Caller(None, slot("アオゾラノモリ"))
    assert values(parted(caller, Expected(Ask.CALLER), "アオゾラノモリトモーシマス")) == ("モリ", "アオゾラ")
    assert values(parted(caller, Expected(Ask.CALLER), "アオゾラノモリデス")) == ("", "アオゾラノモリ")


def test_an_o_that_was_lost_behind_no_is_thought_of() -> None:
    name = parted(Caller(slot("センダイミソノクドオ"), slot("センダイミソ")), Expected(Ask.CALLER), "").name
    assert name is not None
    assert "オクドオ" in name.alternatives


def test_what_is_written_in_characters_is_left() -> None:
    written = Caller(None, Slot("ヒカリノマチノヤマダ", "光の町の山田", 0.8))
    assert parted(written, Expected(Ask.CALLER), "") == written
