"""The steps that a new booking and a change share: who it is for, a place for it, the read-back and the yes, a way out.

Each gives the next move, or None where its part is done. Nothing is booked but under a yes to the very words that were
read back (`seal`); the place is held before they are spoken.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.company.rules import ReservationRules
from bot.company.script import Script
from bot.dialogue import closing, message
from bot.dialogue.actions import Book, Hold, Phrase
from bot.dialogue.booking_answers import drafted
from bot.dialogue.booking_draft import Draft, wish
from bot.dialogue.booking_words import closed_all_day
from bot.dialogue.events import Held
from bot.dialogue.gather import number_next
from bot.dialogue.hours import local
from bot.dialogue.moves import Move, Onward, Rung, announce, ask, climb, close, look, record, then
from bot.dialogue.spoken_times import moment_words, people
from bot.dialogue.state import Captured, Facts, FrameName, Outcome, State, Status
from bot.dialogue.who import NAME
from bot.dialogue.wording import confirmed
from nlu import phone
from nlu.expected import Ask
from nlu.meaning import Reason
from nlu.times import choices

ROUNDS = 4
"""How many times that cannot be had are answered by others, before a call back is offered."""

JUST_NOW = timedelta(minutes=10)
"""How long ago a wish may lie that was meant as "at once"."""

OFFER: tuple[Rung, ...] = ((Ask.OFFER, "booking_offer"), (Ask.OFFER, "booking_offer_again"))
FREE: tuple[Rung, ...] = ((Ask.WHEN, "booking_free"), (Ask.WHEN, "booking_free_again"))
FREE_ONE: tuple[Rung, ...] = ((Ask.OFFER, "booking_free"), (Ask.OFFER, "booking_free_again"))
OTHER: tuple[Rung, ...] = ((Ask.WHEN, "booking_other"), (Ask.WHEN, "booking_other_again"))
WAITING: tuple[Rung, ...] = ((Ask.OFFER, "booking_waiting"), (Ask.OFFER, "booking_waiting_again"))
WRONG: tuple[Rung, ...] = ((Ask.WHEN, "booking_wrong"), (Ask.WHEN, "booking_wrong_again"))

WHY = {
    "full": "booking_full",
    "closed": "booking_closed",
    "past": "booking_past",
    "too soon": "booking_too_soon",
    "too far": "booking_too_far",
    "": "booking_between",
}
"""What is said of a time that cannot be had; see `Held.why`."""


def put(script: Script, state: State, asking: str, topic: str, ladder: tuple[Rung, ...]) -> Move | None:
    """The next rung of a question of this frame; None when the ladder is exhausted."""
    return climb(script, _asking(state, asking), topic, ladder)


def _asking(state: State, asking: str) -> State:
    assert state.draft is not None
    return replace(state, draft=replace(state.draft, asking=asking))


def redraft(state: State, draft: Draft) -> State:
    """The state with that draft."""
    return replace(state, draft=draft)


def for_booking(script: Script, need: tuple[str, ...] = ("name", "number")) -> Script:
    """The script as a booking asks: for what a booking needs, in words of its own."""
    own = {key: script.wording[f"booking_{key}"] for key in ("offer_caller_id", "ask_number")}
    return replace(script, ask=need, wording={**script.wording, **own})


def name_next(script: Script, state: State) -> Move | None:
    """The name, if it is not known: it is read back with the rest."""
    if state.facts.caller_name is not None:
        return None
    state = _asking(state, "name")
    return climb(script, state, "name", NAME) or record(script, state)


def number_wanted(script: Script, state: State) -> Onward | None:
    """The number; read back with the rest, unless it is a piece of one or none that the number plan knows."""
    number, asker = state.facts.number, for_booking(script)
    if number is not None and (confirmed(number) or (number.value and phone.known(number.value))):
        return None
    if number is not None and not number.value:
        if "number_needed" in state.asked:
            return hand_over(script, state, "booking_to_person")
        state = replace(state, pending=(), facts=replace(state.facts, number=None))
        state = announce(state, "number_needed", "booking_number_needed")
        return ask(asker, _asking(state, "number"), "number", (Ask.NUMBER, "booking_ask_number_please"))
    name = state.facts.caller_name
    just_told = state.draft is not None and state.draft.asking == "name" and number is None
    named = just_told and name is not None and bool(name.value)
    state = then(state, "booking_name") if named else state
    return number_next(asker, _asking(state, "number"))


def place_next(script: Script, rules: ReservationRules, state: State) -> Onward | None:
    """A place that is held for the time wanted; None when it is."""
    draft, wanted = drafted(state), wish(rules, state.draft) if state.draft else None
    assert wanted is not None
    held = draft.held
    if held is None or draft.sought != wanted:
        return seek(state, wanted)
    if not held.hold:
        return _unfree(script, rules, state)
    if held.start != wanted.start or wanted.end:
        ladder = put(script, state, "offer", f"offer:{held.start}", OFFER)
        return ladder or hand_over(script, state, "booking_unclear")
    return None


def seek(state: State, wanted: Hold) -> Move:
    """Ask for a place, in place of any that is held."""
    assert state.draft is not None
    draft = replace(state.draft, sought=wanted, held=None, awaiting="hold", agreed="", read="")
    return look(redraft(state, draft), "booking", wanted)


def _unfree(script: Script, rules: ReservationRules, state: State) -> Onward:
    """There is no place: why, and what else there is."""
    draft = drafted(state)
    assert draft.held is not None
    assert draft.sought is not None
    why, sought = _why(rules, state, draft.held, draft.sought), draft.sought
    if why in ("too many", "unknown"):
        return hand_over(script, state, "booking_too_many" if why == "too many" else "booking_cannot_see")
    open_list = not why and bool(draft.free)
    rounds = sum(topic.startswith("why:") for topic in state.asked)
    if not (open_list and draft.open):
        key = "booking_closed_day" if why == "closed" and closed_all_day(rules, draft) else WHY.get(why, WHY[""])
        state = announce(state, f"why:{sought.start}:{sought.party}", key)
    bare = "T" not in sought.start
    if rounds >= ROUNDS:
        return waiting(script, state)
    if why == "too far" or (why == "closed" and closed_all_day(rules, draft)) or not draft.free or (bare and why):
        return other(script, state)
    topic = f"free:{'/'.join(draft.free)}"
    ladder = FREE_ONE if len(draft.free) == 1 else FREE
    return put(script, state, "free", topic, ladder) or waiting(script, state)


def _why(rules: ReservationRules, state: State, held: Held, sought: Hold) -> str:
    """今から is too soon, and not past."""
    if held.why != "past" or not rules.lead_minutes or "T" not in sought.start:
        return held.why
    since = local(state.at).replace(tzinfo=None) - datetime.fromisoformat(sought.start)
    return "too soon" if since < JUST_NOW else held.why


def other(script: Script, state: State) -> Onward:
    """Nothing of what was offered suits: another day or time."""
    return put(script, state, "other", "other", OTHER) or waiting(script, state)


def waiting(script: Script, state: State) -> Onward:
    """A call back in case a place becomes free."""
    return put(script, state, "waiting", "waiting", WAITING) or hand_over(script, state, "booking_to_person")


def read_back(script: Script, state: State, key: str) -> Onward:
    """All of it once more; booked after a yes."""
    draft = drafted(state)
    sealed = seal(draft, state.facts)
    if draft.denied:
        return put(script, state, "wrong", f"wrong:{sealed}", WRONG) or hand_over(script, state, "booking_unclear")
    if draft.agreed == sealed:
        return book(state)
    ladder: tuple[Rung, ...] = ((Ask.OFFER, key), (Ask.OFFER, f"{key}_again"))
    state, topic = redraft(state, replace(draft, read=sealed)), confirming(state)
    if topic not in state.asked and any(each.startswith("confirm:") for each in state.asked):
        state = then(state, "understood")
    return put(script, state, "confirm", topic, ladder) or hand_over(script, state, "booking_unclear")


def confirming(state: State) -> str:
    """The topic of a read-back, by what is said in it: the same words come twice at most, whatever hold they are of."""
    draft, facts = drafted(state), state.facts
    old = draft.old.start if draft.old else ""
    who = [item.value for item in (facts.caller_name, facts.number) if item] if not old else []
    cancels = draft.aim is Reason.RESERVATION_CANCEL
    new = [] if cancels else [draft.place, draft.service, str(draft.party)]
    return "confirm:" + "/".join([old, *new, *who])


def seal(draft: Draft, facts: Facts) -> str:
    """What a yes agrees to, in one line."""
    held = draft.held
    place = f"{held.hold} {held.start}" if held and held.hold and draft.aim is not Reason.RESERVATION_CANCEL else ""
    name, number = facts.caller_name, facts.number
    who = f"{name.value if name else ''} {number.value if number else ''}"
    return f"{draft.aim} {place} {draft.service} {draft.party} {draft.old.key if draft.old else ''} {who}"


def book(state: State) -> Move:
    """Make the booking that was agreed to."""
    draft, facts = drafted(state), state.facts
    assert draft.held is not None
    name, number = facts.caller_name, facts.number
    state = redraft(sure_of(state), replace(draft, awaiting="book"))
    who = (name.value if name else "", number.value if number else "")
    return look(state, "booking", Book(draft.held.hold, *who, note(state)))


def sure_of(state: State) -> State:
    """Name and number were agreed to with the rest."""
    facts, new = state.facts, drafted(state).aim is Reason.RESERVATION_NEW
    company = _sure(facts.company) if new else facts.company
    facts = replace(facts, caller_name=_sure(facts.caller_name), number=_sure(facts.number), company=company)
    return replace(state, facts=facts)


def _sure(item: Captured | None) -> Captured | None:
    return replace(item, status=Status.CONFIRMED) if item and item.value else item


def note(state: State) -> str:
    """What else the booking must hold: the answers to the company's questions, and what else was said of it."""
    draft, facts = state.draft, state.facts
    matter = draft.matter if draft and draft.matter and choices.says_more(draft.matter) else ""
    return "、".join([*(f"{label}:{words}" for label, words in facts.details), *filter(None, [matter])])


