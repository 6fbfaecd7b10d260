"""Telephone numbers: found in what was said, corrected, grouped by the number plan, read aloud.

The number plan is that of `phonenumbers` (its metadata for Japan). A number that the plan does not know is
never thrown away: every digit is kept, in the caller's own groups, and `known` says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import phonenumbers

from nlu.pieces import Piece, Whole, assemble, pieces

_ELEVEN = re.compile(r"0[5-9]0|0800")
"""Mobile, IP and the longer free numbers have eleven digits, all others ten."""
_MOST = 11
"""Digits of a number, at most."""
_SOUNDS = ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュー")
_LOCAL = (6, 7, 8)
"""Digits of a number said without its area code."""
_NEARLY_WHOLE = 9
"""Digits from which what begins with 0 is a whole number said again: the shortest has ten."""
_COSTLY = 2.0
"""A correction dearer than this is a guess."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number as far as it was said."""

    digits: str
    """"" where only an extension was given."""
    groups: tuple[str, ...] = ()
    """The caller's own groups; by the number plan where there were none."""
    extension: str = ""
    assumed_area: bool = False
    """Whether the area code was not said and is the member's own."""
    complete: bool = True
    """Whether it has all the digits that a number of its kind has."""
    note: str = ""
    """"correction", "repeat", "no_area" (area code left out, none known), "partial", "extension" or ""."""

    @property
    def known(self) -> bool:
        """Whether the number plan has it; else it stands as it was said."""
        return known(self.digits)

    @property
    def remark(self) -> str:
        """What had better be asked about, "" where nothing."""
        if not self.digits:
            return ""
        assumed = ["area code assumed"] if self.assumed_area else []
        short = [] if self.complete else ["area code left out" if self.note == "no_area" else "not all digits"]
        return ", ".join(assumed + short + (["not in the number plan"] if self.complete and not self.known else []))


def find_number(text: str, *, area_code: str = "", so_far: str = "") -> PhoneNumber | None:
    """The number in an utterance, None where there is none.

    `so_far` holds the digits of earlier turns ("-" between groups allowed); `area_code` is put before a
    number that fits the plan with it.
    """
    said = pieces(text)
    if not said.pieces:
        return PhoneNumber("", extension=said.extension, complete=False, note="extension") if said.extension else None
    start = Whole(tuple(filter(None, so_far.split("-"))))
    whole = assemble(_denial_first(said.pieces), start, _penalty)
    if len(whole.digits) < 3 and not so_far and not any(piece.place for piece in said.pieces):
        return None
    return _number(whole, area_code, said.extension, bool(_PLUS.search(text)))


def correct(number: str, text: str) -> str | None:
    """The number after a correction of what was read back, None where the text corrects nothing.

    Understands a place ("最後は八です"), a denial ("三じゃなくて四です"), a group that resembles one of the
    number's, and the whole number anew: that replaces it, and where a digit of it was lost nothing is made of both.
    `number`: digits, "-" between the groups that were read.
    """
    digits = number.replace("-", "")
    said = _denial_first(pieces(text).pieces)
    if not said or not digits:
        return None
    if anew := _said_whole(said):
        return anew if anew != digits and is_complete(anew) else None
    start = Whole(tuple(filter(None, number.split("-"))) if "-" in number else groups(digits))

    def penalty(changed: str) -> float:
        unlike = 0.0 if len(changed) == len(digits) else 0.7
        return 3.0 if not is_complete(changed) else unlike + (0.3 if known(digits) and not known(changed) else 0.0)

    whole = assemble(said, start, penalty, amending=True)
    found = whole.digits
    return found if found != digits and whole.cost + penalty(found) <= _COSTLY else None


def known(digits: str) -> bool:
    """Whether the Japanese number plan has such a number."""
    parsed = _parsed(digits)
    return parsed is not None and phonenumbers.is_valid_number(parsed)


def is_complete(digits: str) -> bool:
    """Whether it has as many digits as a number of its kind, area code included."""
    return digits[:1] == "0" and len(digits) in (usual_length(digits), _MOST)


