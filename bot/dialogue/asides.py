"""What comes beside the question that stands: it is taken, and the question put once more in the same words.

A question that something else came up beside was not badly heard, and nobody is asked to speak slowly for it. That
holds once a question: whoever never answers it is asked in other words. A name that was read back stands, unconfirmed,
where the caller goes on to the matter; a number is read back until there is a yes.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import reach
from bot.dialogue.moves import then
from bot.dialogue.state import Facts, FrameName, State
from nlu.expected import Ask
from nlu.meaning import Answer, Meaning, Want

FOR_A_VALUE = frozenset(
    {Ask.CALLER, Ask.NAME, Ask.COMPANY, Ask.KANA, Ask.NUMBER, Ask.CALLER_ID, Ask.CONFIRM_CALLER, Ask.CONFIRM_NUMBER}
)
"""Questions beside which a matter may be told."""

PROMISED = frozenset({FrameName.MESSAGE, FrameName.DELIVERY, FrameName.APPLICATION, FrameName.OFFICIAL})
"""Goals in which a call back is promised as soon as it is wished for; others decide themselves."""


def put_as_before(before: State, after: State) -> State:
    """The same state, the question that stood not counted as put."""
    standing = before.frames and before.asked and before.expected is not None and before.expected.ask is not Ask.MORE
    aside = f"aside:{before.asked[-1]}" if standing else ""
    if not standing or before.asked != after.asked or aside in before.asked:
        return after
    return replace(after, asked=(*after.asked[:-1], aside))


def told(before: State, after: State, meaning: Meaning) -> State:
    """A matter, somebody's name or a hurry told in place of an answer: acknowledged, and the question put again. So is
    the wish to know when somebody is back, who has not been looked for yet."""
    after = _promised(after, meaning)
    asked = before.expected.ask if before.expected else Ask.OPENING
    slots = meaning.slots
    value = (slots.caller_name, slots.company, slots.number, slots.extension)
    if asked not in FOR_A_VALUE or meaning.answer not in (None, Answer.UNKNOWN) or any(value):
        return after
    news = _tellable(before.facts) != _tellable(after.facts) or reach.asks_return(after)
    if not news or before.frames != after.frames:
        return after
    if asked is Ask.CONFIRM_CALLER:  # as after a silence: whoever goes on has let the name stand
        return replace(after, asked=(*after.asked, *after.asked[-1:]))
    again = put_as_before(before, after)
    return again if again == after or after.pending else then(again, "understood")


def _tellable(facts: Facts) -> tuple[object, ...]:
    """What may be told beside an answer."""
    return facts.purpose, facts.staff, facts.urgent, facts.callback_promised


def _promised(state: State, meaning: Meaning) -> State:
    """A call back that is wished for, whenever."""
    if Want.CALLBACK not in meaning.wants or not state.frames or state.frames[-1] not in PROMISED:
        return state
    return replace(state, facts=replace(state.facts, callback_promised=True))
