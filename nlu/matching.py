"""How a question relates to each entry of a script, and to each topic beyond it, as numbers that a scorer can weigh.

A script is taken apart once (`script`); `relate` then compares a question with all of it at a time. Words meet where
they are the same, share a notion of `nlu/topics.py`, or lie near in `nlu/vectors.py`; the last alone is no proof, since
opposites lie near too (春 and 夏), so both kinds of meeting are counted apart. What the numbers weigh is learnt: see
`nlu/weighing.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.meaning import Entry
from nlu.topics import Content, Text, groups, kinds, matrix, names, take_apart
from nlu.vectors import Vector

Floats = NDArray[np.float32]
SAME_NOTION = 0.8
"""How well two words meet that only share a notion."""
WORD_KINDS = ("noun", "name", "verb", "adjective", "adverb", "suffix")
_FOLLOWED = ("price", "clock", "day", "duration", "place", "count", "can", "exist", "need", "how")
"""Kinds of fact whose being asked for and given is told apart."""
_LIMITS = ("ません", "かねます", "のみ", "だけ")
_PAD = Content("", "", "", 0.0, frozenset(), False, False)


@dataclass(frozen=True, slots=True)
class Script:
    """All texts of a script taken apart: first every way to ask, entry by entry, then the answers, then the topics."""

    texts: tuple[Text, ...]
    firsts: NDArray[np.intp]
    """Index of each text's first word in the row of all words."""
    asked: NDArray[np.intp]
    """Index of each entry's first way to ask among the texts."""
    ways: int
    """Number of ways to ask."""
    entries: int
    topics: int
    lemmas: dict[str, tuple[int, ...]]
    weights: Floats
    vectors: Vector
    """Of the words, a row each."""
    meanings: Vector
    """Of the texts, a row each."""
    hot: Floats
    """Of the words: their notions, a row each."""
    notions: Floats
    """Of entries' questions, of answers and of topics, one below another: their notions, a row each."""
    asks: Floats
    """Of entries' questions: the kinds of fact asked for."""
    gives: Floats
    """Of answers: the kinds of fact given."""
    rarity: Floats
    """Of notions: how few of the entries have it, 0..1."""
    common: dict[str, float]
    """Of lemmas: how few of the entries have it, 0..1."""


@dataclass(frozen=True, slots=True)
class Related:
    """A question against a script."""

    entries: Floats
    """entries × features"""
    shared: Floats
    """entries × notions met and missed"""
    words: Floats
    """words of the question × what they are"""
    meetings: Floats
    """entries × words × how they meet the entry"""
    topics: Floats
    """topics × features"""
    touched: Floats
    """topics × notions met and had"""


def _hot(sets: list[frozenset[int]], size: int) -> Floats:
    rows = np.zeros((len(sets), size), np.float32)
    for row, numbers in zip(rows, sets, strict=True):
        row[list(numbers)] = 1.0
    return rows


def _union(texts: list[Text], name: str) -> frozenset[int]:
    found: frozenset[int] = frozenset().union(*(getattr(text, name) for text in texts))
    return found


