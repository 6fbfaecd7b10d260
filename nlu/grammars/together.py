"""What a caller's name most likely is by all its hearings together.

Rule: each hearing errs in ways that are known (`nlu.kana`), and seldom twice in the same way; so a name is the likelier
the nearer it is to what every ear had for it each time, be it best in none of them. A hearing that was of something
else (a company, talk) speaks against a name only so much (`MOST`). Names read back and denied count the less, those
that can only have been meant by the no (read back by themselves) not at all.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from nlu.grammars.again import near_surnames, rareness
from nlu.identity.names import family_of
from nlu.kana import canonical, distance, morae

MOST = 7.0
"""Cost of a hearing that has nothing of a name."""
SECOND, FURTHER = 0.4, 0.25
"""Cost of what an ear had but for its best, and of each place behind that."""
ERROR, FAR = 1.5, 4.5
"""Cost of a name that no ear had in a hearing, and of its distance in morae from what they had."""
GIVEN = 2.5
"""Cost of taking the end of what was heard for a given name: few callers tell theirs."""
DENIED = 3.0
"""Of a name that was denied together with the company."""
RARE = 0.3
"""Share of a surname's own cost (its rareness) that counts: the ears that heard it have counted it too."""
UNLISTED = 6.0
"""Cost of a name in no list; that of the rarest listed one is 3.8."""
CONSIDERED = 8
"""Of each hearing, the likeliest first."""
NEIGHBOURS = 40
"""Listed names near to the best of a hearing that are considered beside what was heard."""
KEPT = 7

SPELT = 3.0
"""How much more a hearing counts in which the name was spelt: each kana was said by itself."""
JOINED, MADE = 3, 200
"""Of the likeliest names, and of each hearing's, those that new ones are made of; and how many at most."""

Costs = Mapping[str, float]
"""What a name may have been in one hearing, and the cost of each."""


class Told(NamedTuple):
    """What the ears had for a name that was said once."""

    names: tuple[str, ...]
    """Katakana, the likeliest first."""
    spelt: bool = False


@lru_cache(maxsize=64)
def likeliest(
    hearings: tuple[Told, ...], denied: tuple[str, ...] = (), refused: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Names, the likeliest first; kept, since what was heard is weighed when it is guessed and when it stands."""
    told = [(_heard(each.names[:CONSIDERED]), SPELT if each.spelt else 1.0) for each in hearings if each.names]
    never = {sound for each in refused for sound in _sounds(each)}
    no = {sound for each in denied for sound in _sounds(each)}
    costs: dict[str, float] = {}

    def weigh(names: Iterable[str]) -> list[str]:
        for name in dict.fromkeys(names):
            sound = canonical(name)
            if name not in costs and sound not in never:
                heard = sum(weight * _cost(each, name) for each, weight in told)
                costs[name] = _prior(name) + DENIED * (sound in no) + heard
        return heapq.nsmallest(KEPT, costs, key=lambda name: costs[name])

    best = weigh(_candidates([each for each, _ in told]))
    if len(told) > 1:
        best = weigh(_joined(best[:JOINED], [each for each, _ in told]))
    return tuple(best)


def _sounds(name: str) -> set[str]:
    return {canonical(name), canonical(family_of(name))}


def _heard(names: Sequence[str]) -> Costs:
    """The names, and of those that may be family and given name the family's."""
    costs: dict[str, float] = {}
    for rank, name in enumerate(names):
        cost = SECOND + FURTHER * rank if rank else 0.0
        for each, more in ((name, 0.0), (family_of(name), GIVEN)):
            costs[each] = min(cost + more * (each != name), costs.get(each, MOST))
    return costs


def _candidates(hearings: Sequence[Costs]) -> Iterator[str]:
    for each in hearings:
        yield from each
    for each in hearings:
        yield from (name for name, _ in near_surnames(next(iter(each)))[:NEIGHBOURS])


def _joined(best: Sequence[str], hearings: Sequence[Costs]) -> Iterator[str]:
    """Names that no ear had whole: the beginning of one and the end of another, for each hearing errs elsewhere."""
    heard = dict.fromkeys(name for each in hearings for name in list(each)[:JOINED])
    pairs = ((morae(one), morae(other)) for one in best for other in heard)
    made = (
        "".join((*front[:place], *back[at:]))
        for one, other in pairs
        if abs(len(one) - len(other)) <= 1
        for front, back in ((one, other), (other, one))
        for place in range(1, len(front))
        for at in (place - 1, place, place + 1)
        if 0 < at < len(back)
    )
    return islice(dict.fromkeys(made), MADE)


def _prior(name: str) -> float:
    listed = rareness().get(name)
    return UNLISTED if listed is None else RARE * listed


def _cost(hearing: Costs, name: str) -> float:
    """How unlikely it is to have heard this of that name."""
    if name in hearing:
        return hearing[name]
    return min(MOST, *(cost + ERROR + FAR * _far(heard, name) for heard, cost in hearing.items()))


@lru_cache(maxsize=4096)
def _far(one: str, other: str) -> float:
    return distance(one, other)
