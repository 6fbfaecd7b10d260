"""The frame *person*: somebody asks for a member of staff.

Who is there and can be put through is; for others we say when they are back as far as the script allows,
offer a way to reach them today if there is one, and else a call back or a message.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.script import Script, Staff
from bot.dialogue import absence, message, reach, vip
from bot.dialogue.actions import Look
from bot.dialogue.events import Heard
from bot.dialogue.gather import caller_next
from bot.dialogue.moves import Move, Onward, Rung, announce, ask, climb, look, put_through, then
from bot.dialogue.placed import placed
from bot.dialogue.reach import AT_DESK
from bot.dialogue.state import Captured, State, Status
from nlu.kana import is_kana
from nlu.meaning import Ask, Meaning, Reason, Want

WHICH: tuple[Rung, ...] = ((Ask.STAFF, "ask_staff_which"), (Ask.STAFF, "ask_staff_which_again"))

SEVERAL = 2
"""People whom a name fits, from which it does not tell who is meant."""

HEADS = frozenset({"社長", "代表", "代表取締役", "会長", "理事長", "院長", "所長", "オーナー", "女将", "支配人"})
"""Titles of those whom everybody with something to sell asks for."""
MATTER = "matter"
"""The question what it is about, put before such a one is fetched."""
_ABOUT = re.compile(
    r"の件|について|に関(?:し|す)|の(?:ご)?(?:こと|話|相談|確認|連絡|報告|返事|お礼|挨拶|請求|見積|契約|支払|納品|修理|工事|打ち?合わせ|約束)"
)
"""Words after which it is told what a call is about."""
_OFFERS = re.compile(
    r"掲載|提案|(?:ご|の)案内|ご紹介|広告|集客|販促|コスト|経費|削減|補助金|助成金|投資|節税|資金|融資|キャンペーン"
)
"""Matters that sellers bring, however they are put: they tell too little."""

INSTEAD_OF = {Want.MESSAGE: Reason.MESSAGE, Want.CALLBACK: Reason.CALLBACK}


def takes(script: Script, state: State, heard: Heard) -> State:
    """Who was meant, and what would do instead."""
    state = _asked_instead(state, heard.meaning)
    former = state.facts.staff
    state = _forget_presence(_switched(script, state, heard))
    if state.facts.staff != former and former is not None:
        return state
    if about := reach.asks_of_absence(state):
        return then(reach.taken_back(state), *_told_of_absence(script, state, about))
    return reach.takes(state, heard.meaning)


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
    if state.presence is not None or facts.reason is not Reason.PERSON:
        return state
    wanted = next((INSTEAD_OF[want] for want in meaning.wants if want in INSTEAD_OF), Reason.PERSON)
    return replace(state, facts=replace(facts, reason=wanted))


def _switched(script: Script, state: State, heard: Heard) -> State:
    """Told that the one is away, the caller asks for another."""
    said, staff = heard.meaning.slots.staff, state.facts.staff
    if said is None or staff is None or state.presence is None or said.value == staff.value:
        return state
    if script.person(said.value) is None:
        return state
    item = Captured(said.value, said.text, Status.HEARD, said.confidence, said.alternatives, placed(heard, said))
    return replace(state, facts=replace(state.facts, staff=item, callback_promised=False))


def _forget_presence(state: State) -> State:
    """A correction may have changed who is asked for: then everything about the former person is void."""
    staff = state.facts.staff
    if state.presence is None or staff is None or staff.value == state.presence.staff:
        return state
    former = ("away", "transfer", "offer_", "email", "mobile", "colleague", "callback_answered", "no_way", "way_wanted")
    asked = tuple(topic for topic in state.asked if not topic.startswith(former))
    return replace(state, presence=None, colleague=None, asked=asked)


def goes_on(script: Script, state: State) -> Onward:
    """Which person, who calls, then through to the desk or what can be done instead."""
    if move := _which(script, state):
        return move
    if move := caller_next(script, state):
        return move
    person = script.person(state.facts.staff.value) if state.facts.staff else None
    if person is None:
        if "callback_answered" not in state.asked and (move := reach.department(script, state)):
            return move
        return message.rest(script, announce(state, "unknown_staff", _unknown_key(state)))
    if state.presence is None:
        return look(state, "staff", Look(person.key))
    here = state.presence.state == AT_DESK or vip.puts_through(script, state)
    if here and "callback_answered" in state.asked and "away" not in state.asked:
        return message.rest(script, state)  # a message or a call back is wanted, whether or not the person is there
    fetched = here and bool(person.extension) and "transfer" not in state.asked
    told_away = not here and "away" not in state.asked and not _named(state, person)
    if (fetched or told_away) and _whom_it_may_concern(script, state, person):
        opening = state.facts.purpose.value if state.facts.purpose else state.words
        return ask(script, replace(state, words=opening), MATTER, (Ask.PROBE, "ask_matter"))
    if fetched:
        state = replace(state, asked=(*state.asked, "transfer"))
        return put_through(script, state, person.extension, script.transfer_ring_seconds, "transfer")
    state = announce(state, "away", *absence.keys(state, person))
    return reach.goes_on(script, state, person)


def _named(state: State, person: Staff) -> bool:
    """Whether the caller knows more of that person than the title."""
    said = state.facts.staff.text if state.facts.staff else ""
    return person.family.text in said or person.family.kana in said


def _whom_it_may_concern(script: Script, state: State, person: Staff) -> bool:
    """Whoever heads the house is not fetched for a stranger who has not said what it is about: it is asked, once."""
    facts = state.facts
    matter = facts.purpose.value if facts.purpose else ""
    told = bool(_ABOUT.search(matter)) and not _OFFERS.search(matter)
    known = vip.vip_of(script, state) is not None or bool(state.recalled and state.recalled.earlier)
    listed = state.recalled is not None and state.recalled.listed == "allow"
    if told or known or listed or facts.at_once or facts.reason is not Reason.PERSON or MATTER in state.asked:
        return False
    return person.title in HEADS and facts.company is not None and bool(facts.company.value)


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
