"""Which goal an utterance speaks of, and whether that may come up now.

The goal is the one of the utterance's reason, unless something stands against it: each goal has its list of objections,
and a single one is enough. What speaks of no goal of its own is for the person who was asked for, else a message. How
goals stack is for `frames`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.company.script import Script
from bot.dialogue import booking_values, delivery, official, question, reach
from bot.dialogue.state import FrameName, State
from nlu.asking import is_put, put_amid
from nlu.expected import Ask
from nlu.meaning import PLAIN, SURE, Meaning, Reason
from nlu.reasons.waiting import waits
from nlu.times.choices import names_booking
from nlu.times.days import PAST

BY_REASON = {
    Reason.QUESTION: FrameName.QUESTION,
    Reason.RESERVATION_NEW: FrameName.RESERVATION,
    Reason.RESERVATION_CHANGE: FrameName.RESERVATION,
    Reason.RESERVATION_CANCEL: FrameName.RESERVATION,
    Reason.COMPLAINT: FrameName.COMPLAINT,
    Reason.OFFICIAL: FrameName.OFFICIAL,
    Reason.CHASE: FrameName.CHASE,
    Reason.WRONG_NUMBER: FrameName.WRONG_NUMBER,
    Reason.DELIVERY: FrameName.DELIVERY,
    Reason.APPLICATION: FrameName.APPLICATION,
}

YIELDING = frozenset({FrameName.MESSAGE, FrameName.PERSON, FrameName.QUESTION})
"""Goals that give way to a weightier one that shows later."""

ASKING = frozenset({FrameName.DELIVERY, FrameName.APPLICATION})
"""Goals of callers who may only have something to ask."""

LISTENING = frozenset({FrameName.COMPLAINT, FrameName.OFFICIAL, FrameName.SALES, FrameName.WRONG_NUMBER})
"""Goals in which the caller's questions are part of what is told, and no questions to the script."""


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance, where it is said."""

    script: Script
    state: State
    meaning: Meaning

    @property
    def known(self) -> str:
        """What the company's script holds of it; see `Known.kind`."""
        return self.meaning.known.kind if self.meaning.known else "none"

    @property
    def told(self) -> bool:
        """The caller was asked what it is about."""
        expected = self.state.expected
        return expected is not None and expected.ask in (Ask.PURPOSE, Ask.PROBE, Ask.DETAIL)


def wanted(script: Script, state: State, meaning: Meaning) -> FrameName | None:
    """The goal that this utterance speaks of, as far as the company has it."""
    said = Said(script, state, meaning)
    goal = _spoken_of(said)
    if goal is not None and not any(objects(said) for objects in OBJECTIONS.get(goal, ())):
        return goal
    return _otherwise(said)


def _spoken_of(said: Said) -> FrameName | None:
    """By the reason; an office calls officially; a question is one, whatever it sounds like, and so is a wish for a
    booking where none is taken and the script says how it is instead."""
    state, meaning = said.state, said.meaning
    goal = BY_REASON.get(meaning.reason) if meaning.reason else None
    if goal is None and official.is_office(state.facts.company):
        return FrameName.OFFICIAL
    if goal is None and question.asks(meaning) and meaning.slots.staff is None:
        return FrameName.QUESTION
    asks = goal in ASKING and (
        (said.known in ("entry", "maybe") and meaning.confidence < SURE)
        or (said.known == "entry" and (is_put(state.words) or bool(put_amid(state.words))))
    )
    instead = goal is FrameName.RESERVATION and _none_booked(said) and said.known == "entry"
    return FrameName.QUESTION if asks or instead else goal


def _otherwise(said: Said) -> FrameName | None:
    """Somebody was named: it is for them; nobody was, and there is a matter: it is left."""
    state, facts = said.state, said.state.facts
    of_department = facts.department is not None and said.meaning.reason is Reason.PERSON
    if facts.staff is not None or of_department:
        return None if question.is_over(said.script, state) else FrameName.PERSON
    told = facts.reason is not None or facts.purpose is not None
    return FrameName.MESSAGE if told and not state.frames else None


