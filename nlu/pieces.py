"""A telephone number as people say it: piece by piece, with places, denials and second thoughts between.

`pieces` cuts a text into groups of digits and notes how each is tied to what came before: "最後は" gives a
place, "いえ" and "じゃなくて" a correction, "もう一度" a repetition. `assemble` tries every way in which the
pieces can follow each other (go on, repeat, replace, start anew) and keeps the cheapest whole. The rule
of the costs: what was said stays, unless a word of correction or an impossible length speaks against it.
Which digits make a number at all is not known here; the caller of `assemble` hands that in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from nlu.normalize import tidy
from nlu.numbers import Run, integer, runs

_N = "[一二三四五六七八九十1-9]"
_HOW_MANY = rf"(?:の)?(?:({_N})(?:桁|けた|ケタ|つ|文字))?"
_TAIL = r"(?:の?(?:ほう|方|ところ|とこ|数字|番号|部分))?(?:が|は|の|も|を|だけ|、| |って|なん|です|けど|ですが)*"
_PLACES = (
    ("last", rf"(?:最後|さいご|末尾|おしまい|お尻|おしり|終わり|下|しも|後ろ|うしろ|ラスト){_HOW_MANY}"),
    ("first", rf"(?:最初|さいしょ|頭|あたま|先頭|市外局番|上|始め|初め|はじめ|出だし){_HOW_MANY}"),
    ("middle", rf"(?:真ん中|まんなか|まん中|真中|中|なか|市内局番|二番目|次){_HOW_MANY}"),
)
_NTH = (
    ("nth last", rf"(?:最後|後ろ|うしろ|下|お尻|末尾|右)から(?:数えて)?({_N})(?:番目|つ目|桁目|個目)(?:の数字)?"),
    ("nth", rf"(?:(?:最初|頭|前|左|上)から(?:数えて)?)?({_N})(?:番目|つ目|桁目|けた目)の?数字"),
)
_BEFORE = [(kind, re.compile(f"(?:{words}){_TAIL}$")) for kind, words in (*_NTH, *_PLACES)]
_BEHIND = [
    (kind, re.compile(rf"^(?:です|だ|で|が|や|になります)?[よねわ]?[、。]?(?:{words}){_TAIL}[。、]?$"))
    for kind, words in _PLACES
]
_STRONG = re.compile(
    r"違[いうっ]|ちが[いうっ]|(?:^|[、。])いや|いえ(?!ば)|じゃな|では?な[くい]|や?なくて|やな[くい]|じゃねえ|間違|まちが|訂正|"
    r"ちゃう|やっぱ|取り消|とりけ|ごめん|失礼|言い直|直し"
)
_TURNED = re.compile(r"(?:の(?:ところ|とこ|部分|数字))?[はが]、?")
"""Between digits that are wrong and those that are right (最後の七は一です)."""
_SLIGHT = re.compile(r"すみません|すいません|(?:^|[、。])あ[っー]?(?=[、。]|$)|(?<![なまわゃ])あ、")
_AGAIN = re.compile(r"もう一[度回]|もういっ[かぺ]|もう1[度回]|繰り返|くりかえ|復唱|区切る")
_DENIED = re.compile(r"^(?:番|の?ほう)?(?:では?|じゃ|や)(?:な[くい]|ねえ|あり)|^と?違|^ちゃう")
_EXTENSION = re.compile(r"内線(?:番号)?(?:[のがはで、 ]|番号)*$")
_ELSEWHERE = re.compile(
    r"ファックス|ファクス|FAX|郵便番号|会員番号|お客様番号|診察券|注文番号|品番|口座|暗証|"
    r"(電話|代表|携帯|直通|自宅|番号は)",
    re.IGNORECASE,
)
_SHARED = re.compile(r"^(?:と|の)?(?:兼|共通|も同じ|と同じ)")
_WEAK_GAP = re.compile(r"^[、 ]?$")
_TIES = re.compile(r"[、。 ・\-ー]|の|ノ|ですね|えーと|番")
"""What stands between the digits of one number."""
_LONE, _SHORTEST, _WORDS = 2, 10, 3
"""Digits at most that a word may sound like; of the shortest number; letters between them from which it is no part of
the number that follows."""
_BEAM = 60
_UNCALLED_FOR = 1.5
"""What it costs to replace digits by quite other ones without a word of correction."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the number that the caller names."""

    kind: str
    """"last", "first", "middle", "nth" or "nth last"."""
    length: int = 0
    """How many digits, 0 where not said; for the nth: which digit, from 1."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One group of digits and how it is tied to those before."""

    digits: str
    correction: int = 0
    """2 after words of correction, 1 after a word that may be one (あ, すみません), 0 otherwise."""
    again: bool = False
    """Whether it was announced as a repetition."""
    place: Place | None = None
    denied: bool = False
    """Whether the caller says that this is what it is not (「三じゃなくて」)."""


