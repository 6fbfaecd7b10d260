"""`python -m nlu.train [PART] …` makes the learnt weights anew, all where none is named.

Each says how well it does on lines left out in turn. None learns from the lines of `held_out.txt`; how they come out
is what `denwaban score --split held-out` tells. Deterministic; takes about a quarter of an hour on one core.
"""

from __future__ import annotations

import sys

from nlu.train import answers, companies, knowledge, reasons, sales

PARTS = {
    "companies": companies.main,
    "reasons": reasons.main,
    "sales": sales.main,
    "answers": answers.main,
    "knowledge": knowledge.main,
}
"""In this order: reasons and sales calls are judged by what was found before."""


def main(names: list[str]) -> None:
    """Train, store, report."""
    if unknown := sorted(set(names) - set(PARTS)):
        sys.exit(f"nothing called {', '.join(unknown)} is learnt; there are {', '.join(PARTS)}")
    for name in names or PARTS:
        print(f"== {name}", flush=True)
        PARTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
