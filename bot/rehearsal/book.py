"""What a caller can say, by key: made before the call from its facts, its wording drawn by the seed.

A line is a few pieces with pauses between them; a pause inside a line is one from which the caller means to go on.
Text is kept as people read it and as it is pronounced. Leaves out when each line is said (`caller`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from bot.rehearsal.plan import Plan, WrittenPlan
from bot.simulation.spelling import by_words
from nlu.identity import email
from nlu.kana import morae

_DIGITS = ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュー")
_FILLERS = ("えーと", "あの", "えっと", "そうですね")
BARE = 0.4
"""Share of callers who spell without them, whatever they were asked."""
_PLACES = ("最初は", "真ん中は", "最後は")


@dataclass(frozen=True, slots=True)
class Piece:
    """What is said in one breath."""

    text: str
    spoken: str
    """As it is to be pronounced."""
    pause: float = 0.0
    """Seconds of silence before the next piece."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a caller can say."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


Book = Mapping[str, Line]
"""By the reply's key; `fix_number:2` corrects the third group, `slip` is the number with its last figure wrong."""


def book_of(plan: Plan, seed: int) -> Book:
    """Every line of this caller."""
    written, chance = plan.written, Random(f"{plan.name} {seed} wording")
    texts = _texts(written) | {key: list(given) for key, given in written.replies.items()}
    wording = _Wording(written)
    lines = {key: wording.line(chance.choice(variants)) for key, variants in texts.items()}
    lines |= {key: line for key, line in wording.special(chance).items() if key not in written.replies}
    if written.manners.hesitates:
        answers = {"opening", "caller", "name", "company", "number", "purpose"}
        lines = {key: _hesitating(line, chance) if key in answers else line for key, line in lines.items()}
    return lines


def slip(groups: Sequence[str]) -> tuple[str, ...]:
    """The number with its last figure wrong."""
    last = groups[-1]
    return (*groups[:-1], last[:-1] + str((int(last[-1]) + 3) % 10))


def wrong_address(address: str) -> str:
    """The same address with another last letter before the @."""
    local, _, domain = address.partition("@")
    return f"{local[:-1]}{'a' if local[-1:] != 'a' else 'o'}@{domain}"


def digits_spoken(groups: Iterable[str]) -> str:
    """ゼロイチニー、サンヨンゴーロク"""
    return "、".join("".join(_DIGITS[int(digit)] for digit in group) for group in groups)


def _texts(written: WrittenPlan) -> dict[str, list[str]]:
    """The lines that are plain words, each in the wordings that may be drawn."""
    caller = written.caller
    who = f"{caller.company}の{caller.name}" if caller.company else caller.name
    last = caller.name.split()[0]
    return {
        "opening": list(caller.opening),
        "caller": [f"{who}と申します。", f"{who}です。"],
        "name": [f"{last}です。", f"{last}と申します。"],
        "company": [f"{caller.company}です。" if caller.company else "個人です。"],
        "purpose": list(caller.purpose),
        "staff": [f"{caller.wants}です。" if caller.wants else "どなたでも結構です。"],
        "yes_right": ["はい、そうです。", "はい。", "そうです。"],
        "yes_please": ["はい、お願いします。", "お願いします。"],
        "no_thanks": ["いえ、結構です。", "いえ、大丈夫です。"],
        "caller_id_yes": ["はい、この番号でお願いします。", "はい、大丈夫です。"],
        "again": ["すみません、もう一度お願いします。"],
        "fix_name": [f"いえ、{last}です。"],
        "fix_name_again": [f"いえ、違います。{last}です。", f"いえ、{last}、{last}です。"],
        "name_slow": [f"{last}、です。", f"{last}。{last}です。"],
        "company_slow": [f"{caller.company}、です。" if caller.company else "個人です。"],
        "caller_slow": [f"{caller.company}の、{last}です。" if caller.company else f"{last}、です。"],
        "fix_company": [f"いえ、{caller.company}です。" if caller.company else "いえ、個人です。"],
        "fix_caller": [f"いえ、{who}です。"],
        "denies": ["いえ、違います。", "違います。"],
        "hai": ["はい。"],
        "nod": ["はい。", "うん。"],
        "bye": ["ありがとうございました。失礼します。", "よろしくお願いします。失礼いたします。"],
    }


