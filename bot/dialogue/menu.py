"""The keypad menu of a company that has one: a way in for whoever is not understood, or would rather press a key.

Rule: it is offered once, after two misses before the matter is known or for a key that leads nowhere, and nobody has to
use it; while a number is being asked for, keys are digits.
"""

from __future__ import annotations

from dataclasses import replace

from bot.company.rules import MenuItem
from bot.company.script import Script
from bot.dialogue import handover, hours
from bot.dialogue.moves import Move, ask, then
from bot.dialogue.state import Captured, FrameName, State
from nlu.expected import Ask
from nlu.meaning import Reason

MENU = "menu"
MISSED = "missed"
MISSES = 2

NUMBERS = frozenset({Ask.NUMBER, Ask.CALLER_ID, Ask.CONFIRM_NUMBER, Ask.ECHO})
"""Questions that are answered by many keys."""


def missed(state: State) -> State:
    """Count an utterance that brought nothing; at the front of `State.asked`, where no question stands."""
    return replace(state, asked=(MISSED, *state.asked))


def offered(script: Script, state: State) -> Move | None:
    """The menu, after two misses while nothing is known."""
    unknown = state.facts.purpose is None and state.facts.staff is None and not state.facts.callback_promised
    if state.asked.count(MISSED) < MISSES or not unknown or FrameName.SALES in state.frames:
        return None
    return _offer(script, state, "menu")


def _offer(script: Script, state: State, key: str) -> Move | None:
    if not script.rules.menu or MENU in state.asked:
        return None
    return ask(script, state, MENU, (Ask.OPENING, key))


def listens(script: Script, state: State) -> bool:
    """Whether a key means a choice now."""
    asked = state.expected.ask if state.expected else Ask.OPENING
    return bool(script.rules.menu) and not state.digits and asked not in NUMBERS


def pressed(script: Script, state: State, key: str) -> Move | State | None:
    """What a key leads to: a transfer, or a goal to go on with; None for one that means nothing here."""
    item = next((each for each in script.rules.menu if each.key == key), None)
    if item is None:
        return _offer(script, state, "menu_unknown")
    state = _chosen(state, item)
    tried = f"{handover.HUMAN}:{item.extension}"
    if item.extension and tried not in state.asked and hours.is_open(script.hours, hours.local(state.at)):
        state = replace(state, asked=(*state.asked, handover.HUMAN, tried))
        return handover.to(script, state, item.extension, script.transfer_ring_seconds, "transfer_human")
    return then(state, "understood")


def _chosen(state: State, item: MenuItem) -> State:
    facts = state.facts
    department = Captured(item.department, item.department) if item.department else facts.department
    details = (*facts.details, ("お選びの番号", f"{item.key} {item.text.text}"))
    facts = replace(facts, department=department, reason=item.reason or facts.reason or Reason.MESSAGE, details=details)
    frames = state.frames or (FrameName.MESSAGE,)
    return replace(state, facts=facts, frames=frames, asked=(*state.asked, MENU), silences=0)
