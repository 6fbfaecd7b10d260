"""An old call through today's code: what was understood and done then, and what would be now.

Two questions, kept apart. Would the same words be understood otherwise? And, from the meanings that were
recorded, would the receptionist act otherwise? The recorded call itself is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

from bot.company.load import vocabulary
from bot.company.script import Script
from bot.dialogue.actions import Action, Say
from bot.dialogue.events import Event, Heard
from bot.dialogue.hours import local
from bot.dialogue.state import State
from bot.dialogue.step import step
from bot.journal import Entry
from nlu.expected import Ask, Expected
from nlu.meaning import Meaning
from nlu.understand import understand


@dataclass(frozen=True, slots=True)
class Turn:
    """One event of a recorded call, and what followed it."""

    event: Event
    understood_now: Meaning | None
    """What `Heard` would mean today; None for other events."""
    did: tuple[Action, ...]
    """As recorded."""
    would_do: tuple[Action, ...]
    """What `step` does today with the recorded event."""

    @property
    def differs(self) -> bool:
        """Whether anything would be otherwise today."""
        understood = isinstance(self.event, Heard) and self.event.meaning != self.understood_now
        return understood or self.did != self.would_do


def turns(script: Script, entries: Iterable[Entry]) -> Iterator[Turn]:
    """The recorded call, event by event."""
    state, words = State(), vocabulary(script)
    for event, did in _grouped(entries):
        understood = None
        if isinstance(event, Heard):
            expected = state.expected or Expected(Ask.OPENING)
            understood = understand(event.hearing, expected, local(event.at), words)
        state, would_do = step(script, state, event)
        yield Turn(event, understood, did, would_do)


def _grouped(entries: Iterable[Entry]) -> Iterator[tuple[Event, tuple[Action, ...]]]:
    """Each event with the actions recorded after it."""
    event: Event | None = None
    did: list[Action] = []
    for entry in entries:
        if isinstance(entry.what, get_args(Event)):
            if event is not None:
                yield event, tuple(did)
            event, did = entry.what, []
        elif isinstance(entry.what, get_args(Action)):
            did.append(entry.what)
    if event is not None:
        yield event, tuple(did)


def lines(turn: Turn) -> Iterator[str]:
    """One turn for reading: the words of both sides, and with "-" and "+" what was and what would be."""
    event = turn.event
    if isinstance(event, Heard):
        yield f"客> {event.hearing.text}"
        if event.meaning != turn.understood_now:
            yield f"- {event.meaning}"
            yield f"+ {turn.understood_now}"
    else:
        yield f"[{type(event).__name__}]"
    if turn.did == turn.would_do:
        yield from map(_action, turn.did)
    else:
        yield from (f"- {_action(action)}" for action in turn.did)
        yield from (f"+ {_action(action)}" for action in turn.would_do)


def _action(action: Action) -> str:
    return f"受付> {action.text}" if isinstance(action, Say) else f"[{action}]"
