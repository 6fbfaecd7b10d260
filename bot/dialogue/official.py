"""The frame *official*: a court, prosecutor, police, tax or labour office, a lawyer.

What is taken: the gist, a reference number, the direct number and extension, a deadline, and that the person concerned
is to call back; all read back once, and urgent. Long texts are not taken down word for word, and nothing is said of
where anybody of the staff is. An emergency goes to a person at once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.company.script import Script
from bot.dialogue import absence, handover, reach
from bot.dialogue.events import Heard
from bot.dialogue.gather import VAGUE, number_next, purpose_next
from bot.dialogue.hours import local
from bot.dialogue.moves import Move, Onward, Rung, announce, ask, climb
from bot.dialogue.spoken_times import moment_words
from bot.dialogue.state import Captured, State, Status
from bot.dialogue.who import caller_next
from nlu.expected import Ask
from nlu.meaning import Answer, Meaning, Reason, Want
from nlu.reasons import offices
from nlu.times.dates import find_moment

REFERENCE = "official_reference"
DEADLINE = "official_deadline"
READ_BACK = "official_read_back"
LABELS = {REFERENCE: "照会番号", DEADLINE: "期限"}

NUMBER: tuple[Rung, ...] = (
    (Ask.NUMBER, "official_number"),
    (Ask.NUMBER, "ask_number_again"),
    (Ask.NUMBER, "ask_number_buttons"),
)


def is_office(company: Captured | None) -> bool:
    """Whether that is a body whose calls come here, whatever they are about."""
    return company is not None and offices.is_office(company.text or company.value)


def takes(script: Script, state: State, heard: Heard) -> State:
    """What was told beyond name, number and matter: each is kept by its name."""
    words, topic = heard.hearing.text, state.asked[-1] if state.asked else ""
    first = state.turns > 1 and state.facts.reason not in VAGUE and not is_office(state.facts.company)
    reason = state.facts.reason if first or _asked_by_name(script, state) else Reason.OFFICIAL
    facts = replace(state.facts, pressing=True, reason=reason)
    state = reach.addressed(_head(script, replace(state, facts=facts)), heard.meaning)
    topic = "" if Want.WAY in heard.meaning.wants else topic
    for refusal, asks in (("official_gist_only", offices.reads_out), ("official_no_whereabouts", offices.asks_where)):
        if asks(words) and refusal not in state.asked:
            return announce(state, refusal, refusal)
    if topic == READ_BACK:
        return _read_back_answered(state, heard)
    return _details(state, topic, heard)


def _asked_by_name(script: Script, state: State) -> bool:
    """Whether a lawyer asks for somebody of ours who is known there: a call for that person. An authority calls as one,
    whomever it asks for."""
    staff, company = state.facts.staff, state.facts.company
    person = script.person(staff.value) if staff else None
    if staff is None or person is None or state.facts.reason is not Reason.PERSON:
        return False
    if company is not None and offices.is_authority(company.text or company.value):
        return False
    return person.family.text in staff.text and not absence.spoken_of(state, staff.text)


def _details(state: State, topic: str, heard: Heard) -> State:
    """A reference number and a deadline, asked for or not."""
    words, meaning = heard.hearing.text, heard.meaning
    found = {REFERENCE: offices.reference(words), DEADLINE: offices.deadline(words)}
    for each, label in LABELS.items():
        if said := found[each]:
            state = _keep(state, label, _due(state, said) if each == DEADLINE else said)
        elif topic == each and _tells(meaning, words) and not found[DEADLINE]:
            state = _keep(state, label, offices.plainly(words))
        elif topic == each:
            state = replace(state, asked=(*state.asked, f"{each}_none"))
    return state


def _due(state: State, said: str) -> str:
    """十二月四日金曜日まで, of a day of the month, this year or next; else of the day that is meant, with its hour."""
    match = re.match(r"([0-9]+)月([0-9]+)日", said)
    now = local(state.at)
    moment = find_moment(said, now)
    meant = "" if moment is None or moment.doubt == "no such day" else moment.end or moment.start
    if match is not None:
        days = (f"{year}-{int(match[1]):02}-{int(match[2]):02}" for year in (now.year, now.year + 1))
        day = next((day for day in days if _exists(day) and date.fromisoformat(day) >= now.date()), "")
        meant = meant if day and meant.startswith(f"{day}T") else day
    return f"{moment_words(meant)}まで" if meant else said


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _tells(meaning: Meaning, words: str) -> bool:
    nothing = meaning.slots.number is not None or meaning.answer in (
        Answer.NO,
        Answer.UNKNOWN,
        Answer.REFUSE,
        Answer.REPEAT,
        Answer.HOLD,
    )
    return not nothing and offices.is_exact(words)


def _keep(state: State, label: str, value: str) -> State:
    """The newest stands: whoever says it again corrects it."""
    rest = tuple(each for each in state.facts.details if each[0] != label)
    return replace(state, facts=replace(state.facts, details=(*rest, (label, value)))) if value else state


def _read_back_answered(state: State, heard: Heard) -> State:
    """A no without the right value drops what was read back: it is asked for again."""
    meaning = heard.meaning
    corrected = _details(state, "", heard)
    if corrected.facts != state.facts:
        return replace(corrected, asked=(*corrected.asked, "official_corrected"))
    if meaning.answer is Answer.NO:
        details = tuple(each for each in state.facts.details if each[0] not in LABELS.values())
        asked = tuple(topic for topic in state.asked if topic != REFERENCE)
        return replace(state, facts=replace(state.facts, details=details), asked=asked)
    return replace(state, asked=(*state.asked, "official_right"))


def _head(script: Script, state: State) -> State:
    """Whoever asks for the head of the company means somebody."""
    staff = state.facts.staff
    if staff is None or script.person(staff.value) is not None:
        return state
    titles = next((titles.split() for role, titles in offices.HEADS.items() if staff.value.startswith(role)), [])
    heads = [person for person in script.staff if person.title in titles]
    if len(heads) != 1:
        return state
    named = Captured(heads[0].key, staff.text or staff.value, Status.HEARD, staff.confidence, (), staff.span)
    return replace(state, facts=replace(state.facts, staff=named), presence=None)


def _wants_anybody(state: State) -> bool:
    """Whether somebody responsible will do, whoever that is, and not the head of the house alone."""
    staff = state.facts.staff
    return staff is not None and staff.text.startswith("責任")


def is_emergency(state: State) -> bool:
    """Whether the police or a hospital calls about something that cannot wait."""
    company = state.facts.company.text + state.facts.company.value if state.facts.company else ""
    words = f"{company} {state.facts.purpose.value if state.facts.purpose else ''} {state.words}"
    return offices.is_emergency(words)


def goes_on(script: Script, state: State) -> Onward:
    """A person at once in an emergency; else who calls, the person asked for, then what a report needs."""
    emergency = is_emergency(state)
    if emergency and (move := handover.hand_over(script, state, Reason.OFFICIAL)):
        return move
    if move := caller_next(script, state):
        return move
    if move := handover.to_person(script, state):
        return move
    if _wants_anybody(state) and (move := handover.to_supervisor(script, state)):
        return move
    onward = reach.wanted_address(script, absence.told(script, state))
    if not isinstance(onward, State):
        return onward
    state = onward
    if move := handover.as_ruled(script, state, Reason.OFFICIAL):
        return move
    state = replace(state, facts=replace(state.facts, callback_promised=True))
    state = announce(state, "official_message", "official_at_once" if emergency else "official_message")
    return _taken(script, state, emergency) or state


def _taken(script: Script, state: State, emergency: bool) -> Move | None:
    """The gist, the reference, the number, the deadline; in an emergency the number alone."""
    if state.facts.purpose is None and (move := purpose_next(script, state)):
        return move
    if not emergency and (move := _detail_next(script, state, REFERENCE)):
        return move
    if state.facts.number is None and (move := climb(script, state, "number", NUMBER)):
        return move
    if move := number_next(script, state):
        return move
    if not emergency and (move := _detail_next(script, state, DEADLINE)):
        return move
    return _read_back(script, state)


def _detail_next(script: Script, state: State, topic: str) -> Move | None:
    """Asked again, shorter, where no answer came."""
    known = any(label == LABELS[topic] for label, _ in state.facts.details)
    if known or f"{topic}_none" in state.asked:
        return None
    return climb(script, state, topic, ((Ask.DETAIL, topic), (Ask.DETAIL, f"{topic}_again")))


def _read_back(script: Script, state: State) -> Move | None:
    kept = state.facts.extension is not None or any(label in LABELS.values() for label, _ in state.facts.details)
    if not kept or "official_right" in state.asked or state.asked.count(READ_BACK) > 1:
        return None
    return ask(script, state, READ_BACK, (Ask.OFFER, READ_BACK))
