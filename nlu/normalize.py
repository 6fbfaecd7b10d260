"""One form for text, whoever wrote it: a recogniser, a test, a keyboard.

Only what is safe for every reader goes away: width, blanks between Japanese letters, look-alike
signs, doubled punctuation and, in `without_fillers`, the sounds of hesitation. え and うーん stay,
since they tell surprise and doubt.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 400
"""Characters of an utterance that judges of the matter look at, those of its beginning and of its end."""
_JAPANESE = r"\u3005-\u3007\u3040-\u30ff\u4e00-\u9fff、。"
_BLANK_INSIDE = re.compile(rf"(?<=[{_JAPANESE}])\s+(?=[{_JAPANESE}])")
_BLANKS = re.compile(r"\s+")
_KANA = r"\u3041-\u3096\u30a1-\u30fe"
_DASH_AFTER_KANA = re.compile(rf"(?<=[{_KANA}])[~‐‑‒–—―−〜]+(?=[{_KANA}、。\s]|$)")
_COMMAS = re.compile(r"、[、\s]*")
_STOPS = re.compile(r"[、\s]*。[、。\s]*")
_SIGNS = str.maketrans(",!…‥", "、。、、", "「」『』")
_ELLIPSIS = re.compile(r"\.{2,}|・{2,}")

_STEM = r"(?<![教伝考答見消聞終生変替換代数抑押迎加支与超越覚備構植整唱訴添控燃冷耐違仕据迎])"
"""Never in these: 伝えといて, 考えとく, 教えっと are words with え in them."""
_GOOD = r"(?!(?:思|言|い[うっわえ]|おも|ゆう|感じ|聞|こ(?![のれちこ])|き(?![のょ])))"
"""ええと is "good" in the west before these: ええと思う, ええとこ, ええとき."""
_DRAWN = r"(?:おー+|お(?=[、。]|$)|[ーぉ]+)?"
_PLAIN_ENDING = r"(?:ですね[えー]*|ね[えー]+|ね(?=$|[^\u3041-\u3096]|[あうおそよわ]|こ[のれち]))?"
"""A ね may begin a word: えっとねじが."""
_ANYWHERE = (
    rf"(?:えー[えー]*っ?と|{_STEM}え[えー]*っと|{_STEM}ええ[えー]*と{_GOOD}){_DRAWN}{_PLAIN_ENDING}"
    rf"|(?:^|(?<=[、。はにでもをのす]))えとー*(?=$|[、。]|ですね|ね[、。]|[一-鿿〇\d]){_PLAIN_ENDING}"
    rf"|あのー+{_PLAIN_ENDING}"
)
_LONG_VOWELS = r"え[えー]*ー|あ[あー]*ー|ああ|うー+|ん[んー]*ー|ま[あー]+"
_ALONE = rf"{_LONG_VOWELS}|あの[おーう]*(?:です)?(?:ね[えー]*)?|その[おー]+|なんか|あ"
_DRAWN_OUT = r"(?:あ[あー]*ー|え[えー]*ー|うー+|んー+)(?=[ァ-ヴ一-鿿])"
"""Drawn out, and the first word right behind: あーツバメ急便です."""
_FILLER = re.compile(rf"(?:{_ANYWHERE})、?|(?:^|(?<=[、。]))(?:(?:{_ALONE})(?:、|(?=。)|$)|{_DRAWN_OUT})")


@lru_cache(maxsize=64)
def normalize(text: str) -> str:
    """NFKC, no blanks inside Japanese, ー for dashes after kana, single 、 and 。, fillers taken out."""
    before = ""
    while before != text:
        before, text = text, without_fillers(tidy(text))
    return text


@lru_cache(maxsize=64)
def tidy(text: str) -> str:
    """As `normalize`, with the fillers kept."""
    text = _ELLIPSIS.sub("、", unicodedata.normalize("NFKC", text)).translate(_SIGNS)
    text = _DASH_AFTER_KANA.sub("ー", text)
    text = _BLANKS.sub(" ", _BLANK_INSIDE.sub("", text))
    return _COMMAS.sub("、", _STOPS.sub("。", text)).strip(" 、")


def without_fillers(text: str) -> str:
    """The text without えーと, あの、 あー、 … where they stand for nothing."""
    before = ""
    while before != text:
        before, text = text, _FILLER.sub("", text)
    return text.strip(" 、")


def shortened(text: str) -> str:
    """The text; of one longer than `LONGEST` the beginning and the end."""
    return text if len(text) <= LONGEST else text[: LONGEST // 2] + "。" + text[-LONGEST // 2 :]
