"""What a simulated caller makes of words that are read back to it, and whether that is so. Pure.

Figures are read as they are written or spoken; names and companies count by their sound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz

from bot.simulation.turns import Role
from nlu.expected import Ask, Expected
from nlu.kana import is_kana, to_katakana
from nlu.score import forms
from nlu.words import readings, tokens

ALIKE = 90.0
"""Of 100: companies that sound at least so much alike are the same."""

_NUMBER = re.compile(r"0[0-9][0-9-]{7,12}[0-9]")
_CLOCK = re.compile(r"(午前|午後|夜|夕方|朝|お昼の)?の?([0-9]{1,2})(?:時(半|[0-9]{1,2}分)?|:([0-9]{2}))")
_DAY = re.compile(r"(?:([0-9]{1,2})月)([0-9]{1,2})日")
_PARTY = re.compile(r"([0-9]{1,3})(?:名|人)")
_QUOTED = re.compile(r"([^。]+?)、?と(?:の|いう)(?:お尋ね|ご質問)")
_PLAIN = re.compile(
    r"[ぁ-ん]+|[0-9]+|為る|居る|有る|成る|教える|下さる|貰う|頂く|幾ら|何|何処|何時|掛かる|出来る|事|方|件|所"
)
"""Words that every question may have."""
_SPAN = re.compile(r"何時(?:まで|から)|いつ(?:まで|から)")
_NAMED = re.compile(r"(?:(?P<company>[^、。]*?)の)?(?P<name>[^、。の]*)様で(?:いらっしゃい|ござい|よろし)")


@dataclass(frozen=True, slots=True)
class Read:
    """What was read back; empty where it was not."""

    name: str = ""
    """Katakana, or as it was written."""
    company: str = ""
    number: str = ""
    """Digits."""
    clocks: frozenset[tuple[int, int]] = frozenset()
    """Hours and minutes, of 24 hours where the words say so."""
    days: frozenset[tuple[int, int]] = frozenset()
    """(month, day)"""
    parties: frozenset[int] = frozenset()


def heard_of(words: str, expected: Expected | None) -> Read:
    """What the words read back; names by their sound where that is known."""
    plain = forms.words(words)
    number = _NUMBER.search(plain)
    rest = _NUMBER.sub("", plain)
    name = company = ""
    if expected is not None and expected.ask is Ask.CONFIRM_CALLER:
        name, company = expected.name, expected.company
    elif named := _NAMED.search(words):
        name, company = named["name"], named["company"] or ""
    read = number[0].replace("-", "") if number else ""
    if not read and expected is not None and expected.ask is Ask.CONFIRM_NUMBER:
        read = expected.number
    return Read(
        name,
        company,
        read,
        frozenset(_clock(found) for found in _CLOCK.finditer(rest)),
        frozenset((int(found[1]), int(found[2])) for found in _DAY.finditer(rest)),
        frozenset(int(found[1]) for found in _PARTY.finditer(rest)),
    )


def agrees(role: Role, read: Read) -> str:
    """The first thing that was read back wrongly: "name", "company", "number", "party", "when"; "" if all is right."""
    if read.name and role.names and not any(_same_name(read.name, name) for name in role.names):
        return "name"
    if read.company and not _same_company(role, read.company):
        return "company"
    if read.number and role.number and read.number not in (role.number, role.shown):
        return "number"
    if read.parties and role.party and role.party not in read.parties:
        return "party"
    if role.start and not _same_time(role, read):
        return "when"
    return ""


def quoted(words: str) -> str:
    """A question that the receptionist puts into the caller's mouth, to be sure of it; "" where there is none."""
    found = _QUOTED.search(words)
    return found[1] if found else ""


def same_matter(one: str, other: str) -> bool:
    """Whether two questions have a word in common that carries their matter, or ask until or from when."""
    spans = set(_SPAN.findall(forms.words(one))) & set(_SPAN.findall(forms.words(other)))
    return bool(spans or _content(one) & _content(other))


def overlap(fact: str, text: str) -> float:
    """Share of the fact's pairs of characters that the text has."""
    wanted = _pairs(forms.words(fact))
    return len(wanted & _pairs(forms.words(text))) / max(1, len(wanted))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _content(text: str) -> set[str]:
    lemmas = {token.lemma for token in tokens(text) if token.pos in ("名詞", "動詞", "副詞")}
    return {lemma for lemma in lemmas if not _PLAIN.fullmatch(lemma)}


def _clock(found: re.Match[str]) -> tuple[int, int]:
    half, hour, minutes, bare = found[1] or "", int(found[2]), found[3] or "", found[4] or ""
    if half in ("午後", "夜", "夕方") and hour < 12:
        hour += 12
    return hour, 30 if minutes == "半" else int(bare or minutes.removesuffix("分") or 0)


def _same_time(role: Role, read: Read) -> bool:
    """Whether the booking's time is among what was read; a half of the day that was not said does not matter."""
    start = datetime.fromisoformat(role.start)
    hours = {start.hour, start.hour - 12} if start.hour > 12 else {start.hour}
    if read.clocks and not any(hour in hours and minute == start.minute for hour, minute in read.clocks):
        return False
    return not read.days or (start.month, start.day) in read.days


def _same_name(read: str, name: str) -> bool:
    sounds = _sounds(read)
    return any(forms.name(sound).startswith(forms.name(name)) for sound in sounds)


def _same_company(role: Role, read: str) -> bool:
    if role.private and not role.companies:
        return False
    known = role.companies or tuple(_sounds(role.fact("company").removesuffix("です")))
    pairs = [(forms.company(sound), forms.company(one)) for sound in _sounds(read) for one in known]
    return any(fuzz.ratio(*pair) >= ALIKE for pair in pairs)


def _sounds(text: str) -> tuple[str, ...]:
    """The ways in which something written is read; kana as it stands."""
    return (text,) if is_kana(to_katakana(text)) else tuple(readings(forms.company(text))) or (text,)
