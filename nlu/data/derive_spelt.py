"""Derives `spoken_characters.tsv`: how callers tell which characters their name is written with (田んぼの田).

Run `python nlu/data/derive_spelt.py` after a new version of unidic-lite. Characters are those of the surnames, by
how common the readings are (spoken_surnames.tsv); each is told by the everyday words that hold it, the commonest
by the dictionary's costs first, and by its readings as a word of its own or within surnames. Kept by hand beside it:
spelt_by_hand.tsv, for descriptions that are no words (木へんの松, 高い低いの高).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from nlu.data.lexicon import entries

DATA = Path(__file__).parent
KIND, DETAIL, SURFACE, KANA = 0, 1, 8, 17
CHARACTERS, WORDS, READINGS = 800, 6, 3
LEAST, LONGEST = 3, 4
"""Surnames in which a reading must be found, and its length in kana."""
DEAREST = 14_000
"""Of the dictionary's costs: words dearer than that nobody would explain a character with."""
_WORD = re.compile(r"[\u4e00-\u9fff]{2}")
_KANA = re.compile(r"[ァ-ヴー]{1,8}")
LICENCE = (
    "# Derived from unidic-lite (UniDic 2.1.2), Copyright (c) 2011-2013, The UniDic Consortium, used under the\n"
    "# BSD licence. Made by nlu/data/derive_spelt.py: character, -ln share in surnames, readings, word=reading ...\n"
)


def nouns() -> Iterator[tuple[str, str, int]]:
    """(as written, katakana, cost) of the common nouns and places of one or two characters."""
    for cost, fields in entries():
        if fields[KIND] == "名詞" and fields[DETAIL] == "普通名詞" and len(fields) > KANA:
            yield fields[SURFACE], fields[KANA], cost


def shares() -> Counter[str]:
    """Characters of surnames by the share of people who have them."""
    common = dict(_rows("spoken_surnames.tsv"))
    written = [(row[0], row[1].split()[0]) for row in _rows("surnames.tsv")]
    spellings = Counter(kana for _, kana in written)
    found: Counter[str] = Counter()
    for text, kana in written:
        if kana in common:
            for letter in text:
                found[letter] += math.exp(-float(common[kana])) / spellings[kana]  # type: ignore[assignment]
    return found


def within_surnames(known: dict[str, list[str]]) -> dict[str, Counter[str]]:
    """Readings that characters have in surnames of two: what is left where the other's reading is known."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _rows("surnames.tsv"):
        text, kana = row[0], row[1].split()[0]
        if len(text) == 2:
            for one in known.get(text[0], ()):
                if kana.startswith(one) and len(kana) > len(one):
                    found[text[1]][kana[len(one) :]] += 1
            for one in known.get(text[1], ()):
                if kana.endswith(one) and len(kana) > len(one):
                    found[text[0]][kana[: -len(one)]] += 1
    return found


def _rows(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def main() -> None:
    sino = {row[0]: row[1].split() for row in _rows("characters.tsv")}
    own: dict[str, dict[str, int]] = defaultdict(dict)
    holding: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for text, kana, cost in nouns():
        if len(text) == 1 and _KANA.fullmatch(kana):
            own[text][kana] = min(cost, own[text].get(kana, cost))
        elif _WORD.fullmatch(text) and _KANA.fullmatch(kana) and cost < DEAREST:
            for letter in set(text):
                holding[letter][text, kana] = min(cost, holding[letter].get((text, kana), cost))
    known = {letter: [*own[letter], *sino.get(letter, ())] for letter in {*own, *sino}}
    within = within_surnames(known)
    counted = shares()
    whole = sum(counted.values())
    lines = []
    for letter, share in counted.most_common(CHARACTERS):
        if not "\u4e00" <= letter <= "\u9fff":
            continue
        named = [
            kana for kana, count in within[letter].most_common(READINGS) if count >= LEAST and len(kana) <= LONGEST
        ]
        kun = sorted(own[letter], key=lambda kana: own[letter][kana])[:READINGS]
        readings = list(dict.fromkeys([*named, *kun, *sino.get(letter, ())[:1]]))
        words = sorted(holding[letter], key=lambda word: holding[letter][word])[:WORDS]
        if readings:
            told = " ".join(f"{text}={kana}" for text, kana in words)
            lines.append(f"{letter}\t{-math.log(share / whole):.2f}\t{' '.join(readings)}\t{told}\n")
    (DATA / "spoken_characters.tsv").write_text(LICENCE + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
