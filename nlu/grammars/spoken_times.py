"""Days, hours and parties as they are said: the parts of the grammar for when somebody comes, and with how many.

What is written is what `nlu.times.dates` and `nlu.times.party` read, so that a time heard means what a time typed
means. Words that are not counted stand in `data/spoken_times.tsv`; figures are put together here. Probabilities are by
judgement.
"""

from __future__ import annotations

import math

from nlu.grammars.networks import Node, Words, alternatives, optional, repeat, sequence, spread, word
from nlu.grammars.spoken import by_kind, filler, reply

_ONES = ("", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュー")
_KANJI = "〇一二三四五六七八九"
_HOURS = {4: ("ヨ",), 7: ("シチ", "ナナ"), 9: ("ク",)}
_PERSONS = {4: ("ヨ",), 7: ("ナナ", "シチ")}
_MINUTE_SOUNDS = {
    1: "イップン", 3: "サンプン", 4: "ヨンプン", 6: "ロップン", 8: "ハップン", 10: "ジュップン"
}  # fmt: skip
_IRREGULAR_DAYS = (*range(1, 11), 14, 20, 24)
"""Days of a month with names of their own, which the table has."""
_EVEN_MINUTES = 5
_MOST_PERSONS = 60
_PARTY = 3.3
"""Cost of a party of two to four."""


def said(kind: str) -> tuple[tuple[str, str], ...]:
    """(katakana, as written) of a kind."""
    return by_kind("spoken_times.tsv")[kind]


def written(number: int) -> str:
    """1 to 99 in characters."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_KANJI[tens]}十") + (_KANJI[ones] if ones else "")


def counted(number: int, unit: str, odd: dict[int, tuple[str, ...]]) -> tuple[str, ...]:
    """How 1 to 99 are said before a unit; `odd`: what its ones are called with this unit."""
    tens, ones = divmod(number, 10)
    head = ("" if tens < 2 else _ONES[tens]) + ("ジュー" if tens else "")
    return tuple(head + one + unit for one in odd.get(ones, (_ONES[ones],)))


def _day_of_month() -> Words:
    regular = [
        (kana, f"{written(day)}日")
        for day in range(11, 32)
        if day not in _IRREGULAR_DAYS
        for kana in counted(day, "ニチ", {7: ("シチ", "ナナ"), 9: ("ク", "キュー")})
    ]
    return spread([*said("date"), *regular], "day")


def _months() -> Words:
    odd = {4: ("シ",), 7: ("シチ", "ナナ"), 9: ("ク",)}
    return spread([(k, f"{written(n)}月") for n in range(1, 13) for k in counted(n, "ガツ", odd)], "day")


def _later() -> Words:
    days = [(kana, text + "後") for kana, text in said("date")[1:10]]
    weeks = [("イッシューカン", "一週間"), ("ニシューカン", "二週間"), ("サンシューカン", "三週間")]
    return spread([(k + "ゴ", t) for k, t in days] + [(k + "ゴ", t + "後") for k, t in weeks], "day")


def day() -> Node:
    """A day or a stretch of days."""
    week = optional(spread(said("week"), "day"), 0.6)
    weekday = spread(said("weekday"), "day")
    dated = sequence(optional(sequence(_months(), filler(0.03)), 0.6), _day_of_month(), optional(_in_brackets(), 0.08))
    of_month = sequence(spread([pair for pair in said("week") if "月" in pair[1]], "day"), _day_of_month())
    return alternatives(
        (spread(said("day"), "day"), 0.3), (sequence(week, weekday), 0.35), (dated, 0.27), (of_month, 0.04),
        (_later(), 0.04),
    )  # fmt: skip


def _in_brackets() -> Node:
    return sequence(optional(word("ノ", "の"), 0.5), spread(said("weekday"), "day"))


def clock() -> Node:
    """An hour, with its minutes."""
    hours = spread([(k, f"{written(n)}時") for n in range(1, 25) for k in counted(n, "ジ", _HOURS)], "time")
    even = range(_EVEN_MINUTES, 60, _EVEN_MINUTES)
    minutes = spread([(k, f"{written(n)}分") for n in even for k in _minutes(n)], "time")
    exact = spread([(k, f"{written(n)}分") for n in range(1, 60) if n not in even for k in _minutes(n)], "time")
    after = alternatives((word("ハン", "半", "time"), 0.45), (minutes, 0.5), (exact, 0.05))
    return sequence(optional(spread(said("segment"), "time"), 0.45), hours, optional(after, 0.4))


def _minutes(number: int) -> tuple[str, ...]:
    tens, ones = divmod(number, 10)
    head = "" if tens < 2 else _ONES[tens]
    if not ones:
        return (head + "ジュップン", head + "ジップン")
    return ((head + "ジュー" if tens else "") + _MINUTE_SOUNDS.get(ones, _ONES[ones] + "フン"),)


def time() -> Node:
    """An hour, a span of hours or a part of the day."""
    around = optional(spread(said("around"), "time"), 0.25)
    span = sequence(clock(), word("カラ", "から", "time"), clock(), optional(word("マデ", "まで", "time"), 0.5))
    return alternatives(
        (sequence(clock(), around), 0.77), (sequence(spread(said("part"), "time"), around), 0.2), (span, 0.03)
    )


def _or() -> Node:
    return spread([("カ", "か"), ("マタワ", "または"), ("ト", "と")])


def _party_cost(number: int) -> float:
    """Small parties are commoner, and even ones, and of the larger ones tens and fives."""
    even, round_ = 1 if number % 2 else 2, 1 if number % 5 else 2
    return _PARTY + max(0.0, math.log(number / (2 * even * round_)))


def persons() -> Node:
    """How many come."""
    people = [(k, f"{written(n)}人", n) for n in range(3, _MOST_PERSONS) for k in counted(n, "ニン", _PERSONS)]
    names = [(k, f"{written(n)}名", n) for n in range(1, _MOST_PERSONS) for k in counted(n, "メー", {7: ("ナナ",)})]
    items = [(kana, text, _PARTY) for kana, text in said("persons")]
    items += [(kana, text, _party_cost(number)) for kana, text, number in (*people, *names)]
    one = sequence(Words(tuple(items), "party"), optional(word("サマ", "様"), 0.08))
    kinds = spread(said("kind"), "party")
    several = sequence(kinds, optional(spread([("ガ", "が"), ("ワ", "は")]), 0.1), one)
    joint = optional(spread([("ト", "と"), ("ニ", "に"), ("デ", "で")]), 0.7)
    mixed = sequence(several, optional(repeat(sequence(joint, several), 0.1), 0.7))
    about = sequence(one, _or(), one)
    whole = sequence(spread(said("whole"), "party"), alternatives((one, 0.9), (about, 0.1)))
    return alternatives((one, 0.7), (about, 0.05), (mixed, 0.2), (whole, 0.05))


def wanted() -> Node:
    """A day, an hour, a party, in this order, any of them left out."""
    days = sequence(day(), optional(sequence(_or(), day()), 0.04))
    of = optional(alternatives((word("ノ", "の"), 0.75), (filler(0.5), 0.2), (word("ワ", "は"), 0.05)), 0.75)
    hours = sequence(time(), optional(sequence(_or(), time()), 0.03))
    moment = alternatives((sequence(days, optional(sequence(of, hours), 0.75)), 0.78), (hours, 0.22))
    by = optional(spread([("ニ", "に"), ("デ", "で"), ("カラ", "から")]), 0.8)
    party = sequence(by, filler(0.05), persons())
    whole = alternatives((sequence(moment, optional(party, 0.3)), 0.8), (persons(), 0.2))
    swapped = sequence(reply("not", "not"), whole)
    return sequence(whole, optional(swapped, 0.03))


def lead() -> Node:
    """Said before it."""
    return optional(repeat(alternatives((spread(said("lead")), 0.5), (filler(1 - 1e-3), 0.5)), 0.25), 0.35)


def tail() -> Node:
    """Said after it."""
    return optional(spread(said("tail")), 0.75)
