"""Stretches of an utterance that might be the caller's company, each with the signs by which it is judged.

A stretch is a run of nouns, whole or cut, の included, or words in hiragana between two joints of the sentence, since
the dictionary tears those apart. Its signs are the kinds of its words, what stands before and behind it, and what the
rules took for the company. Which stretch is chosen is for `company_choice`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from nlu.expected import Ask
from nlu.identity.names import looks_like_name
from nlu.identity.roles import is_department, is_role
from nlu.identity.trades import blooms, ends_like_company, has_form, is_branch, is_kind_only, is_public_body, is_trade
from nlu.vectors import vector, weight
from nlu.words import Token, tokens

_LONGEST, _LONGEST_TOLD, _MOST_WORDS, _MOST = 22, 10, 9, 250
"""Characters in a run of nouns and in words in hiragana, words in a run; stretches of one utterance."""
_NAME, _ROLE = 5, 8
"""Characters up to which a stretch is tried as a person's name, and as a role: trying takes time."""
_NOUNS = frozenset({"名詞", "接尾辞", "接頭辞", "形状詞", "記号"})
_JOINS = frozenset("・&＆ー-")
_AFTER = re.compile(
    r"(?P<told>と(?:申|もう)し)|(?P<called>と(?:い|言)[いうっ]|って(?:い[いうっ]|言|店|会社|屋号|と)|っちゅう|いいます|と書)"
    r"|(?P<is>で(?:ご?ざいま|す|え|ー)|なん(?:です|だ|や)|っす|に(?:なり|変わ))"
    r"|(?P<plain>だ(?:けど|が|よ|わ|け|ば|$)|や(?:けど|で|ね|わ|言|$)|じゃ(?:けど|が|$)|(?:よ|ばい|たい|どす)$|で$)"
    r"|(?P<member>の(?:者|もの|もん|人間))|(?P<person>さん|様|さま|氏|先生)|(?P<from>から|より)|(?P<of>の)|(?P<for>で(?=.))"
    r"|(?P<acts>(?:を)?(?:し|いたし|やっ)て)|(?P<stop>[、。])|(?P<end>$)"
)
"""What may follow a stretch; where several fit, the first counts."""
_TELLING = frozenset({"told", "called", "is", "plain", "member", "of", "stop", "end"})
"""What follows the name of somebody who tells it."""
_BEGIN, _STOPPED = re.compile(r"(?<=[、。\u3041-\u3096])|^"), re.compile(r"(?<=[、。])|^")
_BEGINS = dict.fromkeys(("of", "is", "for", "plain", "from", "called", "told", "member"), _BEGIN)
_BEGINS |= dict.fromkeys(("stop", "person", "acts"), re.compile(r"(?!)"))
"""By what follows it, where a company that is given unasked begins, if anywhere; `_STOPPED` for all else. Four of 3,293
openings name it in another place."""
_SOUNDS, _CHARACTERS = re.compile(r"[ァ-ヴー\u3041-\u3096A-Za-z]+"), re.compile(r"[\u3400-\u9fff々〇]+")
_KATAKANA_INSIDE = re.compile(r"[ァ-ヴー]{2}")
_JOINT = re.compile(r"(?<=[、。のはがでをにてとたる])|^")
_BROKEN = re.compile("[、。]|.[はを]")
_HIRAGANA = re.compile(r"[\u3041-\u3096]")
_TAIL = re.compile(r"の([^のはがをに、。]{1,8}?)(?=の|です|でご|と申|だけ|と[い言]|って|は|が|を|に|、|。|$)")
"""What の leads to behind a stretch."""


Signs = tuple[str, ...]


class Span(NamedTuple):
    """One stretch; a tuple as `Token` is."""

    text: str
    groups: tuple[Signs, ...]
    """Its signs, those together that it shares with others: what stands before it is before all that begin there."""
    words: tuple[str, str, str] = ("", "", "")
    """Its last word, its first, and the one before what leads to it, in dictionary form; "" where there is none."""

    @property
    def signs(self) -> Signs:
        """All of them, one that is in two groups twice."""
        return tuple(chain.from_iterable(self.groups))


