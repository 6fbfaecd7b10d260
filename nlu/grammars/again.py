"""A name or company that is said once more: what was heard of it is what is listened for, and not what was denied.

Rule: every hearing errs in ways that are known (`nlu.kana`), so what was heard says how likely each name is, before a
second hearing adds its own. Listed surnames near to it are taken as they are, anything else as the morae heard with a
few of them changed. A value that was denied costs more than any other. Leaves out which of a caller's words is one.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from nlu.expected import Ask, Expected
from nlu.grammars.networks import (
    END,
    NOTHING,
    START,
    Network,
    Node,
    Step,
    Web,
    Words,
    alternatives,
    network,
    optional,
    sequence,
    spread,
    vowel_of,
)
from nlu.grammars.spelled import BARE, RUN_ON, Ways, bare_ways, by_words, worded_ways
from nlu.grammars.spoken import (
    carrier,
    filler,
    given_names,
    often,
    opening_words,
    reply,
    silent_alternative,
    surnames,
)
from nlu.grammars.spoken_answers import answers
from nlu.identity.names import family_of
from nlu.kana import canonical, difference, distance, morae, nearest
from nlu.tables import DATA, rows

HEARD = 3
"""Hearings of one value that are remembered when it is heard again."""
NEAR = 200
"""Listed names that a hearing may have been meant for: further ones err in more than half of their morae."""
LEAST = 0.3
"""Likeness under which a listed name is none of them."""
ERROR, FAR = 1.2, 4.0
"""Cost of a mora that was misheard, and of its distance on top of it."""
KEPT = 0.15
"""Cost of one that was heard rightly."""
MISSED, ADDED = 3.0, 4.0
"""Of a mora that was not heard, and of one that was not said."""
COMMON = 0.5
"""Share of a surname's own cost (its rareness) that counts beside what was heard."""
RIGHTLY, STRANGE = 0.7, 0.04
"""Share of first hearings that are near to what was said; and of names in no list."""
OFTEN, SPELT, WORDED = 600, 5000, 1000
"""Surnames that are listened for whatever was heard before: the commonest, said, spelt, and spelt by words. Words are
heard so well that others than these need no list."""
KNOWN = 0.8
"""Share of what is spelt by words that is one of those."""
RARE = 0.8
"""Share of a surname's own cost that counts where it is spelt."""
FEW = 4
"""Words for each kana that names are listened for by."""
DENIED = 6.0
_PLAIN_YES = spread([("ハイ", "はい"), ("ハイソーデス", "はいそうです"), ("ソーデス", "そうです")], "answer")
"""ええ is left out: before a name it is いえ that was misheard."""
WEAK = tuple("アイウエオンッスクシツキフリル")
"""Morae that a telephone loses."""
TRADE = 0.5
"""Cost of a word of trade at the end of a company's name, where it was heard as it is."""
_FAR_TRADE = 0.5
"""Distance from which the end of what was heard is none."""
_FARTHEST = 0.75
"""Difference of two morae from which one is not taken for the other."""


def names_like(heard: Sequence[str], denied: Sequence[str] = (), rivals: Sequence[str] = ()) -> Node:
    """A surname of which that was heard, the likeliest first; perhaps with a given name."""
    known = _listed(tuple(heard), tuple(denied), tuple(rivals))
    listed = Words(tuple((kana, kana, cost) for kana, cost in known), "surname")
    strange = sounds_like(heard[0], "surname", heard[0] in denied)
    family = alternatives((listed, RIGHTLY), (strange, STRANGE)) if listed.items else strange
    return sequence(family, optional(often(given_names()), 0.08))


def other_names(heard: Sequence[str], denied: Sequence[str], rivals: Sequence[str]) -> Node:
    """The same, or one of the commonest surnames: the first hearing may have been far off."""
    refused = {canonical(each) for each in denied}
    common = tuple(item for item in often(surnames(), OFTEN).items if canonical(item[0]) not in refused)
    return alternatives((names_like(heard, denied, rivals), RIGHTLY), (Words(common, "surname"), 1.0 - RIGHTLY))


def companies_like(heard: Sequence[str], denied: Sequence[str] = ()) -> Node:
    """A company as which that was heard."""
    return alternatives(*[sounds_like(each, "company", each in denied) for each in heard])


