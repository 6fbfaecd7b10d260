"""How company names are built: legal forms, the words of trades they end in, and what only names a trade."""

from __future__ import annotations

import re

from nlu.wordlists import either, words

LEGAL_FORM = re.compile(either("legal forms"))
_ENDINGS = words("company endings")
_ENDING = re.compile(rf"(?:{either('company endings')})$")
_BODIES = words("public bodies")
"""Public bodies, whose kind is their name."""
_KINDS = words("kinds of business")
_JUST_A_KIND = re.compile(r"(?:[ァ-ヴー\u3400-\u9fff]{1,4}(?:屋|業者|メーカー)|.*(?:会社|業者|関係|代理店|の仕事))")
_SECOND_HALVES, _FIRST_HALVES = words("second halves"), words("first halves")


def is_public_body(text: str) -> bool:
    """税務署, 市役所 …: bodies named by their kind."""
    return text in _BODIES


def ends_like_company(text: str) -> bool:
    """Whether the name ends in a word of some trade, or has a legal form."""
    return bool(LEGAL_FORM.search(text) or _ENDING.search(text) or text in _BODIES)


def without_trade(text: str) -> str:
    """What stands before the word of the trade in a company name: 二葉縫製 gives 二葉."""
    return _ENDING.sub("", text)


def is_kind_only(text: str) -> bool:
    """Whether the words name a kind of business and no business (不動産屋, リース会社)."""
    if text in _BODIES or LEGAL_FORM.search(text):
        return False
    return text in _KINDS or text in _ENDINGS or bool(_JUST_A_KIND.fullmatch(text))


def continues_name(head: str, tail: str) -> bool:
    """Whether の joins two chunks into one name (花のやまぶき, ひだまりの家) instead of saying where or what kind."""
    return tail in _SECOND_HALVES or head in _FIRST_HALVES or head.startswith(("月刊", "週刊"))
