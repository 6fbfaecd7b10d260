"""Days and hours: a table of ways to say them, round trips through speech, and what must hold of any text."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.meaning import Moment
from nlu.times import holidays
from nlu.times.dates import find_moment
from nlu.times.party import find_party

NOW = datetime(2026, 11, 21, 10, 30)
ONES = "〇一二三四五六七八九"
KANA_ONES = ["", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう"]
KANA_DAYS = {
    1: "ついたち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか", 8: "ようか",
    9: "ここのか", 10: "とおか", 14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか",
}  # fmt: skip
PIECES = [
    "明日", "来週の", "火曜", "三時", "半", "から", "か", "まで", "二十日", "の", "、", "いや", "午後", "夜", "月末",
    "第三", "次の日", "じゃなくて", "はだめ", "三十分後", "来月", "2027年", "99月", "三十一日", "二月", "千年後",
    "九九九九週間後", "週末", "元日", "冬至", "深夜", "一時間半後", "の間",
]  # fmt: skip


def kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else ONES[tens]) + "十" if tens else "") + (ONES[ones] if ones or not tens else "")


def kana(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else KANA_ONES[tens]) + "じゅう" if tens else "") + KANA_ONES[ones]


def table() -> Iterator[tuple[datetime, str, Moment | None, str]]:
    now = NOW
    for line in (Path(__file__).parent / "times.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            now = datetime.fromisoformat(line[1:])
        elif not line.startswith("#"):
            text, start, end, party, doubt, *_ = [*line.split("\t"), "", "", "", ""]
            yield now, text, Moment(start, end, doubt) if start else None, party


def test_what_is_said_of_a_time_is_understood() -> None:
    wrong = []
    for now, text, meant, party in table():
        found, persons = find_moment(text, now), find_party(text)
        got = Moment(found.start, found.end, found.doubt) if found else None
        if got != meant or (persons.value if persons else "") != party:
            wrong.append((now.isoformat(), text, got, persons))
    assert not wrong


def test_the_table_is_large_and_has_many_days_of_call() -> None:
    rows = list(table())
    assert len(rows) >= 350
    assert len({now for now, *_ in rows}) >= 8


def test_every_date_of_three_years_comes_back() -> None:
    wrong = []
    for ahead in range(3 * 365 + 1):
        day = NOW.date() + timedelta(days=ahead)
        year, month = f"{day.year}年", f"{kanji(day.month)}月"
        ways = [f"{year}{month}{kanji(day.day)}日", f"令和{kanji(day.year - 2018)}年の{month}の{kanji(day.day)}日"]
        ways += [
            f"{year}{day.month}月{day.day}日",
            f"{year}の{month}{KANA_DAYS.get(day.day, kana(day.day) + 'にち')}です",
        ]
        if ahead < 365:
            ways += [f"{month}{kanji(day.day)}日", f"{day.month}月{day.day}日の{'月火水木金土日'[day.weekday()]}曜日"]
        found = [find_moment(way, NOW) for way in ways]
        wrong += [way for way, moment in zip(ways, found, strict=True) if not moment or moment.start != day.isoformat()]
        wrong += [way for way, moment in zip(ways, found, strict=True) if moment and moment.doubt]
    assert not wrong


def test_every_half_hour_comes_back() -> None:
    wrong = []
    for minutes in range(0, 1440, 15):
        hour, minute = divmod(minutes, 60)
        exact = f"2026-11-22T{hour:02}:{minute:02}"
        half = "時半" if minute == 30 else f"時{kanji(minute)}分" if minute else "時"
        ways = [f"明日の{hour}:{minute:02}", f"明日{hour}時{minute}分"] if hour >= 9 else []
        if hour > 12 or 9 <= hour < 12:
            spoken = f"{kana(hour) if hour != 19 else 'じゅうく'}じ{'はん' if minute == 30 else ''}"
            ways += [f"明日の{kanji(hour)}{half}"] + (
                [f"あしたの{spoken}に"] if minute in (0, 30) and hour % 10 != 4 else []
            )
        if hour < 12:
            ways.append(f"明日の午前{kanji(hour)}{half}")
        if hour > 12:
            ways.append(f"明日、午後の{kanji(hour - 12)}{half}")
        for way in ways:
            found = find_moment(way, NOW)
            wrong += [] if found and found.start == exact else [(way, found)]
    assert not wrong


@settings(deadline=None)
@given(st.integers(1, 31), st.integers(1, 12))
def test_figures_and_characters_mean_the_same(day: int, month: int) -> None:
    figures = find_moment(f"{month}月{day}日の14時", NOW)
    characters = find_moment(f"{kanji(month)}月{kanji(day)}日の十四時", NOW)
    assert figures
    assert characters
    assert (figures.start, figures.doubt) == (characters.start, characters.doubt)
    assert f"-{day:02}T" in figures.start or figures.doubt == "no such day"


def sound(moment: Moment | None, now: datetime, text: str) -> None:
    """What holds of every moment found: its form, and that nothing is past that is not doubted."""
    if moment is None:
        return
    last = moment.end or moment.start
    assert len(moment.start) == len(last)
    assert moment.end == "" or moment.start <= moment.end
    if "T" in last:
        over = datetime.fromisoformat(last) < now.replace(second=0, microsecond=0)
    else:
        over = date.fromisoformat(last) < now.date()
    assert not over or moment.doubt, text


@settings(deadline=None)
@given(st.text(max_size=500), st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)))
def test_no_text_raises(text: str, now: datetime) -> None:
    sound(find_moment(text, now), now, text)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9), st.datetimes(datetime(2026, 1, 1), datetime(2031, 1, 1)))
def test_no_mixture_of_words_raises_or_leads_into_the_past(words: list[str], now: datetime) -> None:
    sound(find_moment("".join(words), now), now, "".join(words))


def test_the_sun_agrees_with_the_calendar() -> None:
    for year in range(2013, 2051):
        first = date(year, 1, 1)
        assert holidays.solar(0, first) == holidays.public("春分の日", first)
        assert holidays.solar(180, first) == holidays.public("秋分の日", first)


@pytest.mark.parametrize(("year", "day"), [(2024, 3), (2025, 2), (2028, 3), (2029, 2)])
def test_the_day_before_spring(year: int, day: int) -> None:
    assert holidays.solar(-45, date(year, 1, 1)) == date(year, 2, day)


def test_the_words_are_given_back() -> None:
    found = find_moment("あの、来週の火曜の三時半にお願いします", NOW)
    assert found
    assert found.text == "来週の火曜の三時半"


def test_the_next_day_is_counted_from_the_day_that_is_spoken_of() -> None:
    asked = datetime(2026, 12, 9, 10, 30)
    told = "じゃあ次の日の日曜、同じ六時はどうですか"
    found = find_moment(told, asked, date(2026, 12, 12))
    assert found is not None
    assert (found.start, found.doubt) == ("2026-12-13T18:00", "")
    named = find_moment("十五日の次の日の六時", asked, date(2026, 12, 12))
    assert named is not None
    assert named.start == "2026-12-16T18:00"
