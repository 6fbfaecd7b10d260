"""What an utterance tells beside the answer to a question: sentences of their own, read as at the opening.

Rule: whatever is understood at the opening is understood at every turn. After a question for a value, or a read-back,
each sentence either answers (the value, a yes, a no, words about the value) or tells something else; of the latter
only what is plain counts, for half a number or a name spelt out sounds like anything. Somebody of ours who is called
for counts after every question.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from nlu.clauses import clauses
from nlu.expected import Ask, Expected
from nlu.identity.callers import introduced
from nlu.identity.directory import Asked, find_staff
from nlu.meaning import SURE, Answer, Meaning, Reason, Slot, Slots, Want
from nlu.numbers import runs
from nlu.reasons import matter
from nlu.reasons.gist import gist
from nlu.reasons.judge import Judged
from nlu.reasons.urgency import urgency
from nlu.reasons.wants import wants
from nlu.tables import DATA, expressions
from nlu.vocabulary import Vocabulary

_WHO = frozenset({Ask.CALLER, Ask.NAME, Ask.COMPANY, Ask.STAFF})
"""Questions for a name: with it callers wish as they would without (江川です、お電話をください), which is no news."""
ANSWERED = _WHO | {Ask.NUMBER, Ask.CONFIRM_NUMBER, Ask.CALLER_ID, Ask.ECHO, Ask.KANA, Ask.CONFIRM_CALLER}
"""Questions for a value, and read-backs of one: their answers are short, and hold no matter."""

LEAST = 9
"""Characters below which sentences tell nothing of their own."""
_PASSED_ON = frozenset({Want.CALLBACK, Want.MESSAGE, Want.OTHER})
"""Wishes that are no word about the value: 携帯です is one."""
_FIGURES = 3
"""Digits from which a clause gives a number."""

TOLD = frozenset(Reason) - {Reason.OTHER, Reason.SALES, Reason.PERSON, Reason.IDENTITY, Reason.WRONG_NUMBER}
"""Reasons that are told. Of the others some are judged of everything that is said, and the rest sound like answers."""

_WORDS = expressions(DATA / "matter_words.tsv")
OURS = 0.9
"""Confidence of a department from which it is one of the company's own."""
_MAY_CALL = frozenset({None, Reason.OTHER, Reason.OPERATOR, Reason.PERSON, Reason.QUESTION})


def with_told(meaning: Meaning, text: str, expected: Expected, vocabulary: Vocabulary) -> Meaning:
    """The same meaning, with what the utterance (free speech, normalised) tells beside its answer."""
    meaning = _with_staff(meaning, text, expected, vocabulary)
    told, whole = _told(text, expected, vocabulary, meaning.slots.company)
    waits = meaning.answer in (Answer.REPEAT, Answer.HOLD)
    later = meaning.answer is Answer.LATER and not _WORDS["leaves word"].search(told)
    if not told or waits or (whole and (later or meaning.answer in (Answer.REFUSE, Answer.CALLER_ID, Answer.KNOWN))):
        return meaning
    people = find_staff(told, vocabulary)
    slots = Slots(staff=people.staff, department=people.department)
    freely = replace(expected, ask=Ask.DETAIL)
    reason, _ = matter.why(told, slots, freely, None)
    known = matter.known(told, reason.reason, freely, vocabulary)
    if known is not None and known.kind == "entry" and known.probability >= SURE and reason.confidence < SURE:
        reason = Judged(Reason.QUESTION, known.probability, told, ())
    wishes = set(wants(told))
    if wishes == {Want.AGAIN} and reason.reason in (Reason.MESSAGE, Reason.CALLBACK):
        return meaning  # ではまたかけ直します is no more than that
    wished = not _PASSED_ON.isdisjoint(wishes)
    plain = reason.reason in TOLD and reason.confidence >= SURE
    if _WORDS["the matter"].search(told):
        news = True
    elif expected.ask in _WHO:
        news = plain and not wished and reason.reason not in (Reason.MESSAGE, Reason.CALLBACK)
    else:
        news = plain or wished or urgency(told)[0] or _called(told, people)
    if not news:
        return meaning
    if whole and not (meaning.answer is Answer.YES and _WORDS["yes"].match(text)):
        names = meaning.slots if expected.ask is Ask.ECHO else replace(meaning.slots, caller_name=None, company=None)
        meaning = replace(meaning, answer=Answer.UNKNOWN, slots=names, correction="", confidence=reason.confidence)
    return replace(
        meaning,
        reason=reason.reason if plain else meaning.reason,
        confidence=reason.confidence if plain else meaning.confidence,
        purpose=meaning.purpose or gist(told, (), people.spans),
        known=meaning.known or known,
    )


