"""Trains `data/sales_weights.npz`, by which `nlu.reasons.sales` tells sales calls: `python -m nlu.train.sales`.

Two logistic regressions. That of openings learns from the answers to probes too, with weights that both share and a
correction for answers. That of answers starts from the log-odds that openings alone give their words, and learns what
is otherwise in an answer. Loss: cross entropy plus L2. Five-fold cross-validation (lines of one family, and probes
after the same opening, in one fold) gives the log-odds on which calibration and thresholds are set; its rates are
printed. Deterministic, a few minutes. `--held-out` prints instead the rates of the lines kept for measuring, by the
weights that are stored; `--measure` cross-validates and writes nothing.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import coo_matrix, csr_matrix, hstack

from nlu.meaning import SalesOutcome
from nlu.normalize import normalize
from nlu.reasons import sales
from nlu.reasons.sales import ANSWER, BEFORE, BEFORE_PROBE, OPENING, Said
from nlu.score.rates import Rate, share
from nlu.train import split
from nlu.train.samples import values

PENALTY = 0.1
SEEN = 2
"""Least lines in which a sign must occur."""
CORRECTION, BEFOREHAND, MEANING, FREE = 0.7, 0.4, 0.7, 2.0
"""How freely, beside the shared weights, move: the answers' own, what was said before the probe, the vectors, the bias.
Halved or doubled they hardly change the rates; vectors of sentences thrice as free do harm."""
FOLDS = 5
WORTH = {"given": 1.0, "own": 1.0, "heard": 0.5}
"""How much a line counts, by its origin."""
FALSE_REFUSALS, FALSE_AFTER_PROBE = 0.0035, 0.01
"""Share of the cross-validated lines that are not sales, and may be refused: at once, and after the probe. Less than is
promised (0.005 and 0.02), since strangers' lines are stranger than those left out in turn."""
PROBED = 0.08
"""Share of them that are asked what it is about."""
SALES_SHARE = 0.28
"""Of sales among the openings as they were given, which the probability is calibrated to."""
LEAST_LEVEL = 4
"""Weights below this in all columns are left out, in steps of a stored weight."""
Row = split.Row


@dataclass(frozen=True, slots=True)
class Line:
    """One line to learn from."""

    said: Said
    before: tuple[str, ...]
    """Signs of what was said before the probe; () for an opening."""
    probed: bool
    """Whether it is an answer to a probe."""
    sells: bool
    fold: int
    hard: bool
    origin: str
    """"given", "own" (written beside the data), or "heard" (one of these as the ears wrote it)."""


