"""Whether a call is urgent: said to be (至急, 急ぎで), or plainly so (a line stopped, an injury, under way and late).

A denied hurry (急ぎではない) is none, and neither is the hurry of habit in courtesies (お急ぎのところ).
"""

from __future__ import annotations

import re

_DENIED = re.compile(
    r"(?:お?急ぎ|至急|緊急)(?:と(?:いう)?わけ|って(?:いう)?わけ|の用件?|)(?:では|じゃ|でも|や)(?:あり|ござい|な)|急ぎません|急がな[いく]"
)
_COURTESY = re.compile(r"お急ぎのところ|急にお電話|急なお電話|特急便")
_SAID = re.compile(
    r"至急|大至急|緊急|急ぎ|急いで|急いどる|一刻も早く|今すぐ|いますぐ|すぐに(?!終わ|済)|すぐ出して|すぐ(?:来て|出して|折り返|連絡|電話|代わ|つない)|早急|"
    r"取り急ぎ(?!ご連絡|お礼|ご報告)|急な(?:ん|の|こと)|急で(?:すが|す|申し訳|悪い|、)|急遽|急きょ|時間がな[いく]|間に合わな|間に合いそうに"
)
_PLAIN = re.compile(
    r"火事|煙|燃えて|救急|事故(?:に遭|を起こ|が起)|怪我|けがを|血が|倒れ|意識|危篤|(?:ライン|機械|サーバー?|サイト|システム)(?:が|も)?(?:全部)?(?:止ま|落ち|動か)|"
    r"水漏れ|漏水|ガス(?:臭|漏)|停電|閉じ込め|電車が(?:止ま|遅れ)"
)
_NOT_PLAIN = re.compile(r"火災保険|事故物件|防火|火事場|煙草|停電の日程|止まることもある|リスク|備え|保険の")


def urgency(text: str) -> tuple[bool, str]:
    """(urgent, the words that say so)."""
    cleaned = _COURTESY.sub("", _DENIED.sub("", text))
    said = _SAID.search(cleaned)
    if said:
        return True, said.group()
    plain = _PLAIN.search(cleaned)
    if plain and not _NOT_PLAIN.search(cleaned):
        return True, plain.group()
    return False, ""
