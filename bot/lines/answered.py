"""Whoever has answered a telephone that we have dialled, listened to: the tones in its sound, and the words.

Rule: both come out as they are known, and nothing more once `stop` was called. Leaves out what is made of it: joining
the caller (`put_through`), or telling the operator who speaks there (`bot/operators/aside`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.lines.second_leg import SecondLeg
from bot.listen import Guessed, Listening, Told, Utterance
from nlu.vocabulary import Vocabulary
from voice.engines import Recognizer


@dataclass(frozen=True, slots=True)
class Ears:
    """What is needed to write down what is said."""

    recognizer: Recognizer
    words: Vocabulary
    tasks: asyncio.TaskGroup


class Answered:
    """One of them."""

    def __init__(self, ears: Ears, rate_hz: int, said: Callable[[str, bool], None]) -> None:
        """`said` takes words, and whether more of the same utterance may come no longer."""
        self.leg = SecondLeg(rate_hz)
        self.ear = Listening(ears.recognizer, ears.words, rate_hz, ears.tasks, self._told)
        self.seconds = 0.0
        """Of its sound so far."""
        self._rate_hz = rate_hz
        self._said = said
        self._listens = True
        self._running = ears.tasks.create_task(self.ear.run())

    def push(self, pcm: bytes) -> str:
        """More of its sound; why nobody can be spoken to there, as `SecondLeg.why`."""
        self.leg.push(pcm)
        if not self.leg.why:
            self.seconds += len(pcm) / 2 / self._rate_hz
            if self._listens:
                self.ear.hear(pcm)
        return self.leg.why

    def stop(self) -> None:
        """What is said there is written down no longer; tones are still known."""
        if self._listens:
            self._listens = False
            self.ear.stop()
            self._running.cancel()

    def _told(self, told: Told) -> None:
        if self._listens and isinstance(told, Guessed | Utterance) and told.hearing.text:
            self._said(told.hearing.text, isinstance(told, Utterance))
