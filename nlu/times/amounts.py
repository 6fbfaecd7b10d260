"""Small whole numbers before a counter, as patterns and as values: 二十五, 25, 二五, にじゅうご.

`numbers` reads numerals that stand alone and may begin with zeros; here the counter is part of the caller's pattern,
which is what makes a bare に or く a numeral. Values above a thousand only as years.
"""

from __future__ import annotations

from functools import lru_cache

from nlu.numbers import integer

_TENS = {"": 0, "じゅう": 10, "じゅー": 10, "じゅっ": 10, "じっ": 10}
_TENS |= {
    many + ten: value * 10
    for many, value in {"に": 2, "さん": 3, "よん": 4, "ご": 5}.items()
    for ten in ("じゅう", "じゅー", "じゅっ", "じっ")
}
_ONES = {
    "": 0, "いち": 1, "いっ": 1, "に": 2, "さん": 3, "よん": 4, "よ": 4, "し": 4, "ご": 5, "ろく": 6, "ろっ": 6,
    "なな": 7, "しち": 7, "ひち": 7, "はち": 8, "はっ": 8, "きゅう": 9, "きゅー": 9, "く": 9,
}  # fmt: skip
_SPOKEN = {"れい": 0, "ぜろ": 0} | {
    ten + one: tens + ones for ten, tens in _TENS.items() for one, ones in _ONES.items() if ten or one
}

_FIGURE = r"[\d〇零一二三四五六七八九十百千]"
WRITTEN = rf"{_FIGURE}(?<!{_FIGURE}{{2}}){_FIGURE}{{0,5}}"
"""In characters or figures, from the first of them on. It begins with a set of letters, not with a look behind, since
that lets `re` pass over the other letters quickly."""
SPOKEN = (
    r"(?:(?:に|さん|よん|ご)?(?:じゅ[うーっ]|じっ)(?:いち|いっ|に|さん|よん|よ|し|ご|ろ[くっ]|なな|しち|ひち|は[ちっ]|きゅ[うー]|く)?|"
    r"いち|いっ|に|さん|よん|よ|し|ご|ろ[くっ]|なな|しち|ひち|は[ちっ]|きゅ[うー]|く|れい|ぜろ)"
)
"""In hiragana, 0 to 59."""


@lru_cache(maxsize=4096)
def amount(text: str) -> int:
    """The value of what one of the patterns has matched; -1 for signs that make no number (十十)."""
    spoken = _SPOKEN.get(text)
    if spoken is not None:
        return spoken
    value = int(text) if text.isdecimal() else integer(text)
    return -1 if value is None else value
