"""Whether somebody wants to speak with whoever is responsible (責任者, 上の人), and how he puts it."""

from __future__ import annotations

import re

_SUPERIOR = (
    r"(?:責任者|責任の?ある(?:方|人|者)|責任を取れる(?:方|人|者)|上司|上役|上席|上の(?:方|人|者|もの)|"
    r"[偉えら]い(?:方|人)|管理職|トップ)"
)
_DEMANDED = re.compile(
    _SUPERIOR
    + r"(?:の(?:方|人))?(?:を|に|と|へ)?[^。]{0,6}(?:出せ|出しなさい|出してよ|出してくれ|呼べ|呼びなさい|代われ|かわれ)"
)
"""Nobody who sells speaks so."""
_ASKED = re.compile(
    _SUPERIOR + r"(?:の(?:方|人))?(?:を|に|と|へ)?[^。]{0,6}"
    r"(?:出して|出せ|呼んで|呼べ|代わ|替わ|かわっ|つない|繋い|電話口|お?話(?:し|を)?(?:させ|したい|がしたい)|お願い)"
)


def names_one(words: str) -> bool:
    """Whether somebody responsible is spoken of."""
    return bool(re.search(_SUPERIOR, words))


def asks_for_one(words: str) -> bool:
    """Whether one is asked for, however politely."""
    return bool(_ASKED.search(words))


def demands_one(words: str) -> bool:
    """Whether one is demanded, in words that no caller with something to sell would use."""
    return bool(_DEMANDED.search(words))
