"""The words in which a wanted time is said, verbatim: 明日の午前中, 来週の火曜の三時半, できるだけ早い日.

Only found here; which moment they mean is for `dates`. Words that stand together make one time. In a change of a
booking the new time counts, which is what something is moved to; else that of the booking. What is past is left out.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from nlu.kana import to_hiragana
from nlu.times.amounts import WRITTEN
from nlu.times.time_words import Mark, marks
from nlu.times.wishes import MOVED, NOT

_VAGUE = re.compile(
    r"(?:でき(?:るだけ|れば)|なるべく|いちばん|一番)(?:早(?:い|め)(?:日|時間|時|うち|お時間)?(?:に)?|早く|近い(?:日|うち))|"
    rf"(?:もう)?(?:{WRITTEN}(?:時間半?|分|日|週間)|少し|ちょっと)(?:だけ|ほど|くらい|ぐらい|ばかり)?(?:早く|早め|遅く|遅らせ|遅れ|後ろ|うしろ|前倒し)(?:て)?|"
    r"(?:外来|診察|診療|仕事|会議|授業|学校|昼休み|打ち合わせ|手)が(?:終わ|済ん|すん|空い|あい)(?:って(?:から)?|ったら|った(?:後|あと)|り次第|だら|たら)|"
    r"(?:終わり|戻り|空き|手が空き|お手すきになり)次第|同じ(?:曜日|時間(?!帯)|時刻)|どこか|"
    r"(?:お盆|連休|休み|正月|夏休み|ゴールデンウィーク|ごーるでんうぃーく|三が日|年末年始)(?:明け|前|中)|お盆|連休|平日|大安|いつでも|"
    r"近いうち|今のうち|夕食(?:時|どき)|夜分"
)
_SHIFTED = re.compile(r"(?:早く|早め|遅く|遅らせ|遅れ|後ろ|うしろ|前倒し)")
_BRIDGE = re.compile(
    r"(?:の|、|は、|から、?|か、?|と|でも|または|もしくは|〜|~|、の|なら、?|以降の|までの|以降、|ごろの|頃の|の、|ですね、|って、)?"
)
_AT_ONCE = frozenset(("今から", "いまから", "これから", "今すぐ", "平日"))
_TO_IT = re.compile(r"(?:に|へ)[。、]?$")
_HEAD = re.compile(r"(?:(?:今度|こんど|次|つぎ|この次|来る|直近|同じ日|当日)の|あと|いまから|今から|同じ)+$")
_TAIL = re.compile(
    r"(?:(?:の)?(?:ごろ|ころ|頃|くらい|ぐらい|あたり|前後|以降|以後|いっぱい|まで|すぎ|過ぎ|中に?|間|あいだ|うち|どこか|同じ時間|同じ曜日|早い時間|"
    r"遅い時間|遅め|早め)|でも(?=$|[、。いでよ]))+"
)
_PAST_KINDS = frozenset(("away", "week", "month_on", "year_on"))
_IDLE_KINDS = frozenset(("long", "minutes", "days_long", "year"))
"""Say how long something takes; no time of their own."""
_TOLD = re.compile(
    r"(?:ごろ|頃|過ぎ|くらい|ぐらい)?(?:の|に|は|で|から|も|、)?[^、。]{0,7}?(?:(?:お)?電話(?:した|しました|いたしま|をいただ|いただい|もら|をもら|があ|あ[りっ]|くれ|"
    r"くださ(?:った|いまし))|いただい(?:た|て)|もらった|行った|来た|伺った|届いた|届く(?:はず|予定)|買った|食べた|かけた|お世話に|うかがった|"
    r"注文した|頼んだ|納品された|聞い(?:た|て)|着信|受け(?:た|て)|お会い|約束(?:した|して))"
)
_HELD = re.compile(
    r"(?:ごろ|頃)?(?:の|に|で|から|は)?[^、。]{0,6}?(?:予約(?:を)?(?:した|して(?:い|お|あ|る|ま)|しと|しまし|済|があ|が入|"
    r"入れ(?:て|た)|取っ(?:て(?:い|あ|る)|た))|(?:(?<!受け)取って|とって)(?:い|た|る|あ)|お願いして(?:い|た|お|る|ま)|"
    r"入れて(?:い|た|も|る|お)|だった|でした)"
)
"""After a time that is booked already."""
_BOOKED = re.compile(
    r"(?:ごろ|頃)?(?:の|に|で|から|は)?[^、。]{0,6}?(?:予約|(?:(?<!受け)取って|とって)(?:い|た|る|あ|もら(?:って|い))|お願いして(?:い|た|お|る|ま)|入れて(?:い|た|も|る|お)|押さえて|だった|でした)"
)
_USUAL = re.compile(r"(?:前は|前回は|いつもは|この前|もともと|元々|今までは|さっき|最初は|毎回)、?$")
_ASKED = re.compile(r"(?:は|って)[^、。]{0,6}(?:やって|営業して|開いて|休み)(?:ます|です)?か")


class _Span(NamedTuple):
    """Words that stand together."""

    start: int
    end: int
    vague: bool
    """Whether none of them names a day or an hour."""


def wanted_time(text: str, changing: bool = False) -> str:
    """The words of the time that is wanted, "" where none is said. `changing`: in a change of a booking."""
    folded = to_hiragana(text)
    spans = _spans(folded)
    wanted = [span for span in spans if not _left_out(span, folded)]
    if not wanted:
        wanted = [span for span in spans if _BOOKED.match(folded, span.end) and not _TOLD.match(folded, span.end)]
    if not wanted:
        return ""
    return text[slice(*_chosen(wanted, folded, changing)[:2])]


def _chosen(wanted: list[_Span], folded: str, changing: bool) -> _Span:
    if changing:
        moved = [span for span in wanted if MOVED.match(folded, span.end) or _TO_IT.match(folded, span.end)]
        moved = moved or [span for span in wanted if span.vague and _SHIFTED.search(folded, span.start, span.end)]
        if moved:
            return moved[-1]
    plain = [span for span in wanted if not _BOOKED.match(folded, span.end)] if changing else wanted
    plain = plain or wanted
    clear = [span for span in plain if not span.vague] or plain
    best = clear[0]
    for span in clear[1:]:
        turned = re.search(r"いや|やっぱ|じゃな|間違|、あ、|だめ|無理|^を", folded[best.end : span.start])
        if turned or span.end - span.start > best.end - best.start:
            best = span
    return best


def _left_out(span: _Span, folded: str) -> bool:
    before, after = folded[: span.start], folded[span.end :]
    told = _TOLD.match(after) and not re.match(
        r"(?:に|で|から)?[^、。]{0,4}(?:いただ(?:い|き)て?(?:も|ほし|た(?:い|く)))", after
    )
    return bool(NOT.match(after) or told or _HELD.match(after) or _USUAL.search(before) or _ASKED.match(after))


def _spans(folded: str) -> list[_Span]:
    """What stands together, first to last, with the small words that belong to it."""
    words = [
        (mark.start, mark.end, False) for mark in marks(folded) if mark.kind not in _IDLE_KINDS and not _past(mark)
    ]
    words += [(match.start(), match.end(), True) for match in _VAGUE.finditer(folded)]
    found: list[_Span] = []
    for start, end, vague in sorted(words, key=lambda word: (word[0], -word[1])):
        last = found[-1] if found else None
        if last and start < last.end:
            found[-1] = _Span(last.start, max(end, last.end), last.vague and vague)
            continue
        gap = folded[last.end : start] if last else ""
        aside = gap.startswith("なら") and vague
        from_it = gap.startswith("から") and (MOVED.match(folded, end) or _TO_IT.match(folded, end))
        goes_on = _BRIDGE.fullmatch(gap) and not aside and not from_it
        if last and goes_on:
            found[-1] = _Span(last.start, end, last.vague and vague)
        else:
            head = _HEAD.search(folded, max(0, start - 8), start)
            found.append(_Span(head.start() if head else start, end, vague))
        tail = _TAIL.match(folded, found[-1].end)
        if tail:
            found[-1] = found[-1]._replace(end=tail.end())
    return [span for span in found if folded[span.start : span.end] not in _AT_ONCE]


def _past(mark: Mark) -> bool:
    return mark.kind in _PAST_KINDS and mark.value.startswith("-")
