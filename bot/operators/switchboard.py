"""The switchboard: which calls are live, who is at a console, and what the two have to do with one another.

The async shell of `bot/operators/board`, which decides. Rule: orders and news pass at once and in order, on the loop
of the calls; there is one timer, the board's next deadline. A call never waits for a console (`console`), and a
console sees the calls of its operator's companies and no others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.clock import Now
from bot.company.script import Script
from bot.dialogue.actions import HandOver
from bot.dialogue.events import Event
from bot.dialogue.state import Phase, State
from bot.operators import board
from bot.operators.cards import Subject, card_of
from bot.operators.console import Console, OperatorIdentity
from bot.operators.duty import Board, Effect, LiveCall, Tell, ToCall
from bot.operators.messages import (
    CallCard,
    CallChanged,
    CallEnded,
    Mode,
    News,
    OperatorChanged,
    Order,
    Refused,
    Said,
    Snapshot,
    Where,
)
from bot.operators.relay import Circle, Relay
from bot.operators.transcript import Transcript
from bot.store import Call
from voice.lines import Second


class Led(Protocol):
    """A live call, as the one who leads it shows it to the switchboard."""

    record: Call
    script: Script
    state: State
    relay: Relay
    second: Second | None
    """Where its line can ring a second telephone."""

    def happened(self, event: Event) -> None:
        """What an operator did, or what became of the ringing."""
        ...


@dataclass
class _Plugged:
    """A call that is plugged in."""

    led: Led
    transcript: Transcript
    away: bool = False
    """The line is being put through to another telephone."""
    shown: CallCard | None = None
    """As consoles were last told."""


@dataclass(frozen=True, slots=True)
class LiveLook:
    """A live call, for pages beside the console's own news."""

    script: Script
    state: State
    card: CallCard
    said: Sequence[Said]


