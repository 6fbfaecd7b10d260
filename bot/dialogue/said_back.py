"""A matter said back before the good-bye (R10, 復唱): the thing it is about and what is told, in the caller's words.

What can be said of it is for `nlu/reasons/brief`; only what was clearly heard is. Which words read back a caller and a
number is told here as well.
"""

from __future__ import annotations

import re

from bot.dialogue.state import Facts, State
from nlu.meaning import Meaning, Reason, Want
from nlu.reasons.brief import Brief, brief, figures, topic
from nlu.reasons.wants import wants

SURE = 0.5
"""Least confidence of what is said back."""

_DEMAND = re.compile(r"[てで](?:よ|くれ|ください|下さい|ほしい|欲しい|もらえ|もらい|いただ|頂)|[てで]$|ように$")
"""A wish that we can only pass on."""
_WISHED = re.compile(r"(?:たい|ほしい|欲しい)$")

UNGREETED = frozenset({Reason.COMPLAINT, Reason.OFFICIAL, Reason.APPLICATION, Reason.SALES})
"""Reasons of those who are no regular customers, or in no mood to be thanked for their custom."""

COMES = "お届けの予定"
"""Label of when a delivery comes, in the caller's words."""
KEPT_SHORT = frozenset({Reason.QUESTION, Reason.CHASE, Reason.OPERATOR})
"""Reasons of which the thing alone is said back: what is asked, or was promised, is not for us to repeat. Of a question
the figures told with it are."""
SAID_OTHERWISE = frozenset(
    {Reason.SALES, Reason.COMPLAINT, Reason.OFFICIAL, Reason.APPLICATION, Reason.WRONG_NUMBER}
    | {Reason.RESERVATION_NEW, Reason.RESERVATION_CHANGE, Reason.RESERVATION_CANCEL}
)
"""Reasons whose good-bye says in its own words what it was about, or had better not."""


def said_back(state: State) -> Brief:
    """The matter as it is said back; empty where it had better not be."""
    facts, purpose = state.facts, state.facts.purpose
    told_before = "chase_matched" in state.asked or facts.booking is not None
    if purpose is None or purpose.confidence < SURE or facts.reason in SAID_OTHERWISE or told_before:
        return Brief()
    if facts.reason not in KEPT_SHORT:
        comes = (told for label, told in facts.details if label == COMES)
        return brief(" ".join((purpose.value, *comes)))
    asked = facts.unanswered[-1] if facts.unanswered else purpose.value
    short = brief(asked)
    counts = facts.reason is Reason.QUESTION and figures(short.told)
    return short if counts or _WISHED.search(short.told) else Brief(topic(asked))


def matter_key(state: State) -> str:
    """In which words it is said back; "" = in none."""
    matter = said_back(state)
    if matter.thing and matter.told:
        return "closing_thing_gist"
    return "closing_gist" if matter.told else "closing_thing" if matter.thing else ""


def passes_on(facts: Facts) -> bool:
    """Whether the caller has left word for somebody, and not only told what it is about."""
    return facts.purpose is not None and Want.MESSAGE in wants(facts.purpose.value)


def late_keys(meaning: Meaning) -> tuple[str, ...]:
    """The answer to words after the good-bye: a late wish is passed on; "かしこまりました" would grant it."""
    wish = meaning.known is not None or meaning.reason in (Reason.QUESTION, Reason.COMPLAINT, Reason.CHASE)
    noted = "noted_late" if wish or _DEMAND.search(meaning.purpose) else "understood"
    told = brief(meaning.purpose).told
    return ("closing_late", noted) if told and (not wish or figures(told)) else (noted,)


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
