"""What can be done for a caller whose person is away: an address, a colleague, a call back, a message.

An address is told only if the script allows it now: an e-mail address is offered to whoever is in a hurry, a mobile
number is never offered unasked unless nothing else is left. What the caller wants instead is taken from any answer.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.script import Script, Staff
from bot.dialogue import message, vip
from bot.dialogue.actions import Look
from bot.dialogue.gather import near
from bot.dialogue.moves import Move, Onward, Rung, announce, climb, look, put_through, then
from bot.dialogue.state import Captured, FrameName, State, Status
from nlu.expected import Ask
from nlu.kana import is_kana
from nlu.meaning import PLAIN, Answer, Meaning, Reason, Want

EMAIL: tuple[Rung, ...] = ((Ask.OFFER, "offer_email"), (Ask.OFFER, "offer_email_again"))
MOBILE: tuple[Rung, ...] = ((Ask.OFFER, "offer_mobile"), (Ask.OFFER, "offer_mobile_again"))
CALLBACK: tuple[Rung, ...] = ((Ask.OFFER, "offer_callback"), (Ask.OFFER, "offer_callback_again"))
TELL_EMAIL: tuple[Rung, ...] = ((Ask.ECHO, "tell_email"), (Ask.ECHO, "spell_email"), (Ask.ECHO, "spell_email"))
TELL_MOBILE: tuple[Rung, ...] = ((Ask.ECHO, "tell_mobile"), (Ask.ECHO, "tell_mobile_again"))

OFFERS = frozenset({"offer_email", "offer_mobile", "offer_callback"})
TAKEN = frozenset({Answer.YES, Answer.CALLER_ID})
REFUSED = frozenset({Answer.NO, Answer.REFUSE, Answer.LATER})
INSTEAD = frozenset({Want.MOBILE, Want.EMAIL, Want.WAY, Want.OTHER, Want.WAIT})
"""Wishes for something else than was offered."""
ANSWERS = ((Want.CALLBACK, True), (Want.AGAIN, False), (Want.MESSAGE, False))
"""Wishes that settle whether somebody calls back."""

AGAIN = ("ご意向", "改めてお電話されるとのこと")
AT_DESK = "在席"
LEAVES_WORD = "leaves_word"
"""Topic of a caller who wants a message passed on."""

_TELL_ME = re.compile(r"教え|おしえ|知りた|聞きた|番号(?:は|を|って)|アドレス(?:は|を|って)|何番")
"""Asking to be told."""
_THROUGH = re.compile(
    r"(?:代わ|替わ|かわ)(?:って|り)(?:もら|くだ|いただ|くれ|ほし)|つないで(?:もら|くだ|いただ|くれ|ほし)"
)
_RETURNS = r"(?:戻|もど|終わ|おわ|帰|かえ|出て|来られ|いらっしゃ|つなが|つかま|空[いく])"
_WHEN = r"(?:何時|なんじ|いつ|どれ?くらい|どのくらい)"
_WHEN_BACK = re.compile(rf"{_WHEN}[^。]{{0,10}}{_RETURNS}|{_RETURNS}[^。]{{0,8}}(?:何時|いつ)")
_COMES_BACK = re.compile(rf"{_WHEN}[^。]{{0,6}}(?:戻|もど|帰(?!れ)|かえっ)")
_WHERE = re.compile(
    r"(?:どこ|どちら|何処)(?:に|へ)?[^。]{0,6}(?:行|出|いらっしゃ|おられ|出張|外出)|(?:出張|外出|行き)(?:先|は?どこ)"
)


def takes(state: State, meaning: Meaning) -> State:
    """Answers to our offers, to an address that was read out, and wishes of the caller's own."""
    topic = state.asked[-1] if state.asked else ""
    if topic in OFFERS and meaning.answer in TAKEN:
        state = _staff_confirmed(state)
    if topic in ("email", "mobile"):
        state = _echo(state, meaning, topic)
    if "away" in state.asked and not INSTEAD.isdisjoint(meaning.wants):
        return _wished(taken_back(state), meaning.wants)
    if "away" not in state.asked and Want.WAY in meaning.wants and state.turns > 1:
        state = _mark(state, "way_wanted")
    if "away" not in state.asked and _TELL_ME.search(state.words):
        state = _wished(state, tuple(want for want in meaning.wants if want in (Want.MOBILE, Want.EMAIL)))
    if topic in ("offer_email", "offer_mobile") and not meaning.wants:
        return _address_answered(state, topic, meaning.answer)
    return _callback_answered(state, meaning, topic)


