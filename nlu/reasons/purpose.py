"""What of an utterance is kept as the matter of the call, in the caller's own words; "" for what tells nothing of it.

In free speech that is all but names and greetings; beside an offer (a call back, an address) whatever is told instead
of a yes or no or with it: a matter, a word to be passed on, the hours at which to call. Of answers that are values or
nothing but yes and no, nothing is kept.
"""

from __future__ import annotations

import re

from nlu.clauses import clauses
from nlu.expected import Ask, Expected
from nlu.meaning import PLAIN, Answer, Want
from nlu.reasons.gist import Spans, gist, is_farewell
from nlu.reasons.judge import Judged
from nlu.reasons.matter import FREE, KNOWS_NOT
from nlu.reasons.wants import wants

VALUES = frozenset({Ask.NUMBER, Ask.CONFIRM_NUMBER, Ask.CALLER_ID, Ask.ECHO, Ask.KANA, Ask.CONFIRM_CALLER})
"""Questions for a value, in whose answer no matter is told."""

_INSTEAD = re.compile(
    r".{6,}(?:の件|について|に関して|ほしい|欲しい|たい(?:ん|の|です|と)|(?:お願い|頼み)(?:し|が|で))"
)
"""What an offer is answered with by whoever tells his matter instead."""
_WORD = re.compile(r".{8,}(?:と|て)、?(?:言(?:っ|う)|いっ|お?伝え|伝言)")
"""A word to be passed on: 金曜の二時に変えてくださいと言っておいて."""
_NUMBER = re.compile(
    r"(?:はい、?|ええと、?|(?:電話)?番号|電話|携帯|自宅|会社|は|が|、)*(?:[0-9〇零一二三四五六七八九]|の|-|、){9,}"
    r"(?:です|になります|でございます|まで)?(?:が|けど|ね)?。?"
)
"""A telephone number and nothing else."""
_TO_CALL = re.compile(r"電話|連絡|(?:お)?かけ|鳴らし|ください|いただ|もら|ほしい|欲しい")
_OF_THE_CALL = re.compile(
    r"^(?:はい|ええ|いえ|うーん|そう|じゃあ?|では|でしたら)|お?電話|連絡|戻|帰|お?(?:休み|出張|会議|外出|留守)(?:です|なん|か)|時(?:です|か|ね|に)|待[てたっ]|"
    r"出られ|つなが|構|かま|大丈夫|結構|いつでも|家に|おります(?:の|ん|から|$)|お?願い|ありがとう|すみません|わかりました|急[いぎ]"
)
"""Clauses about the call that is to be made, the absence or the hurry, and courtesies."""
_TELLS = re.compile(
    r"(?:まして|てい?まして|ので|んで|のです|んです(?:けど|が)?|[たるい]から|の(?:件|こと)で(?:す|して)?(?:けど|が)?|"
    r"(?:って|と)(?:言|い)えば(?:わか|分か|通じ)[^、。]{0,6}|[てで]さ|てて|ちゃって|(?:です|ます|ました|でした)(?:けど|が)?)(?:ね|よ)?$"
)
"""How a clause ends that tells something."""
_STORY = 10
"""Characters of such clauses from which they tell of a matter."""
_PASSED_ON = frozenset({Want.CALLBACK, Want.MESSAGE})
"""Wishes beside which more is told; what else is wished is taken as such."""


def purpose(text: str, aside: tuple[Spans, Spans], expected: Expected, reason: Judged, answer: Answer | None) -> str:
    """Of free speech (normalised); `aside`: where the caller's and our people's names stand in it."""
    if expected.ask in VALUES:
        return ""
    if expected.ask is Ask.OFFER:
        return gist(text, *aside) if _beside_offer(text, answer) else ""
    if expected.ask not in FREE and (reason.reason is None or reason.confidence < PLAIN):
        return ""
    if expected.ask in (Ask.CLOSING, Ask.MORE) and is_farewell(text):
        return ""
    if _NUMBER.fullmatch(text) or (expected.ask is Ask.STAFF and KNOWS_NOT.search(text)):
        return ""
    return gist(text, *aside)


def _beside_offer(text: str, answer: Answer | None) -> bool:
    wished = set(wants(text))
    if wished and wished <= _PASSED_ON | {Want.WAY} and _tells_besides(text):
        return True
    if wished - _PASSED_ON:
        return False
    if _WORD.search(text) or (hours(text) and _TO_CALL.search(text)):
        return True
    return not wished and answer in (None, Answer.UNKNOWN, Answer.YES) and bool(_INSTEAD.search(text))


def _tells_besides(text: str) -> bool:
    """Whether clauses without a wish tell of a matter: 戻ったら電話をください、例の部品が欠品しておりまして."""
    told, found = "", []
    for clause in clauses(text):
        if wants(clause.text) or _OF_THE_CALL.search(clause.text):
            found.append(told)
            told = ""
        else:
            told += clause.text
    return any(len(each) >= _STORY and _TELLS.search(each) for each in (*found, told))


_HOURS = re.compile(
    r"(?:[0-9〇一二三四五六七八九十]{1,3}時|午前|午後|夕方|夜|お?昼|朝|正午)[^、。]{0,8}?"
    r"(?:まで|以降|以後|過ぎ|すぎ|から|より|ごろ|頃|まえ|前|の間|の後|のあと|中に|なら|いっぱい|に)"
)


def hours(text: str) -> bool:
    """Whether hours are told at which something is to be done (三時以降に, 午前中なら)."""
    return bool(_HOURS.search(text))
