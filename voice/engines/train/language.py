"""Makes the language model of the dictation ear, `data/language.tsv.gz`: run `python -m voice.engines.train.language`.

A trigram of telephone Japanese over classes, interpolated Kneser-Ney, learnt from `sentences.txt` (the half of the
project's own material that may be trained on, see `texts.for_training`). Words are surfaces with their
pronunciation as unidic-lite cuts and reads them. Classes keep what is said beside names and things apart from which
name it is: surname, given name, place, digit, noun (those seen once, and common nouns of the dictionary beside them)
and any other proper noun, spelt by a bigram of morae. What is written is the network itself: source, target, katakana,
text,
label, cost. A class has one copy; what follows it remembers only the class.
"""

from __future__ import annotations

import gzip
import math
import re
import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import fugashi
import unidic_lite

from voice.engines.phonemes import pronunciations

HERE = Path(__file__).parent
NAMES = HERE.parents[2] / "nlu" / "data"
TARGET = HERE.parent / "data" / "language.tsv.gz"
DISCOUNT = 0.8
MOST_SURNAMES, MOST_GIVEN, MOST_NOUNS, MOST_PLACES = 6000, 1200, 6000, 1500
GENERAL_SHARE = 0.35
"""Of the noun class, for nouns that the sentences never had."""
DIGIT_READINGS = {
    "0": ("ゼロ", "レー", "マル"), "1": ("イチ",), "2": ("ニー", "ニ"), "3": ("サン",), "4": ("ヨン", "シ"),
    "5": ("ゴ", "ゴー"),
    "6": ("ロク",), "7": ("ナナ", "シチ"), "8": ("ハチ",), "9": ("キュー", "ク"),
}  # fmt: skip
LETTER_READINGS = {
    "A": "エー", "B": "ビー", "C": "シー", "D": "ディー", "E": "イー", "F": "エフ", "G": "ジー",
    "H": "エイチ", "I": "アイ", "J": "ジェー", "K": "ケー", "L": "エル", "M": "エム", "N": "エヌ",
    "O": "オー", "P": "ピー", "Q": "キュー", "R": "アール", "S": "エス", "T": "ティー", "U": "ユー",
    "V": "ブイ", "W": "ダブリュー", "X": "エックス", "Y": "ワイ", "Z": "ゼット",
}  # fmt: skip
_KANJI_DIGITS = dict(zip("〇一二三四五六七八九", "0123456789", strict=True))
_KANJI = re.compile(r"[一-鿿々ァ-ヴーぁ-ん]+$")
_KANA = re.compile(r"[ァ-ヴー]+$")
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}

Word = tuple[str, str]
"""(text, katakana); classes are ("<name>", "")."""
START, END = ("<start>", ""), ("<end>", "")
SURNAME, GIVEN, PLACE, DIGIT, NOUN, OTHER = (
    (f"<{name}>", "") for name in ("surname", "given", "place", "digit", "noun", "other")
)
CLASSES = (SURNAME, GIVEN, PLACE, DIGIT, NOUN, OTHER)


def sayable(kana: str) -> bool:
    """Whether the reading can be pronounced."""
    try:
        return bool(_KANA.match(kana)) and bool(pronunciations(kana))
    except ValueError:
        return False


def _reading(token: fugashi.UnidicNode) -> str:
    kana = token.feature.pron or token.surface.translate(_HIRAGANA)
    letters = token.surface.upper()
    if not _KANA.match(kana) and all(letter in LETTER_READINGS for letter in letters):
        kana = "".join(LETTER_READINGS[letter] for letter in letters)
    return str(kana)


def _named(token: fugashi.UnidicNode) -> Word | None:
    part = token.feature
    if part.pos4 == "姓":
        return SURNAME
    if part.pos4 == "名":
        return GIVEN
    return PLACE if part.pos3 == "地名" else None


