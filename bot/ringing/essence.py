"""What of an urgent call is read to somebody on the telephone: who called, for whom, about what, and the number. Pure.

Rule: as short as can be written down by ear, the number slowly and in the number plan's groups; what was not confirmed
is said to be so. The report's mail has the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue.actions import Phrase
from bot.dialogue.state import State, Status
from bot.dialogue.wording import phrases
from bot.reporting.fields import gist_of
from bot.ringing.talk import Part
from nlu import phone

_STOPS = "。.?？!！"


def spoken(script: Script, state: State, parts: tuple[Part, ...]) -> tuple[Phrase, ...]:
    """These parts of the talk about the call that came to this state."""
    said: list[Phrase] = []
    for part in parts:
        said += essence(script, state) if part is Part.ESSENCE else phrases(script, state, (part.value,))
    return tuple(said)


def essence(script: Script, state: State) -> tuple[Phrase, ...]:
    """The call."""
    return tuple(
        replace(phrase, slow=True) if key in ("route_number", "route_shown") else phrase
        for key in _keys(script, state)
        for phrase in _phrases(script, state, key)
    )


def _keys(script: Script, state: State) -> Iterator[str]:
    facts = state.facts
    named = facts.caller_name is not None or (facts.company is not None and bool(facts.company.value))
    yield "route_caller" if named else "route_nameless"
    if facts.staff is not None and script.person(facts.staff.value):
        yield "route_staff"
    if facts.urgent:
        yield "route_hurry"
    if facts.purpose is not None and (facts.purpose.value or facts.purpose.text):
        yield "route_matter"
    if facts.number is not None and facts.number.value:
        yield "route_number"
        if facts.number.status is not Status.CONFIRMED:
            yield "route_unsure"
    else:
        yield "route_numberless"
        if state.began is not None and state.began.caller.isdigit():
            yield "route_shown"
    if facts.callback_promised:
        yield "route_promised"


def _phrases(script: Script, state: State, key: str) -> tuple[Phrase, ...]:
    said = phrases(script, state, (key,))
    if key == "route_matter":
        gist, _ = gist_of(state.facts.purpose)
        return (*said, Phrase(gist if gist.endswith(tuple(_STOPS)) else f"{gist}。"))
    if key == "route_shown" and state.began is not None:
        groups = phone.groups(state.began.caller)
        return (*said, Phrase(f"{phone.written(groups)}です。", f"{phone.spoken(groups)}です。"))
    return said
