"""Words that lead over to what is told or asked, and tell nothing themselves: では, ちなみに, あとですね, それなら.

They are data (`data/leads.tsv`), each with marks that say where it leads over. Rule: before what is told they go only
where enough is left, for alone, or before a word or two, they may be the answer (では結構です); a denial (いや) only
before what follows a question for a value, where it says no more than "something else"; a yes before them stays.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nlu.tables import DATA, rows

LEAST = 9
"""Characters that must be left."""


@cache
def _marked(*marks: str) -> str:
    """The words with any of these marks, as alternatives of a regular expression, longest first."""
    found = {word for word, marked in rows(DATA / "leads.tsv") if not set(marks).isdisjoint(marked.split())}
    return "|".join(sorted(found, key=lambda word: (-len(word), word)))


@cache
def leads_to(*marks: str) -> str:
    """A regular expression for one word that leads over so, with what may follow it: あとは、, それとですね、."""
    return rf"(?:(?:{_marked(*marks)})(?:は|です(?:が|けど)?|なん(?:です)?が|ね)*、?)"


@cache
def _lead(denying: bool) -> re.Pattern[str]:
    apart = _marked("comma", "denying") if denying else _marked("comma")
    return re.compile(rf"(?P<reply>(?:(?:{_marked('reply')})[、。])*)(?:(?:{_marked('bare')})、?|(?:{apart})[、。])+")


@lru_cache(maxsize=64)
def without_lead(text: str, *, denying: bool = False) -> str:
    """A normalised text without them; `denying`: without いや and いえ too."""
    lead = _lead(denying).match(text)
    return lead["reply"] + text[lead.end() :] if lead is not None and len(text) - lead.end() >= LEAST else text
