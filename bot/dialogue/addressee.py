"""For whom a call is: whoever of the house is called for last, whatever was asked and whatever the call is about.

Told that the one is away, or on second thought, callers ask for another. Who is only spoken of (石田さんからお電話を
いただいた件) takes nobody's place, and neither does a role or a name that nobody has here. What was found out, offered
and promised of the former is void.
"""

from __future__ import annotations

from dataclasses import replace

from bot.company.script import Script
from bot.dialogue.events import Heard
from bot.dialogue.placed import placed
from bot.dialogue.state import Captured, FrameName, State, Status

FORMER = (
    *("away", "transfer", "offer_", "email", "mobile", "colleague"),
    *("callback_answered", "no_way", "way_wanted", "other_wanted"),
)
"""How topics begin that were about the former person."""


def taken(script: Script, state: State, heard: Heard) -> State:
    """The person that an utterance calls for in place of another."""
    said, staff = heard.meaning.slots.staff, state.facts.staff
    if said is None or staff is None or said.value == staff.value or script.person(said.value) is None:
        return forgotten(state)
    told_away = state.presence is not None and state.frames[-1:] == (FrameName.PERSON,)
    if not heard.meaning.called and not told_away:
        return state
    item = Captured(said.value, said.text, Status.HEARD, said.confidence, said.alternatives, placed(heard, said))
    return forgotten(replace(state, facts=replace(state.facts, staff=item, callback_promised=False)))


def forgotten(state: State) -> State:
    """Without what is known of somebody who is not asked for any more."""
    staff = state.facts.staff
    if state.presence is None or staff is None or staff.value == state.presence.staff:
        return state
    asked = tuple(topic for topic in state.asked if not topic.startswith(FORMER))
    return replace(state, presence=None, colleague=None, asked=asked)