def spans(text: str, asked: str, rule: str, private: bool) -> tuple[Span, ...]:
    """The stretches of a text, the first, with text "", standing for no company. Of free speech those are left out that
    hardly ever are one, nearly half of them, since each takes time.

    `asked`: what kind of question was asked; `rule`: what the rules take for the company, "" for none; `private`:
    whether they heard a private person.
    """
    words, behind = tokens(text), [after(text, place) for place in range(len(text) + 1)]
    nouns = [_is_noun(word) for word in words]
    found = {*_runs(text, words, nouns), *_told(text, behind)}
    if asked == Ask.OPENING:
        found = {(start, end) for start, end in found if _BEGINS.get(behind[end], _STOPPED).match(text, start)}
    places = sorted({*found, *_of(text, rule)})[:_MOST]
    none = (f"none {asked}", f"none ruled {asked} {bool(rule)}", f"none {asked} private {private}",
            f"none words {min(len(words) // 5, 4)}", f"none starts {words[0].surface if words else ''}")  # fmt: skip
    starts, ends = [word.start for word in words], [word.end for word in words]
    lemmas = [word.lemma.split("-")[0] for word in words]
    told = [lemma if noun else "" for lemma, noun in zip(lemmas, nouns, strict=True)]
    leads = ["", *(one or other for one, other in zip(told, ["", *told], strict=False))]
    context = _Context(text, words, nouns, behind, asked, rule, lemmas, leads, starts, ends)
    return (Span("", (none,)), *(context.span(start, end) for start, end in places))


def _is_noun(word: Token) -> bool:
    if word.surface in "、。「」?？ ":
        return False
    return word.pos in _NOUNS or not word.known or word.surface in _JOINS


def _runs(text: str, words: tuple[Token, ...], nouns: list[bool]) -> Iterator[tuple[int, int]]:
    """Every cut of each run of nouns and の that begins and ends in a noun."""
    torn = [_inside(text, word.start) for word in words] + [False]
    for first, word in enumerate(words):
        if not nouns[first] or torn[first]:
            continue
        for last in range(first, min(first + _MOST_WORDS, len(words))):
            if words[last].surface == "の":
                continue
            end = words[last].end
            if not nouns[last] or end - word.start > _LONGEST:
                break
            amid = first > 0 and nouns[first - 1] and last + 1 < len(words) and nouns[last + 1]
            if end - word.start > 1 and not amid and not torn[last + 1]:
                yield word.start, end


def _inside(text: str, place: int) -> bool:
    return 0 < place < len(text) and bool(_KATAKANA_INSIDE.fullmatch(text, place - 1, place + 1))


def _told(text: str, behind: list[str]) -> Iterator[tuple[int, int]]:
    """Words in hiragana, or with some, from a joint of the sentence to a word of telling or the next の."""
    starts = [joint.start() for joint in _JOINT.finditer(text)]
    for place in range(2, len(text) + 1):
        if behind[place] not in _TELLING:
            continue
        for start in starts[bisect_left(starts, place - _LONGEST_TOLD) : bisect_right(starts, place - 2)]:
            part = text[start:place]
            if _HIRAGANA.search(part) and not _BROKEN.search(part):
                yield start, place


def _of(text: str, rule: str) -> Iterator[tuple[int, int]]:
    start = text.find(rule) if rule else -1
    while start >= 0:
        yield start, start + len(rule)
        start = text.find(rule, start + len(rule))


def after(text: str, place: int) -> str:
    """What kind of words follow a place in the text."""
    found = _AFTER.match(text, place, place + 6)
    return found.lastgroup or "" if found else text[place : place + 1]


@lru_cache(maxsize=4096)
def kinds(text: str) -> tuple[str, ...]:
    """What sort of word a stretch is by the tables of trades, bodies and roles."""
    if not text:
        return ()
    tests = _TESTS + _SHORT_TESTS if len(text) <= _ROLE else _TESTS
    found = [name for name, test in tests if test(text)]
    return tuple(found) or ("no kind",)


