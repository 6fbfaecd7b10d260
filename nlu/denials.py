"""What counts in an answer: what it denies or takes back is cut away (サイトウではなく …), dialect made standard.

Only the words are looked at; whether they are a name, a company or a day is for those who read them.
"""

from __future__ import annotations

import re

_DENIED = re.compile(
    r"(?P<what>[^、。]{1,16}?)、?(?:じゃ|では|や|で)(?:なくて?|ないんです(?:けど)?|ないです(?:よ|けど)?|ないよ|ないって|ないから|ない|"
    r"ありません(?:よ|が|で)?|ございません(?:が|で)?|のうて)、?"
    r"|(?P<other>[^、。]{1,16}?)(?:と(?:は)?違い?(?:ます|って|う)|ちゃいます|ちゃうて)、?"
)
_TAKEN_BACK = re.compile(r"[^、。]{1,12}(?:、|か、)(?:いや|もとい|失礼|じゃなくて|ではなくて?|違う?わ?)、?(?=[^、。])")
_DESU_IN_KATAKANA = re.compile(r"(?<=[ァ-ヴー]{2})デス(?=$|[、。])")
_DIALECT = re.compile(
    r"(?<=[ァ-ヴー\u3400-\u9fff々])(?:(?:で(?:え|ー)+す|だばって|だべ|だっぺ|だっちゃ|っちゃ|やさ|じゃけん?ど?|じゃき|やけん|だけん|だす|どす|ずら|"
    r"だに|だに?ゃ|だぎゃ|やねん|やで|ちゅうとです|ですたい|ですばい|ばい|たい|っす)[ーよねわ]*)(?=$|[、。])"
)
_MYSELF = re.compile(r"(わたくし|わたし)(?=[ァ-ヴ\u3400-\u9fff])")
"""Before a name that follows without は."""


def as_said(text: str) -> str:
    """The answer in the standard language and without what it denies."""
    return undenied(_DIALECT.sub("です", _DESU_IN_KATAKANA.sub("です", _MYSELF.sub(r"\1、", text))))


def undenied(text: str) -> str:
    """The text without what the caller says it is not: only the right value remains."""
    kept = _DENIED.sub(_cut, text)
    return _TAKEN_BACK.sub("", kept).strip("、 ")


def _cut(match: re.Match[str]) -> str:
    words = match["what"] or match["other"] or ""
    verbal = re.search(r"(?:[てでん]|わけ|だけ|そう|もの|こと)$", words)
    return match.group() if verbal and not match.group().startswith("そう") else ""
