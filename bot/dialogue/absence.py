"""What a caller is told of a person who is away: why and until when as far as the company allows, and never where."""

from __future__ import annotations

import re

from bot.company.script import Script, Staff
from bot.dialogue.moves import announce
from bot.dialogue.reach import AT_DESK
from bot.dialogue.state import State

ABSENT_BY_THE_CLOCK = {"退社": "away_home", "営業時間外": "away_closed"}
"""Absences that are nobody's secret, as `bot/company/schedule` names them, with what is said of them."""

DAYS_OFF = frozenset({"休み", "休暇", "有休", "有給", "公休"})


_ABOUT = r"(?:さん|様|さま|氏|という(?:方|者))*(?:の(?:件|こと|ご?自宅)|について|に関|に対)"
"""石田さんの件で."""


def spoken_of(state: State, name: str) -> bool:
    """Whether the call is about that person, who was not asked for."""
    matter = state.facts.purpose.value if state.facts.purpose else state.words
    return bool(re.search(re.escape(name) + _ABOUT, matter))


def told(script: Script, state: State) -> State:
    """That the person asked for is away, said once, before the goal in hand goes on."""
    staff = state.facts.staff
    person = script.person(staff.value) if staff else None
    if staff is None or person is None or state.presence is None or state.presence.state == AT_DESK:
        return state
    return (
        state if spoken_of(state, staff.text or person.family.text) else announce(state, "away", *keys(state, person))
    )


def keys(state: State, person: Staff) -> tuple[str, ...]:
    """What may be said of where somebody is and until when; nothing more is."""
    if "transfer" in state.asked or state.presence is None:
        return ()
    back = person.may_tell.back and state.presence.back is not None
    if state.presence.state == AT_DESK:
        return ("unavailable",)
    known = bool(state.presence.state)
    if state.presence.state in ABSENT_BY_THE_CLOCK:
        return (ABSENT_BY_THE_CLOCK[state.presence.state], *(("away_back",) if back else ()))
    why = known and person.may_tell.state
    if why and state.presence.state in DAYS_OFF:
        return ("away_off", *(("off_back",) if back else ()))
    if not known and not back:
        return ("away_unknown",)
    busy = "away_busy" if state.presence.state.endswith("中") else "away_state"
    return ((busy if why else "away"), *(("away_back",) if back else ()))
