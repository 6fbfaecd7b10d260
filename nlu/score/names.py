"""Answers to "your name, please": the name in katakana, "" where none is given."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.score import forms
from nlu.score.lines import Row
from nlu.score.marks import NOW, Facts, Mark, value
from nlu.score.rates import Rates, share
from nlu.understand import understand
from nlu.vocabulary import Vocabulary


def mark(row: Row, hearing: Hearing) -> Mark:
    """One answer as it is understood; `company` counts apart, where one is said."""
    meaning = understand(hearing, Expected(Ask.NAME), NOW, Vocabulary())
    name = meaning.slots.caller_name
    found: Facts = {"caller_name": value(name)}
    wanted: Facts = {"caller_name": row["caller_name"]}
    checks = {"given": bool(row["caller_name"])}
    heard_as = {forms.name(each) for each in (value(name), *(name.alternatives if name else ()))}
    checks["among"] = forms.name(row["caller_name"]) in heard_as
    if row.get("company"):
        found["company"], wanted["company"] = value(meaning.slots.company), row["company"]
        checks["company"] = forms.company(str(found["company"])) == forms.company(row["company"])
    right = forms.name(str(found["caller_name"])) == forms.name(row["caller_name"])
    return Mark(row["id"], hearing.text, wanted, found, right, meaning.confidence, meaning.grounds, checks)


def rates(marks: Sequence[Mark]) -> Rates:
    """Of all lines, of those with a name and without, and of the companies said beside it."""
    return {
        "exact": share(each.right for each in marks),
        "given_exact": share(each.right for each in marks if each.checks["given"]),
        "given_among_alternatives": share(each.checks["among"] for each in marks if each.checks["given"]),
        "none_exact": share(each.right for each in marks if not each.checks["given"]),
        "company_exact": share(each.checks["company"] for each in marks if "company" in each.checks),
    }
