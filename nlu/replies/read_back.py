"""How a value that was read back was taken, by the values in the reply: the same is a yes, another one a correction.

What a bare yes or no means is weighed in `answers`; here the values decide over it, and give the right one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.expected import Ask, Expected
from nlu.identity import email
from nlu.kana import canonical, is_kana
from nlu.meaning import Answer, Slot, Slots
from nlu.pieces import pieces
from nlu.replies import answers
from nlu.words import reading

NO_FIRST = re.compile(r"(?:あ、?)?(?:いいえ|いえ|いや|違)")
_YES_FIRST = re.compile(r"(?:あ、?)?(?:はい|ええ|うん|そう|合って|間違いな|その通り|大丈夫|結構)")

SURE = 0.7
"""Least confidence of a yes that was heard and makes a value one that is confirmed."""
_CONFIRMED = frozenset({Ask.CONFIRM_CALLER, Ask.CONFIRM_NUMBER})

Taken = tuple[Answer | None, tuple[str, ...]]
"""The answer, and why it is that."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An utterance as far as it matters here."""

    text: str
    """As it was read for the question, normalised."""
    slots: Slots
    corrected: bool = False
    """Whether a number that was read back was changed."""
    spoken: bool = False
    """Heard, and not typed."""
    confidence: float = 1.0
    """Of the answer by the words alone."""


def taken(reply: Reply, said: Answer | None, expected: Expected) -> Taken:
    """How the question was taken; `said`: by the words alone."""
    slots = reply.slots
    if said in (Answer.REPEAT, Answer.HOLD):
        return said, ()
    if said is Answer.YES and reply.spoken and expected.ask in _CONFIRMED and reply.confidence < SURE:
        said = None  # これとです: whoever confirms says はい, and is heard to
    if expected.ask is Ask.CONFIRM_CALLER and not expected.said:
        company = slots.company
        denied = said is Answer.NO and company is not None and bool(company.value)
        other = denied and company is not None and canonical(company.value) != canonical(expected.company)
        changed = other or _differs(slots.caller_name, expected.name) or _differs(company, expected.company)
        if changed:
            return Answer.CORRECT, ("another name than was read back",)
        if (slots.caller_name or slots.company) and said is not Answer.NO:
            return Answer.YES, ("the same name again",)
    if expected.ask is Ask.CONFIRM_CALLER and said is Answer.YES and reply.spoken and NO_FIRST.match(reply.text):
        return Answer.NO, ("a no, and the same name heard again",)
    if expected.ask is Ask.CONFIRM_CALLER and said in (Answer.YES, None) and not _YES_FIRST.match(reply.text):
        pairs = ((slots.caller_name, expected.name), (slots.company, expected.company))
        if any(slot and slot.value and known and _differs(slot, known) for slot, known in pairs):
            return Answer.CORRECT, ("another name, and no yes before it",)
    if expected.ask is Ask.CONFIRM_NUMBER and reply.corrected:
        return Answer.CORRECT, ("another number than was read back",)
    if expected.ask is Ask.CONFIRM_NUMBER and said is Answer.YES and _other_digits(reply.text, expected.number):
        return None, ("a yes, and digits that were not read back",)
    if expected.ask is Ask.CALLER_ID and slots.number:
        return Answer.CORRECT, ("a number of its own",)
    if expected.ask is Ask.ECHO and expected.email:
        return _echoed(reply.text, said, expected)
    return said, ()


def correction(slots: Slots, judgement: answers.Judgement, expected: Expected) -> str:
    """The right value of what was read back."""
    if expected.ask in (Ask.CONFIRM_NUMBER, Ask.CALLER_ID) and slots.number:
        return slots.number.value
    if expected.ask is Ask.ECHO and slots.email:
        return slots.email.value
    if expected.ask is not Ask.CONFIRM_CALLER:
        return judgement.correction
    changed = [
        slot
        for slot, known in ((slots.company, expected.company), (slots.caller_name, expected.name))
        if slot and slot.value and _differs(slot, known)
    ]
    said = judgement.correction
    sound = said if is_kana(said) or expected.name else reading(said)
    if not changed:
        return sound
    fitting = [slot for slot in changed if said in slot.text or slot.text in said]
    value = (fitting or changed)[-1].value
    return sound if sound.startswith(value) else value


def _other_digits(text: str, number: str) -> bool:
    """Whether digits are said that the number read back does not have: いえ、最後は is easily heard as はい."""
    digits = "".join(piece.digits for piece in pieces(text).pieces)
    return bool(number) and len(digits) > 1 and digits not in number.replace("-", "")


def _echoed(text: str, said: Answer | None, expected: Expected) -> Taken:
    """An address of ours repeated: rightly, wrongly, or only acknowledged."""
    echo = email.compare(expected.email, text)
    if echo is email.Echo.SAME:
        return Answer.YES, ("the address as it was read out",)
    if echo is email.Echo.DIFFERENT:
        return Answer.CORRECT, ("another address than was read out",)
    return said, ()


def _differs(slot: Slot | None, read_back: str) -> bool:
    """Whether a name is another than the one read back; its family name alone or another reading is not."""
    if slot is None:
        return False
    if not read_back:
        return True
    wanted = canonical(read_back)
    said = [canonical(value) for value in (slot.value, *(() if is_kana(slot.text) else slot.alternatives))]
    return not any(value == wanted or (value and wanted.startswith(value) and not is_kana(slot.text)) for value in said)
