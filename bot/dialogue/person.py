"""The frame *person*: somebody asks for a member of staff.

Who is there and can be put through is; for others we say when they are back as far as the script allows,
offer a way to reach them today if there is one, and else a call back or a message.
"""

from __future__ import annotations

from dataclasses import replace

from bot.company.script import Script, Staff
from bot.dialogue import absence, message, reach, sales, vip
from bot.dialogue.actions import Look
from bot.dialogue.events import Heard
from bot.dialogue.moves import Move, Onward, Rung, announce, ask, climb, look, put_through, then
from bot.dialogue.reach import AT_DESK
from bot.dialogue.state import State
from bot.dialogue.who import caller_next
from nlu.expected import Ask
from nlu.kana import is_kana
from nlu.meaning import Meaning, Reason, Want
from nlu.reasons.dealings import names_dealing
from nlu.reasons.told import is_kin, is_tied

WHICH: tuple[Rung, ...] = ((Ask.STAFF, "ask_staff_which"), (Ask.STAFF, "ask_staff_which_again"))

SEVERAL = 2
"""People whom a name fits, from which it does not tell who is meant."""

ASKING = frozenset({Reason.PERSON, Reason.MESSAGE})
"""Reasons of callers who are asked what it is about before anything else: who returns a call was called by us."""
MATTER = "purpose"
"""Topic of the question what it is about: put early to a stranger, it is not put again."""
INSTEAD_OF = {Want.MESSAGE: Reason.MESSAGE, Want.CALLBACK: Reason.CALLBACK}


def takes(script: Script, state: State, heard: Heard) -> State:
    """Who was meant, and what would do instead."""
    meaning = heard.meaning
    if state.asked[-1:] == (MATTER,) and not meaning.called:  # その件で、とお伝えください tells the matter alone
        meaning = replace(meaning, wants=tuple(want for want in meaning.wants if want is not Want.MESSAGE))
    state = _asked_instead(state, meaning)
    if about := reach.asks_of_absence(state):
        return then(reach.taken_back(state), *_told_of_absence(script, state, about))
    return reach.takes(state, meaning)


def _told_of_absence(script: Script, state: State, about: str) -> tuple[str, ...]:
    """The return once more, as far as it may be told; never the place."""
    person = script.person(state.facts.staff.value) if state.facts.staff else None
    back = state.presence is not None and state.presence.back is not None
    if about == "back" and person is not None and person.may_tell.back and back:
        return ("away_back",)
    return ("no_back",) if about == "back" else ("no_where",)


def _asked_instead(state: State, meaning: Meaning) -> State:
    """Whoever begins with a wish for a message or a call back has called for that, and not to be put through."""
    facts = state.facts
    if state.presence is not None or facts.reason is not Reason.PERSON or MATTER in state.asked:
        return state
    wanted = next((INSTEAD_OF[want] for want in meaning.wants if want in INSTEAD_OF), Reason.PERSON)
    return replace(state, facts=replace(facts, reason=wanted))


def goes_on(script: Script, state: State) -> Onward:
    """Which person, who calls, then through to the desk or what can be done instead."""
    if move := _which(script, state):
        return move
    if move := caller_next(script, state):
        return move
    person = script.person(state.facts.staff.value) if state.facts.staff else None
    if person is None and state.facts.staff is not None and _unknown_key(state) == "unknown_staff":
        state = announce(state, "unknown_staff", "unknown_staff")
    if _is_asked_why(script, state, person):
        unsaid = "ask_message" if message.leaves_word(state) else "ask_matter"
        return ask(script, state, MATTER, (Ask.PURPOSE, "probe_detail" if state.facts.purpose else unsaid))
    if person is None:
        if "callback_answered" not in state.asked and (move := reach.department(script, state)):
            return move
        return message.rest(script, announce(state, "unknown_staff", _unknown_key(state)))
    if state.presence is None:
        return look(state, "staff", Look(person.key))
    here = state.presence.state == AT_DESK or vip.puts_through(script, state)
    if here and "callback_answered" in state.asked and "away" not in state.asked:
        return message.rest(script, state)  # a message or a call back is wanted, whether or not the person is there
    if here and state.facts.sales_suspected and sales.policy_refuses(script):
        return message.rest(script, announce(state, "unknown_staff", "role_staff"))
    if here and bool(person.extension) and "transfer" not in state.asked:
        state = replace(state, asked=(*state.asked, "transfer"))
        return put_through(script, state, person.extension, script.transfer_ring_seconds, "transfer")
    state = announce(state, "away", *absence.keys(state, person))
    return reach.goes_on(script, state, person)


def _named(state: State, person: Staff) -> bool:
    """Whether the caller knows more of that person than the title."""
    said = state.facts.staff.text if state.facts.staff else ""
    return person.family.text in said or person.family.kana in said


def _is_asked_why(script: Script, state: State, person: Staff | None) -> bool:
    """Whether it is asked, once, what it is about before anything is told or done: of a stranger who only asks for
    somebody. Which company asks for a title or a role alone has to tell more than what sellers tell."""
    facts = state.facts
    told = MATTER in state.asked or "reopened" in state.asked  # nobody is asked for it after the good-bye
    if facts.reason not in ASKING or facts.at_once or told or "purpose" not in script.ask:
        return False
    if vip.vip_of(script, state) is not None or sales.listed(script, state) == "allow" or is_tied(state.told):
        return False
    if state.recalled is not None and state.recalled.earlier:
        return False
    if facts.purpose is None:
        return not is_kin(state.told)
    from_company = facts.company is not None and bool(facts.company.value)
    return _is_role(state, person) and from_company and not names_dealing(facts.purpose.value)


def _is_role(state: State, person: Staff | None) -> bool:
    """Whether somebody was asked for without a name."""
    if person is None:
        return _unknown_key(state) == "role_staff"
    return bool(person.title) and not _named(state, person)


def _unknown_key(state: State) -> str:
    """A role is passed on to whom it concerns, and so is a name that several have; one that nobody here has is not
    bluffed about."""
    staff = state.facts.staff
    unknown = staff is not None and is_kana(staff.value) and len(staff.alternatives) < SEVERAL
    return "unknown_staff" if unknown else "role_staff"


def _which(script: Script, state: State) -> Move | None:
    """Two people of one name: ask which of them."""
    staff = state.facts.staff
    if staff is None or script.person(staff.value) is not None or len(staff.alternatives) < SEVERAL:
        return None
    return climb(script, state, "staff", WHICH)