def taken_back(state: State) -> State:
    """An offer that was answered by another wish was not badly answered: it is put as before."""
    return replace(state, asked=state.asked[:-1]) if OFFERS.intersection(state.asked[-1:]) else state


def asks_of_absence(state: State) -> str:
    """What is asked of the person who is away: "back" or "where"; "" = neither."""
    if "away" not in state.asked:
        return ""
    return "back" if _WHEN_BACK.search(state.words) else "where" if _WHERE.search(state.words) else ""


def asks_return(state: State) -> bool:
    """Whether it is asked when somebody comes back who was asked for, before anything was said of that."""
    return state.frames[-1:] == (FrameName.PERSON,) and bool(_COMES_BACK.search(state.words))


def asks_contact(state: State, meaning: Meaning) -> bool:
    """Whether somebody's own number or address is asked for, without anybody being asked for who is away."""
    number_asked = state.expected is not None and state.expected.ask in (Ask.NUMBER, Ask.CONFIRM_NUMBER, Ask.CALLER_ID)
    named = FrameName.PERSON in state.frames or number_asked or meaning.slots.number is not None or names_ours(meaning)
    wanted = not {Want.MOBILE, Want.EMAIL}.isdisjoint(meaning.wants)
    return wanted and not named and bool(_TELL_ME.search(state.words))


def wants_through(text: str) -> bool:
    """Whether somebody asks to be put through."""
    return bool(_THROUGH.search(text))


def calls_department(meaning: Meaning) -> bool:
    """Whether a department is asked for, and nobody by name."""
    return meaning.slots.department is not None and meaning.slots.staff is None


def names_ours(meaning: Meaning) -> bool:
    """Whether one of our people is spoken of."""
    staff = meaning.slots.staff
    return staff is not None and not is_kana(staff.value) and staff.value != staff.text


def addressed(state: State, meaning: Meaning) -> State:
    """What an utterance says of an address alone: that it is wanted, or how it was repeated."""
    topic = state.asked[-1] if state.asked else ""
    if topic in ("email", "mobile"):
        return _echo(state, meaning, topic)
    if state.facts.staff is None:
        return state
    asks = _TELL_ME.search(state.words)
    wishes = (want for want in meaning.wants if want is Want.WAY or (asks and want in (Want.MOBILE, Want.EMAIL)))
    return _wished(state, tuple(wishes))


def wanted_address(script: Script, state: State) -> Onward:
    """An address where one is asked for of somebody who is away, within whatever goal."""
    return address(script, state) if is_wanted(state) and state.presence is not None else state


def is_wanted(state: State) -> bool:
    """Whether an address was asked for."""
    return not {"email_wanted", "mobile_wanted", "way_wanted"}.isdisjoint(state.asked)


def _address_answered(state: State, topic: str, answer: Answer | None) -> State:
    kind = topic.removeprefix("offer_")
    if answer in TAKEN:
        return _mark(state, f"{kind}_wanted")
    return _mark(state, topic, f"{kind}_refused") if answer in REFUSED else state


