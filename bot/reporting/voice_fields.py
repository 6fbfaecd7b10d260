"""What a report says that rests on the caller's sound: a second hearing of it, and an estimate of the voice. Pure.

Rule: a second hearing stands beside the first and is as unconfirmed. Of the voice nothing is a fact about a
person. Whether a voice was raised is told only against the same caller's own voice in this call
(`voice.manner.raised`), and the sex only where the pitch leaves little doubt; both bear 声から推定, and neither is told
where the company does not want to know.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.company.rules import Listening
from bot.dialogue.events import Event, Heard, HeardAgain
from bot.reporting.fields import Field, Mark, clean
from voice.manner import MANY, Manner, likely_sex, raised

ESTIMATED = "(声から推定)"
LEAST_UTTERANCES = 3
"""Before a voice is called calm; one that is raised may be from the second on."""


def manners(happened: Iterable[Event]) -> tuple[Manner, ...]:
    """How each utterance was said, in order; those that were not measured are left out."""
    return tuple(Manner.kept(event.manner) for event in happened if isinstance(event, Heard) and event.manner)


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


def second_fields(happened: Iterable[Event]) -> tuple[Field, ...]:
    """What a second hearing made of the matter (`bot/second_pass`)."""
    told = [event for event in happened if isinstance(event, HeardAgain) and event.field == "purpose"]
    return tuple(Field("ご用件(録音の書き起こし)", clean(event.text), Mark.HEARD) for event in told[-1:])