@lru_cache(maxsize=64)
def _listed(
    heard: tuple[str, ...], denied: tuple[str, ...], rivals: tuple[str, ...] = ()
) -> tuple[tuple[str, float], ...]:
    """Listed surnames with their costs, cheapest first."""
    rare = rareness()
    refused = {canonical(each) for each in denied}
    costs: dict[str, float] = {}
    for rank, each in enumerate(heard):
        for name, far in near_surnames(each):
            cost = rank * 0.5 + COMMON * rare[name] + (ERROR + FAR) * far
            costs[name] = min(cost, costs.get(name, math.inf))
    for rank, name in enumerate(name for name in rivals if name in rare):
        cost = KEPT + rank * 0.3 + COMMON * rare[name]
        costs[name] = min(cost, costs.get(name, math.inf))
    for name in costs:
        costs[name] += DENIED * (canonical(name) in refused)
    kept = heapq.nsmallest(NEAR, costs.items(), key=lambda item: item[1])
    whole = -math.log(sum(math.exp(-cost) for _, cost in kept)) if kept else 0.0
    return tuple((name, cost - whole) for name, cost in kept)


@lru_cache(maxsize=256)
def near_surnames(heard: str) -> tuple[tuple[str, float], ...]:
    """Listed surnames that sound like it, and how far each is from it."""
    found = nearest(heard, rareness(), limit=NEAR, least=LEAST)
    return tuple((name, distance(heard, name)) for name, _ in found)


@cache
def rareness() -> dict[str, float]:
    """Of every listed surname."""
    return {kana: cost for kana, _, cost in surnames().items}


@lru_cache(maxsize=64)
def sounds_like(heard: str, label: str, denied: bool = False) -> Node:
    """The morae heard, any of them perhaps another, missing or added; where it was denied, hardly all as heard."""
    said = morae(heard)
    steps: list[Step] = []
    for place in range(len(said) + 1):
        steps += _onward(said, place, label)
    steps.append((f"0 {len(said)}", END, "", "", "", DENIED if denied else 0.0))
    steps.append((f"1 {len(said)}", END, "", "", "", 0.0))
    steps += [(f"{changed} {len(said) - 1}", END, "", "", "", ADDED) for changed in "01" if len(said) > 1]
    if label == "company":
        steps += _trades(said, denied)
    return Web(tuple(steps))


def _trades(said: Sequence[str], denied: bool) -> Iterator[Step]:
    """Words of trade as which the end of a company's name may have been meant: セイコ is 精工, ションカイ is 商会."""
    for place in range(1, len(said) - 1):
        heard = "".join(said[place:])
        for written, kana in _trade_words():
            if abs(len(morae(kana)) - (len(said) - place)) > 1 or (far := distance(heard, kana)) > _FAR_TRADE:
                continue
            cost = TRADE + (ERROR + FAR) * far
            same = canonical(heard) == canonical(kana)
            yield f"0 {place}", END, kana, written, "+company", cost + DENIED * (denied and same)
            yield f"1 {place}", END, kana, written, "+company", cost


@cache
def _trade_words() -> tuple[tuple[str, str], ...]:
    """(as written, katakana as pronounced)"""
    return tuple((written, kana) for written, kana in rows(DATA / "company_words.tsv") if len(morae(kana)) > 1)


def _onward(said: Sequence[str], place: int, label: str) -> Iterator[Step]:
    """The steps after so many of the heard morae; places are named by whether any was changed yet."""
    for changed in ("0", "1"):
        begin = f"{changed} {place}" if place else START if changed == "0" else "1 0"
        joined = label if begin == START else f"+{label}"
        if place < len(said):
            sound = _sound(said, place)
            yield begin, f"{changed} {place + 1}", sound, said[place], joined, KEPT
            for other, cost in _others(said[place]):
                yield begin, f"1 {place + 1}", other, other, joined, cost
        if place + 1 < len(said):
            yield begin, f"1 {place + 2}", _sound(said, place + 1), said[place + 1], joined, KEPT + ADDED
        for other in WEAK:
            yield begin, f"1 {place}", other, other, joined, MISSED + math.log(len(WEAK))


def _sound(said: Sequence[str], place: int) -> str:
    """How a mora sounds where it stands: ー is the vowel before it."""
    if said[place] != "ー":
        return said[place]
    return next((vowel for mora in reversed(said[:place]) if (vowel := vowel_of(mora))), "ア")


@lru_cache(maxsize=256)
def _others(mora: str) -> tuple[tuple[str, float], ...]:
    """The morae that one may have been meant for."""
    apart = ((other, difference(mora, other)) for other in every_mora() if other != mora)
    return tuple((other, ERROR + FAR * far) for other, far in apart if far < _FARTHEST)


@cache
def every_mora() -> tuple[str, ...]:
    """The morae of Japanese names, but for length; of those that sound alike one."""
    found = dict.fromkeys(mora for name in rareness() for mora in morae(name) if mora != "ー")
    return tuple(mora for mora in found if canonical(mora) == mora)


