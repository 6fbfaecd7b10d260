"""The matter of an utterance within its conversation: why they call, whether they sell, what the script knows of it.

What is judged hangs on what was asked: in free speech whatever fits best counts, in an answer only what is plain, in
a reply to a read-back or an offer only what is about the conversation itself.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nlu.asking import asks, beside_wish, plainly, put_amid, rises
from nlu.expected import Ask, Expected
from nlu.knowledge import retrieval as knowledge
from nlu.knowledge.following import following, shares_a_word
from nlu.knowledge.several import several
from nlu.meaning import PLAIN, SURE, Answer, Known, Reason, Sales, SalesOutcome, Slots
from nlu.reasons import trouble
from nlu.reasons.judge import Judged, judge
from nlu.reasons.told import judge_answer, judge_told
from nlu.reasons.trouble import Trouble
from nlu.reasons.waiting import tells_of_earlier, waits
from nlu.reasons.wants import wants
from nlu.tables import DATA, expressions
from nlu.times.party import find_party
from nlu.times.when import wanted_time
from nlu.vocabulary import Vocabulary

MATTER = frozenset({Ask.OPENING, Ask.PURPOSE, Ask.PROBE, Ask.MORE, Ask.RECORD})
"""Questions whose answer tells why somebody calls."""
FREE = MATTER | {Ask.CLOSING, Ask.STAFF, Ask.DETAIL, Ask.WHEN, Ask.PARTY}
"""Questions that are answered in free speech."""
EVEN = 0.5
"""Probability from which a doubtful call is taken for a seller's until it is known for another."""

_TELLING = frozenset(
    {Ask.CALLER, Ask.NAME, Ask.COMPANY, Ask.STAFF, Ask.CLOSING, Ask.WHEN, Ask.PARTY, Ask.DETAIL, Ask.OFFER}
)
"""Questions in whose answer another matter may be told."""
_ABOUT_IT = frozenset({Ask.PROBE, Ask.PURPOSE})
"""Questions what it is about: how they are answered tells too."""
_BESIDE = _TELLING | {Ask.CONFIRM_CALLER, Ask.NUMBER, Ask.CALLER_ID, Ask.CONFIRM_NUMBER, Ask.KANA, Ask.ECHO}
"""Questions in whose answer a pitch may be told."""
_ONESELF = frozenset({Ask.CALLER, Ask.NAME, Ask.COMPANY})
"""Questions who calls: what is said of oneself is no matter (常盤台小学校の保護者会です)."""
_VALUED = frozenset({Ask.STAFF, Ask.CALLER, Ask.NAME, Ask.COMPANY, Ask.NUMBER, Ask.WHEN, Ask.PARTY})
KNOWS_NOT = re.compile(r"(?:分か|わか|存じ|知)(?:り|ら|ん)[^、。]{0,8}[。]?$")
"""どなたかはわかりません, in answer to a question for a value: that it is not known, and no wish for somebody else."""
_ASIDES = frozenset({Reason.OPERATOR, Reason.IDENTITY})
"""Reasons that break in anywhere: a wish for a human, and who is speaking."""
_MAY_ASK = frozenset({None, Reason.OTHER, Reason.RESERVATION_NEW, Reason.APPLICATION, Reason.DELIVERY})
"""Reasons beside a question that may come with one."""
_NAMED = frozenset(
    {Ask.OFFER, Ask.WHEN, Ask.DETAIL, Ask.CALLER, Ask.NAME, Ask.COMPANY, Ask.KANA, Ask.CONFIRM_CALLER, Ask.STAFF}
)
"""Questions at which whoever gives a name tells it, and does not ask for ours."""
_LIKELY = 0.25
"""Confidence from which the next best reason may be the one."""
_LONG, _SHORT = 20, 10
"""Characters: from where on a wish to hear something again may come with a matter of its own; below which an answer
tells no matter."""
_FIGURES = re.compile(r"[0-9の\-、。]")
_PRIVATE = frozenset({None, Reason.OTHER, Reason.PERSON, Reason.IDENTITY, Reason.QUESTION})
"""What a question about somebody else's matters may be taken for."""
_THING = re.compile(
    r"の(?:お願い|お知らせ|ご?(?:案内|依頼|相談|連絡)|こと|件)(?:です|でして|でございます|なんですが?|なんですけど)?[。]?$"
)
"""A matter that is only named: バザーの協賛のお願い, 台所の水漏れのことです."""
_CAUSE = re.compile(
    r"(?:せい|原因|何割|大丈夫|平気|普通|よくある)[^。]{0,14}(?:です|でしょう|ます|ません|もの|もん)(?:か|かね|かねえ|かな|かしら)[。?]?$"
)
"""これって染めたせいですかね: a question that a trouble raises."""
_TROUBLES = frozenset({Trouble.BROKEN, Trouble.WRONG, Trouble.MANNER})
"""Troubles that nobody has to wait for."""
_OF_A_THING = re.compile(r"って|とか")
"""Names what is asked about, as no answer does."""
_BROUGHT = frozenset({Reason.DELIVERY, Reason.APPLICATION})
"""Reasons of callers who may put a question amid their news."""
_STAYS = frozenset({Reason.RESERVATION_CHANGE, Reason.RESERVATION_CANCEL, Reason.RESERVATION_NEW})
_BOOKS = re.compile(
    r"(?:お?願い|予約|取[れり]|とって|入[れり]|空[いき]|伺|行[きけ]|うかが)"
    r"[^、。]{0,8}(?:でき|いただけ|もらえ|ます|てる|たい|いい|よろし|可能|大丈夫)"
)
"""A wish to book, put as a question."""
_WORDS = expressions(DATA / "matter_words.tsv")
_NO_REASON = Judged(None, 0.0, "", ())


