"""Speech begun anew: what a caller takes back, says twice or starts twice goes, and what was said last stays.

五個、いや、六個お願いします leaves 六個お願いします; 納期が三日、いえ五日になります leaves 納期が and 五日になります.
A value is only taken back where one of the same kind follows (a number with the same counter, a day, a weekday).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlu.reasons.points import Piece

_NUMERAL = r"[0-9〇零一二三四五六七八九十百千万]"
_VALUE = (
    rf"(?P<day>(?:{_NUMERAL}{{1,3}}月の?)?{_NUMERAL}{{1,3}}日(?:の?[月火水木金土日]曜日?)?|明後日|明日|今日|昨日|あさって|あした|きょう)"
    rf"|(?P<weekday>[月火水木金土日]曜日?)"
    rf"|(?P<number>{_NUMERAL}{{3,12}}(?![人名個台本枚箱部回件時円万])|{_NUMERAL}{{1,9}}(?P<unit>[^\s、。0-9〇零一二三四五六七八九十百千万日月]))"
)
_HEAD = re.compile(rf"(?:{_VALUE})")
_TAIL = re.compile(rf"(?:{_VALUE})(?:です|で|に|から|を|は|が|の|まで)?$")
_CORRECTS = re.compile(
    r"(?:あ、?)?(?:いや|いえ|もとい|失礼(?:しました|いたしました)?|訂正(?:します)?|じゃなくて|ではなくて?|違う|違った|違います|間違えました|"
    r"すみません|すいません|ごめんなさい|待って(?:ください)?|ちゃう(?:わ)?)+(?:、|ええと)*"
)
_DENIED = re.compile(r"(?P<what>.{1,12}?)(?:じゃ|では)(?:なくて?|ない(?:わ|です|や)?|ありません(?:でした)?)$")
_DOUBTED = re.compile(r"(?P<what>.{2,10})か(?:な)?$")
_LONGEST_VALUE = 24
"""Characters, with what stands before a new one (新しい納期は)."""
_SHORT = 10
"""Characters up to which a clause may be a false start of the next."""


def mended(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without what was taken back or begun twice; no word is added."""
    kept: list[Piece] = []
    corrected = False
    for place, piece in enumerate(pieces):
        following = pieces[place + 1].text if place + 1 < len(pieces) else ""
        denied = _DENIED.fullmatch(piece.text)
        if denied and following and kept and denied["what"] in kept[-1].text:
            kept.pop()
            continue
        if following and _CORRECTS.fullmatch(piece.text):
            corrected = True
            continue
        if _starts(piece.text, following):
            continue
        mark = _CORRECTS.match(piece.text)
        if (mark or corrected) and kept:
            rest = piece.text[mark.end() :] if mark else piece.text
            if _takes_back(kept, rest) or (mark and _HEAD.match(rest)):
                piece = replace(piece, text=rest, start=piece.end - len(rest))
        corrected = _doubted(kept, piece.text, following)
        if not corrected:
            kept.append(piece)
    return kept


def _starts(words: str, following: str) -> bool:
    """Whether a clause is only the start of the next, or said again by it."""
    if not words or len(words) > len(following):
        return False
    return following.startswith(words) and (len(words) <= _SHORT or words == following)


def _doubted(kept: list[Piece], words: str, following: str) -> bool:
    """A value weighed and then said (一一二か、一一二です): the one before it, if of its kind, was wrong."""
    doubt = _DOUBTED.fullmatch(words)
    if doubt is None or not _HEAD.fullmatch(doubt["what"]) or not following.startswith(doubt["what"]):
        return False
    _takes_back(kept, doubt["what"])
    return True


def _takes_back(kept: list[Piece], words: str) -> bool:
    """Cut a value off the end of the last piece where words begin with another of its kind, or tell it of the same."""
    old = _TAIL.search(kept[-1].text, max(len(kept[-1].text) - _LONGEST_VALUE, 0))
    if old is None:
        return False
    if not any(_kind(new) == _kind(old) for new in _HEAD.finditer(words[:_LONGEST_VALUE])):
        return False
    left = kept[-1].text[: old.start()].rstrip("、")
    kept[-1:] = [replace(kept[-1], text=left, closed=False)] if left else []
    return True


def _kind(value: re.Match[str]) -> str:
    if value["day"]:
        return "day"
    return "weekday" if value["weekday"] else value["unit"] or f"figures {len(value['number'])}"
