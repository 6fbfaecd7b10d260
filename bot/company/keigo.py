"""Slips of politeness in our words: double keigo, an honorific on our own staff, a question without a cushion.

Words alone are looked at, so it warns of what is nearly always a slip (`bot/data/keigo.tsv` says of which, and what to
say instead); what is fine Japanese but not this company's taste is the company's own business. Two cushion words in
one sentence are as wrong as none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.company.script import Script
from bot.dialogue.wording import CUSHIONS
from nlu.tables import rows

_TABLE = Path(__file__).parent / "data" / "keigo.tsv"
_HONORIFIC = r"(?:さん|様|さま|殿|先生|部長|課長|係長|主任|社長|専務|常務|店長|院長)"
_RESPECTFUL = re.compile(
    r"\{(?:staff|colleague)\}(?:が|は|も)[^。]*?"
    r"(?:いらっしゃ|おっしゃ|なさ[いっりる]|ご存[じ知]|お戻りになり|戻られ|参られ)"
)
_SOFTENED = re.compile(
    r"^(?:ask_(?:caller|name|company|number|purpose)|refuse_\w+|away(?:_state|_home|_closed|_unknown)?|no_way|unknown_staff)$"
)
"""Wordings that ask something of the caller, or refuse something, for the first time."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing that a careful receptionist would not say."""

    found: str
    instead: str


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), instead) for pattern, instead in rows(_TABLE))


def slips(text: str, families: tuple[str, ...] = ()) -> Iterator[Slip]:
    """The slips in one text; `families`: the surnames of our own people, as written."""
    for pattern, instead in _patterns():
        if match := pattern.search(text):
            yield Slip(match.group(), instead)
    if match := _RESPECTFUL.search(text):
        yield Slip(match.group(), "humble words for our own people: おります, 申しております")
    names = "|".join(map(re.escape, families))
    if match := re.search(rf"(?:\{{(?:staff|colleague)\}}{'|' + names if names else ''}){_HONORIFIC}", text):
        yield Slip(match.group(), "the bare name: our own people have neither 様 nor a title before callers")
    for sentence in text.split("。"):
        used = [cushion for cushion in CUSHIONS if cushion in sentence]
        if len(used) > 1:
            yield Slip("、".join(used), "one cushion word a sentence")


def wording_slips(script: Script) -> Iterator[tuple[str, Slip]]:
    """(wording key, slip) over all that the script has its receptionist say, the company's answers included."""
    families = tuple(person.family.text for person in script.staff)
    for key, variants in script.wording.items():
        for text in variants:
            yield from ((f"wording.{key}", slip) for slip in slips(text, families))
            if _SOFTENED.match(key) and not any(cushion in text for cushion in CUSHIONS):
                yield f"wording.{key}", Slip(text, f"begin with a cushion word: {'、'.join(CUSHIONS[:3])} …")
    for number, entry in enumerate(script.knowledge.entries, 1):
        yield from ((f"entry[{number}].answer", slip) for slip in slips(entry.answer, families))


def forbidden_words(script: Script) -> Iterator[tuple[str, str]]:
    """(where, word) of every word that the company forbids and its receptionist would say all the same."""
    said = [(f"wording.{key}", text) for key, variants in script.wording.items() for text in variants]
    said += [(f"entry[{number}].answer", entry.answer) for number, entry in enumerate(script.knowledge.entries, 1)]
    for where, text in said:
        yield from ((where, word) for word in script.rules.forbidden if word in text)
