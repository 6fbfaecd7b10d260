"""What was found in one line beside what was wanted: the material of every rate, table and prediction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from nlu.meaning import Meaning, Slot

NOW = datetime(2026, 11, 21, 10, 30)
"""The moment of a call whose line names none."""
Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Mark:
    """One line, as it was understood."""

    id: str
    text: str
    """As it was read or heard."""
    wanted: Facts
    found: Facts
    right: bool
    """The whole line."""
    confidence: float
    """0..1, as understanding gave it."""
    grounds: tuple[str, ...] = ()
    checks: dict[str, bool] = field(default_factory=dict)
    """Single things that are right or wrong in it, and what kind of line it is."""
    trained_on: bool = False
    """Whether the line stands among those that may be learnt from."""
    held_out: bool = False
    """Whether it stands among those that are only measured: nobody is to read it."""


def value(slot: Slot | None) -> str:
    """ "" where there is none."""
    return slot.value if slot else ""


def kept(facts: Facts) -> Facts:
    """Without what is empty."""
    return {key: fact for key, fact in facts.items() if fact not in ("", None)}


def outcome(meaning: Meaning) -> str:
    """What is done about a call that may be sales."""
    if meaning.sales is not None:
        return str(meaning.sales.outcome)
    return "certain" if meaning.reason == "sales" else "not_sales"
