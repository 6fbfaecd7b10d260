"""Doubtful calls and the answer to the receptionist's question: sales or not, from both together.

Whoever is still doubtful after the question is let through, so only a certain refusal counts as one.
"""

from __future__ import annotations

from collections.abc import Sequence

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import SalesOutcome
from nlu.score.lines import Row
from nlu.score.marks import NOW, Facts, Mark, outcome
from nlu.score.rates import Rates, share
from nlu.understand import understand
from nlu.vocabulary import Vocabulary


def mark(row: Row, hearing: Hearing) -> Mark:
    """One answer as it is understood."""
    expected = Expected(Ask.PROBE, said=row["probe"], before=row["opening"])
    meaning = understand(hearing, expected, NOW, Vocabulary())
    done = outcome(meaning)
    refused = done == SalesOutcome.CERTAIN
    found: Facts = {"sales": refused, "outcome": done}
    if meaning.sales is not None:
        found["sales_probability"] = round(meaning.sales.probability, 4)
    confidence = meaning.sales.probability if meaning.sales else meaning.confidence
    wanted: Facts = {"sales": row["sales"], "opening": row["opening"], "probe": row["probe"]}
    checks = {"sales": row["sales"], "refused": refused}
    right = refused == row["sales"]
    sure = confidence if refused else 1 - confidence
    return Mark(row["id"], hearing.text, wanted, found, right, sure, meaning.grounds, checks)


def rates(marks: Sequence[Mark]) -> Rates:
    """The costliest mistake first."""
    lines = [each.checks for each in marks]
    return {
        "false_refusal_rate": share(line["refused"] for line in lines if not line["sales"]),
        "sales_recall": share(line["refused"] for line in lines if line["sales"]),
        "sales_precision": share(line["sales"] for line in lines if line["refused"]),
    }
