"""A call-back number that was denied: asked for in another way, and let stand as it was heard, never for ever.

Rule: what was read back twice in vain, be it the same, is asked for by push buttons, which nobody mishears; after the
fourth number read back the last stands, marked in the report as only heard. What was heard before is told to the ears
(`Expected.numbers`), and what was denied is not listened for again. Leaves out the first question (`gather`).
"""

from __future__ import annotations

from dataclasses import replace

from bot.company.script import Script
from bot.dialogue.moves import Move, ask
from bot.dialogue.state import State
from bot.dialogue.wording import confirmed
from nlu import phone
from nlu.expected import Ask

READ_BACKS = 4
"""How many numbers are read back at most."""
WRONG = 2
"""Read-backs in vain, after which another way is tried."""
OTHERWISE = "number_otherwise"


def read_back(state: State) -> tuple[str, ...]:
    """The numbers that were read back so far, the latest first."""
    return tuple(dict.fromkeys(_reads(state)))


def _reads(state: State) -> tuple[str, ...]:
    """The same, each as often as it was read back."""
    topics = (topic.removeprefix("confirm:") for topic in reversed(state.asked) if topic.startswith("confirm:"))
    return tuple(topic for topic in topics if topic.isdigit())


def is_settled(state: State) -> bool:
    """Whether the number stands as it is, for better or worse."""
    return len(read_back(state)) >= READ_BACKS


def stands(state: State) -> bool:
    """Whether it is not asked about any more: too many were, and this one is none that waits for its yes."""
    number = state.facts.number
    waits = number is not None and number.value in read_back(state) and number.value not in state.rejected
    return is_settled(state) and not waits


def beside_read_back(state: State) -> State:
    """A number of a recorded message, with those that were read back before it: the no to them may have been noise.

    One that no number plan has gives way to one of them that a plan has.
    """
    number, read = state.facts.number, read_back(state)
    if number is None or not number.value or confirmed(number) or not {*read} - {number.value}:
        return state
    told = tuple(dict.fromkeys((number.value, *number.alternatives, *read)))
    best = next((each for each in told if phone.known(each)), number.value)
    text = number.text if best == number.value else ""
    rest = tuple(each for each in told if each != best)
    return replace(state, facts=state.facts.put("number", replace(number, value=best, text=text, alternatives=rest)))


def in_another_way(script: Script, state: State) -> Move | None:
    """The question for a number that was misheard again and again; once."""
    number, reads = state.facts.number, _reads(state)
    if number is None or len(reads) < WRONG or OTHERWISE in state.asked:
        return None
    if reads.count(number.value) in range(1, WRONG) and number.value not in state.rejected:
        return None
    state = replace(state, facts=replace(state.facts, number=None))
    return ask(script, state, OTHERWISE, (Ask.NUMBER, "ask_number_buttons"))


def with_hearings(move: Move | None) -> Move | None:
    """The same, its question knowing as what the number was heard, and what of that was denied."""
    if move is None or move[0].expected is None or move[0].expected.ask not in (Ask.NUMBER, Ask.CONFIRM_NUMBER):
        return move
    state, actions = move
    assert state.expected is not None
    number = state.facts.number
    now = (number.value,) if number is not None and number.value.isdigit() else ()
    heard = tuple(dict.fromkeys((*now, *read_back(state))))
    denied = tuple(each for each in state.rejected if each.isdigit())
    return replace(state, expected=replace(state.expected, numbers=heard, denied=denied)), actions
