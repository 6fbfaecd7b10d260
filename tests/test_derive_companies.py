"""Names of organisations are parted into a head and words of trade, and the shipped table is what comes of that."""

from __future__ import annotations

import math

import pytest

from nlu.data.derive_companies import costs, counted, parted, table
from nlu.tables import DATA


@pytest.mark.parametrize(
    ("written", "kana", "head", "trades"),
    [
        ("松尾電機", "マツオデンキ", "マツオ", ["電機"]),
        ("北陸電子工業", "ホクリクデンシコーギョー", "ホクリク", ["工業", "電子"]),
        ("愛眼", "アイガン", "アイガン", []),
        ("工業", "コーギョー", "コーギョー", []),
        ("青木工業", "アオキコーバ", "アオキコーバ", []),
    ],
)
def test_a_name_is_a_head_and_words_of_trade(written: str, kana: str, head: str, trades: list[str]) -> None:
    found, words = parted(written, kana)
    assert found == head
    assert [word for _, word in words] == trades


def test_the_table_is_made_of_the_names_counted() -> None:
    rows = (DATA / "spoken_companies.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert rows == table()
    for found in counted():
        assert sum(math.exp(-cost) for _, _, cost in costs(found)) == pytest.approx(1.0)
