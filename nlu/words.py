"""The one wrapper round fugashi and its dictionary (unidic-lite): words, their kind and their reading.

The tagger is made at the first use and kept, since it takes a tenth of a second. Nothing else may
import fugashi.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import fugashi

from nlu.kana import is_kana, to_katakana

LETTERS = {
    "a": "エー", "b": "ビー", "c": "シー", "d": "ディー", "e": "イー", "f": "エフ", "g": "ジー",
    "h": "エイチ", "i": "アイ", "j": "ジェー", "k": "ケー", "l": "エル", "m": "エム", "n": "エヌ",
    "o": "オー", "p": "ピー", "q": "キュー", "r": "アール", "s": "エス", "t": "ティー", "u": "ユー",
    "v": "ブイ", "w": "ダブリュー", "x": "エックス", "y": "ワイ", "z": "ゼット",
}  # fmt: skip
"""The names of the Latin letters, as people say them on the telephone."""
_MOST_READ = 20_000
"""Words of the dictionary that are kept taken apart."""


class Token(NamedTuple):
    """One word of a text; a tuple, since thousands are made in a call."""

    surface: str
    kana: str
    """Katakana of the spelling (は is ハ, 佐藤 サトウ); letters by their names; "" for punctuation."""
    pos: str
    """名詞, 動詞, 助詞 …, as in UniDic."""
    pos2: str = ""
    pos3: str = ""
    pos4: str = ""
    """姓 or 名 where `pos3` is 人名."""
    lemma: str = ""
    form: str = ""
    """Form of inflection, "終止形-一般" …"""
    pronunciation: str = ""
    """As it sounds (は is ワ, 佐藤 サトー); as `kana` for words that the dictionary lacks."""
    known: bool = True
    """Whether the dictionary has the word."""
    start: int = 0
    """Index of the first character in the text."""

    @property
    def end(self) -> int:
        return self.start + len(self.surface)


@dataclass(frozen=True, slots=True)
class _Dictionary:
    tagger: Any
    read: dict[tuple[str, str], tuple[Any, ...]] = field(default_factory=dict)
    """By surface and entry the fields of a word, all but its start: taking entries apart takes time."""

    def take(self, word: Any) -> tuple[Any, ...]:
        """What `Token` says of a word wherever it stands, kept from now on."""
        if len(self.read) >= _MOST_READ:
            self.read.clear()
        fields = self.read[word.surface, word.feature_raw] = _fields(word)
        return fields


@lru_cache(maxsize=1)
def _dictionary() -> _Dictionary:
    return _Dictionary(fugashi.Tagger())


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text, in order; blanks fall away, everything else is in some word."""
    dictionary = _dictionary()
    found: list[Token] = []
    position = 0
    for word in dictionary.tagger(text):
        surface = word.surface
        fields = dictionary.read.get((surface, word.feature_raw)) or dictionary.take(word)
        start = text.find(surface, position)
        position = start + len(surface)
        found.append(tuple.__new__(Token, (*fields, start)))  # as `_make` does, without a call for each word
    return tuple(found)


def reading(text: str) -> str:
    """The text in katakana by its spelling (佐藤 サトウ): the commonest reading of names; punctuation falls away."""
    return "".join(token.kana for token in tokens(text))


def readings(text: str, limit: int = 30) -> frozenset[str]:
    """All readings that the dictionary knows (河野 コウノ, カワノ), of the `limit` best divisions."""
    paths = _dictionary().tagger.nbestToNodeList(text, limit)
    return frozenset("".join(_kana(word.surface, word.feature) for word in path) for path in paths)


def _fields(word: Any) -> tuple[Any, ...]:
    feature = word.feature
    kana = _kana(word.surface, feature)
    token = Token(
        surface=word.surface,
        kana=kana,
        pos=feature.pos1,
        pos2=_plain(feature.pos2),
        pos3=_plain(feature.pos3),
        pos4=_plain(feature.pos4),
        lemma=_plain(feature.lemma) or word.surface,
        form=_plain(feature.cForm),
        pronunciation=_plain(feature.pron) or kana,
        known=not word.is_unk,
    )
    return token[:-1]


def _kana(surface: str, feature: Any) -> str:
    if feature.pos1 in ("補助記号", "空白"):
        return ""
    if is_kana(surface):
        return to_katakana(surface)
    spelling = _plain(feature.kana) or _plain(feature.pron)
    if spelling:
        return to_katakana(spelling)
    letters = (letter for letter in to_katakana(surface).lower() if letter.isalnum() or letter == "ー")
    return "".join(LETTERS.get(letter, letter) for letter in letters)


def _plain(value: str | None) -> str:
    return "" if value in (None, "*") else str(value)