class _Wording:
    """Makes lines of one caller."""

    def __init__(self, written: WrittenPlan) -> None:
        caller = written.caller
        self._written = written
        said = {caller.name: caller.reading, **caller.readings}
        for text, kana in zip(caller.name.split(), caller.reading.split(), strict=False):
            said.setdefault(text, kana)
        if caller.company and caller.company_reading:
            said[caller.company] = caller.company_reading
        self._readings = sorted(said.items(), key=lambda item: -len(item[0]))

    def line(self, text: str) -> Line:
        """Plain words."""
        spoken = text
        for written, kana in self._readings:
            spoken = spoken.replace(written, kana)
        return Line((Piece(text, spoken),))

    def special(self, chance: Random) -> dict[str, Line]:
        """Numbers, the name kana by kana, the address, the recorded message."""
        caller = self._written.caller
        kana = caller.reading.split()[0]
        bare = Line((Piece(f"{'、'.join(kana)}、です。", "、".join(morae(kana)) + "、です。"),))
        lines = {
            "name_kana": bare,
            "name_words": bare if chance.random() < BARE else self.line(f"{by_words(kana)}、です。"),
        }
        if caller.mistaken_for:
            lines["fix_mistaken"] = self.line(f"いえ、{caller.mistaken_for}ではなく、{kana}です。")
        if caller.number:
            lines |= _number_lines(caller.number, chance)
        if caller.address:
            lines["echo"] = _echo(caller.address, "ですね。")
            lines["echo_wrong"] = _echo(wrong_address(caller.address), "でよろしいですか。")
        who = f"{caller.company}の{caller.name}です。" if caller.company else f"{caller.name}です。"
        number = (lines["number"].pieces[0],) if caller.number else ()
        about = self.line(caller.purpose[0]).pieces[0]
        lines["message"] = Line(
            (replace(self.line(who).pieces[0], pause=0.4), *(replace(p, pause=0.4) for p in number), about)
        )
        return lines


def _number_lines(groups: Sequence[str], chance: Random) -> dict[str, Line]:
    def said(of: Sequence[str], before: str = "") -> Line:
        end = chance.choice(("です。", "になります。"))
        return Line((Piece(f"{before}{'-'.join(of)}{end}", f"{before}{digits_spoken(of)}{end}"),))

    lines = {"number": said(groups), "slip": said(slip(groups)), "number_rest": said(groups)}
    lines["caller_id_no"] = said(groups, "いえ、")
    lines["fix_number"] = said(groups, "いえ、違います。")
    last = groups[-1][-1]
    lines["fix_last"] = Line((Piece(f"いえ、最後は{last}です。", f"いえ、最後は{_DIGITS[int(last)]}です。"),))
    if len(groups) == len(_PLACES):
        for place, (word, group) in enumerate(zip(_PLACES, groups, strict=True)):
            text, spoken = f"いえ、{word}{group}です。", f"いえ、{word}{digits_spoken([group])}です。"
            lines[f"fix_number:{place}"] = Line((Piece(text, spoken),))
    return lines


def _echo(address: str, end: str) -> Line:
    return Line((Piece(f"{address}{end}", "、".join(email.reading(address)) + end),))


def _hesitating(line: Line, chance: Random) -> Line:
    """The same with a filler before it and a pause at its first comma, from which the caller means to go on."""
    first, rest = line.pieces[0], line.pieces[1:]
    head, comma, tail = first.spoken.partition("、")
    pause, filler = chance.uniform(0.35, 0.8), chance.choice(_FILLERS)
    opened = Piece(f"{filler}、", f"{filler}、", chance.uniform(0.15, 0.35))
    if not comma:
        return Line((opened, first, *rest))
    text_head, _, text_tail = first.text.partition("、")
    shown = (f"{text_head}、", text_tail) if text_tail else (first.text, "")
    return Line((opened, Piece(shown[0], f"{head}、", pause), Piece(shown[1], tail, first.pause), *rest))
