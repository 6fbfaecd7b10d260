"""The frame *delivery*: a parcel is on its way, or at the door now, which cannot wait.

Who stands at the door is put through where somebody is there; otherwise it is passed on, urgently.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import gather, handover, message, who
from bot.dialogue.events import Heard
from bot.dialogue.moves import Onward, announce, ask
from bot.dialogue.said_back import COMES
from bot.dialogue.state import Captured, State
from nlu.asking import is_put
from nlu.expected import Ask
from nlu.meaning import Answer, Meaning, Reason

AT_DOOR = "at_door"
WHEN = "delivery_when"
"""The question when it comes, where only the day or nothing was told; asked once."""

ASKED = 2
"""How often a courier is asked for each."""

_AT_DOOR = re.compile(
    r"(?:玄関|入口|入り口|門|建物|店|会社|事務所|ビル|お宅)(?:の)?(?:前|先|下)|着(?:いて|きまし|いた(?!ら))|到着し(?!たら)|"
    r"(?:来て|参って|伺って)(?:い|お)?り?(?:ます|る)|(?:今|いま)[^。]{0,8}(?:前|着|まで来|伺)|インターホン|呼び鈴|チャイム"
)
_TIMED = re.compile(
    r"[0-9〇一二三四五六七八九十]+時(?!間)|正午|午前|午後|夕方|昼|今から|これから|まもなく|もうすぐ|あと[^、。]{1,6}分"
)
_AT_A_LOSS = re.compile(r"わからな|分からな|どこ|どちら")
_DIFFERS = re.compile(r"遅|過ぎ|間に合|足り|壊|割れ|濡れ|代わりに|違|変更|出直|持ち帰")
"""News of a delivery that somebody has to know."""
_COMES = re.compile(
    r"(?:着き|つき|伺い|うかがい|行き|いき|向かい|回り|まわり|回し|下ろし|降ろし|おろし|置き|置いて(?:い|お)き|置いとき|運び|入れ|入り|参り|まいり)"
    r"ます(?:ね|んで|ので|から)?。?$"
)
"""What a courier does with what he was told: あと五分で着きます."""
_LATER = re.compile(
    r"明日|あした|午後|後ほど|のちほど|これから|夕方|着(?:く|き)予定|着かな|着(?:き|いて)ませ|到着し(?:ない|ませ)"
)


def takes(script: Script, state: State, heard: Heard) -> State:
    """Whether they stand at the door."""
    text = heard.hearing.text
    state = _expected(state, heard)
    if AT_DOOR in state.asked:
        return _courier(state)
    if not _AT_DOOR.search(text) or _LATER.search(text):
        return state
    return _courier(replace(state, asked=(*state.asked, AT_DOOR), facts=replace(state.facts, pressing=True)))


def was_told(state: State, meaning: Meaning, text: str) -> bool:
    """Whether a courier whose question was answered says what he will do, and asks nothing on and leaves no word."""
    facts = state.facts
    served = facts.reason is Reason.DELIVERY and bool(facts.answered) and not facts.unanswered
    news = bool(meaning.wants) or meaning.urgent or _DIFFERS.search(text) or _wants_help(text)
    return served and not news and bool(_COMES.search(text))


def _wants_help(words: str) -> bool:
    """Whether he wants something of us, and brings no news alone."""
    return is_put(words) or bool(_AT_A_LOSS.search(words))


def _courier(state: State) -> State:
    """Of a courier at the door the company is enough; who brings news of a delivery may have to be rung (R4)."""
    facts = state.facts
    if facts.company is None or not facts.company.value or facts.caller_name is not None:
        return state
    return replace(state, facts=replace(facts, caller_name=Captured("", gather.UNNAMED)))


def _expected(state: State, heard: Heard) -> State:
    """What was told of the time when it was asked for."""
    known = dict(state.facts.details)
    if WHEN not in state.asked[-1:] or COMES in known or not _TIMED.search(heard.hearing.text):
        return state
    facts = replace(state.facts, details=(*state.facts.details, (COMES, heard.hearing.text)))
    return replace(state, facts=facts)


def _comes_untimed(state: State) -> bool:
    """Whether something is to come, and it was not told at what time."""
    told = f"{state.facts.purpose.value if state.facts.purpose else ''}{state.words}"
    return WHEN not in state.asked and AT_DOOR not in state.asked and not (_TIMED.search(told) or _wants_help(told))


def _unpressed(state: State) -> State:
    """Whoever has not told name, company or number when asked twice is not asked again: the parcel comes without."""
    facts, asked = state.facts, state.asked
    if facts.caller_name is None and asked.count("caller") + asked.count("name") >= ASKED:
        facts = replace(facts, caller_name=Captured("", gather.UNNAMED))
    if facts.company is None and asked.count("caller") + asked.count("company") >= ASKED:
        facts = replace(facts, company=Captured("", gather.UNNAMED))
    if facts.number is None and asked.count("number") >= ASKED:
        facts = replace(facts, number=Captured("", gather.NO_NUMBER[Answer.REFUSE]))
    return replace(state, facts=facts)


def goes_on(script: Script, state: State) -> Onward:
    """Through to somebody, or a message."""
    wanted = AT_DOOR in state.asked or handover.is_wanted(script, Reason.DELIVERY)
    if wanted and (move := handover.hand_over(script, state, Reason.DELIVERY, "transfer_delivery")):
        return move
    state = announce(_unpressed(state), "delivery", "delivery_noted")
    if move := who.caller_next(script, state):
        return move
    if state.facts.purpose is not None and _comes_untimed(state):
        return ask(script, state, WHEN, (Ask.DETAIL, "delivery_when"))
    return message.rest(script, state)
