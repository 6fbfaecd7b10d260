"""The caller's first words: reason, sales, urgency and slots."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.identity.names import family_of
from nlu.meaning import Meaning, Reason, SalesOutcome
from nlu.score import forms
from nlu.score.lines import Row
from nlu.score.marks import NOW, Facts, Mark, kept, outcome, value
from nlu.score.rates import Rates, f1, macro_f1, share
from nlu.understand import understand
from nlu.vocabulary import Vocabulary

SLOTS = ("caller_name", "company", "company_text", "staff", "department", "number", "email", "when", "party")
_HALF = 0.5
"""Least share of the longer string that two times must have in common."""


def mark(row: Row, hearing: Hearing) -> Mark:
    """One opening as it is understood."""
    meaning = understand(hearing, Expected(Ask.OPENING), NOW, Vocabulary())
    reason = str(meaning.reason or Reason.OTHER)
    done = outcome(meaning)
    found = {**_slots(meaning), "reason": reason, "sales": done, "urgent": meaning.urgent}
    if meaning.sales is not None:
        found["sales_probability"] = round(meaning.sales.probability, 4)
    labels: Facts = dict(row["slots"])
    wanted: Facts = {"reason": row["reason"], "urgent": row["urgent"], **labels}
    checks = {"hard": bool(row.get("hard")), "sales": row["reason"] == Reason.SALES}
    checks |= {"refused": done == SalesOutcome.CERTAIN, "probed": done == SalesOutcome.DOUBTFUL}
    checks |= {
        slot: _same(slot, str(found[slot]), str(labels[slot])) for slot in SLOTS if slot in found and slot in labels
    }
    right = reason == row["reason"] and not (checks["refused"] and not checks["sales"])
    return Mark(row["id"], hearing.text, wanted, found, right, meaning.confidence, meaning.grounds, checks)


def rates(marks: Sequence[Mark]) -> Rates:
    """As the data's own rules have them; `refused` is certain, `caught` refused or probed."""
    pairs = [(str(each.found["reason"]), str(each.wanted["reason"])) for each in marks]
    urgent = [(str(each.found["urgent"]), str(each.wanted["urgent"])) for each in marks]
    result: Rates = {"reason_accuracy": share(found == wanted for found, wanted in pairs)}
    result["reason_macro_f1"] = macro_f1(pairs)
    result |= {f"sales.{key}": rate for key, rate in _sales([each.checks for each in marks]).items()}
    result["urgent_f1"] = f1(urgent, "True")
    for slot in SLOTS:
        result[f"slots.{slot}.precision"] = share(each.checks.get(slot, False) for each in marks if slot in each.found)
        result[f"slots.{slot}.recall"] = share(each.checks.get(slot, False) for each in marks if slot in each.wanted)
    return result


def _sales(lines: Sequence[dict[str, bool]]) -> Rates:
    sales, others = [line for line in lines if line["sales"]], [line for line in lines if not line["sales"]]
    hard_sales, hard_others = [line for line in sales if line["hard"]], [line for line in others if line["hard"]]
    return {
        "refused_recall": share(line["refused"] for line in sales),
        "refused_recall_hard": share(line["refused"] for line in hard_sales),
        "refused_precision": share(line["sales"] for line in lines if line["refused"]),
        "caught_recall": share(line["refused"] or line["probed"] for line in sales),
        "caught_recall_hard": share(line["refused"] or line["probed"] for line in hard_sales),
        "false_refusal_rate": share(line["refused"] for line in others),
        "false_refusal_rate_hard": share(line["refused"] for line in hard_others),
        "probed_rate_non_sales": share(line["probed"] for line in others),
    }


def _slots(meaning: Meaning) -> Facts:
    slots = meaning.slots
    return kept(
        {
            "caller_name": value(slots.caller_name),
            "company": value(slots.company),
            "company_text": slots.company.text if slots.company and slots.company.value else "",
            "staff": value(slots.staff),
            "department": slots.department.text if slots.department else "",
            "number": value(slots.number),
            "email": value(slots.email),
            "when": value(slots.when),
            "party": value(slots.party),
        }
    )


def _same(slot: str, found: str, wanted: str) -> bool:
    match slot:
        case "caller_name":
            return _family(found) == _family(wanted)
        case "company" | "company_text":
            return forms.company(found) == forms.company(wanted)
        case "staff":
            return forms.name(found) == forms.name(wanted)
        case "number":
            return forms.number(found) == forms.number(wanted)
        case "when":
            return forms.overlap(found, wanted) >= _HALF
        case "email":
            return found.lower() == wanted.lower()
        case _:
            return forms.words(found) == forms.words(wanted)


def _family(name: str) -> str:
    return forms.name(family_of(name))
