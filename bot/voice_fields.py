"""What a report says of the caller's voice, where the company wants to know: always as an estimate. Pure.

Rule: nothing here is a fact about a person. Whether a voice was raised is told only against the same caller's own voice
in this call (`voice.manner.raised`), and the sex only where the pitch leaves little doubt; both bear 声から推定.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.dialogue.events import Event, Heard
from bot.report_fields import Field
from bot.rules import Listening
from voice.manner import MANY, Manner, likely_sex, raised

ESTIMATED = "(声から推定)"
LEAST_UTTERANCES = 3
"""Before a voice is called calm; one that is raised may be from the second on."""


def manners(happened: Iterable[Event]) -> tuple[Manner, ...]:
    """How each utterance was said, in order; those that were not measured are left out."""
    told = (dict(event.manner) for event in happened if isinstance(event, Heard) and event.manner)
    return tuple(
        Manner(
            features.get("level_db", 0.0),
            features.get("morae_per_second", 0.0),
            features.get("pitch_hz", 0.0),
            features.get("pitch_range", 0.0),
            features.get("pitch_change", 0.0),
            int(features.get("bursts", 0)),
        )
        for features in told
    )


def voice_fields(listening: Listening, happened: Iterable[Event]) -> tuple[Field, ...]:
    """The report's lines on the voice; none where the company has switched them off, or nothing can be told."""
    said = manners(happened)
    scores = [score for at in range(1, len(said)) if (score := raised(said[at], said[:at])) is not None]
    fields = []
    if listening.manner and max(scores, default=0.0) >= MANY:
        fields.append(Field("お声の様子", f"途中でお声が高ぶったご様子{ESTIMATED}"))
    elif listening.manner and len(scores) + 1 >= LEAST_UTTERANCES:
        fields.append(Field("お声の様子", f"落ち着いたご様子{ESTIMATED}"))
    if listening.sex and (sex := likely_sex(said)):
        fields.append(Field("性別", f"{sex}{ESTIMATED}"))
    return tuple(fields)