_TESTS = (
    ("legal", has_form),
    ("trade end", ends_like_company),
    ("kind", is_kind_only),
    ("trade", is_trade),
    ("body", is_public_body),
    ("branch", is_branch),
    ("nature", blooms),
)
_SHORT_TESTS = (("role", is_role), ("department", is_department))


@lru_cache(maxsize=4096)
def shape(text: str) -> str:
    """Which scripts a stretch is written in, in order: A kana or letters, c characters."""
    return _CHARACTERS.sub("c", _SOUNDS.sub("A", text))[:6]


@lru_cache(maxsize=2048)
def _nameness(text: str) -> int:
    return round(looks_like_name(text) * 10) if len(text) <= _NAME else -1


@lru_cache(maxsize=4096)
def _rarity(lemma: str) -> int:
    """How rare a word is, 0..5; 5 for one that the table of vectors lacks."""
    return 5 if vector(lemma) is None else int(4.99 * weight(lemma) ** 4)


@lru_cache(maxsize=4096)
def _sort(text: str) -> str:
    return "+".join(kinds(text))


@lru_cache(maxsize=4096)
def _of_letters(part: str) -> Signs:
    """The signs of a stretch that hang on its letters alone."""
    form, sort = shape(part), _sort(part)
    found = [
        f"kinds {sort}",
        f"shape {form}",
        f"length {min(len(part), 9)}",
        f"shape {form} {min(len(part), 6)}",
        f"ends {part[-1]}",
        f"ends {part[-2:]}",
        f"begins {part[:2]}",
        f"name {_nameness(part)} {sort}",
        *(f"kind of {kind}" for kind in kinds(part)),
    ]
    if "の" in part:
        head, _, tail = part.partition("の")
        found += (f"の {_sort(head)} {_sort(tail)}", f"の head {head}")
        found += (f"の tail {shape(tail)}", f"の {len(head)} {min(len(tail), 5)}")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Side:
    """The signs of what stands where a stretch begins or ends, the same for all that begin or end there."""

    plain: Signs
    sorted: Signs
    """Beginnings of signs that go on with what sort of word the stretch is."""
    made: dict[str, Signs] = field(default_factory=dict)

    def of(self, sort: str) -> Signs:
        """The signs beside a stretch of one sort; kept, since many stretches have the same side."""
        if sort not in self.made:
            self.made[sort] = tuple([f"{sign} {sort}" for sign in self.sorted])
        return self.made[sort]


@lru_cache(maxsize=4096)
def _joints(left: bool, right: bool, kind: str, form: str) -> Signs:
    """The signs of how a stretch of some shape is cut: whether nouns stand before and behind it, and what follows."""
    return f"cut {left} {right}", f"cut {left} {right} {kind}", f"behind {kind} {form}"


@lru_cache(maxsize=4096)
def _made_of(size: int, first: int, last: int, proper: bool, known: bool, one: str) -> Signs:
    """The signs of how many words a stretch has, how rare its first and last are, and of what sort they are."""
    return f"words {min(size, 6)}", f"rare {first} {last} {size == 1}", f"proper {proper} {known}", one


_TORN: Signs = ("words 0", "torn")
"""Of a stretch that holds no word of the dictionary's whole."""


