"""Where a spoken sentence falls apart: clauses, and the noun phrase at the end of one.

Recognisers write few or no commas, so a clause also ends where the grammar says so (ですが, ましたので …).
A noun phrase comes as chunks, the parts between the の: スマイル企画の営業の江川 is three.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from nlu.words import Token, tokens

_BOUNDARY = re.compile(
    r"(?<!の)、|[。?？]"
    r"|(?:です|ます|でした|ました|ません(?!でし|で[、。])|だけど|でしょう)(?!でし)"
    r"(?:(?>けれども(?!う)|けれど|けども(?!う)|けど|が)(?!ね|、|。|[?？])"
    r"|(?>よね|よ|ね|わ|かね|か)?(?!か|し|の|ね|よ|が|け|ら|た|と|よう|っ|ん|、|。|[?？]))"
)
"""An ending that goes on is none (ませんでした, ますでしょうか), and けど、もう is no けども."""
_STOP_POS = frozenset({"助詞", "助動詞", "動詞", "形容詞", "副詞", "連体詞", "接続詞", "感動詞", "代名詞", "空白"})
_KATAKANA_RUN = re.compile(r"[ァ-ヴー・]{2,}")
_ONE_NOUN = re.compile(r"[ァ-ヴー・]{2,}|[\u3400-\u9fff]{1,3}[がヶケ](?:丘|谷|原|崎|浜|島|峰|池|関|窪|森|根|城|瀬|淵)")
"""Runs that the dictionary tears apart: rare names in katakana, and places like 光が丘."""
_HIRAGANA_HEAD = re.compile(r"[\u3041-\u3096ー]{2,6}(?<![はがをのてでもにとなたするかねよ])")
_LINKS = re.compile(r"では|で(?:し|あっ)たら|だったら|なら|でも|だと|ならば|で|と")
"""Words that link a sentence to the one before, where a name in hiragana would begin."""
_NOT_IN_NAMES = frozenset("、。「」?？")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the text with its place."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@lru_cache(maxsize=64)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text, without the commas and stops between them."""
    found = []
    begin = 0
    for mark in _BOUNDARY.finditer(text):
        end = mark.start() if mark.group() in "、。?？" else mark.end()
        if text[begin:end].strip():
            found.append(Clause(text[begin:end], begin))
        begin = mark.end()
    if text[begin:].strip():
        found.append(Clause(text[begin:], begin))
    return tuple(found)


@lru_cache(maxsize=256)
def final_chunks(text: str) -> tuple[Clause, ...]:
    """The noun phrase a text ends in, cut at each の, in the order spoken; () if it ends in no noun."""
    words = _whole_words(text)
    first = len(words)
    while first > 0 and _belongs(words, first - 1):
        first -= 1
    if first < len(words) and _clipped(text[: words[first].start], words[:first]):
        words = (_noun(text[: words[first].end], 0), *words[first + 1 :])
        first = 0
    while first < len(words) and words[first].surface == "の":
        first += 1
    return _cut(words[first:])


def _whole_words(text: str) -> tuple[Token, ...]:
    """The words of a text, with each `_ONE_NOUN` as one."""
    runs = [(run.start(), run.end()) for run in _ONE_NOUN.finditer(text)]
    if not runs:
        return tokens(text)
    found: list[Token] = []
    for word in tokens(text):
        run = next(((start, end) for start, end in runs if start <= word.start and word.end <= end), None)
        if run is None:
            found.append(word)
        elif not found or found[-1].end <= run[0]:
            whole = word.end - word.start == run[1] - run[0]
            found.append(word if whole else _noun(text[run[0] : run[1]], run[0]))
    return tuple(found)


def _noun(surface: str, start: int) -> Token:
    return Token(surface, "", "名詞", "固有名詞", start=start, known=False)


def _clipped(lead: str, words: tuple[Token, ...]) -> bool:
    """Whether a phrase begins with particles, which no phrase does: the start of a name in hiragana (はやて運輸)."""
    if not words or not lead or _LINKS.fullmatch(lead):
        return False
    if len(lead) <= 3 and all(word.pos in ("助詞", "助動詞") for word in words):
        return True
    return words[0].pos in ("助詞", "助動詞") and bool(_HIRAGANA_HEAD.fullmatch(lead))


def _belongs(words: tuple[Token, ...], place: int) -> bool:
    word = words[place]
    if word.surface == "、":
        return place > 0 and words[place - 1].surface == "の"
    if word.surface in _NOT_IN_NAMES or (word.pos3 == "副詞可能" and len(word.surface) > 1):
        return False
    if word.surface == "の":
        return place + 1 < len(words) and place > 0
    if word.surface in ("・", "&", "＆", "ー", "-"):
        return True
    if word.pos == "副詞" and _KATAKANA_RUN.fullmatch(word.surface):
        return True
    if word.pos == "副詞" and len(word.surface) == 4 and word.surface[:2] == word.surface[2:]:
        before = place > 0 and words[place - 1].pos == "名詞"
        return before or (place + 1 < len(words) and words[place + 1].pos in ("名詞", "接尾辞"))
    return word.pos not in _STOP_POS and word.pos != "補助記号"


def _cut(words: tuple[Token, ...]) -> tuple[Clause, ...]:
    found: list[Clause] = []
    begin = 0
    for place, word in enumerate((*words, None)):
        if word is None or (word.surface == "の" and word.pos == "助詞"):
            part = tuple(w for w in words[begin:place] if w.surface != "、")
            if part:
                found.append(Clause("".join(w.surface for w in part), part[0].start))
            begin = place + 1
    return tuple(found)
