"""Numbers as carriers write them: as digits that can be dialled in Japan, back in the world's notation, or kept back.

Left out: what a SIP header says (`voice/lines/sip/headers`), and the groups in which numbers are read aloud (`nlu`).
"""

from __future__ import annotations

import re

_WITHHELD = {"266696687", "7378742833", "2562533", "7748283"}
"""ANONYMOUS, RESTRICTED, BLOCKED, PRIVATE, as a telephone's keys spell them: what some networks write."""
_UNKNOWN = {"8656696", "8566696", "86282452253"}
"""UNKNOWN (and as misspelt by some networks), UNAVAILABLE: nobody keeps anything back."""
_WITHHELD_WORDS = {"anonymous", "restricted", "blocked", "private", "withheld", "hidden"}


def dialled(number: str) -> str:
    """A number as digits that can be dialled in Japan: +81312345678 is 0312345678, +1… is 0101…; "" if it is none."""
    number = number.strip()
    digits = "".join(sign for sign in number if sign in "0123456789")
    if digits in _WITHHELD | _UNKNOWN or not re.fullmatch(r"\+?[0-9() .-]{3,40}", number):
        return ""
    if not number.startswith("+"):
        return digits
    return "0" + digits[2:] if digits.startswith("81") else "010" + digits


def is_withheld(number: str) -> bool:
    """Whether that is how a network says that the caller keeps the number back."""
    number = number.strip().lower().removeprefix("sip:").partition("@")[0]
    digits = number.removeprefix("+")
    return number in _WITHHELD_WORDS or digits in _WITHHELD


def is_extension(to: str) -> bool:
    """A short number within a company, which no carrier can dial."""
    return bool(re.fullmatch(r"[0-9*#]{1,8}", to, re.ASCII)) and not to.startswith("0")


def international(digits: str) -> str:
    """0312345678 is +81312345678, 0101… is +1…; "" for what is no such number."""
    if re.fullmatch(r"\+[0-9]{7,15}", digits, re.ASCII):
        return digits
    if re.fullmatch(r"010[0-9]{7,15}", digits, re.ASCII):
        return "+" + digits[3:]
    return "+81" + digits[1:] if re.fullmatch(r"0[1-9][0-9]{7,10}", digits, re.ASCII) else ""
