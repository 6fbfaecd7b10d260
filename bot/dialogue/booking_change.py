"""A booking that there is already: who asks is known by name and number first, then it is changed or given up.

Of nobody else's bookings is anything said: what is not found under both is not spoken of. A change holds the new place
before the old one is let go; the company's terms of cancellation are said before the caller decides.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.rules import ReservationRules
from bot.company.script import Script
from bot.dialogue.actions import Book, CancelBooking, FindBooking, Phrase
from bot.dialogue.booking_answers import drafted, settle
from bot.dialogue.booking_draft import Draft, wish
from bot.dialogue.booking_steps import (
    confirming,
    hand_over,
    name_next,
    note,
    number_wanted,
    place_next,
    put,
    read_back,
    redraft,
    seal,
    sure_of,
)
from bot.dialogue.events import Booking
from bot.dialogue.moves import Move, Onward, Rung, announce, climb, look
from bot.dialogue.state import Captured, State, Status
from nlu.expected import Ask
from nlu.kana import canonical, is_kana
from nlu.meaning import Reason
from nlu.times import choices

WHICH: tuple[Rung, ...] = ((Ask.WHEN, "booking_which"), (Ask.WHEN, "booking_which_again"))
CHANGE: tuple[Rung, ...] = ((Ask.WHEN, "booking_change"), (Ask.WHEN, "booking_change_again"))
UNCLEAR: Rung = (Ask.WHEN, "booking_change_or_cancel")
"""Put to whoever has told only why he cannot come."""
CANCEL: tuple[Rung, ...] = ((Ask.OFFER, "booking_cancel"), (Ask.OFFER, "booking_cancel_again"))

OTHER_NUMBER: tuple[Rung, ...] = ((Ask.NUMBER, "booking_other_number"), (Ask.NUMBER, "booking_other_number_again"))

TRIES = 2
"""How many numbers a booking is looked for under."""


def next_step(script: Script, rules: ReservationRules, state: State) -> Onward:
    """The next step of a change or cancellation."""
    draft = drafted(state)
    if draft.handed:
        return hand_over(script, state, "booking_to_person")
    if draft.old is None:
        return _find(script, rules, state)
    if not draft.old.changeable:
        note_first = draft.aim is Reason.RESERVATION_CANCEL and bool(rules.cancel_note)
        words = (Phrase(rules.cancel_note),) if note_first else ()
        return hand_over(script, state, *words, "booking_too_late")
    if draft.aim is Reason.RESERVATION_CANCEL:
        return _cancel(script, rules, state)
    return _change(script, rules, state)


def _find(script: Script, rules: ReservationRules, state: State) -> Onward:
    """Whose booking it is, and which."""
    draft = drafted(state)
    if move := name_next(script, state):
        return move
    if draft.found and (meant := draft.found[0] if len(draft.found) == 1 else _meant(draft, draft.found)):
        return next_step(script, rules, redraft(_named(_identified(state), meant), settle(draft, meant)))
    if draft.found:
        state = _identified(state)
        return put(script, state, "which", "which", WHICH) or hand_over(script, state, "booking_unclear")
    number = state.facts.number
    shown = state.began.caller if state.began else ""
    if number is None and draft.found is None and shown:
        return _look_for(state, shown)
    if draft.found is not None and (number is None or number.value in ("", draft.number_tried)):
        return _other_number(script, state)
    if onward := number_wanted(script, state):
        return onward
    assert number is not None
    return _look_for(state, number.value)


def _meant(draft: Draft, found: tuple[Booking, ...]) -> Booking | None:
    """The one whose time was spoken of, if it is but one."""
    same_day = [each for each in found if draft.day and each.start.startswith(draft.day)]
    exactly = [each for each in same_day if each.start.endswith(draft.time)]
    fitting = exactly or same_day
    return fitting[0] if len(fitting) == 1 else None


def _look_for(state: State, number: str) -> Move:
    draft, name = drafted(state), state.facts.caller_name
    day = draft.day if draft.aim is Reason.RESERVATION_CANCEL and not draft.last_day else ""
    draft = replace(draft, number_tried=number, tries=draft.tries + 1, found=None, awaiting="find")
    return look(redraft(state, draft), "booking", FindBooking(name.value if name else "", number, day))


def _other_number(script: Script, state: State) -> Onward:
    """Nothing under that number: it may have been booked under another; then the company itself must look."""
    draft = drafted(state)
    tried = Captured(draft.number_tried)
    again = "other_number" in state.asked and state.facts.number is not None
    if draft.tries < TRIES and not again:
        state = replace(state, facts=replace(state.facts, number=None))
        move = climb(script, redraft(state, replace(draft, asking="number")), "other_number", OTHER_NUMBER)
        if move:
            return move
    state = replace(state, facts=replace(state.facts, number=state.facts.number or tried))
    return hand_over(script, state, "booking_not_found")


def _identified(state: State) -> State:
    """The number shown on the line, under which the booking was found, is the caller's."""
    draft = state.draft
    if state.facts.number is not None or draft is None or not draft.number_tried:
        return state
    return replace(state, facts=replace(state.facts, number=Captured(draft.number_tried, "", Status.CONFIRMED)))


def _named(state: State, booking: Booking) -> State:
    """The caller with the full name that the booking is under: who gave the family name alone hears whose it is."""
    name, full = state.facts.caller_name, re.sub(r"[\s・]", "", booking.name)
    family, whole = canonical(name.value if name else ""), canonical(full)
    if name is None or not family or not is_kana(full) or not whole.startswith(family) or whole == family:
        return state
    name = replace(name, value=full, text="", alternatives=())
    return replace(state, facts=replace(state.facts, caller_name=name))


def _change(script: Script, rules: ReservationRules, state: State) -> Onward:
    draft = drafted(state)
    assert draft.old is not None
    if draft.party > rules.party_max and draft.party != draft.old.party:
        return hand_over(script, state, "booking_too_many")
    wanted = wish(rules, draft)
    same = wanted is not None and wanted.start == draft.old.start and not wanted.end
    if wanted is None or (same and draft.party == draft.old.party and draft.service == draft.old.service):
        ladder = CHANGE if choices.moves(state.told) else (UNCLEAR, *CHANGE[1:])
        return put(script, state, "change", "change", ladder) or hand_over(script, state, "booking_unclear")
    if onward := place_next(script, rules, state):
        return onward
    return read_back(script, state, "booking_change_confirm")


def _cancel(script: Script, rules: ReservationRules, state: State) -> Onward:
    draft = drafted(state)
    assert draft.old is not None
    sealed = seal(draft, state.facts)
    if draft.agreed == sealed:
        state = redraft(sure_of(state), replace(draft, awaiting="book"))
        return look(state, "booking", CancelBooking(draft.old.key))
    if rules.cancel_note:
        state = announce(state, "cancel_note", Phrase(rules.cancel_note))
    state = redraft(state, replace(draft, read=sealed))
    return put(script, state, "confirm", confirming(state), CANCEL) or hand_over(script, state, "booking_unclear")


def again(state: State) -> Move:
    """Ask once more for what was agreed to: it may have been done, and only its answer been late."""
    draft, facts = drafted(state), state.facts
    if draft.aim is Reason.RESERVATION_CANCEL and draft.old:
        return look(state, "booking", CancelBooking(draft.old.key))
    name, number = facts.caller_name, facts.number
    who = (name.value if name else "", number.value if number else "")
    return look(state, "booking", Book(draft.held.hold if draft.held else "", *who, note(state)))
