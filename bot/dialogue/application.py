"""The frame *application*: somebody wants to work here. It goes to whoever hires; applicants have no company."""

from __future__ import annotations

from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import handover, message
from bot.dialogue.events import Heard
from bot.dialogue.moves import Onward, announce
from bot.dialogue.state import Captured, State
from nlu.meaning import Reason


def takes(script: Script, state: State, heard: Heard) -> State:
    """A private person, unless a company was named."""
    if state.facts.company is not None:
        return state
    return replace(state, facts=replace(state.facts, company=Captured("", "個人")))


def goes_on(script: Script, state: State) -> Onward:
    """Over to whoever hires where the company wants that, else a message."""
    if move := handover.as_ruled(script, state, Reason.APPLICATION):
        return move
    return message.rest(script, announce(state, "application", "application_noted"))