def why(text: str, slots: Slots, expected: Expected, answer: Answer | None) -> tuple[Judged, Sales | None]:
    """Why they call, of free speech (normalised), and whether they sell; None where that was not to be judged."""
    sales = _sales(text, slots, expected)
    reason = _reason(text, slots, expected, answer)
    if expected.ask is Ask.OPENING:
        reason = _reconsidered(reason, text, slots)
    elif expected.ask in _ABOUT_IT and _THING.search(text):
        reason = _named(reason, slots)
    if reason.reason is Reason.CHASE:
        reason = _chased(reason, text, expected)
    if reason.reason is Reason.OPERATOR and not _WORDS["for a human"].search(text):
        reason = _next_best(reason) if expected.ask in MATTER else _NO_REASON
    if reason.reason is Reason.QUESTION and expected.ask in MATTER and _books_too(reason, text):
        reason = _instead(reason, Reason.RESERVATION_NEW)
    stays = reason.reason in _STAYS and ("予約" not in text or "っけ" in text)
    may_ask = (stays or reason.reason in _PRIVATE) and expected.ask in MATTER and slots.staff is None
    if may_ask and (about := knowledge.private(text)):
        reason = Judged(Reason.QUESTION, 1.0, about, ((reason.reason, reason.confidence),) if reason.reason else ())
    return (_as_sales(reason, sales) if sales else reason), sales


def _reconsidered(judged: Judged, text: str, slots: Slots) -> Judged:
    """A trouble that only raises a question is one, and so is a doubtful wish to book without day, time or number;
    nobody is asked for where nobody is named."""
    doubtful = judged.confidence < PLAIN and asks(text)
    if judged.reason is Reason.COMPLAINT and (_CAUSE.search(text) or doubtful) and not _WORDS["blames"].search(text):
        return _instead(judged, Reason.QUESTION)
    if judged.reason is Reason.RESERVATION_NEW and doubtful and _second(judged) is Reason.QUESTION:
        bare = find_party(text) is None and not wanted_time(text, False)
        return _instead(judged, Reason.QUESTION) if bare else judged
    nobody = _of_nobody(slots) and not _WORDS["for somebody"].search(text)
    if judged.reason is not Reason.PERSON or judged.confidence >= PLAIN or not nobody:
        return judged
    if asks(text):
        return _instead(judged, Reason.QUESTION)
    return _next_best(judged)


