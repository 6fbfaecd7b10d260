"""What counts as right in a score: the one form of names, times and corrections, and what the rates say."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Moment
from nlu.score import forms, questions
from nlu.score.answers import same_value
from nlu.score.asked import expected_of
from nlu.score.rates import counted, f1, macro_f1, share
from nlu.score.times import same_moment
from nlu.vocabulary import Entry, Vocabulary


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("オオノ", "おうの", True),
        ("ミズキ", "ミヅキ", True),
        ("クボ様", "クボ", True),
        ("先生", "先生", True),
        ("サトウ", "サトー", True),
        ("サトウ", "サト", False),
        ("ケイコ", "ケーコ", False),
        ("クボ", "クボタ", False),
    ],
)
def test_names_are_compared_in_one_form(one: str, other: str, same: bool) -> None:
    assert (forms.name(one) == forms.name(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("カブシキガイシャノースショウカイ", "ノースショーカイ", True),
        ("株式会社ノース商会", "ノース商会(株)", True),
        ("イリョウホウジンシャダンアオバカイ", "アオバカイ", True),
        ("ノース商会", "ノース商事", False),
    ],
)
def test_companies_are_compared_without_their_form(one: str, other: str, same: bool) -> None:
    assert (forms.company(one) == forms.company(other)) is same


def test_words_and_times_are_compared_as_written() -> None:
    assert forms.words("二十三日の水曜") == forms.words("23日の、水曜")
    assert forms.words("十一時半") != forms.words("十一時")
    assert forms.overlap("明日の三時", "三時") == 0.4
    assert forms.overlap("", "") == 0


@pytest.mark.parametrize(
    ("found", "wanted", "same"),
    [
        (Moment("2026-11-22T15:00"), "2026-11-22T15:00", True),
        (Moment("2026-11-22"), "2026-11-22T15:00", False),
        (Moment("2026-11-22T00:00"), "2026-11-22", False),
        (Moment("2026-11-22T15:00", "2026-11-22T16:00"), "2026-11-22T15:00", False),
        (Moment("2026-11-22T13:00", "2026-11-22T18:00"), {"from": "2026-11-22T13:00", "to": "2026-11-22T17:00"}, True),
        (Moment("2026-11-22T13:00", "2026-11-22T18:01"), {"from": "2026-11-22T13:00", "to": "2026-11-22T17:00"}, False),
        (Moment("2026-11-23T00:00", "2026-11-23T01:00"), {"from": "2026-11-22T23:30", "to": "2026-11-23T01:00"}, False),
        (Moment("2026-11-22T15:00"), {"from": "2026-11-22T15:00", "to": "2026-11-22T16:00"}, False),
        (Moment("2026-12-01", "2026-12-10"), {"from": "2026-12-01", "to": "2026-12-10"}, True),
        (Moment("2026-12-01", "2026-12-11"), {"from": "2026-12-01", "to": "2026-12-10"}, False),
        (None, "2026-11-22", False),
    ],
)
def test_times_count_when_they_are_right(found: Moment | None, wanted: str | dict[str, str], same: bool) -> None:
    assert same_moment(found, wanted) is same


@pytest.mark.parametrize(
    ("found", "wanted", "same"),
    [
        ("三名", "3", True),
        ("二十二名様", "22", True),
        ("三名", "4", False),
        ("03-5512-3488", "0355123488", True),
        ("モリタさん", "モリタ", True),
        ("モリシタマリエ", "マリエ", True),
        ("ヤマダマリエ", "マリエ", False),
        ("11時半", "十一時半", True),
        ("十一時半からです", "十一時半", False),
        ("", "十一時半", False),
    ],
)
def test_corrections_count_when_they_are_right(found: str, wanted: str, same: bool) -> None:
    assert same_value(found, wanted, Expected(Ask.CONFIRM_CALLER, name="モリシタマリコ")) is same


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("お電話番号は、03-5512-3488でよろしいでしょうか", Expected(Ask.CONFIRM_NUMBER, number="0355123488")),
        ("メールアドレスは kubo@example.jp でございますね", Expected(Ask.ECHO, email="kubo@example.jp")),
        ("お名前は森下様でよろしいでしょうか", Expected(Ask.CONFIRM_CALLER, name="モリシタ")),
        ("若葉商事の森下様ですね", Expected(Ask.CONFIRM_CALLER, name="モリシタ", company="ワカバショウジ")),
        ("若葉商事様でいらっしゃいますか", Expected(Ask.CONFIRM_CALLER, company="ワカバショウジ")),
        ("総務部の久保でよろしいでしょうか", Expected(Ask.CONFIRM_CALLER, name="クボ")),
        ("担当は久保でお間違いないでしょうか", Expected(Ask.CONFIRM_CALLER, name="クボ")),
        ("明後日の十時、三名様でよろしいでしょうか", Expected(Ask.OFFER)),
        ("お連れ様はお一人でいらっしゃいますか", Expected(Ask.OFFER)),
        ("こちらの番号におかけすればよろしいですか", Expected(Ask.CALLER_ID)),
        ("ほかに何かございますか", Expected(Ask.CLOSING)),
    ],
)
def test_a_question_tells_what_was_read_back(question: str, expected: Expected) -> None:
    found = expected_of(question)
    assert (found.ask, found.name, found.company) == (expected.ask, expected.name, expected.company)
    assert (found.number, found.email, found.said) == (expected.number, expected.email, question)


def test_intervals_are_wilsons() -> None:
    rate = counted(8, 10)
    assert (rate.value, round(rate.low, 3), round(rate.high, 3)) == (0.8, 0.490, 0.943)
    assert round(counted(0, 10).high, 3) == 0.278
    assert counted(0, 0).value is None


def test_f1_is_of_found_and_wanted() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")]
    assert f1(pairs, "a").value == pytest.approx(2 / 3)
    assert macro_f1(pairs).value == pytest.approx((2 / 3 + 0.8) / 2)
    assert f1(pairs, "c").value is None


@given(
    st.lists(st.booleans(), min_size=1), st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1)
)
def test_a_rate_lies_in_its_interval(hits: list[bool], pairs: list[tuple[str, str]]) -> None:
    for rate in (share(hits), macro_f1(pairs), f1(pairs, pairs[0][0])):
        assert rate.value is not None
        assert 0 <= rate.low <= rate.value <= rate.high <= 1


class Found(NamedTuple):
    """What a lookup gives."""

    kind: str
    entry: int | None = None


def test_a_wrong_answer_counts_against_all_questions() -> None:
    said = {
        "一": Found("entry", 0),
        "二": Found("entry", 1),
        "三": Found("none"),
        "四": Found("beyond"),
        "五": Found("entry", 0),
        "六": Found("maybe", 1),
        "七": Found("maybe", 0),
    }
    wanted: dict[str, int | str] = {"一": 0, "二": 0, "三": 1, "四": "beyond", "五": "beyond", "六": 1, "七": "none"}
    script = Vocabulary(entries=(Entry(("あ",), "い"), Entry(("う",), "え")), beyond=("お",))
    mark = questions.marker({"shop": script}, lambda text, entries, beyond: said[text])
    rates = questions.rates(
        [
            mark({"id": text, "company": "shop", "text": text, "entry": entry}, Hearing.of(text))
            for text, entry in wanted.items()
        ]
    )
    assert (rates["answered"].value, rates["answered"].n) == (0.25, 4)
    assert rates["wrong"].value == pytest.approx(2 / 7)
    assert rates["wrong"].n == 7
    assert rates["asked_back"].value == pytest.approx(2 / 7)
    assert (rates["asked_back_right"].value, rates["asked_back_right"].n) == (0.5, 2)
    assert (rates["beyond_caught"].value, rates["beyond_caught"].n) == (0.5, 2)
