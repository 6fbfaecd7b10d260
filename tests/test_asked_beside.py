"""Wishes to book, put as a question: the book tells whether there is room, and no entry is told for them."""

from __future__ import annotations

import pytest

from nlu.expected import Ask, Expected
from nlu.meaning import Known, Reason
from nlu.reasons.matter import known
from nlu.vocabulary import Entry, Vocabulary

ENTRIES = (
    Entry(("何時までやってますか", "休みはいつですか"), "営業時間は午前十時から午後六時、定休日は水曜でございます。"),
    Entry(("駐車場はありますか", "車で行けますか"), "店の隣に三台分の駐車場がございます。"),
    Entry(("犬を連れて行ってもいいですか",), "犬や猫もご一緒にどうぞ。"),
    Entry(("予約はいりますか",), "ご予約なしでもお越しいただけます。"),
)
OPENING = Expected(Ask.OPENING)


def _known(words: str) -> Known | None:
    return known(words, Reason.RESERVATION_NEW, OPENING, Vocabulary(entries=ENTRIES))


@pytest.mark.parametrize(
    "words",
    [
        "みんなで写真を撮ろうということになりまして、二十一日の日曜日、十一時ごろにお願いできますでしょうか",
        "木曜の五時にカットの予約、入れますか",
        "日曜の二時って空いてますか",
        "土曜日の五時ごろに二人お願いできますか",
        "あさっての夕方に予約は取れますか",
        "来週の火曜の朝、伺ってもよろしいですか",
    ],
)
def test_no_hours_are_told_for_a_wish_to_book(words: str) -> None:
    found = _known(words)
    assert found is None or found.kind != "entry"


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("土曜の三時に予約したいんですけど、駐車場はありますか", 1),
        ("犬を連れて行ってもいいですか、日曜に予約したいんですが", 2),
        ("日曜に予約したいんですけど、何時までやってますか", 0),
        ("予約はいりますか、明日の十一時に行きたいんですけど", 3),
    ],
)
def test_what_is_asked_besides_is_answered(words: str, entry: int) -> None:
    found = _known(words)
    assert found is not None
    assert (found.kind, found.entry) == ("entry", entry)
