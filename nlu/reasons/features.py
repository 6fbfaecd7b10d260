"""What an opening is judged by: named signs, each of which can be shown, and the likeness of its words to others.

`features(text, slots)` is pure and takes about a millisecond. A sign is a string, its kind before the first blank:

    w   word in dictionary form, or two or three in a row (見積もり; 見積もり を 御)
    z   the same in the last clause that is no courtesy
    e   how that clause ends (て いただく ます か)
    o   word inside the name of the caller's company; "$" at the last one
    x   two telling words in one utterance, in any order
    c   two to four characters in a row
    k   three to five kana of the sound in a row
    s   values found: staff named, staff by role, company, …
    p   a phrase of `data/signs.tsv`, by its name
    r   a rule of `reason_rules`, by its number
    b   two such phrases in one utterance, or one beside a value found
    d   what other readers of words take it for: a wish for a call back, a delay, a defect, hurry, …; "last" of the last
        clause

Names, numbers and companies are put as classes (<NAME>, <STAFF>, <NUM>, <COMPANY>): nothing is learnt of them, and
signs of kind k do not mind how a recogniser spells. `vector` is the mean of the word vectors, whole and last clause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from nlu.clauses import clauses
from nlu.identity.roles import is_role
from nlu.meaning import Slot, Slots
from nlu.normalize import normalize, shortened
from nlu.reasons import trouble
from nlu.reasons.dealings import names_dealing
from nlu.reasons.rules import rules
from nlu.reasons.urgency import urgency
from nlu.reasons.waiting import tells_of_earlier, waits
from nlu.reasons.wants import wants
from nlu.tables import DATA, rows
from nlu.vectors import Vector, sentence
from nlu.words import Token, tokens

_SIGNS = DATA / "signs.tsv"
_NAME, _STAFF, _NUMBER, _COMPANY = "<NAME>", "<STAFF>", "<NUM>", "<COMPANY>"
_TELLING = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "代名詞"})
_PLAIN = re.compile(r"[\u4e00-\u9fffァ-ヴー]{2}|[\u4e00-\u9fff][\u3041-\u3096]|[\u3041-\u3096]{5}")
"""What words have that tell a reader something."""
_PAIRED = 14
"""Telling words of which pairs are made, at most."""
_BESIDE = frozenset({"s staff named", "s staff by role", "s nobody asked for", "s company", "s caller_name"})
"""Values that phrases mean something else beside."""
_READERS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("waits", waits),
    ("earlier", tells_of_earlier),
    ("dealing", names_dealing),
    ("urgent", lambda text: urgency(text)[0]),
)
"""What else is looked for, by its name."""
_COURTESY = re.compile(
    r"お願い(?:いた)?します$|失礼|すみません|すいません|ごめん|ありがとう|お世話|もしもし|恐れ入り|と(?:申し|言い|いい)ます"
)


@dataclass(frozen=True, slots=True)
class Features:
    """Of one utterance."""

    signs: tuple[str, ...]
    """Distinct, in order of first occurrence."""
    vector: Vector
    """Two unit vectors of `vectors.size()` one after the other: of the whole, of the last clause."""


class _Unit(NamedTuple):
    """One word, or a class that stands for several; a tuple as `Token` is."""

    form: str
    kana: str
    surface: str
    telling: bool
    start: int


@lru_cache(maxsize=16)
def features(text: str, slots: Slots) -> Features:
    """The signs of what was said and of the values found in it; kept for the next judge of the same utterance."""
    text = shortened(normalize(text))
    units = _units(text, slots)
    forms = [unit.form for unit in units]
    wish = _last_clause(text, slots)
    last = [unit for unit in units if unit.start >= wish]
    final = [unit.form for unit in last]
    values = tuple(_values(text, slots))
    phrases = tuple([name for name, pattern in signs() if pattern.search(text)])
    found = [
        *values,
        *(f"p {name}" for name in phrases),
        *_together(phrases, values),
        *_taken_for(text, text[wish:]),
        *(f"r {i}" for i, rule in enumerate(rules()) if rule.pattern.search(text)),
        *_grams("w", forms, 3),
        *_grams("z", final, 2),
        *(f"e {' '.join(final[-n:])}" for n in (2, 3, 4)),
        *_inside(text, slots.company),
        *_pairs(units),
        *_runs("c", "".join(unit.surface for unit in units), (2, 3, 4)),
        *_runs("k", "".join(unit.kana for unit in units), (3, 4, 5)),
    ]
    telling = [unit.form for unit in units if unit.telling]
    whole = sentence(telling)
    vector = np.concatenate([whole, sentence(unit.form for unit in last if unit.telling)])
    return Features(tuple(dict.fromkeys(found)), vector)


@cache
def signs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(name, pattern) of the phrases in `data/signs.tsv`."""
    return tuple((name, re.compile(pattern)) for name, pattern in rows(_SIGNS))


