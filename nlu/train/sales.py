"""Trains `data/sales_weights.npz`, by which `nlu.reasons.sales` tells sales calls: `python -m nlu.train.sales`.

Two logistic regressions. That of openings learns from the answers to probes too, with weights that both share and a
correction for answers. That of answers starts from the log-odds that openings alone give their words, and learns what
is otherwise in an answer. Loss: cross entropy plus L2. Five-fold cross-validation (lines of one family, and probes
after the same opening, in one fold) gives the log-odds on which calibration and thresholds are set; its rates are
printed. Deterministic, a few minutes. `--held-out` prints instead the rates of the lines kept for measuring, by the
weights that are stored; `--measure` cross-validates and writes nothing.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import coo_matrix, csr_matrix, hstack

from nlu.reasons import sales
from nlu.reasons.sales import ANSWER, BEFORE_PROBE, OPENING
from nlu.train import split
from nlu.train.sales_lines import FOLDS, WORTH, Line, by_signs, lines, network_odds, with_network
from nlu.train.sales_report import crossed_rates, held_out_rates

PENALTY = 0.1
SEEN = 2
"""Least lines in which a sign must occur."""
CORRECTION, BEFOREHAND, MEANING, FREE = 0.7, 0.4, 0.7, 2.0
"""How freely, beside the shared weights, move: the answers' own, what was said before the probe, the vectors, the bias.
Halved or doubled they hardly change the rates."""
FALSE_REFUSALS, FALSE_AFTER_PROBE = 0.0035, 0.01
"""Share of the cross-validated lines that are not sales, and may be refused: at once, and after the probe. Less than is
promised (0.005 and 0.02), since strangers' lines are stranger than those left out in turn."""
PROBED = 0.05
"""Share of them that are asked what it is about."""
SALES_SHARE = 0.28
"""Of sales among the openings as they were given, which the probability is calibrated to."""
LEAST_LEVEL = 4
"""Weights below this in all columns are left out, in steps of a stored weight."""


@dataclass(frozen=True, slots=True)
class _Design:
    """The lines as matrices."""

    signs: list[str]
    joint: Any
    """Signs, the same for answers alone, vectors, bias."""
    answers: Any
    """Signs, those said before, vectors, bias; the log-odds by openings alone. Of answers only."""
    alone: Any
    """Weights learnt from openings alone, in the columns of `joint`."""
    probed: Any
    """Which lines are answers."""


def _design(rows: list[Line]) -> _Design:
    counts = Counter(sign for row in rows for sign in row.said.signs)
    signs = sorted(sign for sign, seen in counts.items() if seen >= SEEN)
    columns = {sign: at for at, sign in enumerate(signs)}
    said = _matrix([row.said.signs for row in rows], columns)
    probed = np.array([row.probed for row in rows])
    before = _matrix([row.before for row in rows if row.probed], columns) * BEFOREHAND
    vectors = csr_matrix(np.array([row.said.vector for row in rows]) * MEANING)
    ones = csr_matrix(np.full((len(rows), 1), FREE))
    correction = csr_matrix(said.multiply(probed[:, None] * CORRECTION))
    joint = hstack([said, correction, vectors, ones]).tocsr()
    alone = _fit(joint[~probed], [row for row in rows if not row.probed])
    alone[len(signs) : 2 * len(signs)] = 0.0
    known = csr_matrix((joint[probed] @ alone)[:, None])
    answers = hstack([said[probed], before, vectors[probed], ones[probed], known]).tocsr()
    return _Design(signs, joint, answers, alone, probed)


def _matrix(rows: list[tuple[str, ...]], columns: dict[str, int]) -> Any:
    cells = [
        (at, columns[sign], value)
        for at, signs in enumerate(rows)
        for sign, value in sales.shares(signs).items()
        if sign in columns
    ]
    ats, places, values = zip(*cells, strict=True)
    return coo_matrix((values, (ats, places)), shape=(len(rows), len(columns))).tocsr()


def _fit(matrix: Any, rows: list[Line]) -> Any:
    used = np.flatnonzero(matrix.getnnz(axis=0))
    weights = np.zeros(matrix.shape[1])
    weights[used] = _fit_used(matrix[:, used], rows)
    return weights


def _fit_used(matrix: Any, rows: list[Line]) -> Any:
    signed = np.array([1.0 if row.sells else -1.0 for row in rows])
    worth = np.array([WORTH[row.origin] for row in rows])

    def loss(weights: Any) -> tuple[float, Any]:
        margins = signed * (matrix @ weights)
        cost = worth @ np.logaddexp(0.0, -margins) + 0.5 * PENALTY * weights @ weights
        slope = matrix.T @ (-worth * signed / (1.0 + np.exp(np.clip(margins, -30, 30)))) + PENALTY * weights
        return float(cost), slope

    options = {"maxiter": 400, "ftol": 1e-7, "gtol": 1e-3}
    return minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options=options).x


