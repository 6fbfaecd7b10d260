"""Which ear to believe: the reading whose grammar was made for the question, and what labelled words say.

A reading decoded with a grammar is trusted for the value that was asked if its confidence is fair; the first
reading (dictation, or what was typed) is trusted for all else. A labelled word is what its label
says, and after a "not" (じゃなくて) only what follows counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing, Reading, Word
from nlu.identity.names import family_of, surname_readings
from nlu.kana import canonical, is_kana, morae, similarity, to_katakana
from nlu.meaning import Slot

FAIR = 0.4
"""Least confidence of a grammar's reading; below it the caller most likely said something the grammar lacks."""

NOISE = 0.3
"""Confidence under which one short reply in twenty is what was said (37 of calibration.json)."""

UNASKED = 0.5
"""The same of what nobody has asked for yet: what is more likely misheard than not is better asked for."""

NAMES = ("surname", "given")
"""Labels of the words of a person's name."""
_WHO = (*NAMES, "company")

LONGEST = 8
"""Morae of a stranger's name: free kana that are more follow other talk."""

TWICE = 2
"""Morae from which a word and the same once more are one that was said twice."""

UNEVEN = 3
"""The same of a word that has a mora more than the other."""

ALIKE = 0.7
"""Similarity of two words that may be one."""

_GRAMMARS: dict[Ask, tuple[str, ...]] = {
    Ask.OPENING: ("opening", "staff", "name"),
    Ask.CALLER: ("who", "name"),
    Ask.NAME: ("again", "who", "name"),
    Ask.COMPANY: ("again", "who", "name", "company"),
    Ask.CONFIRM_CALLER: ("again", "who", "name", "answer"),
    Ask.KANA: ("spelt", "kana", "who", "name"),
    Ask.NUMBER: ("renumber", "number"),
    Ask.CONFIRM_NUMBER: ("renumber", "number", "answer"),
    Ask.CALLER_ID: ("number", "answer"),
    Ask.STAFF: ("staff", "answer"),
    Ask.OFFER: ("answer",),
    Ask.ECHO: ("echo", "answer"),
    Ask.CLOSING: ("answer",),
    Ask.MORE: ("answer",),
    Ask.DETAIL: ("own", "email", "characters", "answer"),
    Ask.WHEN: ("when", "answer"),
    Ask.PARTY: ("party", "answer"),
    Ask.PURPOSE: ("answer",),
    Ask.RECORD: ("answer",),
}
_AGAIN = ("again", "who")
"""The ears that hear a name said once more."""
_SPELT = ("spelt", "kana")
"""The ears that hear one kana by kana."""
_SAID = re.compile(r"(?:イ?イエ|ハイ)?(?:チガイマス)?(?P<name>.+?)(?:デス|ト(?:モ[ーオウ]シ|イイ)マス)?")
"""A name, dictated."""
_NO = re.compile(r"い?いえ|違")
_OF = "の"
"""Between a company and who speaks for it."""
_FREE = frozenset({Ask.OPENING, Ask.PURPOSE, Ask.PROBE, Ask.DETAIL, Ask.MORE, Ask.CLOSING, Ask.RECORD, Ask.STAFF})


@dataclass(frozen=True, slots=True)
class Labelled:
    """Values that a grammar knew as such."""

    name: Slot | None = None
    company: Slot | None = None
    staff: str = ""
    title: str = ""
    department: str = ""
    confidence: float = 0.0


def matching(hearing: Hearing, ask: Ask) -> Reading | None:
    """The reading of the grammar that was made for the question, if it can be believed."""
    wanted = _GRAMMARS.get(ask, ())
    least = _least(hearing)
    found = [r for r in hearing.readings if r.source in wanted and r.confidence >= least and r.text]
    return max(found, key=lambda reading: (wanted.index(reading.source) == 0, reading.confidence), default=None)


def hardly_heard(hearing: Hearing) -> bool:
    """Whether all that the ears have is a yes or no that is most likely neither: noise of the line, a breath."""
    return all(
        reading.source not in ("text", "dictation")
        and reading.confidence < NOISE
        and not any(word.label in (*_WHO, "digit", "figure", "extension") for word in reading.words)
        for reading in hearing.readings
    )


def _least(hearing: Hearing) -> float:
    """The confidence that a grammar's reading needs: none where it is all that was heard."""
    return FAIR if len(hearing.readings) > 1 else 0.0


