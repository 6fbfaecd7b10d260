"""A caller's earlier calls: which of them are this caller's, when to ask for them, and what follows from them.

Rule: a call counts as the same caller's only if number and name both agree; people share names, and telephones. Nothing
of any other call is ever said, counted or taken over.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue.actions import Action, Recall
from bot.dialogue.events import EarlierCall
from bot.dialogue.hours import local
from bot.dialogue.spoken_times import day_words
from bot.dialogue.state import State
from nlu.kana import canonical

_ASKED = "recall:"
"""Topic under which `State.asked` keeps of whom the shell was asked; kept at its front, where no question stands."""

_ENDING = re.compile(
    r"(?:なん|の|こと)?(?:です|でし|だ|でございます)(?:が|けど|けれど|て|ので)?.*$|を?お願い.*$|について.*$|。.*$"
)
_MATTER = re.compile(
    r"([一-龥々ァ-ヶーA-Za-z0-9]{1,10}(?:[もりえいげきしけせてちみれ]{1,2}[一-龥々]{0,3})?)の(?:件|こと)"
)
_PLAIN = re.compile(r"(?!\d+$)[一-龥々ァ-ヶーA-Za-z0-9のもりえい]{2,16}")


def numbers(state: State) -> tuple[str, ...]:
    """The numbers this caller is known by: told, then shown."""
    told = state.facts.number.value if state.facts.number else ""
    shown = state.began.caller if state.began else ""
    return tuple(dict.fromkeys(number for number in (told, shown) if number))


def matching(state: State) -> tuple[EarlierCall, ...]:
    """The earlier calls of this very caller, newest first."""
    name = state.facts.caller_name
    if state.recalled is None or name is None or not name.value:
        return ()
    mine = numbers(state)
    return tuple(call for call in state.recalled.earlier if call.number in mine and is_same_name(call.name, name.value))


def is_same_name(one: str, other: str) -> bool:
    """By sound; given names must agree only where both were told."""
    mine, theirs = one.split(), other.split()
    return bool(mine and theirs) and all(canonical(a) == canonical(b) for a, b in zip(mine, theirs, strict=False))


def wanted(state: State) -> Recall | None:
    """What to ask the shell, once number and name are both known; once for each pair of them."""
    facts, known = state.facts, numbers(state)
    name = facts.caller_name.value if facts.caller_name else ""
    if not name or not known or _topic(known[0], name) in state.asked:
        return None
    company = facts.company
    return Recall(known[0], name, company.value if company else "", company.text if company else "")


def asked(state: State, recall: Recall) -> State:
    """Remember that it was asked."""
    return replace(state, asked=(_topic(recall.number, recall.name), *state.asked))


def _topic(number: str, name: str) -> str:
    return f"{_ASKED}{number}/{name}"


def with_recall(state: State, actions: tuple[Action, ...]) -> tuple[State, tuple[Action, ...]]:
    """Whatever is done next, with the question for earlier calls beside it where it is due; nothing waits for it."""
    recall = wanted(state)
    return (state, actions) if recall is None else (asked(state, recall), (*actions, recall))


def counted(state: State) -> State:
    """How many calls this one follows up."""
    return replace(state, facts=replace(state.facts, chases=len(matching(state))))


def matter(call: EarlierCall) -> str:
    """What that call was about, as it can be said back: 見積もり; "" where it had better not be."""
    found = _MATTER.search(call.purpose)
    text = found[1] if found else _ENDING.sub("", call.purpose.strip("。、 "))
    text = text.removesuffix("の件")
    return text if _PLAIN.fullmatch(text) else ""


def day(call: EarlierCall, now: float) -> str:
    """本日, 昨日, 十一月二十日金曜日."""
    then, today = local(call.at).date(), local(now).date()
    days = (today - then).days
    return {0: "本日", 1: "昨日"}.get(days) or day_words(then.isoformat())
