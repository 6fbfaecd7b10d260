"""What part each word of a question plays there: what follows it, and in which kind of clause it stands.

A word that no entry has is harmless in 主人の還暦で and decisive in 遺言書を作りたいんですが: the same kind of word,
but for its particle, and for a clause that says what is wanted rather than how things stand. Nothing is decided here;
`nlu/knowledge/weighing.py` weighs the parts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.words import Token

FOLLOWING = ("を", "が", "は", "の", "に", "で", "と", "も", "から", "まで", "って", "へ", "だけ", "")
"""What may follow a word, "" for the end of a clause; one more place stands for all else."""
WANTED, IF, LAST = range(len(FOLLOWING) + 1, len(FOLLOWING) + 4)
"""Places of the kinds of clause."""
PARTS = LAST + 1
"""Number of places."""
_FOLLOWING = re.compile("(から|まで|って|だけ|[をばがはのにでともへ])|([、。]|$)")
_SAME = {"ば": "を"}
"""The object in the west of Japan."""
_CLAUSE = re.compile(r"[^、。]+")
_KINDS = (
    (
        WANTED,
        re.compile(
            r"たい|たく(?:て|なっ)|(?:ほし|欲し)[いく]|たか(?:と|ば)|[のん]に[はも]?$|には$|つもり|予定|考えて|思って"
        ),
    ),
    (
        IF,
        re.compile(r"たら$|ったら|[れえけ]ば$|(?:する|なる|いる|ある|[うくすつぬむる])と(?:き(?:は|に)?)?$|場合|なら$"),
    ),
)
_WORTH = 4
"""Characters of a clause that may be the last: less is a phrase (お願いします, ですけど)."""
_NOMINAL = ("名詞", "接尾辞")


def clause_parts(normal: str) -> list[tuple[int, int, frozenset[int]]]:
    """(start, end, kinds) of every clause of a normalised text."""
    found = [(clause.start(), clause.end()) for clause in _CLAUSE.finditer(normal)]
    worth = [place for place in found if place[1] - place[0] >= _WORTH]
    last = worth[-1] if worth else None
    kinds = [{place for place, pattern in _KINDS if pattern.search(normal[start:end])} for start, end in found]
    return [
        (*place, frozenset(each | {LAST} if place == last else each)) for place, each in zip(found, kinds, strict=True)
    ]


def following(normal: str, words: Sequence[Token], at: int) -> int:
    """The place in FOLLOWING of what stands after a word and the nouns that it is compounded with."""
    while at + 1 < len(words) and words[at].pos in _NOMINAL and words[at + 1].pos in _NOMINAL:
        at += 1
    match = _FOLLOWING.match(normal, words[at].end)
    if not match:
        return len(FOLLOWING)
    said = match[1] or ""
    return FOLLOWING.index(_SAME.get(said, said))


def parts(normal: str, words: Sequence[Token]) -> list[frozenset[int]]:
    """Of every word its parts."""
    clauses = clause_parts(normal)
    found = []
    for at, word in enumerate(words):
        kinds = next((kinds for start, end, kinds in clauses if start <= word.start < end), frozenset[int]())
        found.append(kinds | {following(normal, words, at)})
    return found
