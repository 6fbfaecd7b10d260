"""When a caller can be reached, or wants to be called, in his own words: 三時過ぎ, 今日中, 平日の二時から四時.

Rule: a time counts if a wish for a call or "then I am there" follows it at once, or if it closes the answer to the
question whether to call. What is past or ruled out does not. Which moment it means is for `dates`, and for whoever
calls back: it is passed on as it was said.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from nlu.kana import to_hiragana
from nlu.tables import DATA, expressions
from nlu.times.time_words import Mark, marks
from nlu.times.wishes import NOT

_WORDS = expressions(DATA / "matter_words.tsv")
_BRIDGE = re.compile(r"(?:ごろ|頃|過ぎ|すぎ|くらい|ぐらい|以降)?(?:の|、|から、?|より|と|か|〜|~)?(?:平日の?)?")
"""Between the words of one time."""
_HEAD = re.compile(r"(?:平日|土日|昼休み)(?:の|は)?$")
_TAIL = re.compile(
    r"(?:の?(?:ごろ|ころ|頃|くらい|ぐらい|あたり|以降|以後|より(?:も)?(?:後|あと)|すぎ|過ぎ|前|まえ|中|間|あいだ|いっぱい|うち|まで))*"
)
_TO_CALL = re.compile(
    r"(?:に|で|なら|でしたら|だったら|であれば|には|は|が|までに)?、?"
    r"(?:(?:責任の?ある)?[^、。るすた]{0,10}(?:から|に|が)、?)?(?:もう一度|また|一度|必ず|できれば)?"
)
"""Between a time and the wish to be called then: に、女将さんから."""
_TO_THERE = re.compile(r"(?:に|で|なら|でしたら|だったら|であれば|には|は|が|まで(?:は|なら))?、?[^、。]{0,4}")
_PLEASE = re.compile(
    r"(?:に|で|が|なら|でしたら|だったら)?(?:は)?、?(?:お願い|頼[みむ]|大丈夫|いい|よい|助かり|希望|ありがた|結構|けっこう)|(?:に|で|なら)?[、。]?$"
)
"""After a time in the answer to the question whether to call."""
_NO_TIME = frozenset({"long", "minutes", "days_long", "year", "now"})
"""Kinds of words that name no time to be called at."""
_ADJACENT = 24
"""Characters at most between a time and what is done then."""


class _Span(NamedTuple):
    start: int
    end: int


def call_hours(text: str, asked: bool = False) -> str:
    """The words of it. `asked`: a call back was just offered, or is spoken of."""
    folded = to_hiragana(text)
    spans = [span for span in _spans(folded) if not NOT.match(folded, span.end)]
    for span, end in reversed(list(zip(spans, (*(each.start for each in spans[1:]), len(folded)), strict=False))):
        rest = folded[span.end : min(end, span.end + _ADJACENT)]
        wanted = asked or bool(_WORDS["call"].search(folded, 0, span.start))
        if (
            _follows(rest, _TO_CALL, _WORDS["call"])
            or _follows(rest, _TO_THERE, _WORDS["there"])
            or (wanted and _PLEASE.match(rest))
        ):
            return text[span.start : span.end].strip("、")
    return ""


def _follows(rest: str, between: re.Pattern[str], what: re.Pattern[str]) -> bool:
    return any(between.fullmatch(rest, 0, found.start()) for found in what.finditer(rest))


def _spans(folded: str) -> list[_Span]:
    """Times, each whole."""
    found: list[_Span] = []
    for mark in marks(folded):
        if mark.kind in _NO_TIME or _past(mark):
            continue
        last = found[-1] if found else None
        if last and _BRIDGE.fullmatch(folded, last.end, max(mark.start, last.end)):
            found[-1] = last._replace(end=max(mark.end, last.end))
        else:
            head = _HEAD.search(folded, max(0, mark.start - 5), mark.start)
            found.append(_Span(head.start() if head else mark.start, mark.end))
        tail = _TAIL.match(folded, found[-1].end)
        found[-1] = found[-1]._replace(end=tail.end() if tail else found[-1].end)
    return found


def _past(mark: Mark) -> bool:
    return mark.value.startswith("-") or (mark.kind == "away" and mark.value.endswith("morning"))
