"""`python -m nlu.train.companies` makes the weights by which a company is found anew and prints how well they do.

Multinomial logistic regression over the stretches of each line, "no company" among them, cross-validated over families
of like lines. The rules were tuned on some of the lines and are right there far more often than elsewhere, so these
count half with the rules' opinion and half without it. Every second of the own answers is never learned from: a test.
Needs scipy (`train`).
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from nlu.denials import as_said
from nlu.expected import Ask, Expected
from nlu.identity.callers import answered_by_rule, introduced_by_rule
from nlu.identity.companies import company_answer, company_slot
from nlu.identity.company_choice import WEIGHTS, Weights, likeliest, vectors
from nlu.identity.company_spans import Span, spans
from nlu.meaning import Slot
from nlu.normalize import normalize
from nlu.score import forms
from nlu.tables import rows
from nlu.train import split
from nlu.train.split import LINES, families, kept

FOLDS = 5
FREEDOM = 1.0
"""Inverse of the penalty on squared weights."""
LEAST_SEEN = 2
"""Stretches that a sign must occur in."""
TABLE_WORTH, SILENT_WORTH = 0.7, 0.5
"""How much a line of the tests' tables counts, and one of those parts that tell no company."""
_TABLES = Path(__file__).parents[2] / "tests" / "data"
_ROUNDS = 60


class Line(NamedTuple):
    """One utterance with the company that it names, "" for none."""

    source: str
    text: str
    asked: Ask
    kana: str
    written: str = ""
    worth: float = 1.0
    tuned: bool = True
    """Whether the rules were made with it in sight."""


class Sample(NamedTuple):
    """A line with its stretches."""

    line: Line
    found: tuple[Span, ...]
    right: str
    """The words of the company, "" for none."""
    ruled: Slot | None


def lines() -> Iterator[Line]:
    """All that may be learnt from, and the own test."""
    for row in kept("companies"):
        yield Line("companies", row["text"], Ask.COMPANY, row["company"], row.get("company_text", ""))
    for row in kept("openings"):
        slots = row["slots"]
        yield Line("openings", row["text"], Ask.OPENING, slots.get("company", ""), slots.get("company_text", ""))
    for name in ("calls", "customers"):
        for row in _own(f"own_openings_{name}"):
            told, written = row["slots"].get("company", ""), row["slots"].get("company_text", "")
            yield Line(f"own {name}", row["text"], Ask.OPENING, told, written, tuned=False)
    for place, row in enumerate(_own("own_companies")):
        worth, name = (0.0, "own test") if place % 2 else (1.0, "own answers")
        yield Line(name, row["text"], Ask.COMPANY, row["company"], row["company_text"], worth, tuned=False)
    for part in ("numbers", "times", "answers"):
        for row in kept(part):
            if introduced_by_rule(_said(row["text"])).company is None:
                yield Line("silent", row["text"], Ask.OPENING, "", worth=SILENT_WORTH, tuned=False)
    yield from _tables()


def _own(name: str) -> list[dict[str, Any]]:
    text = (LINES / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def _tables() -> Iterator[Line]:
    for name, asked in (("company_answers", Ask.COMPANY), ("introductions", Ask.OPENING)):
        for text, *values in rows(_TABLES / f"{name}.tsv"):
            yield Line("tables", text, asked, "" if values[-1] == "-" else values[-1], worth=TABLE_WORTH)


def _said(text: str) -> str:
    return normalize(text)


def sample(line: Line) -> Sample | None:
    """The line with its stretches; None where none of them is the company."""
    text = _said(line.text)
    if line.asked is Ask.OPENING:
        ruled = introduced_by_rule(text).company
    else:
        ruled = answered_by_rule(text, Expected(line.asked)).company
        text = as_said(text)
    rule = ruled.text if ruled and ruled.value else ""
    private = line.asked is Ask.COMPANY and company_answer(text) is not None
    found = spans(text, str(line.asked), rule, private)
    right = _right(line, found, ruled)
    return None if right is None else Sample(line, found, right, ruled)


def _right(line: Line, found: Sequence[Span], ruled: Slot | None) -> str | None:
    texts = {span.text for span in found}
    if not line.kana:
        return ""
    if line.written:
        written = _said(line.written)
        return written if written in texts else None
    if ruled and ruled.text in texts and forms.company(ruled.value) == forms.company(line.kana):
        return ruled.text
    slots = [slot for text in texts if (slot := company_slot(text)) is not None]
    sounding = [s.text for s in slots if forms.company(line.kana) in map(forms.company, (s.value, *s.alternatives))]
    return max(sorted(sounding), key=len, default=None)


def fitted(samples: Sequence[Sample]) -> Weights:
    """Weights from the samples."""
    samples = [one for one in samples if one.line.worth]
    seen = Counter(sign for one in samples for span in one.found for sign in set(span.signs))
    known = {sign: place for place, sign in enumerate(sorted(s for s, n in seen.items() if n >= LEAST_SEEN))}
    copies = [(one, one.line.worth * share, told) for one in samples for share, told in _copies(one.line)]
    rows, columns, row = [], [], 0
    for one, _, told in copies:
        for span in one.found:
            mine = [known[sign] for sign in span.signs if sign in known and (told or "ruled" not in sign)]
            rows += [row] * len(mine)
            columns += mine
            row += 1
    cells = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(row, len(known)))
    cells.sum_duplicates()
    dense = np.concatenate([vectors(one.found) for one, _, _ in copies])
    right = np.array([float(span.text == one.right) for one, _, _ in copies for span in one.found])
    counts = np.array([len(one.found) for one, _, _ in copies])
    flat = _solved(cells, dense, right, counts, np.array([worth for _, worth, _ in copies]))
    return _stored(flat, tuple(known))


