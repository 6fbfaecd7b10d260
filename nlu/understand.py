"""The front door: what an utterance means, given what was asked.

Pure: the same hearing, question, moment and vocabulary give the same meaning. First the values are found (who calls,
whom they want, numbers, addresses, times), then how the question was taken, then why they call. Values that were
not asked for count too. Each part says in `grounds` from which words it comes. What to do is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from nlu import grounds, phone
from nlu.asides import without_asides
from nlu.beside import replied, with_department, with_told
from nlu.clauses import final_chunks
from nlu.denials import undenied
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.identity import email
from nlu.identity.callers import Caller, answered, introduced
from nlu.identity.directory import Asked, department_slot, find_staff, match
from nlu.identity.names import looks_like_name
from nlu.identity.run_together import parted
from nlu.kana import canonical, similarity
from nlu.leads import without_lead
from nlu.meaning import Answer, Meaning, Moment, Reason, Slot, Slots
from nlu.normalize import normalize, tidy
from nlu.readings import (
    Labelled,
    asked_text,
    dictated_name,
    free_kana,
    free_text,
    gone_on,
    hardly_heard,
    labelled,
    once,
    spelt_names,
    surer,
)
from nlu.reasons import matter
from nlu.reasons.judge import Judged
from nlu.reasons.matter import FREE
from nlu.reasons.purpose import purpose
from nlu.reasons.urgency import urgency
from nlu.reasons.wants import wants
from nlu.replies import answers
from nlu.replies.read_back import NO_FIRST, Reply, correction, taken
from nlu.times.dates import find_moment
from nlu.times.party import find_party
from nlu.times.when import wanted_time
from nlu.vocabulary import Vocabulary

_CALLER = frozenset({Ask.CALLER, Ask.NAME, Ask.COMPANY, Ask.KANA, Ask.CONFIRM_CALLER})
_NUMBER = frozenset({Ask.NUMBER, Ask.CONFIRM_NUMBER, Ask.CALLER_ID})
_BOOKING = frozenset({Reason.RESERVATION_NEW, Reason.RESERVATION_CHANGE, Reason.RESERVATION_CANCEL})
_TIMED = _BOOKING | {Reason.CALLBACK, Reason.DELIVERY}
_WISHED = frozenset({Ask.WHEN, Ask.PARTY, Ask.OFFER, Ask.NAME, Ask.DETAIL})
"""Questions in whose answer a time or a number of persons may be told or changed."""
_AFTER_NAME = frozenset({Ask.NUMBER, Ask.CALLER_ID, Ask.WHEN, Ask.PARTY, Ask.DETAIL, Ask.PURPOSE})
"""Questions that may be asked in one breath with the name that was heard, which is then denied before they are."""
_NO_NAME = re.compile(r"(?:あ、?)?(?:いえ|いいえ|いや|違(?:い|う)|ちが)[^0-9〇一二三四五六七八九]{2,20}$")
"""いえ、フカザワです."""
_WHOLE_NUMBER = 9
"""Least digits of a telephone number that nobody asked for; shorter numerals may be anything."""
_VALUES = frozenset({Ask.NUMBER, Ask.ECHO, Ask.KANA})
"""Questions for a value, to which いや、 is no answer before something else."""
_PUT = frozenset({Ask.CONFIRM_CALLER, Ask.CONFIRM_NUMBER, Ask.CALLER_ID, Ask.OFFER})
"""Questions to which yes or no is an answer."""
_COPULA = re.compile(r"(?:の(?:ほう|方))?(?:の)?(?:です(?:けど|が)?|で(?:お願い(?:し|いたし)ます)?)?[。?]?$")
"""How an answer to "which of them?" ends: 経理 のほうです."""
_ASKED_FOR = re.compile(r"お願い|いらっしゃ|から、?[おご]?(?:電話|連絡|返事)")
"""What is said of somebody of ours in the answer to the question who calls."""
_PLAIN_REPLY = re.compile(r"(?:はい|ええ|うん|いえ|いいえ)?、?(?:はい|(?:そう|違い|合って)(?:です|ます)[よね]?)")
_ONE_WORD = 0.8
"""Similarity of a name and a company from which both are the same word, taken twice."""
_RUN_ON = re.compile(r"^(はい|いいえ|いえ)(?=[ァ-ヴ一-龠々])")
"""A reply without a value; and yes or no run together with what follows (いいえエガワです)."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The parts of an utterance before they are put together."""

    text: str
    """The answer, normalised."""
    free: str
    """Free speech, normalised."""
    caller: Caller
    people: Asked
    number: Slot | None
    extension: Slot | None
    corrected: bool
    """Whether a number that was read back was changed."""
    remark: str = ""
    """What had better be asked about the number."""
    spoken: bool = False
    """Heard, and not typed."""


