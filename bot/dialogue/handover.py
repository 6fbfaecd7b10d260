"""Handing a call over to a person: who takes calls of that kind now, and the way there and back.

Rule: nobody is handed over twice for one matter, and no extension is tried twice in a call; where nobody answers the
caller is with us again and hears what is done instead. Who insists on somebody responsible goes to the supervisor, and
is never told that there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.company.rules import Group, Why
from bot.company.script import Script
from bot.dialogue import hours, superiors, vip
from bot.dialogue.actions import HandOver, Look
from bot.dialogue.moves import Move, announce, look, put_through, then
from bot.dialogue.reach import AT_DESK, department
from bot.dialogue.state import FrameName, HandingOver, State
from nlu.meaning import Meaning, Reason, SalesOutcome

GoOn = Callable[[Script, State], Move]

GRAVE = frozenset({Reason.COMPLAINT, Reason.CHASE, Reason.OFFICIAL})
"""Reasons that stand when somebody responsible is asked for."""

CALM = frozenset(
    {
        Reason.QUESTION,
        Reason.RESERVATION_NEW,
        Reason.RESERVATION_CHANGE,
        Reason.RESERVATION_CANCEL,
        Reason.APPLICATION,
        Reason.DELIVERY,
    }
)
"""Matters that stay what they are, though somebody responsible is wanted for them."""

GRAVE_FRAMES = frozenset({FrameName.COMPLAINT, FrameName.CHASE, FrameName.OFFICIAL})

HUMAN = "human"
WANTS_SUPERVISOR = ("ご希望", "責任者からのご連絡")
SUPERVISOR = "supervisor"
OPERATOR = "operator"
"""`State.looking` while it is not known whether an operator can be rung."""
EXTENSION = "extension"
ONCE_MORE = "once_more"

WHY = {Reason.OPERATOR: Why.ASKED, Reason.COMPLAINT: Why.COMPLAINT, Reason.QUESTION: Why.BEYOND}
"""Why a call of that reason is handed over; all others because the company wants them to be."""

MISSES = 2
"""Utterances that brought nothing, after which a person is tried; the first words of a call do not count."""


def way(script: Script, state: State, reason: Reason | None) -> Group | None:
    """Who takes such calls at this moment; None where nobody does."""
    now = hours.local(state.at)
    is_open = hours.is_open(script.hours, now)
    groups = tuple(
        group
        for group in script.rules.groups
        if (is_open if group.hours is None else group.hours.start <= now.time() < group.hours.end)
    )
    named = next((group for group in groups if reason in group.reasons), None)
    group = named or next((group for group in groups if not group.reasons), None)
    if group is None and script.human.extension and is_open:
        group = Group(HUMAN, script.human.extension, (), script.human.ring_seconds)
    return group


def is_wanted(script: Script, reason: Reason) -> bool:
    """Whether the company wants calls of that kind handed over without being asked."""
    return reason in script.rules.hand_over or any(reason in group.reasons for group in script.rules.groups)


def as_ruled(script: Script, state: State, reason: Reason) -> Move | None:
    """Over to whoever takes such calls, where the company wants them handed over without being asked."""
    return hand_over(script, state, reason) if is_wanted(script, reason) else None


def hand_over(
    script: Script, state: State, reason: Reason, key: str = "transfer_human", why: Why | None = None
) -> Move | None:
    """Put the caller through to whoever takes such calls; None where nobody does, or it was tried."""
    group = way(script, state, reason)
    if group is None or _tried(state, group.extension or group.key, reason):
        return None
    state = _marked(state, group.extension or group.key, reason)
    if not group.console:
        return to(script, state, group.extension, group.ring_seconds, key)
    return _ring(state, group, why or WHY.get(reason, Why.MATTER), key)


def once_more(script: Script, state: State, reason: Reason) -> Move | None:
    """At the operators again, because the caller wants that himself; there is no third time."""
    group = way(script, state, reason)
    if group is None or not group.console or HUMAN not in state.asked or ONCE_MORE in state.asked:
        return None
    return _ring(replace(state, asked=(*state.asked, ONCE_MORE)), group, Why.ASKED, "transfer_human")


def owes_a_word(state: State) -> bool:
    """Whether who was tried twice at operators, and wants a person still, has to be told that there is none; once."""
    last = [topic for topic in state.asked if topic in (HUMAN, ONCE_MORE)]
    return last[-1:] == [ONCE_MORE]


def _ring(state: State, group: Group, why: Why, key: str) -> Move:
    state = replace(state, frames=state.frames or (FrameName.MESSAGE,), handing=HandingOver(group.key, why, key))
    return look(state, OPERATOR, HandOver(group.key, why, group.ring_seconds, group.operators, group.in_turn))


def without_operator(script: Script, state: State, handing: HandingOver, go_on: GoOn) -> Move:
    """Nobody is at a console: the group's telephone, where it has one; else a call back is promised."""
    group = next((each for each in script.rules.groups if each.key == handing.group), None)
    tried = f"{EXTENSION}:{group.extension}" if group else ""
    if group is not None and group.extension and tried not in state.asked:
        state = replace(state, asked=(*state.asked, tried))
        return to(script, state, group.extension, group.ring_seconds, handing.key)
    return go_on(script, then(_owed(state), "human_unavailable"))


