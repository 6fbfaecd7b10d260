"""What every message holds, in the order that is natural on the telephone: who calls, the number, the matter.

Each `*_next` gives the next question, or None when nothing of its kind is left to ask. Values come in from
any utterance (`absorb`), so nobody is asked for what was said already.
"""

from __future__ import annotations

from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import call_hours, kanji, number_again, superiors, who
from bot.dialogue.events import Heard
from bot.dialogue.moves import Move, Rung, ask, climb, record, then
from bot.dialogue.placed import placed
from bot.dialogue.said_back import number_key
from bot.dialogue.state import Captured, Facts, FrameName, State, Status
from bot.dialogue.wording import confirmed
from nlu import phone
from nlu.expected import Ask
from nlu.kana import canonical, is_kana
from nlu.meaning import SURE, Answer, Meaning, Reason, Slot, Want
from nlu.reasons.brief import brief

SHORTEST_NUMBER = 10
"""Digits of the shortest subscriber's number in Japan, area code included: fewer is a piece of one."""

RIVALS = 6
"""What else a name may be, kept for when it is heard again, and for the report."""

NEAR_ECHO = 7
"""Digits in the right place from which another number is our own, repeated wrongly."""

FAIR = 0.5
"""Least confidence of free speech that counts as the matter without having been asked for."""

ABOUT = {
    "caller_name": frozenset({Ask.CALLER, Ask.NAME, Ask.KANA, Ask.CONFIRM_CALLER}),
    "company": frozenset({Ask.CALLER, Ask.COMPANY, Ask.CONFIRM_CALLER}),
    "number": frozenset({Ask.NUMBER, Ask.CONFIRM_NUMBER, Ask.CALLER_ID}),
    "extension": frozenset({Ask.NUMBER, Ask.CONFIRM_NUMBER}),
    "staff": frozenset({Ask.STAFF}),
    "department": frozenset({Ask.STAFF}),
}
"""Which questions are about which fact: an answer to them may replace what was merely heard before."""

MEANT = {"caller_name": Ask.KANA, "number": Ask.NUMBER}
"""Questions in whose answer a value counts though it was denied: nobody spells another's name, and who tells a number
again after a no means it, for the no was misheard."""

NUMBER: tuple[Rung, ...] = (
    (Ask.NUMBER, "ask_number"),
    (Ask.NUMBER, "ask_number_again"),
    (Ask.NUMBER, "ask_number_buttons"),
)
PURPOSE: tuple[Rung, ...] = ((Ask.PURPOSE, "ask_purpose"), (Ask.PURPOSE, "ask_purpose_again"))
WISH: tuple[Rung, ...] = ((Ask.OPENING, "ask_wish"), (Ask.OPENING, "ask_wish_again"), (Ask.OPENING, "ask_wish_short"))


VAGUE = frozenset({None, Reason.OTHER, Reason.IDENTITY, Reason.OPERATOR, Reason.MESSAGE})
"""Reasons that a later, plainer one replaces."""

OF_THE_MATTER = frozenset({Reason.CALLBACK, Reason.MESSAGE, Reason.COMPLAINT, Reason.CHASE, Reason.QUESTION})
"""Reasons of who tells his matter, whatever was asked."""

UNNAMED = "お名乗りになりませんでした"
"""In place of a name or company that the caller keeps back."""

NO_NUMBER = {
    Answer.REFUSE: "お伺いできませんでした",
    Answer.KNOWN: "ご存じとのこと",
    Answer.LATER: "後ほどご連絡とのこと",
}
"""Why there is no number, as the report says it."""