def with_department(meaning: Meaning, text: str, vocabulary: Vocabulary) -> Meaning:
    """The same, where one of our departments is to come to the telephone, whatever was asked: 営業の人に代わって."""
    slots = meaning.slots
    if slots.staff is not None or meaning.reason not in _MAY_CALL:
        return meaning
    department = slots.department or find_staff(text, vocabulary, introduced(text).spans).department
    if department is None:
        return meaning
    at = text.find(department.text)
    behind = text[at + len(department.text) :]
    if department.confidence < OURS or at < 0 or not _WORDS["to come"].match(behind):
        return meaning
    if meaning.reason not in (Reason.PERSON, Reason.OPERATOR) and _WORDS["its work"].match(behind):
        return meaning  # 保守をお願いすると、月にいくらですか is about the work
    answer = meaning.answer if meaning.answer is Answer.YES else None
    slots = replace(slots, department=department)
    sure = max(SURE, meaning.confidence) if meaning.reason is Reason.PERSON else SURE
    return replace(meaning, reason=Reason.PERSON, confidence=sure, answer=answer, slots=slots, known=None)


def replied(text: str) -> str:
    """The yes or no with which an utterance begins that goes on to something else; "" for none."""
    parts = clauses(text)
    head = list(takewhile(lambda part: _WORDS["reply"].fullmatch(part.text), parts))
    rest = parts[len(head) :]
    tells = sum(len(part.text) for part in rest) >= LEAST and not any(_answers(part.text) for part in rest)
    return text[: head[-1].end] if head and tells else ""


def _with_staff(meaning: Meaning, text: str, expected: Expected, vocabulary: Vocabulary) -> Meaning:
    """Somebody of the house is called for, be it in the answer to a question about something else."""
    people = find_staff(text, vocabulary, introduced(text).spans)
    if not _called(text, people):
        return meaning
    slots = meaning.slots
    if slots.staff is None and expected.ask is not Ask.OPENING:
        slots = replace(slots, staff=people.staff, department=people.department)
    return replace(meaning, slots=slots, called=slots.staff == people.staff)


def _called(text: str, people: Asked) -> bool:
    behind = [re.split("[。、]", text[end:].lstrip("、"))[0] for _, end in people.spans]
    return people.staff is not None and any(
        _WORDS["called for"].match(rest) and not _WORDS["done"].search(rest) for rest in behind
    )


def _told(text: str, expected: Expected, vocabulary: Vocabulary, company: Slot | None) -> tuple[str, bool]:
    """(the sentences that answer nothing, whether there are no others)."""
    if expected.ask not in ANSWERED and not (expected.ask is Ask.OFFER and replied(text)):
        return "", False
    spans = introduced(text).spans
    if expected.ask is Ask.STAFF:
        spans += find_staff(text, vocabulary, spans).spans
    if expected.ask is Ask.COMPANY and company and company.text in text:
        # an authority that is named (市役所の税務課です) is the answer, and no news of its own
        begin = text.index(company.text)
        spans += ((begin, begin + len(company.text)),)
    kept, whole = [], True
    for clause in clauses(text):
        named = any(start < clause.end and end > clause.start for start, end in spans)
        if named or _answers(clause.text):
            whole = False
        else:
            kept.append(text[clause.start : clause.end + 1])
    told = "".join(kept).rstrip("、")
    return (told, whole) if len(told) >= LEAST or _WORDS["the matter"].search(told) else ("", False)


def _answers(clause: str) -> bool:
    figures = sum(len(run.digits) for run in runs(clause))
    replies = _WORDS["reply"].fullmatch(clause) or matter.KNOWS_NOT.search(clause)
    return figures >= _FIGURES or bool(replies) or bool(_WORDS["of value"].search(clause))
