"""The words of a text that name days and hours, one by one, with kind and numbers; listed in `data/dates_words.tsv`.

What they mean together is told in `wishes`; here each is only recognised: 来週 as a week, 火曜 as a weekday, 三時半 as
an hour. Words that look like a time and are none (四日市, 三日目, 毎週火曜) are taken out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from nlu.tables import DATA
from nlu.tables import rows as table
from nlu.times.amounts import SPOKEN, WRITTEN, amount

_FILE = DATA / "dates_words.tsv"
_WEEKDAY = r"(?:[月火水木金土日]曜|(?:げつ|すい|もく|きん|ど|にち)よう)"
_EDGE = (
    r"(?:(?<![ぁ-ゖー])|(?<=[のはにでともがら])|(?<=がつ)|(?<=よう)|(?<=うび)|(?<=ごご)|(?<=ぜん)|(?<=がた)|"
    r"(?<=よる)|(?<=あさ)|(?<=ひる))"
)
_STOP = r"(?:(?=はん|[のにでごすかまはがくをへだ、。?\d]|[一-龠]|って|ちょ|とか|頃|$)(?!かん))"
_EVENT = (
    r"(?!の?(?:会|ぱーてぃ|祝い|ぷれぜんと|けーき|ちらし|料理|飾り|せーる|かーど|商戦|つりー|いべんと|ふぇあ|めにゅー|ちょこ|"
    r"でぃすぷれい|お食事|食事会))"
)
_PARTS = {
    "{N}": f"({WRITTEN})",
    "{K}": f"({SPOKEN})",
    "{C}": f"((?:{WRITTEN})|{_EDGE}{SPOKEN})",
    "{Y}": r"(\d{4}|[〇零一二三四五六七八九]{4}|二千[一二三四五六七八九十]{1,3})",
    "{F}": r"(?<!\d)(\d{1,2})",
    "{W}": _WEEKDAY,
    "{EDGE}": _EDGE,
    "{STOP}": _STOP,
    "{EVENT}": _EVENT,
}
_CAPTURE = re.compile(r"(?<!\\)\((?!\?)")


@dataclass(frozen=True, slots=True)
class Mark:
    """One word for a time."""

    kind: str
    value: str
    """What the table says of the wording; "" where the numbers say it."""
    numbers: tuple[int, ...]
    start: int
    end: int
    """Span of characters."""


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    value: str
    wording: str
    """A regular expression, compiled by itself when its numbers are first asked for: all at once would take long."""
    counts: bool
    """Whether it has numbers."""


@lru_cache(maxsize=32)
def marks(folded: str) -> tuple[Mark, ...]:
    """The words for times in a text in hiragana (`kana.to_hiragana`), in order."""
    everything, rows = _table()
    found: list[Mark] = []
    for match in everything.finditer(folded):
        row = rows[str(match.lastgroup)]
        numbers = _numbers(row.wording, folded, match.start()) if row.counts else ()
        if row.kind != "skip" and -1 not in numbers:
            found.append(Mark(row.kind, row.value, numbers, match.start(), match.end()))
    return tuple(found)


def _numbers(wording: str, folded: str, start: int) -> tuple[int, ...]:
    """The numbers in a wording that was found there; -1 for one that cannot be told."""
    parts = _compiled(wording).match(folded, start)
    return tuple(amount(part) for part in parts.groups() if part is not None) if parts else (-1,)


@cache
def _compiled(wording: str) -> re.Pattern[str]:
    return re.compile(wording)


@cache
def _table() -> tuple[re.Pattern[str], dict[str, _Row]]:
    """All wordings in one pattern, and the row of each of its named groups.

    Each wording begins with its own letters and ends with an empty group: so `re` drops most of them at a glance.
    """
    rows: dict[str, _Row] = {}
    wordings: list[str] = []
    for kind, value, pattern in table(_FILE):
        for wording in _alternatives(pattern):
            for name, part in _PARTS.items():
                wording = wording.replace(name, part)
            group = f"w{len(rows)}"
            rows[group] = _Row(kind, value, wording, _CAPTURE.search(wording) is not None)
            wordings.append(f"{_CAPTURE.sub('(?:', wording)}(?P<{group}>)")
    return re.compile("|".join(wordings)), rows


def _alternatives(pattern: str) -> list[str]:
    """What stands between the | of a pattern that lie in no bracket."""
    found, depth = [""], 0
    for before, letter in zip(" " + pattern, pattern, strict=False):
        plain = before != "\\"
        depth += (letter in "([" and plain) - (letter in ")]" and plain)
        if letter == "|" and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found
