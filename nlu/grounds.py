"""From which words each part of a meaning comes: one line a part, its kind and value, a colon, and what was said.

For the people who read a call afterwards, and for tests; nothing is judged here, and no decision hangs on these lines.
"""

from __future__ import annotations

import re

from nlu.identity.companies import company_answer
from nlu.meaning import Meaning, Slot
from nlu.numbers import runs
from nlu.reasons.wants import wanted

_FIELDS = ("caller_name", "company", "staff", "department", "number", "extension", "email", "when", "party")
_ADDRESS_SAID = re.compile(r"[^、。]*(?:アット|あっと|@)(?:[^。]*(?:ドット|どっと)[^、。]*)?")


def lines(meaning: Meaning, text: str, free: str) -> tuple[str, ...]:
    """Of every part but reason, answer and urgency, whose judges tell their own. `text` is what was said as it was
    read for the question, `free` the same as free speech, both normalised."""
    found = []
    for field in _FIELDS:
        slot: Slot | None = getattr(meaning.slots, field)
        if slot is not None:
            found.append(f"{field} {slot.value}: {_words(field, slot, text, free)}")
    if meaning.moment is not None and meaning.moment.text:
        moment = meaning.moment
        found.append(f"moment {moment.start}{'/' + moment.end if moment.end else ''}: {moment.text}")
    if meaning.sales is not None and meaning.sales.grounds:
        found.append(f"sales {meaning.sales.outcome}: {', '.join(meaning.sales.grounds)}")
    found += [f"wants {want}: {words}" for want, words in wanted(free)]
    if meaning.known is not None and meaning.known.grounds:
        found.append(f"known {meaning.known.kind}: {', '.join(meaning.known.grounds)}")
    if company_answer(free):
        found.append("company: a private person")
    return tuple(found)


def _words(field: str, slot: Slot, text: str, free: str) -> str:
    """What was said for a value: numbers and addresses are kept in their written form alone."""
    if field in ("number", "extension"):
        for said in (text, free):
            if numerals := runs(said):
                return said[numerals[0].start : numerals[-1].end]
    if field == "email" and slot.value not in free.lower():
        said_address = _ADDRESS_SAID.search(free)
        return said_address.group() if said_address else slot.text
    return slot.text