def cut(tagger: fugashi.Tagger, sentence: str) -> list[list[tuple[Word, str]]]:
    """The sentence as runs of (word, part of speech); a run ends where something cannot be read."""
    runs: list[list[tuple[Word, str]]] = [[]]
    tokens = [token for token in tagger(sentence) if token.feature.pos1 != "補助記号"]
    for place, token in enumerate(tokens):
        digits = "".join(_KANJI_DIGITS.get(letter, letter) for letter in token.surface)
        if digits.isdigit() and digits.isascii():
            near = [t.surface for t in (*tokens[max(place - 1, 0) : place], *tokens[place + 1 : place + 2])]
            spoken = (
                len(digits) > 1
                or digits == "0"
                or any(surface[0] in "〇一二三四五六七八九0123456789" for surface in near)
            )
            if spoken:
                runs[-1] += [(DIGIT, "数")] * len(digits)
                continue
        named, kana = _named(token), _reading(token)
        if named is not None:
            runs[-1].append((named, "名"))
        elif sayable(kana):
            kind = "固" if token.feature.pos2 == "固有名詞" else "名" if token.feature.pos2 == "普通名詞" else "他"
            runs[-1].append(((token.surface, kana), kind))
        else:
            runs.append([])
    return [run for run in runs if run]


class Trigram:
    """Counts of up to three words and the interpolated Kneser-Ney probabilities they give."""

    def __init__(self, runs: Iterable[list[Word]]) -> None:
        self.counts: dict[tuple[Word, ...], Counter[Word]] = defaultdict(Counter)
        for run in runs:
            words = [START, *run, END]
            for place in range(1, len(words)):
                for size in (1, 2):
                    if place >= size:
                        self.counts[tuple(words[place - size : place])][words[place]] += 1
        before: dict[Word, set[Word]] = defaultdict(set)
        for history, following in self.counts.items():
            if len(history) == 1:
                for word in following:
                    before[word].add(history[0])
        self.counts[()] = Counter({word: len(found) for word, found in before.items()})

    def left(self, history: tuple[Word, ...]) -> float:
        """The share that a history leaves to the shorter one."""
        following = self.counts[history]
        return DISCOUNT * len(following) / following.total()

    def probability(self, history: tuple[Word, ...], word: Word) -> float:
        following = self.counts.get(history)
        if not history:
            assert following is not None
            return (following[word] or 0.5) / (following.total() + 1)
        shorter = self.probability(history[1:], word)
        if not following:
            return shorter
        return max(following[word] - DISCOUNT, 0.0) / following.total() + self.left(history) * shorter


class Layout:
    """The network being laid out, state 0 the start."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.states: dict[object, int] = {(START,): 0}

    def state(self, key: object) -> int:
        return self.states.setdefault(key, len(self.states))

    def arc(self, source: int, target: int, said: tuple[str, str, str], cost: float) -> None:
        kana, text, label = said
        self.rows.append(f"{source}\t{target}\t{kana}\t{text}\t{label}\t{cost:.3f}")


def _table(name: str) -> list[list[str]]:
    lines = (NAMES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def dictionary() -> Iterator[tuple[int, list[str]]]:
    """(cost, features) of the entries of unidic-lite, as MeCab compiles them (little endian, UTF-8)."""
    raw = (Path(unidic_lite.DICDIR) / "sys.dic").read_bytes()
    *_, trie, tokens, _, _ = struct.unpack("<10I", raw[:40])
    first = 72 + trie
    for place in range(first, first + tokens, 16):
        _, _, _, cost, feature, _ = struct.unpack("<HHHhII", raw[place : place + 16])
        begin = first + tokens + feature
        yield cost, raw[begin : raw.index(b"\0", begin)].decode().split(",")


def general(kept: set[str]) -> tuple[list[Word], list[Word]]:
    """(common nouns, places) of the dictionary, the cheapest first; `kept` are texts already known."""
    nouns: dict[Word, int] = {}
    places: dict[Word, int] = {}
    for cost, feature in dictionary():
        if len(feature) < 10 or not sayable(feature[9]) or not _KANJI.match(feature[8]):
            continue
        word = (feature[8], feature[9])
        if (
            feature[1] == "普通名詞"
            and feature[2] in ("一般", "サ変可能")
            and len(feature[9]) > 2
            and word[0] not in kept
        ):
            nouns[word] = min(cost, nouns.get(word, cost))
        elif feature[2] == "地名" and len(feature[9]) > 1:
            places[word] = min(cost, places.get(word, cost))
    return sorted(nouns, key=lambda w: (nouns[w], w))[:MOST_NOUNS], sorted(places, key=lambda w: (places[w], w))[
        :MOST_PLACES
    ]


def members(layout: Layout, klass: Word, items: list[tuple[str, str, float]], label: str) -> None:
    """(katakana, text, probability) as the class's members, from its entrance to what follows it."""
    entrance, after = layout.state(("in", klass)), layout.state((klass,))
    total = sum(weight for _, _, weight in items)
    for kana, text, weight in items:
        layout.arc(entrance, after, (kana, text, label), -math.log(weight / total))


