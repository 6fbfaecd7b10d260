"""Whether a person has answered a telephone that we have dialled, by the first sound and words of who or what did.

Rule: a short word, or a silence, is a person's; what begins like an announcement is heard on until it says what it
is. What stays doubtful for long counts as a person too: nobody is hung up on for a likeness. Leaves out: what follows
(`put_through` joins a caller, `bot/ringing` reads out a call).
"""

from __future__ import annotations

import numpy as np

from bot.lines.answered import Answered
from nlu.announcements import begins

SILENT_SECONDS = 2.5
"""Whoever answers without a word waits for one; machines make a sound at once."""

SHORT_SECONDS = 2.0
"""はい、栗本です; longer words are heard to their end first."""

SOUND = 300.0
"""RMS from which there is a sound (-41 dBFS): a busy tone is no speech, and takes 2.6 seconds to be known."""

DOUBT_SECONDS = 13.0
"""By then every announcement has said what it is, and a busy machine has written it down; less than the mind's own
patience with a transfer (`bot.dialogue.repair.TRANSFER_MARGIN_SECONDS`)."""


class FirstWords:
    """Of one that has answered."""

    def __init__(self, answered: Answered) -> None:
        self.answered = answered
        self._sounded_at = 0.0
        """When anything was last heard, in seconds of its sound."""
        self._began_at: float | None = None
        """When anything was first heard."""

    @property
    def why(self) -> str:
        """Why nobody can be spoken to there, as `SecondLeg.why`."""
        return self.answered.leg.why

    def sounded(self, pcm: bytes) -> bool:
        """More of its sound; whether a person is there by now, or may be."""
        if self.answered.push(pcm):
            return False
        ear, now = self.answered.ear, self.answered.seconds
        if not ear.quiet or _loud(pcm):
            self._sounded_at = now
            self._began_at = now if self._began_at is None else self._began_at
        silent = now - self._sounded_at > SILENT_SECONDS
        doubtful = now > DOUBT_SECONDS and (ear.speaking or ear.quiet)
        return silent or doubtful

    def said(self, text: str, whole: bool) -> bool:
        """What is said there so far; whether that is a person's."""
        self.answered.leg.said(text)
        return not self.why and not begins(text) and (whole or self._is_short())

    def _is_short(self) -> bool:
        """So little was said so far that it is no announcement's beginning, however badly it was heard."""
        return self._began_at is None or self.answered.seconds - self._began_at < SHORT_SECONDS


def _loud(pcm: bytes) -> bool:
    return bool(pcm) and float(np.sqrt(np.mean(np.frombuffer(pcm, "<i2").astype(np.float64) ** 2))) > SOUND