def understand(hearing: Hearing, expected: Expected, now: datetime, vocabulary: Vocabulary) -> Meaning:
    """What was meant. `now` is the moment of the call in the company's own time."""
    if not hearing.readings or (expected.ask in _PUT and hardly_heard(hearing)):
        return Meaning(grounds=("nothing heard",))
    if expected.ask in _AFTER_NAME and expected.name and _NO_NAME.match(normalize(free_text(hearing))):
        asked = Expected(Ask.CONFIRM_CALLER, name=expected.name, company=expected.company)
        corrected = understand(hearing, asked, now, vocabulary)
        if corrected.answer is Answer.CORRECT and corrected.slots.caller_name is not None:
            return corrected
    found = _find(gone_on(hearing, expected), expected, vocabulary)
    slots = _slots(found, expected)
    judgement = _answer(found.text, expected)
    answer, why = taken(_reply(found, slots, judgement), judgement.answer, expected)
    reason, sales = matter.why(without_lead(found.free, denying=True), slots, expected, judgement.answer)
    urgent, hurry = urgency(found.free)
    slots = _timed(slots, reason.reason, found, expected)
    moment = _moment(found.text, now, reason.reason, expected)
    about = purpose(found.free, (found.caller.spans, found.people.spans), expected, reason, answer)
    answer = _declined(answer, reason.reason, expected, bool(about) and not NO_FIRST.match(found.text))
    confidence = reason.confidence if expected.ask in FREE or answer is None else judgement.confidence
    judged = _judged(reason, answer, (*judgement.grounds, *why), hurry, found)
    meaning = Meaning(
        reason.reason,
        answer,
        slots,
        urgent,
        about,
        confidence,
        judged,
        reason.runners_up,
        sales=sales,
        moment=moment,
        wants=wants(found.free),
        known=matter.known((found.caller.spans and about) or found.free, reason.reason, expected, vocabulary),
        correction=correction(slots, judgement, expected) if answer is Answer.CORRECT else "",
    )
    meaning = with_department(with_told(meaning, found.free, expected, vocabulary), found.free, vocabulary)
    return replace(meaning, grounds=judged + grounds.lines(meaning, found.text, found.free))


def _answer(text: str, expected: Expected) -> answers.Judgement:
    """How a question is answered: a plain yes or no goes before whatever follows it, and いや、ちょっと待ってください
    denies nothing."""
    judged = answers.answer(text, expected)
    if judged.answer in (Answer.HOLD, Answer.REPEAT):
        return judged
    if head := replied(text) if expected.ask in _PUT else "":
        first = answers.answer(head, expected)
        judged = first if first.answer in (Answer.YES, Answer.NO) else judged
    if judged.answer is Answer.NO:
        asked_back = answers.answer(without_lead(text, denying=True), expected)
        judged = asked_back if asked_back.answer in (Answer.HOLD, Answer.REPEAT) else judged
    return judged


def _declined(answer: Answer | None, reason: Reason | None, expected: Expected, told: bool) -> Answer | None:
    """Whether a no is one: who wants a human declines what was offered, and nothing else; a slip put right in a matter
    that is told instead (木曜、ああ違う、金曜に) declines nothing."""
    if reason is Reason.OPERATOR and answer in (Answer.UNKNOWN, Answer.NO):
        return Answer.NO if expected.said and expected.ask is Ask.OFFER else None
    return None if told and answer is Answer.NO and expected.ask is Ask.OFFER else answer


def _reply(found: _Found, slots: Slots, judged: answers.Judgement) -> Reply:
    return Reply(found.text, slots, found.corrected, found.spoken, judged.confidence)


