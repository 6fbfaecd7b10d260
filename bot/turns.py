"""Whose turn it is, between a caller and the receptionist: who goes before whom when both would speak.

Rule: the caller goes first. Words of ours that may be stopped give way to anything but a nod; a reply to a caller who
has gone on speaking in the meantime waits for the end of that; a はい over the last of our words answers them once they
were heard. Left out: what is said, and the making of its sound (`bot/speak`).
"""

from __future__ import annotations

from bot.dialogue.actions import Say
from bot.listen import Listening, Utterance
from bot.speak import Speaking
from nlu.expected import Ask

MOMENT_SECONDS = 1.2
"""After a sound that was nothing: time for the caller to begin to speak before we take it for silence."""

LONGEST_STAY_SECONDS = 6.0
"""How far such sounds may put off a deadline in all, so that a rustling line still ends."""

YES_OR_NO = frozenset({Ask.CONFIRM_CALLER, Ask.CONFIRM_NUMBER, Ask.CALLER_ID, Ask.OFFER})
"""Questions that people answer over their last words."""


class Turns:
    """Of one call."""

    def __init__(self, listening: Listening, speaking: Speaking) -> None:
        self._listening = listening
        self._speaking = speaking
        self._held: tuple[Say, bool] | None = None
        """Words (and whether a tone follows) that wait until the caller, who has gone on speaking, has finished."""
        self._early: Utterance | None = None
        """A はい over the last words of ours."""
        self._not_before = 0.0
        """Epoch seconds until which nothing is due."""

    def sounded(self, at: float) -> None:
        """Something was heard, be it nothing: a moment more for the caller."""
        self._not_before = at + MOMENT_SECONDS

    def due(self, deadline: float) -> float | None:
        """When a deadline comes, epoch seconds; None while the caller speaks and the timer stands still."""
        if not self._listening.quiet:
            return None
        return max(deadline, min(self._not_before, deadline + LONGEST_STAY_SECONDS))

    def is_nod(self, said: Utterance, asked: Ask) -> bool:
        """Whether it is a nod into our words, which only means that we shall go on."""
        if not said.nod or not (self._held or self._speaking.unsaid):
            return False
        answers = asked in YES_OR_NO and self._speaking.ending and not self._held
        self._early = said if answers else None
        self.go_ahead()
        return True

    def early(self) -> Utterance | None:
        """The answer that came over the end of the words that were just heard, if any; once."""
        early, self._early = self._early, None
        return early

    def go_ahead(self) -> None:
        """The caller has said nothing: what waited for that is spoken."""
        if self._held is not None:
            (say, tone), self._held = self._held, None
            self._speaking.say(say.phrases, say.protected, tone)

    def forget(self) -> None:
        """It is no turn of ours any more: what waited is not said."""
        self._held = self._early = None

    def waits(self) -> bool:
        """Whether words of ours wait for the caller's end."""
        return self._held is not None

    def give_way(self) -> str | None:
        """The caller goes before our words, if any are on their way and may be stopped: what of them was heard; None
        where there are none."""
        heard = "" if self._held else self._speaking.interrupt()
        self._held = None
        return heard

    def say(self, say: Say, tone: bool, reply: bool) -> None:
        """Speak; a `reply` waits for a caller who has gone on."""
        self._held = self._early = None
        if reply and not say.protected and self._listening.speaking:
            self._speaking.stop()
            self._held = (say, tone)
        else:
            self._speaking.say(say.phrases, say.protected, tone)
