"""Answers to "the name of your company, please": its reading, "" where there is none."""

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
    """One answer as it is understood; the spelling and the caller's name count apart."""
    meaning = understand(hearing, Expected(Ask.COMPANY), NOW, Vocabulary())
    company = meaning.slots.company
    text = company.text if company and company.value else ""
    found: Facts = {"company": value(company), "company_text": text}
    wanted: Facts = {"company": row["company"], "company_text": row.get("company_text", "")}
    checks = {"given": bool(row["company"])}
    checks["text"] = forms.company(text) == forms.company(str(wanted["company_text"]))
    if row.get("caller_name"):
        found["caller_name"], wanted["caller_name"] = value(meaning.slots.caller_name), row["caller_name"]
        checks["caller_name"] = forms.name(str(found["caller_name"])) == forms.name(row["caller_name"])
    right = forms.company(str(found["company"])) == forms.company(row["company"])
    return Mark(row["id"], hearing.text, wanted, found, right, meaning.confidence, meaning.grounds, checks)


def rates(marks: Sequence[Mark]) -> Rates:
    """Of all lines, of those with a company and without, and of what else is said."""
    return {
        "exact": share(each.right for each in marks),
        "given_exact": share(each.right for each in marks if each.checks["given"]),
        "none_exact": share(each.right for each in marks if not each.checks["given"]),
        "text_exact": share(each.checks["text"] for each in marks if each.checks["given"]),
        "caller_name_exact": share(each.checks["caller_name"] for each in marks if "caller_name" in each.checks),
    }