def absorb(state: State, heard: Heard) -> State:
    """Fold every value of an utterance into the facts; nothing confirmed changes but by a correction."""
    facts, meaning, rejected = state.facts, heard.meaning, state.rejected
    about = state.expected.ask if state.expected else Ask.OPENING
    for field, asks in ABOUT.items():
        slot: Slot | None = getattr(meaning.slots, field)
        if field == "number" and slot is not None and _is_echo(state, slot.value):
            continue
        if field == "company" and about is Ask.DETAIL and state.draft is not None:
            continue  # トイプードルです, said of what a booking must hold
        if field == "staff" and slot is not None and facts.staff is not None and facts.staff.alternatives:
            slot = slot if slot.value in facts.staff.alternatives else None
        old = facts.get(field)
        corrects = meaning.answer is Answer.CORRECT and not _speaks_of(field, old, slot, about)
        if slot is not None and corrects and about is Ask.CONFIRM_CALLER and _denied(old, slot):
            slot = replace(slot, value=slot.alternatives[0], alternatives=slot.alternatives[1:])
        weighed = field == "caller_name" and len(state.hearings) > 1  # what was denied is left out already
        plain = corrects or weighed or about is MEANT.get(field)
        value = slot.value if slot and plain else _unrejected(slot, rejected) if slot else None
        if slot is None or value is None or (old is not None and _same(old, slot, about)):
            continue
        if old is None or corrects or (about in asks and not confirmed(old)):
            item = _captured(slot, value, heard)
            facts = facts.put(field, _with_rivals(item, old) if field == "caller_name" else item)
            facts = replace(facts, company=_named_alike(facts.company, old, value)) if field == "caller_name" else facts
            rejected = (*rejected, old.value) if old and corrects else rejected
    reason = facts.reason or meaning.reason
    facts = replace(facts, reason=reason, urgent=facts.urgent or meaning.urgent)
    return replace(state, facts=call_hours.taken(state, facts, heard), rejected=rejected)


def _with_rivals(item: Captured, old: Captured | None) -> Captured:
    """A name, with what else it may be by this hearing and the one before."""
    others = (*item.alternatives, *(old.alternatives if old is not None and is_kana(old.value) else ()))
    kept = dict.fromkeys(each for each in others if each not in (item.value, old.value if old else ""))
    return replace(item, alternatives=tuple(kept)[:RIVALS])


def _speaks_of(field: str, old: Captured | None, slot: Slot | None, about: Ask) -> bool:
    """Whether somebody whom nobody here knows is only spoken of, after one of ours was asked for."""
    ours = old is not None and not is_kana(old.value)
    return field == "staff" and ours and slot is not None and is_kana(slot.value) and about not in ABOUT["staff"]


def _named_alike(company: Captured | None, old: Captured | None, name: str) -> Captured | None:
    """東商事の東 is アズマ of アズマショウジ: a company that is called like the caller is read like the caller."""
    if company is None or old is None or not old.text or not company.text.startswith(old.text):
        return company
    rest = company.value.removeprefix(old.value)
    return replace(company, value=name + rest) if rest != company.value else company


def _denied(old: Captured | None, slot: Slot) -> bool:
    """Whether the very value that was read back is heard again from who denies it: it is read in another way."""
    return old is not None and old.value == slot.value and old.text == slot.text and bool(slot.alternatives)


def near(said: str, told: str) -> bool:
    """Whether a number is ours, repeated with a slip."""
    return len(said) == len(told) and sum(a == b for a, b in zip(said, told, strict=True)) >= NEAR_ECHO


def _is_echo(state: State, digits: str) -> bool:
    """Whether a number that was said is one of ours being repeated, and none of the caller's."""
    asked = state.expected.ask if state.expected else None
    mobile = state.presence.mobile if state.presence else ""
    return asked is Ask.ECHO and bool(mobile) and (digits == mobile or near(digits, mobile))


def _unrejected(slot: Slot, rejected: tuple[str, ...]) -> str | None:
    """The likeliest value that the caller has not said no to."""
    if not slot.value:
        return slot.value
    return next((value for value in (slot.value, *slot.alternatives) if value not in rejected), None)


def _same(old: Captured, slot: Slot, about: Ask) -> bool:
    """Whether that was heard before; a name is its sound, and keeps the writing that it came with until it is spelt."""
    if not old.value or not is_kana(old.value) or about is Ask.KANA:
        return old.value == slot.value and (bool(old.value) or old.text == slot.text)
    return canonical(old.value) == canonical(slot.value)


def _captured(slot: Slot, value: str, heard: Heard) -> Captured:
    text = slot.text if value == slot.value else ""
    return Captured(value, text, Status.HEARD, slot.confidence, slot.alternatives, placed(heard, slot))