@dataclass(frozen=True, slots=True)
class Said:
    """All the digits of one utterance."""

    pieces: tuple[Piece, ...] = ()
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """A number put together, group by group."""

    groups: tuple[str, ...]
    mention: tuple[int, int] | None = None
    """Span of the digits spoken of last."""
    cost: float = 0.0
    changed: bool = False
    """Whether something said before was replaced."""
    repeated: bool = False

    @property
    def digits(self) -> str:
        return "".join(self.groups)

    def spans(self) -> list[tuple[int, int]]:
        found, start = [], 0
        for group in self.groups:
            found.append((start, start + len(group)))
            start += len(group)
        return found


def pieces(text: str) -> Said:
    """The groups of digits in a text, in order, fax and customer numbers left out."""
    text = tidy(text)
    found: list[Piece] = []
    extension, elsewhere, end = "", False, 0
    numerals = _without_lead(text, runs(text))
    for index, run in enumerate(numerals):
        gap = text[end : run.start]
        behind = text[run.end : numerals[index + 1].start if index + 1 < len(numerals) else len(text)]
        end = run.end
        if _EXTENSION.search(gap):
            extension = run.digits
            continue
        elsewhere = _is_elsewhere(gap, elsewhere)
        if elsewhere:
            continue
        piece = _piece(run.digits, gap, behind, index + 1 == len(numerals))
        if found and _TURNED.fullmatch(gap) and len(found[-1].digits) == len(piece.digits):
            found[-1], piece = replace(found[-1], denied=True), replace(piece, correction=2)
        weak = found and _WEAK_GAP.match(gap) and not extension and not piece.place
        if weak and (gap == "" or 1 in (len(found[-1].digits), len(piece.digits))):
            found[-1] = replace(found[-1], digits=found[-1].digits + piece.digits, denied=piece.denied)
        else:
            found.append(piece)
    return Said(tuple(found), extension)


def _without_lead(text: str, numerals: tuple[Run, ...]) -> tuple[Run, ...]:
    """Without what sounds like a figure in the words before a whole number (ありがとさん、0257の…): none begins so."""
    for first, run in enumerate(numerals):
        if first and run.digits[0] == "0" and sum(len(each.digits) for each in numerals[first:]) >= _SHORTEST:
            return numerals[first:]
        if len(run.digits) > _LONE or first + 1 == len(numerals) or _EXTENSION.search(text[: run.start]):
            break
        gap = text[run.end : numerals[first + 1].start]
        told = _place(gap, "") or any(sign.search(gap) for sign in (_STRONG, _SLIGHT, _AGAIN))
        if run.digits[0] == "0" and (told or len(_TIES.sub("", gap)) < _WORDS):
            break
    return numerals


def _piece(digits: str, gap: str, behind: str, final: bool) -> Piece:
    correction = 2 if _STRONG.search(gap) else 1 if _SLIGHT.search(gap) else 0
    place = _place(gap, behind if final else "")
    return Piece(digits, correction, bool(_AGAIN.search(gap)), place, bool(_DENIED.match(behind)))


def _is_elsewhere(gap: str, before: bool) -> bool:
    """Whether the digits after the gap belong to a fax, an account … rather than to the telephone."""
    for match in _ELSEWHERE.finditer(gap):
        before = not match[1] and not _SHARED.match(gap[match.end() :])
    return before


def _place(gap: str, behind: str) -> Place | None:
    for text, patterns in ((gap, _BEFORE), (behind, _BEHIND)):
        for kind, pattern in patterns:
            match = pattern.search(text)
            if match:
                return Place(kind, (integer(match[1]) or 0) if match[1] else 0)
    return None


def assemble(
    said: tuple[Piece, ...], start: Whole, penalty: Callable[[str], float], *, amending: bool = False
) -> Whole:
    """The cheapest number that the pieces make.

    `start` holds the groups known before; `penalty` says how unlikely digits are as a number; `amending`
    takes every piece as a correction of `start`, even without a word of correction.
    """
    wholes = [start]
    for piece in said:
        after: dict[tuple[tuple[str, ...], tuple[int, int] | None], Whole] = {}
        for whole in wholes:
            for option in _options(whole, piece, amending):
                key = (option.groups, option.mention)
                if key not in after or option.cost < after[key].cost:
                    after[key] = option
        wholes = sorted(after.values(), key=lambda option: option.cost)[:_BEAM]
    return min(wholes, key=lambda whole: whole.cost + penalty(whole.digits))


def _options(whole: Whole, piece: Piece, amending: bool) -> list[Whole]:
    if not whole.groups:
        return [_appended(whole, piece, 0.0)]
    found = [_appended(whole, piece, 2.0 if amending else 1.0 if piece.correction == 2 else 0.0)]
    found += _located(whole, piece)
    if not piece.denied:
        found += _in_place(whole, piece, amending) + _in_mention(whole, piece) + _in_likest(whole, piece, amending)
    anew = 0.3 if piece.correction == 2 or piece.again else 0.4 if piece.correction or amending else 1.5
    anew += 0.0 if piece.digits[0] == "0" else 0.6
    found.append(Whole((piece.digits,), (0, len(piece.digits)), whole.cost + anew, not piece.again, piece.again))
    return found


