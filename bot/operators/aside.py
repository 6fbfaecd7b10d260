"""A second telephone beside a call: rung while the caller waits, for the operator to speak with who answers there.

Rule: it follows the mind's state (`State.calling`): a number there is dialled, and none leaves the telephone that was.
What answers is listened to: a busy tone or a fax machine ends it, for nobody can be spoken to; an announcement is told
to the operator, who hears it too, and decides. Left out: the line (`voice.lines.Second`), the sound's way (`relay`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.lines.second_leg import SecondLeg
from bot.listen import Guessed, Listening, Told, Utterance
from bot.operators.relay import Relay
from nlu.announcements import Unreached, judge
from nlu.meaning import Vocabulary
from voice.engines import Recognizer
from voice.lines import Second, SecondSound, SecondStood

RING_SECONDS = 40.0
"""A mobile telephone's answering service takes over by then, and a caller on hold is told twice that we are at it."""

ANNOUNCED_SECONDS = 20.0
"""After which who answered is a person: announcements come at once."""

ANNOUNCED = {
    Unreached.NO_SUCH_NUMBER: "相手の番号は、現在使われていないという案内が流れています。",
    Unreached.UNREACHABLE: "相手は、電波の届かない場所にいるか電源が入っていないという案内が流れています。",
    Unreached.NO_ANSWER: "相手は電話に出られないという案内が流れています。",
    Unreached.BUSY: "相手は話し中という案内が流れています。",
    Unreached.MACHINE: "相手は留守番電話のようです。",
    Unreached.REFUSED: "相手はこちらからの電話を受けないという案内が流れています。",
    Unreached.CONGESTED: "電話が混み合っているという案内が流れています。",
}
"""To the operator."""


@dataclass(frozen=True, slots=True)
class Ears:
    """What is needed to write down what is said."""

    recognizer: Recognizer
    words: Vocabulary
    tasks: asyncio.TaskGroup


class Aside:
    """Of one call."""

    def __init__(
        self, second: Second, relay: Relay, replied: Callable[[str], None], warn: Callable[[str], None]
    ) -> None:
        """`replied` takes what became of it, as `SecondStood.state`; `warn` what the operator should know."""
        self._second = second
        self._relay = relay
        self._replied = replied
        self._warn = warn
        self._number = ""
        self._leg: SecondLeg | None = None
        """Who or what has answered; None: nobody yet."""
        self._ear: Listening | None = None
        """Written down for announcements; None once it is known what answered."""
        self._running: asyncio.Task[None] | None = None
        self._heard_seconds = 0.0
        relay.to_second = second.speak

    def call(self, number: str) -> None:
        """That one is wanted from now on; "" none."""
        if number == self._number:
            return
        self._number = number
        self._forget()
        if number:
            self._second.dial(number, RING_SECONDS)
        else:
            self._second.drop()

    def stood(self, told: SecondStood, ears: Ears) -> None:
        """What the line tells of it."""
        if not self._number:
            return  # it was left in the meantime
        self._forget()
        if told.state == "answered":
            self._leg = SecondLeg(self._relay.rate_hz)
            self._ear = Listening(ears.recognizer, ears.words, self._relay.rate_hz, ears.tasks, self._said)
            self._running = ears.tasks.create_task(self._ear.run())
        self._replied(told.state)

    def sounded(self, told: SecondSound) -> None:
        """Its sound, or the tone of its ringing."""
        self._relay.second(told.pcm)
        if (leg := self._leg) is None:
            return
        leg.push(told.pcm)
        if leg.why:
            self._forget()
            self._second.drop()
            self._replied(leg.why)
            return
        self._heard_seconds += len(told.pcm) / 2 / self._relay.rate_hz
        if self._heard_seconds > ANNOUNCED_SECONDS:
            self.end()
        elif self._ear is not None:
            self._ear.hear(told.pcm)

    def _said(self, told: Told) -> None:
        announced = judge(told.hearing.text) if isinstance(told, Guessed | Utterance) else None
        if announced is not None and self._ear is not None:
            self.end()
            self._warn(ANNOUNCED[announced])

    def _forget(self) -> None:
        self._leg, self._heard_seconds = None, 0.0
        self.end()

    def end(self) -> None:
        """What is said there is written down no longer."""
        if self._ear is not None:
            self._ear.stop()
        if self._running is not None:
            self._running.cancel()
        self._ear = self._running = None
