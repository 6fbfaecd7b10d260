"""What the caller hears: when the receptionist sounds, and when she has finished. Sans-IO; times are the caller's own.

A pause is no end: whether she has finished is judged as people judge it, by the words. How many morae the words have
says how long they take; silence before that is a breath inside the sentence. Leaves out what the words mean.
"""

from __future__ import annotations

import re

import numpy as np

from nlu.identity import email
from nlu.kana import morae
from nlu.words import reading
from voice.audio import FRAME_SECONDS
from voice.reading import read_aloud

RATE_HZ = 8000
AUDIBLE = 32768 * 10 ** (-42 / 20)
"""A sample above this is sound: over the steps of the codec, under a voice's softest consonant."""
MORAE_PER_SECOND = 9.0
"""Of a voice that hurries, without pauses (measured on the built-in voice: 8.1 to 8.8)."""
SLOW_MORAE_PER_SECOND = 7.6
"""Where a number or an address is read out, which is done slowly."""
ENOUGH = 0.85
"""Share of the reckoned time after which a silence is the end: less than the words after a last comma take."""
LONGEST_PAUSE = 1.6
"""Seconds of silence after which nothing more comes, whatever the words."""

_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"\d[\d-]{5,}")


def seconds_of(words: str) -> float:
    """The least time that these words sound, pauses not counted."""
    spelled = "一文字ずつ" in words
    read = _ADDRESS.sub(lambda found: "".join((email.spelling if spelled else email.reading)(found[0])), words)
    slow = read != words or bool(_NUMBER.search(words))
    counted = len(morae(reading(read_aloud(read))))
    return counted / (SLOW_MORAE_PER_SECOND if slow else MORAE_PER_SECOND)


class Hearing:
    """The receptionist's side as it is heard."""

    def __init__(self) -> None:
        self.first: float | None = None
        """When the present stretch of her words began to sound; None: nothing since `settle`."""
        self.last: float | None = None
        """When something last sounded."""
        self.sounded = 0.0
        """Seconds of sound in the present stretch."""

    def push(self, frame: bytes, at: float) -> float | None:
        """A frame that begins to be heard at `at`; when its first audible sample is heard, None where it is silent."""
        loud = np.flatnonzero(np.abs(np.frombuffer(frame, "<i2").astype(np.int32)) > AUDIBLE)
        if not len(loud):
            return None
        first = at + float(loud[0]) / RATE_HZ
        self.first = first if self.first is None else self.first
        self.last = at + (float(loud[-1]) + 1) / RATE_HZ
        self.sounded += FRAME_SECONDS
        return first

    def silent_for(self, now: float) -> float:
        """Seconds since something sounded; 0 where nothing has."""
        return max(0.0, now - self.last) if self.last is not None and self.first is not None else 0.0

    def sounding(self, now: float) -> bool:
        """She is in the middle of her words, breaths included."""
        return self.first is not None and self.silent_for(now) < 0.1

    def finished(self, words: str, silence: float, now: float) -> bool:
        """She has said these words, and has been silent for so long."""
        quiet = self.silent_for(now)
        if self.first is None or quiet < silence:
            return False
        return quiet >= LONGEST_PAUSE or self.sounded >= ENOUGH * seconds_of(words)

    def settle(self) -> None:
        """What was heard is answered; what comes now is new."""
        self.first, self.sounded = None, 0.0
