"""Answers to "your telephone number, please": whether one is given, which, and the extension."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.score import forms
from nlu.score.lines import Row
from nlu.score.marks import NOW, Facts, Mark, kept, value
from nlu.score.rates import Rates, share
from nlu.understand import understand
from nlu.vocabulary import Vocabulary


def mark(row: Row, hearing: Hearing) -> Mark:
    """One answer as it is understood; a number or an extension makes it given."""
    meaning = understand(hearing, Expected(Ask.NUMBER), NOW, Vocabulary())
    number, extension = value(meaning.slots.number), value(meaning.slots.extension)
    answer = "given" if number or extension else str(meaning.answer or "")
    found: Facts = {"answer": answer, "number": number, "extension": extension}
    wanted: Facts = {key: row.get(key, "") for key in found}
    right = all(forms.number(str(found[key])) == forms.number(str(wanted[key])) for key in found)
    checks = {"given": row["answer"] == "given"}
    return Mark(row["id"], hearing.text, kept(wanted), kept(found), right, meaning.confidence, meaning.grounds, checks)


def rates(marks: Sequence[Mark]) -> Rates:
    """Of all lines, and of those that give a number."""
    given = share(each.right for each in marks if each.checks["given"])
    return {"exact": share(each.right for each in marks), "given_exact": given}
