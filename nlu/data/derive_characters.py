"""Derives `characters.tsv` from the lexicon of the installed unidic-lite: how characters sound in Sino-Japanese words.

Run `python nlu/data/derive_characters.py` after a new version of unidic-lite. Names of companies are often coined of
two characters that no dictionary has together (東建, 文栄); they are read as such words are. Each word of two
characters and of Chinese origin is cut where the readings of its characters agree best with all the other words
(expectation and maximisation); what stays above a tenth of a character's uses is kept, commonest first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from nlu.data.lexicon import entries

ORTH, ORIGIN, KANA = 8, 12, 17
WORD = re.compile(r"[\u4e00-\u9fff]{2}")
PART = re.compile(r"[ァ-ヴ][ャュョ]?[イウクキツチンッ]?")
ROUNDS, LEAST_WORDS, LEAST_SHARE, KEPT = 8, 3, 0.1, 3
LICENCE = (
    "# Derived from unidic-lite (UniDic 2.1.2), Copyright (c) 2011-2013, The UniDic Consortium, used under the\n"
    "# BSD licence. Made by nlu/data/derive_characters.py: character, tab, Sino-Japanese readings, commonest first.\n"
)


def words() -> Iterator[tuple[str, str]]:
    """(characters, katakana) of every word of two characters and Chinese origin."""
    for _, fields in entries():
        if fields[ORIGIN] == "漢" and WORD.fullmatch(fields[ORTH]):
            yield fields[ORTH], fields[KANA]


def cuts(kana: str) -> list[tuple[str, str]]:
    """The ways to share a reading between two characters."""
    halves = ((kana[:place], kana[place:]) for place in range(1, len(kana)))
    return [(one, other) for one, other in halves if PART.fullmatch(one) and PART.fullmatch(other)]


def learnt(rows: list[tuple[str, str]]) -> dict[str, Counter[str]]:
    """Character to its readings with their (expected) number of words."""
    counts: dict[str, Counter[str]] = {}
    for _ in range(ROUNDS):
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for word, kana in rows:
            pairs = cuts(kana)
            weights = [_share(counts, word[0], a) * _share(counts, word[1], b) for a, b in pairs]
            for (a, b), weight in zip(pairs, weights, strict=True):
                found[word[0]][a] += weight / sum(weights)  # type: ignore[assignment]
                found[word[1]][b] += weight / sum(weights)  # type: ignore[assignment]
        counts = found
    return counts


def _share(counts: dict[str, Counter[str]], character: str, kana: str) -> float:
    known = counts.get(character)
    return (known[kana] + 0.01) / (known.total() + 1.0) if known else 1.0


def main() -> None:
    """Write the table beside this file."""
    lines = []
    for character, readings in sorted(learnt(sorted(set(words()))).items()):
        plain = Counter({kana: count for kana, count in readings.items() if not kana.endswith("ッ")})
        total = plain.total()
        kept = [kana for kana, count in plain.most_common(KEPT) if count >= LEAST_SHARE * total]
        if total >= LEAST_WORDS and kept:
            lines.append(f"{character}\t{' '.join(kept)}\n")
    (Path(__file__).parent / "characters.tsv").write_text(LICENCE + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
