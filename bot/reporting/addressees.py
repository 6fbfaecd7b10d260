"""Who gets a report: of a company's recipients every one that it fits. Pure.

Rule: nothing is lost. Where a report fits nobody, the first recipient gets it that is not kept for urgent ones, and
where there are only such, the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from bot.company.rules import Recipient, Span
from bot.company.script import Script
from bot.dialogue.hours import local
from bot.dialogue.state import Facts
from nlu.meaning import Reason

_RANK = re.compile(r"(?:部門|部|課|係|室|科|担当|窓口)$")
"""What callers leave out or mistake in the name of a department."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a recipient's choice hangs on."""

    department: str
    """"" = none in particular."""
    reason: Reason | None
    urgent: bool
    at: float
    """When it is reported, seconds since the epoch."""


def matter_of(script: Script, facts: Facts, at: float) -> Matter:
    """A call's, as captured: the department of whoever was asked for counts before one that was named."""
    person = script.person(facts.staff.value) if facts.staff else None
    department = person.department if person else ""
    if not department and facts.department:
        department = _department(script, facts.department.value or facts.department.text)
    return Matter(department, facts.reason, facts.at_once, at)


def _department(script: Script, said: str) -> str:
    """The company's own name of a department: 営業 and 営業課 are its 営業部, if it has no other."""
    written = [name.text for name in script.departments]
    alike = [text for text in written if _bare(text) == _bare(said)]
    return said if said in written or len(alike) != 1 else alike[0]


def _bare(department: str) -> str:
    return _RANK.sub("", department)


def addressees(recipients: Sequence[Recipient], matter: Matter) -> tuple[str, ...]:
    """Addresses, each once, in the script's order; empty only where there are no recipients at all."""
    fitting = [each for each in recipients if _fits(each, matter)]
    if not fitting:
        fitting = [*(each for each in recipients if not each.urgent_only), *recipients][:1]
    return tuple(dict.fromkeys(each.address for each in fitting))


def _fits(recipient: Recipient, matter: Matter) -> bool:
    if recipient.urgent_only and not matter.urgent:
        return False
    if recipient.departments and matter.department not in recipient.departments:
        return False
    if recipient.reasons and matter.reason not in recipient.reasons:
        return False
    return recipient.hours is None or _within(recipient.hours, local(matter.at).time())


def _within(span: Span, now: time) -> bool:
    """Hours that end before they begin go past midnight."""
    if span.start <= span.end:
        return span.start <= now < span.end
    return now >= span.start or now < span.end
