"""Has the caller finished? Judged from the words so far; and is it more than a nod?

The endings of Japanese sentences tell much: です, ます, ください close a turn, が, けど, ので, は, の and
えーと keep it. While a number is awaited the digits decide: the turn is open until they are complete. The
voice (pauses, pitch) is weighed elsewhere, which is why a partial text of nothing gives 0.5.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nlu.expected import Ask, Expected
from nlu.kana import in_hiragana
from nlu.normalize import tidy
from nlu.phone import find_number, known
from nlu.tables import DATA, rows

_NUMBERS = frozenset({Ask.NUMBER, Ask.CONFIRM_NUMBER, Ask.CALLER_ID})
_SHORT_ANSWERS = frozenset({Ask.CONFIRM_CALLER, Ask.CONFIRM_NUMBER, Ask.CALLER_ID, Ask.OFFER, Ask.ECHO, Ask.CLOSING})
_VALUES = frozenset({Ask.CALLER, Ask.NAME, Ask.COMPANY, Ask.STAFF, Ask.KANA})

_FILLERS = (
    r"え[えー]*っ?と[おー]*(?:です)?(?:ね[えー]*)?", r"え[えー]*", r"あ[あー]*",
    r"あの[おーう]*(?:です)?(?:ね[えー]*)?",
    r"その[おー]+", r"う[うー]+ん?", r"ん[んー]*", r"ま[あー]+", "なんか", "なんだっけ", "ちょっと",
)  # fmt: skip
_FILLER = re.compile(rf"(?:^|[、。 ]|(?<=[のがはをでに]))(?:{'|'.join(_FILLERS)})[、。]?$")
_PREFACES = (
    "お忙しいところ", "恐れ入りますが?", "お世話にな(?:って(?:おり|い)?|り)ますが?", "す[みい]ませんが?",
    "もしもし", "こんにちは",
    "おはようございます", "はじめまして", "突然", "いつも", "あの", "えーと", "はい", "どうも",
    "申し訳ございませんが?", "失礼(?:いた)?します",
)  # fmt: skip
_MANNERS = re.compile(rf"^(?:(?:{'|'.join(_PREFACES)})[、。 ]*)+$")
_NODS = (
    "はい", "はーい", "うん", "ええ", "えー", "へえ+", "へー", "ほう", "ふん", "ふうん", "ふーん", "ああ",
    "あー", "あっ?", "そう", "そうです", "そうですか", "そうですね", "なるほど", "はあ", "おお", "ん+",
    "んー", "えっ?と?ー?",
)  # fmt: skip
_NOD = re.compile(rf"^(?:(?:{'|'.join(_NODS)})[、。ー ]*){{1,3}}$")
_POLITE = re.compile(r"(?:が|けど|ので|んで|て)[、。]?$")
_INTRODUCED = re.compile(
    r"(?:です|と(?:申|もう)します|といいます|と(?:言|い)います|でございます)"
    r"((?:が|けど|けれども)[、。]?)?[。]?$"
)
_WISHED = re.compile(
    r"いらっしゃ|おられ|お?(?:願|ねが)い|ください|下さい|ますか|ません|でしょうか|たい|(?:件|けん)(?:で|に)|(?:伝|つた)え|予約|よやく|(?:至急|しきゅう)"
)
"""Who has only said who he is goes on to say what he wants, after a breath."""
_LONG = 25
"""Letters from which an utterance may hold all that the caller wants to say: some five seconds of speech."""
_POLITELY_OPEN = 0.2
_ANSWERS = "はい|ええ|うん|いえ|いいえ|いや|違います|そうです|結構です|大丈夫です|お願いします"
_DENIED = re.compile(r"^(?:あ、?)?(?:(?:いえ|いいえ|いや|違います|ちがいます)[、。]*)+$")
_READ_BACK = frozenset({Ask.CONFIRM_CALLER, Ask.CONFIRM_NUMBER, Ask.CALLER_ID})
"""After a no to these people go on to say what is right."""
_ANSWERED = re.compile(rf"^(?:(?:{_ANSWERS})[、。]*)+$")


def finished(partial: str, expected: Expected | None) -> float:
    """How likely the caller has finished, 0..1, from the words so far; 0.5 where there are none."""
    text = in_hiragana(tidy(partial))
    if not text:
        return 0.5
    if _FILLER.search(text) and not (expected and _ANSWERED.match(text)):
        return 0.08
    if expected and expected.ask in _NUMBERS:
        number = _number(text, expected)
        if number is not None:
            return number
    if _DENIED.match(text) and expected and expected.ask in _READ_BACK:
        return 0.2
    if _ANSWERED.match(text):
        return 0.9 if expected and expected.ask in _SHORT_ANSWERS else 0.45
    if _MANNERS.match(text):
        return 0.25
    introduced = _INTRODUCED.search(text) if expected and expected.ask is Ask.OPENING else None
    if introduced and not _WISHED.search(text):
        return 0.15 if introduced[1] else 0.4
    for likely, words in _endings():
        if words.search(text):
            # a long utterance may well end on けど or ので, politely left open
            return likely + (_POLITELY_OPEN if likely <= 0.25 and len(text) >= _LONG and _POLITE.search(text) else 0.0)
    return 0.6 if expected and expected.ask in _VALUES | _SHORT_ANSWERS else 0.4


def backchannel(partial: str) -> bool:
    """Whether the words are only a nod (はい, うん, へえ): they must not stop our speech."""
    return bool(_NOD.match(in_hiragana(tidy(partial))))


@lru_cache(maxsize=1)
def _endings() -> tuple[tuple[float, re.Pattern[str]], ...]:
    return tuple((float(row[0]), re.compile(row[1])) for row in rows(DATA / "endings.tsv"))


def _number(text: str, expected: Expected) -> float | None:
    """While digits are awaited: open until they are complete; None where none were said."""
    so_far = expected.number if expected.ask is Ask.NUMBER else ""
    found = find_number(text, so_far=so_far)
    if found is None or not (found.digits or found.extension):
        return None
    if expected.ask is not Ask.NUMBER and not found.complete:
        # a piece of a number that was read back is a correction of it (「最後は八です」)
        return 0.85 if re.search(r"(?:です|ます|だ|よ|ね|。)$", text) else 0.3
    if not found.complete:
        return 0.35 if re.search(r"(?:です|ます)(?:ね|けど|が)?[。]?$", text) else 0.08
    if re.search(r"(?:の|が|は|、あ|内線)[、。]?$", text):
        return 0.3
    closed = bool(re.search(r"(?:です|ます|でした|ください|はい|だ|や)(?:ね|よ|わ|が|けど)?[。]?$", text))
    if known(found.digits):
        return 0.97 if closed else 0.85
    return 0.8 if closed else 0.5
