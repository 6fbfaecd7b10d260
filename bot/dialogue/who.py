"""Who is calling: name and company asked for, read back at once, and put right where the caller says no.

Rule: nobody is asked for ever. A correction is read back again; what was put right twice is asked for in another way,
the name kana by kana, the company slowly and by itself; and after the third read-back the value stands as it was heard
last, marked so in the report. What was heard before is told to the ears (`Expected.heard`), and what was denied is not
read back again. Leaves out how values come in (`gather.absorb`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue import vip
from bot.dialogue.events import Heard
from bot.dialogue.moves import Move, Rung, aside, ask, climb, record
from bot.dialogue.said_back import caller_key
from bot.dialogue.state import Captured, State
from bot.dialogue.wording import confirmed
from nlu.expected import Ask
from nlu.kana import is_kana
from nlu.meaning import Answer

READ_BACKS = 3
"""How often a caller's name and company are read back at most."""
ALONE = 3
"""How often a name is read back by itself at most, where company and name were denied together."""
BY_ITSELF = "confirm:/"
"""How the topic of such a read-back begins."""
DOUBTS = 2
"""How often the caller puts a value right before it is asked for in another way."""
FIELDS = {"caller_name": "name", "company": "company"}
"""Of `Facts`, and how topics call them."""

CALLER: tuple[Rung, ...] = ((Ask.CALLER, "ask_caller"), (Ask.CALLER, "ask_caller_again"))
NAME: tuple[Rung, ...] = ((Ask.NAME, "ask_name"), (Ask.NAME, "ask_name_again"), (Ask.KANA, "ask_name_kana"))
OTHERWISE: dict[str, Rung] = {
    "caller_name": (Ask.KANA, "ask_name_kana"),
    "company": (Ask.COMPANY, "ask_company_slowly"),
}
ITSELF: tuple[Rung, ...] = ((Ask.CONFIRM_CALLER, "confirm_name"), (Ask.CONFIRM_CALLER, "confirm_name_again"))
COMPANY: tuple[Rung, ...] = ((Ask.COMPANY, "ask_company"), (Ask.COMPANY, "ask_company_again"))


def caller_next(script: Script, state: State) -> Move | None:
    """Ask for what is missing, then read name and company back at once."""
    move = _next(script, vip.known(script, state))
    return with_hearings(move) if move else None


def _next(script: Script, state: State) -> Move | None:
    facts = state.facts
    no_company = "company" in script.ask and facts.company is None
    no_name = "name" in script.ask and facts.caller_name is None
    if _read(state):  # they were told, and denied
        if no_name and (move := climb(script, state, "name_denied", NAME[1:])):
            return move
        if no_company and (move := climb(script, state, "company_denied", COMPANY[1:])):
            return move
        name = _in_another_way(script, state, "caller_name") or _by_itself(script, state)
        return name or _in_another_way(script, state, "company") or _read_back(script, state)
    if no_company and no_name and (move := climb(script, state, "caller", CALLER)):
        return move
    if no_name:
        return climb(script, state, "name", NAME) or record(script, state)
    if no_company and (move := climb(script, state, "company", COMPANY)):
        return move
    return _read_back(script, state)


def _in_another_way(script: Script, state: State, field: str) -> Move | None:
    """The question for what was put right and still does not stand, once."""
    item, name = state.facts.get(field), FIELDS[field]
    doubts = state.asked.count(f"doubt:{name}")
    if item is None or not item.value or confirmed(item) or f"otherwise:{name}" in state.asked:
        return None
    stuck = doubts and _topic(state) in _read(state)
    return ask(script, state, f"otherwise:{name}", OTHERWISE[field]) if doubts >= DOUBTS or stuck else None


def _by_itself(script: Script, state: State) -> Move | None:
    """The name read back without the company: whoever denied both did not tell which of them is wrong."""
    name, company = state.facts.caller_name, state.facts.company
    if name is None or not name.value or confirmed(name) or company is None or not company.value:
        return None
    topic, before = f"{BY_ITSELF}{name.value}", _alone(state)
    both = {"doubt:name", "doubt:company"} <= {*state.asked}
    if not both or (topic not in before and len(before) >= ALONE):
        return None
    move = climb(script, state, topic, ITSELF)
    if move is None or move[0].expected is None:
        return None
    return replace(move[0], expected=replace(move[0].expected, company="")), move[1]


