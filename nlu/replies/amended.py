"""The right value in a correction: 「サイトウではなくサイドウです」 gives サイドウ.

Finds the words only, by the forms in which people set something right; what kind of value they are
(a name, a time, a number) is for others to say.
"""

from __future__ import annotations

import re

from nlu.kana import canonical, is_kana, similarity, to_katakana
from nlu.words import reading, tokens

_NOT = r"(?:では?|じゃ|や)(?:なくて?|なし?に|ないん|ない|ありません|あらへん|ねえ|のうて|ございません)"
_DENIED_FIRST = re.compile(rf"(?P<old>[^、。]+?){_NOT}(?:です|ん|よ|けど|が|って|で|、|。| )*(?P<new>.+)$")
_DENIED_LAST = re.compile(rf"^(?P<new>.+?)[、。](?P<old>[^、。]+?){_NOT}(?:です|ん|よ|けど|が)*[。]?$")
_TURNS = re.compile(
    r"(?:^|[、。])(?:いえ+|いいえ|いや|違いますよ?|違うんです|違う違う|違う|ちゃうちゃう|ちゃう|すみません|"
    r"ごめんなさい|ごめん|"
    r"間違えました|間違ってます|間違いです|あっ?|やっぱり|やっぱ|というか|ていうか|っていうか)[、。 ]?(?P<new>[^。]+)"
)
_READ = re.compile(
    r"(?P<new>[^、。]+?)(?:と|って)(?:読み|読む|よみ|よむ|いいます|言います|申します|いうんです|言うんです|書いて)"
)
_NOW = re.compile(r"(?:今は|今度は|正しくは|本当は|実は|やっぱり|もう)(?P<new>[^、。]+?)(?:です|だ|で$|に|と|なん)")
_TAKEN_OVER = re.compile(r"(?P<new>[^、。から]+?)(?:さん|様)?に(?:代わ|変わ|替わ|交代)")
_MADE = re.compile(
    r"(?P<new>[^、。]+?)(?:に(?:して|変更|かえて|変えて|お願い)|のほうに|の方に|のほうです|の方です|はどうですか)"
)
_LEAD = re.compile(
    r"^(?:いえ+|いいえ|いや|違いますよ?|違う違う|違う|はい|ええ|うん|あっ?|え|あの|その|すみません|すいません|ごめんなさい|ごめん|"
    r"じゃあ|では|えーと|えっと|人数が違いますね|お?名前は|名字は|会社は|うちは|私は|わたくし|こちらは)[、。 ]+"
)
_TAIL = re.compile(
    r"(?:様|さん|さま)?(?:(?:のほう|の方)(?:です|に|で|なん|を)?.*|(?:なん|ん)?(?:です|でした|でございます|でして|だよ|だって|じゃ).*|"
    r"と(?:申|いい|いう|言|読|よみ|書|お伝).*|って(?:読|言|い|い|お|書|つもり).*|(?:に|へ)(?:して|お願い|変|かえ|なり|なった).*|"
    r"(?<!ま)で(?:お願い|いい|よろし|す)?.*|(?:だ|や|や[でわ]|やねん|ですわ|なの|に|を|へ|って|が|は|よ|ね)+$)$"
)
_EMPTY = frozenset(
    ("", "そう", "それ", "これ", "こと", "もう", "ちょっと", "けど", "ん", "の", "はい", "大丈夫", "結構", "いい")
)
_SAME = 0.95
"""Similarity from which two readings are one name: all that a canonical spelling leaves open."""


def core(text: str) -> str:
    """The words without openers (いえ、) and without copula and particles at the end."""
    before = ""
    while before != text:
        before, text = text, _LEAD.sub("", text).strip(" 、。")
    return _TAIL.sub("", text).strip(" 、。")


def amended(text: str) -> str:
    """The words of the right value where the text sets something right by its form, else ""."""
    for pattern in (_DENIED_LAST, _DENIED_FIRST):
        match = pattern.search(text)
        if match and core(match["old"]) not in _EMPTY:
            new = _fullest(match["new"])
            if new:
                return new
    for pattern in (_READ, _NOW, _TAKEN_OVER, _TURNS, _MADE):
        match = pattern.search(text)
        new = _value(match["new"]) if match else ""
        if new:
            return new
    return ""


def names(text: str) -> tuple[tuple[str, ...], ...]:
    """What could be values said for themselves: short clauses of nouns, in their parts (「若葉商事の江上です」)."""
    found = []
    for clause in re.split("[、。]", text):
        parts = tuple(_value(clause).split("の"))
        if len(parts) <= 3 and all(0 < len(part) <= 16 and _is_nominal(part) for part in parts):
            found.append(parts)
    return tuple(found)


def same(value: str, known: str) -> bool:
    """Whether words sound like a known katakana value or like a part of it (family name of a full name)."""
    if not value or not known:
        return False
    said = canonical(_kana(value))
    whole = canonical(known)
    inside = len(said) >= 2 and len(whole) >= 2 and (whole.startswith(said) or whole.endswith(said) or whole in said)
    return inside or similarity(said, whole) >= _SAME


def looks_like_name(value: str, known: str) -> bool:
    """Whether words may be a name: kana, a name of the dictionary, or near in sound to what was expected."""
    if is_kana(value) and to_katakana(value) == value:
        return True
    words = tokens(value)
    if any(token.pos3 in ("人名", "地名") or token.pos2 == "固有名詞" for token in words):
        return True
    return similarity(_kana(value), known) >= 0.5


def _kana(value: str) -> str:
    return to_katakana(value) if is_kana(value) else reading(value)


def _fullest(text: str) -> str:
    """The first clause, or a later one that says it in full (「若葉、若葉商事」)."""
    values = [value for value in (_value(clause) for clause in re.split("[、。]", text)) if value]
    if not values:
        return ""
    return max((value for value in values if values[0] in value), key=len)


def _value(text: str) -> str:
    value = core(text)
    return "" if value in _EMPTY or re.fullmatch(r"[ぁ-ん]{1,2}", value) else value


def _is_nominal(value: str) -> bool:
    if is_kana(value) and to_katakana(value) == value:
        return True
    kinds = {token.pos for token in tokens(value)}
    return bool(kinds) and kinds <= {"名詞", "接頭辞", "接尾辞", "補助記号", "記号", "感動詞"} and kinds != {"感動詞"}