def own(part: str) -> list[Row]:
    """Lines written beside the data, all to be learnt from."""
    return [
        json.loads(line)
        for path in sorted(split.LINES.glob(f"own_{part}*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def heard(part: str, rows: list[Row]) -> list[Row]:
    """The lines of one part as the ears wrote them over a telephone, as far as they were spoken."""
    path = split.LINES / "heard" / f"heard_{part}.jsonl"
    known = {row["id"]: row for row in rows}
    spoken = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    texts = [(row["id"], row["readings"][0]["text"]) for row in spoken if row["id"] in known and row["readings"]]
    return [{**known[key], "text": text} for key, text in texts if text]


def lines() -> list[Line]:
    """Every opening and probe that may be learnt from."""
    given, written = split.kept("openings"), own("openings")
    both = [(row, "given") for row in given] + [(row, "own") for row in written]
    families = split.families([row["text"] for row, _ in both])
    folds = {row["id"]: _fold(f"family {family}") for (row, _), family in zip(both, families, strict=True)}
    both += [(row, "heard") for row in heard("openings", given)]
    found = [_opening(row, folds[row["id"]], origin) for row, origin in both]
    probes, more = split.kept("probes"), own("probes")
    found += [_probed(row, "given") for row in probes] + [_probed(row, "own") for row in more]
    return found + [_probed(row, "heard") for row in heard("probes", probes) + heard("own_probes", more)]


def _opening(row: Row, fold: int, origin: str) -> Line:
    text = normalize(row["text"])
    said = sales.utterance(text, values(text))
    return Line(said, (), False, row["reason"] == "sales", fold, bool(row.get("hard")), origin)


def _probed(row: Row, origin: str) -> Line:
    said = sales.utterance(row["text"], sales.plain_slots(row["text"]))
    said = sales.with_question(said, row["probe"], row["text"])
    opening = sales.utterance(row["opening"], sales.plain_slots(row["opening"]))
    before = tuple(sign for sign in opening.signs if sign[0] in BEFORE)
    return Line(said, before, True, row["sales"], _fold(row["opening"][:12]), False, origin)


def _fold(key: str) -> int:
    return hashlib.sha256(key.encode()).digest()[3] % FOLDS


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


def _calibration(scores: Any, sells: Any, selling_share: float) -> tuple[float, float]:
    """(slope, shift) of the logistic curve from log-odds to a probability at this share of sales."""
    weights = np.where(sells, selling_share / sells.mean(), (1 - selling_share) / (1 - sells.mean()))

    def loss(pair: Any) -> float:
        margins = np.where(sells, 1.0, -1.0) * (pair[0] * scores + pair[1])
        return float((weights * np.logaddexp(0.0, -margins)).sum())

    slope, shift = minimize(loss, np.array([1.0, 0.0]), method="BFGS").x
    return float(slope), float(shift)


def _threshold(probabilities: Any, sells: Any, allowed: float) -> float:
    """From which probability on at most the allowed share of the lines that are not sales lies."""
    others = np.sort(probabilities[~sells])[::-1]
    at = int(allowed * len(others))
    return float((others[at] + others[max(at - 1, 0)]) / 2)


def figures(rows: list[Line], scores: Any) -> dict[str, float]:
    """Calibration and thresholds, from log-odds of lines that were not learnt from."""
    sells = np.array([row.sells for row in rows])
    probed = np.array([row.probed for row in rows])
    written = np.array([row.origin != "heard" for row in rows])
    found: dict[str, float] = {}
    for name, mask, selling in (("opening", ~probed & written, SALES_SHARE), ("answer", probed & written, 0.5)):
        slope, shift = _calibration(scores[mask], sells[mask], selling)
        found |= {f"{name}_slope": slope, f"{name}_shift": shift}
        probabilities = 1 / (1 + np.exp(-(slope * scores[mask] + shift)))
        if name == "opening":
            found["certain"] = _threshold(probabilities, sells[mask], FALSE_REFUSALS)
            found["doubtful"] = _threshold(probabilities, sells[mask], FALSE_REFUSALS + PROBED)
        else:
            # what the ears heard counts too: of it more would be refused that is none
            probabilities = 1 / (1 + np.exp(-(slope * scores[probed] + shift)))
            found["refused"] = _threshold(probabilities, sells[probed], FALSE_AFTER_PROBE)
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


def _told(name: str, rate: Rate) -> None:
    value = "-" if rate.value is None else f"{rate.value:.3f}"
    print(f"  {name:34s}{value}  {rate.low:.3f}-{rate.high:.3f}  n {rate.n}")


def show(title: str, lines_: list[tuple[bool, SalesOutcome]]) -> None:
    """Rates of (whether it is sales, what was judged)."""
    certain, none = SalesOutcome.CERTAIN, SalesOutcome.NOT_SALES
    print(title)
    _told("refused of sales", share(done is certain for sells, done in lines_ if sells))
    _told("refused or probed of sales", share(done is not none for sells, done in lines_ if sells))
    _told("refused of others", share(done is certain for sells, done in lines_ if not sells))
    _told("probed of others", share(done is SalesOutcome.DOUBTFUL for sells, done in lines_ if not sells))


def _crossed_rates(rows: list[Line], scores: Any, found: dict[str, float]) -> None:
    def outcome(row: Line, score: float) -> SalesOutcome:
        name = "answer" if row.probed else "opening"
        probability = 1 / (1 + np.exp(-(found[f"{name}_slope"] * score + found[f"{name}_shift"])))
        if probability >= found["refused" if row.probed else "certain"]:
            return SalesOutcome.CERTAIN
        doubt = not row.probed and probability >= found["doubtful"]
        return SalesOutcome.DOUBTFUL if doubt else SalesOutcome.NOT_SALES

    pairs = [(row, (row.sells, outcome(row, score))) for row, score in zip(rows, scores, strict=True)]
    for probed, name in ((False, "openings"), (True, "probes")):
        for origin in WORTH:
            some = [(row, pair) for row, pair in pairs if row.probed is probed and row.origin == origin]
            show(f"{name}, crossed, {origin}", [pair for _, pair in some])
            if not probed:
                show(f"{name}, crossed, {origin}, hard", [pair for row, pair in some if row.hard])


def _held_out_rates() -> None:
    given, probes = split.measured("openings"), split.measured("probes")
    for name, openings in (("held out", given), ("held out, heard", heard("openings", given))):
        outcomes = [sales.judge_sales(row["text"], sales.plain_slots(row["text"])).outcome for row in openings]
        pairs = [(row["reason"] == "sales", done) for row, done in zip(openings, outcomes, strict=True)]
        show(f"openings, {name}", pairs)
        show(f"openings, {name}, hard", [pair for row, pair in zip(openings, pairs, strict=True) if row.get("hard")])
    for name, answers in (("held out", probes), ("held out, heard", heard("probes", probes))):
        outcomes = [sales.judge_probe(row["opening"], row["probe"], row["text"]).outcome for row in answers]
        show(f"probes, {name}", [(row["sales"], done) for row, done in zip(answers, outcomes, strict=True)])


def main(arguments: tuple[str, ...] = (), into: Path = sales.WEIGHTS) -> None:
    """Cross-validate, set the thresholds by it, then learn from all that may be learnt from."""
    if "--held-out" in arguments:
        _held_out_rates()
        return
    with split.learning(every=False):
        rows = lines()
    scores = crossed(rows)
    found = figures(rows, scores)
    print(", ".join(f"{name} {value:.3f}" for name, value in found.items()))
    _crossed_rates(rows, scores, found)
    if "--measure" not in arguments:
        write(lines() if split.every() else rows, found, into)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
