"""The points of long speech: which of its stretches are told when not all can be.

A stretch is one clause, or a few that cannot stand alone (令和八年、ワ、第一二〇四五号、…事件です). They are weighed by
`data/gist_points.tsv`: what is asked for, until when, what went wrong, numbers, amounts, times. The heaviest for their
length are told in the order in which they were said, each whole. Nothing is judged true or put in other words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nlu.tables import DATA, rows

BUDGET = 200
"""Characters that a reader takes in at a glance, some five lines of a mail."""
SPARE = 70
"""Characters beyond it for one stretch that asks for something or says until when, or has a number."""
_FILE = DATA / "gist_points.tsv"
_MUST = frozenset({"request", "deadline", "number"})
_LONGEST_STRETCH = 90
_UNFINISHED = re.compile(r"[0-9〇零一二三四五六七八九十百千万億]+$")
_AGAIN = 0.4
"""Worth of each further find of one kind, as a share of the first."""
_PER_STRETCH = 8
"""Characters that a stretch costs beside its own: many short ones read like a telegram."""
_OPENING = 2.5
"""Weight for the first stretch with a point in it: it tells what all is about."""
_PLAIN = 2.0
"""Weight from which a stretch may be what all is about."""
_LEANS = re.compile(r"(?:それ(?!から|で(?:は|$))|その(?!他|うち)|そちらの?|こちらまで|この(?:場合|まま)|これ(?!から))")
"""Begins a stretch that is understood only with the one before."""
_LEANT_ON = 1.5
_GOES_ON = re.compile(r"(?:[てで]|たく|ので|んで|のと|り|か)$")
"""How a clause ends of which the rest of the sentence is wanted too, if the two are short."""
_WHOLE = 60
_LEAST = 1.5
"""Weight below which a stretch is no point, however much room there is."""
_BRIEF = 9
"""Characters up to which the end of a sentence belongs to what stands before it (変わりません)."""
_OPEN_END = re.compile(
    r"(?:[^\u3041-\u3096]|(?<!す)(?<!し[たい])(?<![だいるたん])が|[がはをにで](?:ですね|ね|さ|な)|[をにへ]"
    r"|(?<![てでら])は|(?<![てで])も|の|(?:[一-鿿]|ごろ)から|だと|たら|れば|なら)$"
)
"""How a clause ends that cannot stand alone."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause of the text, or what is left of it."""

    text: str
    start: int
    closed: bool = False
    """Whether a sentence ends with it."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Pieces that are told together or not at all."""

    pieces: tuple[Piece, ...]
    score: float
    must: bool

    @property
    def length(self) -> int:
        return sum(len(piece.text) + 1 for piece in self.pieces)


@cache
def _marks() -> tuple[tuple[str, float, re.Pattern[str]], ...]:
    return tuple((name, float(weight), re.compile(pattern)) for name, weight, pattern in rows(_FILE))


def weigh(text: str) -> tuple[float, frozenset[str]]:
    """(how much a clause tells, the kinds of points in it)."""
    total, kinds = 0.0, set()
    for name, weight, pattern in _marks():
        times = sum(1 for _ in pattern.finditer(text))
        if times:
            kinds.add(name)
            total += weight * (1 + _AGAIN * min(times - 1, 2))
    return total, frozenset(kinds)


def told(pieces: Sequence[Piece], budget: int = BUDGET) -> str:
    """The pieces as text, those of most weight where they are too many, with … where some were left out."""
    if sum(len(piece.text) + 1 for piece in pieces) <= budget + 1:
        return _written([(piece, False) for piece in pieces])
    stretches = _stretches(pieces)
    chosen = _chosen(stretches, budget)
    marked: list[tuple[Piece, bool]] = []
    gap = False
    for place, stretch in enumerate(stretches):
        if place in chosen:
            marked += [(piece, gap and first == 0) for first, piece in enumerate(stretch.pieces)]
        gap = place not in chosen
    if not marked:
        return _UNFINISHED.sub("", pieces[0].text[: budget - 1]) + "…"
    return _written(marked) + ("…" if gap else "")


def _written(marked: Sequence[tuple[Piece, bool]]) -> str:
    """Pieces with the signs between them; True: something was left out before this one."""
    text = ""
    closed = False
    for piece, gap in marked:
        sign = "。" if closed and text else ""
        text += (sign + "…" if gap else sign or ("、" if text else "")) + piece.text
        closed = piece.closed
    return text


def _stretches(pieces: Sequence[Piece]) -> list[_Stretch]:
    found: list[_Stretch] = []
    group: list[Piece] = []
    opened = False
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        group.append(piece)
        length = sum(len(part.text) for part in group)
        if following and not piece.closed and length + len(following.text) < _LONGEST_STRETCH:
            if _OPEN_END.search(piece.text) or _LEANS.match(following.text) or len(following.text) <= _BRIEF:
                continue
            if _GOES_ON.search(piece.text) and length + len(following.text) < _WHOLE:
                continue
        found.append(_stretch(group, opened))
        opened = opened or found[-1].score >= _PLAIN
        group = []
    if group:
        found.append(_stretch(group, opened))
    return _supported(found)


def _stretch(group: list[Piece], opened: bool) -> _Stretch:
    score, kinds = weigh("、".join(piece.text for piece in group))
    first = score >= _PLAIN and not opened
    return _Stretch(tuple(group), score + (_OPENING if first else 0), not _MUST.isdisjoint(kinds))


def _supported(stretches: list[_Stretch]) -> list[_Stretch]:
    """With more weight for those that the next one leans on."""
    return [
        _Stretch(one.pieces, one.score + _LEANT_ON, one.must) if following and _leans(following) else one
        for one, following in zip(stretches, [*stretches[1:], None], strict=True)
    ]


def _leans(stretch: _Stretch) -> bool:
    return stretch.score > 0 and _LEANS.match(stretch.pieces[0].text) is not None


def _chosen(stretches: Sequence[_Stretch], budget: int) -> set[int]:
    """Places of the heaviest for their length within the budget, and of one more that must not be missed."""
    worth = {place: one.score / (one.length + _PER_STRETCH) for place, one in enumerate(stretches)}
    least = min(_LEAST, max(stretch.score for stretch in stretches))
    left = budget
    chosen: set[int] = set()
    for place in sorted(worth, key=lambda place: (-worth[place], place)):
        if (stretches[place].score >= least) and stretches[place].length <= left:
            chosen.add(place)
            left -= stretches[place].length
    missed = [place for place in worth if place not in chosen and stretches[place].must]
    fitting = [place for place in missed if stretches[place].length <= left + SPARE]
    if fitting:
        chosen.add(max(fitting, key=lambda place: (stretches[place].score, -place)))
    return chosen