def confirm(state: State, meaning: Meaning) -> State:
    """Take a yes or a no to what was read back."""
    expected = state.expected
    if expected is None or meaning.answer not in (Answer.YES, Answer.NO):
        return state
    facts = state.facts
    if expected.ask is Ask.CONFIRM_CALLER:
        read_back = {"caller_name": expected.name, "company": expected.company}
    elif expected.ask is Ask.CONFIRM_NUMBER:
        read_back = {"number": expected.number}
    else:
        return state
    rejected = state.rejected
    told = [field for field in read_back if getattr(meaning.slots, field) is not None]
    for field, value in read_back.items():
        item = facts.get(field)
        said: Slot | None = getattr(meaning.slots, field)
        other = bool(told) and said is None  # いえ、保護者会です denies the company alone
        same = said is not None and said.value == value and (field != "caller_name" or bool(expected.company))
        again = meaning.answer is Answer.NO and (other or same)
        if item is None or not value or item.value != value or again:
            continue
        if meaning.answer is Answer.YES:
            facts = facts.put(field, replace(item, status=Status.CONFIRMED))
        elif (number_again if field == "number" else who).is_settled(state):
            rejected = (*rejected, value)  # nothing better will be heard: it stays, marked as only heard
            facts = facts.put(field, _left(item, rejected)) if value in state.refused else facts
        elif not confirmed(item):
            facts, rejected = _drop(facts, field), (*rejected, value)
    return replace(state, facts=facts, rejected=rejected)


def _drop(facts: Facts, field: str) -> Facts:
    """Forget a value that was denied, but for its best alternative, which is read back next."""
    item = facts.get(field)
    read = item is not None and not is_kana(item.text or item.value)  # 河野: コウノ or カワノ
    best = item.alternatives[0] if item and item.alternatives and read else ""
    return facts.put(field, None if item is None or not best else _alternative(item, best))


def _left(item: Captured, rejected: tuple[str, ...]) -> Captured:
    """What a name is most likely that it cannot be as it was read back; the same where nothing else was heard."""
    return next((_alternative(item, each) for each in item.alternatives if each not in rejected), item)


def _alternative(item: Captured, value: str) -> Captured:
    rest = tuple(other for other in item.alternatives if other != value)
    return Captured(value, "", Status.HEARD, item.confidence / 2, rest, item.span)


def number_next(script: Script, state: State) -> Move | None:
    """The call-back number: the line's own if the caller agrees, else asked for and read back group by group."""
    return number_again.with_hearings(_number_next(script, state))


def _number_next(script: Script, state: State) -> Move | None:
    if move := kanji.next_question(script, state):
        return move
    number = state.facts.number
    shown = state.began.caller if state.began else ""
    if number is None:
        if shown and "caller_id" not in state.asked:
            return ask(script, state, "caller_id", (Ask.CALLER_ID, "offer_caller_id"))
        return climb(script, state, "number", NUMBER) or record(script, state)
    if not number.value or confirmed(number) or number_again.stands(state):
        return None
    if move := number_again.in_another_way(script, state):
        return move
    short = len(number.value) <= SHORTEST_NUMBER and not phone.is_complete(number.value)
    if short and "number_rest" not in state.asked:
        state = replace(state, number_so_far=number.value, facts=replace(state.facts, number=None))
        return ask(script, state, "number_rest", (Ask.NUMBER, "ask_number_rest"))
    odd = not phone.known(number.value)
    keys = ("confirm_number_odd",) if odd else (number_key(state), "confirm_number_again")
    return climb(script, state, f"confirm:{number.value}", tuple((Ask.CONFIRM_NUMBER, key) for key in keys))


def take_number(state: State, meaning: Meaning) -> State:
    """What an answer to the number question means where it holds no digits."""
    expected = state.expected
    if expected is None or expected.ask not in (Ask.NUMBER, Ask.CALLER_ID) or state.facts.number is not None:
        return state
    shown = state.began.caller if state.began else ""
    agreed = expected.ask is Ask.CALLER_ID and meaning.answer is Answer.YES
    if shown and (agreed or meaning.answer is Answer.CALLER_ID):
        return _with_number(state, Captured(shown, "", Status.CONFIRMED))
    if meaning.answer in NO_NUMBER:
        return then(_with_number(state, Captured("", NO_NUMBER[meaning.answer])), "understood")
    return state


def take_refusal(state: State, meaning: Meaning) -> State:
    """Whoever will not tell a name or company is not pressed for it."""
    asked = state.expected.ask if state.expected else None
    facts = state.facts
    if meaning.answer is not Answer.REFUSE:
        return state
    if asked in (Ask.CALLER, Ask.NAME, Ask.KANA) and facts.caller_name is None:
        facts = replace(facts, caller_name=Captured("", UNNAMED))
    if asked in (Ask.CALLER, Ask.COMPANY) and facts.company is None:
        facts = replace(facts, company=Captured("", UNNAMED))
    return state if facts == state.facts else then(replace(state, facts=facts), "understood")


