"""Which entry of the script answers a question, or that a human must: found only where a wrong answer is unlikely.

What `nlu/knowledge/weighing.py` has learnt from written questions to invented companies weighs the numbers of
`nlu/knowledge/matching.py`, entry by entry and topic by topic. It has learnt how a question relates to an answer, not
what companies say, so a new script needs no training. An entry is given only from `ANSWER_FROM` on, and never where the
question passes its limit (市外, 二時間を過ぎたら); from `MAYBE_FROM` on one may ask whether it is meant. A topic beyond
the script is reported far sooner, since both mean that a human answers; so is whatever concerns another person's own
matters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from nlu.knowledge import weighing
from nlu.knowledge.cases import of_another_case
from nlu.knowledge.matching import meet, relate
from nlu.knowledge.own_question import own_question
from nlu.knowledge.topics import Script, Text, script, take_apart
from nlu.knowledge.weighing import Arrays, Related
from nlu.leads import leads_to
from nlu.tables import DATA, rows
from nlu.vocabulary import Entry

ANSWER_FROM = 0.75
"""Probability from which an entry is given: the lowest at which at most 3 % of 5,823 questions, most of them written to
be one step past an entry, are answered wrongly by models taught without the company. By the 260 of writers who knew no
rule alone it cannot be set: of them few are wrong at all, and one more or less moves it by a tenth."""
OWN = 0.98
"""Probability, at least, of an entry that has the question among its own."""
LEFT_FROM = 0.6
"""Probability of a topic beyond the script from which no entry is given, however near one sounds."""
MAYBE_FROM = 0.6
"""Probability from which one may ask back whether this entry is meant: from there on it is right about seven times
in ten in cross-validation by companies."""
MAYBE_LEFT_FROM = 0.2
"""Probability of a topic beyond the script from which nobody is asked back."""
BEYOND_FROM = 0.04
"""Probability from which a question that gets no entry counts as one beyond the script: low, since a human answers
either way, and in cross-validation by companies 95 % of such questions are handed over by it."""
_LONGEST = 300
"""Characters of a question that are looked at: more is a story, whose end tells what is wanted."""
_WORDS = DATA / "knowledge_words.tsv"
_PAST = re.compile(r"[超越]え|(?:時間|分|日|キロ|個|枚|人|名|期限)[をが]?過ぎ|オーバー")
"""The question asks what holds past a limit."""
_TELLS_PAST = re.compile(r"[超越]え|過ぎ|以降|以上|延|追加|ごとに|それより|足し")
_LIMIT = re.compile(r"まで|以内|無料")
_LEAD_IN = re.compile(f"^{leads_to('on')}")
"""Leads over to a question, and is no part of it."""
_SETTLES = re.compile(r"のみ|だけ|限り|ません|かねます|ない")
"""The answer says no to what it does not name."""
_MET = 0.45
"""From where on two words are named as grounds."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the script has for a question."""

    kind: str
    """"entry", "maybe" (likely this entry: to be asked back), "beyond" (a topic that a human must answer) or "none"."""
    entry: int | None
    """Index of the entry; None unless `kind` is "entry" or "maybe"."""
    probability: float
    """That `kind`, and the entry, are right."""
    grounds: tuple[str, ...]
    """Which words of question and script met, "question = script", the weightiest first."""


@lru_cache(maxsize=64)
def find(text: str, entries: tuple[Entry, ...], beyond: tuple[str, ...]) -> Found:
    """The entry that answers a question fully, one that may, that it touches a topic beyond the script, or neither;
    kept, since one utterance is looked for as a whole, as a follow-up and as several questions."""
    if not text.strip() or not (entries or beyond):
        return Found("none", None, 1.0, ())
    question, against = take_apart(text[-_LONGEST:]), script(entries, beyond)
    if others := of_another_case(question, against):
        return _among(text, entries, beyond, others)
    best, likely, topic = judged(relate(question, against), question.normal, against)
    kind = kind_of(likely, topic)
    if best is not None and kind in ("entry", "maybe"):
        start, end = _span(against, best)
        grounds = _grounds(question, against, (*range(start, end), against.ways + best))
        return Found(kind, best, likely, grounds)
    if kind == "beyond":
        topics = range(against.ways + against.entries, len(against.texts))
        told = private(question.normal)
        return Found("beyond", None, topic, (told,) if told else _grounds(question, against, tuple(topics)))
    return Found("none", None, max(0.0, 1.0 - likely - topic), ())


