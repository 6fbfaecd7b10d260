"""Why somebody calls: a judge that learnt from written lines which words, endings, phrases and values speak for what.

What it looks at are the signs of `features`, readable phrases (`data/signs.tsv`) among them, and the vectors of its
words; what each is worth is learnt (`python -m nlu.train`). Where they are unsure, a small transformer that reads the
words in their order (`network`) is asked too, and believed as far as it proved right on lines that neither had learnt;
both are calibrated. Where no reason stands out, or only a greeting or a name was said, there is none, and the dialogue
asks. What a reason then leads to is not its business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from nlu.meaning import Reason, Slots
from nlu.reasons.features import features, said
from nlu.reasons.linear import Known, Linear, load, softmax
from nlu.reasons.network import log_shares
from nlu.tables import DATA
from nlu.words import tokens

_FILE = DATA / "reason_weights.npz"
LEAST = 0.25
"""Confidence below which nothing is said: there the judge is right less often than a question costs."""
UNSURE = 0.8
"""Share of the likeliest reason below which the network is asked: 4 lines in 10. To ask it of all adds nothing."""
_SHOWN = 4
"""Signs that are told as grounds."""
_WHOLE = 40
"""Characters at the end that are told where no single word speaks for a reason."""
_EMPTY = re.compile(
    r"(?:もしもし|もしもーし|はい|ええ|うん|いえ|いいえ|どうも|あの|その|あ|え|お世話(?:に|様|さま)(?:です|なって(?:おり)?ます|なります)?|いつも|大変|"
    r"こんにちは|こんばんは|おはようございます|すみません|すいません|恐れ入ります|失礼(?:いた)?します|私|わたし|わたくし|こちら|"
    r"(?:分|わ)かりました|承知(?:いた)?しました|了解(?:です|しました)?|そうですか|なるほど|"
    r"です|でございます|だけど|ですが|ですけど|ですけれども|と(?:申し|言い|いい)ます(?:が|けど)?|の者|の|よろしくお願い(?:いた)?します|"
    r"(?:(?:それ)?じゃあ?|くれぐれも|よろしく|、)*(?:頼|たの)(?:む|んだ|みます|みました)(?:から)?(?:よ|ね|な|ぞ|わ)*|[、。?]|\s)*"
)


_POINTING = 0.5
"""How sure the judge is, against other words, of those that only point at something."""
_BETWEEN = frozenset({"副詞", "助動詞", "助詞", "補助記号", "感動詞", "接続詞", "連体詞", "空白"})
_POINTERS = frozenset(f"{near}{end}" for near in "こそあ" for end in ("れ", "こ", "っち", "ちら", "いつ")) | {"あそこ"}


@dataclass(frozen=True, slots=True)
class Judged:
    """The reason that fits best, None where nothing plain was said."""

    reason: Reason | None
    confidence: float
    words: str
    """The words that spoke for it."""
    runners_up: tuple[tuple[Reason, float], ...]
    """The next best; the very best first where none was plain enough."""


NOTHING = Judged(None, 0.0, "", ())


def judge(text: str, slots: Slots, asked: bool = True) -> Judged:
    """The reason for a call from what was said and whom it named. Where it was not `asked` for, only a plain one is of
    use, and the network is left alone."""
    if _says_nothing(text, slots):
        return NOTHING
    linear = _linear()
    found = linear.known(features(text, slots))
    odds = linear.scores(found)
    shares = softmax(odds)
    if asked and shares.max() < UNSURE:
        shares = softmax(linear.doubted * odds + linear.network * log_shares(text))
    shares = shares * (_POINTING if _only_points(text) else 1.0)
    order = np.argsort(-shares, kind="stable")
    ranked = [(Reason(linear.classes[i]), round(float(shares[i]), 3)) for i in order[:4]]
    first, confidence = ranked[0]
    if confidence < LEAST:
        return Judged(None, confidence, "", tuple(ranked[:3]))
    return Judged(first, confidence, _words(linear, found, int(order[0]), text), tuple(ranked[1:]))


def _only_points(text: str) -> bool:
    """Nothing is named: あれのあれなんですけど. Whoever asks who or where does name something."""
    return all(token.pos in _BETWEEN or token.surface in _POINTERS for token in tokens(text))


def _says_nothing(text: str, slots: Slots) -> bool:
    if slots.staff or slots.department:
        return False
    for slot in (slots.company, slots.caller_name):
        text = text.replace(slot.text, "") if slot and slot.text else text
    words = (token.surface for token in tokens(text) if token.pos3 != "人名")
    return bool(_EMPTY.fullmatch("".join(words)))


def _words(linear: Linear, found: Known, kind: int, text: str) -> str:
    """What was said that speaks most for a reason, words inside others left out."""
    told: list[str] = []
    for sign, added in linear.grounds(found, kind):
        if added <= 0 or len(told) == _SHOWN:
            break
        words = said(sign, text)
        if len(words) > 1 and words in text and not any(words in other or other in words for other in told):
            told.append(words)
    return "…".join(told) or text[-_WHOLE:]


@cache
def _linear() -> Linear:
    return load(_FILE)
