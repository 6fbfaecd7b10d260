"""What an utterance tells of a booking: day and time, how many, for what; which of the offered it takes; what is wrong.

Folds it into `State.draft`. The caller's name and number are taken by `gather`, but for those that correct a read-back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.company.rules import ReservationRules
from bot.company.script import Script
from bot.dialogue.booking_answers import drafted, filled, is_it, settled
from bot.dialogue.booking_draft import Draft, forget_time
from bot.dialogue.events import Heard
from bot.dialogue.hours import local
from bot.dialogue.state import Captured, Facts, State
from nlu.expected import Ask
from nlu.identity.names import readings
from nlu.kana import is_kana, to_katakana
from nlu.meaning import PLAIN, SURE, Answer, Meaning, Moment, Reason
from nlu.normalize import normalize
from nlu.times import choices
from nlu.times.days import NO_SUCH_DAY, PAST, WEEKDAY_DIFFERS
from nlu.times.party import party_change

PLAIN_QUESTIONS = frozenset({"when", "time", "day", "party", "service", "change", "name", "number"})
"""Questions for one thing, whose words do not hang on what was told before."""

UNBOOKED = frozenset({"offer", "free", "other", "waiting"})
"""Questions after a time that cannot be had."""
PUT_OFF_SERVICE = "put off:service"
"""Topic of a caller who told something else when he was asked for what he books."""
SOUGHT_AGAIN, MOST_SOUGHT = "sought_again", 2
"""Topic of a booking that is looked for once more under a corrected name, and how often it may be."""
BOOKINGS = frozenset({Reason.RESERVATION_NEW, Reason.RESERVATION_CHANGE, Reason.RESERVATION_CANCEL})

AGREEING = frozenset({"confirm", "offer", "weekday", "waiting"})
"""Questions of the frame that yes or no answers."""

ANSWERED = AGREEING | {"name", "number"}
"""Those after which いいです alone drops nothing."""

OPEN = frozenset({"when", "time", "day", "free", "which", "party", "service", "change", "other"})
"""Those that any wish answers; いいです then means that nothing is wanted."""


def take(script: Script, rules: ReservationRules, state: State, heard: Heard) -> State:
    """The state with all that was told of the booking."""
    state = _begun(rules, state, heard)
    draft = state.draft
    if draft is None or draft.dropped:
        return state
    if draft.handed:
        return _left(state) if choices.drops(heard.hearing.text) else _sought_again(state, heard)
    state = _kept_matter(state, heard)
    if aside(state, heard.meaning):
        return state
    before, known = draft, state.facts
    state = _aimed(state, heard)
    state = settled(state, heard)
    state = _valued(rules, state, heard)
    if state.draft is not None and state.draft.asking in ("confirm", "wrong"):
        state = _corrected(state, heard, before)
    state = _detailed(rules, state, heard)
    told = _values(drafted(state)) != _values(before) or state.facts.details != known.details
    return put_off(state) if told else state


def _left(state: State) -> State:
    """The caller does not want to be called back about it either."""
    facts = replace(state.facts, callback_promised=False)
    return replace(state, facts=facts, draft=replace(drafted(state), handed=False, dropped=True))


def _sought_again(state: State, heard: Heard) -> State:
    """Nothing was found under a name that was misheard: it is looked for under the right one, so often at most."""
    draft, meaning = drafted(state), heard.meaning
    spelt = state.expected is not None and state.expected.ask is Ask.KANA
    righted = meaning.slots.caller_name is not None and (spelt or meaning.answer is Answer.CORRECT)
    missing = draft.aim is not Reason.RESERVATION_NEW and draft.found == () and draft.old is None
    if not righted or not missing or state.asked.count(SOUGHT_AGAIN) >= MOST_SOUGHT:
        return state
    facts = replace(state.facts, callback_promised=False)
    draft = replace(draft, handed=False, found=None, tries=0, number_tried="", asking="")
    return replace(state, facts=facts, draft=draft, asked=(*state.asked, SOUGHT_AGAIN))


def put_off(state: State) -> State:
    """The caller told something else than was asked for: the question was not badly answered, and is put as before;
    once, so that no call goes round for ever."""
    topic = state.asked[-1] if state.asked else ""
    again = f"put off:{topic}"
    if not topic or again in state.asked or drafted(state).asking not in PLAIN_QUESTIONS:
        return state
    return replace(state, asked=(*state.asked[:-1], again))


def _begun(rules: ReservationRules, state: State, heard: Heard) -> State:
    if state.draft is not None:
        return state
    told = next((each for each in (heard.meaning.reason, state.facts.reason) if each in BOOKINGS), None)
    unsure = heard.meaning.confidence < PLAIN and not choices.cancels(heard.hearing.text)
    if told is Reason.RESERVATION_CANCEL is heard.meaning.reason and unsure:
        told = Reason.RESERVATION_CHANGE  # where we ask which of the two is meant
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
    told = meaning.reason if meaning.reason in BOOKINGS and meaning.confidence >= SURE else None
    new = draft.aim is Reason.RESERVATION_NEW
    if new and draft.asking in UNBOOKED and choices.cancels(text) and not _spoke_of_booking(state, text):
        draft = replace(draft, aim=Reason.RESERVATION_CANCEL, asking="", sought=None, held=None)
        return replace(state, draft=draft, facts=replace(state.facts, reason=Reason.RESERVATION_CANCEL))
    cancels = draft.aim is Reason.RESERVATION_CHANGE and _only_cancels(text, draft)
    if cancels and not choices.keeps(text):  # なかったことにしてください gives up the booking
        return replace(state, draft=_turned(draft, Reason.RESERVATION_CANCEL))
    ends = draft.asking == "confirm" and not new and choices.keeps(text)
    ends = ends or (draft.asking in ANSWERED and choices.drops(text))
    ends = ends or (draft.asking in OPEN and meaning.moment is None and choices.gives_up(text))
    ends = ends or (new and bool(draft.asking) and choices.cancels(text) and meaning.moment is None)
    if ends and draft.asking:
        return replace(state, draft=replace(draft, dropped=True))
    if new and draft.sought is None and told in (Reason.RESERVATION_CHANGE, Reason.RESERVATION_CANCEL):
        return replace(state, draft=replace(draft, aim=told, asking=""))
    if not new and told in (Reason.RESERVATION_CHANGE, Reason.RESERVATION_CANCEL) and told is not draft.aim:
        return replace(state, draft=_turned(draft, told))
    return state


def _turned(draft: Draft, aim: Reason) -> Draft:
    """Another thing is to be done with a booking that there is; the time that was sought for it goes."""
    return forget_time(replace(draft, aim=aim, asking=""))


def _spoke_of_booking(state: State, text: str) -> bool:
    """Whether the caller had said that something was to be booked: else it is an appointment that there is."""
    purpose = state.facts.purpose.value if state.facts.purpose else ""
    return choices.names_booking(purpose.removesuffix(text).strip())


def _only_cancels(text: str, draft: Draft) -> bool:
    return bool(draft.asking) and choices.cancels(text)


def _valued(rules: ReservationRules, state: State, heard: Heard) -> State:
    """Day and time, party, service."""
    draft, meaning, text = drafted(state), heard.meaning, heard.hearing.text
    if draft.dropped or draft.asking.startswith("detail:"):
        return state  # 三月から, said of what a booking must hold, is no wish for a day
    old = draft.old
    pointing = draft.asking == "which" or (draft.aim is Reason.RESERVATION_CANCEL and old is not None)
    picked = draft.asking in ("offer", "free") and _is_picked(draft, meaning, text)
    if meaning.moment is not None and not pointing and not picked and not _is_name(meaning):
        draft = with_moment(draft, meaning.moment, text, local(state.at).date().isoformat())
    if meaning.slots.party is not None and meaning.slots.party.value.isdigit() and not pointing:
        draft = replace(draft, party=int(meaning.slots.party.value), more=0)
    elif change := party_change(text):
        draft = replace(draft, party=max(1, draft.party + change)) if draft.party else replace(draft, more=change)
    if choices.leaves_open(text) and draft.asking in ("when", "time", "day", "other") and not draft.time:
        draft = replace(draft, open=True)
    service = _service(rules, draft, text)
    return replace(state, draft=filled(replace(draft, service=service)))


def _is_name(meaning: Meaning) -> bool:
    """Whether what sounds like a day is a name: 五日市."""
    name = meaning.slots.caller_name
    return name is not None and meaning.moment is not None and meaning.moment.text in name.text


def _is_picked(draft: Draft, meaning: Meaning, text: str) -> bool:
    """Whether the time named is one of those offered, which is settled already."""
    named = meaning.moment is not None and bool(draft.day and draft.time)
    return named and meaning.moment is not None and is_it(f"{draft.day}T{draft.time}", meaning.moment, text)


def with_moment(draft: Draft, moment: Moment, text: str, today: str) -> Draft:
    """The draft with a day, a time, or both, as they were said; what was not said stays."""
    day, _, time = moment.start.partition("T")
    last, _, until = moment.end.partition("T")
    if choices.names_day(text):
        impossible = moment.doubt == NO_SUCH_DAY or (moment.doubt == PAST and day != today)
        day = _within(draft, day, text) if not last else day
        doubt = moment.doubt if impossible or moment.doubt == WEEKDAY_DIFFERS else ""
        draft = replace(draft, day="" if impossible else day, last_day="" if time else last, doubt=doubt, open=False)
    if time:
        half = choices.names_half(moment.text or text)
        fitted = time if half or until else _in_span(draft, time)
        draft = replace(draft, time=fitted, until=until, either=not half and fitted == time, open=False)
    return draft


def _within(draft: Draft, day: str, text: str) -> str:
    """土曜日 said of 来週 is next week's, and so is 水曜 once the talk is of a day in that week."""
    monday = _monday(draft.day) if draft.day else date.min
    if choices.names_weekday_alone(text) and _monday(day) < monday:
        day = (date.fromisoformat(day) + (monday - _monday(day))).isoformat()
    if not draft.last_day or draft.day <= day <= draft.last_day:
        return day
    later = (date.fromisoformat(day) + timedelta(days=7)).isoformat()
    return later if draft.day <= later <= draft.last_day else day


