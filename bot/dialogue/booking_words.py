"""How a booking is spoken of: what stands in those places of a wording that are about bookings (`PLACES`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.company.rules import Name, ReservationRules
from bot.company.script import Script
from bot.dialogue.booking_draft import Draft, service_of, wish
from bot.dialogue.hours import openings
from bot.dialogue.spoken_times import clock_words, day_words, kanji_number, moment_words, people
from bot.dialogue.state import State

HOUR_MINUTES = 60
DAY_MINUTES = 24 * HOUR_MINUTES

_WANTED = ("when", "old", "wish", "day", "free", "booking", "bookings")
_RULES = ("party", "service", "services", "limit", "most", "ahead")
PLACES = frozenset((*_WANTED, *_RULES))
"""when: what is held or was booked; old: the booking to be changed; wish: what was asked for; day: its day; free: what
is free instead; booking: all of what is agreed to; bookings: those that were found; limit, most, ahead: until how long
before, for how many and how far ahead bookings are taken."""


def places(script: Script, state: State) -> Mapping[str, Name]:
    """What stands at each of them; "" where it is not known."""
    rules, draft = script.rules.reservations, state.draft
    names = dict.fromkeys(PLACES, Name("", ""))
    if rules is None or draft is None:
        return names
    texts = {
        "when": _when(state),
        "old": moment_words(draft.old.start) if draft.old else "",
        "day": day_words(draft.day),
        "party": people(_party(rules, state)),
        "bookings": joined([moment_words(each.start) for each in draft.found or ()], "と"),
        "limit": _before(rules.lead_minutes),
        "most": people(_most(rules, draft)),
        "ahead": f"{kanji_number(rules.days_ahead)}日",
        **_wanted(rules, draft),
    }
    names |= {place: Name(text, text) for place, text in texts.items()}
    service = service_of(rules, draft).name
    several = len(rules.services) > 1
    kinds = Name(
        joined([s.name.text for s in rules.services], "と"), joined([s.name.kana for s in rules.services], "と")
    )
    names |= {"service": service, "services": kinds}
    shown = service if several else Name("", "")
    return names | {"booking": _booking(state, shown, names["party"].text)}


def _most(rules: ReservationRules, draft: Draft) -> int:
    """How many may come at most, for the service wanted if one is known: where each takes a place, no more than the
    largest of its resources has."""
    wanted = [each for each in rules.services if each.key == draft.service] or rules.services
    places = {each.key: each.capacity for each in rules.resources}
    most = [max((places.get(key, 0) for key in each.resources), default=0) for each in wanted if each.per_person]
    return min(rules.party_max, max(most)) if len(most) == len(wanted) else rules.party_max


def _wanted(rules: ReservationRules, draft: Draft) -> dict[str, str]:
    wanted = wish(rules, draft)
    start = wanted.start if wanted else ""
    day = start.partition("T")[0]
    return {"wish": moment_words(start), "free": joined([_short(each, day) for each in draft.free], "か")}


def _when(state: State) -> str:
    """What was booked in this call, or else what is held."""
    held = state.draft.held if state.draft else None
    start = state.facts.booking.start if state.facts.booking else held.start if held and held.hold else ""
    return moment_words(start)


def _party(rules: ReservationRules, state: State) -> int:
    known = state.draft.party if state.draft else 0
    return known if known > 1 or "party" in rules.need else 0


def _booking(state: State, service: Name, party: str) -> Name:
    """All that is agreed to; of a change, before it is made, what differs, for the old booking is named beside it. With
    a new time the party is said too (R10): whoever comes with more tells so then, or never."""
    old, when = state.draft.old if state.draft else None, _when(state)
    if old is not None and state.facts.booking is None and state.draft is not None:
        when = "" if moment_words(old.start) == when else when
        service = Name("", "") if old.service == state.draft.service else service
        party = "" if old.party == state.draft.party and service.text and not when else party
    texts, kanas = (when, service.text, party), (when, service.kana, party)
    return Name("、".join(filter(None, texts)), "、".join(filter(None, kanas)))


def _before(lead: int) -> str:
    if lead >= DAY_MINUTES and lead % DAY_MINUTES == 0:
        return f"{kanji_number(lead // DAY_MINUTES)}日前"
    if lead >= HOUR_MINUTES and lead % HOUR_MINUTES == 0:
        return f"{kanji_number(lead // HOUR_MINUTES)}時間前"
    return f"{kanji_number(lead)}分前"


def _short(start: str, day: str) -> str:
    """The hour alone where that day is being spoken of."""
    return clock_words(datetime.fromisoformat(start)) if day and start.startswith(day) else moment_words(start)


def joined(parts: Sequence[str], word: str) -> str:
    """A、BかC"""
    return f"{'、'.join(parts[:-1])}{word}{parts[-1]}" if len(parts) > 1 else "".join(parts)


def closed_all_day(rules: ReservationRules, draft: Draft) -> bool:
    """Whether no booking at all is taken on the day that was asked for."""
    return bool(draft.day) and not openings(rules, datetime.fromisoformat(draft.day).date())
