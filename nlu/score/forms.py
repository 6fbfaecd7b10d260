"""The one form to which both sides are brought before they are compared.

NFKC; numbers without hyphens and blanks; names in katakana with ヅ as ズ, ヂ as ジ, オウ and オオ as オー, without
legal forms and honorifics. Nothing else is forgiven: a name that only sounds alike is another name.
"""

from __future__ import annotations

import re
import unicodedata

from nlu.kana import to_katakana

_BLANKS = re.compile(r"[\s、。,.・]+")
_IN_NUMBERS = re.compile(r"[\s\-‐‑‒–—―−ーの()]+")
_LEGAL = re.compile(
    r"(?:株式|有限|合同|合資|合名)会社|[(（](?:株|有|同|資|名|医|社|財|学|福)[)）]|"
    r"(?:(?:一般|公益)(?:社団|財団)|社会福祉|医療|学校|宗教|弁護士|税理士|司法書士|社会保険労務士|行政書士|監査|独立行政|特定非営利活動)"
    r"法人(?:社団|財団)?|㈱|㈲|"
    r"(?:カブシキ|ユウゲン|ゴードー|ゴーシ|ゴーメイ)[カガ]イシャ|"
    r"(?:(?:イッパン|コーエキ)(?:シャダン|ザイダン)|シャカイフクシ|イリョー|ガッコー|シュウキョー|ベンゴシ|ゼイリシ|シホーショシ|"
    r"シャカイホケンロームシ|ギョーセイショシ|カンサ|ドクリツギョーセイ|トクテイヒエイリカツドー)ホージン(?:シャダン|ザイダン)?"
)
_HONORIFIC = re.compile(r"(?:さん|様|さま|氏|殿|サン|サマ|先生|センセイ|センセー|くん|君|ちゃん)$")
_SAME_SOUND = str.maketrans("ヅヂ", "ズジ")
_LONG_O = re.compile(r"(?<=[オコソトノホモヨロゴゾドボポョォ])[ウオ]")
_FIGURES = str.maketrans("〇零一二三四五六七八九", "00123456789")
_KANJI_NUMBER = re.compile(r"[〇零一二三四五六七八九十百千万]+")
_UNITS = {"十": 10, "百": 100, "千": 1000}


def words(text: str) -> str:
    """Words as they are written: width, blanks, commas and figures made alike."""
    return _KANJI_NUMBER.sub(_figures, _BLANKS.sub("", unicodedata.normalize("NFKC", text)))


def number(text: str) -> str:
    """Digits without what groups them."""
    return _IN_NUMBERS.sub("", unicodedata.normalize("NFKC", text))


def name(text: str) -> str:
    """A person's name, or a role."""
    text = _sound(text)
    bare = _HONORIFIC.sub("", text)
    return bare or text


def company(text: str) -> str:
    """A company's name, as it sounds or as it is written."""
    text = name(text)
    bare = _LEGAL.sub("", text)
    return bare or text


def overlap(one: str, other: str) -> float:
    """The longest stretch that both have, as a share of the longer."""
    best = 0
    for start in range(len(one)):
        while start + best < len(one) and one[start : start + best + 1] in other:
            best += 1
    return best / max(len(one), len(other), 1)


def _sound(text: str) -> str:
    kana = _BLANKS.sub("", to_katakana(text)).translate(_SAME_SOUND)
    return _LONG_O.sub("ー", kana)


def _figures(match: re.Match[str]) -> str:
    """Figures for a number in characters: 二十三 and 二三 are 23."""
    written = match[0]
    if not any(unit in written for unit in "十百千万"):
        return written.translate(_FIGURES)
    total = part = 0
    digits = ""
    for letter in written:
        if letter in _UNITS:
            part += int(digits or "1") * _UNITS[letter]
            digits = ""
        elif letter == "万":
            total += (part + int(digits or "0") or 1) * 10000
            part, digits = 0, ""
        else:
            digits += letter.translate(_FIGURES)
    return str(total + part + int(digits or "0"))
