"""`python -m nlu.train [PART] … [--all] [--check]` makes the learnt weights anew, all where none is named.

Each says how well it does on lines left out in turn. None learns from the lines of `held_out.txt`; how they come out
is what `denwaban score --split held-out` tells. With `--all` the same command fits the weights of a release: on every
line, held out or not, thresholds and calibration still by those that are not. Each file says which it is (`learnt`)
and from what it was made (`origin`). Deterministic: `--check` learns anew beside the files and says, by its exit status
too, whether the same comes out. Takes about a quarter of an hour on one core. The network that `reasons` and `sales`
ask where they are unsure is made apart, from a published one (`nlu.train.network`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from nlu.train import answers, companies, knowledge, reasons, sales, split
from nlu.train.learnt import WEIGHTS, Learnt, learnt_from, sign
from nlu.train.origin import origin

PARTS: Mapping[str, Callable[..., None]] = {
    "companies": companies.main,
    "reasons": reasons.main,
    "sales": sales.main,
    "answers": answers.main,
    "knowledge": knowledge.main,
}
EVERY, CHECK = "--all", "--check"


def learn(name: str, learnt: Learnt, into: Path) -> None:
    """Fit one part, and sign what comes out."""
    print(f"== {name}, {learnt}", flush=True)
    marks = origin(name, learnt)
    with split.learning(every=learnt is Learnt.ALL):
        PARTS[name](into=into)
    sign(into, learnt, str(marks))


def check(name: str, beside: Path) -> bool:
    """Whether learning anew, in another folder, gives what is stored; says what is otherwise."""
    stored, made = WEIGHTS[name], beside / WEIGHTS[name].name
    learn(name, learnt_from(stored), made)
    same = made.read_bytes() == stored.read_bytes()
    print(f"{name}: {'the same file' if same else otherwise(made, stored)}")
    return same


def otherwise(made: Path, stored: Path) -> str:
    """In what two files of weights differ."""
    if made.suffix != ".npz":
        lines = [set(path.read_text(encoding="utf-8").splitlines()) for path in (made, stored)]
        return f"{len(lines[0] ^ lines[1])} lines differ"
    with np.load(made) as new, np.load(stored) as old:
        names = [name for name in {*new.files, *old.files} if name not in new or name not in old]
        names += [name for name in new.files if name in old and not np.array_equal(new[name], old[name])]
    return f"these differ: {', '.join(sorted(names))}" if names else "the same weights, otherwise signed"


def main(arguments: list[str]) -> None:
    """Train, store, report; or compare."""
    options = {EVERY, CHECK} & set(arguments)
    names = [name for name in arguments if name not in options]
    if unknown := sorted(set(names) - set(PARTS)):
        sys.exit(f"nothing called {', '.join(unknown)} is learnt; there are {', '.join(PARTS)}")
    if CHECK in options:
        with TemporaryDirectory() as folder:
            same = [check(name, Path(folder)) for name in names or PARTS]
        sys.exit(0 if all(same) else 1)
    for name in names or PARTS:
        learn(name, Learnt.ALL if EVERY in options else Learnt.LEFT_OUT, WEIGHTS[name])


if __name__ == "__main__":
    main(sys.argv[1:])
