"""The frame *reservation*: a booking is made, changed or given up.

Everything may come in one breath or piece by piece, and only what lacks is asked for. A place is held first, then all
of it read back; booked is what the caller said yes to, and nothing else. What there is already is for
`booking_change`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.company.rules import ReservationRules
from bot.company.script import Script
from bot.dialogue import booking_change, booking_values
from bot.dialogue.actions import Phrase
from bot.dialogue.booking_answers import drafted
from bot.dialogue.booking_draft import Draft, wish
from bot.dialogue.booking_steps import (
    finished,
    given_up,
    hand_over,
    name_next,
    number_wanted,
    place_next,
    put,
    read_back,
    redraft,
    seek,
)
from bot.dialogue.events import Booked, BookingsFound, Heard, Held
from bot.dialogue.hours import local
from bot.dialogue.moves import Move, Onward, Rung, announce, then
from bot.dialogue.state import BookingAction, BookingFact, Facts, State
from nlu.expected import Ask
from nlu.meaning import Reason
from nlu.times.days import NO_SUCH_DAY, PAST, WEEKDAY_DIFFERS

SERVICE: tuple[Rung, ...] = ((Ask.DETAIL, "booking_service"), (Ask.DETAIL, "booking_service_again"))
DAY: tuple[Rung, ...] = ((Ask.WHEN, "booking_day"), (Ask.WHEN, "booking_day_again"))
TIME: tuple[Rung, ...] = ((Ask.WHEN, "booking_time"), (Ask.WHEN, "booking_time_again"))
WHICH_DAY: tuple[Rung, ...] = ((Ask.WHEN, "booking_which_day"), (Ask.WHEN, "booking_time_again"))
PARTY: tuple[Rung, ...] = ((Ask.PARTY, "booking_party"), (Ask.PARTY, "booking_party_again"))
WEEKDAY: tuple[Rung, ...] = ((Ask.OFFER, "booking_weekday"), (Ask.OFFER, "booking_weekday_again"))
PURPOSE: tuple[Rung, ...] = ((Ask.PURPOSE, "booking_purpose"), (Ask.PURPOSE, "booking_purpose_again"))

SOON_DAYS = 14
"""Where any day will do, one of so many."""

FAILURES = 2
"""How often a booking is tried: the second time it is the same one, and what was made already is found again."""

ACTIONS = {
    Reason.RESERVATION_NEW: BookingAction.NEW,
    Reason.RESERVATION_CHANGE: BookingAction.CHANGE,
    Reason.RESERVATION_CANCEL: BookingAction.CANCEL,
}


def takes(script: Script, state: State, heard: Heard) -> State:
    """The values of the booking, and the answers to what was offered and read back."""
    rules = script.rules.reservations
    return booking_values.take(script, rules, state, heard) if rules else state


def goes_on(script: Script, state: State) -> Onward:
    """The next question, or the next thing to ask of the store."""
    rules = script.rules.reservations
    state = _informed(state)
    draft = state.draft
    if rules is None or draft is None:
        return state  # nothing can be booked here
    if state.facts.booking is not None:
        return finished(script, state)
    if draft.awaiting == "book" and draft.failures < FAILURES:
        return booking_change.again(state)
    if draft.dropped:
        return given_up(script, state)
    if draft.failures:
        state, draft = _lost(state, draft)
        if draft.handed:
            return hand_over(script, state, "booking_unclear")
    if draft.handed:
        return hand_over(script, state, "booking_to_person")
    if draft.aim is not Reason.RESERVATION_NEW:
        return booking_change.next_step(script, rules, state)
    return _new(script, rules, state)


def _informed(state: State) -> State:
    """The answer of the store, folded in."""
    draft, answer = state.draft, state.answer
    if draft is None or answer is None:
        return state
    state = replace(state, answer=None)
    match answer:
        case Held() if draft.sought is not None and answer.asked == draft.sought.start and draft.awaiting == "hold":
            draft = replace(draft, held=answer, awaiting="")
        case BookingsFound() if draft.awaiting == "find":
            draft = replace(draft, found=answer.bookings, awaiting="")
        case Booked() if draft.awaiting == "hold" and draft.sought is not None:
            draft = replace(draft, held=Held(answer.at, "", why="unknown", asked=draft.sought.start), awaiting="")
        case Booked() if draft.awaiting == "find":
            draft = replace(draft, handed=True, awaiting="")
        case Booked() if answer.done and draft.agreed:
            return redraft(replace(state, facts=_booked(state.facts, draft, answer)), replace(draft, awaiting=""))
        case Booked() if draft.awaiting == "book":
            draft = replace(draft, failures=draft.failures + 1)
        case _:
            pass
    return redraft(state, draft)


def _booked(facts: Facts, draft: Draft, answer: Booked) -> Facts:
    """The booking, as it stands now."""
    held, old = draft.held, draft.old
    cancelled = draft.aim is Reason.RESERVATION_CANCEL
    start = old.start if cancelled and old else held.start if held else ""
    party = old.party if cancelled and old else draft.party or 1
    service = old.service if cancelled and old else draft.sought.service if draft.sought else draft.service
    facts = replace(facts, reason=draft.aim) if facts.reason in ACTIONS else facts
    return replace(facts, booking=BookingFact(ACTIONS[draft.aim], answer.booking, service, start, party))


def _lost(state: State, draft: Draft) -> tuple[State, Draft]:
    """It could not be done: that is owned to, and once more times are looked for; nothing was promised yet."""
    again = "booking_lost" not in state.asked and draft.aim is not Reason.RESERVATION_CANCEL
    state = then(state, "booking_lost") if again else state
    draft = replace(draft, awaiting="", failures=0, handed=not again, sought=None, held=None, agreed="", asking="")
    return redraft(replace(state, asked=(*state.asked, "booking_lost")), draft), draft


def _new(script: Script, rules: ReservationRules, state: State) -> Onward:
    draft = drafted(state)
    if draft.handed or (draft.party > rules.party_max and "party" in rules.need):
        return hand_over(script, state, "booking_to_person" if draft.handed else "booking_too_many")
    if not draft.service and booking_values.PUT_OFF_SERVICE not in state.asked:
        return _service_next(script, state)
    if move := when_next(script, rules, state):
        return move
    if "party" in rules.need and not draft.party:
        return put(script, state, "party", "party", PARTY) or hand_over(script, state, "booking_unclear")
    if not draft.service:  # whoever told something else first was let go on
        return _service_next(script, state)
    if move := place_next(script, rules, state):
        return move
    lacks = state.facts.caller_name is None or state.facts.number is None
    if lacks:
        picked = draft.asking in ("offer", "free")
        state = announce(state, f"held:{draft.place}", "understood" if picked else "booking_held")
    if move := rest_next(script, rules, state):
        return move
    return read_back(script, state, "booking_confirm")


def _service_next(script: Script, state: State) -> Onward:
    return put(script, state, "service", "service", SERVICE) or hand_over(script, state, "booking_unclear")


def rest_next(script: Script, rules: ReservationRules, state: State) -> Onward | None:
    """What a booking must hold beside its place."""
    if "name" in rules.need and (move := name_next(script, state)):
        return move
    if "number" in rules.need and (onward := number_wanted(script, state)):
        return onward
    known = dict(state.facts.details)
    for question in rules.questions:
        topic = f"detail:{question.key}"
        words = Phrase(question.question)
        state = then(state, "booking_question_again") if topic in state.asked and question.label not in known else state
        ladder: tuple[Rung, ...] = ((Ask.DETAIL, words), (Ask.DETAIL, words))
        if question.label not in known and (move := put(script, state, topic, topic, ladder)):
            return move
    asked = "booking_purpose" in state.asked
    if "purpose" in rules.need and not booking_values.has_matter(rules, drafted(state), asked):
        return put(script, state, "purpose", "booking_purpose", PURPOSE)
    return None


def when_next(script: Script, rules: ReservationRules, state: State) -> Onward | None:
    """Day and time; None when both are known and may be asked of the store."""
    draft = drafted(state)
    if draft.doubt == WEEKDAY_DIFFERS:
        topic = f"weekday:{draft.day}"
        return put(script, state, "weekday", topic, WEEKDAY) or hand_over(script, state, "booking_unclear")
    if draft.doubt in (PAST, NO_SUCH_DAY):
        state = then(state, "booking_past_day" if draft.doubt == PAST else "booking_no_such_day")
        state = redraft(state, replace(draft, doubt=""))
    if not draft.day and draft.open:
        today = local(state.at).date()
        soon = today + timedelta(days=min(SOON_DAYS, rules.days_ahead))
        draft = replace(draft, day=today.isoformat(), last_day=soon.isoformat())
        state = redraft(state, draft)
    if not draft.day:
        return _day_next(script, rules, state)
    if draft.time and not draft.last_day:
        return None
    return _time_next(script, rules, state)


def _day_next(script: Script, rules: ReservationRules, state: State) -> Onward:
    draft = drafted(state)
    if draft.time:
        return put(script, state, "day", "day", DAY) or hand_over(script, state, "booking_unclear")
    state = announce(state, "booking", "understood")
    with_party = "party" in rules.need and not draft.party
    first = "booking_when_party" if with_party else "booking_when"
    ladder = tuple((Ask.WHEN, key) for key in (first, "booking_when_again", "booking_when_short"))
    return put(script, state, "when", "when", ladder) or hand_over(script, state, "booking_unclear")


def _time_next(script: Script, rules: ReservationRules, state: State) -> Onward:
    """A day without a time: that it is open and free is looked up before the time is asked for."""
    draft = drafted(state)
    wanted = wish(rules, replace(draft, time=""))
    assert wanted is not None
    if draft.held is None or draft.sought != wanted:
        return seek(state, wanted)
    move: Move | None
    if draft.held.why or not draft.held.free or draft.open:
        move_or_rest = place_next(script, rules, redraft(state, replace(draft, time="", until="")))
        return move_or_rest or state
    several = bool(draft.last_day)
    topic = f"time:{draft.day}"
    move = put(script, state, "time", topic, WHICH_DAY if several else TIME)
    return move or hand_over(script, state, "booking_unclear")
