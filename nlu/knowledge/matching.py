"""How a question relates to each entry of a script, and to each topic beyond it, as numbers that a scorer can weigh.

`relate` compares a question with the whole of a script at a time. Words meet where they are the same, share a notion of
`nlu/knowledge/topics.py`, or lie near in `nlu/vectors.py`; the last alone is no proof, since opposites lie near too (春
and 夏), so both kinds of meeting are counted apart. Whole sentences are alike by `nlu/sentences.py`. What the numbers
weigh is learnt: see `nlu/knowledge/weighing.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.knowledge.figures import COLUMNS as STATED
from nlu.knowledge.figures import stated
from nlu.knowledge.given_facts import COLUMNS as GIVEN
from nlu.knowledge.given_facts import given_facts
from nlu.knowledge.likeness import SIDES, Likeness, likeness, likest, of_entries, of_topics
from nlu.knowledge.topics import PAD, Script, Text, groups, hot, kinds, matrix, names
from nlu.knowledge.weighing import Related
from nlu.knowledge.word_parts import FOLLOWING, LAST, PARTS, WANTED
from nlu.sentences import SIZE

Floats = NDArray[np.float32]
SAME_NOTION = 0.8
"""How well two words meet that only share a notion."""
WORD_KINDS = ("noun", "name", "verb", "adjective", "adverb", "suffix")
_FOLLOWED = ("price", "clock", "day", "duration", "place", "count", "can", "exist", "need", "how")
"""Kinds of fact whose being asked for and given is told apart."""
_TELLING = (*(FOLLOWING.index(one) for one in ("を", "が", "は", "の", "に", "で")), WANTED, LAST)
"""Parts whose words, where an entry lacks them, tell of another thing."""
_LIMITS = ("ません", "かねます", "のみ", "だけ")


@dataclass(frozen=True, slots=True)
class _Words:
    """The question's words as columns."""

    weight: Floats
    rare: Floats
    noun: Floats
    main: Floats
    focus: Floats
    parts: Floats
    """words × the parts they play"""
    what: Floats
    """All that is known of each word, for `Related.words`."""


def _words(question: Text, against: Script) -> _Words:
    words = question.words or (PAD,)
    weight = np.array([word.weight for word in words], np.float32)
    rare = np.array([against.common.get(word.lemma, 1.0) for word in words], np.float32)
    kind = np.array([[word.kind == one for one in WORD_KINDS] for word in words], np.float32)
    main = np.array([not word.aside for word in words], np.float32)
    focus = np.array([word.focus for word in words], np.float32)
    length = np.array([len(word.surface) / 4 for word in words], np.float32)
    marked = hot([word.notions for word in words], len(names()))
    rest = np.stack([1.0 - main, focus, weight, rare, length], 1)
    played = hot([word.parts for word in words], PARTS)
    what = np.hstack([matrix(words), marked, kind, rest, played])
    return _Words(weight, rare, kind[:, 0] + kind[:, 1], main, main * focus, played, what.astype(np.float32))


def meet(question: Text, against: Script) -> tuple[Floats, Floats]:
    """How well each word of the question meets each of the script, 0..1: anyhow, and by sameness or notion only."""
    words = question.words or (PAD,)
    near = np.clip((matrix(words) @ against.vectors.T - 0.25) / 0.75, 0.0, 1.0) * 0.9
    marked = hot([word.notions for word in words], len(names()))
    strict = np.minimum((marked * (0.5 + 0.5 * against.rarity)) @ against.hot.T, 1.0) * SAME_NOTION
    for i, word in enumerate(words):
        strict[i, list(against.lemmas.get(word.lemma, ()))] = 1.0 if word.lemma else 0.0
    return np.maximum(near, strict).astype(np.float32), strict.astype(np.float32)


def _alike(question: Text, against: Script) -> tuple[Floats, Floats]:
    """How many pairs of characters, and notions, each text shares with the question."""
    places = [against.grams[gram] for gram in question.grams if gram in against.grams]
    shared = np.bincount(np.concatenate(places), minlength=len(against.texts)) if places else against.gram_counts * 0.0
    grams = shared / np.sqrt(np.maximum(against.gram_counts * len(question.grams), 1.0))
    mine = hot([question.notions], len(names()))[0]
    notions = against.had @ mine / np.sqrt(np.maximum(against.had.sum(1) * mine.sum(), 1.0))
    return grams.astype(np.float32), notions.astype(np.float32)


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
        noted = open_ * noun
        found += [(noted * words.parts[:, place]).max(1) for place in _TELLING]
    kin = weight * noun * (both - sure)
    other = weight * noun * (both < 0.99)
    nowhere = float((weight * (1.0 - both.max(0)) * main * noun).max())
    found += [kin.max(1), (kin * main).max(1), other.sum(1), (other * main).sum(1), (other * focus).max(1)]
    return [*found, np.full(len(both), nowhere, np.float32)]


def _notions(question: Text, against: Script) -> tuple[list[Floats], list[Floats]]:
    """Which notions are shared and missed; (features, those that also count against the best other entry)."""
    mine = hot([question.notions], len(names()))[0]
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
    mine = hot([question.asks], len(kinds()))[0]
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


def _texts(
    question: Text, against: Script, met: Floats, alike: tuple[Floats, Floats]
) -> tuple[list[Floats], list[Floats]]:
    """How like the texts are as wholes; (features, those that also count against the best other entry)."""
    answers = slice(against.ways, against.ways + against.entries)
    grams, notions = alike
    reverse = _reverse(against, met)[: against.ways]
    near = against.meanings @ question.vector
    sides = (
        reverse,
        near[: against.ways],
        grams[: against.ways],
        notions[: against.ways],
    )
    covers = [np.maximum.reduceat(side, against.asked) for side in sides] + [near[answers]]
    return [grams[answers]], covers


