"""One call's side towards the operators: what it tells the switchboard, and the ear that writes down what they say.

Rule: what an operator says to a caller is heard like the caller, by an ear of its own, and becomes an event of the
call; while nobody is at a console all of this costs nothing. Left out: who gets the call (`board`), and the sound's
way (`relay`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

from bot.clock import Now
from bot.dialogue.actions import Action, CallOff, HandOver, Say
from bot.dialogue.events import Broke, Event, Heard, OperatorSaid
from bot.dialogue.state import Phase, State
from bot.lines.answered import Ears
from bot.listen import Guessed, Listening, Told, Utterance
from bot.operators.aside import Aside
from bot.operators.relay import CONSOLE_HZ
from bot.operators.switchboard import Led, Switchboard
from nlu.hearing import Hearing
from nlu.vocabulary import Vocabulary
from voice.engines import Recognizer
from voice.lines import SecondNews, SecondSound

CALLER, OURS = "客", "受付"


class Leg:
    """Of one call; to be followed after each of its events, and to be ended when the line is closed."""

    def __init__(self, led: Led, switchboard: Switchboard, recognizer: Recognizer, words: Vocabulary) -> None:
        self._led = led
        self._switchboard = switchboard
        self._recognizer = recognizer
        self._words = words
        self._now: Now = switchboard.now
        self._ear: Listening | None = None
        self._ear_of = ""
        """Key of the operator whom it hears."""
        self._running: set[asyncio.Task[None]] = set()
        self._aside: Aside | None = None
        """Where the line can ring a second telephone."""
        if led.second is not None:
            replied = partial(switchboard.replied, led.record.id)
            self._aside = Aside(led.second, led.relay, replied, partial(switchboard.refuse, led.record.id))
        self._typed: list[tuple[str, str]] = []
        """Who has typed what that we have not said yet."""

    @property
    def _id(self) -> str:
        return self._led.record.id

    def begin(self) -> None:
        """The call was answered."""
        self._switchboard.begin(self._led)

    def follow(self, tasks: asyncio.TaskGroup) -> None:
        """The call stands otherwise than before."""
        state = self._led.state
        talks = _talks(state)
        waits = state.phase is Phase.HANDING_OVER or (state.phase is Phase.OPERATOR and state.waits is not None)
        self._led.relay.follow(talks, waits)
        self._listen(state.attended[-1].operator if talks else "", tasks)
        if self._aside is not None:
            self._aside.call(state.calling)
        self._switchboard.follow(self._id)

    def _listen(self, operator: str, tasks: asyncio.TaskGroup) -> None:
        """Write down what that operator says from now on; of the one before, what was being said."""
        if operator == self._ear_of:
            return
        if self._ear is not None:
            self._run(tasks, self._ear.finish())
        self._ear_of, self._ear, self._led.relay.heard_by_us = operator, None, None
        if operator:
            name = self._led.state.attended[-1].name
            self._ear = Listening(
                self._recognizer, self._words, CONSOLE_HZ, tasks, lambda told: self._operator_heard(name, told)
            )
            self._run(tasks, self._ear.run())
            self._led.relay.heard_by_us = self._ear.hear

    def _run(self, tasks: asyncio.TaskGroup, work: Coroutine[Any, Any, None]) -> None:
        task = tasks.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _operator_heard(self, name: str, told: Told) -> None:
        if isinstance(told, Guessed):
            self._switchboard.say(self._id, name, told.hearing.text, partial=True)
        elif isinstance(told, Utterance) and told.hearing.text:
            self._led.happened(OperatorSaid(self._now(), name, told.hearing.text, False))

    def second(self, told: SecondNews, tasks: asyncio.TaskGroup) -> None:
        """What the line tells of a second telephone."""
        if self._aside is None:
            return
        if isinstance(told, SecondSound):
            self._aside.sounded(told)
        else:
            self._aside.stood(told, Ears(self._recognizer, self._words, tasks))

    def guessed(self, hearing: Hearing) -> None:
        """What the caller has said if nothing more comes."""
        self._switchboard.say(self._id, CALLER, hearing.text, partial=True)

    def told(self, what: Event | Action) -> None:
        """Something that the transcript, or the switchboard, must know of."""
        match what:
            case Heard():
                self._switchboard.say(self._id, CALLER, what.hearing.text)
            case OperatorSaid() if what.typed:
                self._typed.append((what.name, what.text))
            case OperatorSaid():
                self._switchboard.say(self._id, what.name, what.text)
            case Say():
                self._said(what.text)
            case Broke() if self._typed:
                self._typed.clear()
                self._switchboard.refuse(self._id, "読み上げることができませんでした。もう一度お試しください。")
            case HandOver():
                self._switchboard.hand_over(self._id, what)
            case CallOff():
                self._switchboard.call_off(self._id)
            case _:
                pass

    def _said(self, text: str) -> None:
        """Our words; what an operator has typed is the operator's."""
        typed = next((each for each in self._typed if each[1] == text), None)
        if typed is not None:
            self._typed.remove(typed)
        self._switchboard.say(self._id, typed[0] if typed else OURS, text)

    def gone(self, why: str) -> None:
        """The line is closed: whatever rings for it stops at once."""
        self._led.relay.follow(False, False)
        self._switchboard.end(self._id, why)

    async def finish(self) -> None:
        """What an operator was saying when the line was closed is written down."""
        if self._ear is not None:
            await self._ear.finish()

    def end(self) -> None:
        """The call is over."""
        if self._aside is not None:
            self._aside.end()
        if self._ear is not None:
            self._ear.stop()
        for task in self._running:
            task.cancel()


def _talks(state: State) -> bool:
    """Whether an operator and the caller hear one another."""
    has_it = state.phase is Phase.OPERATOR and state.waits is None and bool(state.attended)
    return has_it and state.attended[-1].mode == "voice"