def _logistic(columns: list[Any], sells: Any, selling_share: float) -> list[float]:
    """What each of the columns of log-odds counts, and the shift, of the logistic curve to a probability at this share
    of sales."""
    weights = np.where(sells, selling_share / sells.mean(), (1 - selling_share) / (1 - sells.mean()))
    signed = np.where(sells, 1.0, -1.0)

    def loss(found: Any) -> float:
        odds = sum(slope * column for slope, column in zip(found, columns, strict=False)) + found[-1]
        return float((weights * np.logaddexp(0.0, -signed * odds)).sum())

    start = np.array([1.0, *[0.0] * len(columns)])
    found: list[float] = minimize(loss, start, method="BFGS").x.tolist()
    return found


def _threshold(odds: Any, sells: Any, allowed: float) -> float:
    """From which probability on at most the allowed share of the lines that are not sales lies."""
    others = np.sort(1 / (1 + np.exp(-odds[~sells])))[::-1]
    at = int(allowed * len(others))
    return float((others[at] + others[max(at - 1, 0)]) / 2)


def figures(rows: list[Line], scores: Any) -> dict[str, float]:
    """Calibration and thresholds, from log-odds of lines that were not learnt from. What the network adds, and the
    thresholds, are settled on those that it did not learn either."""
    sells, apart = np.array([row.sells for row in rows]), np.array([row.apart for row in rows])
    probed, written = np.array([row.probed for row in rows]), np.array([row.origin != "heard" for row in rows])
    told = network_odds(rows)
    found: dict[str, float] = {}
    for name, mask, selling in (("opening", ~probed & written, SALES_SHARE), ("answer", probed & written, 0.5)):
        found |= zip((f"{name}_slope", f"{name}_shift"), _logistic([scores[mask]], sells[mask], selling), strict=True)
        left = mask & apart
        both = _logistic([scores[left], told[left]], sells[left], selling)
        found |= zip((f"{name}_signs", f"{name}_network", f"{name}_both"), both, strict=True)
    odds = with_network(rows, scores, told, found)
    openings = ~probed & apart
    found["certain"] = _threshold(odds[openings], sells[openings], FALSE_REFUSALS)
    found["doubtful"] = _threshold(odds[openings], sells[openings], FALSE_REFUSALS + PROBED)
    # what the ears heard counts too: of it more would be refused that is none
    found["refused"] = _threshold(odds[probed], sells[probed], FALSE_AFTER_PROBE)
    # several utterances put together are judged by the signs alone, which all openings tell of
    signs, openings = by_signs(rows, scores, found), ~probed & written
    found["whole_certain"] = _threshold(signs[openings], sells[openings], FALSE_REFUSALS)
    found["whole_doubtful"] = _threshold(signs[openings], sells[openings], FALSE_REFUSALS + PROBED)
    return found


def crossed(rows: list[Line]) -> Any:
    """Log-odds of every line by weights learnt from the other folds."""
    design = _design(rows)
    folds = np.array([row.fold for row in rows])
    answers = [row for row in rows if row.probed]
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        out = (folds == fold) & ~design.probed
        learnt = _fit(design.joint[folds != fold], [row for row in rows if row.fold != fold])
        scores[out] = design.joint[out] @ learnt
        left = folds[design.probed] == fold
        learnt = _fit(design.answers[~left], [row for row in answers if row.fold != fold])
        scores[design.probed & (folds == fold)] = design.answers[left] @ learnt
    return scores


def write(rows: list[Line], found: dict[str, float], path: Path) -> None:
    """Learn from all lines and store the weights."""
    design = _design(rows)
    opening = _fit(design.joint, rows)
    answer = _fit(design.answers, [row for row in rows if row.probed])
    n, end = len(design.signs), design.joint.shape[1]
    share_of_alone = answer[end]
    rest = answer[2 * n : end] + share_of_alone * design.alone[2 * n :]
    table = np.zeros((n, 3))
    table[:, OPENING] = opening[:n]
    table[:, ANSWER] = answer[:n] + share_of_alone * design.alone[:n]
    table[:, BEFORE_PROBE] = BEFOREHAND * answer[n : 2 * n]
    levels = np.clip(np.rint(table * sales.LEVELS), -32767, 32767).astype(np.int16)
    kept = np.abs(levels).max(1) >= LEAST_LEVEL
    named = {"opening_bias": FREE * float(opening[-1]), "answer_bias": FREE * float(rest[-1]), **found}
    np.savez_compressed(
        path,
        signs=_letters([sign for sign, keep in zip(design.signs, kept, strict=True) if keep]),
        weights=levels[kept],
        opening_meanings=(MEANING * opening[2 * n : -1]).astype(np.float32),
        answer_meanings=(MEANING * rest[:-1]).astype(np.float32),
        names=_letters(list(named)),
        figures=np.array(list(named.values())),
    )
    print(f"{len(rows)} lines, {int(kept.sum())} of {n} signs → {path.name}, {path.stat().st_size // 1000} kB")


def _letters(names: list[str]) -> Any:
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def main(arguments: tuple[str, ...] = (), into: Path = sales.WEIGHTS) -> None:
    """Cross-validate, set the thresholds by it, then learn from all that may be learnt from."""
    if "--held-out" in arguments:
        held_out_rates()
        return
    with split.learning(every=False):
        rows = lines()
    scores = crossed(rows)
    found = figures(rows, scores)
    print(", ".join(f"{name} {value:.3f}" for name, value in found.items()))
    crossed_rates(rows, scores, found)
    if "--measure" not in arguments:
        write(lines() if split.every() else rows, found, into)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
