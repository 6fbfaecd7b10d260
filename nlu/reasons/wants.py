"""What a caller wants who cannot have the person asked for: a call back, a way to reach them, somebody else, a message.

Words alone decide (`nlu/data/wants.tsv`); a thing that is named only to be declined (メールは結構です) is no wish.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nlu.meaning import Want
from nlu.tables import DATA, rows

_DECLINED = re.compile(
    r"^[^、。]{0,6}?(?:は|も|とか|なんか|まで|なら)[^、。]{0,6}?"
    r"(?:結構|けっこう|大丈夫|だいじょうぶ|いらな|要らな|い(?:り|ら)?ません|不要|必要(?:な|あり)|いいです|やめ|なくて|見られ|見れ|使(?:え|わ)な|ないん)"
)
"""What follows a thing that is named to be declined."""


_TOLD = re.compile(
    r"^(?:アドレス|番号)?(?:[でをにはの]|から|にて|、)*(?:先ほど|さっき|昨日|先日|今朝|本日)?(?:お|ご)?"
    r"(?:送り(?:しま|し)した|送り(?:しま|ま)した|送っ(?:た|て(?:い|お|あ|る))|送付(?:し|いた|済)|届|出し(?:た|て(?:い|お|あ))|"
    r"(?:いただ|頂)(?:い|き)(?:た|て|まし|お)|もらっ(?:た|て)|拝見|入れ(?:た|て(?:い|お|あ))|(?:(?:入|残|載)っ(?:て|た)|登録)(?!.*(?:教え|知りた)))"
)
"""What follows a thing that is named because it was used, or because it holds a number: 先ほどメールでお送りしました,
携帯に入ってるよ."""
_THINGS = frozenset({Want.EMAIL, Want.MOBILE})


@cache
def _patterns() -> tuple[tuple[Want, re.Pattern[str]], ...]:
    return tuple((Want(kind), re.compile(pattern)) for kind, pattern in rows(DATA / "wants.tsv"))


def wants(text: str) -> tuple[Want, ...]:
    """The wishes in an utterance (normalised text), in the order in which they are said."""
    return tuple(kind for kind, _ in wanted(text))


@lru_cache(maxsize=16)
def wanted(text: str) -> tuple[tuple[Want, str], ...]:
    """The same, each with its words."""
    found = []
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            rest = text[match.end() :]
            if not (_DECLINED.match(rest) or (kind in _THINGS and _TOLD.match(rest))):
                found.append((match.start(), kind, match.group()))
                break
    return tuple((kind, words) for _, kind, words in sorted(found))
