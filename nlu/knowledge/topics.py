"""What a text is about, in notions that callers and scripts share (停める is 駐車場), and what kind of fact it wants.

Notions come from `data/knowledge_synonyms.tsv`, kinds of fact from `data/knowledge_asks.tsv`; both are written by hand
for everyday trade. A script is taken apart once, as a whole (`script`); relating a question to it is
`nlu/knowledge/matching.py`.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu import vectors
from nlu.kana import to_katakana
from nlu.knowledge.word_parts import parts
from nlu.normalize import normalize
from nlu.sentences import SIZE, encode
from nlu.tables import DATA, rows
from nlu.vocabulary import Entry
from nlu.words import Token, tokens

Floats = vectors.Vector
_SYNONYMS, _ASKS, _WORDS = (DATA / f"knowledge_{name}.tsv" for name in ("synonyms", "asks", "words"))
_META = re.compile(r"[\\()\[\]?|+*{}.^$]")
_NUMBER = re.compile(r"[\d〇一二三四五六七八九十百千万億]+")
_CLAUSE = re.compile(r"[^、。]+")
_ASIDE = re.compile(
    r"(?:けれ?ども?|んですが|のですが|ますが|ですが|やけど|んで|ので|もんで|から|まして|たくて|くて|して|って|し|のに|とです|者です|者ですが)[ね]?$"
)
_FOCUS = re.compile(
    r"(?:さん|様|代|料)?(?:は|って|だけ|のほう|の方|だと|やと|なら|だったら|やったら|のは|っていう|みたい|とか|そのもの|ば(?![あん]))"
)
_COUNTER = re.compile(
    r"([何\d〇一二三四五六七八九十百千万半数]|いく)(?:か|ヶ|ヵ)?(時間|分(?!け)|週間|日間|日(?!曜)|月|年生|年(?!寄)|人|名|台|枚|個|回|本|品|階|歳|割|時|円|冊|部|匹|件|キロ|トン|点|泊|箱|番|曜)"
)
_UNITS = {"週間": "日", "日間": "日", "名": "人", "時間": "分"}
_KINDS = {
    "名詞": "noun",
    "動詞": "verb",
    "形容詞": "adjective",
    "形状詞": "adjective",
    "副詞": "adverb",
    "接尾辞": "suffix",
}


@dataclass(frozen=True, slots=True)
class Content:
    """One word that carries meaning."""

    surface: str
    lemma: str
    """Dictionary form, without the source of a loan word."""
    kind: str
    """noun, name, verb, adjective, adverb or suffix"""
    weight: float
    """0..1: how much it tells."""
    notions: frozenset[int]
    aside: bool
    """In a clause that only tells the circumstances (母が入院してまして)."""
    focus: bool
    """Set off by は, って, だけ, のほう … or as the subject of the question."""
    parts: frozenset[int]
    """What follows it and in which clauses it stands, as `nlu/knowledge/word_parts.py` numbers them."""


@dataclass(frozen=True, slots=True)
class Text:
    """A question, an entry's question or an answer, taken apart."""

    normal: str
    words: tuple[Content, ...]
    notions: frozenset[int]
    asks: frozenset[int]
    gives: frozenset[int]
    counters: frozenset[str]
    """Units that are said with a number or asked for (十分 and 何分: 分)."""
    wants: frozenset[str]
    """Units that are asked for."""
    grams: frozenset[str]
    """Pairs of characters."""
    vector: vectors.Vector


