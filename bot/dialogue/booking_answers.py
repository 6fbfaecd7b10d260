"""Answers to what was offered of a booking and read back: which time is taken, which booking is meant, yes and no.

Folds them into `State.draft`; the values of a booking themselves are `booking_values`' business.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.booking_draft import Draft, forget_time, take_start
from bot.dialogue.events import Booking, Heard
from bot.dialogue.state import State
from nlu.meaning import Answer, Moment, Reason
from nlu.times import choices


def drafted(state: State) -> Draft:
    """The booking that is being spoken of, where there is one."""
    assert state.draft is not None, "no booking is spoken of"
    return state.draft


def settled(state: State, heard: Heard) -> State:
    """Answers to what was offered or read back."""
    draft, answer, text = drafted(state), heard.meaning.answer, heard.hearing.text
    if draft.dropped:
        return state
    match draft.asking:
        case "confirm" if answer in (Answer.YES, Answer.NO):
            agreed = draft.read if answer is Answer.YES else ""
            if answer is Answer.NO and draft.aim is Reason.RESERVATION_CANCEL:
                return replace(state, draft=replace(draft, dropped=True))
            draft = replace(draft, agreed=agreed, denied=answer is Answer.NO)
        case "offer" | "free":
            draft = _picked(draft, heard)
        case "weekday" if answer in (Answer.YES, Answer.NO):
            draft = replace(draft, doubt="") if answer is Answer.YES else replace(draft, day="", doubt="")
        case "waiting" if answer in (Answer.YES, Answer.NO):
            draft = replace(draft, handed=answer is Answer.YES, dropped=answer is Answer.NO)
        case "wrong" if answer is Answer.YES:
            draft = replace(draft, denied=False)
        case "other" if heard.meaning.moment is None and (answer is Answer.NO or choices.none_suits(text)):
            return replace(state, asked=(*state.asked, "other", "other"))
        case "which":
            draft = _pointed(draft, heard.meaning.moment, text)
        case _:
            pass
    return replace(state, draft=draft)


def _picked(draft: Draft, heard: Heard) -> Draft:
    """Which of the times that were offered is taken, if any."""
    meaning, text = heard.meaning, heard.hearing.text
    offered = _offered(draft)
    place = choices.chosen(text, len(offered)) if meaning.moment is None else None
    if meaning.answer is Answer.YES and len(offered) == 1:
        place = 0
    if meaning.moment is not None:
        fitting = [start for start in offered if is_it(start, meaning.moment, text)]
        place = offered.index(fitting[0]) if len(fitting) == 1 else None
    if place is not None:
        return take_start(draft, offered[place])
    if meaning.moment is None and (meaning.answer is Answer.NO or choices.none_suits(text)):
        draft = replace(draft, refused=(*draft.refused, *offered))
        return replace(draft, time="", until="") if draft.asking == "offer" and draft.until else draft
    return draft


def _offered(draft: Draft) -> tuple[str, ...]:
    held = draft.held
    return (held.start,) if held and held.hold else draft.free


def is_it(start: str, moment: Moment, text: str) -> bool:
    """Whether that start is what the caller names, by its hour, by its day, or by both."""
    day, _, clock = start.partition("T")
    said_day, _, said = moment.start.partition("T")
    if not said and moment.end:
        return said_day <= day <= moment.end
    if choices.names_day(text) and day != said_day:
        return False
    if not said:
        return day == said_day
    hour, minute = (int(part) for part in clock.split(":"))
    said_hour, said_minute = (int(part) for part in said.split(":"))
    same = hour == said_hour if choices.names_half(text) else hour % 12 == said_hour % 12
    return same and minute == said_minute


def _pointed(draft: Draft, moment: Moment | None, text: str) -> Draft:
    """Which of the bookings that were found is meant."""
    found = draft.found or ()
    place = choices.chosen(text, len(found)) if moment is None else None
    fitting = [each for each in found if moment and is_it(each.start, moment, text)]
    old = found[place] if place is not None else fitting[0] if len(fitting) == 1 else None
    return settle(draft, old) if old else draft


def settle(draft: Draft, old: Booking) -> Draft:
    """This is the booking in question; what was said of its own time is no new wish."""
    same_day = draft.day == old.start[:10] or (not draft.day and bool(draft.time))
    same_time = not draft.time or draft.time == old.start[11:]
    own = same_day and same_time
    if own or draft.aim is Reason.RESERVATION_CANCEL:
        draft = forget_time(draft)
    service = draft.service or old.service
    party = draft.party or max(1, old.party + draft.more)
    return filled(replace(draft, old=old, party=party, more=0, service=service, asking=""))


def filled(draft: Draft) -> Draft:
    """What a change leaves as it was."""
    old = draft.old
    if old is None or draft.aim is not Reason.RESERVATION_CHANGE:
        return draft
    day, _, time = old.start.partition("T")
    if draft.day or draft.time or draft.party != old.party or draft.service != old.service:
        return replace(draft, day=draft.day or day, time=draft.time or time)
    return draft
