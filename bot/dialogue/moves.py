"""The few moves that every part of the dialogue is made of: say, ask, wait, count.

A question has a *topic*; how often the topic was put before decides the rung of its ladder: first plainly,
then again with another wording, then in another way, and never a third time the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import wording
from bot.dialogue.actions import Action, Beep, Phrase, Say, Transfer
from bot.dialogue.state import Outcome, Phase, State
from nlu.expected import Ask, Expected

Move = tuple[State, tuple[Action, ...]]

Onward = Move | State
"""What a goal does next; or, where nothing is left to do for it, the state that it leaves."""

Rung = tuple[Ask, str | Phrase]
"""What is expected after it, and the wording key, or the very words."""

PLAIN_ENDS = frozenset(
    {"silence_end", "closing_machine", "closing_wrong_number", "fax_number", "broke_end"}
    | {"house_end", "house_end_passed_on", "held_end", "held_end_passed_on"}
)
"""Last words after which thanks for the call would ring false."""

COMPLAINTS = frozenset({"closing_complaint", "closing_complaint_callback", "closing_complaint_staff"})
"""Last words after which the caller is thanked for having told us."""

SPEAKING_CEILING_SECONDS = 90.0
"""If a prompt's end is not reported by then the mouth is lost; no prompt is half as long."""

LOOK_SECONDS = 3.0
"""Schedules, lists and bookings are local look-ups; longer than this and we go on without the answer."""


def say(script: Script, state: State, *keys: str | Phrase, protected: bool = False) -> Move:
    """Speak what is pending and then these keys."""
    said = wording.phrases(script, state, state.pending + keys)
    spoken = replace(
        state,
        said=said,
        speaking=True,
        cut=False,
        unheard=False,
        unsaid=None,
        pending=(),
        deadline=state.at + SPEAKING_CEILING_SECONDS,
    )
    return spoken, (Say(said, protected),)


def ask(script: Script, state: State, topic: str, rung: Rung) -> Move:
    """Put a question: what is expected, with the values that are read back, and the words."""
    expecting, key = rung
    facts = state.facts
    named = facts.staff if expecting is Ask.STAFF else facts.caller_name
    before = len(wording.phrases(script, state, state.pending))
    said, actions = say(script, replace(state, asked=(*state.asked, topic)), key)
    question = said.said[before:]
    expected = Expected(
        expecting,
        name=named.value if named else "",
        company=facts.company.value if facts.company else "",
        number=state.number_so_far or (facts.number.value if facts.number else ""),
        email=state.presence.email if state.presence and expecting is Ask.ECHO else "",
        said="".join(phrase.text for phrase in question),
        before=state.told,
        day=state.draft.spoken_of if state.draft else "",
        about=_told_last(state) if expecting is Ask.MORE else None,
    )
    return replace(said, expected=expected, question=question), actions


def _told_last(state: State) -> int | None:
    """The entry that was told last; None where we could not tell, or something else came in between."""
    last = next((topic for topic in reversed(state.asked) if topic.startswith(("answer:", "beyond"))), "")
    return int(last.removeprefix("answer:")) if last.startswith("answer:") else None


def ask_again(script: Script, state: State, *keys: str | Phrase) -> Move:
    """An aside, and the question that stands again."""
    said, actions = say(script, state, *keys)
    whole = said.said + said.question
    return replace(said, said=whole), (Say(whole),) if said.question else actions


def aside(state: State, marker: str) -> State:
    """Note that something was said beside the question that stands; that stays the last of the topics."""
    return replace(state, asked=(*state.asked[:-1], marker, *state.asked[-1:]))


def climb(script: Script, state: State, topic: str, ladder: Sequence[Rung]) -> Move | None:
    """Put the question of the next rung; None when the ladder is exhausted."""
    step = state.asked.count(topic)
    return ask(script, state, topic, ladder[step]) if step < len(ladder) else None


def then(state: State, *keys: str | Phrase) -> State:
    """Have these words said before whatever is said next."""
    return replace(state, pending=(*state.pending, *keys))


def announce(state: State, topic: str, *keys: str | Phrase) -> State:
    """The same, but once a call."""
    if topic in state.asked:
        return state
    return then(replace(state, asked=(*state.asked, topic)), *keys)


def look(state: State, what: str, action: Action) -> Move:
    """Ask the shell; we go on without it where no answer comes in time. `what`: see `State.looking`."""
    return replace(state, looking=what, deadline=state.at + LOOK_SECONDS), (action,)


def record(script: Script, state: State) -> Move:
    """When we cannot understand: take the call as a recorded message, so that no caller ends with nothing."""
    state = replace(state, phase=Phase.RECORDING, expected=Expected(Ask.RECORD, before=state.told), question=())
    state = replace(state, outcome=Outcome.RECORDED, pending=())
    state, actions = say(script, state, "record_intro", protected=True)
    return state, (*actions, Beep())


def close(script: Script, state: State, outcome: Outcome, *keys: str | Phrase) -> Move:
    """Say good-bye; the caller hangs up first, and we when the patience for that has run out."""
    state = replace(state, phase=Phase.CLOSING, expected=Expected(Ask.CLOSING, before=state.told), outcome=outcome)
    last = keys[-1] if keys else ""
    farewell = "goodbye_plain" if last in PLAIN_ENDS else "goodbye_complaint" if last in COMPLAINTS else "goodbye"
    return say(script, state, *keys, farewell, protected=True)


def put_through(script: Script, state: State, to: str, ring_seconds: float, key: str) -> Move:
    """Tell the caller and transfer; no answer brings him back to us."""
    state = replace(state, phase=Phase.TRANSFERRING, expected=None, ring_seconds=ring_seconds)
    state, actions = say(script, state, key, protected=True)
    return state, (*actions, Transfer(to, ring_seconds))


def hearing(state: State, phase: Phase, seconds: float) -> State:
    """Listen: `Due` comes after so many seconds of nothing."""
    return replace(state, phase=phase, speaking=False, deadline=state.at + seconds)