def _monday(day: str) -> date:
    found = date.fromisoformat(day)
    return found - timedelta(days=found.weekday())


def _in_span(draft: Draft, time: str) -> str:
    """十時半 said of 午前中 is in the morning."""
    hour, _, minute = time.partition(":")
    other = f"{(int(hour) + 12) % 24:02}:{minute}"
    only_other = draft.time <= other <= draft.until and not draft.time <= time <= draft.until
    return other if only_other else time


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


def has_matter(rules: ReservationRules, draft: Draft, asked: bool) -> bool:
    """Whether it was told what the booking is for, not only that one is wanted; `asked`: the question was put, and a
    single word answers it (熱があります)."""
    told = [word for question in rules.questions for word in question.said]
    told += [word for service in rules.services for word in (service.name.text, *service.said)]
    return choices.says_more(draft.matter or "", *told, least=1 if asked else 2)


def aside(state: State, meaning: Meaning) -> bool:
    """Whether something is asked of the script, rather than the question that stands answered."""
    asked = state.expected.ask if state.expected else None
    kind = meaning.known.kind if meaning.known else "none"
    if meaning.moment is not None or meaning.slots.party is not None:
        return meaning.reason is Reason.QUESTION and kind == "entry"
    if asked in (Ask.PURPOSE, Ask.DETAIL) or choices.cancels(state.words):
        return kind == "entry"
    if asked is Ask.WHEN and choices.leaves_open(state.words):
        return False
    return kind != "none" or meaning.reason is Reason.QUESTION