def usual_length(digits: str) -> int:
    """How many digits numbers that begin so have; of those with ten a few have eleven."""
    return _MOST if _ELEVEN.match(digits) else _MOST - 1


def groups(digits: str) -> tuple[str, ...]:
    """The digits as area code, exchange and the last four (0120 and 0570: 4-3-3; mobiles 3-4-4).

    The plan's table of area codes is asked for numbers that it does not know in full, too. What has no area code of it
    is cut from the end: 3-4-4, 2-4-4 or 3-3-4, 4-4, 3-4, 2-4.
    """
    parsed = _parsed(digits)
    if parsed is not None and len(digits) in (10, 11):
        cut = tuple(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL).split("-"))
        if len(cut) == 3 and "".join(cut) == digits:
            return cut
    if len(digits) <= 4:
        return (digits,) if digits else ()
    if len(digits) <= 8:
        return digits[:-4], digits[-4:]
    if len(digits) > 11:
        return (*groups(digits[:-8]), digits[-8:-4], digits[-4:])
    area = 2 if digits[:2] in ("03", "06") and len(digits) == 10 else 3
    return digits[:area], digits[area:-4], digits[-4:]


def spoken(groups: tuple[str, ...]) -> str:
    """How the receptionist reads a number aloud: digit by digit in katakana, a pause between groups."""
    return "、".join("".join(_SOUNDS[int(digit)] for digit in group) for group in groups)


def written(groups: tuple[str, ...]) -> str:
    """As it is written: 03-1234-5678."""
    return "-".join(groups)


def _number(whole: Whole, area_code: str, extension: str, plus: bool) -> PhoneNumber:
    digits, own = whole.digits, whole.groups
    if plus and _from_abroad(digits):
        digits, own = "0" + digits[2:], ()
    assumed = bool(area_code) and digits[0] != "0" and len(area_code) + len(digits) == 10
    if assumed:
        digits, own = area_code + digits, (area_code, *own)
    if len(own) < 2 or max(map(len, own)) > 5 or (min(map(len, own)) == 1 and not known(digits)):
        own = groups(digits)
    complete = is_complete(digits)
    note = "correction" if whole.changed else "repeat" if whole.repeated else ""
    if not complete:
        note = "no_area" if digits[0] != "0" and len(digits) in _LOCAL else "partial"
    return PhoneNumber(digits, own, extension, assumed, complete, note)


_PLUS = re.compile(r"[+＋]|プラス|ぷらす|国番号")
"""Said before a country code. Without it 81 is two digits like any other, and every digit is kept."""


def _from_abroad(digits: str) -> bool:
    """Whether the digits begin with Japan's country code, in place of the 0."""
    return digits.startswith("81") and len(digits) >= 11 and known("0" + digits[2:])


def _penalty(digits: str) -> float:
    """How unlikely the digits are as a whole number: 0 for one of the plan, 6 for too many digits."""
    if is_complete(digits):
        return 0.0 if known(digits) else 0.6
    if len(digits) > 11:
        return 0.1 if _from_abroad(digits) else 6.0
    return 0.8 if digits[0] != "0" and len(digits) in _LOCAL else 1.0


def _said_whole(said: tuple[Piece, ...]) -> str:
    """The digits of pieces that are a number from its first digit on, perhaps with one lost; "" where they are none."""
    plain = not any(piece.denied or piece.place or piece.correction or piece.again for piece in said[1:])
    digits = "".join(piece.digits for piece in said)
    whole = plain and not (said[0].denied or said[0].place) and digits[0] == "0" and len(digits) >= _NEARLY_WHOLE
    return digits if whole else ""


def _denial_first(said: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """「四です、三じゃなくて」 in the order of 「三じゃなくて四です」."""
    if len(said) >= 2 and said[-1].denied and not said[-2].denied:
        return (*said[:-2], said[-1], replace(said[-2], correction=2))
    return said


def _parsed(digits: str) -> phonenumbers.PhoneNumber | None:
    if not digits.startswith("0"):
        return None
    try:
        return phonenumbers.parse(digits, "JP")
    except phonenumbers.NumberParseException:
        return None
