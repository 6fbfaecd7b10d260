"""Earlier calls as golden calls write them, and the memory that they make.

    [前回 2026-11-23 15:00 03-1234-5678 エガワ スマイルキカク 折り返し約束 「見積もりの件」]

Day, time, number and name; then, as far as there are any, the company, `宛先:栗本`, whether a call back was promised
(折り返し約束) or made (折り返し済み), and what it was about. It answers like the store: what shares the number or
the name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.company.script import Script
from bot.dialogue.actions import Recall
from bot.dialogue.earlier import is_same_name
from bot.dialogue.events import EarlierCall, Recalled
from bot.dialogue.hours import TOKYO

_LINE = re.compile(
    r"\[前回 (\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}) ([0-9-]+) ([ァ-ヶー・]+)"
    r"(?: ([ァ-ヶー]+))?(?: 宛先:(\S+))?(?: (折り返し約束|折り返し済み))?(?: 「(.*)」)?\]"
)


def earlier_call(script: Script, line: str) -> EarlierCall | None:
    """The call that such a line tells of; None where it is written otherwise."""
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    at, number, name, company, staff, callback, purpose = match.groups()
    person = next((each for each in script.staff if staff in (each.key, each.family.text)), None)
    return EarlierCall(
        at=datetime.strptime(at, "%Y-%m-%d %H:%M").replace(tzinfo=TOKYO).timestamp(),
        number=number.replace("-", ""),
        name=name.replace("・", " "),
        company=company or "",
        staff=person.key if person else staff or "",
        purpose=purpose or "",
        promised=bool(callback),
        settled=callback == "折り返し済み",
    )


def memory(calls: Sequence[EarlierCall]) -> Callable[[Recall, float], Recalled]:
    """What a `Desk` remembers by them."""
    newest = sorted(calls, key=lambda call: -call.at)

    def remember(asked: Recall, at: float) -> Recalled:
        same = (call for call in newest if call.number == asked.number or is_same_name(call.name, asked.name))
        return Recalled(at, "", tuple(same))

    return remember