class Switchboard:
    """One process's."""

    def __init__(self, now: Now) -> None:
        self.now = now
        self.board = Board()
        self._calls: dict[str, _Plugged] = {}
        self._consoles: dict[str, Console] = {}
        self._timer: asyncio.TimerHandle | None = None

    # For consoles:

    def join(self, operator: OperatorIdentity) -> Console:
        """Plug a console in; its first news is a `Snapshot`, then `Taken` for each call that was kept for its return.
        One that the same operator had before is over."""
        before = self._consoles.get(operator.key)
        if before is not None:
            before.close()
        console = self._consoles[operator.key] = Console(operator, self)
        was = self.board
        self.board, effects = board.joined(self.board, operator, self.now())
        console.tell(self.snapshot(operator.key))
        self._follows(was, effects)
        return console

    def order(self, console: Console, order: Order) -> None:
        """An order of that console's."""
        self._step(board.ordered(self.board, console.operator.key, order, self.now()))

    def voice(self, console: Console, pcm: bytes) -> None:
        """Sound of that console's operator, for the one call that is led by voice or in which a word is had first."""
        key = console.operator.key
        for call in self.board.of(key, Mode.VOICE):
            if call.id in self._calls:
                self._calls[call.id].led.relay.operator(key, pcm)

    def leave(self, console: Console) -> None:
        """The console is gone."""
        if self._consoles.get(console.operator.key) is console:
            del self._consoles[console.operator.key]
            self._step(board.left(self.board, console.operator.key, self.now()))

    def snapshot(self, operator: str) -> Snapshot:
        """All that this operator may see."""
        who = self.board.operators[operator]
        cards = tuple(self._card(each) for each in self.board.calls.values() if who.serves(each.company))
        operators = tuple(self.board.card(each) for each in self.board.operators.values())
        return Snapshot(operator, operators, cards, self.board.rings_at(operator))

    # For pages:

    def live(self, call_id: str) -> LiveLook | None:
        """How a call stands; None where it is not live."""
        call, plugged = self.board.calls.get(call_id), self._calls.get(call_id)
        if call is None or plugged is None:
            return None
        return LiveLook(plugged.led.script, plugged.led.state, self._card(call), plugged.transcript.lines)

    def said(self, call_id: str) -> Sequence[Said] | None:
        """The whole lines of a live call so far; None where it is not live."""
        plugged = self._calls.get(call_id)
        return plugged.transcript.lines if plugged else None

    def card(self, call_id: str) -> CallCard | None:
        """A live call's card."""
        call = self.board.calls.get(call_id)
        return self._card(call) if call else None

    # For calls:

    def begin(self, led: Led) -> None:
        """A call was answered."""
        self._calls[led.record.id] = _Plugged(led, Transcript(led.record.id))
        dials = led.second is not None
        self._step(board.began(self.board, led.record.id, led.script.key, dials, self.now()))

    def follow(self, call_id: str) -> None:
        """Something has changed in what the receptionist knows or does."""
        if (plugged := self._calls.get(call_id)) is None:
            return
        away = plugged.led.state.phase is Phase.TRANSFERRING
        if away != plugged.away:
            plugged.away = away
            self._step(board.occupied(self.board, call_id, away, self.now()))
        self._show(call_id)

    def hand_over(self, call_id: str, wanted: HandOver) -> None:
        """Ring at operators."""
        self._step(board.asked(self.board, call_id, wanted, self.now()))

    def call_off(self, call_id: str) -> None:
        """The caller does not wait any longer."""
        self._step(board.called_off(self.board, call_id, self.now()))

    def replied(self, call_id: str, state: str) -> None:
        """What became of the second telephone, as `SecondStood` tells it."""
        self._step(board.replied(self.board, call_id, state, self.now()))

    def say(self, call_id: str, who: str, text: str, partial: bool = False) -> None:
        """A line of the conversation, or its beginning."""
        if plugged := self._calls.get(call_id):
            said = plugged.transcript.add(self.now(), who, text, partial)
            if said is not None:
                self._tell_all(plugged.led.script.key, said)

    def refuse(self, call_id: str, why: str) -> None:
        """The operator who has the call must know of something."""
        if (call := self.board.calls.get(call_id)) and call.operator:
            self._tell(call.operator, Refused(call_id, why))

    def end(self, call_id: str, why: str) -> None:
        """The line is closed."""
        plugged = self._calls.pop(call_id, None)
        if plugged is not None:
            self._step(board.ended(self.board, call_id, self.now()))
            self._tell_all(plugged.led.script.key, CallEnded(call_id, why))

    # Within:

    def _step(self, step: board.Step) -> None:
        was, (self.board, effects) = self.board, step
        self._follows(was, effects)

    def _follows(self, was: Board, effects: Sequence[Effect]) -> None:
        """Carry out what follows from a step; who hears whom first, so that nothing is said into the air."""
        for call_id, call in self.board.calls.items():
            if was.calls.get(call_id) is not call or was.operators.keys() != self.board.operators.keys():
                self._connect(call)
        for effect in effects:
            if isinstance(effect, Tell):
                self._tell(effect.operator, effect.news)
            elif isinstance(effect, ToCall) and effect.call_id in self._calls:
                self._calls[effect.call_id].led.happened(effect.event)
        for call_id, call in self.board.calls.items():
            if was.calls.get(call_id) is not call:
                self._show(call_id)
        self._tell_of_operators(was)
        self._set_timer()

    def _connect(self, call: LiveCall) -> None:
        """Who is on the line of a call from now on."""
        if (plugged := self._calls.get(call.id)) is None:
            return
        talks = call.where is Where.OPERATOR and call.mode is Mode.VOICE
        both = (call.operator, call.consulted) if call.consulted else None
        keys = {call.operator, *call.listeners, *(both or ())}
        players = tuple((key, self._player(key)) for key in sorted(keys) if key)
        aside = call.operator if call.telephone else ""
        plugged.led.relay.circle = Circle(call.operator if talks else "", both, players, call.listeners, aside)

    def _player(self, key: str) -> Callable[[bytes], None]:
        """Into that operator's console, whichever is plugged in then."""

        def play(pcm: bytes) -> None:
            if console := self._consoles.get(key):
                console.play(pcm)

        return play

    def _tell(self, operator: str, news: News) -> None:
        if console := self._consoles.get(operator):
            console.tell(news)

    def _tell_all(self, company: str, news: News) -> None:
        for key in self._consoles:
            if self.board.operators[key].serves(company):
                self._tell(key, news)

    def _card(self, call: LiveCall) -> CallCard:
        led = self._calls[call.id].led
        return card_of(Subject(led.record, led.script, led.state), call)

    def _show(self, call_id: str) -> None:
        """Tell the consoles of a call that looks otherwise than it did."""
        call, plugged = self.board.calls.get(call_id), self._calls.get(call_id)
        if call is None or plugged is None or not self._consoles:
            return
        card = self._card(call)
        if card != plugged.shown:
            plugged.shown = card
            self._tell_all(call.company, CallChanged(card))

    def _tell_of_operators(self, was: Board) -> None:
        def cards(of: Board) -> dict[str, object]:
            return {key: of.card(each) for key, each in of.operators.items()}

        if was is self.board or not self._consoles:
            return
        before, operators = cards(was), self.board.operators
        for key, each in operators.items():
            card = self.board.card(each)
            if before.get(key) != card:
                for other in self._consoles:
                    self._tell(other, OperatorChanged(card))

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (at := board.deadline(self.board)) is not None:
            wait = max(0.0, at - self.now())
            self._timer = asyncio.get_running_loop().call_later(wait, self._due)

    def _due(self) -> None:
        self._timer = None
        self._step(board.due(self.board, self.now()))
