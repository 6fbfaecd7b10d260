"""The rules of `reasons`, read from `data/reason_rules.tsv`: reason, weight, pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nlu.meaning import Reason

_FILE = Path(__file__).parent / "data" / "reason_rules.tsv"


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase that speaks for or against a reason."""

    reason: Reason
    weight: float
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file."""
    found = []
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            reason, weight, pattern = line.split("\t")
            found.append(Rule(Reason(reason), float(weight), re.compile(pattern)))
    return tuple(found)