def _moment(text: str, now: datetime, reason: Reason | None, expected: Expected) -> Moment | None:
    """The time wanted, where the reason or the question is one that has a time."""
    if reason not in _TIMED and expected.ask not in _WISHED:
        return None
    return find_moment(text, now, date.fromisoformat(expected.day) if expected.day else None)


def _find(hearing: Hearing, expected: Expected, vocabulary: Vocabulary) -> _Found:
    hearing = surer(hearing, expected)
    denying = expected.ask in _VALUES
    text = without_lead(without_asides(normalize(asked_text(hearing, expected.ask))), denying=denying)
    free = without_lead(without_asides(normalize(free_text(hearing))), denying=denying)
    known = labelled(hearing)
    if expected.ask is Ask.CONFIRM_CALLER and _PLAIN_REPLY.fullmatch(free):
        # the grammar of names makes a name of any sounds (ソウ of そうです)
        text, known = free, Labelled()
    if expected.ask in _CALLER:
        text = _RUN_ON.sub(r"\1、", text)
    caller = answered(text, expected) if expected.ask in _CALLER else introduced(free)
    caller = _with_labels(caller, known, expected, hearing)
    spoken = any(reading.source != "text" for reading in hearing.readings)
    if spoken and expected.ask in _CALLER:
        caller = parted(caller, expected, free_kana(hearing))
    people = _people(text, free, expected, vocabulary, caller, known)
    # あ、 tells a second thought about digits, so what was said is read with its fillers
    said = tidy(asked_text(hearing, expected.ask))
    number, extension, corrected, remark = _number(said, free, expected, vocabulary)
    return _Found(text, free, caller, people, number, extension, corrected, remark, spoken)


def _with_labels(caller: Caller, known: Labelled, expected: Expected, hearing: Hearing) -> Caller:
    """Names read out of text, and those that a grammar knew as such.

    In answer to a question for them the grammar's go first, in free speech the dictated ones: there the grammar fits
    anything to its free kana, and what sounds like it in the dictated words, and is no name there, is none (日の件で is
    no ヒノケン). Those that the caller spelt go before all.
    """
    if expected.ask is Ask.KANA and caller.name:
        best, *others = (*spelt_names(hearing), caller.name.value)
        told = caller.name if best == caller.name.value else replace(caller.name, value=best, text="")
        return replace(caller, name=_or(told, others))
    free, dictated = expected.ask in FREE, canonical(free_kana(hearing))
    if free and caller.name is None and known.name is not None and _are_words(known.name, dictated):
        known = replace(known, name=None, company=None)
    name = caller.name or known.name if free else known.name or caller.name
    other = known.name if free else caller.name
    if name and other and name.value != other.value and name is not other:
        name = _or(name, (*once(other.value), *other.alternatives))
    company = caller.company or known.company if free else known.company or caller.company
    if name and known.name and not free:
        said = dictated_name(hearing)
        name = _or(name, (said,)) if said else name
        if company and known.company is None and similarity(company.value, name.value) > _ONE_WORD:
            company = None  # タカミカノです names nobody's company beside
    return replace(caller, name=name, company=company)


def _or(name: Slot, others: Sequence[str]) -> Slot:
    """The name, with what else the ears have for it."""
    kept = dict.fromkeys((*others, *name.alternatives))
    return replace(name, alternatives=tuple(each for each in kept if each != name.value))


def _are_words(name: Slot, dictated: str) -> bool:
    """Whether a name's sounds were dictated as words, and nobody is introduced with them."""
    sound = canonical(name.value)
    return sound in dictated and f"{sound}トモー" not in dictated


def _is_ours(staff: Slot | None, vocabulary: Vocabulary) -> bool:
    """Some of the company's own people were meant."""
    keys = {person.key for person in vocabulary.staff}
    return staff is not None and not keys.isdisjoint((staff.value, *staff.alternatives))