@cache
def names() -> tuple[str, ...]:
    """The notions, in the order of their numbers."""
    return tuple(row[0] for row in rows(_SYNONYMS))


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of fact, in the order of their numbers."""
    return tuple(row[0] for row in rows(_ASKS))


@cache
def groups() -> tuple[frozenset[int], ...]:
    """Notions of one kind (persons, days, ways to pay …), by which two questions about one thing differ."""
    number = {name: i for i, name in enumerate(names())}
    return tuple(frozenset(number[one] for one in row[1].split(" ")) for row in rows(_WORDS) if row[0] == "group")


@cache
def _plain() -> dict[str, tuple[tuple[str, int], ...]]:
    """Plain ways to say a notion by their first character."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, row in enumerate(rows(_SYNONYMS)):
        for way in row[1].split(" "):
            if not _META.search(way):
                found[way[0]].append((way, number))
    return {first: tuple(ways) for first, ways in found.items()}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], int], ...]:
    ways = [(i, [way for way in row[1].split(" ") if _META.search(way)]) for i, row in enumerate(rows(_SYNONYMS))]
    return tuple((re.compile("|".join(each)), number) for number, each in ways if each)


@cache
def _facts() -> tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]:
    def pattern(ways: str) -> re.Pattern[str] | None:
        return re.compile("|".join(ways.split(" "))) if ways else None

    found = []
    for row in rows(_ASKS):
        asks = pattern(row[1])
        assert asks is not None
        found.append((asks, pattern(row[2] if len(row) > 2 else "")))
    return tuple(found)


def spans(text: str) -> list[tuple[int, int, int]]:
    """(start, end, notion) of every way to say one that occurs."""
    plain = _plain()
    found = [
        (at, at + len(way), number)
        for at, character in enumerate(text)
        for way, number in plain.get(character, ())
        if text.startswith(way, at)
    ]
    for pattern, number in _patterns():
        found += [(match.start(), match.end(), number) for match in pattern.finditer(text)]
    return found


@cache
def _light() -> frozenset[str]:
    return frozenset(word for row in rows(_WORDS) if row[0] == "light" for word in row[1].split(" "))


def _asides(text: str) -> list[tuple[int, int]]:
    """The clauses that only tell circumstances; none where no other clause would be left."""
    clauses = [(match.start(), match.end()) for match in _CLAUSE.finditer(text)]
    asides = [(start, end) for start, end in clauses if _ASIDE.search(text[start:end])]
    return asides if len(asides) < len(clauses) else []


def _content(
    token: Token, rest: str, found: list[tuple[int, int, int]], asides: list[tuple[int, int]], role: frozenset[int]
) -> Content | None:
    kind = _KINDS.get(token.pos)
    if kind is None or token.pos2 == "数詞" or _NUMBER.fullmatch(token.surface):
        return None
    if token.pos2 == "固有名詞":
        kind = "name"
    lemma = (token.lemma or token.surface).split("-")[0]
    notions = frozenset(number for start, end, number in found if start < token.end and token.start < end)
    if lemma in _light() or token.surface in _light():
        weight = 0.1 if notions else 0.0
    elif kind == "suffix":
        weight = 0.3
    else:
        weight = float(vectors.weight(lemma)) * (1.0 if kind in ("noun", "name") else 0.7)
    if not weight:
        return None
    aside = any(start <= token.start < end for start, end in asides)
    return Content(token.surface, lemma, kind, weight, notions, aside, _FOCUS.match(rest) is not None, role)


@lru_cache(maxsize=4096)
def take_apart(text: str) -> Text:
    """What `Text` holds of a text."""
    normal = normalize(text)
    found = spans(normal)
    asides = _asides(normal)
    spoken = tokens(normal)
    roles = parts(normal, spoken)
    taken = (
        _content(token, normal[token.end :], found, asides, role) for token, role in zip(spoken, roles, strict=True)
    )
    words = tuple(word for word in taken if word is not None)
    facts = list(enumerate(_facts()))
    counted = _COUNTER.findall(normal)
    bare = re.sub(r"[、。\s]", "", normal)
    return Text(
        normal,
        words,
        frozenset(number for _, _, number in found),
        frozenset(i for i, (asks, _) in facts if asks.search(normal)),
        frozenset(i for i, (_, gives) in facts if gives is not None and gives.search(normal)),
        frozenset(_UNITS.get(unit, unit) for _, unit in counted),
        frozenset(_UNITS.get(unit, unit) for number, unit in counted if number in ("何", "いく")),
        frozenset(to_katakana(bare)[i : i + 2] for i in range(len(bare) - 1)),
        vectors.sentence(word.lemma for word in words if word.weight > 0.2),
    )


