"""How like a question is to the texts of a script as whole sentences, by itself and by the clause that ends it.

A caller tells a story and then asks; an entry answers in its second sentence what its questions do not name. So the
last clause is compared too, and each sentence and clause of an answer apart from the whole. Sentences are vectors of
`nlu/sentences.py`; how much a likeness tells is weighed elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.knowledge.figures import last_clause
from nlu.knowledge.topics import Script, Text, sentence_of

Floats = NDArray[np.float32]
_SENTENCE = re.compile(r"[^。]+")
_CLAUSE = re.compile(r"[^、。]+")
_TELLS = 8
"""Characters that a clause of an answer has at least to be compared by itself."""
SIDES = 3
"""Texts of an entry that are handed on as vectors."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A question's likeness to a script."""

    sentence: Floats
    """The question."""
    ending: Floats
    """Its last clause."""
    whole: Floats
    """Of every text of the script: how like the question."""
    end: Floats
    """Of every text of the script: how like the last clause."""
    told: Floats
    """2 × pieces of the answers: how like the question, and the last clause"""
    pieces: Floats
    """Pieces of the answers as sentences."""
    firsts: NDArray[np.intp]
    """Index of each answer's first piece."""


def pieces(answer: str) -> list[str]:
    """The sentences of an answer, and their clauses that tell something by themselves; itself if there are none."""
    clauses = [clause for clause in _CLAUSE.findall(answer) if len(clause) >= _TELLS]
    return list(dict.fromkeys([*_SENTENCE.findall(answer), *clauses])) or [answer]


@lru_cache(maxsize=256)
def _answers(answers: tuple[str, ...]) -> tuple[Floats, NDArray[np.intp]]:
    """All pieces of some answers as sentences, and the index of each answer's first."""
    found = [pieces(answer) for answer in answers]
    rows = np.array([sentence_of(piece) for each in found for piece in each], np.float32)
    return rows, np.cumsum([0, *(len(each) for each in found[:-1])], dtype=np.intp)


def likeness(question: Text, against: Script) -> Likeness:
    """The question and its last clause against every text of the script."""
    sentence, ending = sentence_of(question.normal), sentence_of(last_clause(question.normal))
    told = tuple(text.normal for text in against.texts[against.ways : against.ways + against.entries])
    rows, firsts = _answers(told)
    both = np.stack([sentence, ending])
    if not told:
        rows = rows.reshape(0, len(sentence))
    whole, end = against.sentences @ sentence, against.sentences @ ending
    return Likeness(sentence, ending, whole, end, both @ rows.T, rows, firsts)


def of_entries(against: Script, like: Likeness) -> tuple[list[Floats], list[Floats]]:
    """How like the entries are; (features, those that also count against the best other entry)."""
    ways, start = like.whole[: against.ways], against.ways + against.entries
    best = np.maximum.reduceat(ways, against.asked)
    counts = np.diff([*against.asked.tolist(), against.ways])
    mean = np.add.reduceat(ways, against.asked) / counts
    answers = like.whole[against.ways : start]
    late = np.maximum.reduceat(like.end[: against.ways], against.asked)
    told, told_late = np.maximum.reduceat(like.told, like.firsts, axis=1)
    topic, late_topic = (np.full(against.entries, each[start:].max(initial=-1.0)) for each in (like.whole, like.end))
    covers = [best, mean, answers, np.maximum(best, answers) + answers, late, told, told_late]
    return [best - topic, topic, late - late_topic, np.maximum(late, told_late)], covers


def of_topics(against: Script, like: Likeness) -> list[Floats]:
    """How like the topics are, by themselves and against the likest text of the entries."""
    start = against.ways + against.entries
    rows = []
    for each in (like.whole, like.end):
        rows += [each[start:], each[start:] - each[:start].max(initial=-1.0)]
    return rows


def likest(against: Script, like: Likeness) -> Floats:
    """Of every entry the likest way to ask, the answer, and the piece of it that is likest to the last clause."""
    best = _likest(like.whole[: against.ways], against.asked)
    told = _likest(like.told[1], like.firsts)
    answers = against.sentences[against.ways : against.ways + against.entries]
    return np.stack([against.sentences[best], answers, like.pieces[told]])


def _likest(row: Floats, firsts: NDArray[np.intp]) -> list[int]:
    """Of every run of a row, each beginning at one of `firsts`, where its greatest number is."""
    ends = [*firsts[1:].tolist(), len(row)]
    return [first + int(row[first:end].argmax()) for first, end in zip(firsts.tolist(), ends, strict=True)]
