"""The frame *wrong number*: who has dialled another number than he meant is told where he is, and let go courteously.

Who is right after all goes on as any other caller.
"""

from __future__ import annotations

from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import gather
from bot.dialogue.events import Heard
from bot.dialogue.moves import Onward, Rung, climb, close
from bot.dialogue.state import FrameName, Outcome, State
from nlu.expected import Ask
from nlu.meaning import PLAIN, SURE, Answer, Meaning, Reason, Slots
from nlu.reasons.wrong_house import another, gives_up, insists, misdialled, misplaced, surprised

ASKED: tuple[Rung, ...] = ((Ask.MORE, "wrong_number"),)

KNOWN = "wrong_known"
"""The caller has noticed it already: he is not told so."""
ENDS = "wrong_ends"

VALUES = frozenset({Ask.NUMBER, Ask.CONFIRM_NUMBER, Ask.CONFIRM_CALLER, Ask.KANA, Ask.ECHO, Ask.WHEN, Ask.PARTY})
"""Questions at which a mistake is one of a value."""
_VAGUE = frozenset({None, Reason.WRONG_NUMBER, Reason.IDENTITY, Reason.OTHER, Reason.SALES})


_ORDERS = _VAGUE | {Reason.QUESTION, Reason.MESSAGE, Reason.DELIVERY, Reason.PERSON, Reason.OPERATOR}
_ORDERS |= {Reason.RESERVATION_NEW, Reason.RESERVATION_CHANGE, Reason.RESERVATION_CANCEL, Reason.CHASE}
"""What an order may be taken for."""


def noticed(state: State, meaning: Meaning) -> bool:
    """Whether somebody who began with something else finds that he has dialled another number."""
    values = state.expected is not None and state.expected.ask in VALUES
    owed = state.facts.callback_promised or state.facts.booking is not None
    told = meaning.slots != Slots() or meaning.answer is Answer.CORRECT
    sold = FrameName.SALES in state.frames or meaning.reason is Reason.SALES
    found = state.presence is not None  # whom the caller has asked for is here
    if not state.frames or found or values or told or sold or insists(state.words):
        return False
    return (surprised(state.words) and not owed) or misdialled(state.words)


def mistaken(script: Script, state: State, meaning: Meaning) -> bool:
    """Whether a call begins with the question whether this is another house: 常盤水道さんじゃないですか; or a private
    person orders what we have nothing to do with."""
    department = meaning.slots.department
    ours = department is not None and any(department.text in each.department for each in script.staff)
    if state.frames or meaning.slots.staff is not None or ours:
        return False
    if another(state.words, (script.spoken.text, script.company.text), script.spoken.kana):
        return True
    asked = meaning.known is not None and meaning.known.entry is not None
    asked = asked or meaning.slots.company is not None
    return not asked and meaning.reason in _ORDERS and misplaced(state.words, _written(script))


def _written(script: Script) -> str:
    """All that the script says of what the company does."""
    entries = [words for entry in script.knowledge.entries for words in entry.asked.written]
    booked = [service.name.text for service in script.rules.reservations.services] if script.rules.reservations else []
    return " ".join((script.company.text, script.spoken.text, *entries, *script.knowledge.beyond, *booked))


def takes(script: Script, state: State, heard: Heard) -> State:
    """Whether the caller knows it; then, whether he wants us after all."""
    text, meaning = heard.hearing.text, heard.meaning
    if "wrong" not in state.asked:
        known = misdialled(text)
        state = replace(state, facts=replace(state.facts, reason=Reason.WRONG_NUMBER))
        return replace(state, asked=(*state.asked, KNOWN)) if known else state
    if _is_right(script, text, meaning):
        facts = replace(gather.without_purpose(state, meaning.purpose).facts, purpose=None, reason=_reason(meaning))
        state = replace(state, facts=facts, frames=state.frames[:-1], pending=("wrong_number_right",))
        return gather.take_purpose(state, heard) if facts.reason not in (None, Reason.PERSON) else state
    return replace(state, asked=(*state.asked, ENDS))


def _is_right(script: Script, text: str, meaning: Meaning) -> bool:
    """Whether the caller wants us: by our name, our number, our people, or a matter of its own."""
    if gives_up(text):
        return False
    ours = script.spoken.text in text or script.company.text in text
    number = meaning.slots.number
    dialled = number is not None and number.value in script.numbers
    matter = meaning.reason not in _VAGUE and meaning.confidence >= PLAIN and bool(meaning.purpose)
    complains = meaning.reason is Reason.COMPLAINT and meaning.confidence < SURE
    return ours or dialled or meaning.slots.staff is not None or insists(text) or (matter and not complains)


def _reason(meaning: Meaning) -> Reason | None:
    return meaning.reason if meaning.reason not in _VAGUE and meaning.confidence >= PLAIN else None


def goes_on(script: Script, state: State) -> Onward:
    """Where the caller is; then good-bye."""
    if KNOWN in state.asked:
        return close(script, state, Outcome.WRONG_NUMBER, "closing_wrong_number")
    silent = bool(state.pending) and "wrong" in state.asked
    if ENDS not in state.asked and not silent and (move := climb(script, state, "wrong", ASKED)):
        return move
    return close(script, replace(state, pending=()), Outcome.WRONG_NUMBER, "closing_wrong_number")
