"""The words in which a wanted time is said, verbatim: 明日の午前中, 来週の火曜の三時半, できるだけ早い日.

Only found here, not understood; what moment they mean is told elsewhere. In a change of a booking the new
time follows the old one and ends in に, so there the last such words count.
"""

from __future__ import annotations

import re

_N = r"[〇零一二三四五六七八九十百\d]+"
_DAY = (
    rf"(?:今日|本日|明日|あした|あす|明後日|あさって|しあさって|今夜|今晩|明朝|明晩|{_N}日後|{_N}週間後|{_N}分後|{_N}時間後|"
    rf"(?:(?:今週|来週|再来週|さ来週|今月|来月|再来月|今年|来年|今度|次|毎週)の?)*"
    rf"(?:{_N}月(?:の)?)?(?:{_N}日|[月火水木金土日]曜日?|月末|週末|平日|祝日|大安|大晦日|クリスマスイブ|クリスマス|元日|お盆|年末|年明け|連休|頭|初め|末|どこか|同じ曜日)|"
    rf"{_N}月|来週|再来週|今週|来月|今月|来年|週末)"
)
_TIME = (
    rf"(?:(?:午前中?|午後イチ|午後一|午後|朝|夜|夕方|昼|お昼|晩|正午|夜分|ランチ|ディナー|同じ時間)(?:の)?"
    rf"(?:{_N}時(?:{_N}分|半)?)?|{_N}時(?:{_N}分|半)?|これから|今から|外来が終わってから)(?:ごろ|頃|過ぎ|前|以降|まで)?"
)
_SPAN = (
    rf"(?:{_DAY}(?:の|、)?(?:{_DAY}(?:の|、)?)?(?:{_TIME})?|{_TIME})"
    rf"(?:(?:から|と|か|の)(?:{_DAY})?(?:の)?{_TIME}(?:まで)?(?:の間)?)?(?:ごろ|頃|くらい|ぐらい|過ぎ)?"
)
_WORDS = re.compile(_SPAN)
_SOON = re.compile(
    rf"できるだけ早い(?:日|時間)|なるべく早く|{_N}(?:分|時間)(?:ほど|くらい)?(?:早く|遅らせて|遅く)|いつでも"
)
_NEW = re.compile(r"(?:に|へ)(?:変|ずら|し(?:て|たい)|移|振|早め|前倒し|でき|延ば|なら|お願い)|に$")
_PAST = re.compile(r"^(?:の|に)?(?:.{0,6})(?:いただいた|もらった|届いた|行った|来た|食べ|かけた|電話した|お電話)")


def wanted_time(text: str, changing: bool = False) -> str:
    """The words of the time that is wanted, "" where none is said."""
    found = [match for match in _WORDS.finditer(text) if not _PAST.match(text[match.end() :])]
    if changing:
        new = [match for match in found if _NEW.match(text[match.end() :])]
        if new:
            return _tidy(new[-1].group())
    soon = _SOON.search(text)
    if soon and (changing or not found):
        return soon.group()
    if not found:
        return ""
    return _tidy(max(found, key=lambda match: (len(match.group()) > 2, len(match.group()), -match.start())).group())


def _tidy(words: str) -> str:
    return words.strip("の、")
