"""Whether a question is one that an entry writes down itself, said with other politeness, fillers or word for a price.

Such a question needs no weighing: the company has answered it. Alike are two whose words of meaning are the same, that
ask for the same facts and name the same figures and limits (だけ, 以外, 前, なし …), the caller telling little besides.
Words of one meaning (車 for 駐車場) are not looked for here; they are weighed.
"""

from __future__ import annotations

import re
from functools import cache

from nlu.knowledge.figures import figures
from nlu.knowledge.topics import Script, Text, kinds, names

_FACTS = ("price", "clock", "day", "duration", "place", "count", "need", "how", "which", "who", "contact")
_TELLING = 0.2
"""Weight from which a word must be in both."""
_MORE = 12
"""Characters that a caller may say more than the script."""
_LIMITS = re.compile(
    r"だけ|のみ|以外|以上|以下|別|[ほ他]か?の|次|前|後|あと|まで|から|より|なし|なく|ない|無|ずに|[超越]え|過ぎ|同じ|一緒|たら|なら|場合"
)
_FILLER = re.compile(
    r"[、。？?！!\s]|えーっ?と|ええと|あのー?|すみません|すいません|ちょっと|お?(?:伺|聞)きしたいんですが"
)


@cache
def _facts() -> frozenset[int]:
    return frozenset(kinds().index(name) for name in _FACTS)


def _words(text: Text) -> frozenset[str]:
    """The words of meaning, but those that only say that a price is asked for."""
    price = kinds().index("price") in text.asks
    money = frozenset({names().index("price"), names().index("money_word")}) if price else frozenset[int]()
    return frozenset(
        word.lemma for word in text.words if word.weight >= _TELLING and not (word.notions and word.notions <= money)
    )


def _alike(question: Text, way: Text) -> bool:
    said, written = (_FILLER.sub("", text.normal) for text in (question, way))
    if said == written:
        return bool(said)
    words = _words(question)
    return (
        bool(words)
        and words == _words(way)
        and question.asks & _facts() == way.asks & _facts()
        and len(said) <= len(written) + _MORE
        and figures(question.normal) == figures(way.normal)
        and set(_LIMITS.findall(said)) == set(_LIMITS.findall(written))
    )


def own_question(question: Text, against: Script) -> int | None:
    """The one entry that has this question among its ways to ask; None for none, or more than one."""
    ends = [*against.asked[1:].tolist(), against.ways]
    found = [
        entry
        for entry, (start, end) in enumerate(zip(against.asked.tolist(), ends, strict=True))
        if any(_alike(question, way) for way in against.texts[start:end])
    ]
    return found[0] if len(found) == 1 else None