def _appended(whole: Whole, piece: Piece, cost: float) -> Whole:
    length = len(whole.digits)
    groups, span = (*whole.groups, piece.digits), (length, length + len(piece.digits))
    return replace(whole, groups=groups, mention=span, cost=whole.cost + cost)


def _located(whole: Whole, piece: Piece) -> list[Whole]:
    """The piece only names digits that stand there already."""
    size = len(piece.digits)
    spans = [(at, at + size) for at in range(len(whole.digits) - size + 1) if whole.digits.startswith(piece.digits, at)]
    if not spans:
        return []
    region = _region(whole, piece.place, size) if piece.place else None
    aligned = [span for span in spans if span in whole.spans()]
    span = region if region in spans and region else (aligned or spans)[-1]
    cost = 0.1 if piece.denied else {1: 1.5, 2: 1.0}.get(size, 0.7) - (0.4 if piece.again or piece.correction else 0.0)
    return [replace(whole, mention=span, cost=whole.cost + cost, repeated=whole.repeated or not piece.denied)]


def _in_place(whole: Whole, piece: Piece, amending: bool) -> list[Whole]:
    """The piece stands where the caller says that it does."""
    if piece.place is None:
        return []
    cost = 0.1 if piece.correction or amending else 0.5
    size = len(piece.digits)
    found = [_changed(whole, span, piece.digits, cost) for span in [_region(whole, piece.place, size)] if span]
    if piece.place.kind == "first" and len(whole.groups[0]) != size <= len(whole.digits):
        found.append(_changed(whole, (0, size), piece.digits, cost))
    return found


def _region(whole: Whole, place: Place, size: int) -> tuple[int, int] | None:
    """The digits that a place means, for a piece of so many digits."""
    length, spans = len(whole.digits), whole.spans()
    if place.kind == "last":
        return (length - size, length) if size <= length else None
    if place.kind == "first":
        return (0, place.length) if place.length else spans[0]
    if place.kind == "middle":
        return spans[1] if len(spans) > 2 else None
    at = place.length - 1 if place.kind == "nth" else length - place.length
    return (at, at + 1) if size == 1 and 0 <= at < length else None


def _in_mention(whole: Whole, piece: Piece) -> list[Whole]:
    """The piece replaces what was spoken of last, or its end where it is shorter."""
    if whole.mention is None:
        return []
    start, end = whole.mention
    old, size = whole.digits[start:end], len(piece.digits)
    cost = (1.2, 0.3, 0.2)[piece.correction]
    if size > len(old):
        again = piece.digits.startswith(old)
        # without a word of correction the digits are more likely said on than said anew
        cost = (
            min(cost + 0.1, 0.5 if piece.correction else 0.9)
            if again
            else cost + 0.1 + (0.0 if piece.correction else _UNCALLED_FOR)
        )
        return [_changed(whole, whole.mention, piece.digits, cost)]
    if not piece.correction and _match(old[-size:], piece.digits) < 0.5:
        cost += _UNCALLED_FOR
    kept = old[: len(old) - size]
    cost += 0.2 if kept else 0.0 if len(old) == 1 else 0.3 * (1 - _match(old, piece.digits))
    return [_changed(whole, whole.mention, kept + piece.digits, cost)]


def _in_likest(whole: Whole, piece: Piece, amending: bool) -> list[Whole]:
    """The piece replaces the group, of equal length, that it resembles, or the end of the number."""
    if not piece.correction and not amending:
        return []
    size = len(piece.digits)
    least = 0.25 if amending else 0.5
    found = []
    for start, end in whole.spans():
        share = _match(whole.digits[start:end], piece.digits) if end - start == size else 0.0
        if share >= least and (start, end) != whole.mention:
            found.append(_changed(whole, (start, end), piece.digits, 0.3 + 0.3 * (1 - share)))
    if amending and 2 <= size < len(whole.digits) and _match(whole.digits[-size:], piece.digits) >= 0.5:
        found.append(_changed(whole, (len(whole.digits) - size, len(whole.digits)), piece.digits, 0.7))
    return found


def _match(old: str, new: str) -> float:
    """Share of the digits that stay, place by place; digits that change places count half."""
    if len(old) != len(new):
        return 0.0
    same = sum(one == other for one, other in zip(old, new, strict=True))
    moved = len(old) - same if sorted(old) == sorted(new) else 0
    return (same + moved / 2) / len(old)


def _changed(whole: Whole, span: tuple[int, int], digits: str, cost: float) -> Whole:
    """The number with the digits of a span replaced, its groups kept where they can be."""
    start, end = span
    text = whole.digits[:start] + digits + whole.digits[end:]
    shift = len(digits) - (end - start)
    cuts = {at for pair in whole.spans() for at in pair}
    if shift:
        cuts = {at if at <= start else at + shift for at in cuts if not start < at < end} | {start}
    edges = sorted(cuts | {0, len(text)})
    groups = tuple(text[left:right] for left, right in pairwise(edges) if right > left)
    changed = whole.digits[start:end] != digits
    return Whole(groups, (start, start + len(digits)), whole.cost + cost, whole.changed or changed, whole.repeated)