@dataclass(frozen=True, slots=True)
class _Context:
    text: str
    words: tuple[Token, ...]
    nouns: list[bool]
    kinds: list[str]
    """By place, what kind of words follow."""
    asked: str
    rule: str
    lemmas: list[str]
    """Of each word, as the vectors have it."""
    leads: list[str]
    """By number of words before a stretch, the last noun among the last two of them, "" where none is one."""
    starts: list[int]
    ends: list[int]
    fronts: dict[tuple[int, int], _Side] = field(default_factory=dict)
    """By where a stretch begins, and its first word or -1."""
    behinds: dict[tuple[int, int], _Side] = field(default_factory=dict)
    """By where it ends, and its last."""

    def span(self, start: int, end: int) -> Span:
        """The stretch between two places."""
        part, sort = self.text[start:end], _sort(self.text[start:end])
        first, last = bisect_left(self.starts, start), bisect_right(self.ends, end) - 1
        before, next_ = bisect_right(self.ends, start), bisect_left(self.starts, end)
        made_of, named = _TORN, ("", "")
        if first <= last:
            made_of, named = self._made_of(first, last), (self.lemmas[last], self.lemmas[first])
        else:
            first = last = -1
        front = self.fronts.get((start, first)) or self._front(start, first, before)
        behind = self.behinds.get((end, last)) or self._behind(end, last)
        left, right = before > 0 and self.nouns[before - 1], next_ < len(self.words) and self.nouns[next_]
        joints = _joints(left, right, self.kinds[end], shape(part))
        sides = (front.plain, front.of(sort), behind.plain, behind.of(sort))
        groups = (*sides, joints, _of_letters(part), made_of, self._ruled(part, end))
        return Span(part, groups, (*named, self.leads[before]))

    def _made_of(self, first: int, last: int) -> Signs:
        words = self.words[first : last + 1]
        return _made_of(
            len(words),
            _rarity(self.lemmas[first]),
            _rarity(self.lemmas[last]),
            "固有名詞" in [word.pos2 for word in words],
            False not in [word.known for word in words],
            "more" if last > first else f"one {words[0].pos2} {words[0].pos3} {words[0].known}",
        )

    def _behind(self, end: int, last: int) -> _Side:
        text, kind, asked = self.text, self.kinds[end], self.asked
        plain = [f"behind {kind}", f"behind {text[end : end + 2]}", f"behind {text[end : end + 4]}"]
        plain += (f"ends {text[end - 1]} {kind}", f"asked {asked} {kind}")
        sorted_ = [f"behind {kind}", f"asked {asked} {kind}", f"asked {asked}"]
        if last >= 0:
            word = self.words[last]
            plain += (f"last {word.surface}", f"last is {word.pos2} {word.pos3} {word.known}")
            sorted_.append(f"rare {_rarity(self.lemmas[last])}")
        rest = _TAIL.match(text, end)
        if rest:
            tail, then = rest[1], self.kinds[rest.end()]
            sorts, name = _sort(tail), _nameness(tail)
            plain += (f"の behind {sorts} {then}", f"の behind name {name} {then}", f"の behind {tail}")
            sorted_ += (f"の behind {sorts} {name} {then}", f"の behind {name}")
        side = self.behinds[end, last] = _Side(tuple(plain), tuple(sorted_))
        return side

    def _front(self, start: int, first: int, before: int) -> _Side:
        last = self.words[before - 1] if before else None
        left = last.surface if last else "^"
        second = self.words[before - 2].surface if before > 1 else "^"
        lead, rest = self.text[:start], self.text[start:]
        plain = [
            f"front {left}",
            f"front {second} {left}",
            f"front joint {lead[-1:] in '、。'}",
            f"place {min(lead.count('、') + lead.count('。'), 3)}",
            f"to the end {min(rest.count('、') + rest.count('。'), 3)}",
        ]
        sorted_ = [f"front {left}", f"front is {last.pos} {last.pos2}" if last else "at the start"]
        if first >= 0:
            word = self.words[first]
            plain += (f"first {word.surface}", f"first is {word.pos} {word.pos2} {word.pos3} {word.known}")
        if left == "の":
            head = lead[:-1]
            said = head[max(head.rfind(mark) for mark in "、。のはがをにでとた") + 1 :]
            plain.append(f"の front {said[-3:]}")
            sorted_ += (f"の front {_sort(said)}", f"の front {shape(said)}")
        side = self.fronts[start, first] = _Side(tuple(plain), tuple(sorted_))
        return side

    def _ruled(self, part: str, end: int) -> Signs:
        """How a stretch stands to what the rules took for the company."""
        asked, rule = self.asked, self.rule
        if not rule:
            return (f"ruled none {asked}",)
        if part == rule:
            kinds_ = (f"ruled {_sort(part)}", f"ruled {shape(part)}")
            return ("ruled", f"ruled {asked}", f"ruled {self.kinds[end]} {asked}", *kinds_)
        how = "part of" if part in rule else "holds" if rule in part else "other than"
        return f"{how} ruled", f"{how} ruled {asked}"
