"""Whether a call came out as its line in dialogues.jsonl expects, by the rules of the data's README.

Every non-empty expectation must be met; `|` separates alternatives. Names and staff are compared in one form, companies
by how alike they sound, words with all figures brought to digits. Leaves out how the call came about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz

from bot.company.script import Script
from bot.dialogue.state import Captured, Facts, Outcome, State
from bot.reporting.report import has_report
from nlu.identity.names import family_of
from nlu.kana import is_kana, to_katakana
from nlu.score import forms
from nlu.words import reading

COMPANY_ALIKE = 90.0
"""Of 100: least likeness of two companies' sounds."""

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.MESSAGE: "message",
    Outcome.TRANSFERRED: "transferred",
    Outcome.RESERVED: "reserved",
    Outcome.GIVEN_UP: "answered",
    Outcome.REFUSED: "refused_sales",
    Outcome.ANSWERED: "answered",
    Outcome.WRONG_NUMBER: "wrong_number",
}
"""As the data calls them; others, such as a recording, are called by their own names and expected nowhere."""
REFUSED = OUTCOMES[Outcome.REFUSED]
NOT_ASKED_IN_SALES = frozenset({"caller_name", "company", "staff"})
"""What a sales call that is refused need not have told."""

_HYPHEN = re.compile(r"(?<=[0-9])[-‐–—−ー](?=[0-9])")

Row = Mapping[str, Any]


def wrong(row: Row, script: Script, state: State, replies: Sequence[str]) -> list[str]:
    """What is not as expected, each in a few words; empty where the call passes."""
    return [*_wrong_facts(row["expect"], row, script, state), *_wrong_words(row["expect"], replies)]


def outcome_of(state: State) -> str:
    """How the call ended, as the data calls it."""
    return OUTCOMES.get(state.outcome, str(state.outcome)) if state.outcome else "unfinished"


def _wrong_facts(expect: Row, row: Row, script: Script, state: State) -> Iterator[str]:
    facts = state.facts
    reason, outcome = str(facts.reason or ""), outcome_of(state)
    if reason not in _alternatives(expect["reason"], row, expect, "reason_ok"):
        yield f"reason: wanted {expect['reason']}, found {reason or 'none'}"
    if outcome not in _alternatives(expect["outcome"], row, expect, "outcome_ok"):
        yield f"outcome: wanted {expect['outcome']}, found {outcome}"
    if expect["report"] and not has_report(script, (), state):
        yield "report: wanted one, found none"
    if bool(expect["urgent"]) != facts.urgent:
        yield f"urgent: wanted {expect['urgent']}, found {facts.urgent}"
    optional = NOT_ASKED_IN_SALES if REFUSED in (expect["outcome"], outcome) else frozenset()
    for field, found in _found(row, script, facts).items():
        wanted = _split(str(expect.get(field) or ""))
        if wanted and field not in optional and not any(_same(field, each, one) for each in wanted for one in found):
            yield f"{field}: wanted {expect[field]}, found {found[0] if found and found[0] else 'none'}"
    if not expect["number"] and not _right_number(row, facts):
        yield f"number: wanted none, found {facts.number.value if facts.number else ''}"


def _found(row: Row, script: Script, facts: Facts) -> dict[str, tuple[str, ...]]:
    """What was found of each field, in all forms that may be compared."""
    number = facts.number.value if facts.number else ""
    return {
        "caller_name": (_value(facts.caller_name),),
        "company": _company(facts.company),
        "number": (number,),
        "staff": _staff(script, facts),
        "start": (facts.booking.start if facts.booking else "",),
        "party": (str(facts.booking.party) if facts.booking else "",),
    }


def _right_number(row: Row, facts: Facts) -> bool:
    """Where no number is expected: none, the line's own, or one that the caller has indeed."""
    number = facts.number.value if facts.number else ""
    told = forms.number(forms.words(str(row["caller"].get("number", ""))))
    return number in ("", row.get("caller_id", "")) or number in re.sub(r"\D", "", told)


def _value(item: Captured | None) -> str:
    return item.value if item else ""


def _company(item: Captured | None) -> tuple[str, ...]:
    """Its sound; and that of what it is written with."""
    if item is None:
        return ("",)
    read = item.value if is_kana(to_katakana(item.value)) else reading(item.value)
    return (read, reading(item.text)) if item.text and item.value else (read,)


def _staff(script: Script, facts: Facts) -> tuple[str, ...]:
    """Whom the caller wanted: name and role of a member of staff, or the words; a department is in charge."""
    staff = facts.staff
    if staff is None:
        return ("担当者", _value(facts.department)) if facts.department else ("",)
    person = script.person(staff.value)
    if person is None:
        others = [script.person(key) for key in staff.alternatives]
        return (staff.value, staff.text, *(other.family.kana for other in others if other))
    return (person.family.kana, person.title, person.department, staff.text)


def _same(field: str, wanted: str, found: str) -> bool:
    if not found:
        return False
    match field:
        case "caller_name":
            return forms.name(family_of(found)) == forms.name(wanted) or forms.name(found) == forms.name(wanted)
        case "company":
            return fuzz.ratio(forms.company(found), forms.company(wanted)) >= COMPANY_ALIKE
        case "number":
            return forms.number(found) == forms.number(wanted)
        case "start":
            return found[: len(wanted)] == wanted
        case "staff":
            return forms.name(found) == forms.name(wanted)
        case _:
            return found == wanted


def _alternatives(value: str, row: Row, expect: Row, key: str) -> tuple[str, ...]:
    """The values that will do: the one named, and those of `reason_ok` or `outcome_ok`."""
    more = expect.get(key) or row.get(key) or ()
    return (*_split(value), *(_split(more) if isinstance(more, str) else tuple(more)))


def _split(value: str) -> tuple[str, ...]:
    return tuple(each for each in value.split("|") if each)


def _wrong_words(expect: Row, replies: Sequence[str]) -> Iterator[str]:
    said = [plain(reply) for reply in replies]
    for entry in expect["must_say"]:
        exactly = any(words in reply for words in _split(entry) for reply in replies)
        if not exactly and not any(plain(words) in reply for words in _split(entry) for reply in said):
            yield f"must_say: {entry}"
    for entry in expect["must_not_say"]:
        if any(plain(words) in reply for words in _split(entry) for reply in said):
            yield f"must_not_say: {entry}"


def plain(text: str) -> str:
    """Words with all figures, written or spoken, as bare digits."""
    return _HYPHEN.sub("", forms.words(text)).lower()