def _no_question(said: Said) -> bool:
    """It only sounds like one, or this company answers none."""
    by_reason = said.meaning.reason is Reason.QUESTION
    return not said.script.rules.answers or (by_reason and not question.asks(said.meaning))


def _asks_somebody(said: Said) -> bool:
    """A question to somebody of the house, or about who is away."""
    state, meaning = said.state, said.meaning
    instead = FrameName.PERSON in state.frames and not reach.INSTEAD.isdisjoint(meaning.wants)
    named = meaning.slots.staff is not None and said.known != "entry"
    return named or instead or bool(reach.asks_of_absence(state))


def _is_matter(said: Said) -> bool:
    """A matter that is told is no question, however it is put."""
    return said.told and said.known != "entry"


def _of_booking(said: Said) -> bool:
    """A question that the booking in hand answers itself."""
    booking = said.state.frames[-1:] == (FrameName.RESERVATION,)
    return booking and not booking_values.aside(said.state, said.meaning)


def _hardly_waits(said: Said) -> bool:
    """Not sure enough to apologise for a wait."""
    doubtful = bool(said.state.frames) or said.meaning.confidence < SURE
    return said.meaning.confidence < PLAIN or (doubtful and not waits(said.state.words))


def _takes_leave(said: Said) -> bool:
    """Whoever has the answer and says what he will do (じゃあ午前に行きます、どうも) has not asked for a booking."""
    more = said.state.expected is not None and said.state.expected.ask is Ask.MORE
    served = more and bool(said.state.facts.answered) and said.meaning.confidence < SURE
    return served and not names_booking(said.state.words)


def _comes_as_told(said: Said) -> bool:
    """A courier who has the answer and says that he comes."""
    return delivery.was_told(said.state, said.meaning, said.state.words)


def _none_booked(said: Said) -> bool:
    """Nothing can be booked here."""
    return said.script.rules.reservations is None


def is_past(state: State, meaning: Meaning) -> bool:
    """What is past is not booked: 昨日から犬を預けてるんですけど."""
    moment = meaning.moment
    new = meaning.reason is Reason.RESERVATION_NEW and FrameName.RESERVATION not in state.frames
    return new and moment is not None and moment.doubt == PAST and not names_booking(state.words)


def _past(said: Said) -> bool:
    return is_past(said.state, said.meaning)


def _for_somebody(said: Said) -> bool:
    """A matter told for somebody has its days and hours, and is no booking unless that is said."""
    return FrameName.PERSON in said.state.frames and said.told and not names_booking(said.state.words)


def _is_word(said: Said) -> bool:
    """The word that is to be passed on to somebody, whatever it is about."""
    leaves = said.state.facts.reason is Reason.MESSAGE and said.state.facts.staff is not None
    return leaves and said.told


OBJECTIONS: Mapping[FrameName, tuple[Callable[[Said], bool], ...]] = {
    FrameName.QUESTION: (_no_question, _asks_somebody, _is_matter, _of_booking),
    FrameName.CHASE: (_hardly_waits,),
    FrameName.DELIVERY: (_is_word, _comes_as_told),
    FrameName.APPLICATION: (_is_word,),
    FrameName.RESERVATION: (_none_booked, _past, _for_somebody, _takes_leave),
}
"""What stands against a goal."""


def may_follow(top: FrameName | None, goal: FrameName, confidence: float) -> bool:
    """Whether a goal may come up on top of another."""
    if top is None:
        return True
    if goal is FrameName.WRONG_NUMBER:
        return top not in LISTENING and confidence >= SURE
    if goal in (FrameName.QUESTION, FrameName.RESERVATION):
        return top not in LISTENING
    if goal is FrameName.PERSON:
        return top in (FrameName.MESSAGE, FrameName.QUESTION)
    return top in YIELDING and goal is not FrameName.MESSAGE and confidence >= SURE