def unasked(script: Script, state: State, misses: int) -> Move | None:
    """Over to a person though nobody asked for one: a caller the company wants treated so, or one whom we do not
    understand."""
    if FrameName.SALES in state.frames or HUMAN in state.asked or state.handing is not None:
        return None
    known = vip.vip_of(script, state)
    if known is not None and known.operator and FrameName.PERSON not in state.frames:
        return hand_over(script, state, Reason.OPERATOR, why=Why.VIP)
    if script.rules.after_misses and misses >= MISSES:
        return hand_over(script, state, Reason.OPERATOR, why=Why.MISSES)
    return None


def to(script: Script, state: State, extension: str, ring_seconds: float, key: str) -> Move:
    """Put through, with a goal to come back to."""
    return put_through(
        script, replace(state, frames=state.frames or (FrameName.MESSAGE,)), extension, ring_seconds, key
    )


def below(frames: tuple[FrameName, ...]) -> tuple[FrameName, ...]:
    """What a grave goal leaves to be resumed: it takes a message and looks for a person itself."""
    return tuple(frame for frame in frames if frame not in (FrameName.MESSAGE, FrameName.PERSON))


def to_person(script: Script, state: State) -> Move | None:
    """To the person asked for, if at the desk, or for a VIP in a meeting; nobody is told here where somebody is."""
    person = script.person(state.facts.staff.value) if state.facts.staff else None
    # a department named in a complaint is what it is about, and not whom the caller wants
    if person is None and "transfer" not in state.asked and FrameName.COMPLAINT not in state.frames:
        return department(script, state)
    if person is None or not person.extension or "transfer" in state.asked:
        return None
    if state.presence is None:
        return look(state, "staff", Look(person.key))
    if state.presence.state != AT_DESK and not vip.puts_through(script, state):
        return None
    state = replace(state, asked=(*state.asked, "transfer"))
    return put_through(script, state, person.extension, script.transfer_ring_seconds, "transfer")


def heard_out(state: State) -> State:
    """Whoever demands somebody responsible asks for nobody by name, and has a complaint if no other matter is known."""
    staff = state.facts.staff
    role = staff is not None and superiors.names_one(staff.text or staff.value)
    facts = replace(state.facts, staff=None if role else staff)
    known = facts.purpose is not None or facts.company is not None
    matter = facts.reason if known and facts.reason in (*GRAVE, *CALM) else Reason.COMPLAINT
    guessed = ({FrameName.PERSON} if role else set()) | (set() if known else GRAVE_FRAMES)
    below = tuple(frame for frame in state.frames if frame not in guessed)
    goal = FrameName.MESSAGE if matter in CALM else FrameName.COMPLAINT
    frames = below if {goal, *GRAVE_FRAMES} & {*below} else (*below, goal)
    return replace(state, facts=replace(facts, reason=matter, pressing=True), frames=frames, presence=None)


def to_supervisor(script: Script, state: State) -> Move | None:
    """Put through to somebody responsible, who may be there in a break as well; None: it becomes an urgent message."""
    extension = script.rules.supervisor
    tried = f"{HUMAN}:{extension}" in state.asked or SUPERVISOR in state.asked
    now = hours.local(state.at)
    there = hours.is_open(script.hours, now) or hours.in_a_break(script.hours, now)
    if not extension or tried or not there:
        return None
    state = replace(state, asked=(*state.asked, SUPERVISOR, f"{HUMAN}:{extension}"))
    return to(script, state, extension, script.human.ring_seconds, "transfer_supervisor")


def supervisor_told(state: State) -> State:
    """Nobody responsible can come now: an urgent message to them, which is promised."""
    return announce(_owed(state, WANTS_SUPERVISOR), SUPERVISOR, "supervisor_told")


def _owed(state: State, *details: tuple[str, str]) -> State:
    """A call back, by whom it was asked for."""
    facts = state.facts
    new = tuple(detail for detail in details if detail not in facts.details)
    pressing = facts.pressing or bool(details)
    facts = replace(facts, pressing=pressing, callback_promised=True, details=(*facts.details, *new))
    return replace(state, facts=facts, frames=state.frames or (FrameName.MESSAGE,))


def returned(state: State) -> State:
    """Nobody took it: what the caller hears depends on whom it was tried with last, and so does what is owed."""
    tried = {"transfer": "transfer_failed", SUPERVISOR: "transfer_failed_supervisor"}
    last = next((topic for topic in reversed(state.asked) if topic in (*tried, HUMAN)), HUMAN)
    if last == "transfer":
        return then(state, tried[last])
    details = (WANTS_SUPERVISOR,) if last == SUPERVISOR else ()
    return then(_owed(state, *details), tried.get(last, "transfer_failed_human"))


def wants_supervisor(state: State, meaning: Meaning) -> bool:
    """Whether somebody responsible is to come to the telephone; who sells asks for one, too, but asks nicely."""
    if FrameName.SALES in state.frames:
        return False
    if superiors.demands_one(state.words):
        return True
    grave = FrameName.COMPLAINT in state.frames or FrameName.CHASE in state.frames
    plain = meaning.sales is None or meaning.sales.outcome is SalesOutcome.NOT_SALES
    polite = "お願い" in state.words or "いただ" in state.words
    return superiors.asks_for_one(state.words) and (grave or (plain and not polite))


def _tried(state: State, extension: str, reason: Reason) -> bool:
    """Whether this telephone rang already, or any other for the same matter."""
    return not {f"{HUMAN}:{extension}", f"{HUMAN}:{reason}", SUPERVISOR}.isdisjoint(state.asked)


def _marked(state: State, extension: str, reason: Reason) -> State:
    return replace(state, asked=(*state.asked, HUMAN, f"{HUMAN}:{reason}", f"{HUMAN}:{extension}"))
