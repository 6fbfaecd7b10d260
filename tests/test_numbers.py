"""Numerals in every reading, and words that only look like numerals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.numbers import count, digits, integer, runs

READINGS = {
    "0": ["ゼロ", "れい", "まる", "〇", "零", "0"],
    "1": ["イチ", "いち", "一", "1"],
    "2": ["ニー", "にー", "二", "2"],
    "3": ["サン", "さん", "三", "3"],
    "4": ["ヨン", "よん", "四", "4"],
    "5": ["ゴー", "ごー", "五", "5"],
    "6": ["ロク", "ろく", "六", "6"],
    "7": ["ナナ", "しち", "なな", "七", "7"],
    "8": ["ハチ", "はち", "八", "8"],
    "9": ["キュー", "きゅう", "九", "9"],
}


@settings(deadline=None)
@given(st.data(), st.text(alphabet="0123456789", min_size=3, max_size=11))
def test_any_mix_of_readings_is_read_digit_by_digit(data: st.DataObject, number: str) -> None:
    said = "".join(data.draw(st.sampled_from(READINGS[digit])) for digit in number)
    assert [run.digits for run in runs(f"番号は{said}です")] == [number]
    assert digits(said) == number


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=9999))
def test_cardinals_have_their_value(value: int) -> None:
    kanji = "〇一二三四五六七八九"
    thousands, rest = divmod(value, 1000)
    hundreds, rest = divmod(rest, 100)
    tens, ones = divmod(rest, 10)
    said = ""
    for many, unit in ((thousands, "千"), (hundreds, "百"), (tens, "十")):
        said += "" if not many else unit if many == 1 else kanji[many] + unit
    said += kanji[ones] if ones or not said else ""
    assert integer(said) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("にじゅうに", 22), ("千五百", 1500), ("三万二千", 32000), ("ニセン", 2000), ("はい", None), ("二人", None)],
)
def test_integer(text: str, value: int | None) -> None:
    assert integer(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "山田さん、いらっしゃいますか",
        "三時にお願いします",
        "二階の三田です",
        "ごめんください",
        "サンキュー",
        "一応、お願いします",
        "北九州の二宮です",
        "八王子の一ノ瀬です",
        "下四桁は覚えていません",
        "にしにほん運輸です",
        "二十四時間つながります",
        "千葉です",
        "会社にかけてください",
        "SK50型です",
    ],
)
def test_words_that_are_no_numeral(text: str) -> None:
    assert runs(text) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("八が三つと、あと二一四です", ["888", "214"]),
        ("下が全部ゼロで、四五の六六一のゼロが四つです", ["45", "661", "0000"]),
        ("ゼロ三の五二二〇の、さんぜんです", ["03", "5220", "3000"]),
        ("いちいちになります", ["11"]),
        ("れい、きゅう、れい", ["0", "9", "0"]),
        ("最後ゼロじゃなくて一でした", ["0", "1"]),
        ("二一〇九番です", ["2109"]),
        ("〇四九九二の三の一三八四です", ["04992", "3", "1384"]),
    ],
)
def test_runs(text: str, found: list[str]) -> None:
    assert [run.digits for run in runs(text)] == found


def test_spans_point_into_the_text() -> None:
    text = "番号はゼロ三の一二三四です"
    assert [text[run.start : run.end] for run in runs(text)] == ["ゼロ三", "一二三四"]


def test_count_reads_what_is_counted() -> None:
    assert count("大人が二十二名です", "人|名") == 22
    assert count("三時に四人で", "人|名") == 4
    assert count("三時にお願いします", "人|名") is None


@settings(deadline=None)
@given(st.text(alphabet="ゼロにさんごよ一二千〇、のはで9 ", max_size=20))
def test_nothing_raises(text: str) -> None:
    for run in runs(text):
        assert run.digits.isdigit()
        assert 0 <= run.start < run.end <= len(text)
    integer(text)
    digits(text)
