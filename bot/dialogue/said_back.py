"""A message said back: the caller's own words, without their ending, for a 復唱 before the good-bye (R10).

Only a short one that was clearly heard is said back; a long story is summed up by the report, not by us. Which words
read back a caller and a number is told here as well.
"""

from __future__ import annotations

import re

from bot.dialogue.state import Captured, State
from nlu.meaning import Reason

LONGEST = 60
"""Characters that can be said back in one breath."""
SURE = 0.5
"""Least confidence of what is said back."""

UNGREETED = frozenset({Reason.COMPLAINT, Reason.OFFICIAL, Reason.APPLICATION, Reason.SALES})
"""Reasons of those who are no regular customers, or in no mood to be thanked for their custom."""

_BEGINNING = re.compile(r"^(?:(?:あの|えっと|えーと|それで|では|じゃあ|はい|ええ)[、,]?)+")
_ASKED = re.compile(
    r"(?:という(?:こと|ふう|風|の)(?:を|で|に)?|(?:っ)?て|と|とのこと(?:を|で)?)?、?(?:お)?(?:申し)?"
    r"(?:伝え|言っ|伝言)(?:て|とい|てお|ください|下さい|いただ|頂|願|お願|もら|を?お願).*$"
)
_ENDING = re.compile(r"(?:ん|の)?です(?:けど|けれども|が|ので|から)?$|ますので$|(?:けど|けれども|ので|から)$")
_COLLOQUIAL = re.compile(r"[っー]$|(?:って|とか)$|(?:の件|こと)(?:で|を|は)?$")


def said_back(purpose: Captured | None) -> str:
    """The message as it is said back; "" where it had better not be."""
    if purpose is None or not purpose.value or purpose.confidence < SURE:
        return ""
    text = _ASKED.sub("", _BEGINNING.sub("", purpose.value.strip("。、 ")))
    text = _ENDING.sub("", text).strip("。、 ")
    if not 4 <= len(text) <= LONGEST or _COLLOQUIAL.search(text):
        return ""
    return text


def caller_key(state: State) -> str:
    """How a caller is read back for the first time: with a greeting, where one is due and nothing was just said."""
    facts = state.facts
    private = facts.company is not None and not facts.company.value
    return "confirm_caller_plain" if private or state.pending or facts.reason in UNGREETED else "confirm_caller"


def read_before(state: State) -> bool:
    """Whether a caller was read back already; numbers and bookings, which have digits, are not callers."""
    return any(topic.startswith("confirm:") and not re.search(r"\d", topic) for topic in state.asked)


def number_key(state: State) -> str:
    """How a number is read back; another was before, and was wrong."""
    before = any(topic.startswith("confirm:") and topic.removeprefix("confirm:").isdigit() for topic in state.asked)
    return "confirm_number_changed" if before else "confirm_number"