def _people(text: str, free: str, expected: Expected, vocabulary: Vocabulary, caller: Caller, known: Labelled) -> Asked:
    if known.staff:
        staff = match(known.staff, vocabulary, department=known.department, title=known.title)
        staff = replace(staff, confidence=min(staff.confidence, known.confidence))
        dictated = find_staff(free, vocabulary, caller.spans)
        # the grammar's free kana fit anything: a colleague whom dictation heard goes before a name that nobody has
        if _is_ours(dictated.staff, vocabulary) and not _is_ours(staff, vocabulary):
            return dictated
        if expected.ask is Ask.OPENING and not _is_ours(staff, vocabulary) and not known.title:
            return dictated  # デンゴンお願いします asks for nobody
        department = Slot(known.department, known.department, known.confidence) if known.department else None
        return Asked(staff, department, dictated.spans)
    if expected.ask is Ask.STAFF:
        said = undenied(text)
        found = find_staff(said, vocabulary)
        said = _COPULA.sub("", said)
        found = found if found.staff else find_staff(said, vocabulary)
        chunks = final_chunks(said)
        if found.staff is None and chunks and looks_like_name(chunks[-1].text) >= 0.6:
            before = chunks[-2].text if len(chunks) > 1 else ""
            return Asked(match(chunks[-1].text, vocabulary, department=before), found.department)
        department = found.department or _department(said, vocabulary)
        if found.staff is None and department and expected.name:
            return Asked(match(expected.name, vocabulary, department=department.text), department)
        return Asked(found.staff, department, found.spans)
    if expected.ask in _CALLER and expected.ask is not Ask.CALLER:
        return find_staff(free, vocabulary, caller.spans) if _ASKED_FOR.search(free) else Asked()
    return find_staff(free, vocabulary, caller.spans)


def _department(text: str, vocabulary: Vocabulary) -> Slot | None:
    """A department said in answer to "which of them?" (経理のほうです)."""
    chunks = final_chunks(text)
    return department_slot(chunks[-1].text, vocabulary) if chunks else None


def _number(
    text: str, free: str, expected: Expected, vocabulary: Vocabulary
) -> tuple[Slot | None, Slot | None, bool, str]:
    """(number, extension, whether it corrects the one that was read back, what had better be asked about it)."""
    if expected.ask is Ask.CONFIRM_NUMBER and expected.number:
        digits = phone.correct(expected.number, text)
        if digits and digits != expected.number.replace("-", ""):
            return Slot(digits, phone.written(phone.groups(digits)), 0.85), None, True, ""
        return None, None, False, ""
    asked = expected.ask in _NUMBER
    found = phone.find_number(
        text if asked else free,
        area_code=vocabulary.area_code,
        so_far=expected.number if expected.ask is Ask.NUMBER else "",
    )
    if found is None or (not asked and len(found.digits) < _WHOLE_NUMBER):
        return None, None, False, ""
    sure = 0.9 if found.complete else 0.5
    number = Slot(found.digits, phone.written(found.groups), sure) if found.digits else None
    extension = Slot(found.extension, found.extension) if found.extension else None
    return number, extension, False, found.remark


def _slots(found: _Found, expected: Expected) -> Slots:
    address = email.find_email(found.free)
    if expected.email and email.compare(expected.email, found.text) is email.Echo.SAME:
        address = expected.email
    return Slots(
        caller_name=found.caller.name,
        company=found.caller.company,
        staff=found.people.staff,
        department=found.people.department,
        number=found.number,
        extension=found.extension,
        email=Slot(address, address) if address else None,
    )


def _timed(slots: Slots, reason: Reason | None, found: _Found, expected: Expected) -> Slots:
    """The wanted time and the number of persons, where the reason or the question is one that has them."""
    timed, booking = reason in _TIMED or expected.ask in _WISHED, reason in _BOOKING
    said = found.text if expected.ask in (Ask.WHEN, Ask.PARTY) else found.free
    when = wanted_time(said, reason is Reason.RESERVATION_CHANGE) if timed else ""
    party = find_party(said) if booking or expected.ask in _WISHED else None
    return replace(slots, when=Slot(when, when, 0.8) if when else None, party=party)


def _judged(
    reason: Judged, answer: Answer | None, words: tuple[str, ...], hurry: str, found: _Found
) -> tuple[str, ...]:
    """The words that the judges of reason, answer and urgency went by, and what had better be asked of the number."""
    why = (f"reason {reason.reason}: {reason.words}",) if reason.reason else ()
    taken = (f"answer {answer}: {'…'.join(words) or found.text}",) if answer else ()
    urgent = (f"urgent: {hurry}",) if hurry else ()
    remark = (f"number: {found.remark}",) if found.remark else ()
    return (*why, *taken, *urgent, *remark)
