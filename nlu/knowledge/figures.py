"""The figures of a question beside those of an entry: 五十枚 is not settled by an answer that says 百枚から.

A figure is a number with its unit, as said; nothing is calculated. Whether the question, and whether the entry, asks
for a fact (いくら, 何時) stands here too, for both are read off the same last clause.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.knowledge.topics import Script, Text

Floats = NDArray[np.float32]
COLUMNS = 6
"""Numbers of an entry."""
_FIGURE = re.compile(
    r"([〇一二三四五六七八九十百千万半\d]+)"
    r"(時間|分(?!け)|週間|日間|日(?!曜)|[かヶ]月|月|年生|年|人|名|台|枚|個|回|本|品|階|歳|割|時|円|冊|部|匹|件|キロ|トン|点|泊|箱|番|"
    r"ミリ|センチ|畳|つ)"
)
_SAME_UNIT = {"日間": "日", "名": "人", "ヶ月": "か月"}
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_LED_UP = re.compile(
    r"(?:けれ?ども?|んですが|のですが|ますが|ですが|したが|んで|ので|もんで|まして|たくて|くて|でして|とです|から)(?:ね|、)*|[てでし]、|[、。]"
)
"""Where the circumstances end and something else begins."""
_RESTS = 5
"""Characters that a clause has at least to be the question."""
_ASKS_FACT = re.compile(r"何(?!も|か)|いくら|なんぼ|いつ(?!も)|どこ|誰|どなた|どう|どれ|どの|どんな|どちら")


@lru_cache(maxsize=4096)
def figures(text: str) -> frozenset[tuple[str, str]]:
    """Every number that is named with its unit: (五十, 枚)."""
    found = _FIGURE.findall(text)
    return frozenset((number.translate(_DIGITS), _SAME_UNIT.get(unit, unit)) for number, unit in found)


def last_clause(text: str) -> str:
    """What is left of a text when the circumstances are told: the question itself."""
    ends = [found.end() for found in _LED_UP.finditer(text) if len(text) - found.end() >= _RESTS]
    return text[ends[-1] :] if ends else text


@lru_cache(maxsize=4096)
def _named(ways: tuple[str, ...], answer: str) -> tuple[frozenset[tuple[str, str]], bool]:
    """The figures of an entry, and whether all its questions ask for a fact."""
    return figures(answer).union(*map(figures, ways)), all(_ASKS_FACT.search(way) for way in ways)


def stated(question: Text, against: Script) -> Floats:
    """Of every entry: figures of the question that it names, that it names otherwise, whose unit it lacks; the second
    in the last clause alone; whether a fact is asked for; whether only the entry's own questions ask for one.
    """
    last = last_clause(question.normal)
    mine, late, fact = figures(question.normal), figures(last), _ASKS_FACT.search(last) is not None
    ends = [*against.asked[1:].tolist(), against.ways]
    rows = []
    for entry, (start, end) in enumerate(zip(against.asked.tolist(), ends, strict=True)):
        ways = tuple(text.normal for text in against.texts[start:end])
        theirs, ask_facts = _named(ways, against.texts[against.ways + entry].normal)
        units = {unit for _, unit in theirs}
        other = [sum(each not in theirs and each[1] in units for each in ours) for ours in (mine, late)]
        lacking = sum(unit not in units for _, unit in mine)
        rows.append([len(mine & theirs), other[0], lacking, other[1] > 0, fact, not fact and ask_facts])
    return np.array(rows, np.float32)
