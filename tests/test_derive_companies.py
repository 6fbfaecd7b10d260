"""Names of organisations are parted into a head and words of trade, and the shipped table is what comes of that."""

from __future__ import annotations

import math

import pytest

from nlu.data.derive_companies import DATA, costs, counted, parted


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
    made = [
        f"{kind}\t{kana}\t{written}\t{cost:.2f}"
        for kind, found in zip(("head", "trade"), counted(), strict=True)
        for kana, written, cost in costs(found)
    ]
    assert rows == made
    for found in counted():
        assert sum(math.exp(-cost) for _, _, cost in costs(found)) == pytest.approx(1.0)