def _alone(state: State) -> set[str]:
    return {topic for topic in state.asked if topic.startswith(BY_ITSELF)}


def _read_back(script: Script, state: State) -> Move | None:
    items, topic, read = _items(state), _topic(state), _read(state)
    if not items or all(confirmed(item) for item in items):
        return None
    denied = topic in read and any(each.startswith("doubt:") for each in state.asked)
    if denied or (topic not in read and is_settled(state)):
        return None
    greeting = vip.greeting(script, state) if not read else None
    agreed = state.asked[-1:] and state.asked[-1].startswith(BY_ITSELF)  # to the name: only the company is left
    changed = "confirm_caller_plain" if agreed else "confirm_caller_changed"
    keys = (greeting or (changed if read else caller_key(state)), "confirm_caller_again")
    return climb(script, state, topic, tuple((Ask.CONFIRM_CALLER, key) for key in keys))


def _items(state: State) -> list[Captured]:
    name, company = state.facts.caller_name, state.facts.company
    return [item for item in (company, name) if item is not None and item.value]


def _topic(state: State) -> str:
    return "confirm:" + "/".join(item.value for item in _items(state))


def _read(state: State) -> tuple[str, ...]:
    """The read-backs so far; numbers and bookings, which have digits, are none of a caller."""
    return tuple(topic for topic in state.asked if topic.startswith("confirm:") and not re.search(r"\d", topic))


def is_settled(state: State) -> bool:
    """Whether name and company stand as they are, for better or worse."""
    alone = _alone(state)
    return len(alone) >= ALONE or len({*_read(state)} - alone) >= READ_BACKS


def doubted(state: State, heard: Heard) -> State:
    """Count what the caller puts right when it is read back; a bare no, or words twice not understood, doubts all."""
    expected, meaning = state.expected, heard.meaning
    told = [field for field in FIELDS if getattr(meaning.slots, field) is not None]
    if expected is not None and expected.ask in (Ask.KANA, Ask.COMPANY) and told:
        return aside(state, "told")  # it is an answer, even if it is the same again
    if expected is None or expected.ask is not Ask.CONFIRM_CALLER or meaning.answer is Answer.YES:
        return state
    said_no = meaning.answer in (Answer.NO, Answer.CORRECT) and meaning.slots.number is None
    lost = meaning.answer is None and not told and state.asked[-2:] == state.asked[-1:] * 2
    if not (told or said_no or lost):
        return state
    read = {"caller_name": expected.name, "company": expected.company}
    for field in told or [field for field in FIELDS if read[field]]:
        for _ in range(DOUBTS if lost else 1):
            state = aside(state, f"doubt:{FIELDS[field]}")
    return state


def with_hearings(move: Move) -> Move:
    """The same, its question knowing what was heard before of name and company, and what was denied."""
    state, actions = move
    expected, facts = state.expected, state.facts
    if expected is None or expected.ask not in (Ask.CONFIRM_CALLER, Ask.NAME, Ask.COMPANY, Ask.KANA):
        return move
    names, companies = list[str](), list[str]()
    for topic in reversed(_read(state)):
        *before, name = topic.removeprefix("confirm:").split("/")
        names.append(name)
        companies += before
    for field, found in (("caller_name", names), ("company", companies)):
        item = facts.get(field)
        found[:0] = [item.value] if item is not None else []
    heard, firms = ({each: None for each in found if is_kana(each)} for found in (names, companies))
    denied = tuple(each for each in state.rejected if is_kana(each))
    rivals = facts.caller_name.alternatives if facts.caller_name else ()
    if state.asked[-1].startswith(BY_ITSELF):
        firms = {}
    expected = replace(expected, heard=tuple(heard), companies=tuple(firms), denied=denied, rivals=rivals)
    return replace(state, expected=expected), actions