def said(sign: str, text: str) -> str:
    """The words of a text that a sign stands for, "" for one that is no words, or none that tell a reader anything."""
    if sign[0] not in "pwzex":
        return ""
    kind, _, words = sign.partition(" ")
    if kind == "p":
        match = _pattern(words).search(text)
        return match.group().strip("、。") if match else ""
    if "<" in words:
        return ""
    words = words.replace(" ", "")
    return words if _PLAIN.search(words) else ""


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return dict(signs())[name]


def _spans(text: str, slots: Slots) -> list[tuple[int, int, str]]:
    """Places of names and companies, with their classes; the caller's and the company's go first."""
    found: list[tuple[int, int, str]] = []
    staff = slots.staff if slots.staff and _named(slots.staff) else None
    for slot, label in ((slots.company, _COMPANY), (slots.caller_name, _NAME), (staff, _STAFF)):
        words = slot.text if slot and slot.value else ""
        start = text.find(words) if words else -1
        while start >= 0:
            end = start + len(words)
            if all(end <= begin or start >= stop for begin, stop, _ in found):
                found.append((start, end, label))
            start = text.find(words, end)
    return sorted(found)


def _units(text: str, slots: Slots) -> list[_Unit]:
    units: list[_Unit] = []
    spans = _spans(text, slots)
    for token in tokens(text):
        label = _class_of(token)
        if spans:
            label = next((kind for start, end, kind in spans if start < token.end and token.start < end), label)
        if label and units and units[-1].form == label:
            continue
        if label:
            units.append(_Unit(label, label[1], label, False, token.start))
        elif token.pos != "補助記号" or token.surface in "、。":
            units.append(_unit(token))
    return units


def _unit(token: Token) -> _Unit:
    form = token.lemma.split("-")[0]
    telling = token.pos in _TELLING and token.pos2 != "非自立可能" and token.pos2 != "助動詞語幹"
    return _Unit(form, token.kana, token.surface, telling, token.start)


def _class_of(token: Token) -> str:
    if token.pos3 == "人名":
        return _NAME
    return _NUMBER if token.pos2 == "数詞" or token.surface.isdigit() else ""


def _last_clause(text: str, slots: Slots) -> int:
    """Where the clause begins that carries the wish: the last that is no courtesy and no giving of one's name."""
    own = sorted((slot.text for slot in (slots.caller_name, slots.company) if slot), key=len, reverse=True)
    for clause in reversed(clauses(text)):
        bare = _COURTESY.sub("", clause.text)
        for words in own:
            bare = bare.replace(words, "")
        if len(bare) >= 5:
            return clause.start
    return 0


def _named(staff: Slot) -> bool:
    """Whether somebody was named, not only described by a role: even where one person alone has it, a stranger asks for
    the 社長."""
    return not is_role(staff.text) and (staff.value != staff.text or bool(staff.alternatives))


def _values(text: str, slots: Slots) -> Iterator[str]:
    if slots.staff:
        yield "s staff named" if _named(slots.staff) else "s staff by role"
        if not _named(slots.staff):
            yield f"s role {slots.staff.text}"
    for field in ("caller_name", "company", "department", "number", "email"):
        slot: Slot | None = getattr(slots, field)
        yield f"s {field}" if slot else f"s no {field}"
    if not slots.staff:
        yield "s nobody asked for"
    if slots.company and slots.staff and _named(slots.staff):
        yield "s company for staff named"
    yield f"s length {min(len(text).bit_length(), 8)}"
    yield f"s clauses {min(len(clauses(text)), 6)}"


def _grams(kind: str, forms: list[str], longest: int) -> list[str]:
    """Of one to `longest` in a row, those of a length together."""
    size, lengths = len(forms), range(1, longest + 1)
    return [f"{kind} {' '.join(forms[at : at + length])}" for length in lengths for at in range(size - length + 1)]


def _pairs(units: Iterable[_Unit]) -> Iterator[str]:
    telling = sorted(dict.fromkeys(unit.form for unit in units if unit.telling))[:_PAIRED]
    for i, one in enumerate(telling):
        for other in telling[i + 1 :]:
            yield f"x {one}+{other}"


def _together(phrases: Iterable[str], values: Iterable[str]) -> Iterator[str]:
    yield from (f"b {one}+{other}" for one, other in combinations(sorted((*phrases, *_BESIDE.intersection(values))), 2))


def _taken_for(text: str, last: str) -> Iterator[str]:
    yield f"d {trouble.kind(text)}"
    for name, looks in _READERS:
        if looks(text):
            yield f"d {name}"
    yield from (f"d wants {want}" for want in wants(text))
    yield from (f"d last wants {want}" for want in wants(last))


def _runs(kind: str, text: str, lengths: tuple[int, ...]) -> list[str]:
    padded = f"^{text}$"
    size = len(padded)
    return [f"{kind} {padded[at : at + length]}" for length in lengths for at in range(size - length + 1)]


def _inside(text: str, company: Slot | None) -> Iterator[str]:
    if company and company.text:
        parts = [token.lemma.split("-")[0] for token in tokens(company.text)]
        yield from (f"o {part}" for part in parts)
        yield from (f"o {part}$" for part in parts[-1:])
