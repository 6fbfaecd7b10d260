"""The frame *person*: somebody asks for a member of staff.

Who is there and can be put through is; for others we say when they are back as far as the script allows,
offer a way to reach them today if there is one, and else a call back or a message.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import message
from bot.dialogue.actions import Look
from bot.dialogue.events import Heard
from bot.dialogue.gather import caller_next
from bot.dialogue.moves import Move, Onward, Rung, announce, climb, look, put_through, then
from bot.dialogue.state import State, Status
from bot.script import Script, Staff
from nlu.kana import is_kana
from nlu.meaning import Answer, Ask, Meaning, Reason

AT_DESK = "在席"

ABSENT_BY_THE_CLOCK = {"退社": "away_home", "営業時間外": "away_closed"}
"""Absences that are nobody's secret, as `bot/schedule` names them, with what is said of them."""

WHICH: tuple[Rung, ...] = ((Ask.STAFF, "ask_staff_which"), (Ask.STAFF, "ask_staff_which_again"))
EMAIL: tuple[Rung, ...] = ((Ask.OFFER, "offer_email"), (Ask.OFFER, "offer_email_again"))
CALLBACK: tuple[Rung, ...] = ((Ask.OFFER, "offer_callback"), (Ask.OFFER, "offer_callback_again"))
TELL_EMAIL: tuple[Rung, ...] = ((Ask.ECHO, "tell_email"), (Ask.ECHO, "spell_email"), (Ask.ECHO, "spell_email"))

OFFERS = frozenset({"offer_email", "offer_callback"})
TAKEN = frozenset({Answer.YES, Answer.CALLER_ID})
REFUSED = frozenset({Answer.NO, Answer.REFUSE, Answer.LATER})


def takes(script: Script, state: State, heard: Heard) -> State:
    """Answers to our offers, and to the address that was read out."""
    state = _forget_presence(state)
    answer, asked = heard.meaning.answer, state.asked[-1] if state.asked else ""
    if asked in OFFERS and answer in TAKEN:
        state = _staff_confirmed(state)
    if asked == "offer_email" and answer in TAKEN:
        return replace(state, asked=(*state.asked, "email_wanted"))
    if asked == "offer_email" and answer in REFUSED:
        return replace(state, asked=(*state.asked, "offer_email", "email_refused"))
    if asked == "offer_callback" and (answer in REFUSED or _wants_callback(heard.meaning)):
        return _promise(replace(state, asked=(*state.asked, "callback_answered")), answer not in REFUSED)
    if asked == "email":
        return _echo(state, heard.meaning)
    if state.facts.reason is Reason.CALLBACK or heard.meaning.reason is Reason.CALLBACK:
        return _promise(state, True)
    return state


def _wants_callback(meaning: Meaning) -> bool:
    """Yes; or, instead of a yes, the number, or that it is urgent and the person is to be reached."""
    presses = meaning.urgent or meaning.reason in (Reason.CALLBACK, Reason.CHASE, Reason.PERSON)
    return meaning.answer in TAKEN or meaning.slots.number is not None or presses


def _staff_confirmed(state: State) -> State:
    """Whoever accepts what we offer of 栗本 did ask for 栗本."""
    staff = state.facts.staff
    if staff is None or staff.status is Status.CONFIRMED:
        return state
    return replace(state, facts=replace(state.facts, staff=replace(staff, status=Status.CONFIRMED)))


def _forget_presence(state: State) -> State:
    """A correction may have changed who is asked for: then everything about the former person is void."""
    staff = state.facts.staff
    if state.presence is None or staff is None or staff.value == state.presence.staff:
        return state
    about_former = {"away", "transfer", "offer_email", "email", "offer_callback"}
    return replace(state, presence=None, asked=tuple(topic for topic in state.asked if topic not in about_former))


def _promise(state: State, promised: bool) -> State:
    return replace(state, facts=replace(state.facts, callback_promised=promised))


