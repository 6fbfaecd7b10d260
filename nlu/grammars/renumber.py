"""A telephone number that is said once more: what was heard of it is what is listened for, and not what was denied.

Rule: a digit or two of a number are misheard, lost or heard twice, seldom more; so the second hearing leans on the
first, and a number has as many digits as the plan gives its kind. What the caller denied costs more than any other.
Leaves out places and parts (最後は八です), which the grammar of numbers knows (`asked`).
"""

from __future__ import annotations

from collections.abc import Iterator

from nlu.expected import Expected
from nlu.grammars.again import DENIED, KEPT
from nlu.grammars.networks import (
    END,
    NOTHING,
    START,
    Network,
    Node,
    Step,
    Web,
    alternatives,
    network,
    optional,
    repeat,
    sequence,
)
from nlu.grammars.spoken import carrier, digit, filler, opening_words, reply
from nlu.grammars.spoken_answers import answers
from nlu.phone import usual_length

HEARD = 2
"""Hearings that are remembered."""
MISHEARD, MISSED, TWICE = 3.0, 4.5, 4.0
"""Cost of a digit that was another, of one that was not heard, and of one that was heard and not said."""
ODD = 4.0
"""Of as many digits as a number of another kind has."""
GAP, NO_GAP = 1.3, 0.3
"""Of の between digits, and of none."""
SHORTEST, LONGEST = 10, 11


def renumber(expected: Expected) -> Network | None:
    """A number heard before: yes, or what it is instead; None where so little was heard of it that it says nothing."""
    told, denied = expected.numbers[:HEARD], (*expected.denied, expected.number)
    other = [node for each in told if (node := like(each, each in denied))]
    if not other:
        return None
    instead = alternatives(*other)
    no = alternatives((repeat(reply("no"), 0.4), 0.7), (NOTHING, 0.3))
    again = sequence(opening_words(), no, filler(0.1), instead, optional(carrier(), 0.9))
    short = answers("yes", "no", "repeat", "hold", "unknown", "refuse", "caller_id", "human")
    whole = alternatives((again, 0.5), (short, 0.5))
    return network("renumber", whole, (expected.ask, expected.number, told, expected.denied))


def like(heard: str, denied: bool = False) -> Node | None:
    """The digits heard, any of them perhaps another, missing or added; None where no number can come of them."""
    ends = list(_ends(heard, denied))
    return Web((*_steps(heard), *ends)) if ends else None


def _ends(heard: str, denied: bool) -> Iterator[Step]:
    """Where a number may end: with as many digits as its kind has."""
    usual = usual_length(heard)
    for more in (-1, 0, 1):
        size = len(heard) + more
        if SHORTEST <= size <= LONGEST:
            odd = ODD * (size != usual)
            yield _place("changed", more, len(heard)), END, "", "", "", odd
            if not more:
                yield _place("as heard", 0, len(heard)), END, "", "", "", odd + DENIED * denied


def _steps(heard: str) -> Iterator[Step]:
    yield START, _place("as heard", 0, 0), "", "", "", 0.0
    for more in (-1, 0, 1):
        for changed in ("as heard", "changed"):
            if more and changed == "as heard":
                continue
            for place in range(len(heard) + 1):
                yield from _onward(heard, place, more, changed)


def _onward(heard: str, place: int, more: int, changed: str) -> Iterator[Step]:
    """From so many of the heard digits on, so many more being said than were heard."""
    begin = _place(changed, more, place)
    after = f"{begin} said"
    yield begin, after, "", "", "", NO_GAP
    if 0 < place < len(heard):
        yield begin, after, "ノ", "の", "", GAP
    for kana, text, cost in digit().items:
        if place < len(heard):
            same = text == heard[place]
            onward = _place(changed if same else "changed", more, place + 1)
            yield after, onward, kana, text, "digit", cost + (KEPT if same else MISHEARD)
        if more < 1:
            yield after, _place("changed", more + 1, place), kana, text, "digit", cost + MISSED
        if more > -1 and text in heard[place : place + 2] and place + 2 <= len(heard):
            yield after, _place("changed", more - 1, place + 2), kana, text, "digit", cost + TWICE


def _place(changed: str, more: int, place: int) -> str:
    return f"{changed} {more:+d} {place}"
