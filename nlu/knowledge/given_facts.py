"""Whether an answer gives the asked kind of fact of the thing asked for, or of another thing that it names too.

「餃子は一箱八百円で、生ラーメンもございます」 names the noodles and a price, yet no price of the noodles. So an answer
is read clause by clause: a fact belongs to what is named in its own clause, or in a clause before it in the same
sentence that has none. Only what stands where is counted; what it means is weighed elsewhere.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.knowledge.topics import Script, Text, kinds, take_apart

Floats = NDArray[np.float32]
_FACTS = ("price", "clock", "day", "duration", "place", "count")
_CLAUSE = re.compile(r"[^、。]+[、。]?")
_WEIGHTY = 0.3
"""Words that tell less are not looked for."""
COLUMNS = 6
"""Numbers of an entry."""


@lru_cache(maxsize=1024)
def _clauses(answer: str) -> tuple[tuple[Text, bool], ...]:
    """The clauses of an answer, and whether each ends a sentence."""
    return tuple((take_apart(each), each.endswith("。")) for each in _CLAUSE.findall(answer))


def _told_of(answer: str, at: int, asked: frozenset[int]) -> bool:
    """Whether a clause, or the next one of its sentence where it gives no such fact, gives one of the asked kinds."""
    clauses = _clauses(answer)
    text, ends = clauses[at]
    if text.gives & asked:
        return True
    return not ends and at + 1 < len(clauses) and bool(clauses[at + 1][0].gives & asked)


def given_facts(question: Text, against: Script) -> Floats:
    """Of every entry: whether such a fact is asked for and the answer gives it; how much of the question the answer
    names beside it, and elsewhere only; the heaviest word of each; and whether nothing of the question is named.
    """
    facts = frozenset(kinds().index(name) for name in _FACTS) & question.asks
    found = np.zeros((against.entries, COLUMNS), np.float32)
    if not facts:
        return found - 1.0
    words = [word for word in question.words if word.weight >= _WEIGHTY and word.kind in ("noun", "name", "verb")]
    for entry in range(against.entries):
        answer = against.texts[against.ways + entry]
        beside, elsewhere = [0.0], [0.0]
        for word in words:
            named = [
                at
                for at, (clause, _) in enumerate(_clauses(answer.normal))
                if any(word.lemma == other.lemma for other in clause.words) or word.notions & clause.notions
            ]
            if named:
                near = any(_told_of(answer.normal, at, facts) for at in named)
                (beside if near else elsewhere).append(word.weight)
        given = float(bool(answer.gives & facts))
        row = [
            given,
            sum(beside),
            sum(elsewhere),
            max(beside),
            max(elsewhere),
            float(len(beside) + len(elsewhere) == 2),
        ]
        found[entry] = row
    return found
