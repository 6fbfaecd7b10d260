"""`python -m nlu.train [PART] … [--all]` makes the learnt weights anew, all where none is named.

Each says how well it does on lines left out in turn. None learns from the lines of `held_out.txt`; how they come out
is what `denwaban score --split held-out` tells. With `--all` the same command fits the weights of a release: on every
line, held out or not, thresholds and calibration still by those that are not. Each file says which it is (`learnt`).
Deterministic; takes about a quarter of an hour on one core.
"""

from __future__ import annotations

import sys

from nlu.train import answers, companies, knowledge, reasons, sales, split
from nlu.train.learnt import WEIGHTS, Learnt, sign

PARTS = {
    "companies": companies.main,
    "reasons": reasons.main,
    "sales": sales.main,
    "answers": answers.main,
    "knowledge": knowledge.main,
}
EVERY = "--all"


def main(arguments: list[str]) -> None:
    """Train, store, report."""
    every = EVERY in arguments
    names = [name for name in arguments if name != EVERY]
    if unknown := sorted(set(names) - set(PARTS)):
        sys.exit(f"nothing called {', '.join(unknown)} is learnt; there are {', '.join(PARTS)}")
    learnt = Learnt.ALL if every else Learnt.LEFT_OUT
    for name in names or PARTS:
        print(f"== {name}, {learnt}", flush=True)
        with split.learning(every=every):
            PARTS[name]()
        sign(WEIGHTS[name], learnt)


if __name__ == "__main__":
    main(sys.argv[1:])
