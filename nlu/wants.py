"""What a caller wants who cannot have the person asked for: a call back, a way to reach them, somebody else, a message.

Words alone decide (`nlu/data/wants.tsv`); a thing that is named only to be declined (メールは結構です) is no wish.
"""

from __future__ import annotations

import re
from functools import cache

from nlu.meaning import Want
from nlu.tables import DATA, rows

_DECLINED = re.compile(
    r"^[^、。]{0,6}?(?:は|も|とか|なんか|まで|なら)[^、。]{0,6}?"
    r"(?:結構|けっこう|大丈夫|だいじょうぶ|いらな|要らな|い(?:り|ら)?ません|不要|必要(?:な|あり)|いいです|やめ|なくて|見られ|見れ|使(?:え|わ)な|ないん)"
)
"""What follows a thing that is named to be declined."""


@cache
def _patterns() -> tuple[tuple[Want, re.Pattern[str]], ...]:
    return tuple((Want(kind), re.compile(pattern)) for kind, pattern in rows(DATA / "wants.tsv"))


def wants(text: str) -> tuple[Want, ...]:
    """The wishes in an utterance (normalised text), in the order in which they are said."""
    found = []
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            if not _DECLINED.match(text[match.end() :]):
                found.append((match.start(), kind))
                break
    return tuple(kind for _, kind in sorted(found))