def matrix(words: tuple[Content, ...]) -> vectors.Vector:
    """The vectors of words, a row each; zero where the table lacks one."""
    rows = np.zeros((len(words), vectors.size()), np.float32)
    for i, word in enumerate(words):
        known = vectors.vector(word.lemma)
        if known is not None:
            rows[i] = known
    return rows


PAD = Content("", "", "", 0.0, frozenset(), False, False, frozenset())
"""Stands for the words of a text that has none."""


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
    grams: dict[str, NDArray[np.intp]]
    """In which texts each pair of characters is."""
    gram_counts: Floats
    """Pairs of characters of each text."""
    had: Floats
    """Of the texts: their notions, a row each."""
    weights: Floats
    vectors: Floats
    """Of the words, a row each."""
    meanings: Floats
    """Of the texts, a row each."""
    sentences: Floats
    """Of the texts as whole sentences, of unit length, a row each."""
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


def hot(sets: list[frozenset[int]], size: int) -> Floats:
    rows = np.zeros((len(sets), size), np.float32)
    for row, numbers in zip(rows, sets, strict=True):
        row[list(numbers)] = 1.0
    return rows


@lru_cache(maxsize=4096)
def sentence_of(normal: str) -> Floats:
    """A normalised text as a whole sentence, of unit length."""
    vector = encode(normal)
    unit: Floats = vector / max(float(np.linalg.norm(vector)), 1e-6)
    unit.setflags(write=False)
    return unit


def _union(texts: list[Text], name: str) -> frozenset[int]:
    found: frozenset[int] = frozenset().union(*(getattr(text, name) for text in texts))
    return found


def _grams(texts: tuple[Text, ...]) -> dict[str, NDArray[np.intp]]:
    found: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        for gram in text.grams:
            found.setdefault(gram, []).append(i)
    return {gram: np.array(each, np.intp) for gram, each in found.items()}


@lru_cache(maxsize=256)
def script(entries: tuple[Entry, ...], beyond: tuple[str, ...]) -> Script:
    """The index of a script."""
    asked = [[take_apart(way) for way in entry.questions or ("",)] for entry in entries]
    answers, topics = [take_apart(entry.answer) for entry in entries], [take_apart(topic) for topic in beyond]
    ways = [text for each in asked for text in each]
    texts = (*ways, *answers, *topics)
    words = [word for text in texts for word in text.words or (PAD,)]
    lengths = [max(len(text.words), 1) for text in texts]
    lemmas: dict[str, tuple[int, ...]] = {}
    for i, word in enumerate(words):
        lemmas[word.lemma] = (*lemmas.get(word.lemma, ()), i)
    full = [[*each, answer] for each, answer in zip(asked, answers, strict=True)]
    had = hot([_union(each, "notions") for each in full], len(names())).sum(0)
    counts = Counter(lemma for each in full for lemma in {word.lemma for text in each for word in text.words})
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
        grams=_grams(texts),
        gram_counts=np.array([len(text.grams) for text in texts], np.float32),
        had=hot([text.notions for text in texts], len(names())),
        weights=np.array([word.weight for word in words], np.float32),
        vectors=matrix(tuple(words)),
        meanings=np.array([text.vector for text in texts], np.float32),
        sentences=np.array([sentence_of(text.normal) for text in texts], np.float32).reshape(-1, SIZE),
        hot=hot([word.notions for word in words], len(names())),
        notions=hot(sides, len(names())),
        asks=hot([_union(each, "asks") for each in asked], len(kinds())),
        gives=hot([text.gives for text in answers], len(kinds())),
        rarity=(1.0 - np.log(np.maximum(had, 1.0)) / size).astype(np.float32),
        common={lemma: 1.0 - math.log(count) / size for lemma, count in counts.items()},
    )