def hand_over(script: Script, state: State, *keys: str | Phrase) -> Onward:
    """A person of the company's must see to it: what is wished is noted, and a call back promised."""
    draft = drafted(state)
    wished = _wished(draft)
    details = state.facts.details
    if not draft.handed or "handed" not in state.asked:
        details = (*details, ("ご希望", wished)) if wished and ("ご希望", wished) not in details else details
        state = announce(state, "handed", *keys) if keys else state
    state = replace(state, draft=replace(draft, handed=True, asking=""))
    facts = replace(state.facts, details=details, callback_promised=True)
    return message.rest(for_booking(script), replace(state, facts=facts))


def _wished(draft: Draft) -> str:
    """What the caller would like to have, as far as it was said."""
    when = moment_words(f"{draft.day}T{draft.time}" if draft.day and draft.time else draft.day)
    old = f"{moment_words(draft.old.start)}のご予約" if draft.old else ""
    return "、".join(filter(None, (old, when, people(draft.party))))


def given_up(script: Script, state: State) -> Onward:
    """The caller does not want it after all: nothing is booked, and nothing changed."""
    draft = drafted(state)
    key = "booking_given_up" if draft.aim is Reason.RESERVATION_NEW else "booking_kept"
    facts = replace(state.facts, details=(*state.facts.details, ("ご予約", "お客様が取りやめ")))
    return finished(script, then(replace(state, facts=facts), key), Outcome.GIVEN_UP)


def finished(script: Script, state: State, outcome: Outcome | None = None) -> Onward:
    """The end of this goal: the good-bye, unless something else of the call's is still to be done."""
    below = [frame for frame in state.frames[:-1] if frame is not FrameName.MESSAGE]
    if below or state.facts.callback_promised:
        return state
    return close(script, state, outcome) if outcome else closing.good_bye(script, state)