@lru_cache(maxsize=256)
def script(entries: tuple[Entry, ...], beyond: tuple[str, ...]) -> Script:
    """The index of a script."""
    asked = [[take_apart(way) for way in entry.questions or ("",)] for entry in entries]
    answers, topics = [take_apart(entry.answer) for entry in entries], [take_apart(topic) for topic in beyond]
    ways = [text for each in asked for text in each]
    texts = (*ways, *answers, *topics)
    words = [word for text in texts for word in text.words or (_PAD,)]
    lengths = [max(len(text.words), 1) for text in texts]
    lemmas: dict[str, tuple[int, ...]] = {}
    for i, word in enumerate(words):
        lemmas[word.lemma] = (*lemmas.get(word.lemma, ()), i)
    full = [[*each, answer] for each, answer in zip(asked, answers, strict=True)]
    had = _hot([_union(each, "notions") for each in full], len(names())).sum(0)
    counts: dict[str, int] = {}
    for each in full:
        for lemma in {word.lemma for text in each for word in text.words}:
            counts[lemma] = counts.get(lemma, 0) + 1
    size = math.log(len(entries) + 1) or 1.0
    sides = [_union(each, "notions") for each in asked] + [text.notions for text in (*answers, *topics)]
    return Script(
        texts=texts,
        firsts=np.cumsum([0, *lengths[:-1]], dtype=np.intp),
        asked=np.cumsum([0, *(len(each) for each in asked[:-1])], dtype=np.intp),
        ways=len(ways),
        entries=len(entries),
        topics=len(topics),
        lemmas=lemmas,
        weights=np.array([word.weight for word in words], np.float32),
        vectors=matrix(tuple(words)),
        meanings=np.array([text.vector for text in texts], np.float32),
        hot=_hot([word.notions for word in words], len(names())),
        notions=_hot(sides, len(names())),
        asks=_hot([_union(each, "asks") for each in asked], len(kinds())),
        gives=_hot([text.gives for text in answers], len(kinds())),
        rarity=(1.0 - np.log(np.maximum(had, 1.0)) / size).astype(np.float32),
        common={lemma: 1.0 - math.log(count) / size for lemma, count in counts.items()},
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """The question's words as columns."""

    weight: Floats
    rare: Floats
    noun: Floats
    main: Floats
    focus: Floats
    what: Floats
    """All that is known of each word, for `Related.words`."""


def _words(question: Text, against: Script) -> _Words:
    words = question.words or (_PAD,)
    weight = np.array([word.weight for word in words], np.float32)
    rare = np.array([against.common.get(word.lemma, 1.0) for word in words], np.float32)
    kind = np.array([[word.kind == one for one in WORD_KINDS] for word in words], np.float32)
    main = np.array([not word.aside for word in words], np.float32)
    focus = np.array([word.focus for word in words], np.float32)
    length = np.array([len(word.surface) / 4 for word in words], np.float32)
    hot = _hot([word.notions for word in words], len(names()))
    rest = np.stack([1.0 - main, focus, weight, rare, length], 1)
    what = np.hstack([matrix(words), hot, kind, rest])
    return _Words(weight, rare, kind[:, 0] + kind[:, 1], main, main * focus, what.astype(np.float32))


def meet(question: Text, against: Script) -> tuple[Floats, Floats]:
    """How well each word of the question meets each of the script, 0..1: anyhow, and by sameness or notion only."""
    words = question.words or (_PAD,)
    near = np.clip((matrix(words) @ against.vectors.T - 0.25) / 0.75, 0.0, 1.0) * 0.9
    hot = _hot([word.notions for word in words], len(names()))
    strict = np.minimum((hot * (0.5 + 0.5 * against.rarity)) @ against.hot.T, 1.0) * SAME_NOTION
    for i, word in enumerate(words):
        strict[i, list(against.lemmas.get(word.lemma, ()))] = 1.0 if word.lemma else 0.0
    return np.maximum(near, strict).astype(np.float32), strict.astype(np.float32)


def _alike(one: frozenset[str] | frozenset[int], texts: tuple[Text, ...], name: str) -> Floats:
    found = []
    for text in texts:
        other = getattr(text, name)
        found.append(len(one & other) / math.sqrt(len(one) * len(other)) if one and other else 0.0)
    return np.array(found, np.float32)


def _coverage(words: _Words, any_: list[Floats], strict: list[Floats]) -> tuple[list[Floats], list[Floats]]:
    """How far the entries cover the question; (features, those that also count against the best other entry)."""
    weight, main, rare = words.weight, words.main, words.rare
    asked, answered = any_
    both, sure = np.maximum(*any_), np.maximum(*strict)
    whole, mains = max(float(weight.sum()), 1e-6), max(float((weight * main).sum()), 1e-6)
    spread = max(float((weight * rare).sum()), 1e-6)
    best = both.max(0)
    other = np.maximum(best - both, 0.0)
    exact = np.where(both > 0.99, weight * rare, 0.0).sum(1)
    cover = both @ weight / whole
    covers = [
        sure @ weight / whole,
        sure @ (weight * rare),
        cover,
        both @ (weight * main) / mains,
        asked @ weight / whole,
    ]
    covers += [both @ (weight * rare) / spread, both @ weight, both @ (weight * rare), exact]
    rest = [answered @ weight / whole, asked @ (weight * main) / mains, sure @ (weight * main) / mains]
    rest += [(both * weight).max(1), (asked * weight).max(1), (both * weight * rare).max(1)]
    rest += [(both * weight * main).max(1), (both * weight * words.focus).max(1)]
    rest += [
        np.where(asked > 0.99, weight, 0.0).sum(1),
        np.where(answered > 0.99, weight, 0.0).sum(1),
        (other * weight).max(1),
        (other * weight * main).max(1),
    ]
    return rest, covers


def _gaps(words: _Words, any_: list[Floats], strict: list[Floats]) -> list[Floats]:
    """What of the question the entries leave open."""
    weight, noun, main, focus = words.weight, words.noun, words.main, words.focus
    both, sure = np.maximum(*any_), np.maximum(*strict)
    found = []
    for open_ in (weight * (1.0 - both), weight * (1.0 - sure)):
        found += [open_.max(1), open_.sum(1), (open_ * noun).max(1), (open_ * main).max(1), (open_ * main).sum(1)]
        found += [(open_ * focus).max(1), (open_ * noun * main).max(1)]
    kin = weight * noun * (both - sure)
    other = weight * noun * (both < 0.99)
    nowhere = float((weight * (1.0 - both.max(0)) * main * noun).max())
    found += [kin.max(1), (kin * main).max(1), other.sum(1), (other * main).sum(1), (other * focus).max(1)]
    return [*found, np.full(len(both), nowhere, np.float32)]


def _notions(question: Text, against: Script) -> tuple[list[Floats], list[Floats]]:
    """Which notions are shared and missed; (features, those that also count against the best other entry)."""
    mine = _hot([question.notions], len(names()))[0]
    count = against.entries
    asked, answered = against.notions[:count], against.notions[count : 2 * count]
    missed = mine * (1.0 - np.maximum(asked, answered))
    rare = mine * against.rarity
    rest = [(asked * rare).max(1), missed.sum(1), np.full(count, mine.sum())]
    rest += [(asked * (1.0 - mine)).sum(1) / np.maximum(asked.sum(1), 1.0)]
    for group in groups():
        rest.append(missed[:, list(group)].sum(1) - 0.1 * mine[list(group)].any())
    return rest, [asked @ rare, answered @ rare]


def _facts(question: Text, against: Script) -> list[Floats]:
    """Whether the answers give the kind of fact that is asked for."""
    mine = _hot([question.asks], len(kinds()))[0]
    asks, gives = against.asks, against.gives
    found = [asks @ mine, gives @ mine, (mine * (1.0 - np.maximum(asks, gives))).sum(1), ((1.0 - gives) * mine).sum(1)]
    answers = against.texts[against.ways : against.ways + against.entries]
    unit = [(1.0 if question.wants <= text.counters else -1.0) if question.wants else 0.0 for text in answers]
    found.append(np.array(unit, np.float32))
    for kind in _FOLLOWED:
        number = kinds().index(kind)
        found.append(2.0 * gives[:, number] + asks[:, number] if mine[number] else np.full(against.entries, -1.0))
    found.append(np.array([any(limit in text.normal for limit in _LIMITS) for text in answers], np.float32))
    return found


def _texts(question: Text, against: Script, met: Floats) -> tuple[list[Floats], list[Floats]]:
    """How like the texts are as wholes; (features, those that also count against the best other entry)."""
    ways, answers = against.texts[: against.ways], slice(against.ways, against.ways + against.entries)
    reverse = _reverse(against, met)[: against.ways]
    near = against.meanings @ question.vector
    sides = (
        reverse,
        near[: against.ways],
        _alike(question.grams, ways, "grams"),
        _alike(question.notions, ways, "notions"),
    )
    covers = [np.maximum.reduceat(side, against.asked) for side in sides] + [near[answers]]
    return [_alike(question.grams, against.texts[answers], "grams")], covers


def _reverse(against: Script, met: Floats) -> Floats:
    """How far the question covers each text of the script."""
    said = np.add.reduceat(against.weights * met.max(0), against.firsts)
    whole = np.add.reduceat(against.weights, against.firsts)
    return np.asarray(said / np.maximum(whole, 1e-6), np.float32)


def _margin(feature: Floats) -> Floats:
    """The feature less the best of the others'."""
    if len(feature) < 2:
        return feature
    order = np.sort(feature)
    return np.asarray(feature - np.where(feature == order[-1], order[-2], order[-1]))


def _topics(question: Text, against: Script, words: _Words, fields: Floats, met: Floats) -> Floats:
    start = against.ways + against.entries
    mine = _hot([question.notions], len(names()))[0]
    sides, had = against.notions[2 * against.entries :], against.notions[: 2 * against.entries].max(0, initial=0.0)
    meets, weight = fields[:, start:].T, words.weight
    texts = against.texts[start:]
    top = [(meets @ weight) / max(float(weight.sum()), 1e-6), meets @ weight, (meets * weight).max(1)]
    top += [
        (meets * weight * words.main).max(1),
        np.where(meets > 0.99, weight, 0.0).sum(1),
        _reverse(against, met)[start:],
    ]
    top += [np.maximum.reduceat(against.weights * met.max(0), against.firsts)[start:]]
    top += [against.meanings[start:] @ question.vector, _alike(question.grams, texts, "grams")]
    top += [sides @ mine, sides @ (mine * (1.0 - had)), _alike(question.notions, texts, "notions")]
    return np.stack([*top, np.full(len(texts), len(question.words))], 1).astype(np.float32)


def relate(question: Text, against: Script) -> Related:
    """The question against every entry and topic of the script."""
    met, sure = meet(question, against)
    words = _words(question, against)
    fields, certain = (np.maximum.reduceat(each, against.firsts, axis=1) for each in (met, sure))
    answers = slice(against.ways, against.ways + against.entries)
    count, size = against.entries, len(names())
    mine = _hot([question.notions], size)[0]
    touched = np.hstack([against.notions[2 * count :] * mine, np.tile(mine, (against.topics, 1))])
    topics = _topics(question, against, words, fields, met)
    if not count:
        none = np.zeros((0, 0), np.float32)
        return Related(none, none, words.what, np.zeros((0, len(words.what), 10), np.float32), topics, touched)
    any_, strict = (
        [np.maximum.reduceat(each[:, : against.ways], against.asked, axis=1).T, each[:, answers].T]
        for each in (fields, certain)
    )
    parts = [_coverage(words, any_, strict), _notions(question, against), _texts(question, against, met)]
    covers = [cover for _, each in parts for cover in each]
    rest = [feature for each, _ in parts for feature in each]
    lengths = [np.full(count, len(question.words)), np.full(count, words.main.sum())]
    plain = [*covers, *rest, *_gaps(words, any_, strict), *_facts(question, against), *lengths]
    features = np.stack([*plain, *(_margin(cover) for cover in covers)], 1).astype(np.float32)
    asked, answered = against.notions[:count], against.notions[count : 2 * count]
    weighed = mine * (0.5 + against.rarity / 2)
    missed = mine * (1.0 - np.maximum(asked, answered))
    shared = np.hstack([asked * weighed, answered * weighed * (1.0 - asked), missed, (1.0 - mine) * asked * 0.5])
    return Related(features, shared.astype(np.float32), words.what, _ways_met(any_, strict), topics, touched)


def _ways_met(any_: list[Floats], strict: list[Floats]) -> Floats:
    """For every entry and word of the question how it is met: by what, how surely, and whether elsewhere better."""
    both, sure = np.maximum(*any_), np.maximum(*strict)
    sides = [*any_, *strict, strict[0] > 0.99, strict[1] > 0.99, sure < 0.1, both - sure]
    return np.stack([*sides, sure.max(0) - sure, both.max(0) - both], 2).astype(np.float32)
