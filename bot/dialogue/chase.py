"""The frame *chase*: somebody waits for what was promised or asked for, and calls again.

An apology for the wait first. Who called before, by number and name alike, is asked for nothing that is known: what the
earlier call held is read back in one sentence for a yes. Everybody else leaves an ordinary message. It is urgent, and
what is chased is never guessed at.
"""

from __future__ import annotations

from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import absence, earlier, handover
from bot.dialogue.events import EarlierCall, Heard
from bot.dialogue.gather import VAGUE, number_next, purpose_next
from bot.dialogue.moves import Move, Onward, announce, ask, climb, look
from bot.dialogue.state import Captured, Facts, State, Status
from bot.dialogue.who import NAME, caller_next
from bot.dialogue.wording import confirmed
from nlu.expected import Ask
from nlu.meaning import Answer, Reason

MATCH = "chase_match"
BEFORE = "前回のお電話"
IN_CHARGE = "in_charge"
NOT_KNOWN = "in_charge_not_known"
SEVERAL = 2
"""Members of staff from which somebody may be in charge and another not."""
TAKEN_OVER = ("caller_name", "company", "number")


def takes(script: Script, state: State, heard: Heard) -> State:
    """Urgent; and a yes or no to what was known of the earlier call."""
    first = state.facts.reason if state.turns > 1 and state.facts.reason not in VAGUE else Reason.CHASE
    state = replace(state, facts=replace(state.facts, pressing=True, reason=first))
    if IN_CHARGE in state.asked[-1:] and state.facts.staff is None and heard.hearing.readings:
        return replace(state, asked=(*state.asked, NOT_KNOWN))
    if MATCH not in state.asked[-1:]:
        return state
    if heard.meaning.answer is Answer.YES:
        return replace(state, facts=_confirmed(state.facts), asked=(*state.asked, "chase_matched"))
    if heard.meaning.slots.number is not None:
        facts = _confirmed(replace(state.facts, number=None))
        return replace(state, facts=replace(facts, number=state.facts.number), asked=(*state.asked, "chase_matched"))
    if heard.meaning.answer in (Answer.NO, Answer.CORRECT):
        return _forgotten(state)
    return state


def _confirmed(facts: Facts) -> Facts:
    for field in TAKEN_OVER:
        item = facts.get(field)
        if item is not None and item.value:
            facts = facts.put(field, replace(item, status=Status.CONFIRMED))
    return facts


def _forgotten(state: State) -> State:
    """It was about something else, or by somebody else: what only the earlier call told is asked for after all."""
    facts = replace(state.facts, details=tuple(each for each in state.facts.details if each[0] != BEFORE))
    for field in ("staff", "number"):
        item = facts.get(field)
        if item is not None and item.text == BEFORE and not confirmed(item):
            facts = facts.put(field, None)
    return replace(state, facts=facts, asked=(*state.asked, "chase_other"))


def goes_on(script: Script, state: State) -> Onward:
    """An apology, who it is, what is known of it; then the person if at the desk, or an urgent message."""
    state = announce(state, "chase", "chase_sorry")
    if move := _recalls(state):
        return move
    calls = earlier.matching(state)
    if calls and MATCH not in state.asked:
        return _read_back(script, _taken_over(script, state, calls[0]))
    if move := _who(script, state) or _in_charge(script, state):
        return move
    if move := handover.to_person(script, state):
        return move
    state = absence.told(script, state)
    if move := handover.as_ruled(script, state, Reason.CHASE):
        return move
    state = replace(state, facts=replace(state.facts, callback_promised=True))
    move = number_next(script, state) if "number" in script.ask else None
    return move or purpose_next(script, state) or state


def _recalls(state: State) -> Move | None:
    """Who has called before is asked as soon as there is a number and a name."""
    recall = earlier.wanted(state)
    return look(earlier.asked(state, recall), "caller", recall) if recall else None


def _who(script: Script, state: State) -> Move | None:
    """A number that has called before needs a name alone."""
    known = state.recalled is not None and bool(state.recalled.earlier) and bool(earlier.numbers(state))
    if state.facts.caller_name is None and known and (move := climb(script, state, "name", NAME[:1])):
        return move
    return caller_next(script, state)


def _in_charge(script: Script, state: State) -> Move | None:
    """Whom it was asked of or promised by, where the caller has named nobody; asked once, of companies' callers."""
    facts = state.facts
    known = facts.staff is not None or facts.department is not None or bool(earlier.matching(state))
    if known or len(script.staff) < SEVERAL or "company" not in script.ask:
        return None
    return climb(script, state, IN_CHARGE, ((Ask.STAFF, "ask_in_charge"),))


def _taken_over(script: Script, state: State, call: EarlierCall) -> State:
    """What the earlier call told and this one has not."""
    facts = state.facts
    if facts.company is None and call.company:
        facts = replace(facts, company=Captured(call.company))
    if facts.number is None:
        facts = replace(facts, number=Captured(call.number, BEFORE))
    if facts.staff is None and script.person(call.staff):
        facts = replace(facts, staff=Captured(call.staff, BEFORE))
    said = f"{earlier.day(call, state.at)} {call.purpose}".strip()
    return replace(state, facts=replace(facts, details=(*facts.details, (BEFORE, said))))


def _read_back(script: Script, state: State) -> Move:
    calls = earlier.matching(state)
    key = MATCH if calls and earlier.matter(calls[0]) else "chase_match_plain"
    return ask(script, state, MATCH, (Ask.CONFIRM_NUMBER, key))