def _wished(state: State, wants: tuple[Want, ...]) -> State:
    """Ways to reach the person, and other people, that the caller asks for."""
    if Want.MOBILE in wants:
        state = _mark(state, "mobile_wanted")
    if Want.EMAIL in wants:
        state = _mark(state, "email_wanted")
    if Want.WAY in wants:
        state = _mark(state, "way_wanted")
    if Want.OTHER in wants:
        state = _mark(state, "other_wanted")
    if Want.WAIT in wants:
        state = then(state, "wait_long")
    return state


def _callback_answered(state: State, meaning: Meaning, topic: str) -> State:
    settled = next((promised for want, promised in ANSWERS if want in meaning.wants), None)
    if topic == "offer_callback" and meaning.answer in TAKEN and Want.AGAIN not in meaning.wants:
        settled = True  # はい、お願いします。明日は休みだとお伝えください
    if settled is None and topic == "offer_callback":
        refused = meaning.answer in REFUSED
        presses = meaning.urgent or meaning.reason in (Reason.CALLBACK, Reason.CHASE, Reason.PERSON)
        other_matter = bool(meaning.purpose)
        if refused or meaning.answer in TAKEN or meaning.slots.number is not None or presses or other_matter:
            settled = not refused
    if settled is None:
        called = meaning.reason is Reason.CALLBACK and meaning.confidence >= PLAIN
        return _promise(state) if called else state
    word = (LEAVES_WORD,) if Want.MESSAGE in meaning.wants and "callback_answered" not in state.asked else ()
    state = _mark(state, "callback_answered", *word)
    state = then(state, "understood") if settled and topic == "offer_callback" else state
    if Want.AGAIN in meaning.wants and not settled and AGAIN not in state.facts.details:
        state = replace(state, facts=replace(state.facts, details=(*state.facts.details, AGAIN)))
    return replace(state, facts=replace(state.facts, callback_promised=settled))


def _mark(state: State, *topics: str) -> State:
    new = tuple(topic for topic in topics if topic not in state.asked or topic in OFFERS)
    return replace(state, asked=(*state.asked, *new))


def _promise(state: State) -> State:
    return replace(state, facts=replace(state.facts, callback_promised=True))


def _staff_confirmed(state: State) -> State:
    """Whoever accepts what we offer of 栗本 did ask for 栗本."""
    staff = state.facts.staff
    if staff is None or staff.status is Status.CONFIRMED:
        return state
    return replace(state, facts=replace(state.facts, staff=replace(staff, status=Status.CONFIRMED)))


def _echo(state: State, meaning: Meaning, kind: str) -> State:
    """The caller repeated or acknowledged what was read out; a wrong repetition has it told again."""
    presence = state.presence
    if presence is None:
        return state
    address = presence.email if kind == "email" else presence.mobile
    said = meaning.slots.email if kind == "email" else meaning.slots.number
    if kind == "mobile" and said is not None and said.value != address:
        if not near(said.value, address):
            return _mark(_tell(state, kind, address, "復唱なし"), f"{kind}_right")
        return then(state, "address_wrong")
    if meaning.answer is Answer.YES or (said is not None and said.value == address):
        how = "復唱で確認済み" if said is not None else "復唱なし・お控えいただいたとのこと"
        state = _mark(_tell(state, kind, address, how), f"{kind}_right")
        return then(state, "address_right" if said is not None else "understood")
    ladder = TELL_EMAIL if kind == "email" else TELL_MOBILE
    if meaning.answer in (Answer.NO, Answer.CORRECT, Answer.REPEAT) and state.asked.count(kind) < len(ladder):
        return then(state, "address_wrong")
    return state


def _tell(state: State, kind: str, address: str, how: str) -> State:
    """Note that it was told, once."""
    facts = state.facts
    if any(address in told for told in facts.told):
        return state
    label = "メールアドレス" if kind == "email" else "携帯電話"
    return replace(state, facts=replace(facts, told=(*facts.told, f"{label} {address}({how})")))