def _reverse(against: Script, met: Floats) -> Floats:
    """How far the question covers each text of the script."""
    said = np.add.reduceat(against.weights * met.max(0), against.firsts)
    whole = np.add.reduceat(against.weights, against.firsts)
    return np.asarray(said / np.maximum(whole, 1e-6), np.float32)


def _margins(features: Floats) -> Floats:
    """Each column less the best of the others' in it."""
    if len(features) < 2:
        return features
    order = np.partition(features, -2, axis=0)
    return np.asarray(features - np.where(features == order[-1], order[-2], order[-1]))


def _topics(
    question: Text, against: Script, words: _Words, fields: Floats, all_: tuple[Floats, Floats, Floats]
) -> Floats:
    start = against.ways + against.entries
    mine = hot([question.notions], len(names()))[0]
    sides, had = against.notions[2 * against.entries :], against.notions[: 2 * against.entries].max(0, initial=0.0)
    meets, weight = fields[:, start:].T, words.weight
    met, grams, notions = all_
    top = [(meets @ weight) / max(float(weight.sum()), 1e-6), meets @ weight, (meets * weight).max(1)]
    top += [
        (meets * weight * words.main).max(1),
        np.where(meets > 0.99, weight, 0.0).sum(1),
        _reverse(against, met)[start:],
    ]
    top += [np.maximum.reduceat(against.weights * met.max(0), against.firsts)[start:]]
    top += [against.meanings[start:] @ question.vector, grams[start:]]
    top += [sides @ mine, sides @ (mine * (1.0 - had)), notions[start:]]
    return np.stack([*top, np.full(against.topics, len(question.words))], 1).astype(np.float32)


def relate(question: Text, against: Script) -> Related:
    """The question against every entry and topic of the script."""
    met, sure = meet(question, against)
    words = _words(question, against)
    fields, certain = (np.maximum.reduceat(each, against.firsts, axis=1) for each in (met, sure))
    alike, like = _alike(question, against), likeness(question, against)
    mine = hot([question.notions], len(names()))[0]
    touched = np.hstack([against.notions[2 * against.entries :] * mine, np.tile(mine, (against.topics, 1))])
    topics = np.hstack([_topics(question, against, words, fields, (met, *alike)), _topics_like(against, like)])
    if not against.entries:
        return _without_entries(words.what, topics, touched, like)
    answers = slice(against.ways, against.ways + against.entries)
    any_, strict = (
        [np.maximum.reduceat(each[:, : against.ways], against.asked, axis=1).T, each[:, answers].T]
        for each in (fields, certain)
    )
    facts = given_facts(question, against)
    parts = [
        _coverage(words, any_, strict),
        _notions(question, against),
        _texts(question, against, met, alike),
        of_entries(against, like),
        ([*_gaps(words, any_, strict), *_facts(question, against), *facts.T], []),
    ]
    return Related(
        _features(parts, [len(question.words), float(words.main.sum())]),
        _shared(mine, against),
        words.what,
        _ways_met(any_, strict),
        topics,
        touched,
        like.sentence,
        like.ending,
        likest(against, like),
        np.hstack([stated(question, against), facts]),
    )


def _features(parts: list[tuple[list[Floats], list[Floats]]], same: list[float]) -> Floats:
    """All numbers of the entries, what is the `same` for each, and how far each lies before the best of the others."""
    covers = np.stack([cover for _, each in parts for cover in each], 1)
    rest = np.stack([feature for each, _ in parts for feature in each], 1)
    return np.hstack([covers, rest, np.tile(same, (len(covers), 1)), _margins(covers)]).astype(np.float32)


def _without_entries(what: Floats, topics: Floats, touched: Floats, like: Likeness) -> Related:
    none, stated = np.zeros((0, 0), np.float32), np.zeros((0, STATED + GIVEN), np.float32)
    meetings, likest = np.zeros((0, len(what), 10), np.float32), np.zeros((SIDES, 0, SIZE), np.float32)
    return Related(none, none, what, meetings, topics, touched, like.sentence, like.ending, likest, stated)


def _topics_like(against: Script, like: Likeness) -> Floats:
    """How like the topics are as whole sentences, also against one another."""
    rows = np.stack(of_topics(against, like), 1)
    return np.hstack([rows, _margins(rows[:, ::2])]).astype(np.float32)


def _shared(mine: Floats, against: Script) -> Floats:
    """Which notions of the question each entry shares in its ways to ask, in its answer, or lacks; and has besides."""
    asked, answered = against.notions[: against.entries], against.notions[against.entries : 2 * against.entries]
    weighed = mine * (0.5 + against.rarity / 2)
    missed = mine * (1.0 - np.maximum(asked, answered))
    shared = np.hstack([asked * weighed, answered * weighed * (1.0 - asked), missed, (1.0 - mine) * asked * 0.5])
    return shared.astype(np.float32)


def _ways_met(any_: list[Floats], strict: list[Floats]) -> Floats:
    """For every entry and word of the question how it is met: by what, how surely, and whether elsewhere better."""
    both, sure = np.maximum(*any_), np.maximum(*strict)
    sides = [*any_, *strict, strict[0] > 0.99, strict[1] > 0.99, sure < 0.1, both - sure]
    return np.stack([*sides, sure.max(0) - sure, both.max(0) - both], 2).astype(np.float32)
