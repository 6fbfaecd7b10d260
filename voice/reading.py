"""How written words are to be read aloud where the synthesiser would read them wrongly.

Only what a receptionist's sentences hold: clock times, digit groups, mail addresses. Names carry their own reading;
numbers of quantity are left to the synthesiser. Leaves out: kanji, accent.
"""

from __future__ import annotations

import re

_DIGITS = ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュー")
"""One by one as on the telephone: 4, 7 and 9 never し, しち, く; 2 and 5 long, so that they are not lost."""
_LETTERS = (
    "エー", "ビー", "シー", "ディー", "イー", "エフ", "ジー", "エイチ", "アイ", "ジェー", "ケー", "エル", "エム",
    "エヌ", "オー", "ピー", "キュー", "アール", "エス", "ティー", "ユー",
    "ブイ", "ダブリュー", "エックス", "ワイ", "ゼット",
)  # fmt: skip
_SIGNS = {"@": "アットマーク", ".": "ドット", "-": "ハイフン", "_": "アンダーバー", "+": "プラス"}
_MINUTES = {2: "ニフン", 5: "ゴフン", 8: "ハップン", 9: "キューフン"}
"""十二分 would be read じゅうにぶん, 五分 ごぶ: the kanji also mean "plenty" and "per cent"."""
_NARROW = str.maketrans("０１２３４５６７８９：＠．－", "0123456789:@.-")
_RUN = 4
"""Signs of an address said in one breath: as many as one remembers while writing."""

_ADDRESS = re.compile(r"[a-z0-9._+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE | re.ASCII)
_TIME = re.compile(r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])", re.ASCII)
_NUMBER = re.compile(r"(?<![\w-])(\d{1,5}(?:-\d{1,5})+|0\d{8,10}|\d{7,})(?![\w-])", re.ASCII)
_KANJI_DIGITS = "〇一二三四五六七八九"


def spoken_digits(digits: str) -> str:
    """03-1234 → ゼロサン、イチニーサンヨン: digit by digit, a breath between groups."""
    return "、".join("".join(map(_sign, group)) for group in re.findall(r"\d+", digits, re.ASCII))


def spoken_address(address: str) -> str:
    """A mail address sign by sign, in short groups, so that it can be written down."""
    parts = re.findall(rf"[a-z0-9]{{1,{_RUN}}}|[@._+-]", address.lower(), re.ASCII)
    return "、".join("".join(map(_sign, part)) for part in parts)


def spoken_time(hour: int, minute: int) -> str:
    """15, 30 → 十五時三十分; on the hour without minutes. 七時 is said ナナジ, lest it be taken for 一時."""
    hours = _counted(hour).replace("七", "ナナ") if hour else "零"
    tens, ones = minute - minute % 10, minute % 10
    minutes = _counted(tens) + _MINUTES[ones] if ones in _MINUTES else _counted(minute) + "分"
    return f"{hours}時" + (minutes if minute else "")


def read_aloud(text: str) -> str:
    """The text with times, numbers in groups and mail addresses written out as they are said."""
    text = _ADDRESS.sub(lambda found: spoken_address(found[0]), text.translate(_NARROW))
    text = _TIME.sub(lambda found: spoken_time(int(found[1]), int(found[2])), text)
    return _NUMBER.sub(lambda found: spoken_digits(found[0]), text)


def _sign(sign: str) -> str:
    if sign in _SIGNS:
        return _SIGNS[sign]
    return _DIGITS[int(sign)] if sign.isdigit() else _LETTERS[ord(sign) - ord("a")]


def _counted(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("", "十", *(f"{digit}十" for digit in _KANJI_DIGITS[2:]))[tens] + _KANJI_DIGITS[ones].strip("〇")
