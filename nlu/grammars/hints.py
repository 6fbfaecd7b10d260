"""What the answer to a closed question is made of, for an engine that writes freely unless it is held to such words.

Rule: whole phrases as people write them; the engine cuts them into words of its own list and leaves out what it does
not have (`voice.engines.vocabulary`). Open questions, and offers that people answer in a sentence, have no hints:
whatever lies outside of them would be lost.
"""

from __future__ import annotations

from nlu.expected import Ask

_YES = (
    "はい",
    "はい そう です",
    "ええ",
    "そう です",
    "結構 です",
    "大丈夫 です",
    "お願い し ます",
    "お願い いたし ます",
)
_NO = ("いいえ", "いえ", "違い ます", "いや", "そう じゃ なくて", "では なくて")
_REPAIR = ("もう 一度 お願い し ます", "もう いち ど", "ちょっと 待って ください", "お 待ち ください", "分かり ませ ん")
_FIGURES = (
    *("ゼロ", "零", "れい", "まる", "一", "いち", "二", "に", "三", "さん", "四", "よん", "五", "ご", "六", "ろく"),
    *("七", "なな", "しち", "八", "はち", "九", "きゅう", "く", "十", "百", "千"),
)
_AROUND = (
    "の",
    "番号 は",
    "電話 番号 は",
    "です",
    "に なり ます",
    "ハイフン",
    "内線",
    "最後 は",
    "最初 は",
    "えーと",
    "あの",
)
_CALLER = ("今 かけ て いる 番号", "この 番号", "非通知")

NUMBERS = (*_FIGURES, *_AROUND, *_CALLER, *_YES, *_NO, *_REPAIR)
_BY_ASK = {Ask.NUMBER: NUMBERS, Ask.CONFIRM_NUMBER: NUMBERS}


def hints_for(ask: Ask) -> tuple[str, ...]:
    """Phrases, their words apart; empty = anything may be said."""
    return _BY_ASK.get(ask, ())
