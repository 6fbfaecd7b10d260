"""Derives `surnames.tsv` and `given_names.tsv` from the lexicon of the installed unidic-lite.

Run `python nlu/data/derive_names.py` after a new version of unidic-lite; the tables are committed so that
loading is quick and a change can be read in a diff. A line is a spelling, a tab, and its readings in
katakana, cheapest word cost first: within one spelling a lower cost is a commoner reading. The costs
say little about which of two names is the commoner, so they are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from nlu.data.lexicon import entries

POS3, ORTH, KANA = 3, 8, 17
KINDS = {"姓": "surnames.tsv", "名": "given_names.tsv"}
NAME = re.compile(r"[\u3041-\u30ff\u3400-\u9fff々ヶ]+")
LICENCE = (
    "# Derived from unidic-lite (UniDic 2.1.2), Copyright (c) 2011-2013, The UniDic Consortium, used under the\n"
    "# BSD licence. Made by nlu/data/derive_names.py: spelling, tab, readings in katakana, commonest first.\n"
)


def named() -> Iterator[tuple[str, str, str, int]]:
    """(kind, spelling, reading, cost) of every surname and given name in the compiled dictionary."""
    for cost, fields in entries():
        if fields[POS3] in KINDS and NAME.fullmatch(fields[ORTH]) and NAME.fullmatch(fields[KANA]):
            yield fields[POS3], fields[ORTH], fields[KANA], cost


def main() -> None:
    """Write both tables beside this file."""
    rows = list(named())
    for kind, name in KINDS.items():
        costs: dict[str, dict[str, int]] = {}
        for row_kind, spelling, reading, cost in rows:
            if row_kind == kind:
                readings = costs.setdefault(spelling, {})
                readings[reading] = min(cost, readings.get(reading, cost))
        lines = [f"{s}\t{' '.join(sorted(r, key=lambda k: (r[k], k)))}\n" for s, r in sorted(costs.items())]
        (Path(__file__).parent / name).write_text(LICENCE + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
