"""The frame *message*: who calls, about what, where to call back."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import gather
from bot.dialogue.events import Heard
from bot.dialogue.gather import WISH, number_next, purpose_next
from bot.dialogue.moves import Move, Onward, Rung, announce, climb, close, record
from bot.dialogue.state import Facts, Outcome, State
from bot.dialogue.who import caller_next
from nlu.expected import Ask
from nlu.meaning import Reason, Want
from nlu.reasons.brief import is_topic
from nlu.reasons.wants import wants

OWES_A_CALL = frozenset({Reason.CALLBACK, Reason.QUESTION, Reason.COMPLAINT, Reason.CHASE, Reason.OPERATOR})
"""Reasons to which "I shall pass it on" is no answer: somebody calls back."""


GRANTED = frozenset({Want.MESSAGE, Want.CALLBACK})
"""Wishes that are granted in a word before anything is asked."""

ONLY_NUMBER = "only_number"
"""A person has dealt with the matter: all that is left to ask is the number for the call back."""

_CALLED = re.compile(
    r"着信|折り?返|留守電|かけ(?:て|直)|(?:電話|連絡)[をがは]?(?:先ほど|さっき|昨日|今)?(?:いただ|頂|もら|くださ|くれ|あ[っり]|入っ|かか|来)"
)
"""What somebody speaks of who returns a call: 〜の件でお電話しました is said by anybody."""

_NOTHING = re.compile(
    r"用(?:事|件)?(?:は|も|が)?(?:特に)?(?:な[いく]|あり?ま?せん)|切り(?:ます|ますね|ましょう)|聞いてみただけ|試しに|確かめ(?:た|ただけ)"
)
"""There is nothing that the caller wants of us."""
NOTHING = "nothing_wanted"

ASKED = frozenset({"wish", "purpose"})
"""Questions whose answer is the matter, as far as the caller would tell it."""

_NEWS = re.compile(r"知らせ|連絡|報告|通知|案内|伝言|伝え")
"""What somebody speaks of who calls to tell something."""

LEAVES = frozenset({None, Reason.MESSAGE, Reason.PERSON, Reason.OTHER})
"""Reasons of who may want no more than to leave word."""
WORD: tuple[Rung, ...] = ((Ask.PURPOSE, "ask_message"),)
"""Put to whoever wants a message passed on and has not told it."""

BY_WHOM = "by_whom"
SEVERAL = 2
"""Members of staff from which one may be meant and another not."""

RETURNING = "returning"
"""The question who of ours had called, put to whoever returns a call."""


def takes(script: Script, state: State, heard: Heard) -> State:
    """Nothing beyond what every utterance gives: see `gather`."""
    facts = state.facts
    if _wants_nothing(state):
        state = gather.without_purpose(state, heard.meaning.purpose)
        facts = replace(state.facts, reason=state.facts.reason or Reason.IDENTITY)
        return replace(state, facts=facts, asked=(*state.asked, NOTHING))
    if state.turns == 1 and facts.caller_name is None and not GRANTED.isdisjoint(heard.meaning.wants):
        state = announce(state, "granted", "understood")
    returns = facts.reason is Reason.CALLBACK and Want.CALLBACK not in heard.meaning.wants and _was_called(facts)
    if facts.reason not in OWES_A_CALL or facts.callback_promised or (returns and RETURNING not in state.asked):
        return state
    return replace(state, facts=replace(facts, callback_promised=True))


def _wants_nothing(state: State) -> bool:
    """Whether somebody who has told and asked nothing that is left takes leave."""
    facts = state.facts
    told = (facts.caller_name, facts.company, facts.number, facts.staff, facts.department)
    owed = facts.callback_promised or bool(facts.unanswered) or any(each is not None for each in told)
    return state.turns > 1 and not owed and bool(_NOTHING.search(state.words))


def goes_on(script: Script, state: State) -> Onward:
    """The next question."""
    if NOTHING in state.asked:
        return close(script, state, Outcome.ANSWERED, "closing_answered")
    facts = state.facts
    returns = facts.reason is Reason.CALLBACK and _was_called(facts)
    if returns and facts.staff is None and not facts.callback_promised:
        if move := climb(script, state, RETURNING, ((Ask.STAFF, "ask_returning"),)):
            return move
        state = replace(state, facts=replace(facts, callback_promised=True))
    if facts.reason is None and facts.purpose is None:
        known = facts.caller_name is not None or facts.company is not None
        move = caller_next(script, state) if known else None
        return move or climb(script, state, "wish", WISH) or record(script, state)
    return _by_whom(script, state) or rest(script, state)


def _was_called(facts: Facts) -> bool:
    """Whether somebody who is to be called back returns a call of ours, as far as the matter tells."""
    return facts.purpose is None or bool(_CALLED.search(facts.purpose.value))


def _by_whom(script: Script, state: State) -> Move | None:
    """Who is to call back, of whoever wants that and has named nobody; asked once, of companies' callers."""
    facts = state.facts
    named = facts.staff is not None or facts.department is not None or RETURNING in state.asked
    if facts.reason is not Reason.CALLBACK or named or len(script.staff) < SEVERAL or "company" not in script.ask:
        return None
    return caller_next(script, state) or climb(script, state, BY_WHOM, ((Ask.STAFF, "ask_in_charge"),))


def _content(script: Script, state: State) -> Move | None:
    """What the news is, of which only the topic was told (水道工事のお知らせで), or nothing yet (伝言だけいいですか).
    Asked once; who is to be called back or would speak with somebody will tell it himself."""
    facts = state.facts
    if leaves_word(state) and "purpose" in script.ask and ASKED.isdisjoint(state.asked):
        return climb(script, state, "content", WORD)
    tells = facts.staff is None or facts.reason is Reason.MESSAGE
    asked = facts.callback_promised or "purpose" not in script.ask or not ASKED.isdisjoint(state.asked)
    if asked or not tells or facts.purpose is None:
        return None
    news = _NEWS.search(facts.purpose.value) is not None and is_topic(facts.purpose.value)
    return climb(script, state, "content", ((Ask.PURPOSE, "ask_content"),)) if news else None


def leaves_word(state: State) -> bool:
    """Whether a message is to be passed on that was not told yet, nor invited."""
    facts = state.facts
    untold = facts.reason in LEAVES and facts.purpose is None and "offer_message" not in state.asked
    return untold and Want.MESSAGE in wants(state.told)


def rest(script: Script, state: State, number: bool = True) -> Onward:
    """What a message still lacks; without a number where nobody is to call back."""
    if ONLY_NUMBER in state.asked:
        return number_next(script, state) or state
    move = caller_next(script, state) or _content(script, state)
    if move is None and number and "number" in script.ask:
        move = number_next(script, state)
    return move or purpose_next(script, state) or state
