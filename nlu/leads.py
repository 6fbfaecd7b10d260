"""Words that lead over to what is told, and tell nothing themselves: では, ちなみに, あとですね, そうですか、それなら.

Rule: they go only where enough is left, for alone, or before a word or two, they may be the answer (では結構です); a
denial (いや) only before what follows a question for a value, where it says no more than "something else". The words
are data (`business_words.tsv`: "leads", "leads with comma", "leads denying"); "replies" before them stay.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nlu.wordlists import either

LEAST = 9
"""Characters that must be left."""


@cache
def _lead(denying: bool) -> re.Pattern[str]:
    apart = either("leads with comma") + ("|" + either("leads denying") if denying else "")
    return re.compile(rf"(?P<reply>(?:(?:{either('replies')})[、。])*)(?:(?:{either('leads')})、?|(?:{apart})[、。])+")


@lru_cache(maxsize=64)
def without_lead(text: str, *, denying: bool = False) -> str:
    """A normalised text without them; `denying`: without いや and いえ too."""
    lead = _lead(denying).match(text)
    return lead["reply"] + text[lead.end() :] if lead is not None and len(text) - lead.end() >= LEAST else text