def surer(hearing: Hearing, expected: Expected) -> Hearing:
    """Of a name or number said again, heard by what it was before and without that, the surer alone; none denied.

    Whoever says a name to its read-back and no yes before it means another one as a rule: the ear that leans on what it
    had heard is then not believed where no other has heard the same.
    """
    one, other = _twice(hearing, "again", "who")
    if one is not None and _is_torn(one, hearing, expected):
        return Hearing(())
    if one is not None and _echoes(one, expected) and not any(_agree(one, each) for each in hearing.readings):
        return Hearing(()) if other is None else _without(hearing, one)
    if one is None or other is None:
        one, other = _twice(hearing, "renumber", "number")
    if one is None or other is None:
        return hearing
    found, digits = _of(other), _texts(other.words, "digit")
    values = (found.name.value if found.name else "", found.company.value if found.company else "", digits)
    denied = any(value in expected.denied for value in values)
    return _without(hearing, one if other.confidence > one.confidence and not denied else other)


def _is_torn(reading: Reading, hearing: Hearing, expected: Expected) -> bool:
    """Whether はい and いえ before what was read back sound alike: then nothing is agreed to."""
    named = any(word.label in _WHO for word in reading.words)
    if expected.ask is not Ask.CONFIRM_CALLER or not named or _NO.match(reading.text):
        return False
    agrees = any(word.label == "answer" for word in reading.words)
    others = (*reading.alternatives, *(each.text for each in hearing.readings if each is not reading))
    return agrees and any(_NO.match(text) for text in others)


def _without(hearing: Hearing, worse: Reading) -> Hearing:
    """The others; what the worse one has for the name is kept beside theirs, for it may be that after all."""
    kept = (reading for reading in hearing.readings if reading is not worse)
    return Hearing(tuple(_beside(each, worse) if each.source in _AGAIN else each for each in kept))


def _beside(reading: Reading, worse: Reading) -> Reading:
    others = (worse.text, *worse.alternatives) if worse.source in _AGAIN else ()
    both = zip_longest(others, reading.alternatives)
    return replace(reading, alternatives=tuple(text for pair in both for text in pair if text))


def _agree(one: Reading, other: Reading) -> bool:
    """Whether another ear has heard the same name and company."""
    said, sound = _of(one), canonical(other.kana)
    values = (slot.value for slot in (said.name, said.company) if slot is not None)
    return other is not one and all(canonical(value) in sound for value in values)


def _twice(hearing: Hearing, near: str, general: str) -> tuple[Reading | None, Reading | None]:
    """What the ear that knows of earlier hearings makes of it, and the one that does not."""
    one, other = (next((r for r in hearing.readings if r.source == source), None) for source in (near, general))
    return one, other


def _echoes(reading: Reading, expected: Expected) -> bool:
    """Whether it is no more than what was read back, without a yes or a no."""
    said, read = _of(reading), (expected.name, expected.company)
    values = [slot.value for slot in (said.name, said.company) if slot is not None]
    bare = bool(values) and not any(word.label == "answer" for word in reading.words)
    return expected.ask is Ask.CONFIRM_CALLER and bare and {*values} <= {*read}


def gone_on(hearing: Hearing, expected: Expected) -> Hearing:
    """The whole of an answer of which this is the rest: 090の1111の, and then 2222です."""
    if not expected.begun:
        return hearing
    return Hearing(tuple(replace(each, text=f"{expected.begun}、{each.text}") for each in hearing.readings))


def asked_text(hearing: Hearing, ask: Ask) -> str:
    """The text to read the answer from: the matching grammar's for a value, the first reading's in free speech."""
    reading = matching(hearing, ask)
    if reading is None or (ask in _FREE and hearing.readings[0].source in ("text", "dictation") and hearing.text):
        return hearing.text
    return reading.text


def free_text(hearing: Hearing) -> str:
    """What was dictated or typed; the first reading where nothing was."""
    dictated = (r.text for r in hearing.readings if r.source in ("text", "dictation") and r.text)
    return next(dictated, hearing.text)


def free_kana(hearing: Hearing) -> str:
    """How what was dictated sounds, katakana; "" where nothing was."""
    return next((r.kana for r in hearing.readings if r.source == "dictation" and r.kana), "")


def dictated_name(hearing: Hearing) -> str:
    """What was dictated in answer to the question for a name, as it sounds, without yes, no and です; "" where it is
    too long to be one."""
    said = _SAID.fullmatch(free_kana(hearing))
    return once(said["name"])[0] if said and 1 < len(morae(said["name"])) <= LONGEST else ""