def _named(judged: Judged, slots: Slots) -> Judged:
    """By a matter that is only named nobody is asked for who is not named, and nothing is asked but what is sure."""
    unasked = judged.reason is Reason.QUESTION and judged.confidence < PLAIN
    return _next_best(judged) if unasked or (judged.reason is Reason.PERSON and _of_nobody(slots)) else judged


def _books_too(judged: Judged, text: str) -> bool:
    """Whether who asks something also wishes to book, in a sentence of its own."""
    return any(reason is Reason.RESERVATION_NEW for reason, _ in judged.runners_up) and bool(beside_wish(text))


def _of_nobody(slots: Slots) -> bool:
    return slots.staff is None and slots.department is None


def _second(judged: Judged) -> Reason | None:
    return judged.runners_up[0][0] if judged.runners_up else None


def _next_best(judged: Judged) -> Judged:
    """The next likely reason that takes nobody for a seller; `OTHER` where none is."""
    second, confidence = judged.runners_up[0] if judged.runners_up else (Reason.OTHER, 0.0)
    likely = second is not Reason.SALES and confidence >= _LIKELY
    return _instead(judged, second if likely else Reason.OTHER)


def _chased(judged: Judged, text: str, expected: Expected) -> Judged:
    """A chase, unless a trouble is told, and nothing overdue or, where the judge is in doubt, no earlier call or
    promise; or something is asked on after an answer, and nothing is overdue."""
    asks_on = expected.ask is Ask.MORE and bool(asks(text))
    if asks_on and not waits(text):
        return _instead(judged, Reason.QUESTION)
    complains = trouble.kind(text) in _TROUBLES and any(reason is Reason.COMPLAINT for reason, _ in judged.runners_up)
    doubtful = judged.confidence < PLAIN
    if complains and not (tells_of_earlier(text) if doubtful else waits(text)):
        return _instead(judged, Reason.COMPLAINT)
    return judged


def _instead(judged: Judged, reason: Reason) -> Judged:
    """Another reason than the judge's, as sure as a plain one."""
    first = ((judged.reason, judged.confidence),) if judged.reason else ()
    return Judged(reason, PLAIN, judged.words, (*first, *judged.runners_up)[:3])


def _reason(text: str, slots: Slots, expected: Expected, answer: Answer | None) -> Judged:
    if answer in (Answer.REPEAT, Answer.HOLD, Answer.REFUSE) and expected.ask not in MATTER and len(text) < _LONG:
        return _NO_REASON
    if expected.ask in _VALUED and KNOWS_NOT.search(text):
        return _NO_REASON
    judged = judge(text, slots, expected.ask in MATTER)
    asks_human = judged.reason is Reason.OPERATOR and judged.confidence >= PLAIN
    asks_on = asks_human or (rises(text) and bool(_OF_A_THING.search(text)))
    if expected.ask is Ask.MORE and answer is Answer.NO and len(text) < _LONG and not asks_on:
        return _NO_REASON
    rising = judged.reason is Reason.QUESTION and judged.confidence >= PLAIN and rises(text)
    asks_us = bool(asks(text) or _WORDS["asks who"].search(text)) or rising
    if judged.reason is Reason.IDENTITY and expected.ask is not Ask.OPENING and not asks_us:
        return _NO_REASON
    if expected.ask in MATTER:
        return judged
    if judged.reason is Reason.QUESTION and not asks_us:
        return _NO_REASON
    if judged.reason in _ASIDES and _tells_value(text, slots, expected):
        return _NO_REASON
    if judged.reason is Reason.IDENTITY and answer is Answer.CORRECT:
        return _NO_REASON
    if expected.ask in _ONESELF and judged.reason not in _ASIDES and not _tells(text, slots):
        return _NO_REASON
    if judged.confidence < PLAIN or (len(text) < _SHORT and judged.reason not in _ASIDES):
        return _NO_REASON
    grave = judged.reason is Reason.COMPLAINT and judged.confidence >= SURE
    untaken = answer is None or (answer is Answer.UNKNOWN and grave) or rising
    telling = expected.ask in _TELLING and (untaken or expected.ask is not Ask.OFFER)
    return judged if telling or judged.reason in _ASIDES else _NO_REASON


