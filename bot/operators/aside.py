"""A second telephone beside a call: rung while the caller waits, for the operator to speak with who answers there.

Rule: it follows the mind's state (`State.calling`): a number there is dialled, and none leaves the telephone that was.
What answers is listened to: a busy tone or a fax machine ends it, for nobody can be spoken to; an announcement is told
to the operator, who hears it too, and decides. Left out: the line (`voice.lines.Second`), the sound's way (`relay`).
"""

from __future__ import annotations

from collections.abc import Callable

from bot.lines.answered import Answered, Ears
from bot.operators.relay import Relay
from nlu.announcements import Unreached, judge
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
        self._answered: Answered | None = None
        """Who or what has answered; None: nobody yet."""
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
            self._answered = Answered(ears, self._relay.rate_hz, self._said)
        self._replied(told.state)

    def sounded(self, told: SecondSound) -> None:
        """Its sound, or the tone of its ringing."""
        self._relay.second(told.pcm)
        if (answered := self._answered) is None:
            return
        if why := answered.push(told.pcm):
            self._forget()
            self._second.drop()
            self._replied(why)
        elif answered.seconds > ANNOUNCED_SECONDS:
            answered.stop()

    def _said(self, text: str, _whole: bool) -> None:
        announced = judge(text)
        if announced is not None:
            self.end()
            self._warn(ANNOUNCED[announced])

    def _forget(self) -> None:
        self.end()
        self._answered = None

    def end(self) -> None:
        """What is said there is written down no longer."""
        if self._answered is not None:
            self._answered.stop()