def once(kana: str) -> tuple[str, ...]:
    """A name; of one that is said twice in one breath (タキザワ、タキザワです) both hearings, each once.

    The longer goes first: sounds are lost more often than added.
    """
    if kana in surname_readings() or family_of(kana) != kana:
        return (kana,)
    whole = morae(kana)
    half, odd = divmod(len(whole), 2)
    for cut in (half, half + 1) if odd else (half,):
        one, other = "".join(whole[:cut]), "".join(whole[cut:])
        if half >= (UNEVEN if odd else TWICE) and similarity(one, other) >= ALIKE:
            return tuple(sorted(dict.fromkeys((one, other)), key=lambda half: -len(morae(half))))
    return (kana,)


def spelt_names(hearing: Hearing) -> tuple[str, ...]:
    """All that the ears have for a name that was spelt, the surest ear's first."""
    told = sorted((each for each in hearing.readings if each.source in _SPELT), key=lambda each: -each.confidence)
    best = [each.text for each in told] + [text for each in told for text in each.alternatives]
    names = (to_katakana(text.removesuffix("です")) for text in best)
    return tuple(dict.fromkeys(name for name in names if is_kana(name) and len(morae(name)) > 1))


def labelled(hearing: Hearing) -> Labelled:
    """What the labelled words of every believable reading say; an earlier reading goes before a later one.

    Dictation is left out: its labels tell that a word is some name, not whose.
    """
    merged = Labelled()
    for reading in hearing.readings:
        if (
            reading.source == "dictation"
            or reading.confidence < max(_least(hearing), UNASKED * (reading.source == "opening"))
            or not any(word.label for word in reading.words)
        ):
            continue
        found = _of(reading)
        merged = Labelled(
            merged.name or found.name,
            merged.company or found.company,
            merged.staff or found.staff,
            merged.title or found.title,
            merged.department or found.department,
            max(merged.confidence, found.confidence),
        )
    return merged


def _of(reading: Reading) -> Labelled:
    words = reading.words
    nots = [place for place, word in enumerate(words) if word.label == "not"]
    kept = (
        words[nots[-1] + 1 :] if nots and any(w.label in ("surname", "company") for w in words[nots[-1] :]) else words
    )
    staff = _texts(kept, "staff")
    staff = "" if is_kana(staff) and len(morae(staff)) > LONGEST else staff
    return Labelled(
        _with_rivals(_joined(kept, NAMES, reading), reading),
        _joined(kept, ("company", "form"), reading),
        staff,
        _texts(kept, "title"),
        _texts(kept, "department"),
        min((word.confidence for word in kept if word.label), default=reading.confidence),
    )


def _with_rivals(name: Slot | None, reading: Reading) -> Slot | None:
    """The name, with what else the grammars would have for it: all around it the same, or said of another company."""
    before, found, behind = reading.text.rpartition(name.text) if name else ("", "", "")
    if name is None or not found:
        return name
    parts = (
        text[len(before) : len(text) - len(behind)]
        if _frames(text, before, behind)
        else text.removesuffix(behind).rpartition(_OF)[2]
        for text in reading.alternatives
        if _frames(text, before, behind) or (before.endswith(_OF) and behind and text.endswith(behind) and _OF in text)
    )
    rivals = (once(to_katakana(part)) for part in parts if is_kana(part) and 1 < len(morae(part)) <= LONGEST)
    others = (*name.alternatives, *(each for both in rivals for each in both))
    return replace(name, alternatives=tuple(dict.fromkeys(each for each in others if each != name.value)))


def _frames(text: str, before: str, behind: str) -> bool:
    return text.startswith(before) and text.endswith(behind) and len(text) > len(before) + len(behind)


def _texts(words: tuple[Word, ...], label: str) -> str:
    return "".join(word.text for word in words if word.label == label)


def _joined(words: tuple[Word, ...], labels: tuple[str, ...], reading: Reading) -> Slot | None:
    """The last unbroken run of words of these labels as one value."""
    runs: list[list[Word]] = []
    for before, word in zip((None, *words), words, strict=False):
        if word.label not in labels:
            continue
        if runs and before is not None and before.label in labels:
            runs[-1].append(word)
        else:
            runs.append([word])
    if not runs:
        return None
    last = runs[-1]
    valued = [word for word in last if word.label != "form"]
    value = "".join(word.kana or to_katakana(word.text) for word in valued)
    if not is_kana(value):
        return None
    confidence = min(min(word.confidence for word in valued), reading.confidence)
    name, *others = once(value) if labels == NAMES else (value,)
    return Slot(name, "".join(word.text for word in last) if name == value else name, confidence, tuple(others))