def goes_on(script: Script, state: State, person: Staff) -> Onward:
    """An address, a colleague, a call back or a message: the first that is wanted and can be had."""
    onward = address(script, state)
    if not isinstance(onward, State):
        return onward
    onward = _colleague(script, onward, person)
    return onward if not isinstance(onward, State) else _callback(script, onward)


def address(script: Script, state: State) -> Onward:
    """An address that is wanted, or that is offered to who is in a hurry; told as far as it may be."""
    asked, presence, urgent = state.asked, state.presence, state.facts.urgent
    mail = presence.email if presence else ""
    mobile = presence.mobile if presence else ""
    any_way = "way_wanted" in asked
    if (mobile and "mobile_wanted" in asked) or (any_way and mobile and not mail):
        return _told(script, state, "mobile", mobile)
    if mail and ("email_wanted" in asked or any_way):
        return _told(script, state, "email", mail)
    if any_way or "mobile_wanted" in asked or "email_wanted" in asked:
        return announce(state, "no_way", "no_way")
    if urgent and mail and "email_refused" not in asked:
        return climb(script, state, "offer_email", EMAIL) or state
    deadlock = (urgent and _unreachable(state.facts.number)) or vip.tells_mobile(script, state)
    if mobile and deadlock and "mobile_refused" not in asked:
        return climb(script, state, "offer_mobile", MOBILE) or state
    return state


def _unreachable(number: Captured | None) -> bool:
    """The caller cannot or will not be called back."""
    return number is not None and not number.value


def _told(script: Script, state: State, kind: str, address: str) -> Onward:
    ladder = TELL_EMAIL if kind == "email" else TELL_MOBILE
    if f"{kind}_right" not in state.asked and (move := climb(script, state, kind, ladder)):
        return move
    return _tell(state, kind, address, "復唱なし")


def _colleague(script: Script, state: State, person: Staff) -> Onward:
    """Somebody of the same department who is at the desk, for whoever asks for another."""
    if "other_wanted" not in state.asked or "colleague" in state.asked:
        return state
    near = tuple(each for each in script.staff if each.department == person.department and each.key != person.key)
    return anybody(script, state, near) or announce(state, "colleague", "no_colleague")


def anybody(script: Script, state: State, people: tuple[Staff, ...]) -> Move | None:
    """The first of these who is at the desk and has an extension; None where nobody is."""
    found = state.colleague
    colleague = script.person(found.staff) if found else None
    if found is not None and colleague is not None and found.state == AT_DESK and "colleague" not in state.asked:
        state = _mark(state, "colleague", "transfer")
        return put_through(script, state, colleague.extension, script.transfer_ring_seconds, "transfer_colleague")
    for each in people:
        if each.extension and f"colleague:{each.key}" not in state.asked and "colleague" not in state.asked:
            return look(_mark(state, f"colleague:{each.key}"), "colleague", Look(each.key))
    return None


def department(script: Script, state: State) -> Move | None:
    """Somebody of the department that was asked for (経理 and 経理課 are one), if anybody is there."""
    asked = state.facts.department.value if state.facts.department else ""
    people = tuple(p for p in script.staff if p.department and (asked in p.department or p.department in asked))
    return anybody(script, state, people) if asked else None


def _callback(script: Script, state: State) -> Onward:
    facts = state.facts
    if facts.callback_promised:
        return message.rest(script, state)
    if "callback_answered" in state.asked:
        if facts.purpose is None and AGAIN not in facts.details:
            state = announce(state, "offer_message", "offer_message")
        # who leaves word can be asked whether it was got right
        wanted = facts.reason is Reason.MESSAGE or LEAVES_WORD in state.asked
        return state if AGAIN in facts.details else message.rest(script, state, number=wanted)
    if facts.urgent and not any(topic in state.asked for topic in ("email", "mobile", "no_way")):
        state = announce(state, "honest", "honest_promise")
    move = climb(script, state, "offer_callback", CALLBACK)
    return move or message.rest(script, _promise(state))