def _with_number(state: State, number: Captured) -> State:
    return replace(state, facts=replace(state.facts, number=number))


def purpose_next(script: Script, state: State) -> Move | None:
    """What it is about; asked twice at most, for the caller may keep it to himself."""
    if "purpose" not in script.ask or state.facts.purpose is not None:
        return None
    return climb(script, state, "purpose", PURPOSE)


def _gist(heard: Heard) -> str:
    """What it is about; a wish for a human is not it, unless it complains, nor is what could hardly be made out."""
    sure = bool(heard.hearing.readings) and heard.hearing.readings[0].confidence >= FAIR
    aside = heard.meaning.reason in (Reason.OPERATOR, Reason.IDENTITY)
    return heard.meaning.purpose if sure and (not aside or superiors.demands_one(heard.hearing.text)) else ""


def _is_told(state: State, heard: Heard) -> bool:
    """Whether a matter is told in place of a name, or of when it was that a complaint is about."""
    meaning = heard.meaning
    people = (meaning.slots.staff, meaning.slots.department)
    named = any(slot is not None and slot.text in meaning.purpose for slot in people)
    asked = state.expected.ask if state.expected else Ask.OPENING
    open_to_it = asked is Ask.STAFF or state.frames[-1:] == (FrameName.COMPLAINT,)
    return open_to_it and not named and meaning.reason in OF_THE_MATTER and meaning.confidence >= SURE


def take_purpose(state: State, heard: Heard) -> State:
    """The caller's words on the matter; those said in answer to the question count whatever they are."""
    asked_for_it = state.expected is not None and state.expected.ask is Ask.PURPOSE
    which = state.expected is not None and state.expected.ask in (Ask.STAFF, Ask.DETAIL) and not _is_told(state, heard)
    told = asked_for_it and heard.meaning.answer is None and heard.meaning.slots.number is None
    gist = ("" if which else _gist(heard)) or (heard.hearing.text if told else "")
    if state.expected is not None and state.expected.ask is Ask.OFFER and Want.CALLBACK in heard.meaning.wants:
        gist = gist or brief(heard.hearing.text).told  # 品切れになりましたので、お電話をください
    if asked_for_it and not gist and heard.meaning.answer in (Answer.REFUSE, Answer.NO):
        gist = "(直接お話しになりたいとのこと)"
    old = state.facts.purpose
    if not gist or (old is not None and gist in old.value):
        return state
    text = f"{old.value} {gist}" if old else gist
    confidence = heard.hearing.readings[0].confidence if heard.hearing.readings else 0.0
    start = old.span[0] if old else heard.span[0]
    purpose = Captured(text, "", Status.HEARD, confidence, (), (start, heard.span[1]))
    return replace(state, facts=replace(state.facts, purpose=purpose))


def take_told(state: State, heard: Heard) -> State:
    """The caller's words, and all that he has told of the matter with them, where they tell anything."""
    words = heard.hearing.text
    tells = heard.meaning.sales is not None and not heard.meaning.bare
    return replace(state, words=words, told="。".join(filter(None, (state.told, words))) if tells else state.told)


def without_purpose(state: State, gist: str) -> State:
    """What was just taken for the matter and was none: insistence, leave-taking, "that is all"."""
    purpose = state.facts.purpose
    if purpose is None or not gist or not purpose.value.endswith(gist):
        return state
    left = purpose.value.removesuffix(gist).rstrip()
    purpose = replace(purpose, value=left) if left else None
    return replace(state, facts=replace(state.facts, purpose=purpose))


def take_recorded(state: State, heard: Heard) -> State:
    """A piece of a recorded message: kept as it was heard, with its place in the recording."""
    state = number_again.beside_read_back(absorb(state, heard))
    old, text = state.facts.purpose, heard.hearing.text
    start = old.span[0] if old else heard.span[0]
    said = f"{old.value} {text}".strip() if old else text
    purpose = Captured(said, "", Status.HEARD, 0.0, (), (start, heard.span[1]))
    return replace(state, facts=replace(state.facts, purpose=purpose))
