"""Spoken and written numerals, in every reading: 漢数字, kana, figures; digit by digit or as a cardinal.

The rule for kana is caution: に, し, ご, く and さん are words of their own, so a kana numeral counts only
where its neighbours allow one, and a short run needs a boundary on both sides. Numerals that count
something (三人, 四桁, 五時) are left out of `runs` and are what `count` reads. What the digits are for
(a telephone number, a correction) is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from nlu.kana import to_katakana

_KANJI = {kanji: str(value) for value, kanji in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "◯": "0"}
_KANA = {
    "0": "ゼロ|レイ|レー|マル",
    "1": "イチ|イッ(?=セン)",
    "2": "ニー|ニィ|ニイ(?!チ)|ニ|フタ(?!ツ|リ)",
    "3": "サンー?",
    "4": "ヨンー?|ヨー|シー|シ(?!チ)|ヨ",
    "5": "ゴー|ゴォ|ゴウ|ゴ",
    "6": "ロクー?|ロッ(?=ピャ)",
    "7": "ナナー?|シチ|ヒチ",
    "8": "ハチー?|ハッ(?=セン|ピャ)",
    "9": "キュー|キュウ|キュ|ク",
}
_UNITS = {"千": 1000, "百": 100, "十": 10}
_KANA_UNITS = {1000: "セン|ゼン", 100: "ヒャク|ビャク|ピャク", 10: "ジュウ|ジュー|ジュッ"}
_UNIT_LETTERS = {1000: "T", 100: "H", 10: "X"}
_CARDINAL = re.compile(
    r"(?=[1-9]?[THX])(?:(?P<T>[1-9]?)T)?(?:(?P<H>[1-9]?)H)?(?:(?P<X>[1-9]?)X)?(?P<ones>\d(?![\dTHX]))?"
)
_WEAK = frozenset({"ニ", "サン", "シ", "シー", "ヨ", "ヨー", "ゴ", "ク", "レイ", "セン", "ゴウ"})
"""Sounds that are more often something else."""
_PARTICLES = frozenset({"ニ", "シ", "ヨ", "ゴ", "ク"})
_OTHER_WORDS = frozenset({"サンキュー", "サンキュウ", "セン"})
_ELEMENT = re.compile(
    r"(?P<figures>\d+)|(?P<kanji>[〇一二三四五六七八九零○◯])|(?P<unit>[千百十])|"
    + "|".join(f"(?P<u{unit}>{sounds})" for unit, sounds in _KANA_UNITS.items())
    + "|"
    + "|".join(f"(?P<k{digit}>{sounds})" for digit, sounds in _KANA.items())
)
_COUNTS = "一二三四五六七八九"
_TIMES = {"ヒトツ": 1, "フタツ": 2, "ミッツ": 3, "ミツ": 3, "ヨッツ": 4, "ヨツ": 4, "イツツ": 5, "ムッツ": 6}
_TIMES |= {f"{kanji}ツ": value for value, kanji in enumerate(_COUNTS, 1)}
_TIMES |= {f"{value}ツ": value for value in range(1, 10)} | {"ナナツ": 7, "ヤッツ": 8, "ココノツ": 9}
_TIMES_OTHERWISE = rf"([{_COUNTS}\d])(?:個|コ|連続|回続)"
_REPEATED = re.compile(rf"[、 ]?(?:[ガヲハ]|バカリ)?[、 ]?(?:({'|'.join(_TIMES)})|{_TIMES_OTHERWISE})")
_COUNTER = re.compile(
    r"[ツつ]|度|回|人|名|様|歳|才|時|分|秒|半|日|月|年|週|階|課|号|件|個|円|枚|台|代|点|桁|ケタ|ヶ|ケ月|カ月|か月|丁目|番地|"
    r"番目|番線|通|社|本|倍|割|杯|校|区|条|便|型|席|種|組|部|係|式|世|泊|箱|セット|キロ|メートル|センチ|ミリ|パーセント|%|万|億|トン|"
    r"カイ|ケン|ニン|メイ|ジカン|ジ(?:ハン|ゴロ|ニ)|バンメ|タビ"
)
_AFTER_KANA = re.compile(
    r"$|[、。 \-?ー]|デ|ノ|ニナ|ニオ|ニカ|ニシテ|ニ、|バン|ダ(?!サ)|ヤ|ネ|ヨ|ト|ハ|ガ|カラ|マデ|ッテ|ジャ|ヲ|モ|"
    r"[一-龠〇\d]"
)
_BEFORE_KANA = re.compile(r"(?:^|[、。 \-ハガデモノトヲテダナ]|[〇一-龠\d])$")
_AFTER_DIGITS = re.compile(r"(?:[ロイルーンヨゴクナチウニ]|[〇一二三四五六七八九\d])ノ(?:、|エート、|エー、)?$")
"""Where れい begins another group of digits, and is not that of れいの件."""
_KANJI_BEFORE = frozenset("後尾線桁番号頭目中初次下帯表話通宅前")
"""Characters before a lone kanji numeral that leave it a numeral (最後九, 内線五)."""
_IDEOGRAPH = re.compile(r"[々一-龠]")


@dataclass(frozen=True, slots=True)
class Run:
    """One unbroken numeral in a text."""

    digits: str
    """As a string: zeros in front count."""
    start: int
    end: int
    """Span of characters in the text that was searched."""
    cardinal: bool = False
    """Whether it was said with 千, 百 or 十, or as a count of equal digits (八が三つ)."""


@dataclass(frozen=True, slots=True)
class _Element:
    value: str
    """One digit or more; "" for a unit."""
    unit: int
    sound: str
    """"" where it was not written in kana."""
    start: int
    end: int


def runs(text: str) -> tuple[Run, ...]:
    """The numerals of a text that do not count things, in order."""
    plain = _letters(text)
    found: list[Run] = []
    for elements in _candidates(plain):
        run = _accepted(plain, elements)
        if run is not None:
            found.append(run)
    lone = len(found) == 1 and plain[found[0].start : found[0].end] in _OTHER_WORDS
    return () if lone else tuple(found)


def digits(text: str) -> str:
    """All digits of a text that is nothing but numerals and separators (ゼロ三の一二三四); "" otherwise."""
    plain = re.sub(r"[、。\- の・]|ノ(?!\w*ノノ)", " ", _letters(text))
    parts: list[str] = []
    for piece in plain.split():
        elements = _elements(piece)
        if not elements or elements[0].start or elements[-1].end != len(piece):
            return ""
        parts.append(_evaluate(elements)[0])
    return "".join(parts)


def integer(text: str) -> int | None:
    """The value of a text that is one numeral (二十二, にじゅうに, 22), else None."""
    plain = _letters(text).strip("、。 ")
    large, mark, small = plain.partition("万" if "万" in plain else "マン")
    if mark:
        high, low = integer(large) if large else 1, integer(small) if small else 0
        return None if high is None or low is None else high * 10000 + low
    elements = _elements(plain)
    if not elements or elements[0].start or elements[-1].end != len(plain):
        return None
    return int(_evaluate(elements)[0])


def count(text: str, counters: str) -> int | None:
    """The last number that counts one of the things named (a regular expression: "人|名"), else None."""
    plain = _letters(text)
    value: int | None = None
    for elements in (_trimmed(plain, candidate) for candidate in _candidates(plain)):
        if elements and re.match(counters, plain[elements[-1].end :]):
            value = int(_evaluate(elements)[0])
    return value


def _letters(text: str) -> str:
    """Katakana in place of hiragana, character for character, so that spans stay true."""
    return "".join(map(_letter, text)).replace("−", "-").replace("‐", "-").replace("–", "-")


@lru_cache(maxsize=8192)
def _letter(letter: str) -> str:
    kana = to_katakana(letter)
    return kana if len(kana) == 1 else letter


def _elements(plain: str, position: int = 0) -> list[_Element]:
    """The numerals that follow each other without a gap from a position on."""
    found: list[_Element] = []
    while match := _ELEMENT.match(plain, position):
        group = str(match.lastgroup)
        sound = "" if group in ("figures", "kanji", "unit") else match[0]
        value, unit = "", 0
        if group == "figures":
            value = match[0]
        elif group == "kanji":
            value = _KANJI[match[0]]
        elif group == "unit" or group[0] == "u":
            unit = _UNITS[match[0]] if group == "unit" else int(group[1:])
        else:
            value = group[1:]
        found.append(_Element(value, unit, sound, match.start(), match.end()))
        position = match.end()
    return found


def _candidates(plain: str) -> list[list[_Element]]:
    found: list[list[_Element]] = []
    position = 0
    while match := _ELEMENT.search(plain, position):
        elements = _elements(plain, match.start())
        found.append(elements)
        position = elements[-1].end
    return found


def _accepted(plain: str, elements: list[_Element]) -> Run | None:
    """The run that these elements make where they stand, or None if they are no numeral there."""
    elements = _trimmed(plain, elements)
    if not elements:
        return None
    start, end = elements[0].start, elements[-1].end
    value, cardinal = _evaluate(elements)
    repeated = _REPEATED.match(plain, end)
    if repeated and len(value) <= 2:
        times = _TIMES[repeated[1]] if repeated[1] else int(_evaluate(_elements(repeated[2]))[0])
        return Run(value * times, start, repeated.end(), True)
    if plain[:start].endswith("全部") or _counts_something(plain, end, value):
        return None
    fits = _kana_fits if all(element.sound for element in elements) else _written_fits
    return Run(value, start, end, cardinal) if fits(plain, elements) else None


def _counts_something(plain: str, end: int, value: str) -> bool:
    return bool(_COUNTER.match(plain, end)) and not (len(value) >= 5 or (len(value) >= 3 and value[0] == "0"))


def _trimmed(plain: str, elements: list[_Element]) -> list[_Element]:
    """Without a に, し, よ … at either end that belongs to the word beside it."""
    if len(elements) > 1 and elements[0].unit and elements[0].sound and not elements[1].sound:
        elements = elements[1:]  # すみません三一四二
    while len(elements) > 1 and elements[0].sound in _PARTICLES and not elements[1].sound:
        if re.search(r"(?:^|[、。 ノ-])$", plain[: elements[0].start]):
            break
        elements = elements[1:]
    while elements and elements[-1].sound in _WEAK and elements[-1].sound != "サン":
        last = elements[-1]
        after = plain[last.end :]
        particle = last.sound in _PARTICLES and len(elements) > 1 and not elements[-2].sound
        if (
            particle
            or last.sound == "ヨ"
            or not re.match(r"$|[、。 \-?]|デ|ノ|バン|ダ(?!サ)|ヤ|ネ|ジャ|ガ|ト|ハ|ッテ|ニナ", after)
        ):
            elements = elements[:-1]
            continue
        break
    return elements


def _kana_fits(plain: str, elements: list[_Element]) -> bool:
    before = bool(_BEFORE_KANA.search(plain[max(0, elements[0].start - 1) : elements[0].start]))
    after = bool(_AFTER_KANA.match(plain, elements[-1].end))
    strong = sum(element.sound not in _WEAK for element in elements)
    said = "".join(element.sound for element in elements)
    group = _AFTER_DIGITS.search(plain[: elements[0].start])
    if said == "レイ" and not group and re.match("[^、 ]", plain[elements[-1].end :]):
        return False
    letter = plain[elements[0].start - 1 : elements[0].start]
    if len(elements) == 1 and _IDEOGRAPH.match(letter):
        return said not in _WEAK and letter in _KANJI_BEFORE and after
    if len(elements) >= 3 and strong >= 2:
        return before or after
    return before and after


def _written_fits(plain: str, elements: list[_Element]) -> bool:
    start, end = elements[0].start, elements[-1].end
    length = len(_evaluate(elements)[0])
    before, after = plain[start - 1 : start], plain[end : end + 1]
    if (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha()):
        return False
    if length >= 3 and not any(element.unit for element in elements):
        return True
    if after and _IDEOGRAPH.match(after) and after != "番":
        return False
    if length == 1 and re.match("ノ[々一-龠](?<![方部数番〇一二三四五六七八九千百十])", plain[end:]):
        return False
    kanji_before = bool(before and _IDEOGRAPH.match(before))
    zero = plain[start] in "〇零0"
    return not (
        kanji_before and length <= 2 and not zero and before not in _KANJI_BEFORE and not plain[start].isdigit()
    )


def _evaluate(elements: list[_Element]) -> tuple[str, bool]:
    """The digits, and whether a unit was among them: 二千 is 2000, 三〇九一 3091, 二十四 24, 九百十番 910."""
    shape = "".join(element.value or _UNIT_LETTERS[element.unit] for element in elements)
    if shape.isdigit():
        return shape, False
    return _CARDINAL.sub(lambda match: str(_cardinal(match)), shape), True


def _cardinal(match: re.Match[str]) -> int:
    total = int(match["ones"] or 0)
    for unit, letter in _UNIT_LETTERS.items():
        many = match[letter]
        total += 0 if many is None else unit * int(many or 1)
    return total
