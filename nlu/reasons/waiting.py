"""Whether somebody waits for what he was promised or has asked for before: the mark of a chase.

Rule: a thing that is broken, wrong or missing parts is a complaint, and one asked about a question, unless the caller
tells of an earlier call, or of a promise that was not kept. Words alone decide.
"""

from __future__ import annotations

from nlu.tables import DATA, expressions

_WORDS = expressions(DATA / "matter_words.tsv")


def tells_of_earlier(words: str) -> bool:
    """Whether an earlier call or a promise is told of."""
    return bool(_WORDS["earlier"].search(words))


def waits(words: str) -> bool:
    """Whether something is overdue, or asked for again."""
    return tells_of_earlier(words) or bool(_WORDS["overdue"].search(words))