def _copies(line: Line) -> tuple[tuple[float, bool], ...]:
    """(share, whether the rules' opinion is told) of each copy of a line."""
    return ((0.5, True), (0.5, False)) if line.tuned else ((1.0, True),)


def _solved(cells: Any, dense: Any, right: Any, counts: Any, worth: Any) -> Any:
    """Weights of the signs, then of the vectors: softmax over the stretches of each line, squared penalty."""
    starts, owner = np.concatenate([[0], np.cumsum(counts)[:-1]]), np.repeat(np.arange(len(counts)), counts)
    across, signs = cells.T.tocsr(), cells.shape[1]

    def loss(flat: Any) -> tuple[float, Any]:
        odds = cells @ flat[:signs] + dense @ flat[signs:]
        each = np.exp(odds - np.maximum.reduceat(odds, starts)[owner])
        total, hit = np.add.reduceat(each, starts), np.add.reduceat(each * right, starts) + 1e-12
        slope = worth[owner] * (each / total[owner] - each * right / hit[owner])
        gradient = np.concatenate([across @ slope, dense.T @ slope]) + flat / FREEDOM
        return float((worth * np.log(total / hit)).sum() + flat @ flat / (2 * FREEDOM)), gradient

    start = np.zeros(signs + dense.shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS, "ftol": 1e-6}).x


def _stored(flat: Any, signs: tuple[str, ...]) -> Weights:
    table = flat[: len(signs)]
    scale = float(np.abs(table).max() / 127)
    levels = np.rint(table / scale).astype(np.int8)
    kept_ = {zlib.crc32(sign.encode()): level for sign, level in zip(signs, levels.tolist(), strict=True) if level}
    keys = sorted(kept_)
    dense = flat[len(signs) :].astype(np.float16).astype(np.float32)
    return Weights(np.array(keys, np.uint32), np.array([kept_[key] for key in keys], np.int8), scale, dense)


def save(weights: Weights, path: Path) -> None:
    """Write what `company_choice.weights` reads."""
    dense = weights.dense.astype(np.float16)
    np.savez_compressed(path, keys=weights.keys, levels=weights.levels, scale=weights.scale, dense=dense)


def folds(samples: Sequence[Sample]) -> list[int]:
    """The fold of each sample; like lines are in one."""
    family = families([one.line.text for one in samples])
    order = np.random.default_rng(1).permutation(sorted(set(family)))
    fold = {one: place % FOLDS for place, one in enumerate(order.tolist())}
    return [fold[one] for one in family]


def crossed(samples: Sequence[Sample]) -> list[str]:
    """The words chosen in each sample by weights that did not see it."""
    fold = folds(samples)
    chosen = [""] * len(samples)
    for left in range(FOLDS):
        by = fitted([one for one, at in zip(samples, fold, strict=True) if at != left])
        for place, at in enumerate(fold):
            if at == left:
                chosen[place] = likeliest(samples[place].found, by)[0]
    return chosen


def report(samples: Sequence[Sample], chosen: Sequence[str]) -> Iterator[str]:
    """By source: how often the right words were found, by precision and recall too."""
    for source in dict.fromkeys(one.line.source for one in samples):
        pairs = [(one.right, best) for one, best in zip(samples, chosen, strict=True) if one.line.source == source]
        hits = sum(right == best != "" for right, best in pairs)
        named, wanted = sum(bool(best) for _, best in pairs), sum(bool(right) for right, _ in pairs)
        right_ = sum(right == best for right, best in pairs)
        shares = f"precision {hits / max(named, 1):.3f}, recall {hits / max(wanted, 1):.3f}"
        yield f"{source}: {right_ / len(pairs):.3f} of {len(pairs)}; {wanted} with a company: {shares}"


def main(into: Path = WEIGHTS) -> None:
    """Report on lines left out in turn, then learn from all that may be learnt from, and store."""
    with split.learning(every=False):
        samples = _samples()
    rules = [one.ruled.text if one.ruled and one.ruled.value else "" for one in samples]
    print("rules alone", *report(samples, rules), sep="\n")
    print("learned, left out in turn", *report(samples, crossed(samples)), sep="\n")
    save(fitted(_samples()), into)


def _samples() -> list[Sample]:
    return [one for line in lines() if (one := sample(line)) is not None]


if __name__ == "__main__":
    main()