def chain(layout: Layout, kind: str) -> None:
    """Any other proper noun, mora by mora."""
    entrance, after = layout.state(("in", OTHER)), layout.state((OTHER,))
    for what, one, two, cost in _table("spoken_morae.tsv"):
        if what != kind or two == "ー":
            continue
        source = layout.state(("mora", one)) if one else entrance
        if two:
            layout.arc(source, layout.state(("mora", two)), (two, two, "+other" if one else "other"), float(cost))
        else:
            layout.arc(source, after, ("", "", ""), float(cost))


def ngrams(layout: Layout, model: Trigram, known: set[Word]) -> list[tuple[int, float]]:
    """The model's arcs; returns the final states. Only histories that go on are states of their own."""
    finals = []
    kept = {history for history in model.counts if not any(word in CLASSES for word in history[:-1])}

    def following(history: tuple[Word, ...], word: Word) -> int:
        if word in CLASSES:
            return layout.state(("in", word))
        longest = (*history, word)[-2:]
        while longest and longest not in kept:
            longest = longest[1:]
        return layout.state(longest)

    for history in sorted(kept, key=lambda h: (len(h), h)):
        source = layout.state(history)
        for word in sorted(model.counts[history]):
            cost = -math.log(model.probability(history, word))
            if word == END:
                finals.append((source, cost))
            else:
                said = ("", "", "") if word in CLASSES else (word[1], word[0], "")
                layout.arc(source, following(history, word), said, cost)
        if history:
            layout.arc(source, layout.state(history[1:]), ("", "", ""), -math.log(model.left(history)))
    return finals


def learn(sentences: list[str]) -> tuple[Layout, list[tuple[int, float]]]:
    """The network of the sentences."""
    tagger = fugashi.Tagger()
    runs = [run for sentence in sentences for run in cut(tagger, sentence)]
    seen = Counter(word for run in runs for word, _ in run)
    kinds = {word: kind for run in runs for word, kind in run}
    rare = {word for word, count in seen.items() if count == 1}
    klass = {word: NOUN if kinds[word] == "名" else OTHER for word in rare if kinds[word] in "名固"}
    model = Trigram([[klass.get(word, word) for word, _ in run] for run in runs])
    layout = Layout()
    finals = ngrams(layout, model, set(seen))
    nouns, places = general({text for text, _ in seen})
    own = [word for word in rare if klass.get(word) == NOUN]
    members(
        layout,
        SURNAME,
        [(k, k, math.exp(-float(c))) for k, c in _table("spoken_surnames.tsv")[:MOST_SURNAMES]],
        "surname",
    )
    members(layout, GIVEN, [(k, k, math.exp(-float(c))) for k, c in _table("spoken_given.tsv")[:MOST_GIVEN]], "given")
    members(layout, PLACE, [(kana, text, 1.0 / (rank + 20)) for rank, (text, kana) in enumerate(places)], "place")
    members(layout, DIGIT, [(k, text, 1 / len(ways)) for text, ways in DIGIT_READINGS.items() for k in ways], "digit")
    weighted = [(kana, text, (1 - GENERAL_SHARE) / len(own)) for text, kana in sorted(own)]
    weighted += [(kana, text, GENERAL_SHARE / len(nouns)) for text, kana in nouns]
    members(layout, NOUN, weighted, "")
    chain(layout, "company")
    return layout, finals


def main() -> None:
    """Write the network."""
    sentences = [line for line in (HERE / "sentences.txt").read_text(encoding="utf-8").splitlines() if line]
    layout, finals = learn(sentences)
    lines = [*layout.rows, *(f"{state}\t{cost:.3f}" for state, cost in sorted(finals))]
    with gzip.GzipFile(TARGET, "wb", mtime=0) as target:
        target.write(("\n".join(lines) + "\n").encode())
    print(f"{TARGET.name}: {len(layout.rows)} arcs, {len(layout.states)} states, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
