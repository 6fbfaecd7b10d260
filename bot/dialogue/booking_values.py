"""What an utterance tells of a booking: day and time, how many, for what; which of the offered it takes; what is wrong.

Folds it into `State.draft`. The caller's name and number are taken by `gather`, but for those that correct a read-back.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.booking_draft import Draft, forget_time, take_start
from bot.dialogue.events import Booking, Heard
from bot.dialogue.hours import local
from bot.dialogue.state import Captured, Facts, State
from bot.rules import ReservationRules
from bot.script import Script
from nlu import choices
from nlu.days import NO_SUCH_DAY, PAST, WEEKDAY_DIFFERS
from nlu.kana import is_kana, to_katakana
from nlu.meaning import Answer, Ask, Meaning, Moment, Reason
from nlu.names import readings
from nlu.normalize import normalize

BOOKINGS = frozenset({Reason.RESERVATION_NEW, Reason.RESERVATION_CHANGE, Reason.RESERVATION_CANCEL})

PLAIN = 0.8
"""Confidence from which a change of mind about what to do with the booking is believed."""

AGREEING = frozenset({"confirm", "offer", "weekday", "waiting"})
"""Questions of the frame that yes or no answers."""

ANSWERED = AGREEING | {"name", "number"}
"""Those after which いいです alone drops nothing."""

OPEN = frozenset({"when", "time", "day", "free", "which", "party", "service", "change", "other"})
"""Those that any wish answers; いいです then means that nothing is wanted."""


def drafted(state: State) -> Draft:
    """The booking that is being spoken of, where there is one."""
    assert state.draft is not None, "no booking is spoken of"
    return state.draft


def take(script: Script, rules: ReservationRules, state: State, heard: Heard) -> State:
    """The state with all that was told of the booking."""
    state = _begun(rules, state, heard)
    draft = state.draft
    if draft is None or draft.handed or draft.dropped:
        return state
    state = _kept_matter(state, heard)
    if aside(state, heard.meaning):
        return state
    before = draft
    state = _aimed(state, heard)
    state = _settled(state, heard)
    state = _valued(rules, state, heard)
    if state.draft is not None and state.draft.asking in ("confirm", "wrong"):
        state = _corrected(state, heard, before)
    return _detailed(rules, state, heard)


def _begun(rules: ReservationRules, state: State, heard: Heard) -> State:
    if state.draft is not None:
        return state
    told = next((each for each in (heard.meaning.reason, state.facts.reason) if each in BOOKINGS), None)
    only = rules.services[0].key if len(rules.services) == 1 else ""
    return replace(state, draft=Draft(told or Reason.RESERVATION_NEW, service=only))


def _kept_matter(state: State, heard: Heard) -> State:
    """Answers that are values of the booking are no part of its matter; whatever else was said is."""
    draft, purpose, meaning = drafted(state), state.facts.purpose, heard.meaning
    values = (meaning.slots.when, meaning.slots.party, meaning.slots.number, meaning.slots.caller_name)
    known = [meaning.moment.text if meaning.moment else "", *(slot.text for slot in values if slot)]
    more = choices.says_more(heard.hearing.text, *known) and draft.asking not in ("", "name", "number")
    detail = draft.asking.startswith("detail:")
    if draft.matter is not None and not detail and (more or draft.asking == "purpose"):
        return replace(state, draft=replace(draft, matter=purpose.value if purpose else draft.matter))
    if draft.matter is None:
        return replace(state, draft=replace(draft, matter=purpose.value if purpose else ""))
    kept = replace(purpose, value=draft.matter) if purpose and draft.matter else None
    return replace(state, facts=replace(state.facts, purpose=kept))


def _aimed(state: State, heard: Heard) -> State:
    """The caller may say only now, or say otherwise, what is to be done."""
    draft, meaning, text = drafted(state), heard.meaning, heard.hearing.text
    told = meaning.reason if meaning.reason in BOOKINGS and meaning.confidence >= PLAIN else None
    new = draft.aim is Reason.RESERVATION_NEW
    ends = draft.asking == "confirm" and not new and choices.keeps(text)
    ends = ends or (draft.asking in ANSWERED and choices.drops(text))
    ends = ends or (draft.asking in OPEN and meaning.moment is None and choices.gives_up(text))
    ends = ends or (new and bool(draft.asking) and choices.cancels(text) and meaning.moment is None)
    if ends and draft.asking:
        return replace(state, draft=replace(draft, dropped=True))
    if draft.aim is Reason.RESERVATION_CHANGE and (told is Reason.RESERVATION_CANCEL or _only_cancels(text, draft)):
        return replace(state, draft=forget_time(replace(draft, aim=Reason.RESERVATION_CANCEL, asking="")))
    if new and draft.sought is None and told in (Reason.RESERVATION_CHANGE, Reason.RESERVATION_CANCEL):
        return replace(state, draft=replace(draft, aim=told, asking=""))
    if draft.aim is Reason.RESERVATION_CANCEL and told is Reason.RESERVATION_CHANGE:
        return replace(state, draft=forget_time(replace(draft, aim=told, asking="")))
    return state


def _only_cancels(text: str, draft: Draft) -> bool:
    return bool(draft.asking) and choices.cancels(text)


def _settled(state: State, heard: Heard) -> State:
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
        fitting = [start for start in offered if _is_it(start, meaning.moment, text)]
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


def _is_it(start: str, moment: Moment, text: str) -> bool:
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
    fitting = [each for each in found if moment and _is_it(each.start, moment, text)]
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
    return filled(replace(draft, old=old, party=draft.party or old.party, service=service, asking=""))


def filled(draft: Draft) -> Draft:
    """What a change leaves as it was."""
    old = draft.old
    if old is None or draft.aim is not Reason.RESERVATION_CHANGE:
        return draft
    day, _, time = old.start.partition("T")
    if draft.day or draft.time or draft.party != old.party or draft.service != old.service:
        return replace(draft, day=draft.day or day, time=draft.time or time)
    return draft


def _valued(rules: ReservationRules, state: State, heard: Heard) -> State:
    """Day and time, party, service."""
    draft, meaning, text = drafted(state), heard.meaning, heard.hearing.text
    if draft.dropped:
        return state
    old = draft.old
    pointing = draft.asking == "which" or (draft.aim is Reason.RESERVATION_CANCEL and old is not None)
    picked = draft.asking in ("offer", "free") and state.draft is not None and _is_picked(draft, meaning, text)
    if meaning.moment is not None and not pointing and not picked:
        draft = with_moment(draft, meaning.moment, text, local(state.at).date().isoformat())
    if meaning.slots.party is not None and meaning.slots.party.value.isdigit() and not pointing:
        draft = replace(draft, party=int(meaning.slots.party.value))
    if choices.leaves_open(text) and draft.asking in ("when", "time", "day", "other") and not draft.time:
        draft = replace(draft, open=True)
    service = _service(rules, draft, text)
    return replace(state, draft=filled(replace(draft, service=service)))


def _is_picked(draft: Draft, meaning: Meaning, text: str) -> bool:
    """Whether the time named is one of those offered, which is settled already."""
    return meaning.moment is not None and _is_it(f"{draft.day}T{draft.time}", meaning.moment, text) and bool(draft.time)


def with_moment(draft: Draft, moment: Moment, text: str, today: str) -> Draft:
    """The draft with a day, a time, or both, as they were said; what was not said stays."""
    day, _, time = moment.start.partition("T")
    last, _, until = moment.end.partition("T")
    if choices.names_day(text):
        impossible = moment.doubt == NO_SUCH_DAY or (moment.doubt == PAST and day != today)
        doubt = moment.doubt if impossible or moment.doubt == WEEKDAY_DIFFERS else ""
        draft = replace(draft, day="" if impossible else day, last_day="" if time else last, doubt=doubt, open=False)
    if time:
        half = choices.names_half(moment.text or text)
        draft = replace(draft, time=time, until=until, either=not half, open=False)
    return draft


def _service(rules: ReservationRules, draft: Draft, text: str) -> str:
    """The service named, by the longest of its names that occurs; else the one known."""
    plain = normalize(text)
    named = [
        (len(word), service.key)
        for service in rules.services
        for word in (service.name.text, *service.said)
        if normalize(word) in plain
    ]
    if not named or (draft.service and draft.asking not in ("", "service", "confirm", "wrong", "change", "when")):
        return draft.service
    return max(named)[1]


def _corrected(state: State, heard: Heard, before: Draft) -> State:
    """A read-back was answered by what was wrong of it, or by which part of it was."""
    draft, facts, meaning = drafted(state), state.facts, heard.meaning
    name, number = meaning.slots.caller_name, meaning.slots.number
    if name is not None and name.value:
        facts = _replaced(facts, "caller_name", Captured(name.value, name.text, confidence=name.confidence))
    if number is not None and number.value:
        facts = _replaced(facts, "number", Captured(number.value, number.text, confidence=number.confidence))
    told = (draft.day, draft.time, draft.party, draft.service) != (
        before.day,
        before.time,
        before.party,
        before.service,
    )
    again = (name is not None or number is not None) and meaning.answer is not Answer.YES
    told = told or again or facts != state.facts
    if not told and meaning.answer is Answer.CORRECT and (sound := _name_of(meaning.correction)):
        facts, told = _replaced(facts, "caller_name", Captured(sound)), True
    items = choices.wrong(heard.hearing.text) if not told and meaning.answer is not Answer.YES else ()
    draft = _cleared(draft, items)
    for item in items:
        facts = {"name": facts.put("caller_name", None), "number": facts.put("number", None)}.get(item, facts)
    if told or items:
        draft = replace(draft, denied=False, agreed="")
    elif meaning.answer is Answer.CORRECT:
        draft = replace(draft, denied=True, agreed="")
    return replace(state, draft=draft, facts=facts)


def _values(draft: Draft) -> tuple[str, str, int, str]:
    return draft.day, draft.time, draft.party, draft.service


def _replaced(facts: Facts, field: str, item: Captured) -> Facts:
    old = facts.get(field)
    return facts if old is not None and old.value == item.value else facts.put(field, item)


def _name_of(words: str) -> str:
    """A name that stands alone in place of the one read back, as it sounds."""
    if not words or any(letter.isdigit() for letter in words) or choices.cancels(words):
        return ""
    kana = to_katakana(words)
    return kana if is_kana(kana) else next(iter(readings(words)), "")


def _cleared(draft: Draft, items: tuple[str, ...]) -> Draft:
    for item in items:
        match item:
            case "day":
                draft = replace(draft, day="", last_day="")
            case "time":
                draft = replace(draft, time="", until="")
            case "party":
                draft = replace(draft, party=0)
            case _:
                pass
    return draft


def _detailed(rules: ReservationRules, state: State, heard: Heard) -> State:
    """Answers to the company's own questions, asked for or told before."""
    draft, text = drafted(state), heard.hearing.text.strip()
    for question in rules.questions:
        asked = draft.asking == f"detail:{question.key}"
        aside = heard.meaning.answer in (Answer.REPEAT, Answer.HOLD) or heard.meaning.reason is Reason.QUESTION
        told = next((word for word in question.said if normalize(word) in normalize(text)), "")
        known = dict(state.facts.details).get(question.label)
        if (asked and text and not aside) or (told and known is None):
            words = text if asked else told
            kept = tuple(each for each in state.facts.details if each[0] != question.label)
            facts = replace(state.facts, details=(*kept, (question.label, words)))
            state = replace(state, facts=facts)
    return state


def has_matter(rules: ReservationRules, draft: Draft) -> bool:
    """Whether it was told what the booking is for, and not only that one is wanted."""
    told = [word for question in rules.questions for word in question.said]
    told += [word for service in rules.services for word in (service.name.text, *service.said)]
    return choices.says_more(draft.matter or "", *told)


def aside(state: State, meaning: Meaning) -> bool:
    """Whether something is asked of the script, rather than the question that stands answered."""
    asked = state.expected.ask if state.expected else None
    kind = meaning.known.kind if meaning.known else "none"
    if meaning.moment is not None or meaning.slots.party is not None:
        return meaning.reason is Reason.QUESTION and kind == "entry"
    if asked in (Ask.PURPOSE, Ask.DETAIL):
        return kind == "entry"
    return kind != "none" or meaning.reason is Reason.QUESTION
