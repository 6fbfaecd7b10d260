"""Words to somebody beside the caller: ちょっと待ってね今電話してるから、すみません goes, what was wanted of us stays.

Rule: somebody is told to wait, to be quiet or to stop, as one speaks to a child, a dog or a friend and not to us, and
then the caller turns back with an apology and goes on. What is asked of us politely (ちょっと待ってください), or is not
gone on from, is no aside.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TOLD = (
    r"(?:ちょっと|少し|もうちょっと|もう少し|だから|こら|こーら|ほら|おい|もう|今|いま|ねえ|しーっ?|し[、]|、)*"
    r"(?:待って(?!くだ|いただ|もら|ほし|い?ます|頂)|待ちなさい|待っと(?:け|き|いて)|静かにし|うるさ|やめ(?:なさい|て(?!ほし|くだ|もら|い))|"
    r"だめ(?!です|でし|で)|ダメ(?!です|でし|で)|触らない|走らない|降りなさい|座って(?:て|なさい)|あっち(?:に|へ)?行|あとでね|後でね|"
    r"(?:ママ|パパ|お母さん|お父さん|ばあば|じいじ)?(?:今)?、?お?電話(?:中|してる))[^、。]{0,20}"
)
"""What is said to somebody beside the caller."""
_BACK = (
    r"(?:(?:あ|どうも|ほんとに?|本当に|はい|えっと|、)*"
    r"(?:すみません|すいません|ごめんなさい|申し訳(?:ない|ありません|ございません)|失礼(?:し|いたし)ました)(?:ね|でした)?)"
)
"""With what the caller turns back to us."""
_WHY = r"(?:[^、。]{0,14}(?:騒|泣|うるさ|吠|暴れ|話しかけ|子ども|子供|孫|犬|猫)[^、。]{0,12}[、。])?"
"""横で犬が騒いでまして."""
_ASIDE = re.compile(rf"(?:^|(?<=[、。])){_TOLD}(?:[、。][^、。]{{0,16}}){{0,2}}?[、。]{_BACK}(?:、?{_WHY})?[、。]?")
LEAST = 9
"""Characters that must follow: less is no matter."""


@lru_cache(maxsize=64)
def without_asides(text: str) -> str:
    """A normalised text without them."""
    found = _ASIDE.search(text)
    return text if found is None or len(text) - found.end() < LEAST else text[: found.start()] + text[found.end() :]
