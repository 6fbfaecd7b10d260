"""The first words of a call, by the hour, the day and how the call came to us."""

from __future__ import annotations

from datetime import datetime

from bot.company.script import Script
from bot.dialogue import hours
from bot.dialogue.actions import Phrase
from bot.dialogue.events import Began

MORNING_ENDS = (10, 30)
"""Hour and minute until which a company says おはようございます on the telephone."""

LONG_WAIT_SECONDS = 10.0
"""Three rings: who has waited longer is begged pardon for it (R1)."""


def greeting(script: Script, began: Began) -> tuple[str | Phrase, ...]:
    """What is said when the line is answered: wording keys, or an occasion's own words."""
    now = hours.local(began.at)
    occasion = next((each for each in script.rules.occasions if each.first <= now.date() <= each.last), None)
    said: tuple[str | Phrase, ...] = (_by_the_hour(script, now, _waited(script, began)),)
    if occasion is not None and occasion.greeting:
        said = (_filled(script, occasion.greeting),)
    if occasion is not None and occasion.announcement:
        away = said == ("greeting_closed",) and occasion.closed
        said = (*(("greeting_open",) if away else said), _filled(script, occasion.announcement))
        said = (*said, "greeting_takes") if away else said
    return said


def _by_the_hour(script: Script, now: datetime, waited: bool) -> str:
    if hours.is_open(script.hours, now):
        if waited:
            return "greeting_waited"
        return "greeting_morning" if (now.hour, now.minute) < MORNING_ENDS else "greeting_open"
    return "greeting_lunch" if hours.in_a_break(script.hours, now) else "greeting_closed"


def _waited(script: Script, began: Began) -> bool:
    """The company's own telephone rang in vain before the call was passed on."""
    return began.diverted == "no_answer" and script.rules.forwarded_after_seconds >= LONG_WAIT_SECONDS


def _filled(script: Script, text: str) -> Phrase:
    spoken = script.spoken
    written, read = text.replace("{company}", spoken.text), text.replace("{company}", spoken.kana)
    return Phrase(written, "" if written == read else read)
