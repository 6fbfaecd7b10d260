"""Callers' questions, and which entry of the company's script answers them, if any may."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from nlu.hearing import Hearing
from nlu.score.lines import Row
from nlu.score.marks import Facts, Mark
from nlu.score.rates import Rates, share
from nlu.vocabulary import Entry, Vocabulary

_KNOWLEDGE = "nlu.knowledge.retrieval"


Find = Callable[[str, tuple[Entry, ...], tuple[str, ...]], Any]
"""(question, entries, topics beyond them) to what has a `kind` ("entry", "maybe", "beyond", "none") and the `entry`."""


def finder() -> Find | None:
    """What looks questions up; None where nothing can yet."""
    if find_spec(_KNOWLEDGE) is None:
        return None
    find: Find = import_module(_KNOWLEDGE).find
    return find


def marker(scripts: Mapping[str, Vocabulary], find: Find) -> Callable[[Row, Hearing], Mark]:
    """Marks a question against its company's script."""

    def mark(row: Row, hearing: Hearing) -> Mark:
        script = scripts[row["company"]]
        answer = find(hearing.text, script.entries, script.beyond)
        entry: int | str = answer.entry if answer.kind == "entry" else str(answer.kind)
        wanted: Facts = {"company": row["company"], "entry": row["entry"]}
        answerable = isinstance(row["entry"], int)
        checks = {"answerable": answerable, "beyond": row["entry"] == "beyond", "handed_over": entry == "beyond"}
        right = entry == row["entry"]
        checks["maybe"] = entry == "maybe"
        checks["maybe_right"] = checks["maybe"] and answer.entry == row["entry"]
        checks["wrong"] = isinstance(entry, int) and not right
        sure = float(getattr(answer, "confidence", 0.0))
        grounds = tuple(getattr(answer, "grounds", ()))
        return Mark(row["id"], hearing.text, wanted, {"entry": entry}, right, sure, grounds, checks)

    return mark


def rates(marks: Sequence[Mark]) -> Rates:
    """A wrong answer counts against all questions; one that is not answered, or is asked back, is no wrong answer."""
    return {
        "answered": share(each.right for each in marks if each.checks["answerable"]),
        "wrong": share(each.checks["wrong"] for each in marks),
        "beyond_caught": share(each.checks["handed_over"] for each in marks if each.checks["beyond"]),
        "asked_back": share(each.checks["maybe"] for each in marks),
        "asked_back_right": share(each.checks["maybe_right"] for each in marks if each.checks["maybe"]),
        "beyond_not_answered": share(not each.checks["wrong"] for each in marks if each.checks["beyond"]),
    }