def _tells_value(text: str, slots: Slots, expected: Expected) -> bool:
    """Four persons, or the caller's own name in place of a wrong one: told, and nothing asked."""
    named = slots.caller_name is not None and expected.ask in _NAMED
    return named or find_party(text) is not None


def _sales(text: str, slots: Slots, expected: Expected) -> Sales | None:
    """By all that was told so far; None where nothing may be told, or nothing was."""
    if expected.ask in _ABOUT_IT and expected.before:
        return judge_answer(expected.before, expected.said, text)
    if expected.ask in MATTER or (expected.ask in _BESIDE and _tells(text, slots)):
        return judge_told(expected.before, text, slots)
    return None


def _tells(text: str, slots: Slots) -> bool:
    """Whether more is said than names, numbers and a yes."""
    for slot in (slots.caller_name, slots.company, slots.staff, slots.department):
        text = text.replace(slot.text, "") if slot and slot.text else text
    return len(_FIGURES.sub("", text)) >= _SHORT


def _as_sales(judged: Judged, sales: Sales) -> Judged:
    """The judge of sales calls knows them better than the judge of all reasons does."""
    if sales.outcome is SalesOutcome.NOT_SALES and judged.reason is Reason.SALES and judged.runners_up:
        (reason, confidence), *rest = judged.runners_up
        return Judged(reason, confidence, judged.words, ((Reason.SALES, judged.confidence), *rest))
    likely = sales.outcome is SalesOutcome.DOUBTFUL and sales.probability >= EVEN
    if not (likely or sales.outcome is SalesOutcome.CERTAIN) or judged.reason is Reason.SALES:
        return judged
    instead = _instead(judged, Reason.SALES)
    return replace(instead, confidence=sales.probability, words="…".join(sales.grounds))


def _asked_beside(text: str) -> str:
    """What somebody who wants to book asks besides; "" where only the booking itself is asked for, which is for the
    book to tell: 二十一日の十一時にお願いできますか."""
    beside = beside_wish(text)
    clauses = [clause for clause in re.split("[、。]", beside or text) if asks(clause) or rises(clause)]
    asked = clauses[-1] if clauses else re.split("[、。]", text.rstrip("。"))[-1]
    dated = len(asked) < _SHORT or bool(_WORDS["for when"].search(asked))
    return "" if dated and _BOOKS.search(asked) and not _WORDS["asks when"].search(asked) else beside or asked


def known(text: str, reason: Reason | None, expected: Expected, vocabulary: Vocabulary) -> Known | None:
    """What the script has for it, where something is asked."""
    if expected.ask not in FREE | _TELLING or not (vocabulary.entries or vocabulary.beyond):
        return None
    text = plainly(text)
    amid = put_amid(text) if reason in _BROUGHT else ""
    put = asks(text) or bool(amid) or (reason is not None and rises(text))
    if reason is not Reason.QUESTION and (reason not in _MAY_ASK or not put or wants(text)):
        return None
    asked = _asked_beside(text) if reason is Reason.RESERVATION_NEW else text
    if not asked:
        return None
    found = knowledge.find(asked if len(asked) >= _SHORT // 2 else text, vocabulary.entries, vocabulary.beyond)
    last = amid or text.rstrip("。").rpartition("。")[2]
    doubted = found.kind in ("none", "maybe") or (reason in _BROUGHT and found.kind == "beyond")
    if doubted and len(last) < len(text.rstrip("。")) and (asks(last) or rises(last)):
        alone = knowledge.find(last, vocabulary.entries, vocabulary.beyond)
        meant = alone.entry is not None and (not amid or shares_a_word(last, vocabulary.entries[alone.entry]))
        found = alone if alone.kind == "entry" and meant else found
    if expected.about is not None:
        found = following(text, expected.about, vocabulary.entries, vocabulary.beyond) or found
    parts = several(text, vocabulary.entries, vocabulary.beyond) if reason is Reason.QUESTION else ()
    found = parts[0].found if parts else found
    each = tuple((part.words, part.found.kind, part.found.entry) for part in parts)
    return Known(found.kind, found.entry, found.probability, found.grounds, each)
