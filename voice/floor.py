"""May this sound interrupt us? A pure judgement.

People say はい and うん into our sentences to show that they listen; that must not stop us. Words that are meant to
stop us go on. So we fall silent when speech has lasted longer without a pause than a はい lasts, or as soon as the
words of a pause are known to be more than one; while all that was heard of it is a drawn-out nod (なるほど、そうですか)
we go on a little longer. What is decided takes effect with the next frame. Our own voice on
its way back never gets here: `echo` takes it out before. Measured over echoes 18-32 dB down: none of 40 はい, うん,
ええ in several voices and paces stopped us and all were heard; all of 60 callers who spoke on (half of them recorded
people, 0-14 dB below us) did, 0.64 s after their first sound (median; one in ten 1.3 s: a short word, a pause). Leaves
out: what a backchannel is, which is for those who know words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What to do about the caller's sound."""

    IGNORE = "ignore"
    """We are not speaking, may not be stopped, or nothing is heard."""
    WAIT = "wait"
    """It may be a backchannel: go on speaking, and listen."""
    STOP = "stop"
    """The caller wants to speak: fall silent."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that counts at one moment."""

    speaking: bool
    """We are."""
    protected: bool
    """What we say may not be stopped."""
    run_seconds: float
    """Of the caller's speech since its last pause."""
    speech_seconds: float
    """Of the caller's speech in this utterance, pauses not counted."""
    backchannel: bool | None
    """The words up to the last pause are one; None: not known."""
    nodding: bool = False
    """The words since the last pause, as far as they are known, are one too."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How long is long."""

    run_seconds: float = 0.5
    """An unbroken stretch of this length is no backchannel. はい and うん said once last 0.15-0.4 s; the detector adds
    some 0.05 s at their end. Shorter would stop us at every はい, longer would talk over people."""
    nod_seconds: float = 1.0
    """The same of a stretch whose words so far are a nod. そうですか and なるほどですね last 0.6-0.9 s; meanwhile `ear`
    asks again and again, for people say はい and go on."""
    sum_seconds: float = 1.0
    """So much speech in several stretches, its words unknown, is no backchannel (はい、はい、はい makes 0.8 s)."""


RULES = Rules()


def judge(scene: Scene, rules: Rules = RULES) -> Verdict:
    """The verdict on this moment; asked again with every chunk of sound."""
    if not scene.speaking or scene.protected or scene.speech_seconds <= 0:
        return Verdict.IGNORE
    longest = rules.nod_seconds if scene.nodding else rules.run_seconds
    if scene.backchannel is False or scene.run_seconds >= longest:
        return Verdict.STOP
    if scene.backchannel is None and scene.speech_seconds >= rules.sum_seconds:
        return Verdict.STOP
    return Verdict.WAIT