def _among(text: str, entries: tuple[Entry, ...], beyond: tuple[str, ...], others: frozenset[int]) -> Found:
    """What is found where these entries are out of the question."""
    left = [index for index in range(len(entries)) if index not in others]
    found = find(text, tuple(entries[index] for index in left), beyond)
    return found if found.entry is None else replace(found, entry=left[found.entry])


def ranked(text: str, entries: tuple[Entry, ...]) -> tuple[tuple[int, float], ...]:
    """(index, score) of the entries, the one that is likeliest meant first: for a person who looks through them."""
    if not text.strip() or not entries:
        return tuple((index, 0.0) for index in range(len(entries)))
    scores = weighing.rank(relate(take_apart(text[-_LONGEST:]), script(entries, ())))
    return tuple((int(index), float(scores[index])) for index in (-scores).argsort(kind="stable"))


def judged(
    related: Related, question: str, against: Script, models: Mapping[str, Arrays] | None = None
) -> tuple[int | None, float, float]:
    """(the likeliest entry, the probability that it answers fully, that a human must), what is learnt and the rules."""
    best, likely, topic = weighing.judge(related, question, models)
    own = own_question(take_apart(_LEAD_IN.sub("", question)), against)
    if own is not None:
        best, likely = own, max(likely, OWN)
    elif best is not None and _outside(question, against, best):
        likely = 0.0
    return best, likely, 1.0 if private(question) else topic


def private(question: str) -> str:
    """The words by which a (normalised) question is about somebody else's own matters (いま来ているか, 携帯の番号);
    "" for none. Nobody is told those, whatever the script says.
    """
    found = _private().search(question)
    return found.group() if found else ""


@cache
def _private() -> re.Pattern[str]:
    parts = {row[0]: row[1] for row in rows(_WORDS) if row[0].startswith("private_")}
    ways = [row[1].format_map(parts) for row in rows(_WORDS) if row[0] == "private"]
    return re.compile("|".join(ways))


def kind_of(likely: float, topic: float, answer_from: float = ANSWER_FROM) -> str:
    """What to make of the probabilities that the best entry answers and that a topic beyond the script is touched."""
    if likely >= answer_from and topic < LEFT_FROM:
        return "entry"
    if likely >= MAYBE_FROM and topic < MAYBE_LEFT_FROM:
        return "maybe"
    return "beyond" if topic >= BEYOND_FROM else "none"


@cache
def _opposites() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((re.compile(row[1]), re.compile(row[2])) for row in rows(_WORDS) if row[0] == "opposite")


def _outside(question: str, against: Script, entry: int) -> bool:
    """Whether the question leaves what the entry settles: past its limit, or the other of a pair (市外, not 市内)."""
    start, end = _span(against, entry)
    answer = against.texts[against.ways + entry].normal
    whole = "".join((*(text.normal for text in against.texts[start:end]), answer))
    if _PAST.search(question) and _LIMIT.search(answer) and not _TELLS_PAST.search(whole):
        return True
    if _SETTLES.search(answer):
        return False
    return any(one.search(question) and other.search(whole) and not one.search(whole) for one, other in _opposites())


def _span(against: Script, entry: int) -> tuple[int, int]:
    """The texts that ask for an entry."""
    ends = [*against.asked[1:].tolist(), against.ways]
    return int(against.asked[entry]), ends[entry]


def _grounds(question: Text, against: Script, texts: tuple[int, ...]) -> tuple[str, ...]:
    """The words that met in the given texts of the script, each of the question's with its best partner."""
    met, _ = meet(question, against)
    row = [(int(against.firsts[i]) + at, word) for i in texts for at, word in enumerate(against.texts[i].words)]
    if not row or not question.words:
        return ()
    columns = met[:, [at for at, _ in row]]
    pairs: dict[str, float] = {}
    for word, values in zip(question.words, columns, strict=True):
        at = int(values.argmax())
        if values[at] >= _MET and word.weight > 0.2:
            pairs.setdefault(f"{word.surface} = {row[at][1].surface}", float(values[at]) * word.weight)
    return tuple(sorted(pairs, key=lambda pair: -pairs[pair])[:4])
