"""How a caller's name is written, for companies that want to know.

Asked once, and never of whoever is in a hurry or in trouble, or is known.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue.events import Heard
from bot.dialogue.moves import Move, ask
from bot.dialogue.state import State, Status
from bot.dialogue.vip import vip_of
from nlu.expected import Ask
from nlu.meaning import Answer

KANJI = "kanji"
LABEL = "漢字"

_ENDING = re.compile(r"(?:に|と)?(?:なります|です|でございます|書きます|いいます|申します)(?:ね|が|けど)?[。 ]*$")
_BEGINNING = re.compile(r"^(?:(?:はい|ええ|えっと|ええと|あの)[、。 ]*)+")
_NOTHING = re.compile(r"(?:分か|わか|判)(?:り|ら)|知(?:り|ら)|結構|けっこう|いいです|漢字は(?:な|あり)|特に")
"""Does not know it, or would rather not say."""


def next_question(script: Script, state: State) -> Move | None:
    """Asked after the name was confirmed."""
    name = state.facts.caller_name
    sure = name is not None and name.status is Status.CONFIRMED
    if not script.rules.ask_kanji or not sure or KANJI in state.asked or state.facts.at_once or vip_of(script, state):
        return None
    return ask(script, state, KANJI, (Ask.DETAIL, "ask_kanji"))


def is_asked(state: State) -> bool:
    """Whether what is said now tells how the name is written."""
    return state.asked[-1:] == (KANJI,)


def takes(state: State, heard: Heard) -> State:
    """The caller's own words for the characters."""
    if not is_asked(state) or heard.meaning.answer in (Answer.REPEAT, Answer.HOLD, Answer.CORRECT):
        return state
    told = _ENDING.sub("", _BEGINNING.sub("", heard.hearing.text))
    nothing = (
        not told
        or _NOTHING.search(told)
        or heard.meaning.answer in (Answer.NO, Answer.UNKNOWN, Answer.REFUSE, Answer.LATER)
    )
    details = state.facts.details if nothing else (*state.facts.details, (LABEL, told))
    return replace(state, facts=replace(state.facts, details=details), asked=(*state.asked, "kanji_told"))