def _letters(names: Mapping[str, float], worded: Mapping[str, float]) -> Node:
    """One of these names, spelt out kana by kana with pauses between them: bare, or where it is one of `worded` by
    words."""
    alone = Web(tuple(_tree(names, bare_ways, RUN_ON[0])))
    by_word = Web(tuple(_tree(worded, lambda mora: worded_ways(mora, FEW), RUN_ON[1])))
    return alternatives((alone, BARE), (by_word, 1.0 - BARE))


def _tree(names: Mapping[str, float], ways: Callable[[str], Ways], run_on: float) -> Iterator[Step]:
    """Names by their first morae; what remains of one name alone is shared with all that end so."""
    begun: dict[str, list[float]] = defaultdict(list)
    for name, cost in names.items():
        for size in range(len(morae(name)) + 1):
            begun["".join(morae(name)[:size])].append(cost)
    cheapest = {part: min(costs) for part, costs in begun.items()} | {"": 0.0}
    written: set[tuple[str, str]] = set()
    for name, cost in names.items():
        kana, before, begin = morae(name), "", START
        for size, mora in enumerate(kana, start=1):
            after, left = before + mora, "".join(kana[size:])
            end = after if len(begun[after]) > 1 else f"~{left}" if left else END
            if (key := (begin, after if end == END else end)) not in written:
                written.add(key)
                paid = cheapest[after] - cheapest[before]
                for said, text, dear in ways(mora):
                    yield begin, end, f"{said}、", text, "kana", paid + dear
                    yield begin, end, said, text, "kana", paid + dear + run_on * (after not in names)
            before, begin = after, end
        if begin != END:
            yield name, END, "", "", "", cost - cheapest[name]


def again(expected: Expected) -> Network:
    """A name or company that was heard before: yes, or what it is instead; what is denied is none of it."""
    names, firms, denied = _heard(expected), _companies(expected), expected.denied
    told = (*denied, family_of(expected.name), expected.company)
    short = answers("yes", "no", "repeat", "hold", "refuse", "unknown", "thanks", "human")
    instead: list[tuple[Node, float]] = [(reply("private"), 0.1)]
    same: list[tuple[Node, float]] = []
    of = reply("of", "")
    firm = silent_alternative(sequence(companies_like(firms, denied), of), 0.3) if firms else NOTHING
    if names:
        instead.append((sequence(firm, filler(0.05), other_names(names, told, expected.rivals)), 0.5))
        same.append((sequence(firm, names_like(names, denied)), 0.7))
    if firms:
        name = silent_alternative(sequence(of, names_like(names, denied)), 0.3) if names else NOTHING
        instead.append((sequence(companies_like(firms, told), name), 0.4))
        same.append((companies_like(firms, denied), 0.3))
    no = sequence(opening_words(), reply("no"), filler(0.2), alternatives(*instead), optional(carrier(), 0.9))
    told_again = sequence(alternatives(*same), carrier())
    if expected.ask is Ask.CONFIRM_CALLER:  # whoever says what was read back says yes before it
        rest = sequence(alternatives((_PLAIN_YES, 0.95), (NOTHING, 0.05)), told_again)
    else:
        rest = sequence(opening_words(), told_again)
    said = alternatives((no, 0.35), (rest, 0.15), (short, 0.5))
    return network(
        "again", said, (expected.ask, expected.name, expected.company, names, firms, denied, expected.rivals)
    )


def _heard(expected: Expected) -> tuple[str, ...]:
    return tuple(dict.fromkeys(family_of(each) for each in (expected.name, *expected.heard) if each))[:HEARD]


def _companies(expected: Expected) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in (expected.company, *expected.companies) if each))[:HEARD]


def spelt(expected: Expected) -> Network:
    """A name that was heard before, kana by kana."""
    heard, denied, rivals = _heard(expected), expected.denied, expected.rivals
    near = dict(_listed(heard, denied, rivals))
    told = sequence(_letters(near, near), optional(carrier(), 0.6))
    return network("spelt", told, (heard, denied, rivals))


@cache
def spelt_often() -> Network:
    """Any of the commoner surnames kana by kana, or any name by words."""
    names = {kana: RARE * cost for kana, _, cost in often(surnames(), SPELT).items}
    listed = _letters(names, dict(list(names.items())[:WORDED]))
    told = sequence(alternatives((listed, KNOWN), (by_words(), 1.0 - KNOWN)), optional(carrier(), 0.6))
    return network("spelt", told, ("often", SPELT, WORDED))
