"""What troubles a caller, told from the words of a complaint: the kind of trouble, the thing, when it was, how bad.

Rule: a thing is named back only where it is plain: a noun right before its trouble, in words that were well heard.
Tables of words and nothing else; whoever stays unclear is answered in general words.
"""

from __future__ import annotations

import re
from enum import StrEnum

SURE = 0.7
"""Least confidence of the words from which the thing is named back: a wrong thing would be worse than none."""


class Trouble(StrEnum):
    """The kind of trouble; each has a wording of its own."""

    BROKEN = "broken"
    MISSING = "missing"
    WRONG = "wrong"
    WAITED = "waited"
    MANNER = "manner"
    GENERAL = "general"


_SIGNS = (
    (
        Trouble.MANNER,
        r"態度|口のきき方|言い方|言葉遣い|無愛想|失礼(?:な|だ|じゃ|です|すぎ)|顔も(?:見|上げ)|笑われ|無視され|怒鳴ら|対応が|応対が",
    ),
    (Trouble.WAITED, r"待たさ|待たせ|待っ(?:て|た|と)|待ちぼうけ"),
    (Trouble.MISSING, r"届(?:か|いてな|いていな|きませ)|(?:まだ|も)来(?:な|てな|ていな|ませ)|着かな|着いてな"),
    (
        Trouble.BROKEN,
        r"壊れ|こわれ|割れ|破れ|破損|故障|動か(?:な|ん)|動きませ|つかな(?:い|く)|止ま(?:っ|り|る)|漏れ|もれ|水漏|不良|不具合|欠け|傷|汚れ|外れ|錆|さび|"
        r"詰ま(?:っ|り)|効か(?:な|ん)|調子が|開か(?:な|ん)|閉まら|出な(?:い|く)",
    ),
    (Trouble.WRONG, r"違(?:う|い|っ)|間違|別の(?:物|もの|品)|頼んで(?:い)?ない|足り(?:な|ませ)|入っていな|入ってな"),
)

_THING = re.compile(
    r"(?:^|(?<=[のたをで、。 ]))([ァ-ヶー]{2,10}|[一-龥々]{2,6}|[一-龥々]{1,4}[ァ-ヶー]{2,8})"
    r"(?=(?:が|は|も)[^。、]{0,14}$)"
)

_NO_THINGS = re.compile(
    r"担当|先生|社員|店員|係|責任|受付|方$|者$|人$|私|僕|俺|当方|母|父|妻|夫|娘|息子|子供|弊社|御社|会社|電話|連絡|返事|今日|昨日|先日|先週|"
    r"今朝|本日|[一二三四五六七八九十0-9]$|全部|全然|時間|対応|応対|態度|結局|毎回|何度|意味|話|問題|こと|クレーム|苦情"
)
"""Nouns that are no things: people, times, talk."""

_WHEN = re.compile(
    r"昨日|きのう|今日|今朝|昨夜|ゆうべ|一昨日|おととい|先日|先週|先月|今週|今月|去年|昨年|さっき|先ほど|さきほど|この前|このあいだ|[日週月年]前|"
    r"[0-9一二三四五六七八九十]+(?:日|月|時)|[月火水木金土日]曜|以前|毎(?:日|回|晩)|ずっと"
)
_BAD = re.compile(
    r"困(?:っ|り|る)|止ま(?:っ|り|る)|けが|怪我|危な|危険|火|煙|漏電|間に合わ|大変|ひど|許せ|納得|いい加減|泣|痛|使え(?:な|ませ)|迷惑|損害|頭に(?:き|来)|何(?:度|回)も"
)
_BARE = re.compile(
    r"^(?:(?:あの|ええと|えっと|ちょっと|すみません|もしもし|はい|お(?:宅|たく)|そちら)[、。 のに]*)*"
    r"(?:苦情|クレーム|文句|言いたいこと|責任者|上の(?:者|人|方)).{0,16}$"
)
"""Says that there is a complaint and not what."""


def kind(words: str) -> Trouble:
    """The kind of trouble."""
    return next((each for each, sign in _SIGNS if re.search(sign, words)), Trouble.GENERAL)


def thing(words: str, confidence: float) -> str:
    """What is broken, missing or wrong, as the caller called it; "" where it is not plain."""
    if confidence < SURE:
        return ""
    for each, sign in _SIGNS:
        found = re.search(sign, words) if each is kind(words) else None
        named = _THING.search(words[: found.start()]) if found else None
        if named and not _NO_THINGS.search(named[1]):
            return named[1]
    return ""


def is_dated(words: str) -> bool:
    """Whether it was said when it happened."""
    return bool(_WHEN.search(words))


def is_bad(words: str) -> bool:
    """Whether the caller says that it weighs heavily."""
    return bool(_BAD.search(words))


def is_told(words: str) -> bool:
    """Whether the trouble itself was told, and not only that there is one."""
    return bool(words) and not _BARE.match(words)
