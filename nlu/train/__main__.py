"""`python -m nlu.train` makes the weights of the judge of reasons anew and prints how well it does on lines left out.

`--all` learns from the held-out lines too; `--held-out` measures on them: look seldom, and never to choose.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from nlu.features import Features
from nlu.linear import Linear, load
from nlu.train import reasons
from nlu.train.samples import held_out, samples


def judged(linear: Linear, found: list[Features]) -> Any:
    """Log-odds of each."""
    return np.array([linear.scores(one) for one in found])


def main() -> None:
    """Train, store, report."""
    lines = samples(everything="--all" in sys.argv)
    crossed = reasons.crossed(lines, reasons.groups(lines))
    print(reasons.report(lines, crossed.odds, crossed.heat))
    reasons.save(reasons.trained(lines, crossed.heat))
    print(f"heat {crossed.heat}; {len(load(reasons.OUT).keys)} signs, {reasons.OUT.stat().st_size} bytes")
    if "--held-out" in sys.argv:
        for name, part in zip(("written", "heard"), held_out(), strict=True):
            odds = judged(load(reasons.OUT), [sample.found for sample in part])
            print(f"\n{name}\n{reasons.report(part, odds, 1.0)}")


if __name__ == "__main__":
    main()
