"""The rules of `reasons`, read from `data/reason_rules.tsv`: reason, weight, pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from nlu.meaning import Reason
from nlu.tables import DATA, rows

_FILE = DATA / "reason_rules.tsv"


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase that speaks for or against a reason."""

    reason: Reason
    weight: float
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file."""
    table = rows(_FILE)
    return tuple(Rule(Reason(reason), float(weight), re.compile(pattern)) for reason, weight, pattern in table)
