"""How spoken_companies.tsv was made: run `python nlu/data/derive_companies.py`.

Of the 17,000 names of organisations in pyopenjtalk's NAIST-jdic (BSD) it keeps those that one calls from: schools,
parties and offices of the state go. A word in which several of them end, with the same reading, is a word of trade
(三井農林, モリ工業, 松尾電機); what is left of a name without its words of trade is its head. How often each of them
is used among the names is its share. Readings are as pronounced (トーキョー). Heads are left in katakana: who hears
ダイワ does not know whether it is 大和 or 大輪, and a report must not say so.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from functools import cache

from nlu.data.derive_spoken import write
from nlu.data.lexicon import NAIST, entries

_PUBLIC = re.compile(
    "(高|高校|高等学校|大|大学|短大|高専|小|小学校|中学|中学校|幼稚園|学部|党|派|軍|連盟|国会|議会|省|庁|委員会|内閣|選手権|駐屯地)$"
)
_KANA = re.compile("[ァ-ヴー]{3,22}$")
_LOAN = re.compile("[ァ-ヴー・]+$")
LONGEST, MOST = 7, 3
"""Letters of a word of trade, and how many of them one name has."""
LONGEST_HEAD = 9
"""Letters of katakana; a longer one is a whole name of one company alone."""
ENOUGH = 4
"""Names that a word of trade ends."""
OF_ONE = "社会堂院館店園寮亭組荘庵舎局"
"""Words of trade of one letter; others of one letter are halves of words (工, 電)."""
AGREED = 0.7
"""Of these names, how many read it alike."""
FLAT = 0.8
"""Power of the counts: the dictionary has groups of companies with all their members (三菱 …)."""


@cache
def names() -> dict[str, str]:
    """Name as written → as pronounced."""
    found = {}
    for _, feature in entries(NAIST):
        if len(feature) > 8 and feature[2] == "組織":
            written, kana = feature[6].replace(":", ""), feature[8].replace("’", "").replace(":", "")
            if _KANA.fullmatch(kana) and len(written) > 1 and not _PUBLIC.search(written):
                found[written] = kana
    return found


@cache
def endings() -> dict[str, tuple[str, int]]:
    """Word of trade as written → as pronounced, and how many names it ends."""
    loans = {feature[8] for _, feature in entries() if len(feature) > 9 and _LOAN.fullmatch(feature[8])}
    ended: dict[str, list[str]] = defaultdict(list)
    for written, kana in names().items():
        for size in range(1, min(LONGEST, len(written) - 1) + 1):
            ended[written[-size:]].append(kana)
    found = {}
    for word, readings in ended.items():
        loan = _LOAN.fullmatch(word) is not None
        known = word in loans and len(word) > 2 if loan else len(word) > 1 or word in OF_ONE
        if not known or len(readings) < ENOUGH:
            continue
        tails = Counter(kana[-size:] for kana in readings for size in range(2, len(kana) - 1))
        agreed = [tail for tail, count in tails.items() if count >= AGREED * len(readings)]
        agreed = [tail for tail in agreed if tail[0] not in "ーャュョァィゥェォッン" and len(tail) <= 3 * len(word) + 1]
        agreed = [tail for tail in agreed if not loan or tail[0] == word[0]]
        if agreed:
            found[word] = (max(agreed, key=len), len(readings))
    return found


def parted(written: str, kana: str) -> tuple[str, list[tuple[str, str]]]:
    """The head, and the words of trade after it, as pronounced and written, the last one first."""
    known, trades = endings(), list[tuple[str, str]]()
    while len(trades) < MOST:
        ends = (written[-size:] for size in range(1, min(LONGEST, len(written) - 1) + 1))
        fits = [end for end in ends if end in known and kana[2:].endswith(known[end][0])]
        if not fits:
            break
        word = max(fits, key=lambda end: len(end) ** 2 * known[end][1] ** 0.7)
        said, _ = known[word]
        written, kana = written[: -len(word)], kana[: -len(said)]
        trades.append((said, word))
    return kana, trades


def counted() -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """Heads and words of trade, (as pronounced, as written), with how many names have them."""
    heads, trades = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for whole, sound in names().items():
        kana, words = parted(whole, sound)
        if len(kana) <= LONGEST_HEAD and kana[-1] != "ッ":
            heads[kana, kana] += 1
        trades.update(words)
    return heads, trades


def costs(found: Counter[tuple[str, str]]) -> list[tuple[str, str, float]]:
    """(as pronounced, as mostly written, -ln of its share), each pronunciation once."""
    total, written = Counter[str](), dict[str, str]()
    for (kana, word), count in found.most_common():
        total[kana] += count
        written.setdefault(kana, word)
    whole = sum(count**FLAT for count in total.values())
    return [(kana, written[kana], -math.log(count**FLAT / whole)) for kana, count in sorted(total.items())]


def table() -> list[str]:
    """Kind, as pronounced, as written, cost: the rows of spoken_companies.tsv."""
    return [
        f"{kind}\t{kana}\t{written}\t{cost:.2f}"
        for kind, found in zip(("head", "trade"), counted(), strict=True)
        for kana, written, cost in costs(found)
    ]


def main() -> None:
    head = "head or trade, katakana as pronounced, as written, -ln share; made by nlu/data/derive_companies.py (BSD)"
    write("spoken_companies.tsv", table(), head)


if __name__ == "__main__":
    main()
