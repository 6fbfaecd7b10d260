"""While the caller's own telephone holds us: nobody hears what we say, and what comes is music or an announcement.

Rule: nothing is said into a hold, no silence is counted, and what was begun to be said meanwhile is not the caller's;
what had been said before still counts. Whoever comes back hears once more what we said last, unless he speaks first. A
hold has an end: then we say good-bye, and what was told is reported. Left out: calls that operators have, or that are
being put through, where people listen for themselves; and how a line knows of it.
"""

from __future__ import annotations

from dataclasses import replace

from bot.company.script import Script
from bot.dialogue.actions import Say
from bot.dialogue.events import Event, Heard, LineHeld, Tone
from bot.dialogue.moves import Move, close, hearing
from bot.dialogue.state import Outcome, Phase, State

LONGEST_SECONDS = 180.0
"""Looking something up, or asking a colleague, takes a minute or two; after three somebody has forgotten us."""

BACK_SECONDS = 1.5
"""Whoever comes back says お待たせしました first."""

OURS = frozenset({Phase.TALKING, Phase.RECORDING})
"""Phases in which we would speak, and wait for an answer."""


def turned(script: Script, state: State, event: LineHeld) -> Move:
    """The hold begins, or is over."""
    if event.on == (state.held is not None):
        return state, ()
    if event.on:
        return replace(state, held=event.at, cut=state.cut or state.speaking), ()
    state = replace(state, held=None)
    if state.phase is Phase.RECORDING:
        return hearing(state, state.phase, script.patience.recording), ()
    if state.phase is not Phase.TALKING:
        return state, ()
    return replace(state, cut=True, waiting=False, silences=0, deadline=event.at + BACK_SECONDS), ()


def is_not_the_caller(state: State, event: Event) -> bool:
    """Whether this was heard of a caller who holds us. Words that began before it are still the caller's."""
    if state.held is None or state.began is None:
        return False
    return isinstance(event, Tone) or (isinstance(event, Heard) and state.began.at + event.span[0] >= state.held)


def silenced(move: Move) -> Move:
    """Nothing is said meanwhile; it is, once the caller is back."""
    state, actions = move
    since = state.held
    if since is None or state.phase not in OURS:
        return move
    unsaid = any(isinstance(action, Say) for action in actions)
    state = replace(state, speaking=False, cut=state.cut or unsaid, unheard=state.unheard and not unsaid)
    state = replace(state, deadline=max(state.at, since + LONGEST_SECONDS))
    return state, tuple(action for action in actions if not isinstance(action, Say))


def over(script: Script, state: State) -> Move:
    """The caller does not come back: good-bye, in case it is heard after all."""
    told = state.turns > 0 or bool(state.digits)
    recorded = state.phase is Phase.RECORDING
    outcome = (Outcome.RECORDED if recorded else Outcome.ABANDONED) if told else Outcome.NOTHING
    state = replace(state, pending=(), digits="")
    return close(script, state, outcome, "held_end_passed_on" if told else "held_end")
