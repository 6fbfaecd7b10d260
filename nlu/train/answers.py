"""What each sign of a reply is worth: `nlu/data/reply_weights.tsv`, learnt from written replies.

A multinomial logistic regression over `nlu.replies.signs.signs`, on the lines that are kept for learning and those
written for it, each once with its question and once, at half weight, knowing only the question's kind. `python -m
nlu.train.answers` writes the table anew, the same from the same lines; with `--measure` it only prints how often the
answer is right when whole questions are left out in turn.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from nlu.meaning import Answer
from nlu.normalize import normalize
from nlu.replies.signs import Signs, signs
from nlu.score.asked import expected_of
from nlu.train import split

TABLE = Path(__file__).parents[1] / "data" / "reply_weights.tsv"
OWN = split.LINES / "own_answers.jsonl"
KINDS = (Answer.YES, Answer.NO, Answer.CORRECT, Answer.REPEAT, Answer.HOLD, Answer.UNKNOWN)
FOLDS = 10
RIDGE = 1.0
"""Chosen by leaving out whole questions: 0.3 to 3 hardly differ."""
SEEN = 2
"""Least replies in which a sign must occur."""
LEAST = 0.01
"""Weights below this for every answer are left out."""
HEAD = "# What each sign of a reply adds to the log-odds of each answer, made by python -m nlu.train.answers.\n"

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One reply by its signs."""

    signs: Signs
    answer: int
    """Index in `KINDS`."""
    weight: float
    asked: str
    told: bool
    """Whether the question was known in full."""
    written: bool
    """Whether it is one of the lines written for training."""


def examples() -> list[Example]:
    """Every line that may be learnt from, with its question and without."""
    own = [json.loads(line) for line in OWN.read_text("utf-8").splitlines()]
    found = []
    for row, written in [(row, False) for row in split.kept("answers")] + [(row, True) for row in own]:
        expected, text = expected_of(row["asked"]), normalize(row["text"])
        answer = KINDS.index(Answer(row["answer"]))
        for asked, weight, told in ((expected, 1.0, True), (replace(expected, said=""), 0.5, False)):
            found.append(Example(signs(text, asked), answer, weight, row["asked"], told, written))
    return found


def fit(lines: Sequence[Example]) -> dict[str, Table]:
    """The weights of every sign that occurs often enough, one for each of `KINDS`."""
    counts = Counter(sign for line in lines for sign in line.signs)
    columns = {sign: at for at, sign in enumerate(sorted(sign for sign, count in counts.items() if count >= 2 * SEEN))}
    matrix = _matrix(lines, columns)
    wanted = np.eye(len(KINDS))[[line.answer for line in lines]]
    weights = np.array([line.weight for line in lines])[:, None]
    shape = (len(columns), len(KINDS))

    def loss(flat: Table) -> tuple[float, Table]:
        table = flat.reshape(shape)
        scores = matrix @ table
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        slope = matrix.T @ (weights * (np.exp(logs) - wanted)) + RIDGE * table
        return float(-(weights * wanted * logs).sum() + RIDGE / 2 * (table**2).sum()), slope.ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return dict(zip(columns, found.x.reshape(shape), strict=True))


def _matrix(lines: Sequence[Example], columns: dict[str, int]) -> csr_matrix:
    cells = [
        (row, columns[sign], strength)
        for row, line in enumerate(lines)
        for sign, strength in line.signs.items()
        if sign in columns
    ]
    rows, where, values = zip(*cells, strict=True)
    return csr_matrix((values, (rows, where)), shape=(len(lines), len(columns)))


def left_out(lines: Sequence[Example]) -> list[tuple[Example, int]]:
    """Every reply with its question, and what is made of it by weights that never saw that question."""
    found = []
    for fold in range(FOLDS):
        inside = [line for line in lines if _fold(line.asked) != fold]
        outside = [line for line in lines if _fold(line.asked) == fold and line.told]
        if outside:
            table = fit(inside)
            columns = {sign: at for at, sign in enumerate(table)}
            scores = _matrix(outside, columns) @ np.array(list(table.values()))
            found += list(zip(outside, scores.argmax(axis=1).tolist(), strict=True))
    return found


def _fold(asked: str) -> int:
    return sha256(asked.encode()).digest()[0] % FOLDS


def written(table: dict[str, Table]) -> str:
    """The file of weights."""
    rows = [
        "\t".join((sign, *(f"{value:.3f}" for value in values)))
        for sign, values in table.items()
        if np.abs(values).max() >= LEAST
    ]
    return HEAD + "\n".join(("\t".join(("sign", *KINDS)), *rows)) + "\n"


def main(arguments: Iterable[str] = (), into: Path = TABLE) -> None:
    """Write the table, or with `--measure` print how replies to unseen questions are taken."""
    lines = examples()
    if "--measure" in arguments:
        for name, own in (("lines of the data", False), ("own lines", True)):
            judged = [line.answer == answer for line, answer in left_out(lines) if line.written is own]
            print(f"{name}: {sum(judged) / len(judged):.3f} of {len(judged)}")
        return
    into.write_text(written(fit(lines)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