def _echo(state: State, meaning: Meaning) -> State:
    """The caller repeated or acknowledged the address; a wrong repetition has it spelled again."""
    if meaning.answer is Answer.YES and state.presence is not None:
        repeated = meaning.slots.email is not None
        how = "復唱で確認済み" if repeated else "復唱なし・お控えいただいたとのこと"
        facts = replace(state.facts, told=(*state.facts.told, f"メールアドレス {state.presence.email}({how})"))
        state = replace(state, facts=facts, asked=(*state.asked, "email_right"))
        return then(state, "email_right" if repeated else "understood")
    if meaning.answer in (Answer.NO, Answer.CORRECT) and state.asked.count("email") < len(TELL_EMAIL):
        return then(state, "email_wrong")
    return state


def goes_on(script: Script, state: State) -> Onward:
    """Which person, who calls, then through to the desk or what can be done instead."""
    if move := _which(script, state):
        return move
    if move := caller_next(script, state):
        return move
    person = script.person(state.facts.staff.value) if state.facts.staff else None
    if person is None:
        return message.rest(script, announce(state, "unknown_staff", _unknown_key(state)))
    if state.presence is None:
        return look(state, "staff", Look(person.key))
    if state.presence.state == AT_DESK and person.extension and "transfer" not in state.asked:
        state = replace(state, asked=(*state.asked, "transfer"))
        return put_through(script, state, person.extension, script.transfer_ring_seconds, "transfer")
    state = announce(state, "away", *_away_keys(state, person))
    return _reach(script, state)


def _unknown_key(state: State) -> str:
    """A role is passed on to whom it concerns; a name that nobody here has is not bluffed about."""
    staff = state.facts.staff
    return "unknown_staff" if staff is not None and is_kana(staff.value) else "role_staff"


def _which(script: Script, state: State) -> Move | None:
    """Two people of one name: ask which of them."""
    staff = state.facts.staff
    if staff is None or script.person(staff.value) is not None or len(staff.alternatives) < 2:
        return None
    return climb(script, state, "staff", WHICH)


def _away_keys(state: State, person: Staff) -> tuple[str, ...]:
    """What may be said of where somebody is and until when; nothing more is."""
    if "transfer" in state.asked or state.presence is None:
        return ()
    back = person.may_tell.back and state.presence.back is not None
    known = bool(state.presence.state) and state.presence.state != AT_DESK
    if state.presence.state in ABSENT_BY_THE_CLOCK:
        return (ABSENT_BY_THE_CLOCK[state.presence.state], *(("away_back",) if back else ()))
    why = known and person.may_tell.state
    if not known and not back:
        return ("away_unknown",)
    return (("away_state" if why else "away"), *(("away_back",) if back else ()))


def _reach(script: Script, state: State) -> Onward:
    """A way to reach the person today, if the caller needs one and the script allows one; then a call back."""
    asked, presence = state.asked, state.presence
    if state.facts.urgent and presence is not None and presence.email and "email_refused" not in asked:
        if "email_wanted" in asked:
            if "email_right" not in asked and (move := climb(script, state, "email", TELL_EMAIL)):
                return move
            state = _told(state, presence.email)
        elif move := climb(script, state, "offer_email", EMAIL):
            return move
    if state.facts.callback_promised:
        return message.rest(script, state)
    if "callback_answered" in asked:
        if state.facts.purpose is None:
            state = announce(state, "offer_message", "offer_message")
        return message.rest(script, state, number=False)
    if state.facts.urgent and not (presence and presence.email):
        state = announce(state, "honest", "honest_promise")
    move = climb(script, state, "offer_callback", CALLBACK)
    return move or message.rest(script, _promise(state, True))


def _told(state: State, address: str) -> State:
    """It was read out, if never repeated back to us."""
    if any(address in told for told in state.facts.told):
        return state
    return replace(state, facts=replace(state.facts, told=(*state.facts.told, f"メールアドレス {address}(復唱なし)")))
